//! Companies, products and versions are kept apart, and no path leads from one to another.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use hyper::Method;
use support::{JOHN, TestApp, customers_of, ids};

/// The neighbours of acme in tse, v1: every part changed, and names that only begin alike.
const NEIGHBOURS: [&str; 10] = [
    "/api/tse/v1/company/acme/customer",
    "/api/tse/v1/company/acme2/customer",
    "/api/tse/v1/company/acm/customer",
    "/api/tse/v1/company/ACME/customer",
    "/api/tse/v1/company/acme-/customer",
    "/api/tse2/v1/company/acme/customer",
    "/api/ts/v1/company/acme/customer",
    "/api/tse/v2/company/acme/customer",
    "/api/tse/v1.0/company/acme/customer",
    "/api/tse/v11/company/acme/customer",
];

fn part_of(path: &str, place: usize) -> &str {
    path.split('/').nth(place).unwrap()
}

#[tokio::test]
async fn a_list_shows_the_customers_of_exactly_one_namespace() {
    let app = TestApp::start().await;
    for path in NEIGHBOURS {
        app.get(path).await.problem(404, "customers-not-found");
        let created = [app.create_john(path).await, app.create_john(path).await];
        assert_eq!(ids(&app.get(path).await.json()), created, "{path}");
    }
    for path in NEIGHBOURS {
        assert_eq!(app.get(path).await.json().as_array().unwrap().len(), 2, "{path}");
    }
}

#[tokio::test]
async fn a_customer_is_under_no_other_namespace() {
    let app = TestApp::start().await;
    let [home, others @ ..] = NEIGHBOURS;
    let id = app.create_john(home).await;
    for other in others {
        let stranger = app.create_john(other).await;
        for path in [format!("{other}/{id}"), format!("{home}/{stranger}")] {
            app.get(&path).await.problem(404, "customer-not-found");
            app.delete(&path).await.problem(404, "customer-not-found");
        }
    }
    assert_eq!(app.get(&format!("{home}/{id}")).await.status, 200);
}

#[tokio::test]
async fn deleting_in_one_namespace_leaves_the_others_alone() {
    let app = TestApp::start().await;
    let mut created = Vec::new();
    for path in NEIGHBOURS {
        created.push(format!("{path}/{}", app.create_john(path).await));
    }
    assert_eq!(app.delete(&created[0]).await.status, 204);
    app.get(NEIGHBOURS[0]).await.problem(404, "customers-not-found");
    for (path, list) in created.iter().zip(NEIGHBOURS).skip(1) {
        assert_eq!(app.get(path).await.status, 200, "{path}");
        assert_eq!(ids(&app.get(list).await.json()).len(), 1, "{list}");
    }
}

#[tokio::test]
async fn namespaces_are_apart_after_a_restart_too() {
    let mut app = TestApp::start().await;
    let mut created = Vec::new();
    for path in NEIGHBOURS {
        created.push(app.create_john(path).await);
    }
    app.restart().await;
    for (path, id) in NEIGHBOURS.iter().zip(created) {
        assert_eq!(ids(&app.get(path).await.json()), [id], "{path}");
    }
}

#[tokio::test]
async fn a_percent_encoded_name_is_the_same_name() {
    let app = TestApp::start().await;
    let encoded = "/api/t%73%65/%76%31/company/%61cm%65/customer";
    let created = app.post(encoded, JOHN).await;
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let plain = customers_of("acme");
    assert_eq!(created.header("location"), format!("{plain}/{id}"));
    assert_eq!(app.get(&plain).await.body, app.get(encoded).await.body);
    assert_eq!(app.delete(&format!("{encoded}/{id}")).await.status, 204);
    app.get(&plain).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn every_allowed_name_works_to_its_limits() {
    let app = TestApp::start().await;
    let long = "x".repeat(64);
    for name in ["a", "0", "...", ".a", "a..b", "-", "_", "~", "A.z_9~-", &long] {
        let path = format!("/api/{name}/v1/company/{name}/customer");
        let id = app.create_john(&path).await;
        assert_eq!(ids(&app.get(&path).await.json()), [id], "{name}");
    }
    for version in ["v0", "v1", "v2.1", "v10.20", "v007"] {
        let path = format!("/api/tse/{version}/company/acme/customer");
        let created = app.post(&path, JOHN).await;
        assert_eq!(part_of(created.header("location"), 3), version);
    }
}

#[tokio::test]
async fn an_impossible_product_or_company_is_a_bad_request() {
    let app = TestApp::start().await;
    let (long, longer) = ("x".repeat(65), "x".repeat(7_000));
    for bad in [
        "", ".", "..", "%2e", "%2E%2e", ".%2e", "a%2Fb", "%2F", "%00", "acme%00", "%ff", "%",
        "%zz", "%c3%a9", "a%20b", "+", "a+b", "*", "a:b", "a@b", "a,b", "a;b", "a=b", "a%5Cb",
        "%252F", &long, &longer,
    ] {
        for (path, field) in [
            (format!("/api/{bad}/v1/company/acme/customer"), "product"),
            (format!("/api/tse/v1/company/{bad}/customer"), "companyId"),
            (format!("/api/tse/v1/company/{bad}/customer/456"), "companyId"),
        ] {
            let faults = app.get(&path).await.faults(400, "invalid-path-parameter");
            let expected = (field.to_owned(), "invalid-path-parameter".to_owned());
            assert_eq!(faults, [expected], "{path:.60}");
        }
    }
}

#[tokio::test]
async fn an_impossible_version_is_a_bad_request() {
    let app = TestApp::start().await;
    let long = format!("v{}", "1".repeat(7_000));
    for bad in [
        "", "v", "1", "V1", "v1.", "v.1", "v1.2.3", "v1a", "v-1", "v+1", "v1%2F2", "v1%00", "vv1",
        "v%D9%A1", "..", "latest", &long,
    ] {
        let path = format!("/api/tse/{bad}/company/acme/customer");
        let faults = app.get(&path).await.faults(400, "invalid-path-parameter");
        let expected = ("version".to_owned(), "invalid-path-parameter".to_owned());
        assert_eq!(faults, [expected], "{bad:.60}");
    }
}

#[tokio::test]
async fn all_bad_parts_of_a_path_are_reported_together_for_every_operation() {
    let app = TestApp::start().await;
    let customers = "/api/a%2Fb/1/company/%2e%2e/customer";
    let customer = format!("{customers}/456");
    for (method, path) in [
        (Method::GET, customers),
        (Method::POST, customers),
        (Method::GET, &customer),
        (Method::DELETE, &customer),
    ] {
        let answer = app.request(method.clone(), path).json(JOHN).send().await;
        let faults = answer.faults(400, "invalid-path-parameter");
        let fields: Vec<&str> = faults.iter().map(|(field, _)| &**field).collect();
        assert_eq!(fields, ["product", "version", "companyId"], "{method}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(fields.iter().all(|field| detail.contains(field)), "{detail}");
    }
}

#[tokio::test]
async fn nothing_resolves_dots_or_encoded_slashes() {
    let app = TestApp::start().await;
    let id = app.create_john(&customers_of("acme")).await;
    for path in [
        "/api/tse/v1/company/other/../acme/customer",
        "/api/tse/v1/company/other/customer/../../acme/customer",
        "/api/tse/v1/../v1/company/acme/customer",
        "/./api/tse/v1/company/acme/customer",
        "/api/tse/v1/company/acme%2Fcustomer",
        "/api%2Ftse/v1/company/acme/customer",
        "/%61pi/tse/v1/company/acme/customer",
        "/api/tse/v1/company/acme/custome%72",
    ] {
        app.get(path).await.problem(404, "path-not-found");
    }
    for odd in ["..%2Facme%2Fcustomer%2F", "%2e%2e%2F", "%2F", ".%2F", "x%2F"] {
        for company in ["acme", "other"] {
            let path = format!("{}/{odd}{id}", customers_of(company));
            app.get(&path).await.problem(404, "customer-not-found");
            app.delete(&path).await.problem(404, "customer-not-found");
        }
    }
    assert_eq!(ids(&app.get(&customers_of("acme")).await.json()), [id]);
}

#[tokio::test]
async fn a_trailing_slash_an_empty_segment_or_one_more_is_an_unknown_path() {
    let app = TestApp::start().await;
    let list = customers_of("acme");
    let id = app.create_john(&list).await;
    for path in [
        format!("{list}/"),
        format!("{list}//"),
        format!("{list}/{id}/"),
        format!("{list}//{id}"),
        format!("{list}/{id}/more"),
        format!("/{list}"),
        list.replace("/customer", "//customer"),
        list.replace("/v1/", "/v1//"),
        list.replace("/company", ""),
        list.replace("/api", "/API"),
        list.replace("customer", "customers"),
        "/".repeat(4_000),
    ] {
        app.get(&path).await.problem(404, "path-not-found");
        app.delete(&path).await.problem(404, "path-not-found");
    }
    assert_eq!(ids(&app.get(&list).await.json()), [id]);
}
