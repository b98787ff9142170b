//! Tokens for the tests: asked for by the admin of a service, used by others.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use hyper::Method;
use serde_json::{Value, json};

use super::support::{Answer, Call, TestApp};

/// The path of the tokens.
pub const TOKENS: &str = "/admin/token";

/// A token as its bearer knows it.
#[derive(Debug, Clone)]
pub struct Given {
    /// What the admin names it by.
    pub id: String,
    /// What the bearer sends.
    pub secret: String,
}

impl Given {
    /// Its path.
    pub fn path(&self) -> String {
        format!("{TOKENS}/{}", self.id)
    }

    /// Begins a request of its bearer.
    pub fn request<'a>(&self, app: &'a TestApp, method: Method, path: &str) -> Call<'a> {
        app.anonymous(method, path).header("authorization", &format!("Bearer {}", self.secret))
    }

    /// `GET path` by its bearer.
    pub async fn get(&self, app: &TestApp, path: &str) -> Answer {
        self.request(app, Method::GET, path).send().await
    }
}

/// A body that asks for a token good for everything, of which `field` has another value.
pub fn grant_with(field: &str, value: impl Into<Value>) -> String {
    let mut grant = grant();
    grant[field] = value.into();
    grant.to_string()
}

/// A body that asks for a token good for everything.
pub fn grant() -> Value {
    json!({"name": "till-3", "product": "*", "company": "*", "permissions": ["read", "write", "admin"]})
}

/// Asks for a token.
pub async fn give(app: &TestApp, grant: impl ToString) -> Given {
    let answer = app.post(TOKENS, grant.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let token = answer.json();
    let text = |name: &str| token[name].as_str().unwrap().to_owned();
    Given { id: text("id"), secret: text("token") }
}

/// What the list of tokens says of the one with this id; null where it is not in it.
pub async fn listed(app: &TestApp, id: &str) -> Value {
    let list = app.get(TOKENS).await.json();
    list.as_array().unwrap().iter().find(|token| token["id"] == id).cloned().unwrap_or_default()
}
