//! The forms of a customer: stored bytes out and in, JSON out.

use std::error::Error;
use std::hint::black_box;

use criterion::Criterion;
use smart_customer::api::shape;
use smart_customer::customer::vat::VatNumber;
use smart_customer::customer::{Customer, CustomerId, Details};
use smart_customer::intelligence;
use smart_customer::store::record::{decode_customer, encode_customer};

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    stored(&mut criterion)?;
    json(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

fn customer(vat_number: &str) -> Result<Customer, Box<dyn Error>> {
    let id = CustomerId::parse("01JD8Z3M6Q4X9T2V7B5N1C0KRE").ok_or("no id")?;
    let details = Details {
        first_name: "John".into(),
        last_name: "Smith".into(),
        email: "john.smith@example.com".into(),
        vat_number: VatNumber::parse(vat_number)?,
    };
    let assessment = intelligence::assess(&details);
    Ok(Customer::new(id, details, assessment, "2024-11-22T10:15:30.123Z".parse()?))
}

fn stored(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let mut group = criterion.benchmark_group("codec/stored");
    let customer = customer("IT00743110157")?;
    let bytes = encode_customer(&customer)?;
    group.bench_function("encode", |bencher| {
        bencher.iter(|| encode_customer(black_box(&customer)));
    });
    group.bench_function("decode", |bencher| {
        bencher.iter(|| decode_customer(customer.id, black_box(&bytes)));
    });
    let mut damaged = bytes.clone();
    damaged.truncate(bytes.len() / 2);
    group.bench_function("decode, damaged", |bencher| {
        bencher.iter(|| decode_customer(customer.id, black_box(&damaged)).is_err());
    });
    group.finish();
    Ok(())
}

fn json(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let mut group = criterion.benchmark_group("codec/json");
    for (name, vat_number) in [("plain", "IT00743110157"), ("with advisory", "IT12345678901")] {
        let customer = customer(vat_number)?;
        let mut out = Vec::with_capacity(512);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                out.clear();
                shape::write_customer(black_box(&customer), &mut out).is_ok()
            });
        });
        group.bench_function(format!("{name}, its state tag"), |bencher| {
            bencher.iter(|| intelligence::state_tag(black_box(&customer)));
        });
    }
    group.finish();
    Ok(())
}
