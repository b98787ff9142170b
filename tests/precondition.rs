//! `If-Match`: a change is made to the state that the client knows, or not at all.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use futures_util::future::join_all;
use hyper::Method;
use support::{Answer, CUSTOMERS, JOHN, TestApp, john_with};

const CHANGES: [Method; 3] = [Method::PUT, Method::PATCH, Method::DELETE];

/// A change of John under these `If-Match` headers.
async fn change(app: &TestApp, method: &Method, path: &str, tags: &[&str], name: &str) -> Answer {
    let call = app.request(method.clone(), path);
    let call = match *method {
        Method::DELETE => call,
        _ => call.json(john_with("first-name", name)),
    };
    tags.iter().fold(call, |call, tag| call.header("if-match", tag)).send().await
}

/// A new customer: its path and tag.
async fn john(app: &TestApp) -> (String, String) {
    let created = app.post(CUSTOMERS, JOHN).await;
    (created.header("location").to_owned(), created.header("etag").to_owned())
}

#[tokio::test]
async fn a_change_of_a_state_that_is_no_more_is_412_and_nothing_happens() {
    let app = TestApp::start().await;
    for method in CHANGES {
        let (path, stale) = john(&app).await;
        let current = change(&app, &Method::PUT, &path, &[&stale], "Jane").await;
        assert_eq!(current.status, 200, "{}", current.text());
        let refused = change(&app, &method, &path, &[&stale], "Late").await;
        refused.problem(412, "precondition-failed");
        let found = app.get(&path).await;
        assert_eq!(found.body, current.body);
        assert_eq!(found.header("etag"), current.header("etag"));
        let accepted = change(&app, &method, &path, &[current.header("etag")], "Late").await;
        assert!(accepted.status.is_success(), "{method}: {}", accepted.status);
    }
}

#[tokio::test]
async fn any_one_of_several_tags_is_enough_and_a_star_is_any_state() {
    let app = TestApp::start().await;
    for method in CHANGES {
        let lists: [&[&str]; 6] = [
            &["*"],
            &["TAG"],
            &["\"a\", \"b\",TAG"],
            &["TAG,\"a\""],
            &["\"a\" , , TAG  "],
            &["\"a\"", "TAG"],
        ];
        for tags in lists {
            let (path, tag) = john(&app).await;
            let tags: Vec<String> = tags.iter().map(|list| list.replace("TAG", &tag)).collect();
            let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
            let answer = change(&app, &method, &path, &tags, "Jane").await;
            assert!(answer.status.is_success(), "{method} {tags:?}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn what_is_no_strong_tag_of_the_state_matches_nothing() {
    let app = TestApp::start().await;
    let (path, tag) = john(&app).await;
    let (weak, bare) = (format!("W/{tag}"), tag.trim_matches('"'));
    let mixed = format!("\"x\", {weak}");
    for method in CHANGES {
        for tags in [&weak, bare, "", "\"\"", "\"*\"", &mixed, &format!("{tag}x"), "W/*"] {
            let answer = change(&app, &method, &path, &[tags], "Jane").await;
            answer.problem(412, "precondition-failed");
        }
    }
    assert_eq!(app.get(&path).await.header("etag"), tag);
}

#[tokio::test]
async fn the_state_of_another_customer_is_not_the_state_of_this_one_after_a_change() {
    let app = TestApp::start().await;
    let ((one, _), (other, tag)) = (john(&app).await, john(&app).await);
    change(&app, &Method::PUT, &one, &[], "Jane").await;
    change(&app, &Method::PUT, &one, &[&tag], "Jim").await.problem(412, "precondition-failed");
    assert_eq!(change(&app, &Method::DELETE, &other, &[&tag], "").await.status, 204);
}

#[tokio::test]
async fn a_change_that_changes_nothing_has_its_condition_all_the_same() {
    let app = TestApp::start().await;
    let (path, tag) = john(&app).await;
    for (method, body) in [(Method::PATCH, "{}"), (Method::PUT, JOHN)] {
        let call = || app.request(method.clone(), &path).json(body);
        call().header("if-match", "\"old\"").send().await.problem(412, "precondition-failed");
        let same = call().header("if-match", &tag).send().await;
        assert_eq!((same.status.as_u16(), same.header("etag")), (200, tag.as_str()));
    }
}

#[tokio::test]
async fn a_customer_that_is_not_there_is_404_on_any_condition() {
    let app = TestApp::start().await;
    let (path, tag) = john(&app).await;
    assert_eq!(app.delete(&path).await.status, 204);
    for method in CHANGES {
        for tags in ["*", &tag, "\"x\""] {
            for path in [&path, "/api/tse/v1/company/acme/customer/456"] {
                let answer = change(&app, &method, path, &[tags], "Jane").await;
                answer.problem(404, "customer-not-found");
            }
        }
    }
}

#[tokio::test]
async fn a_faulty_body_is_400_and_not_412() {
    let app = TestApp::start().await;
    let (path, _) = john(&app).await;
    for method in [Method::PUT, Method::PATCH] {
        let call = app.request(method, &path).header("if-match", "\"old\"");
        call.json(john_with("email", "x")).send().await.problem(400, "invalid-request");
    }
}

/// Adds one to the number in the customer's last name, trying until nobody came between; how
/// often somebody did.
async fn increment(app: &TestApp, path: &str) -> usize {
    for conflicts in 0.. {
        let found = app.get(path).await;
        let customer = found.json();
        let number: usize = customer["last-name"].as_str().unwrap()[1..].parse().unwrap();
        let tag = [found.header("etag")];
        let call = app.request(Method::PUT, path).header("if-match", tag[0]);
        let next = john_with("last-name", format!("N{}", number + 1));
        let answer = call.json(next).send().await;
        if answer.status == 200 {
            return conflicts;
        }
        answer.problem(412, "precondition-failed");
    }
    unreachable!()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_eight_clients_count_up_under_if_match_loses_no_step() {
    const STEPS: usize = 15;
    let app = TestApp::start().await;
    let created = app.post(CUSTOMERS, john_with("last-name", "N0")).await;
    let path = created.header("location");
    let client = async || {
        let mut conflicts = 0;
        for _ in 0..STEPS {
            conflicts += increment(&app, path).await;
        }
        conflicts
    };
    let conflicts: usize = join_all((0..8).map(|_| client())).await.iter().sum();
    println!("{} steps, {conflicts} met somebody else's", 8 * STEPS);
    assert_eq!(app.get(path).await.json()["last-name"], format!("N{}", 8 * STEPS));
    let report = app.running().service().registry().store().check().unwrap();
    assert_eq!((report.faults, report.events), (0, 8 * STEPS as u64 + 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_changes_at_once_under_one_tag_exactly_one_is_made() {
    let app = TestApp::start().await;
    for method in CHANGES {
        let (path, tag) = john(&app).await;
        let names: Vec<String> = (0..12).map(|number| format!("Name {number}")).collect();
        let tags = [tag.as_str()];
        let change = |name| change(&app, &method, &path, &tags, name);
        let answers = join_all(names.iter().map(|name| change(name))).await;
        let made = answers.iter().filter(|answer| answer.status.is_success()).count();
        let refused = if method == Method::DELETE { 404 } else { 412 };
        let late = answers.iter().filter(|answer| answer.status == refused).count();
        assert_eq!((made, late), (1, 11), "{method}");
    }
}
