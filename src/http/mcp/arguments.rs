//! The arguments of a tool: one flat object, in which HTTP's path, query, headers and body meet.
//! Each is read by the same rules as over HTTP, and all faults are told at once.

use serde_json::{Map, Value};

use crate::api::catalogue::Operation;
use crate::api::parameter::Parameter;
use crate::api::{draft_json, intent_json, strict_json, tool};
use crate::customer::{Change, Code, Details, Namespace, Violation};
use crate::http::customers::KEY_RULE;
use crate::http::problem::{Kind, Problem};
use crate::http::query::Query;
use crate::operation::idempotency;

/// Passes as each part of a namespace, in the place of one that is already known to be at fault.
const ANY_PART: &str = "v1";

/// The kinds of problem whose faults are all of one place, with the code of these faults.
const OF_ONE_PLACE: [(Code, Kind); 3] = [
    (Code::InvalidPathParameter, Kind::InvalidPathParameter),
    (Code::InvalidQueryParameter, Kind::InvalidQueryParameter),
    (Code::InvalidHeader, Kind::InvalidHeader),
];

/// The arguments of a call, and what is wrong with them so far.
#[derive(Default)]
pub struct Arguments {
    fields: Map<String, Value>,
    parameters: Query,
    faults: Vec<Violation>,
}

impl Arguments {
    /// Takes what was given to the tool of an operation. What its description does not know is a
    /// fault.
    pub fn new(row: &Operation, given: Map<String, Value>) -> Arguments {
        let (parameters, fields) = (tool::parameters(row), tool::fields(row.id));
        let parameters: Vec<Parameter> = parameters.collect();
        let names = parameters.iter().map(|parameter| parameter.argument());
        let names: Vec<&'static str> = names.chain(fields.iter().copied()).collect();
        let mut arguments = Arguments::default();
        for (name, value) in given {
            if let Some(known) = parameters.iter().find(|known| known.argument() == name) {
                arguments.take(*known, &value);
            } else if fields.contains(&name.as_str()) {
                arguments.fields.insert(name, value);
            } else if arguments.faults.len() < strict_json::REPORTED {
                arguments.faults.push(strict_json::unknown_field(&name, &names));
            }
        }
        arguments
    }

    fn take(&mut self, parameter: Parameter, value: &Value) {
        match text(parameter, value) {
            Ok(text) => self.parameters.add(parameter.argument(), text),
            Err(fault) => self.faults.push(fault),
        }
    }

    /// Whose customers.
    pub fn namespace(&mut self) -> Option<Namespace> {
        let parts = [Parameter::Product, Parameter::Version, Parameter::Company];
        let parts = parts.map(|part| self.required(part));
        let [product, version, company] = &parts;
        let text = |part: &Option<String>| part.clone().unwrap_or(ANY_PART.to_owned());
        match Namespace::new(&text(product), &text(version), &text(company)) {
            Ok(namespace) => parts.iter().all(Option::is_some).then_some(namespace),
            Err(faults) => {
                self.faults.extend(faults);
                None
            }
        }
    }

    /// The text of an argument that must be there.
    pub fn required(&mut self, parameter: Parameter) -> Option<String> {
        let (name, text) = (parameter.argument(), self.text(parameter));
        // One of a wrong type is a fault already.
        if text.is_none() && !self.faults.iter().any(|fault| fault.field == name) {
            self.faults.push(Violation::new(name, Code::Missing, format!("{name} is required")));
        }
        text
    }

    /// The text of an argument.
    pub fn text(&self, parameter: Parameter) -> Option<String> {
        self.parameters.text(parameter.argument()).map(str::to_owned)
    }

    /// An argument as `read` understands it.
    pub fn value<T>(
        &mut self,
        parameter: Parameter,
        read: impl FnOnce(&str) -> Result<T, Violation>,
    ) -> Option<T> {
        self.parameters.value(parameter.argument(), read)
    }

    /// What `read` takes from all parameters.
    pub fn parameters<T>(&mut self, read: impl FnOnce(&mut Query) -> T) -> T {
        read(&mut self.parameters)
    }

    /// The idempotency key.
    pub fn idempotency_key(&mut self) -> Option<String> {
        let key = self.text(Parameter::IdempotencyKey)?;
        if idempotency::is_key(key.as_bytes()) {
            return Some(key);
        }
        let name = Parameter::IdempotencyKey.argument();
        self.faults.push(Violation::new(name, Code::InvalidHeader, KEY_RULE));
        None
    }

    /// The four details, all of them.
    pub fn details(&mut self) -> Option<Details> {
        let read = draft_json::details(&self.fields);
        self.unless_faulty(read)
    }

    /// A sentence.
    pub fn sentence(&mut self) -> Option<String> {
        let read = intent_json::text(self.fields.get(intent_json::TEXT));
        self.unless_faulty(read.map_err(|fault| vec![fault]))
    }

    /// Those of the four details that are given.
    pub fn change(&mut self) -> Option<Change> {
        let read = draft_json::change(&self.fields);
        self.unless_faulty(read)
    }

    fn unless_faulty<T>(&mut self, read: Result<T, Vec<Violation>>) -> Option<T> {
        read.map_err(|faults| self.faults.extend(faults)).ok()
    }

    /// What was `read`, if nothing is wrong with any argument.
    ///
    /// # Errors
    /// 400 with every fault.
    pub fn complete<T>(self, read: Option<T>) -> Result<T, Problem> {
        let mut faults = self.faults;
        faults.extend(self.parameters.into_faults());
        if faults.is_empty() {
            return read.ok_or_else(|| Problem::internal("an argument is missing without a fault"));
        }
        let all_are = |code| faults.iter().all(|fault| fault.code == code);
        let place = OF_ONE_PLACE.into_iter().find(|(code, _)| all_are(*code));
        let kind = place.map_or(Kind::InvalidRequest, |(_, kind)| kind);
        Err(Problem::of_fields(kind, faults))
    }
}

/// The text that a value would be sent as over HTTP.
fn text(parameter: Parameter, value: &Value) -> Result<String, Violation> {
    let wants_string = !matches!(parameter.schema()["type"].as_str(), Some("integer" | "boolean"));
    match value {
        Value::String(text) => Ok(text.clone()),
        _ if wants_string => {
            let name = parameter.argument();
            let message = format!("{name} must be a string, not {}", kind_of(value));
            Err(Violation::new(name, Code::NotAString, message))
        }
        // Whoever reads it says what would be right.
        other => Ok(whole(other).map_or_else(|| other.to_string(), |number| number.to_string())),
    }
}

/// A whole number that was written as 5.0, which JSON Schema takes for the same as 5.
fn whole(value: &Value) -> Option<u32> {
    let number = value.as_f64().filter(|_| !value.is_u64())?;
    let whole = number as u32;
    (f64::from(whole) == number).then_some(whole)
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
