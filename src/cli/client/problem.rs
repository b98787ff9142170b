//! What a service says of an error (RFC 9457), as one sentence.

use std::fmt::Write;

use serde::Deserialize;

/// A problem, as far as a person needs it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ProblemText {
    title: String,
    status: u16,
    detail: Option<String>,
    request_id: Option<String>,
    errors: Vec<FieldText>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FieldText {
    field: String,
    message: String,
    suggestion: Option<String>,
}

impl ProblemText {
    /// The problem in an answer's body; `None` where it holds none.
    pub fn parse(body: &[u8]) -> Option<ProblemText> {
        serde_json::from_slice(body).ok().filter(|problem: &ProblemText| !problem.title.is_empty())
    }

    /// All of it as one sentence.
    pub fn sentence(&self) -> String {
        let mut sentence = self.title.clone();
        if let Some(reasons) = self.reasons() {
            sentence = sentence + ": " + &reasons;
        }
        if let (500.., Some(id)) = (self.status, &self.request_id) {
            sentence = sentence + "; request id " + id;
        }
        one_line(&sentence)
    }

    /// What is wrong, field by field where it is about fields; else the title.
    pub fn reason(&self) -> String {
        one_line(&self.reasons().unwrap_or_else(|| self.title.clone()))
    }

    fn reasons(&self) -> Option<String> {
        if self.errors.is_empty() {
            return self.detail.clone();
        }
        let mut reasons = String::new();
        for FieldText { field, message, suggestion } in &self.errors {
            let separator = if reasons.is_empty() { "" } else { "; " };
            // Writing to a string cannot fail.
            let _ = write!(reasons, "{separator}{field}: {message}");
            if let Some(suggestion) = suggestion {
                let _ = write!(reasons, " (perhaps {suggestion})");
            }
        }
        Some(reasons)
    }
}

/// The text without what would break its line or steer a terminal.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::ProblemText;

    #[test]
    fn a_problem_is_one_sentence_with_every_field() {
        let problem = ProblemText::parse(
            br#"{"type":"/problems/invalid-request","title":"Invalid request data","status":400,
                "detail":"email: wrong","request-id":"01J","errors":[
                {"field":"email","code":"x","message":"no\u001b[31m domain","suggestion":"a@b.it"},
                {"field":"vat-number","code":"missing","message":"is required","suggestion":null}]}"#,
        );
        let problem = problem.unwrap();
        let reason = "email: no [31m domain (perhaps a@b.it); vat-number: is required";
        assert_eq!(problem.reason(), reason);
        assert_eq!(problem.sentence(), format!("Invalid request data: {reason}"));
    }

    #[test]
    fn a_fault_of_the_service_is_named_by_its_request_id() {
        let problem = br#"{"title":"Internal error","status":500,"request-id":"01J"}"#;
        let sentence = ProblemText::parse(problem).unwrap().sentence();
        assert_eq!(sentence, "Internal error; request id 01J");
        assert!(ProblemText::parse(b"<html>").is_none() && ProblemText::parse(b"{}").is_none());
    }
}
