//! `llms.txt`: what an agent should read first (<https://llmstxt.org>).

/// The text, in Markdown.
pub fn text() -> String {
    String::new()
}
