//! Somebody to write down in the [ledger](super), and the request that asks for it.

use serde_json::json;
use smart_customer::customer::{Details, Draft, Given};

use crate::random::Random;

/// A request's body with these details.
pub fn body(details: &Details) -> Vec<u8> {
    let body = json!({
        "first-name": details.first_name.as_str(),
        "last-name": details.last_name.as_str(),
        "email": details.email.as_str(),
        "vat-number": details.vat_number.as_str(),
    });
    body.to_string().into_bytes()
}

/// Somebody with an email of their own; records of many lengths.
pub fn some_details(random: &mut Random, number: usize, company: &str) -> Details {
    let first_names = ["Ada", "Łukasz", "Anna Maria", "José", "Zoë", "Ng", "Владимир", "美咲"];
    let text = |text: String| Given::Text(text);
    let last_name = format!("Number{}", "x".repeat(random.below(80)));
    let draft = Draft {
        first_name: text((*random.pick(&first_names).unwrap()).to_owned()),
        last_name: text(last_name),
        email: text(format!("Person.{number}@{company}.example.com")),
        vat_number: text(format!("IT{:011}", random.below(500))),
    };
    draft.check().unwrap()
}
