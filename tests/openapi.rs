//! The OpenAPI document: whole, true to the catalogue, and the same for everybody who asks.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/openapi.rs"]
mod openapi;

use std::collections::BTreeSet;

use openapi::{Document, object, text};
use serde_json::{Value, json};
use smart_customer::api::catalogue::{CATALOGUE, Operation};
use smart_customer::api::openapi::ai_metadata_schema;
use smart_customer::api::parameter::Door;
use smart_customer::api::problem::Kind;

const GOLDEN: &str = include_str!("fixtures/openapi.json");

#[test]
fn the_document_is_the_golden_copy() {
    let now = format!("{:#}\n", Document::new().0);
    let pairs = now.lines().zip(GOLDEN.lines());
    let line = pairs.take_while(|(now, golden)| now == golden).count();
    let at = |text: &str| text.lines().nth(line).unwrap_or("(its end)").to_owned();
    assert!(
        now == GOLDEN,
        "the OpenAPI document has changed, first in line {}:\n  it was  {}\n  it is   {}\n\
         Where that is meant: cargo run -- openapi > tests/fixtures/openapi.json",
        line + 1,
        at(GOLDEN),
        at(&now)
    );
}

#[test]
fn every_operation_of_the_catalogue_is_in_the_document_and_nothing_else_is() {
    let document = Document::new();
    let mut in_document = BTreeSet::new();
    for (path, operations) in object(&document.0["paths"]) {
        for method in object(operations).keys() {
            in_document.insert((method.to_ascii_uppercase(), path.clone()));
        }
    }
    let row = |row: &Operation| (row.method.as_str().to_owned(), row.path.to_owned());
    assert_eq!(in_document, CATALOGUE.iter().map(row).collect());
}

#[test]
fn every_operation_says_what_it_is_for_who_may_and_what_comes_back() {
    let document = Document::new();
    let mut ids = BTreeSet::new();
    for row in &CATALOGUE {
        let operation = document.operation(row);
        assert_eq!(operation["operationId"], row.purpose);
        assert!(ids.insert(row.purpose), "{} twice", row.purpose);
        assert_eq!(operation["summary"], row.summary);
        for sentence in [row.description, row.use_when, row.avoid_when] {
            assert!(text(&operation["description"]).contains(sentence), "{}", row.purpose);
        }
        let permission = format!("{:?}", row.permission).to_ascii_lowercase();
        assert_eq!(operation["security"], json!([{"bearer": [permission]}]));
        let statuses = document.responses(row).into_iter().map(|(status, _)| status);
        let (problems, successes): (Vec<u16>, Vec<u16>) = statuses.partition(|code| *code >= 400);
        assert!(!problems.is_empty() && !successes.is_empty(), "{}", row.purpose);
    }
}

#[test]
fn every_tag_of_an_operation_is_described() {
    let document = Document::new();
    let tags = document.0["tags"].as_array().unwrap();
    let described: BTreeSet<&str> = tags.iter().map(|tag| text(&tag["name"])).collect();
    let rows = CATALOGUE.iter().map(|row| text(&document.operation(row)["tags"][0]));
    assert_eq!(described, rows.collect());
    assert!(tags.iter().all(|tag| !text(&tag["description"]).is_empty()));
}

#[test]
fn every_operation_takes_the_parameters_that_are_sent_over_http() {
    let document = Document::new();
    for row in &CATALOGUE {
        let over_http = row.parameters.iter().filter(|one| one.door() != Door::Tool);
        let expected: BTreeSet<&str> = over_http.map(|one| one.name()).collect();
        let listed = document.operation(row)["parameters"].as_array().into_iter().flatten();
        let mut found = BTreeSet::new();
        for parameter in listed.map(|parameter| document.resolved(parameter)) {
            assert_eq!(parameter["required"], parameter["in"] == "path", "{parameter}");
            assert!(text(&parameter["description"]).ends_with('.'), "{parameter}");
            found.insert(text(&parameter["name"]));
        }
        assert_eq!(found, expected, "{}", row.purpose);
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = Document::new();
    let mut references = 0;
    each_object(&document.0, &mut |object| {
        document.resolved(object);
        references += usize::from(object["$ref"].is_string());
    });
    assert!(references > 100, "{references}");
}

#[test]
fn every_example_fits_its_schema() {
    let document = Document::new();
    let mut looked_at = 0;
    each_object(&document.0, &mut |object| {
        for (schema, example) in examples(&document, object) {
            let faults = document.faults(schema, example);
            assert!(faults.is_empty(), "{example}: {faults:?}");
            looked_at += 1;
        }
    });
    assert!(looked_at > 50, "{looked_at}");
}

#[test]
fn every_line_and_every_event_in_an_example_fits_the_schema_of_its_content() {
    let document = Document::new();
    let mut looked_at = 0;
    each_object(&document.0, &mut |object| {
        let of_line = &object["schema"]["contentSchema"]["items"];
        let of_event = &object["schema"]["properties"]["data"]["contentSchema"];
        for (_, example) in examples(&document, object) {
            let lines = || text(example).lines();
            let (schema, values): (_, Vec<&str>) = match (of_line, of_event) {
                (Value::Null, Value::Null) => continue,
                (Value::Null, _) => {
                    (of_event, lines().filter_map(|line| line.strip_prefix("data: ")).collect())
                }
                _ => (of_line, lines().collect()),
            };
            assert_eq!(values.len(), 2, "{example}");
            for value in values {
                let faults = document.faults(schema, &serde_json::from_str(value).unwrap());
                assert!(faults.is_empty(), "{value}: {faults:?}");
                looked_at += 1;
            }
        }
    });
    assert_eq!(looked_at, 8);
}

#[test]
fn the_published_example_is_the_first_that_a_creation_shows() {
    let document = Document::new();
    let creation = document.operation(&CATALOGUE[0]);
    let media = &creation["requestBody"]["content"]["application/json"];
    let john = json!({"first-name": "John", "last-name": "Smith", "email": "john.smith@example.com", "vat-number": "IT12345678901"});
    assert_eq!(object(&media["examples"]).values().next().unwrap()["value"], john);
}

#[test]
fn the_arguments_in_the_examples_of_an_operation_are_those_it_takes() {
    let document = Document::new();
    for row in &CATALOGUE {
        let mut schemas: Vec<(String, Value)> =
            row.parameters.iter().map(|one| (one.argument().to_owned(), one.schema())).collect();
        let content = &document.operation(row)["requestBody"]["content"]["application/json"];
        let body = document.resolved(&content["schema"]);
        let fields = body["properties"].as_object().into_iter().flatten();
        schemas.extend(fields.map(|(name, schema)| (name.clone(), schema.clone())));
        for example in row.examples {
            let arguments: Value = serde_json::from_str(example.arguments).unwrap();
            for (name, value) in object(&arguments) {
                let schema = schemas.iter().find(|(known, _)| known == name);
                let (_, schema) = schema.unwrap_or_else(|| panic!("{name} of {}", row.purpose));
                let faults = document.faults(schema, value);
                assert!(faults.is_empty(), "{name} of {}: {faults:?}", row.purpose);
            }
        }
    }
}

#[test]
fn the_ai_metadata_of_every_operation_is_as_its_schema_says() {
    let schema = ai_metadata_schema();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = Document::new();
    assert!(document.0.to_string().contains("schemas/ai-metadata.json"));
    for row in &CATALOGUE {
        let metadata = &document.operation(row)["x-ai-metadata"];
        let faults: Vec<String> = validator.iter_errors(metadata).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{}: {faults:?}", row.purpose);
        for name in ["purpose", "entity", "intent", "effects", "examples"] {
            let mut other = metadata.clone();
            other.as_object_mut().unwrap().remove(name);
            assert!(!validator.is_valid(&other), "without {name}");
        }
        let mut other = metadata.clone();
        other["effects"]["more"] = true.into();
        assert!(!validator.is_valid(&other));
    }
}

#[test]
fn every_kind_of_problem_is_one_of_an_operation_or_of_requests_that_lead_to_none() {
    let document = Document::new();
    let given: BTreeSet<String> =
        CATALOGUE.iter().flat_map(|row| document.kinds(row).into_iter()).collect();
    let elsewhere = [Kind::PathNotFound, Kind::MethodNotAllowed];
    let of_operations = Kind::ALL.into_iter().filter(|kind| !elsewhere.contains(kind));
    assert_eq!(given, of_operations.map(|kind| kind.text().name.to_owned()).collect());
}

#[test]
fn every_problem_is_under_its_own_status_with_an_example_and_an_explanation() {
    let document = Document::new();
    for row in &CATALOGUE {
        for (status, answer) in document.responses(row) {
            let examples = &answer["content"]["application/problem+json"]["examples"];
            for (name, example) in examples.as_object().into_iter().flatten() {
                let kind = Kind::ALL.into_iter().find(|kind| kind.text().name == name).unwrap();
                let text_of = kind.text();
                assert_eq!(status, text_of.status, "{name} of {}", row.purpose);
                assert!(text(&answer["description"]).contains(text_of.explanation), "{name}");
                let example = &document.resolved(example)["value"];
                assert_eq!(example["type"], format!("/problems/{name}"));
                assert_eq!(example["status"], status);
            }
        }
    }
}

#[test]
fn a_link_leads_to_an_operation_with_all_that_its_path_needs() {
    let document = Document::new();
    let mut links = 0;
    for row in &CATALOGUE {
        for (_, answer) in document.responses(row) {
            for link in answer["links"].as_object().into_iter().flatten().map(|(_, link)| link) {
                let id = text(&link["operationId"]);
                let target = CATALOGUE.iter().find(|row| row.purpose == id).unwrap();
                let needed = target.parameters.iter().filter(|one| one.is_in_path());
                let needed: BTreeSet<&str> = needed.map(|one| one.name()).collect();
                let given = object(&link["parameters"]).keys().map(String::as_str);
                assert_eq!(given.collect::<BTreeSet<&str>>(), needed, "{id}");
                links += 1;
            }
        }
    }
    assert_eq!(links, 5);
}

#[test]
fn the_document_holds_behind_a_proxy_whatever_its_host_and_prefix() {
    let document = Document::new();
    assert_eq!(document.0["servers"][0]["url"], ".");
    assert_eq!(document.0["externalDocs"]["url"], "schemas/ai-metadata.json");
    assert_eq!(document.0["info"]["version"], env!("CARGO_PKG_VERSION"));
}

/// Shows every object of the document to `look`, but none of an example.
fn each_object(value: &Value, look: &mut dyn FnMut(&Value)) {
    match value {
        Value::Object(members) => {
            look(value);
            let others = members.iter().filter(|(name, _)| *name != "x-ai-metadata");
            others.for_each(|(name, member)| match (name.as_str(), member) {
                ("examples", Value::Array(_)) | ("value", _) => {}
                _ => each_object(member, look),
            });
        }
        Value::Array(items) => items.iter().for_each(|item| each_object(item, look)),
        _ => {}
    }
}

/// The examples that an object has, each with its schema: a schema has its own in an array; what
/// has a schema has them by name.
fn examples<'d>(document: &'d Document, object: &'d Value) -> Vec<(&'d Value, &'d Value)> {
    match &object["examples"] {
        Value::Array(values) => values.iter().map(|value| (object, value)).collect(),
        Value::Object(named) if object["schema"].is_object() => named
            .values()
            .map(|example| (&object["schema"], &document.resolved(example)["value"]))
            .collect(),
        _ => Vec::new(),
    }
}
