//! `q=`: customers by the words of their names and emails, best match first.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/many.rs"]
mod many;
mod support;

use many::create_many;
use serde_json::{Value, json};
use support::{CUSTOMERS, TestApp, customers_of, ids};

/// A person as a request body.
fn person(first: &str, last: &str, email: &str) -> String {
    json!({"first-name": first, "last-name": last, "email": email, "vat-number": "IT12345678903"})
        .to_string()
}

async fn add(app: &TestApp, first: &str, last: &str, email: &str) -> String {
    let answer = app.post(CUSTOMERS, person(first, last, email)).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// The query with what is searched for.
fn query(text: &str) -> String {
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("{CUSTOMERS}?q={encoded}")
}

/// The last names of what is found, in order.
async fn found(app: &TestApp, text: &str) -> Vec<String> {
    let answer = app.get(&query(text)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let list = answer.json();
    let name = |customer: &Value| customer["last-name"].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn the_beginning_of_any_word_of_the_names_and_the_email_finds_a_customer() {
    let app = TestApp::start().await;
    add(&app, "Anna Maria", "Bianchi-Verdi", "amb@studio.example.com").await;
    add(&app, "Zeno", "Quattro", "zq@other.net").await;
    for text in
        ["anna", "ann", "a", "mar", "bian", "bianchi", "verdi", "ver", "amb", "stud", "exam", "com"]
    {
        assert_eq!(found(&app, text).await, ["Bianchi-Verdi"], "{text}");
    }
    assert_eq!(found(&app, "amb@studio.example.com").await, ["Bianchi-Verdi"]);
    // The middle of a word is no beginning.
    assert!(found(&app, "ianch").await.is_empty());
}

#[tokio::test]
async fn case_and_diacritics_do_not_matter_either_way() {
    let app = TestApp::start().await;
    add(&app, "Jürgen", "Müller", "jm@example.com").await;
    add(&app, "Ольга", "Иванова", "oi@example.com").await;
    for text in ["muller", "Müller", "MÜLLER", "mu\u{308}ller", "jurgen", "JÜRG"] {
        assert_eq!(found(&app, text).await, ["Müller"], "{text}");
    }
    for text in ["иванова", "ИВАН", "ivanova", "olga"] {
        assert_eq!(found(&app, text).await, ["Иванова"], "{text}");
    }
}

#[tokio::test]
async fn a_near_spelling_finds_a_customer() {
    let app = TestApp::start().await;
    add(&app, "John", "Smith", "a@example.com").await;
    add(&app, "Mario", "Rossi", "b@example.com").await;
    add(&app, "Friedrich", "Schwarzenegger", "c@example.com").await;
    for (text, name) in [
        ("smiht", "Smith"),
        ("smth", "Smith"),
        ("smmith", "Smith"),
        ("smyth", "Smith"),
        ("jonh", "Smith"),
        ("jon", "Smith"),
        ("rosi", "Rossi"),
        ("schwarzeneger", "Schwarzenegger"),
        ("schwarzenneger", "Schwarzenegger"),
        ("freidrick", "Schwarzenegger"),
    ] {
        assert_eq!(found(&app, text).await, [name], "{text}");
    }
    assert!(found(&app, "smihtt").await.is_empty());
}

#[tokio::test]
async fn the_best_match_comes_first() {
    let app = TestApp::start().await;
    add(&app, "A", "Rosso", "a@example.com").await;
    add(&app, "B", "Verdi", "rossi@example.com").await;
    add(&app, "C", "Rossini", "c@example.com").await;
    add(&app, "D", "Neri", "rossiniana@example.com").await;
    add(&app, "E", "Rossi", "e@example.com").await;
    let expected = ["Rossi", "Verdi", "Rossini", "Neri", "Rosso"];
    assert_eq!(found(&app, "rossi").await, expected);
}

#[tokio::test]
async fn who_matches_by_the_name_comes_before_hundreds_who_do_by_the_email() {
    let app = TestApp::start().await;
    create_many(&app, 400, |number| person("Bo", "Verdi", &format!("b{number}@neri.example")))
        .await;
    create_many(&app, 300, |number| person("Anna", "Rossi", &format!("a{number}@neri.example")))
        .await;
    add(&app, "Neri", "Rossi", "n@other.net").await;
    for (text, first) in [("neri rossi", "n@other.net"), ("rossi example", "a0@neri.example")] {
        let answer = app.get(&format!("{}&limit=5", query(text))).await;
        let found = answer.json();
        assert_eq!(found.as_array().unwrap().len(), 5, "{text}");
        assert_eq!(found[0]["email"], first, "{text}");
    }
}

#[tokio::test]
async fn every_word_must_match_in_any_order() {
    let app = TestApp::start().await;
    add(&app, "Maria", "Rossi", "a@example.com").await;
    add(&app, "Mario", "Rossini", "b@example.com").await;
    add(&app, "Mario", "Rossi", "c@example.com").await;
    add(&app, "Mario", "Bianchi", "d@example.com").await;
    for text in ["mario rossi", "rossi mario", "Rossi, Mario"] {
        assert_eq!(found(&app, text).await, ["Rossi", "Rossini", "Rossi"], "{text}");
    }
    let answer = app.get(&query("mario rossi")).await.json();
    let firsts: Vec<&str> =
        answer.as_array().unwrap().iter().map(|one| one["first-name"].as_str().unwrap()).collect();
    assert_eq!(firsts, ["Mario", "Mario", "Maria"]);
    // The words of an address are words like any other; the one that has them all is first.
    let answer = app.get(&query("mario c@example.com")).await.json();
    assert_eq!(answer[0]["email"], "c@example.com");
    assert!(found(&app, "mario zzz").await.is_empty());
}

#[tokio::test]
async fn a_person_is_found_by_another_form_of_the_first_name_behind_better_matches() {
    let app = TestApp::start().await;
    add(&app, "Robert", "Smith", "a@example.com").await;
    add(&app, "Bob", "Smithers", "b@example.com").await;
    add(&app, "Alice", "Smith", "c@example.com").await;
    add(&app, "Giuseppe", "Rossi", "d@example.com").await;
    assert_eq!(found(&app, "bob smith").await, ["Smithers", "Smith"]);
    assert_eq!(found(&app, "rossi beppe").await, ["Rossi"]);
    assert_eq!(found(&app, "bob").await, ["Smithers"], "one word alone");
}

#[tokio::test]
async fn what_was_changed_or_deleted_is_found_by_its_present_words_only() {
    let app = TestApp::start().await;
    let id = add(&app, "Mario", "Rossi", "m@example.com").await;
    add(&app, "Luca", "Bianchi", "l@example.com").await;
    let path = format!("{CUSTOMERS}/{id}");
    let changed = app.request(hyper::Method::PATCH, &path);
    let changed = changed.json(r#"{"last-name": "Esposito"}"#).send().await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert!(found(&app, "rossi").await.is_empty());
    assert_eq!(found(&app, "espo").await, ["Esposito"]);
    assert_eq!(app.delete(&path).await.status, 204);
    assert!(found(&app, "esposito").await.is_empty());
    assert!(found(&app, "esposio").await.is_empty());
    let report = app.running().service().registry().store().check().unwrap();
    assert_eq!(report.faults, 0, "{report:?}");
}

#[tokio::test]
async fn another_companys_customers_are_never_found() {
    let app = TestApp::start().await;
    add(&app, "Mario", "Rossi", "m@example.com").await;
    let other = customers_of("acme2");
    app.post(&other, person("Mario", "Verdi", "v@example.com")).await;
    assert_eq!(found(&app, "mario").await, ["Rossi"]);
    assert_eq!(found(&app, "maroi").await, ["Rossi"]);
    app.get(&format!("{}?q=mario", customers_of("nobody")))
        .await
        .problem(404, "customers-not-found");
}

#[tokio::test]
async fn following_the_links_gives_everything_once_in_the_same_order() {
    let app = TestApp::start().await;
    for number in 0..60 {
        let first = ["Mario", "Maria", "Marina", "Dario"][number % 4];
        let last = ["Rossi", "Rosso", "Rossini", "Russo", "Bossi"][number % 5];
        let domain = ["example.com", "mario.example.com", "rossi.example"][number % 3];
        add(&app, first, last, &format!("p{number}@{domain}")).await;
    }
    let words = ["rossi", "mario", "mario rossi", "ma ro", "r", "example"];
    let addresses =
        ["mario example", "mario rossi example", "rossi@example.com", "exampel mari com"];
    for text in words.into_iter().chain(addresses) {
        let all = ids(&app.get(&query(text)).await.json());
        assert!(all.len() > 5, "{text}");
        let (mut paged, mut next) = (Vec::new(), Some(format!("{}&limit=7", query(text))));
        while let Some(path) = next {
            let answer = app.get(&path).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let page = ids(&answer.json());
            assert!(page.len() <= 7);
            paged.extend(page);
            let link = answer.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
            next = link.map(|link| link.split(['<', '>']).nth(1).unwrap().to_owned());
        }
        assert_eq!(paged, all, "{text}");
    }
}

#[tokio::test]
async fn filters_hold_for_what_is_found_too() {
    let app = TestApp::start().await;
    add(&app, "Mario", "Rossi", "m@example.com").await;
    add(&app, "Mario", "Verdi", "v@example.com").await;
    let one = app.get(&format!("{CUSTOMERS}?q=mario&email=v@example.com&market=IT")).await.json();
    assert_eq!(one[0]["last-name"], "Verdi");
    assert_eq!(one.as_array().unwrap().len(), 1);
    assert_eq!(app.get(&format!("{CUSTOMERS}?q=mario&market=DE")).await.json(), json!([]));
}

#[tokio::test]
async fn a_search_for_signs_beyond_ascii_finds_nobody() {
    let app = TestApp::start().await;
    add(&app, "X", "Y", "z@example.com").await;
    for text in ["☃", "☃ …", "\u{FFFD}", "\u{3000}"] {
        assert_eq!(found(&app, text).await, Vec::<String>::new(), "{text:?}");
    }
}

#[tokio::test]
async fn a_search_without_words_is_refused() {
    let app = TestApp::start().await;
    add(&app, "Mario", "Rossi", "m@example.com").await;
    for bad in ["q=", "q=%20", "q=--", "q=a&q=b", "q=a+b+c+d+e+f+g+h+i", "Q=a"] {
        let problem = app.get(&format!("{CUSTOMERS}?{bad}")).await;
        problem.problem(400, "invalid-query-parameter");
    }
}

#[tokio::test]
async fn nothing_is_behind_a_customer_that_a_search_does_not_find() {
    let app = TestApp::start().await;
    add(&app, "Mario", "Rossi", "m@example.com").await;
    let stranger = add(&app, "Luca", "Bianchi", "l@example.com").await;
    for limit in ["", "&limit=1"] {
        let answer = app.get(&format!("{CUSTOMERS}?q=mario&after={stranger}{limit}")).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (200, "[]"));
        assert_eq!(answer.header("link"), "");
    }
}
