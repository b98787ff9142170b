//! What the console asks beside the operations: who has signed in and where that leads, what
//! happened to a customer, how the service is. And that nobody learns there what is not for him.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;
#[path = "support/tokens.rs"]
mod tokens;

use hyper::Method;
use serde_json::{Value, json};
use support::{CUSTOMERS, JOHN, TestApp, TestClock, customers_of, john_with};
use tokens::{Given, give, grant, grant_with};

const SESSION: &str = "/console/session";
const FIGURES: &str = "/console/figures";
const NOBODY: &str = "01JD8Z3M6Q4X9T2V7B5N1C0KRE";

fn history_of(id: &str) -> String {
    format!("/console/history/tse/v1/acme/{id}")
}

/// A token for one product and company with these permissions.
async fn scoped(app: &TestApp, product: &str, company: &str, permissions: &[&str]) -> Given {
    let mut grant = grant();
    grant["product"] = product.into();
    grant["company"] = company.into();
    grant["permissions"] = json!(permissions);
    give(app, grant).await
}

/// The companies of a session, as `product/version/company: customers`.
fn companies(session: &Value) -> Vec<String> {
    let text = |company: &Value, name: &str| company[name].as_str().unwrap().to_owned();
    let line = |company: &Value| {
        let names = ["product", "version", "company"].map(|name| text(company, name)).join("/");
        format!("{names}: {}", company["customers"])
    };
    session["companies"].as_array().unwrap().iter().map(line).collect()
}

async fn with_companies() -> TestApp {
    let app = TestApp::start().await;
    for path in [
        "/api/tse/v1/company/acme/customer",
        "/api/tse/v1/company/acme/customer",
        "/api/tse/v1/company/acme2/customer",
        "/api/tse/v1/company/acme-x/customer",
        "/api/tse/v10/company/acme/customer",
        "/api/tse/v2/company/zeta/customer",
        "/api/crm/v1/company/acme/customer",
    ] {
        app.create_john(path).await;
    }
    app
}

const ALL: [&str; 6] = [
    "crm/v1/acme: 1",
    "tse/v1/acme-x: 1",
    "tse/v1/acme: 2",
    "tse/v1/acme2: 1",
    "tse/v10/acme: 1",
    "tse/v2/zeta: 1",
];

#[tokio::test]
async fn a_session_has_the_token_without_its_secret_and_the_companies_it_leads_to() {
    let app = with_companies().await;
    let mut wanted = grant();
    wanted["expires-at"] = "2100-01-01T00:00:00Z".into();
    wanted["permissions"] = json!(["write", "read"]);
    let token = give(&app, wanted).await;
    let answer = token.get(&app, SESSION).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert!(!answer.text().contains(&token.secret) && !answer.text().contains("sc_"));
    let session = answer.json();
    let expected = json!({
        "id": token.id,
        "name": "till-3",
        "product": "*",
        "company": "*",
        "permissions": ["read", "write"],
        "expires-at": "2100-01-01T00:00:00Z"
    });
    assert_eq!(session["token"], expected);
    assert_eq!(companies(&session), ALL);
    assert_eq!(session["more"], false);
}

#[tokio::test]
async fn a_token_never_learns_of_companies_outside_its_scope() {
    let app = with_companies().await;
    let expected: [(&str, &str, &[usize]); 9] = [
        ("*", "*", &[0, 1, 2, 3, 4, 5]),
        ("tse", "*", &[1, 2, 3, 4, 5]),
        ("crm", "*", &[0]),
        ("*", "acme", &[0, 2, 4]),
        ("tse", "acme", &[2, 4]),
        ("tse", "acme2", &[3]),
        ("tse", "acm", &[]),
        ("ts", "*", &[]),
        ("zzz", "acme", &[]),
    ];
    for (product, company, places) in expected {
        let token = scoped(&app, product, company, &["read"]).await;
        let answer = token.get(&app, SESSION).await;
        let expected: Vec<&str> = places.iter().map(|place| ALL[*place]).collect();
        assert_eq!(companies(&answer.json()), expected, "{product} {company}");
        if product == "tse" && company == "acme" {
            let told = answer.text().to_owned();
            assert!(!told.contains("acme2") && !told.contains("zeta") && !told.contains("crm"));
        }
    }
}

#[tokio::test]
async fn who_may_not_read_is_shown_no_company() {
    let app = with_companies().await;
    for permissions in [&["write"][..], &["admin"], &["write", "admin"]] {
        let session = scoped(&app, "*", "*", permissions).await.get(&app, SESSION).await.json();
        assert_eq!(session["companies"], json!([]), "{permissions:?}");
        assert_eq!(session["token"]["permissions"], json!(permissions));
    }
}

#[tokio::test]
async fn a_company_that_lost_all_its_customers_is_still_shown() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    assert_eq!(app.delete(&format!("{CUSTOMERS}/{id}")).await.status, 204);
    assert_eq!(companies(&app.get(SESSION).await.json()), ["tse/v1/acme: 0"]);
}

#[tokio::test]
async fn a_thousand_companies_are_shown_and_that_there_are_more() {
    let app = TestApp::start().await;
    for number in 0..1001 {
        let company = customers_of(&format!("firm-{number:04}"));
        assert_eq!(app.post(&company, JOHN).await.status, 201);
        if number == 999 {
            let session = app.get(SESSION).await.json();
            assert_eq!((companies(&session).len(), &session["more"]), (1000, &json!(false)));
        }
    }
    let session = app.get(SESSION).await.json();
    let shown = companies(&session);
    assert_eq!((shown.len(), &session["more"]), (1000, &json!(true)));
    assert_eq!(
        (shown[0].as_str(), shown[999].as_str()),
        ("tse/v1/firm-0000: 1", "tse/v1/firm-0999: 1")
    );
    assert_eq!(app.get(FIGURES).await.json()["companies"], 1001);
}

#[tokio::test]
async fn the_session_of_a_chosen_admin_token_has_no_id() {
    let chosen = "a-token-that-the-admin-chose";
    let app = TestApp::start_with(|parts| parts.admin_token = Some(chosen.to_owned())).await;
    let call = app.anonymous(Method::GET, SESSION);
    let session = call.header("authorization", &format!("Bearer {chosen}")).send().await.json();
    let expected = json!({
        "id": null,
        "name": "admin",
        "product": "*",
        "company": "*",
        "permissions": ["read", "write", "admin"],
        "expires-at": null
    });
    assert_eq!(session["token"], expected);
}

#[tokio::test]
async fn all_three_want_a_good_token_and_end_with_its_revocation() {
    let clock = TestClock::at("2026-11-23T18:00:00Z");
    let app = TestApp::start_with(|parts| clock.install(parts)).await;
    let id = app.create_john(CUSTOMERS).await;
    let paths = [SESSION.to_owned(), FIGURES.to_owned(), history_of(&id)];
    let token = give(&app, grant()).await;
    let expiring = give(&app, grant_with("expires-at", "2026-11-23T19:00:00Z")).await;
    for path in &paths {
        app.anonymous(Method::GET, path).send().await.problem(401, "unauthorized");
        let wrong = app.anonymous(Method::GET, path).header("authorization", "Bearer sc_wrong");
        let wrong = wrong.send().await;
        wrong.problem(401, "unauthorized");
        assert!(wrong.header("www-authenticate").starts_with("Bearer"), "{path}");
        assert_eq!(token.get(&app, path).await.status, 200, "{path}");
        assert_eq!(expiring.get(&app, path).await.status, 200, "{path}");
    }
    assert_eq!(app.delete(&token.path()).await.status, 204);
    clock.advance(3_600_000);
    for path in &paths {
        token.get(&app, path).await.problem(401, "unauthorized");
        expiring.get(&app, path).await.problem(401, "unauthorized");
    }
}

#[tokio::test]
async fn a_limited_token_is_limited_here_too() {
    let app = TestApp::start().await;
    let token = give(&app, grant_with("requests-per-second", 1)).await;
    let first = token.get(&app, SESSION).await;
    assert_eq!(first.status, 200);
    assert!(first.headers.contains_key("ratelimit"));
    let mut statuses = Vec::new();
    for _ in 0..20 {
        statuses.push(token.get(&app, SESSION).await.status.as_u16());
    }
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn they_are_read_only_as_json_and_without_parameters() {
    let app = TestApp::start().await;
    for path in [SESSION.to_owned(), FIGURES.to_owned(), history_of(NOBODY)] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = app.request(method, &path).send().await;
            answer.problem(405, "method-not-allowed");
            assert_eq!(answer.header("allow"), "GET, HEAD");
        }
        let head = app.head(&path).await;
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0), "{path}");
        app.get(&format!("{path}?a=1")).await.problem(400, "invalid-query-parameter");
        let html = app.request(Method::GET, &path).header("accept", "text/html").send().await;
        html.problem(406, "not-acceptable");
        assert!(!app.get(&path).await.headers.contains_key("x-ai-metadata"));
    }
}

#[tokio::test]
async fn a_history_has_what_happened_newest_first_also_when_the_customer_is_gone() {
    let clock = TestClock::at("2026-11-23T18:00:00Z");
    let app = TestApp::start_with(|parts| clock.install(parts)).await;
    let id = app.create_john(CUSTOMERS).await;
    let other = app.create_john(CUSTOMERS).await;
    let path = format!("{CUSTOMERS}/{id}");
    clock.advance(1000);
    let changed = app.request(Method::PUT, &path).json(john_with("vat-number", "DE136695976"));
    assert_eq!(changed.send().await.status, 200);
    clock.advance(1000);
    assert_eq!(app.delete(&path).await.status, 204);
    let history = app.get(&history_of(&id)).await.json();
    let events = history["events"].as_array().unwrap();
    let told = |name: &str| events.iter().map(|event| event[name].clone()).collect::<Vec<_>>();
    assert_eq!(told("kind"), ["deleted", "updated", "created"]);
    assert_eq!(told("market"), ["DE", "DE", "IT"]);
    let times =
        ["2026-11-23T18:00:02.000Z", "2026-11-23T18:00:01.000Z", "2026-11-23T18:00:00.000Z"];
    assert_eq!(told("time"), times);
    assert!(told("id").is_sorted_by(|one, next| one.as_u64() > next.as_u64()));
    assert!(told("category").iter().all(Value::is_string));
    assert_eq!(history["complete"], true);
    let history = app.get(&history_of(&other)).await.json();
    assert_eq!(history["events"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_ids_of_a_history_are_those_of_the_change_feed() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let number = app.get(&history_of(&id)).await.json()["events"][0]["id"].as_u64().unwrap();
    let token = &app.token;
    let request = format!(
        "GET /api/tse/v1/company/acme/event?after={} HTTP/1.1\r\nHost: localhost\r\n\
         Authorization: Bearer {token}\r\n\r\n",
        number - 1
    );
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = app.connect().await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut read = Vec::new();
    let wanted = format!("id: {number}\nevent: created\n");
    while !String::from_utf8_lossy(&read).contains(&wanted) {
        let mut piece = [0; 1024];
        let count = stream.read(&mut piece).await.unwrap();
        assert_ne!(count, 0, "{}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&piece[..count]);
    }
}

#[tokio::test]
async fn a_history_of_nobody_is_empty_and_of_what_can_be_nobody_not_there() {
    let app = TestApp::start().await;
    let nobody = json!({"events": [], "complete": true});
    assert_eq!(app.get(&history_of(NOBODY)).await.json(), nobody);
    app.create_john(CUSTOMERS).await;
    assert_eq!(app.get(&history_of(NOBODY)).await.json(), nobody);
    app.get(&history_of("456")).await.problem(404, "customer-not-found");
    let faults = app.get(&format!("/console/history/tse/1/acme/{NOBODY}")).await;
    assert_eq!(faults.faults(400, "invalid-path-parameter")[0].0, "version");
}

#[tokio::test]
async fn a_history_is_for_those_who_may_read_in_that_company() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    for (product, company, permissions, status) in [
        ("tse", "acme", &["read"][..], 200),
        ("*", "*", &["read"], 200),
        ("tse", "acme", &["write"], 403),
        ("*", "*", &["write", "admin"], 403),
        ("tse", "acme2", &["read"], 403),
        ("crm", "acme", &["read"], 403),
    ] {
        let token = scoped(&app, product, company, permissions).await;
        let answers =
            [token.get(&app, &history_of(&id)).await, token.get(&app, &history_of(NOBODY)).await];
        for answer in answers {
            assert_eq!(answer.status, status, "{product} {company} {permissions:?}");
        }
    }
    // The same id in another company is another customer.
    let elsewhere = app.get(&format!("/console/history/tse/v1/acme2/{id}")).await.json();
    assert_eq!(elsewhere["events"], json!([]));
}

#[tokio::test]
async fn a_history_goes_back_20000_events_and_says_so() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let many = |count: usize| {
        let line = |number: usize| john_with("email", format!("john.{number}@example.com")) + "\n";
        (0..count).map(line).collect::<String>()
    };
    let import = async |count: usize| {
        let call = app.request(Method::POST, CUSTOMERS);
        let answer = call.header("content-type", "application/x-ndjson").body(many(count));
        let answer = answer.send().await;
        assert_eq!(answer.text().matches("\"status\":201").count(), count);
    };
    import(19_999).await;
    let history = app.get(&history_of(&id)).await.json();
    assert_eq!(
        (&history["events"][0]["kind"], &history["complete"]),
        (&json!("created"), &json!(true))
    );
    import(1).await;
    assert_eq!(app.get(&history_of(&id)).await.json(), json!({"events": [], "complete": false}));
    let path = format!("{CUSTOMERS}/{id}");
    assert_eq!(app.delete(&path).await.status, 204);
    let history = app.get(&history_of(&id)).await.json();
    assert_eq!(
        (&history["events"][0]["kind"], &history["complete"]),
        (&json!("deleted"), &json!(false))
    );
}

#[tokio::test]
async fn the_figures_tell_how_the_service_is() {
    let clock = TestClock::at("2026-11-23T18:00:00Z");
    let mut app = TestApp::start_with(|parts| clock.install(parts)).await;
    app.create_john(CUSTOMERS).await;
    app.create_john(CUSTOMERS).await;
    let id = app.create_john(&customers_of("zeta")).await;
    assert_eq!(app.delete(&format!("{}/{id}", customers_of("zeta"))).await.status, 204);
    clock.advance(5000);
    let figures = app.get(FIGURES).await.json();
    assert_eq!(figures["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(figures["started-at"], "2026-11-23T18:00:00Z");
    assert_eq!(figures["ready"], true);
    assert_eq!((&figures["customers"], &figures["companies"]), (&json!(2), &json!(1)));
    assert_eq!(figures["connections"], 1);
    assert_eq!(figures["snapshot"]["taken-at"], Value::Null);
    for name in ["journal-bytes", "trees-bytes"] {
        assert!(figures["disk"][name].as_u64().unwrap() > 0, "{figures}");
    }
    assert_eq!(figures["disk"]["snapshot-bytes"], 0);
    assert_eq!(figures["disk"]["free-bytes"].is_u64(), cfg!(target_os = "linux"));
    // At its stop it takes a snapshot, as that is cheap.
    app.restart().await;
    let figures = app.get(FIGURES).await.json();
    assert!(figures["snapshot"]["taken-at"].is_string(), "{figures}");
    assert!(figures["disk"]["snapshot-bytes"].as_u64().unwrap() > 0, "{figures}");
    assert_eq!(figures["customers"], 2);
}

#[tokio::test]
async fn open_connections_are_counted_until_they_are_closed() {
    let app = TestApp::start().await;
    let connections = async || app.get(FIGURES).await.json()["connections"].as_u64().unwrap();
    let held = app.connect().await;
    while connections().await != 2 {
        tokio::task::yield_now().await;
    }
    drop(held);
    while connections().await != 1 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn figures_are_for_admins_of_everything_only() {
    let app = TestApp::start().await;
    for (product, company, permissions, status) in [
        ("*", "*", &["admin"][..], 200),
        ("*", "*", &["read", "write", "admin"], 200),
        ("*", "*", &["read", "write"], 403),
        ("tse", "*", &["read", "write", "admin"], 403),
        ("*", "acme", &["admin"], 403),
        ("tse", "acme", &["admin"], 403),
    ] {
        let token = scoped(&app, product, company, permissions).await;
        let answer = token.get(&app, FIGURES).await;
        assert_eq!(answer.status, status, "{product} {company} {permissions:?}");
        if status == 403 {
            answer.problem(403, "forbidden");
        }
    }
}
