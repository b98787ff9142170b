//! What is sent in the body of an operation.

use serde_json::{Value, json};

use super::{example, lines_of};
use crate::api::catalogue::OperationId;
use crate::api::schema::reference;

/// The body of an operation that has one.
pub fn body(id: OperationId) -> Option<Value> {
    match id {
        OperationId::CustomerCreation => Some(creation()),
        OperationId::CustomerReplacement => Some(replacement()),
        OperationId::CustomerUpdate => Some(update()),
        OperationId::IntentRecognition => Some(sentence()),
        OperationId::TokenCreation => Some(token_creation()),
        OperationId::CustomerListing
        | OperationId::CustomerDetail
        | OperationId::CustomerDeletion
        | OperationId::CustomerInsight
        | OperationId::CompanyInsight
        | OperationId::CustomerChangeFeed
        | OperationId::TokenListing
        | OperationId::TokenRevocation
        | OperationId::Backup => None,
    }
}

fn creation() -> Value {
    json!({
        "description": "One customer as JSON, of 64 KiB at most; or any number of them as lines of JSON or as CSV, with 64 KiB at most for each. Of many, good ones are stored whatever happens to bad ones, and the answer has a line for each.",
        "required": true,
        "content": {
            "application/json": {
                "schema": reference("NewCustomer"),
                "examples": {
                    "john-smith": {"summary": "The published example", "value": example::john()},
                    "maria-rossi": {"summary": "An Italian firm's VAT number", "value": example::maria()},
                }
            },
            "application/x-ndjson": ndjson(),
            "text/csv": csv(),
        }
    })
}

fn ndjson() -> Value {
    json!({
        "schema": lines_of("NewCustomer", "A JSON object in each line: a NewCustomer. With history also created-at and deleted-at."),
        "examples": {
            "two-customers": {
                "summary": "Two customers",
                "value": example::lines(&[example::john(), example::maria()])
            }
        }
    })
}

fn csv() -> Value {
    json!({
        "schema": {
            "type": "string",
            "description": "A line with the names of the fields, then a line for each customer (RFC 4180). The columns may come in another order, with those that only answers have, and be parted by semicolons or tabs. With history there are also created-at and deleted-at.",
            "pattern": "^first-name,last-name,email,vat-number\r?\n"
        },
        "examples": {
            "two-customers": {"summary": "Two customers", "value": example::sent_csv()}
        }
    })
}

fn replacement() -> Value {
    json!({
        "description": "All four details.",
        "required": true,
        "content": {
            "application/json": {
                "schema": reference("NewCustomer"),
                "examples": {
                    "john-smith": {"summary": "The published example", "value": example::john()},
                    "maria-rossi": {"summary": "An Italian firm's VAT number", "value": example::maria()},
                }
            }
        }
    })
}

fn update() -> Value {
    let media = json!({
        "schema": reference("CustomerChange"),
        "examples": {
            "empty": {"summary": "Nothing, which changes nothing", "value": {}},
            "new-address": {"summary": "Another address", "value": {"email": "jane.smith@example.com"}},
        }
    });
    json!({
        "description": "The details to change.",
        "required": true,
        "content": {"application/merge-patch+json": media, "application/json": media}
    })
}

fn sentence() -> Value {
    json!({
        "description": "A sentence, in English or Italian.",
        "required": true,
        "content": {
            "application/json": {
                "schema": reference("Sentence"),
                "examples": {
                    "john-smith": {"summary": "The published example", "value": example::sentence()},
                    "mario-rossi": {"summary": "In Italian", "value": {"text": "cancella pure Mario Rossi"}}
                }
            }
        }
    })
}

fn token_creation() -> Value {
    json!({
        "description": "What the token is to be.",
        "required": true,
        "content": {
            "application/json": {
                "schema": reference("NewToken"),
                "examples": {
                    "till": {"summary": "For one company, limited", "value": example::new_token()},
                    "report": {
                        "summary": "To read everything",
                        "value": {"name": "report", "product": "*", "company": "*", "permissions": ["read"]}
                    }
                }
            }
        }
    })
}
