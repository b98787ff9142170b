//! Who may do what, and where: every operation, every kind of token, and one small rule that says
//! which goes with which.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;
use smart_customer::api::catalogue::{CATALOGUE, OperationId};
use smart_customer::cli::serve::Parts;
use smart_customer::operation::token::Stopwatch;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::support::{JOHN, TestApp, TestClock};
use super::tokens::{give, grant_with};

/// An id that nobody has: what is deleted in one row of the matrix is not missing in the next.
pub const NOBODY: &str = "01JD8Z3M6Q4X9T2V7B5N1C0KRE";

/// A body that asks for a token.
pub const GRANT: &str = r#"{"name":"n","product":"p","company":"c","permissions":["read"]}"#;

/// A body that asks what a sentence means.
pub const SENTENCE: &str = r#"{"text":"how many customers are there?"}"#;

/// What a request asks for.
pub struct Asked {
    /// Which operation.
    pub id: OperationId,
    /// Its method.
    pub method: &'static str,
    /// Its path.
    pub path: String,
    /// What is sent.
    pub body: &'static str,
    /// What a token must allow, and for which product and company.
    pub needs: (&'static str, &'static str, &'static str),
}

/// A request for each operation of the catalogue, by the published table: on acme's customers who
/// looks needs `read`, who changes needs `write`; on the tokens an `admin` for everything.
pub fn operations(version: &str) -> impl Iterator<Item = Asked> {
    CATALOGUE.iter().map(move |row| {
        let (permission, body) = match row.id {
            OperationId::CustomerListing
            | OperationId::CustomerDetail
            | OperationId::CustomerInsight
            | OperationId::CompanyInsight
            | OperationId::CustomerChangeFeed => ("read", ""),
            OperationId::IntentRecognition => ("read", SENTENCE),
            OperationId::CustomerCreation | OperationId::CustomerReplacement => ("write", JOHN),
            OperationId::CustomerUpdate => ("write", "{}"),
            OperationId::CustomerDeletion => ("write", ""),
            OperationId::TokenCreation => ("admin", GRANT),
            OperationId::TokenListing | OperationId::TokenRevocation | OperationId::Backup => {
                ("admin", "")
            }
        };
        let path = row.path.replace("{product}", "tse").replace("{version}", version);
        let path = path.replace("{companyId}", "acme").replace("{customerId}", NOBODY);
        let path = path.replace("{tokenId}", NOBODY);
        let (product, company) = if permission == "admin" { ("*", "*") } else { ("tse", "acme") };
        Asked {
            id: row.id,
            method: row.method.as_str(),
            path,
            body,
            needs: (permission, product, company),
        }
    })
}

/// A kind of token.
pub struct Kind {
    /// What is sent as Authorization.
    pub sent: Option<String>,
    /// What it allows, where it is good: permissions, product, company.
    pub good: Option<(Vec<&'static str>, &'static str, &'static str)>,
}

/// The rule: no good token, 401; not what is needed where it is needed, 403; else allowed (0).
pub fn rule(kind: &Kind, asked: &Asked) -> u16 {
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

/// Scopes that cover acme in tse, and others that are near.
pub const SCOPES: [(&str, &str); 9] = [
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
pub async fn bad_tokens(app: &TestApp, clock: &TestClock) -> Vec<Kind> {
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

/// Every set of permissions in every scope.
pub async fn good_tokens(app: &TestApp) -> Vec<Kind> {
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

/// Sets the clock, and has a second pass with each look at the stopwatch, so that no number of requests,
/// nor of wrong tokens, is too many.
pub fn take_time(clock: &TestClock, parts: &mut Parts) {
    clock.install(parts);
    let looks = AtomicU64::new(0);
    let elapsed = move || Duration::from_secs(looks.fetch_add(1, Ordering::Relaxed));
    parts.stopwatch = Stopwatch::new(elapsed);
}

/// The status of the answer; its body may have no end.
pub async fn status(app: &TestApp, asked: &Asked, kind: &Kind) -> u16 {
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
