//! Names of people and of tokens, from the tables of [`crate::customer::name`].

use serde_json::{Value, json};

use super::pattern::class;
use crate::customer::name::{FORBIDDEN, INVISIBLE, MAX_CHARS, WHITE_SPACE};

/// A first or last name.
pub(super) fn schema() -> Value {
    let forbidden = class(&FORBIDDEN);
    let visible = format!("[^{forbidden}{}{}]", class(&WHITE_SPACE), class(&INVISIBLE));
    json!({
        "title": "Name",
        "description": "A name in any script, with at least one visible character. It is kept \
                        trimmed, in Unicode's NFC, in which its length is counted, and with runs \
                        of white space folded to one space.",
        "type": "string", "minLength": 1, "maxLength": MAX_CHARS,
        "pattern": format!("^[^{forbidden}]*{visible}[^{forbidden}]*$"),
        "examples": ["John"]
    })
}

/// The name of a token: as it is kept, so that there is no control character in it.
pub(super) fn of_token() -> Value {
    let forbidden = format!("{}\\u0009-\\u000D\\u0085", class(&FORBIDDEN));
    let visible = format!("[^{forbidden}{}{}]", class(&WHITE_SPACE), class(&INVISIBLE));
    json!({
        "description": "What the token is for. It is kept as names are; control characters are \
                        taken around it only.",
        "type": "string", "minLength": 1, "maxLength": MAX_CHARS,
        "pattern": format!("^[^{forbidden}]*{visible}[^{forbidden}]*$"),
        "examples": ["till-3"]
    })
}
