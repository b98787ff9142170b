//! The pages behind a problem's `type`: what happened and what to do, for people.

use crate::http::problem::Kind;

/// The page of the kind called `name`, if there is such a kind.
pub fn render(name: &str) -> Option<String> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.text().name == name)?;
    let text = kind.text();
    let (title, status) = (text.title, text.status);
    let explanation = text.explanation.replace('&', "&amp;").replace('<', "&lt;");
    Some(format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"icon\" type=\"image/svg+xml\" href=\"../docs/icon.svg\">\n\
         <link rel=\"stylesheet\" href=\"../docs/plain.css\">\n\
         <title>{title}</title>\n<main>\n<h1>{title}</h1>\n<p>{explanation}</p>\n\
         <p>HTTP status {status}, problem type <code>/problems/{name}</code></p>\n\
         </main>\n</html>\n"
    ))
}
