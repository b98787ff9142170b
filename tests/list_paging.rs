//! Pages of a list: `limit`, `after`, and the `Link` from one page to the next.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "support/many.rs"]
mod many;
mod support;

use many::create_many;
use support::{Answer, CUSTOMERS, JOHN, TestApp, ids, john_with};

/// The target of the `Link` to the next page, if there is one.
fn next(page: &Answer) -> Option<String> {
    let link = page.header("link");
    if link.is_empty() {
        return None;
    }
    let target = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"");
    Some(target.unwrap_or_else(|| panic!("{link}")).to_owned())
}

/// The ids on each page from `first` on, following the links.
async fn follow(app: &TestApp, first: &str) -> Vec<Vec<String>> {
    let (mut pages, mut path) = (Vec::new(), Some(first.to_owned()));
    while let Some(target) = path {
        let page = app.get(&target).await;
        assert_eq!(page.status, 200, "{target}: {}", page.text());
        pages.push(ids(&page.json()));
        assert!(pages.len() < 10_000, "the links go in a circle");
        path = next(&page);
    }
    pages
}

/// The numbers' markets are of three countries, their addresses of two, by turns.
fn by_turns(number: usize) -> String {
    let vat_number = ["IT12345678903", "ESA28015865", "DE136695976"][number % 3];
    let email = ["anna+x@example.com", "用户@例子.广告"][number % 2];
    JOHN.replace("IT12345678901", vat_number).replace("john.smith@example.com", email)
}

#[tokio::test]
async fn a_limit_gives_that_many_and_a_link_only_while_there_are_more() {
    let app = TestApp::start().await;
    let all: Vec<String> =
        create_many(&app, 3, |_| JOHN.into()).await.iter().map(ToString::to_string).collect();
    for (limit, count) in [(1, 1), (2, 2), (3, 3), (4, 3), (1000, 3)] {
        let page = app.get(&format!("{CUSTOMERS}?limit={limit}")).await;
        assert_eq!(ids(&page.json()), all[..count], "{limit}");
        let link =
            (limit < 3).then(|| format!("{CUSTOMERS}?limit={limit}&after={}", all[count - 1]));
        assert_eq!(next(&page), link);
    }
    let unlimited = app.get(CUSTOMERS).await;
    assert_eq!((ids(&unlimited.json()), next(&unlimited)), (all, None));
}

#[tokio::test]
async fn following_the_links_reads_every_customer_once_in_order_with_every_filter() {
    const COUNT: usize = 1300;
    let app = TestApp::start().await;
    let created = create_many(&app, COUNT, by_turns).await;
    let email = "email=%E7%94%A8%E6%88%B7%40%E4%BE%8B%E5%AD%90.%E5%B9%BF%E5%91%8A";
    for (query, modulus, rest) in [
        ("", 1, 0),
        ("&market=es", 3, 1),
        ("&vat-number=de%20136.695.976", 3, 2),
        (&format!("&{email}"), 2, 1),
        ("&email=anna%2Bx@example.com&market=IT", 6, 0),
        ("&email=anna%2Bx@EXAMPLE.com&market=DE&vat-number=DE136695976", 6, 2),
    ] {
        let expected: Vec<String> =
            created.iter().skip(rest).step_by(modulus).map(ToString::to_string).collect();
        for limit in [7, 255, 256, 257, 1000] {
            let pages = follow(&app, &format!("{CUSTOMERS}?limit={limit}{query}")).await;
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "{query} {limit}");
            assert_eq!(pages.concat(), expected, "{query} {limit}");
        }
        let whole = app.get(&format!("{CUSTOMERS}?{}", query.trim_start_matches('&'))).await;
        assert_eq!(ids(&whole.json()), expected, "{query}");
    }
}

#[tokio::test]
async fn customers_that_come_and_go_between_pages_leave_out_nobody_else() {
    let app = TestApp::start().await;
    let created = create_many(&app, 10, |_| JOHN.into()).await;
    let first = app.get(&format!("{CUSTOMERS}?limit=4")).await;
    for gone in [created[3], created[5]] {
        assert_eq!(app.delete(&format!("{CUSTOMERS}/{gone}")).await.status, 204);
    }
    let new = app.create_john(CUSTOMERS).await;
    let rest = follow(&app, &next(&first).unwrap()).await.concat();
    let expected = [4, 6, 7, 8, 9].map(|number| created[number].to_string());
    assert_eq!(rest, [&expected[..], &[new]].concat());
}

#[tokio::test]
async fn after_gives_those_behind_an_id_in_either_case_whether_or_not_it_exists() {
    let app = TestApp::start().await;
    let created: Vec<String> =
        create_many(&app, 3, |_| JOHN.into()).await.iter().map(ToString::to_string).collect();
    let behind = async |id: &str| {
        let answer = app.get(&format!("{CUSTOMERS}?after={id}")).await;
        assert_eq!((answer.status.as_u16(), next(&answer)), (200, None), "{}", answer.text());
        ids(&answer.json())
    };
    assert_eq!(behind(&created[0]).await, created[1..]);
    assert_eq!(behind(&created[0].to_lowercase()).await, created[1..]);
    assert_eq!(behind("00000000000000000000000000").await, created);
    assert!(behind(&created[2]).await.is_empty());
    assert!(behind("7ZZZZZZZZZZZZZZZZZZZZZZZZZ").await.is_empty());
    assert_eq!(app.delete(&format!("{CUSTOMERS}/{}", created[1])).await.status, 204);
    assert_eq!(behind(&created[1]).await, created[2..]);
}

#[tokio::test]
async fn a_link_carries_on_the_other_parameters_percent_encoded() {
    let app = TestApp::start().await;
    create_many(&app, 2, |_| john_with("email", "a+b&c=ü@bücher.example")).await;
    let query =
        "vat-number=it12345678901&market=it&limit=1&email=a%2Bb%26c%3D%C3%BC@b%C3%BCcher.example";
    let page = app.get(&format!("{CUSTOMERS}?{query}")).await;
    let id = &ids(&page.json())[0];
    let expected = format!(
        "{CUSTOMERS}?email=a%2Bb%26c%3D%C3%BC%40b%C3%BCcher.example&vat-number=IT12345678901\
         &market=IT&limit=1&after={id}"
    );
    assert_eq!(next(&page), Some(expected));
}

#[tokio::test]
async fn a_page_of_a_company_without_customers_is_404() {
    let app = TestApp::start().await;
    for query in ["limit=5", "market=IT", "after=00000000000000000000000000", "email=a@b.example"] {
        let answer = app.get(&format!("{CUSTOMERS}?{query}")).await;
        answer.problem(404, "customers-not-found");
    }
}
