//! The API reference: a page that is whole in the binary, and may load nothing from anywhere else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use std::io::Read;

use flate2::read::GzDecoder;
use hyper::Method;
use support::{Answer, TestApp};

/// Every file of the page, and its type.
const FILES: [(&str, &str); 6] = [
    ("icon.svg", "image/svg+xml"),
    ("page.css", "text/css; charset=utf-8"),
    ("page.js", "text/javascript; charset=utf-8"),
    ("plain.css", "text/css; charset=utf-8"),
    ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    ("swagger-ui.css", "text/css; charset=utf-8"),
];

/// Those that are in the binary as gzip.
const PACKED: [&str; 2] = ["swagger-ui-bundle.js", "swagger-ui.css"];

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

fn path(name: &str) -> String {
    format!("/docs/{name}")
}

async fn get(app: &TestApp, path: &str) -> Answer {
    let answer = app.anonymous(Method::GET, path).send().await;
    assert_eq!(answer.status, 200, "{path}");
    answer
}

/// The file as a client gets it that sends `accepted` as its Accept-Encoding.
async fn get_packed(app: &TestApp, name: &str, accepted: &str) -> Answer {
    let call = app.anonymous(Method::GET, &path(name)).header("accept-encoding", accepted);
    call.send().await
}

fn unpacked(answer: &Answer) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(&*answer.body).read_to_end(&mut plain).unwrap();
    plain
}

/// The values of the attributes called `name` in a page.
fn attributes<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    page.split(start.as_str()).skip(1).map(|rest| rest.split_once('"').unwrap().0).collect()
}

#[tokio::test]
async fn the_page_has_no_script_style_or_handler_in_itself() {
    let app = TestApp::start().await;
    let page = get(&app, "/docs").await.text().to_owned();
    let scripts: Vec<&str> = page.split("<script").skip(1).collect();
    assert_eq!(scripts.len(), 2);
    for script in scripts {
        let (attributes, rest) = script.split_once('>').unwrap();
        assert!(attributes.contains("src=\"docs/"), "{script}");
        assert!(rest.starts_with("</script>"), "{script}");
    }
    assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains("javascript:"));
    let handler = |attribute: &str| attribute.starts_with("on") && attribute.contains('=');
    assert!(!page.split_whitespace().any(handler), "{page}");
}

#[tokio::test]
async fn every_address_in_the_page_is_relative_and_leads_to_something_of_the_right_type() {
    let app = TestApp::start().await;
    let page = get(&app, "/docs").await.text().to_owned();
    let mut addresses = attributes(&page, "href");
    addresses.extend(attributes(&page, "src"));
    for address in &addresses {
        assert!(!address.starts_with('/') && !address.contains(':'), "{address}");
        let answer = get(&app, &format!("/{address}")).await;
        if let Some(name) = address.strip_prefix("docs/") {
            let (_, media) = FILES.into_iter().find(|(known, _)| *known == name).unwrap();
            assert_eq!(answer.header("content-type"), media, "{address}");
        }
    }
    for needed in ["docs/page.js", "docs/swagger-ui-bundle.js", "openapi.json", "llms.txt"] {
        assert!(addresses.contains(&needed), "{needed} in {addresses:?}");
    }
}

#[tokio::test]
async fn the_page_shows_the_openapi_document_of_this_service_and_keeps_no_token() {
    let app = TestApp::start().await;
    let script = get(&app, "/docs/page.js").await.text().to_owned();
    for setting in [
        "url: \"openapi.json\"",
        "showExtensions: true",
        "tryItOutEnabled: true",
        "persistAuthorization: false",
        "validatorUrl: null",
    ] {
        assert!(script.contains(setting), "{setting}");
    }
}

#[tokio::test]
async fn no_file_of_ours_names_another_host() {
    let app = TestApp::start().await;
    for (name, _) in FILES.into_iter().filter(|(name, _)| !PACKED.contains(name)) {
        let text = get(&app, &path(name)).await.text().to_owned();
        // The name of the SVG language looks like an address, but is none.
        let text = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!text.contains("://") && !text.contains("@import"), "{name}");
    }
    let styles = get(&app, "/docs/swagger-ui.css").await.text().to_owned();
    for loaded in styles.split("url(").skip(1) {
        assert!(loaded.trim_start_matches('"').starts_with("data:"), "{}", &loaded[..40]);
    }
}

#[tokio::test]
async fn the_page_and_its_files_may_load_nothing_from_elsewhere() {
    let app = TestApp::start().await;
    let files = FILES.map(|(name, _)| path(name));
    for path in files.iter().map(String::as_str).chain(["/docs"]) {
        let answer = get(&app, path).await;
        assert_eq!(answer.header("content-security-policy"), POLICY, "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
}

#[tokio::test]
async fn each_file_is_sent_with_its_type_and_kept_only_to_be_asked_for_again() {
    let app = TestApp::start().await;
    for (name, media) in FILES {
        let first = get(&app, &path(name)).await;
        assert_eq!(first.header("content-type"), media);
        assert_eq!(first.header("cache-control"), "no-cache");
        let call = app.anonymous(Method::GET, &path(name));
        let again = call.header("if-none-match", first.header("etag")).send().await;
        assert_eq!(again.status, 304, "{name}");
        assert!(again.body.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn gzip_is_sent_to_those_who_take_it_and_holds_the_same_bytes() {
    let app = TestApp::start().await;
    for name in PACKED {
        let plain = get(&app, &path(name)).await;
        assert!(!plain.headers.contains_key("content-encoding"), "{name}");
        for accepted in ["gzip", "gzip, deflate, br, zstd", "*", "br;q=1, gzip;q=0.5"] {
            let packed = get_packed(&app, name, accepted).await;
            assert_eq!(packed.header("content-encoding"), "gzip", "{name}: {accepted}");
            assert_eq!(packed.header("content-type"), plain.header("content-type"));
            assert!(packed.body.len() * 3 < plain.body.len(), "{name}");
            assert_eq!(unpacked(&packed), plain.body);
        }
    }
}

#[tokio::test]
async fn who_does_not_take_gzip_gets_none() {
    let app = TestApp::start().await;
    for name in PACKED {
        let plain = get(&app, &path(name)).await;
        for accepted in ["", "identity", "gzip;q=0", "gzip;q=0, *", "br", "identity, gzip;q=0.5"] {
            let answer = get_packed(&app, name, accepted).await;
            assert!(!answer.headers.contains_key("content-encoding"), "{name}: {accepted}");
            assert_eq!(answer.body, plain.body);
        }
    }
}

#[tokio::test]
async fn the_two_forms_of_a_file_have_tags_of_their_own_and_caches_are_told() {
    let app = TestApp::start().await;
    for name in PACKED {
        let (plain, packed) = (get(&app, &path(name)).await, get_packed(&app, name, "gzip").await);
        assert_ne!(plain.header("etag"), packed.header("etag"));
        for answer in [&plain, &packed] {
            assert_eq!(answer.header("vary"), "Accept-Encoding");
        }
        let call = app.anonymous(Method::GET, &path(name)).header("accept-encoding", "gzip");
        let again = call.header("if-none-match", packed.header("etag")).send().await;
        assert_eq!((again.status.as_u16(), again.header("vary")), (304, "Accept-Encoding"));
        let call = app.anonymous(Method::GET, &path(name)).header("accept-encoding", "gzip");
        let other = call.header("if-none-match", plain.header("etag")).send().await;
        assert_eq!(other.status, 200);
    }
}

#[tokio::test]
async fn a_file_that_the_page_does_not_need_is_not_there() {
    let app = TestApp::start().await;
    for name in [
        "",
        "index.html",
        "swagger-initializer.js",
        "swagger-ui-standalone-preset.js",
        "oauth2-redirect.html",
        "swagger-ui-bundle.js.gz",
        "page.html",
        "PAGE.JS",
        "page%2Ejs",
        "page.js/",
        "../page.js",
        "..%2fpage.js",
        "mod.rs",
    ] {
        let answer = app.anonymous(Method::GET, &path(name)).send().await;
        answer.problem(404, "path-not-found");
    }
}

#[tokio::test]
async fn a_file_of_the_page_can_only_be_read_as_what_it_is() {
    let app = TestApp::start().await;
    for (name, _) in FILES {
        let path = path(name);
        let answer = app.anonymous(Method::POST, &path).send().await;
        answer.problem(405, "method-not-allowed");
        let answer = app.anonymous(Method::GET, &path).header("accept", "application/json");
        answer.send().await.problem(406, "not-acceptable");
        let answer = app.anonymous(Method::GET, &format!("{path}?v=1")).send().await;
        answer.problem(400, "invalid-query-parameter");
        let head = app.anonymous(Method::HEAD, &path).send().await;
        assert_eq!(head.header("content-length"), get(&app, &path).await.body.len().to_string());
        assert!(head.body.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn the_page_is_fit_for_a_phone_and_says_something_without_scripts() {
    let app = TestApp::start().await;
    let page = get(&app, "/docs").await.text().to_owned();
    assert!(
        page.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
    );
    let (_, rest) = page.split_once("<noscript>").unwrap();
    let (noscript, _) = rest.split_once("</noscript>").unwrap();
    assert_eq!(attributes(noscript, "href"), ["openapi.json", "llms.txt"]);
}
