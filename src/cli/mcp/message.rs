//! What a line of standard input is: a JSON-RPC message for the service, or why it is none.

use hyper::body::Bytes;
use serde_json::Value;

use super::input::{Line, MOST_BYTES};

/// JSON-RPC: this is no JSON.
const PARSE_ERROR: i32 = -32700;

/// JSON-RPC: this is JSON, but no message.
const INVALID_REQUEST: i32 = -32600;

/// A message for the service.
#[derive(Debug)]
pub struct Message {
    /// As the agent wrote it: what this program does not know goes through it unharmed.
    text: Bytes,
    json: Value,
}

/// Why a line is no message: an error in its place.
#[derive(Debug)]
pub struct Refused {
    /// The id of the request that it may have been; else null.
    pub id: Value,
    /// The JSON-RPC error code.
    pub code: i32,
    /// What is wrong and what would be right.
    pub sentence: String,
}

impl Message {
    /// The message that a line holds; `None` where it is blank.
    ///
    /// # Errors
    /// It holds something else.
    pub fn from_line(line: Line) -> Result<Option<Message>, Refused> {
        let Line::Text(text) = line else {
            let why = format!("this line has more than {MOST_BYTES} bytes: send smaller messages");
            return Err(invalid(why));
        };
        let text = Bytes::from(text);
        if text.trim_ascii().is_empty() {
            return Ok(None);
        }
        let json: Value = serde_json::from_slice(&text).map_err(|error| Refused {
            id: Value::Null,
            code: PARSE_ERROR,
            sentence: format!("this line is no JSON ({error}): send one JSON-RPC message a line"),
        })?;
        check(&json)?;
        Ok(Some(Message { text, json }))
    }

    /// As the agent wrote it.
    pub fn text(&self) -> Bytes {
        self.text.clone()
    }

    /// Its members.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The id under which it is to be answered: it is a request then.
    pub fn id(&self) -> Option<&Value> {
        self.json.get("method").and(self.json.get("id"))
    }

    /// Whether it begins the conversation.
    pub fn initializes(&self) -> bool {
        self.id().is_some() && self.json["method"] == "initialize"
    }

    /// The id of the request whose answer the agent does not want any more, if it says that.
    pub fn takes_back(&self) -> Option<&Value> {
        let says_so = self.json["method"] == "notifications/cancelled";
        self.json.pointer("/params/requestId").filter(|_| says_so)
    }
}

/// Makes sure that it is a request, a notification or a response; what these hold is for the
/// service to judge.
fn check(json: &Value) -> Result<(), Refused> {
    let Value::Object(members) = json else {
        let why = match json {
            Value::Array(_) => "several messages in one line are not taken: send each on its own",
            _ => "this line is no JSON-RPC message: send one JSON object a line",
        };
        return Err(invalid(why.to_owned()));
    };
    let id = members.get("id");
    if id.is_some_and(|id| !id.is_string() && !id.is_i64()) {
        let why = "the id of this message is neither a string nor a whole number";
        return Err(invalid(why.to_owned()));
    }
    let refused = |why: &str| {
        let id = id.cloned().unwrap_or_default();
        Err(Refused { id, ..invalid(why.to_owned()) })
    };
    if members.get("jsonrpc") != Some(&Value::from("2.0")) {
        return refused("this message is not of JSON-RPC 2.0: it needs \"jsonrpc\": \"2.0\"");
    }
    match members.get("method") {
        Some(Value::String(_)) => Ok(()),
        None if members.contains_key("result") || members.contains_key("error") => Ok(()),
        Some(_) => refused("the method of this message is no string"),
        None => refused("this message has neither a method nor a result nor an error"),
    }
}

fn invalid(sentence: String) -> Refused {
    Refused { id: Value::Null, code: INVALID_REQUEST, sentence }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Line, Message, Refused};

    fn read(text: &str) -> Result<Option<Message>, Refused> {
        Message::from_line(Line::Text(text.as_bytes().to_vec()))
    }

    #[test]
    fn a_message_is_kept_as_it_was_written() {
        let text = r#" {"id": -1, "a": 1.50, "b": 12345678901234567890123, "method": "x", "jsonrpc": "2.0"} "#;
        let message = read(text).unwrap().unwrap();
        assert_eq!(message.text(), text);
        assert_eq!(message.id(), Some(&json!(-1)));
    }

    #[test]
    fn only_a_request_is_to_be_answered() {
        for (text, id) in [
            (r#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#, Some(json!("a"))),
            (r#"{"jsonrpc":"2.0","method":"ping"}"#, None),
            (r#"{"jsonrpc":"2.0","id":7,"result":{}}"#, None),
            (r#"{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":""}}"#, None),
        ] {
            assert_eq!(read(text).unwrap().unwrap().id(), id.as_ref(), "{text}");
        }
        for blank in ["", " ", "\r"] {
            assert!(read(blank).unwrap().is_none());
        }
    }

    #[test]
    fn what_is_no_message_is_refused_with_what_would_be_right() {
        for (text, id, code, expected) in [
            ("{", Value::Null, -32700, "line 1 column 1"),
            ("\u{feff}x", Value::Null, -32700, "one JSON-RPC message a line"),
            ("[]", Value::Null, -32600, "each on its own"),
            ("7", Value::Null, -32600, "one JSON object a line"),
            (r#"{"jsonrpc":"2.0","id":null,"method":"x"}"#, Value::Null, -32600, "string"),
            (r#"{"jsonrpc":"2.0","id":[1],"method":"x"}"#, Value::Null, -32600, "string"),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"x"}"#, Value::Null, -32600, "whole number"),
            (r#"{"id":4,"method":"x"}"#, json!(4), -32600, "\"jsonrpc\": \"2.0\""),
            (r#"{"jsonrpc":"2.0","id":4}"#, json!(4), -32600, "neither a method"),
            (r#"{"jsonrpc":"2.0","id":4,"method":5}"#, json!(4), -32600, "no string"),
        ] {
            let refused = read(text).unwrap_err();
            assert_eq!((refused.id, refused.code), (id, code), "{text}");
            assert!(refused.sentence.contains(expected), "{}", refused.sentence);
        }
    }
}
