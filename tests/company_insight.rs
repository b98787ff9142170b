//! A company's insight: its figures, as they follow from what its customers did, and what they say
//! of days to come.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/bulk.rs"]
mod bulk;
#[path = "support/random.rs"]
mod random;
mod support;

use std::collections::BTreeMap;

use bulk::{NDJSON, answers, send, statuses};
use jiff::{Timestamp, ToSpan};
use random::Random;
use serde_json::{Value, json};
use support::{CUSTOMERS, JOHN, TestApp, TestClock};

const INSIGHT: &str = "/api/tse/v1/company/acme/insight";
const HISTORY: &str = "/api/tse/v1/company/acme/customer?history=true";
const NOW: &str = "2026-11-23T18:22:15.123Z";

async fn app() -> TestApp {
    let clock = TestClock::at(NOW);
    TestApp::start_with(|parts| clock.install(parts)).await
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// So many whole days and `hours` before now.
fn ago(days: i64, hours: i64) -> Timestamp {
    now() - (days * 24 + hours).hours()
}

/// A customer who came and, where it is given, went.
struct Life {
    created: Timestamp,
    deleted: Option<Timestamp>,
}

impl Life {
    fn line(&self, number: usize) -> String {
        let deleted = self.deleted.map(|at| at.to_string());
        let line = json!({
            "first-name": format!("Name{}", letters(number)), "last-name": letters(number * 7919),
            "email": format!("{}@{}.example.com", letters(number), letters(number * 31)),
            "vat-number": format!("DE{:09}", 100_000_000 + number * 13),
            "created-at": self.created.to_string(), "deleted-at": deleted
        });
        line.to_string() + "\n"
    }

    /// Whole days that it was here, and whether it went.
    fn days(&self) -> (i64, bool) {
        match self.deleted {
            Some(deleted) => {
                let hours = (deleted.as_second() - self.created.as_second()) as f64 / 3600.0;
                ((hours / 24.0).ceil() as i64, true)
            }
            None => (day(now()) - day(self.created), false),
        }
    }
}

fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(86_400)
}

fn letters(mut number: usize) -> String {
    let mut text = String::new();
    for _ in 0..6 {
        text.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
        number = number / 26 + number % 17;
    }
    text
}

async fn import(app: &TestApp, lives: &[Life]) {
    let body: String = lives.iter().enumerate().map(|(number, life)| life.line(number)).collect();
    let answers = answers(&send(app, HISTORY, NDJSON, body).await);
    assert!(statuses(&answers).iter().all(|status| *status == 201), "{answers:?}");
}

async fn insight(app: &TestApp) -> Value {
    let answer = app.get(INSIGHT).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// Customers who came over `days` days, of whom many went.
fn lives(count: usize, days: usize) -> Vec<Life> {
    let mut random = Random::seeded();
    let life = |_| {
        let back = 1 + i64::try_from(random.below(days)).unwrap();
        let created = ago(back, i64::try_from(random.below(20)).unwrap());
        let left = i64::try_from(random.below(days * 2)).unwrap();
        let deleted = (left < back).then(|| created + (left * 24 + 3).hours());
        Life { created, deleted: deleted.filter(|deleted| *deleted < now()) }
    };
    (0..count).map(life).collect()
}

/// The estimate of Kaplan and Meier, as in the textbook.
fn survival(lives: &[Life], until: i64) -> f64 {
    let days: Vec<(i64, bool)> = lives.iter().map(Life::days).collect();
    (0..=until).fold(1.0, |survival, age| {
        let at_risk = days.iter().filter(|(days, _)| *days >= age).count();
        let gone = days.iter().filter(|(days, gone)| *days == age && *gone).count();
        if at_risk == 0 { survival } else { survival * (1.0 - gone as f64 / at_risk as f64) }
    })
}

fn close(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap();
    assert!((value - expected).abs() < 0.0006, "{value} is not {expected}");
}

#[tokio::test]
async fn the_figures_are_those_of_the_customers() {
    let app = app().await;
    let lives = lives(600, 500);
    import(&app, &lives).await;
    app.post(CUSTOMERS, JOHN).await;
    let answer = app.get(INSIGHT).await;
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert_eq!(
        answer.header("x-ai-metadata"),
        "purpose=company_insight, entity=Customer, intent=analyze"
    );
    let insight = answer.json();
    assert_eq!(insight["as-of"], NOW);
    let here = lives.iter().filter(|life| life.deleted.is_none()).count() + 1;
    assert_eq!(insight["customers"], here);
    for span in [7, 30, 90] {
        let name = format!("last-{span}-days");
        let lately = |at: &Timestamp| day(*at) > day(now()) - span;
        let created = lives.iter().filter(|life| lately(&life.created)).count() + 1;
        let deleted = lives.iter().filter_map(|life| life.deleted).filter(lately).count();
        assert_eq!(insight["created"][&name], created, "{name}");
        assert_eq!(insight["deleted"][&name], deleted, "{name}");
    }
    assert_eq!(insight["markets"], json!({"DE": here - 1, "IT": 1}));
    let categories = insight["categories"].as_object().unwrap();
    let counted: u64 = categories.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(counted, here as u64);
    assert_eq!(categories.len(), 6);
    assert!(insight["advisories"]["vat-checksum"].as_f64().unwrap() > 0.5, "most are invented");
    assert_eq!(insight["advisories"]["email-disposable"], 0.0);
}

#[tokio::test]
async fn retention_is_the_estimate_of_kaplan_and_meier_by_category_too() {
    let app = app().await;
    let lives = lives(600, 500);
    import(&app, &lives).await;
    let retention = &insight(&app).await["retention"];
    for (days, name) in [(30, "after-30-days"), (90, "after-90-days"), (365, "after-365-days")] {
        close(&retention[name], survival(&lives, days));
        let by_category = retention["by-category"].as_object().unwrap();
        assert!(!by_category.is_empty());
    }
    let young = insight_of(&[Life { created: ago(20, 0), deleted: None }]).await;
    assert_eq!(young["retention"]["after-30-days"], Value::Null, "nobody is that old");
}

async fn insight_of(lives: &[Life]) -> Value {
    let app = app().await;
    import(&app, lives).await;
    insight(&app).await
}

#[tokio::test]
async fn growth_is_told_day_by_day_and_thirty_days_ahead_with_intervals() {
    let app = app().await;
    let lives = lives(2000, 300);
    import(&app, &lives).await;
    let growth = &insight(&app).await["growth"];
    let (history, forecast) = (&growth["history"], &growth["forecast"]);
    let days: Vec<&Value> =
        [history, forecast].iter().flat_map(|part| part.as_array().unwrap()).collect();
    assert_eq!(days.len(), 90 + 30);
    let mut counted: BTreeMap<i64, u64> = BTreeMap::new();
    lives.iter().for_each(|life| *counted.entry(day(life.created)).or_default() += 1);
    for (place, shown) in days.iter().enumerate() {
        let number = day(now()) - 90 + i64::try_from(place).unwrap();
        let date = Timestamp::from_second(number * 86_400).unwrap().to_string();
        assert_eq!(shown["day"], date[..10], "every day, and today is the first ahead");
        let [low, expected, high] =
            ["low", "expected", "high"].map(|name| shown[name].as_f64().unwrap());
        assert!(0.0 <= low && low <= expected && expected <= high, "{shown}");
        if place < 90 {
            assert_eq!(shown["created"], counted.get(&number).copied().unwrap_or(0));
        } else {
            assert!((3.0..12.0).contains(&expected), "some seven a day: {shown}");
            assert_eq!(shown.get("created"), None);
        }
    }
}

#[tokio::test]
async fn a_day_that_stands_out_is_told() {
    let mut many = lives(1500, 300);
    many.extend((0..80).map(|_| Life { created: ago(40, 1), deleted: None }));
    let insight = insight_of(&many).await;
    let anomalies = insight["anomalies"].as_array().unwrap();
    let date = ago(40, 1).to_string();
    let found = anomalies.iter().find(|it| it["day"] == date[..10] && it["of"] == "created");
    let found = found.unwrap_or_else(|| panic!("{anomalies:?}"));
    assert_eq!(found["direction"], "above");
    assert!(found["count"].as_u64().unwrap() >= 80);
    assert!(anomalies.len() <= 5, "and hardly any other: {anomalies:?}");
}

#[tokio::test]
async fn a_customer_is_told_how_probably_it_stays_once_there_is_history() {
    let app = app().await;
    let john = app.create_john(CUSTOMERS).await;
    let path = format!("{CUSTOMERS}/{john}/insight");
    assert_eq!(app.get(&path).await.json().get("retention"), None, "nothing is known yet");
    let lives = lives(800, 500);
    import(&app, &lives).await;
    let insight = app.get(&path).await.json();
    let expected = survival(&lives, 90);
    let told = insight["retention"].as_f64().unwrap();
    assert!((told - expected).abs() < 0.03, "{told} is not about {expected}");
}

#[tokio::test]
async fn possible_duplicates_are_counted_in_clusters() {
    let app = app().await;
    for _ in 0..3 {
        app.create_john(CUSTOMERS).await;
    }
    import(&app, &lives(40, 100)).await;
    let duplicates = insight(&app).await["duplicates"].clone();
    assert_eq!(duplicates, json!({"clusters": 1, "customers": 3}));
}

#[tokio::test]
async fn a_company_without_customers_has_no_insight_and_a_new_one_has() {
    let app = app().await;
    app.get(INSIGHT).await.problem(404, "customers-not-found");
    let john = app.create_john(CUSTOMERS).await;
    let first = insight(&app).await;
    assert_eq!(first["customers"], 1);
    assert_eq!(first["growth"]["history"], json!([]));
    let today = &first["growth"]["forecast"][0];
    assert_eq!(today["day"], NOW[..10]);
    assert!(
        today["expected"].as_f64() > Some(0.0) && today["high"].as_f64() >= Some(1.0),
        "{today}"
    );
    app.get("/api/tse/v1/company/acme2/insight").await.problem(404, "customers-not-found");
    app.delete(&format!("{CUSTOMERS}/{john}")).await;
    app.get(INSIGHT).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn an_insight_is_the_same_after_a_start_and_when_all_is_derived_anew() {
    let mut app = app().await;
    import(&app, &lives(300, 200)).await;
    app.create_john(CUSTOMERS).await;
    let before = insight(&app).await;
    for is_derived_anew in [false, true] {
        let sled = app.data_dir().join("sled");
        app.restart_with(|parts| {
            if is_derived_anew {
                std::fs::remove_dir_all(sled).unwrap();
            }
            TestClock::at(NOW).install(parts);
        })
        .await;
        assert_eq!(insight(&app).await, before);
    }
}

#[tokio::test]
async fn growth_follows_what_happens_and_the_days() {
    let clock = TestClock::at(NOW);
    let app = TestApp::start_with(|parts| clock.install(parts)).await;
    import(&app, &lives(300, 100)).await;
    let yesterday = |insight: &Value| insight["growth"]["history"][89].clone();
    let first = insight(&app).await;
    let more: Vec<Life> = (0..5).map(|_| Life { created: ago(1, 0), deleted: None }).collect();
    import(&app, &more).await;
    let second = insight(&app).await;
    let [before, after] = [&first, &second].map(yesterday);
    assert_eq!(before["day"], after["day"]);
    assert_eq!(after["created"], before["created"].as_u64().unwrap() + 5);
    clock.advance(24 * 3_600_000);
    let third = insight(&app).await;
    assert_eq!(yesterday(&third)["day"], NOW[..10]);
    assert_eq!(third["growth"]["forecast"][0]["day"], first["growth"]["forecast"][1]["day"]);
}
