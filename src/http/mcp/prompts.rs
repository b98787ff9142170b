//! The prompts, in the terms of the protocol.

use rmcp::model::{ErrorData, GetPromptResult, Prompt, PromptArgument, PromptMessage, Role};
use serde_json::{Map, Value, json};

use crate::api::prompt::{self, PROMPTS};
use crate::api::shape::ViolationShape;
use crate::api::strict_json::nearest;

/// Every prompt.
pub fn list() -> Vec<Prompt> {
    PROMPTS.iter().map(described).collect()
}

fn described(prompt: &prompt::Prompt) -> Prompt {
    let argument = |argument: &prompt::Argument| {
        PromptArgument::new(argument.name)
            .with_description(argument.description)
            .with_required(true)
    };
    let arguments = prompt.arguments.iter().map(argument).collect();
    Prompt::new(prompt.name, Some(prompt.description), Some(arguments)).with_title(prompt.title)
}

/// The text of the prompt called `name`, as a message of the one who asks for it.
///
/// # Errors
/// Invalid params, naming the prompt that is meant or every argument that is at fault.
pub fn get(name: &str, given: &Map<String, Value>) -> Result<GetPromptResult, ErrorData> {
    let prompt = prompt::named(name).ok_or_else(|| unknown(name))?;
    let text = prompt.text(given).map_err(|faults| {
        let messages: Vec<&str> = faults.iter().map(|fault| &*fault.message).collect();
        let errors: Vec<ViolationShape> = faults.iter().map(ViolationShape::from).collect();
        ErrorData::invalid_params(messages.join("; "), Some(json!({"errors": errors})))
    })?;
    let message = PromptMessage::new_text(Role::User, text);
    Ok(GetPromptResult::new(vec![message]).with_description(prompt.description))
}

fn unknown(name: &str) -> ErrorData {
    let names: Vec<&'static str> = PROMPTS.iter().map(|prompt| prompt.name).collect();
    let nearest = nearest(name, &names);
    ErrorData::invalid_params(format!("unknown prompt; the nearest known one is {nearest}"), None)
}
