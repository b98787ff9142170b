//! The path matcher: the published paths, unknown ones, and those that somebody made to hurt.

use std::hint::black_box;

use criterion::Criterion;
use smart_customer::http::path::{Resource, customer_id, resolve};

const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";
const CUSTOMER: &str = "/api/tse/v1/company/acme/customer/01JD8Z3M6Q4X9T2V7B5N1C0KRE";

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    published(&mut criterion);
    unknown(&mut criterion);
    hostile(&mut criterion);
    criterion.final_summary();
}

/// Everything that is read from a path until an operation can be called.
fn read(path: &str) -> bool {
    match resolve(path) {
        Some(Resource::Customers(namespace)) => namespace.parse().is_ok(),
        Some(Resource::Customer(namespace, id)) => {
            namespace.parse().is_ok() && customer_id(id).is_some()
        }
        Some(_) => true,
        None => false,
    }
}

fn published(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("paths/published");
    for (name, path) in [("customers", CUSTOMERS), ("customer", CUSTOMER), ("health", "/healthz")] {
        group.bench_function(format!("{name}, matched"), |bencher| {
            bencher.iter(|| resolve(black_box(path)).is_some());
        });
        group.bench_function(format!("{name}, matched and checked"), |bencher| {
            bencher.iter(|| read(black_box(path)));
        });
    }
    group.finish();
}

fn unknown(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("paths/unknown");
    let slash = format!("{CUSTOMERS}/");
    for (name, path) in [
        ("root", "/"),
        ("other", "/index.html"),
        ("wrong word", "/api/tse/v1/company/acme/customers"),
        ("trailing slash", &slash),
        ("not an id", "/api/tse/v1/company/acme/customer/456"),
    ] {
        group.bench_function(name, |bencher| bencher.iter(|| read(black_box(path))));
    }
    group.finish();
}

fn hostile(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("paths/hostile");
    let long = "a".repeat(8000);
    let encoded = "%61".repeat(2600);
    for (name, path) in [
        ("8000 slashes", "/".repeat(8000)),
        ("a thousand ways up", format!("/api/{}", "../".repeat(1000))),
        ("a long company", format!("/api/tse/v1/company/{long}/customer")),
        ("a long encoded company", format!("/api/tse/v1/company/{encoded}/customer")),
        ("a long id", format!("{CUSTOMERS}/{long}")),
        ("broken encoding", "/api/%ff/v%/company/%2F%2e%2e/customer".to_owned()),
    ] {
        group.bench_function(name, |bencher| bencher.iter(|| read(black_box(&path))));
    }
    group.finish();
}
