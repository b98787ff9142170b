//! The files of the console: whole in the binary, the same for everybody, and shown in no other page.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use std::io::Read;

use flate2::read::GzDecoder;
use hyper::Method;
use smart_customer::console::{FILES, PAGE};
use support::{Answer, TestApp};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// Every file: its path in the service, and its bytes.
fn files() -> impl Iterator<Item = (String, &'static [u8])> {
    let path = |path: &str| if path == PAGE { "/".to_owned() } else { format!("/console/{path}") };
    FILES.iter().map(move |(name, bytes)| (path(name), *bytes))
}

async fn get(app: &TestApp, path: &str) -> Answer {
    app.anonymous(Method::GET, path).send().await
}

async fn get_packed(app: &TestApp, path: &str) -> Answer {
    app.anonymous(Method::GET, path).header("accept-encoding", "gzip, deflate, br").send().await
}

#[tokio::test]
async fn every_file_is_sent_as_it_is_in_the_source_with_its_type_and_without_a_token() {
    let app = TestApp::start().await;
    for (path, bytes) in files() {
        let answer = get(&app, &path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(&*answer.body, bytes, "{path}");
        let media = match path.rsplit_once('.') {
            Some((_, "js")) => "text/javascript; charset=utf-8",
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "svg")) => "image/svg+xml",
            _ => "text/html; charset=utf-8",
        };
        assert_eq!(answer.header("content-type"), media, "{path}");
    }
}

#[tokio::test]
async fn every_answer_says_what_the_browser_may_load_and_that_it_is_for_no_other_page() {
    let app = TestApp::start().await;
    for (path, _) in files() {
        for answer in [get(&app, &path).await, get_packed(&app, &path).await] {
            assert_eq!(answer.header("content-security-policy"), POLICY, "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
            assert!(!answer.headers.contains_key("set-cookie"), "{path}");
        }
    }
}

#[tokio::test]
async fn a_browser_asks_again_each_time_and_gets_nothing_that_it_has() {
    let app = TestApp::start().await;
    for (path, _) in files() {
        for first in [get(&app, &path).await, get_packed(&app, &path).await] {
            assert_eq!(first.header("cache-control"), "no-cache", "{path}");
            let tag = first.header("etag");
            assert!(tag.starts_with('"') && tag.len() > 20, "{path}: {tag}");
            let call = app.anonymous(Method::GET, &path).header("if-none-match", tag);
            let packed = first.headers.contains_key("content-encoding");
            let call = if packed { call.header("accept-encoding", "gzip") } else { call };
            let again = call.send().await;
            assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path}");
        }
    }
}

#[tokio::test]
async fn gzip_holds_the_same_bytes_has_a_tag_of_its_own_and_caches_are_told() {
    let app = TestApp::start().await;
    for (path, bytes) in files() {
        let (plain, packed) = (get(&app, &path).await, get_packed(&app, &path).await);
        if packed.headers.contains_key("content-encoding") {
            let mut unpacked = Vec::new();
            GzDecoder::new(&*packed.body).read_to_end(&mut unpacked).unwrap();
            assert_eq!(unpacked, bytes, "{path}");
            assert!(packed.body.len() < bytes.len(), "{path}");
            assert_ne!(packed.header("etag"), plain.header("etag"), "{path}");
            assert_eq!(
                (plain.header("vary"), packed.header("vary")),
                ("Accept-Encoding", "Accept-Encoding")
            );
        } else {
            assert!(bytes.len() < 200, "{path} is not packed");
        }
    }
}

#[tokio::test]
async fn a_file_can_only_be_read() {
    let app = TestApp::start().await;
    for (path, bytes) in files() {
        let head = app.anonymous(Method::HEAD, &path).send().await;
        assert_eq!(head.header("content-length"), bytes.len().to_string(), "{path}");
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0), "{path}");
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
            let answer = app.anonymous(method, &path).send().await;
            answer.problem(405, "method-not-allowed");
            assert_eq!(answer.header("allow"), "GET, HEAD", "{path}");
        }
        get(&app, &format!("{path}?v=1")).await.problem(400, "invalid-query-parameter");
    }
}

#[tokio::test]
async fn what_is_no_file_is_not_there() {
    let app = TestApp::start().await;
    for name in [
        "",
        "/",
        "/index.html",
        "/APP.JS",
        "/app%2Ejs",
        "/app.js/",
        "/app.js.gz",
        "//app.js",
        "/core",
        "/core/",
        "/core/../app.js",
        "/core/..%2fapp.js",
        "/mod.rs",
        "/tests.rs",
        "/web/app.js",
        "/session/",
        "/history",
        "/history/tse/v1/acme",
        "/history/tse/v1/acme/",
    ] {
        get(&app, &format!("/console{name}")).await.problem(404, "path-not-found");
    }
}
