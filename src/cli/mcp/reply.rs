//! What comes back from the service for a request: whether it is the answer, and the line it makes.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// A message of the service's in answer to a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Reply {
    /// The answer to the request, as a line without its end.
    Answer(Vec<u8>),
    /// Something that the service says before it answers, such as how far it is.
    Before(Vec<u8>),
}

/// As much of a message as tells what it is.
#[derive(Deserialize)]
struct Envelope {
    jsonrpc: String,
    id: Option<Value>,
    method: Option<IgnoredAny>,
    result: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
}

impl Reply {
    /// The message in `text` as a reply to the request `id`; `None` where it is none.
    pub fn parse(mut text: Vec<u8>, id: &Value) -> Option<Reply> {
        let is_object = text.trim_ascii_start().starts_with(b"{");
        let envelope: Envelope = serde_json::from_slice(&text).ok().filter(|_| is_object)?;
        if envelope.jsonrpc != "2.0" {
            return None;
        }
        // In JSON, line ends can only stand between its parts.
        text.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
        match envelope {
            Envelope { method: Some(_), .. } => Some(Reply::Before(text)),
            Envelope { id: Some(of), result: Some(_), .. }
            | Envelope { id: Some(of), error: Some(_), .. } => {
                (of == *id).then_some(Reply::Answer(text))
            }
            // The service did not see whose error it is; here it is known.
            Envelope { id: None, error: Some(_), .. } => with_id(&text, id).map(Reply::Answer),
            _ => None,
        }
    }
}

fn with_id(text: &[u8], id: &Value) -> Option<Vec<u8>> {
    let mut message: Value = serde_json::from_slice(text).ok()?;
    message["id"] = id.clone();
    Some(message.to_string().into_bytes())
}

/// The protocol version that the answer to an `initialize` chooses.
pub fn agreed_version(answer: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    answer.pointer("/result/protocolVersion").and_then(Value::as_str).map(str::to_owned)
}

/// What an error of the service's says, where it is one.
pub fn error_message(text: &[u8]) -> Option<String> {
    let message: Value = serde_json::from_slice(text).ok()?;
    message.pointer("/error/message").and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Reply;

    fn parse(text: &str) -> Option<Reply> {
        Reply::parse(text.as_bytes().to_vec(), &json!(7))
    }

    #[test]
    fn an_answer_is_one_line_whatever_its_form() {
        let pretty = "{\r\n  \"result\": {\"a\": \"b\\n\"},\n\"id\": 7, \"jsonrpc\": \"2.0\"\n}\n";
        let line = "{    \"result\": {\"a\": \"b\\n\"}, \"id\": 7, \"jsonrpc\": \"2.0\" } ";
        assert_eq!(parse(pretty), Some(Reply::Answer(line.into())));
    }

    #[test]
    fn an_error_that_names_no_request_is_given_its_id() {
        for id in ["", r#""id":null,"#] {
            let text = format!(r#"{{"jsonrpc":"2.0",{id}"error":{{"code":1,"message":"m"}}}}"#);
            let line = r#"{"error":{"code":1,"message":"m"},"id":7,"jsonrpc":"2.0"}"#;
            assert_eq!(parse(&text), Some(Reply::Answer(line.into())));
        }
    }

    #[test]
    fn what_the_service_says_before_it_answers_is_no_answer() {
        let progress = r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{}}"#;
        assert_eq!(parse(progress), Some(Reply::Before(progress.into())));
    }

    #[test]
    fn what_is_no_reply_to_the_request_is_seen() {
        for text in [
            "",
            "<html>",
            "7",
            "{}",
            r#"["2.0",7,null,{},null]"#,
            r#"{"jsonrpc":"2.0","id":8,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":"7","error":{}}"#,
            r#"{"jsonrpc":"1.0","id":7,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":7}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":{}} {}"#,
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
