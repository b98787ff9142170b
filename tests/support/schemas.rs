//! The published schemas, for tests that hold the service to them.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use jsonschema::Validator;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use smart_customer::api::schema;

/// A validator of values of the component called `name`, which asserts formats, too.
pub fn component(name: &str) -> Validator {
    validator(schema::reference(name))
}

/// The same of any schema that refers to components.
pub fn validator(schema: Value) -> Validator {
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(&schema::standalone(schema)).unwrap()
}

/// Asserts that `value` is what the schema says.
pub fn assert_valid(schema: &Validator, value: &Value) {
    let faults: Vec<String> = schema.iter_errors(value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{value}: {faults:?}");
}

/// Whether the schema takes `text`.
pub fn takes(schema: &Validator, text: &str) -> bool {
    schema.is_valid(&json!(text))
}

/// `count` random values.
pub fn random<S: Strategy>(count: usize, strategy: &S) -> Vec<S::Value> {
    let mut runner = TestRunner::default();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// The alternatives of the component's pattern, or the one that it is, without what looks ahead:
/// what generators of texts understand.
pub fn alternatives(name: &str) -> Vec<String> {
    let component = schema::components()[name].clone();
    let pattern = component["pattern"].as_str().unwrap().to_owned();
    let pattern = without_lookahead(pattern.trim_start_matches('^').trim_end_matches('$'));
    match pattern.strip_prefix("(?:").and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => split(inner),
        None => vec![pattern],
    }
}

fn without_lookahead(pattern: &str) -> String {
    let mut pattern = pattern.to_owned();
    while let Some(start) = pattern.find("(?!").or(pattern.find("(?=")) {
        let end = start + pattern[start..].find(')').unwrap();
        pattern.replace_range(start..=end, "");
    }
    pattern
}

/// Splits at each `|` that is in no group.
fn split(pattern: &str) -> Vec<String> {
    let mut depth = 0;
    let at_top = |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == '|' && depth == 0
    };
    pattern.split(at_top).map(str::to_owned).collect()
}
