//! Email addresses, as [`crate::customer::email`] takes them. The pattern is exact in ASCII. Beyond
//! it the service is finer than a readable pattern can be: it refuses in a domain what is no letter,
//! digit or mark, and before `@` also the tags and private characters behind U+E0000; and lengths
//! are counted in bytes of UTF-8, those of a part of a domain in characters.

use serde_json::{Value, json};

use crate::customer::email::{MAX_BYTES, MAX_LOCAL_BYTES};

/// A character before `@`: no dot, no sign that would need quotes, and beyond ASCII nothing that
/// draws nothing (U+037E is another way to write a semicolon).
const LOCAL: &str = r"[^\u0000-\u0020\u0022\u0028-\u0029\u002C\u002E\u003A-\u003C\u003E\u0040\u005B-\u005D\u007F-\u00A0\u00AD\u037E\u061C\u1680\u180E\u2000-\u200F\u2028-\u202F\u205F-\u206F\u3000\uE000-\uF8FF\uFEFF\uFFF0-\uFFFF]";

/// What is neither letter nor digit: in ASCII, then signs in Latin-1, punctuation, arrows and
/// technical signs, boxes and dingbats, private characters.
const NEITHER: &str = r"\u0000-\u002C\u002E\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00A9\u00AB-\u00B1\u00B4\u00B6-\u00B8\u00BB\u00BF\u00D7\u00F7\u2000-\u206F\u2190-\u245F\u2500-\u2775\uE000-\uF8FF\uFFF0-\uFFFF";

fn pattern() -> String {
    let (inner, outer) = (format!("[^{NEITHER}]"), format!("[^\\u002D{NEITHER}]"));
    let label = format!("{outer}(?:{inner}{{0,61}}{outer})?");
    // No top-level domain is a number or a single ASCII letter.
    let top_level = format!("(?![0-9]+$|[A-Za-z]$){label}");
    let local = format!("(?=[^@]{{1,{MAX_LOCAL_BYTES}}}@){LOCAL}+(?:\\.{LOCAL}+)*");
    format!("^{local}@(?:{label}\\.)+{top_level}$")
}

pub(super) fn schema() -> Value {
    json!({
        "title": "Email address",
        "description": "An RFC 5321 mailbox with a dotted domain, internationalised included (RFC \
                        6531), at most 64 bytes before @ and 254 in all; no display name, quoted \
                        local part or address literal. It is kept trimmed, in Unicode's NFC and \
                        with the domain in lower case.",
        "type": "string", "format": "idn-email", "minLength": 5, "maxLength": MAX_BYTES,
        "pattern": pattern(),
        "examples": ["john.smith@example.com"]
    })
}
