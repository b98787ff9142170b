//! What an operation answers where it was done, and, by way of `problem`, where it was not.

use serde_json::{Map, Value, json};

use super::header::{self, cache_control, references};
use super::{example, lines_of, problem};
use crate::api::catalogue::{Operation, OperationId};
use crate::api::schema::reference;

/// Of one customer.
const KEPT_BY_CLIENT: &str = "private, max-age=300";
/// Of many.
const ASKED_AGAIN: &str = "private, no-cache";
/// Of all else.
pub const KEPT_BY_NOBODY: &str = "no-store";

/// An answer where the operation was done.
struct Success {
    status: &'static str,
    description: &'static str,
    headers: Map<String, Value>,
    content: Option<Value>,
    links: Option<Value>,
}

/// Everything that the operation of a row can answer, by status.
pub fn responses(row: &Operation) -> Map<String, Value> {
    let mut responses = problem::responses(row.id);
    for success in successes(row.id) {
        responses.insert(success.status.to_owned(), success.describe(row));
    }
    responses
}

impl Success {
    fn new(status: &'static str, description: &'static str) -> Success {
        Success { status, description, headers: Map::new(), content: None, links: None }
    }

    fn content(self, content: Value) -> Success {
        Success { content: Some(content), ..self }
    }

    fn header(mut self, name: &str, header: Value) -> Success {
        self.headers.insert(name.to_owned(), header);
        self
    }

    fn headers(mut self, names: &[&'static str]) -> Success {
        self.headers.extend(references(names.iter().copied()));
        self
    }

    fn cache(self, value: &str) -> Success {
        self.header(header::CACHE_CONTROL, cache_control(value))
    }

    fn describe(self, row: &Operation) -> Value {
        let [limit, policy] = header::RATE_LIMITS;
        let metadata = header::fixed("What the operation is for.", &row.ai_metadata_header());
        let success = self
            .headers(&[header::REQUEST_ID, limit, policy])
            .header(header::AI_METADATA, metadata);
        let Success { description, headers, content, links, .. } = success;
        let mut answer = json!({"description": description, "headers": headers});
        for (key, part) in [("content", content), ("links", links)] {
            if let Some(part) = part {
                answer[key] = part;
            }
        }
        answer
    }
}

fn successes(id: OperationId) -> Vec<Success> {
    match id {
        OperationId::CustomerCreation => vec![created(), checked_or_many()],
        OperationId::CustomerListing => vec![list()],
        OperationId::CustomerDetail => vec![one("The customer."), not_modified()],
        OperationId::CustomerDeletion => vec![Success::new("204", "The customer is deleted.")],
        OperationId::CustomerReplacement | OperationId::CustomerUpdate => {
            vec![one("The customer as it is now.")]
        }
        OperationId::CustomerInsight => vec![insight()],
        OperationId::CompanyInsight => vec![company()],
        OperationId::IntentRecognition => vec![intent()],
        OperationId::CustomerChangeFeed => vec![feed()],
        OperationId::TokenCreation => vec![made_token()],
        OperationId::TokenListing => vec![tokens()],
        OperationId::TokenRevocation => vec![Success::new("204", "The token works no longer.")],
        OperationId::Backup => vec![backup()],
    }
}

fn created() -> Success {
    let links: Map<String, Value> = [
        ("customer_detail", "The new customer can be read."),
        ("customer_replacement", "The new customer's details can be replaced."),
        ("customer_update", "The new customer's details can be changed."),
        ("customer_deletion", "The new customer can be deleted."),
    ]
    .into_iter()
    .map(|(operation, description)| {
        (operation.to_owned(), link_to_customer(operation, description))
    })
    .collect();
    let success = Success::new("201", "The customer is on disk.")
        .headers(&[header::LOCATION, header::ETAG, header::REPLAYED])
        .cache(KEPT_BY_CLIENT)
        .content(json_content("Customer", example::customer()));
    Success { links: Some(Value::Object(links)), ..success }
}

fn link_to_customer(operation: &str, description: &str) -> Value {
    json!({
        "operationId": operation,
        "description": description,
        "parameters": {
            "product": "$request.path.product",
            "version": "$request.path.version",
            "companyId": "$request.path.companyId",
            "customerId": "$response.body#/id"
        }
    })
}

fn checked_or_many() -> Success {
    let mut content = json_content("CheckedCustomer", example::checked());
    content["application/x-ndjson"] = outcomes();
    let description = "With validate-only the customer as it would be kept. Of many customers what became of each, a line of JSON for each in the order in which they came, sent as it is known.";
    Success::new("200", description).cache(KEPT_BY_NOBODY).content(content)
}

fn outcomes() -> Value {
    let lines = [
        json!({"line": 1, "status": 201, "id": example::ID}),
        json!({"line": 2, "status": 400, "problem": problem::invalid_request()}),
    ];
    json!({
        "schema": lines_of("BulkOutcome", "A JSON object in each line: a BulkOutcome."),
        "examples": {
            "outcomes": {"summary": "One stored, one refused", "value": example::lines(&lines)}
        }
    })
}

fn list() -> Success {
    let customers = example::customers();
    let text = |schema: Value, example: Value| {
        let examples = json!({"two-customers": {"summary": "Two customers", "value": example}});
        json!({"schema": schema, "examples": examples})
    };
    let lines = lines_of("Customer", "A JSON object in each line: a Customer.");
    let csv = json!({
        "type": "string",
        "description": "A line with the names of the columns, then a line for each customer (RFC 4180). A cell that a spreadsheet would run as a formula begins with an apostrophe."
    });
    let lines = text(lines, example::lines(&customers));
    let mut content = json_content("Customers", customers.into());
    content["application/x-ndjson"] = lines;
    content["text/csv"] = text(csv, example::csv());
    Success::new("200", "The customers, in the form that the client likes best.")
        .headers(&[header::LINK, header::VARY])
        .cache(ASKED_AGAIN)
        .content(content)
}

fn one(description: &'static str) -> Success {
    Success::new("200", description)
        .headers(&[header::ETAG])
        .cache(KEPT_BY_CLIENT)
        .content(json_content("Customer", example::customer()))
}

fn not_modified() -> Success {
    Success::new("304", "The client has this state already, as its If-None-Match says.")
        .headers(&[header::ETAG])
        .cache(KEPT_BY_CLIENT)
}

fn insight() -> Success {
    Success::new("200", "What is understood of the customer.")
        .cache(ASKED_AGAIN)
        .content(json_content("CustomerInsight", example::insight()))
}

fn company() -> Success {
    Success::new("200", "The company in figures.")
        .cache(ASKED_AGAIN)
        .content(json_content("CompanyInsight", example::company()))
}

fn intent() -> Success {
    Success::new("200", "What the sentence asks for.")
        .cache(KEPT_BY_NOBODY)
        .content(json_content("RecognisedIntent", example::intent()))
}

fn feed() -> Success {
    let content = json!({
        "text/event-stream": {
            "schema": events(),
            "examples": {"two-creations": {"summary": "Two creations", "value": example::feed()}}
        }
    });
    Success::new("200", "The events, for as long as the client listens.")
        .cache(KEPT_BY_NOBODY)
        .content(content)
}

/// OpenAPI 3.1 does not say whether a schema of a stream is about all of it, as one text, or about
/// each event: this one holds for both.
fn events() -> Value {
    let data = json!({
        "description": "What happened.",
        "type": "string", "contentMediaType": "application/json", "contentSchema": reference("Event")
    });
    json!({
        "description": "Server-sent events. First comes an id without an event, which says where the feed begins. A comment now and then shows that it lives.",
        "type": ["string", "object"],
        "contentMediaType": "text/event-stream",
        "properties": {
            "id": {"description": "The number to go on after.", "type": "string"},
            "event": {"description": "The kind of event.", "type": "string"},
            "data": data
        }
    })
}

fn made_token() -> Success {
    let link = json!({
        "operationId": "token_revocation",
        "description": "The new token can be revoked.",
        "parameters": {"tokenId": "$response.body#/id"}
    });
    let success = Success::new("201", "The token, this once.")
        .cache(KEPT_BY_NOBODY)
        .content(json_content("TokenWithSecret", example::made_token()));
    Success { links: Some(json!({"token_revocation": link})), ..success }
}

fn tokens() -> Success {
    let content = json!({
        "application/json": {
            "schema": {"type": "array", "items": reference("Token")},
            "examples": {"one-token": {"summary": "One token", "value": example::tokens()}}
        }
    });
    Success::new("200", "The tokens, oldest first.").cache(KEPT_BY_NOBODY).content(content)
}

fn backup() -> Success {
    let content = json!({
        "application/octet-stream": {
            "schema": {"description": "A file for smart-customer restore."}
        }
    });
    Success::new("200", "The backup, of a length that is not known before its end.")
        .headers(&[header::DISPOSITION])
        .cache(KEPT_BY_NOBODY)
        .content(content)
}

/// JSON of the component `name`, with an example.
fn json_content(name: &str, example: Value) -> Value {
    json!({
        "application/json": {
            "schema": reference(name),
            "examples": {"example": {"summary": "As it is answered", "value": example}}
        }
    })
}
