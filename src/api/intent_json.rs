//! A sentence as it comes in, and what it was recognised as.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::address;
use super::catalogue::{Entity, OperationId};
use super::shape;
use super::strict_json::{self, BodyError, Known};
use crate::customer::assessment::Category;
use crate::customer::{Code, Customer, CustomerId, Namespace, Violation};
use crate::intelligence::intent::{Details, Filter, Purpose, Recognition};

/// The one field of a request.
pub const TEXT: &str = "text";

/// Longest text that is looked at, in characters.
pub const MAX_TEXT: usize = 2000;

/// Alternatives that are less probable are left out.
const LEAST: f64 = 0.005;

/// The text in a JSON body.
///
/// # Errors
/// [`BodyError`], with all faults together.
pub fn parse(body: &[u8]) -> Result<String, BodyError> {
    let known = Known { fields: &[TEXT], ignored: &[] };
    let object = strict_json::read::<Value>(body, known).map_err(BodyError::NotAnObject)?;
    let given = object.fields.last().map(|(_, value)| value);
    match text(given) {
        Ok(text) if object.faults.is_empty() => Ok(text),
        read => Err(BodyError::Violations(read.err().into_iter().chain(object.faults).collect())),
    }
}

/// The text among what was given.
///
/// # Errors
/// What is wrong with it.
pub fn text(given: Option<&Value>) -> Result<String, Violation> {
    let fault = |code, message: String| Err(Violation::new(TEXT, code, message));
    match given {
        None => fault(Code::Missing, format!("{TEXT} is required")),
        Some(Value::String(text)) if text.trim().is_empty() => {
            fault(Code::Blank, format!("{TEXT} is blank"))
        }
        Some(Value::String(text)) if text.chars().nth(MAX_TEXT).is_some() => {
            fault(Code::TooLong, format!("{TEXT} has at most {MAX_TEXT} characters"))
        }
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => fault(Code::NotAString, format!("{TEXT} must be a string")),
    }
}

/// What a sentence asks for, and of whom.
pub struct Intent<'i> {
    /// Whose customers.
    pub namespace: &'i Namespace,
    /// What was recognised.
    pub recognition: &'i Recognition,
    /// What the operation needs and the sentence does not say.
    pub missing: &'i [&'static str],
    /// The customer that is meant.
    pub target: Option<CustomerId>,
    /// Those who may be meant where it is not one alone.
    pub candidates: &'i [Customer],
    /// By what a listing is narrowed.
    pub filter: &'i Filter,
}

#[derive(Serialize)]
struct IntentShape {
    intent: &'static str,
    purpose: &'static str,
    entity: &'static str,
    confidence: f64,
    alternatives: Vec<AlternativeShape>,
    parameters: Fields,
    missing: Vec<&'static str>,
    operation: Option<OperationShape>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<Value>,
}

#[derive(Serialize)]
struct AlternativeShape {
    intent: &'static str,
    purpose: &'static str,
    confidence: f64,
}

#[derive(Serialize)]
struct OperationShape {
    method: &'static str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Fields>,
}

/// Values by their names, in their usual order.
struct Fields(Vec<(&'static str, String)>);

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Intent<'_> {
    /// It as a JSON object.
    ///
    /// # Errors
    /// None in practice: all texts are valid.
    pub fn to_value(&self) -> serde_json::Result<Value> {
        serde_json::to_value(self.shape()?)
    }

    /// The same, written.
    ///
    /// # Errors
    /// As [`Intent::to_value`].
    pub fn to_vec(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&self.shape()?)
    }

    fn shape(&self) -> serde_json::Result<IntentShape> {
        let Recognition { purpose, confidence, alternatives, slots } = self.recognition;
        let alternatives = alternatives.iter().filter(|(_, confidence)| *confidence >= LEAST);
        Ok(IntentShape {
            intent: intent(*purpose),
            purpose: purpose.as_str(),
            entity: Entity::Customer.as_str(),
            confidence: rounded(*confidence),
            alternatives: alternatives.map(AlternativeShape::from).collect(),
            parameters: Fields(slots.parameters()),
            missing: self.missing.to_vec(),
            operation: self.operation(),
            candidates: self
                .candidates
                .iter()
                .map(shape::customer_value)
                .collect::<Result<_, _>>()?,
        })
    }

    /// The request that does what is asked for; `None` while it lacks something.
    fn operation(&self) -> Option<OperationShape> {
        let slots = &self.recognition.slots;
        let row = operation(self.recognition.purpose)?.row();
        if !self.missing.is_empty() {
            return None;
        }
        let body = match row.id {
            OperationId::CustomerCreation => Some(fields(&slots.named)),
            OperationId::CustomerUpdate => Some(fields(&slots.new)),
            _ => None,
        };
        Some(OperationShape { method: row.method.as_str(), path: self.path(row.id)?, body })
    }

    /// Where it is sent; `None` where it is about one customer and nobody knows which.
    fn path(&self, operation: OperationId) -> Option<String> {
        let namespace = self.namespace;
        match operation {
            OperationId::CustomerCreation => Some(address::customers(namespace)),
            OperationId::CustomerListing => Some(address::customers(namespace) + &self.query()),
            OperationId::CompanyInsight => Some(address::company(namespace) + "/insight"),
            _ => self.target.map(|id| address::customer(namespace, id)),
        }
    }

    /// What selects the customers of a listing.
    fn query(&self) -> String {
        let Filter { category, market } = self.filter;
        address::query([
            ("q", self.recognition.slots.q.as_deref()),
            ("category", category.map(Category::as_str)),
            ("market", *market),
        ])
    }
}

/// The operation that does what is asked for.
fn operation(purpose: Purpose) -> Option<OperationId> {
    match purpose {
        Purpose::CustomerCreation => Some(OperationId::CustomerCreation),
        Purpose::CustomerListing => Some(OperationId::CustomerListing),
        Purpose::CustomerDetail => Some(OperationId::CustomerDetail),
        Purpose::CustomerUpdate => Some(OperationId::CustomerUpdate),
        Purpose::CustomerDeletion => Some(OperationId::CustomerDeletion),
        Purpose::CompanyInsight => Some(OperationId::CompanyInsight),
        Purpose::Unknown => None,
    }
}

/// The intent in the AI metadata of the operation that does what is asked for.
fn intent(purpose: Purpose) -> &'static str {
    operation(purpose).map_or(Purpose::Unknown.as_str(), |operation| operation.row().intent)
}

fn fields(details: &Details) -> Fields {
    let Details { first_name, last_name, email, vat_number } = details;
    let vat_number = vat_number.as_ref().map(|number| number.as_str().to_owned());
    let all = [
        ("first-name", first_name.clone()),
        ("last-name", last_name.clone()),
        ("email", email.clone()),
        ("vat-number", vat_number),
    ];
    Fields(all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

impl From<&(Purpose, f64)> for AlternativeShape {
    fn from((purpose, confidence): &(Purpose, f64)) -> AlternativeShape {
        AlternativeShape {
            intent: intent(*purpose),
            purpose: purpose.as_str(),
            confidence: rounded(*confidence),
        }
    }
}

/// In hundredths, as in the published example: more than that nobody can tell.
fn rounded(confidence: f64) -> f64 {
    (confidence * 100.0).round() / 100.0
}
