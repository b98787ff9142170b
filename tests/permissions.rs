//! Who may do what: every operation by every kind of token, against one small rule.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;
#[path = "support/tokens.rs"]
mod tokens;

use serde_json::json;
use smart_customer::api::catalogue::{CATALOGUE, OperationId};
use support::{CUSTOMERS, JOHN, TestApp, TestClock, customers_of};
use tokens::{TOKENS, give, grant_with};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// An id that nobody has: what is deleted in one row of the matrix is not missing in the next.
const NOBODY: &str = "01JD8Z3M6Q4X9T2V7B5N1C0KRE";

const GRANT: &str = r#"{"name":"n","product":"p","company":"c","permissions":["read"]}"#;

/// What a request asks for.
struct Asked {
    method: &'static str,
    path: String,
    body: &'static str,
    /// What a token must allow, and for which product and company.
    needs: (&'static str, &'static str, &'static str),
}

/// A request for each operation of the catalogue, by the published table: on acme's customers who
/// looks needs `read`, who changes needs `write`; on the tokens an `admin` for everything.
fn operations(version: &str) -> impl Iterator<Item = Asked> {
    CATALOGUE.iter().map(move |row| {
        let (permission, body) = match row.id {
            OperationId::CustomerListing
            | OperationId::CustomerDetail
            | OperationId::CustomerChangeFeed => ("read", ""),
            OperationId::CustomerCreation | OperationId::CustomerReplacement => ("write", JOHN),
            OperationId::CustomerUpdate => ("write", "{}"),
            OperationId::CustomerDeletion => ("write", ""),
            OperationId::TokenCreation => ("admin", GRANT),
            OperationId::TokenListing | OperationId::TokenRevocation => ("admin", ""),
        };
        let path = row.path.replace("{product}", "tse").replace("{version}", version);
        let path = path.replace("{companyId}", "acme").replace("{customerId}", NOBODY);
        let path = path.replace("{tokenId}", NOBODY);
        let (product, company) = if permission == "admin" { ("*", "*") } else { ("tse", "acme") };
        Asked { method: row.method.as_str(), path, body, needs: (permission, product, company) }
    })
}

/// A kind of token.
struct Kind {
    /// What is sent as Authorization.
    sent: Option<String>,
    /// What it allows, where it is good: permissions, product, company.
    good: Option<(Vec<&'static str>, &'static str, &'static str)>,
}

/// The rule: no good token, 401; not what is needed where it is needed, 403; else allowed (0).
fn rule(kind: &Kind, asked: &Asked) -> u16 {
    let (permission, product, company) = asked.needs;
    match &kind.good {
        None => 401,
        Some((permissions, p, c))
            if permissions.contains(&permission)
                && (*p == "*" || *p == product)
                && (*c == "*" || *c == company) =>
        {
            0
        }
        Some(_) => 403,
    }
}

/// Every set of permissions but the empty one.
fn permission_sets() -> impl Iterator<Item = Vec<&'static str>> {
    let chosen = |set: u8| move |(place, _): &(usize, &str)| set >> place & 1 == 1;
    (1..8).map(move |set| {
        let all = ["read", "write", "admin"].into_iter().enumerate();
        all.filter(chosen(set)).map(|(_, permission)| permission).collect()
    })
}

const SCOPES: [(&str, &str); 9] = [
    ("*", "*"),
    ("tse", "*"),
    ("*", "acme"),
    ("tse", "acme"),
    ("crm", "*"),
    ("*", "acme2"),
    ("crm", "acme"),
    ("tse", "acm"),
    ("TSE", "ACME"),
];

/// Tokens that are none, or none any more.
async fn bad_tokens(app: &TestApp, clock: &TestClock) -> Vec<Kind> {
    let revoked = give(app, grant_with("name", "revoked")).await;
    assert_eq!(app.delete(&revoked.path()).await.status, 204);
    let expired = give(app, grant_with("expires-at", "2026-11-23T19:00:00Z")).await;
    clock.advance(3_600_000);
    let unknown = format!("sc_{}", "A".repeat(43));
    [
        None,
        Some("Bearer".to_owned()),
        Some(format!("Basic {}", app.token)),
        Some(format!("Bearer {}x", app.token)),
        Some(format!("Bearer {unknown}")),
        Some(format!("Bearer {}", expired.secret)),
        Some(format!("Bearer {}", revoked.secret)),
    ]
    .map(|sent| Kind { sent, good: None })
    .into()
}

async fn good_tokens(app: &TestApp) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for permissions in permission_sets() {
        for (product, company) in SCOPES {
            let name = "matrix";
            let grant = json!({"name": name, "product": product, "company": company, "permissions": permissions});
            let sent = Some(format!("Bearer {}", give(app, grant).await.secret));
            kinds.push(Kind { sent, good: Some((permissions.clone(), product, company)) });
        }
    }
    kinds
}

/// The status of the answer; its body may have no end.
async fn status(app: &TestApp, asked: &Asked, kind: &Kind) -> u16 {
    let Asked { method, path, body, .. } = asked;
    let authorization = kind.sent.as_ref().map(|sent| format!("Authorization: {sent}\r\n"));
    let media = if *method == "PATCH" { "merge-patch+json" } else { "json" };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/{media}\r\n\
         Content-Length: {}\r\n{}\r\n{body}",
        body.len(),
        authorization.unwrap_or_default()
    );
    let mut stream = app.connect().await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    let head = std::str::from_utf8(&head).unwrap();
    head.strip_prefix("HTTP/1.1 ").unwrap().parse().unwrap()
}

#[tokio::test]
async fn every_operation_is_allowed_to_exactly_the_tokens_that_it_is_for() {
    let clock = TestClock::at("2026-11-23T18:00:00Z");
    let app = TestApp::start_with(|parts| clock.install(parts)).await;
    app.create_john(CUSTOMERS).await;
    app.create_john(&CUSTOMERS.replace("v1", "v2")).await;
    let mut kinds = bad_tokens(&app, &clock).await;
    kinds.extend(good_tokens(&app).await);
    assert_eq!(kinds.len(), 7 + 7 * SCOPES.len());
    let asked: Vec<Asked> = operations("v1").chain(operations("v2")).collect();
    for kind in &kinds {
        for asked in &asked {
            let found = status(&app, asked, kind).await;
            let (method, path, good) = (asked.method, &asked.path, &kind.good);
            assert!(found < 500 && found != 429, "{method} {path} by {good:?}: {found}");
            let found = if [401, 403].contains(&found) { found } else { 0 };
            assert_eq!(found, rule(kind, asked), "{method} {path} by {good:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_says_nothing_about_what_exists() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let mut grant = tokens::grant();
    grant["company"] = "acme2".into();
    let token = give(&app, grant).await;
    let existing = [CUSTOMERS.to_owned(), format!("{CUSTOMERS}/{id}"), token.path()];
    let nobody = customers_of("nobody");
    let missing = [nobody.clone(), format!("{nobody}/{NOBODY}"), format!("{TOKENS}/{NOBODY}")];
    let missing_here = [CUSTOMERS.to_owned(), format!("{CUSTOMERS}/{NOBODY}"), missing[2].clone()];
    for missing in [missing, missing_here] {
        for (existing, missing) in existing.iter().zip(missing) {
            for method in ["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH"] {
                let ask = async |path: &str| {
                    let method = method.parse().unwrap();
                    let call = token.request(&app, method, path).header("x-request-id", "same");
                    let mut answer = call.json(JOHN).send().await;
                    answer.headers.remove("date");
                    (answer.status, answer.headers, answer.body)
                };
                let refused = ask(existing).await;
                assert!([403, 405].contains(&refused.0.as_u16()), "{method} {existing}");
                assert_eq!(refused, ask(&missing).await, "{method} {existing}");
            }
        }
    }
}

#[tokio::test]
async fn what_a_token_may_not_do_is_not_done() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    let reader = give(&app, grant_with("permissions", vec!["read", "admin"])).await;
    for (method, path) in
        [("POST", CUSTOMERS), ("DELETE", &*path), ("PUT", &path), ("PATCH", &path)]
    {
        let call = reader.request(&app, method.parse().unwrap(), path).json(JOHN);
        call.send().await.problem(403, "forbidden");
    }
    let list = reader.get(&app, CUSTOMERS).await.json();
    assert_eq!(list.as_array().unwrap().len(), 1);
    let writer = give(&app, grant_with("permissions", vec!["write"])).await;
    let made = writer.request(&app, "POST".parse().unwrap(), TOKENS).json(GRANT).send().await;
    made.problem(403, "forbidden");
    assert_eq!(app.get(TOKENS).await.json().as_array().unwrap().len(), 3);
}
