//! The catalogue of operations: one row each, read by whoever routes, describes or lists them: the
//! path matcher's names, the permission that a token needs, the OpenAPI document, the tools for
//! agents, `llms.txt` and the AI metadata in every answer. What is not in it does not exist.

mod backups;
mod companies;
mod customers;
mod tokens;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::parameter::Parameter;
use crate::customer::access::Permission;

/// Names an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationId {
    /// Create a customer.
    CustomerCreation,
    /// List a company's customers.
    CustomerListing,
    /// Read one customer.
    CustomerDetail,
    /// Delete a customer.
    CustomerDeletion,
    /// Replace a customer's details.
    CustomerReplacement,
    /// Change some of a customer's details.
    CustomerUpdate,
    /// Look into one customer.
    CustomerInsight,
    /// Look into a company.
    CompanyInsight,
    /// Recognise what a sentence asks for.
    IntentRecognition,
    /// Follow what happens to a company's customers.
    CustomerChangeFeed,
    /// Make a token.
    TokenCreation,
    /// List the tokens.
    TokenListing,
    /// Revoke a token.
    TokenRevocation,
    /// Back up everything.
    Backup,
}

/// The HTTP methods that operations use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create.
    Post,
    /// Replace.
    Put,
    /// Change.
    Patch,
    /// Delete.
    Delete,
}

impl Method {
    /// The method's name on the wire (RFC 9110, section 9).
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// AI metadata: what an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Entity {
    /// The customers of a company.
    Customer,
    /// What opens the service to programs.
    Token,
    /// Everything that is kept, as one file.
    Backup,
}

impl Entity {
    /// The entity's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Entity::Customer => "Customer",
            Entity::Token => "Token",
            Entity::Backup => "Backup",
        }
    }
}

/// AI metadata: what an operation does to what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Effects {
    /// Nothing is changed.
    pub read_only: bool,
    /// Something that was there before is gone afterwards.
    pub destructive: bool,
    /// The same call again changes nothing more.
    pub idempotent: bool,
    /// Another operation brings back what was there before.
    pub reversible: bool,
}

impl Effects {
    /// Those of an operation that only looks.
    pub const LOOK: Effects =
        Effects { read_only: true, destructive: false, idempotent: true, reversible: true };
    /// Those of an operation that adds something, which another one can take away again.
    pub const ADD: Effects =
        Effects { read_only: false, destructive: false, idempotent: false, reversible: true };
    /// Those of an operation after which the former state is gone.
    pub const OVERWRITE: Effects =
        Effects { read_only: false, destructive: true, idempotent: true, reversible: false };
}

/// AI metadata: how people ask for an operation, and what is then sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Example {
    /// A request in plain words.
    pub utterance: &'static str,
    /// The operation's arguments that it amounts to: the parameters of the path, the query and
    /// the header, and the fields of the body, by their names in one JSON object.
    #[serde(serialize_with = "as_json")]
    pub arguments: &'static str,
}

fn as_json<S: Serializer>(text: &&'static str, serializer: S) -> Result<S::Ok, S::Error> {
    let value: Value = serde_json::from_str(text).map_err(serde::ser::Error::custom)?;
    value.serialize(serializer)
}

/// A row of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its name.
    pub id: OperationId,
    /// Its HTTP method; `HEAD` works wherever this is `GET`.
    pub method: Method,
    /// Its path, with `{names}` for the parts that vary.
    pub path: &'static str,
    /// AI metadata: what it is for; also its `operationId` and the name of its tool.
    pub purpose: &'static str,
    /// AI metadata: what it is about.
    pub entity: Entity,
    /// AI metadata: what a caller wants who calls it.
    pub intent: &'static str,
    /// What it does, in a few words without a full stop.
    pub summary: &'static str,
    /// What it does, in sentences.
    pub description: &'static str,
    /// For an agent: in which situation it is the right one.
    pub use_when: &'static str,
    /// For an agent: in which it is not, and what is then.
    pub avoid_when: &'static str,
    /// What a token must allow.
    pub permission: Permission,
    /// What it does to what is kept.
    pub effects: Effects,
    /// What varies in its path, its query and its headers.
    pub parameters: &'static [Parameter],
    /// How people ask for it.
    pub examples: &'static [Example],
}

/// Every operation, in the order of [`OperationId`].
pub const CATALOGUE: [Operation; 14] = [
    customers::CREATION,
    customers::LISTING,
    customers::DETAIL,
    customers::DELETION,
    customers::REPLACEMENT,
    customers::UPDATE,
    customers::INSIGHT,
    companies::INSIGHT,
    companies::INTENT,
    customers::CHANGE_FEED,
    tokens::CREATION,
    tokens::LISTING,
    tokens::REVOCATION,
    backups::BACKUP,
];

impl OperationId {
    /// The operation's row.
    pub fn row(self) -> &'static Operation {
        // In the order of the catalogue, which a test holds to the order of the enum.
        &CATALOGUE[self as usize]
    }
}

/// The AI metadata of an operation as it is published: `x-ai-metadata` in the OpenAPI document.
#[derive(Debug, Serialize)]
pub struct AiMetadata {
    purpose: &'static str,
    entity: Entity,
    intent: &'static str,
    effects: Effects,
    examples: &'static [Example],
}

impl Operation {
    /// Its AI metadata as a dictionary of tokens (RFC 9651, section 3.2), for its answers.
    pub fn ai_metadata_header(&self) -> String {
        let entity = self.entity.as_str();
        format!("purpose={}, entity={entity}, intent={}", self.purpose, self.intent)
    }

    /// Its AI metadata, whole.
    pub fn ai_metadata(&self) -> AiMetadata {
        AiMetadata {
            purpose: self.purpose,
            entity: self.entity,
            intent: self.intent,
            effects: self.effects,
            examples: self.examples,
        }
    }

    /// Whether agents get it as a tool: all that concerns customers. To manage tokens and to take
    /// backups is left to people: a text that an agent reads could otherwise talk it into opening
    /// the service, or into giving everything away.
    pub fn is_tool(&self) -> bool {
        self.entity == Entity::Customer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_finds_its_own_row() {
        for operation in &CATALOGUE {
            assert_eq!(operation.id.row(), operation);
        }
    }

    #[test]
    fn every_row_says_what_an_agent_needs_to_know() {
        for row in &CATALOGUE {
            for text in [row.purpose, row.intent, row.summary] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{}: {text}", row.purpose);
            }
            for text in [row.description, row.use_when, row.avoid_when] {
                assert!(text.ends_with('.'), "{}: {text}", row.purpose);
            }
            assert!(row.examples.len() >= 2, "{}", row.purpose);
            assert!(serde_json::to_value(row.ai_metadata()).is_ok(), "{}", row.purpose);
        }
    }

    #[test]
    fn every_name_in_a_path_is_a_parameter_and_the_other_way_round() {
        for row in &CATALOGUE {
            let names = row.path.split(['{', '}']).skip(1).step_by(2);
            let of_path = row.parameters.iter().filter(|parameter| parameter.is_in_path());
            assert!(names.eq(of_path.map(|parameter| parameter.name())), "{}", row.purpose);
        }
    }

    #[test]
    fn what_only_looks_changes_nothing() {
        for row in &CATALOGUE {
            let effects = row.effects;
            // A sentence is too long and too personal for a path.
            let looks = row.method == Method::Get || row.id == OperationId::IntentRecognition;
            assert_eq!(effects.read_only, looks, "{}", row.purpose);
            assert!(!effects.read_only || effects == Effects::LOOK, "{}", row.purpose);
        }
    }
}
