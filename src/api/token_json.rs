//! Tokens as JSON: what an admin asks for, and what is shown of a token.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::shape::{IdShape, TimeShape};
use super::strict_json::{self, BodyError, Known};
use crate::customer::access::{Grant, Permissions, Scope, Token};
use crate::customer::{Code, Violation, name, namespace, whole_milliseconds};

/// The fields of a request for a token.
const FIELDS: [&str; 6] =
    ["name", "product", "company", "permissions", "expires-at", "requests-per-second"];

/// The permissions, in the order in which they are shown.
pub(super) const PERMISSIONS: [&str; 3] = ["read", "write", "admin"];

/// Most requests a second that a limit can be set to.
pub(super) const MAX_RATE: u32 = 1_000_000;

/// Stands for every product or every company.
const ALL: &str = "*";

/// What a JSON body asks for at `now`.
///
/// # Errors
/// [`BodyError`], with all faults together.
pub fn parse(body: &[u8], now: Timestamp) -> Result<Grant, BodyError> {
    let known = Known { fields: &FIELDS, ignored: &[] };
    let object = strict_json::read(body, known).map_err(BodyError::NotAnObject)?;
    let mut fields = Fields { given: object.fields, faults: Vec::new() };
    let name = fields.required("name", read_name);
    let product = fields.required("product", read_scope);
    let company = fields.required("company", read_scope);
    let permissions = fields.required("permissions", read_permissions);
    let expires_at = fields.optional("expires-at", |field, value| read_time(field, value, now));
    let requests_per_second = fields.optional("requests-per-second", read_rate);
    fields.faults.extend(object.faults);
    match (name, product, company, permissions) {
        (Some(name), Some(product), Some(company), Some(permissions))
            if fields.faults.is_empty() =>
        {
            let scope = Scope { product, company };
            Ok(Grant { name, scope, permissions, expires_at, requests_per_second })
        }
        _ => Err(BodyError::Violations(fields.faults)),
    }
}

/// The fields that were given, and the faults found in them so far.
struct Fields {
    given: Vec<(&'static str, Value)>,
    faults: Vec<Violation>,
}

type Read<T> = Result<T, Violation>;

impl Fields {
    fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'static str, &Value) -> Read<T>,
    ) -> Option<T> {
        let missing = || Violation::new(name, Code::Missing, format!("{name} is required"));
        let value = self.last(name).ok_or_else(missing);
        let read = value.and_then(|value| read(name, value));
        self.note(read)
    }

    /// A field that may also be absent or null.
    fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'static str, &Value) -> Read<T>,
    ) -> Option<T> {
        let value = self.last(name).filter(|value| !value.is_null())?;
        let read = read(name, value);
        self.note(read)
    }

    fn last(&self, name: &str) -> Option<&Value> {
        self.given.iter().rev().find(|(given, _)| *given == name).map(|(_, value)| value)
    }

    fn note<T>(&mut self, read: Read<T>) -> Option<T> {
        read.map_err(|fault| self.faults.push(fault)).ok()
    }
}

fn text<'v>(field: &'static str, value: &'v Value) -> Read<&'v str> {
    let fault = || Violation::new(field, Code::NotAString, format!("{field} must be a string"));
    value.as_str().ok_or_else(fault)
}

fn read_name(field: &'static str, value: &Value) -> Read<String> {
    let text = text(field, value)?.trim();
    match text.chars().find(|character| character.is_control()) {
        Some(control) => {
            let code = u32::from(control);
            let message = format!("{field} must not contain the control character U+{code:04X}");
            Err(Violation::new(field, Code::ForbiddenCharacter, message))
        }
        None => name::normalise(field, text),
    }
}

fn read_scope(field: &'static str, value: &Value) -> Read<Option<String>> {
    match text(field, value)? {
        ALL => Ok(None),
        part if namespace::is_part(part) => Ok(Some(part.to_owned())),
        _ => {
            let rule = namespace::PART_RULE;
            let message = format!("{field} is \"*\" for all, or {rule}");
            Err(Violation::new(field, Code::InvalidScope, message))
        }
    }
}

fn read_permissions(field: &'static str, value: &Value) -> Read<Permissions> {
    let fault = |what: &str| {
        let message = format!("{field} {what}; it is an array of read, write, admin");
        Violation::new(field, Code::InvalidPermissions, message)
    };
    let given = value.as_array().ok_or_else(|| fault("is no array"))?;
    let mut permissions = Permissions { read: false, write: false, admin: false };
    for permission in given {
        let held = match permission.as_str() {
            Some("read") => &mut permissions.read,
            Some("write") => &mut permissions.write,
            Some("admin") => &mut permissions.admin,
            Some(other) => return Err(fault("has an unknown one").suggesting(meant(other))),
            None => return Err(fault("holds something that is no string")),
        };
        if std::mem::replace(held, true) {
            return Err(fault("holds the same one twice"));
        }
    }
    if given.is_empty() { Err(fault("is empty")) } else { Ok(permissions) }
}

fn meant(permission: &str) -> Option<String> {
    Some(strict_json::nearest(permission, &PERMISSIONS).to_owned())
}

fn read_time(field: &'static str, value: &Value, now: Timestamp) -> Read<Timestamp> {
    let fault = || {
        let rule = "an RFC 3339 time in the future, such as 2027-01-01T00:00:00Z, or null";
        Violation::new(field, Code::InvalidTime, format!("{field} is {rule}"))
    };
    let text = text(field, value)?;
    let time: Timestamp =
        if is_rfc_3339(text) { text.parse().map_err(|_| fault()) } else { Err(fault()) }?;
    let time = whole_milliseconds(time);
    if time > now { Ok(time) } else { Err(fault()) }
}

/// Whether `text` has the form of RFC 3339, section 5.6; its parser takes other forms, too.
fn is_rfc_3339(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00";
    let fits = |(&byte, &form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        form => byte.eq_ignore_ascii_case(&form),
    };
    let Some((head, rest)) = text.as_bytes().split_at_checked(FORM.len()) else {
        return false;
    };
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let offset = match rest {
        [b'.', fraction @ ..] if digits(fraction) > 0 => fraction.get(digits(fraction)..),
        rest => Some(rest),
    };
    let is_offset = match offset {
        Some([b'Z' | b'z']) => true,
        Some([b'+' | b'-', h1, h2, b':', m1, m2]) => digits(&[*h1, *h2, *m1, *m2]) == 4,
        _ => false,
    };
    head.iter().zip(FORM).all(fits) && is_offset
}

/// A whole number, which may also be written as `5.0` (so JSON Schema understands "integer").
fn read_rate(field: &'static str, value: &Value) -> Read<u32> {
    let fits = |rate: &f64| rate.fract() == 0.0 && (1.0..=f64::from(MAX_RATE)).contains(rate);
    value.as_f64().filter(fits).map(|rate| rate as u32).ok_or_else(|| {
        let message = format!("{field} is a whole number from 1 to {MAX_RATE}, or null");
        Violation::new(field, Code::InvalidNumber, message)
    })
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct TokenShape<'t> {
    id: IdShape,
    name: &'t str,
    product: &'t str,
    company: &'t str,
    permissions: Vec<&'static str>,
    expires_at: Option<PlainTime>,
    requests_per_second: Option<u32>,
    created_at: TimeShape,
}

#[derive(Serialize)]
struct NewShape<'t> {
    #[serde(flatten)]
    token: TokenShape<'t>,
    #[serde(rename = "token")]
    secret: &'t str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ListedShape<'t> {
    #[serde(flatten)]
    token: TokenShape<'t>,
    last_used_at: Option<PlainTime>,
}

/// RFC 3339 in UTC, with a fraction of a second only where there is one.
pub struct PlainTime(pub Timestamp);

impl Serialize for PlainTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'t> From<&'t Token> for TokenShape<'t> {
    fn from(token: &'t Token) -> TokenShape<'t> {
        let Grant { name, scope, permissions, .. } = &token.grant;
        TokenShape {
            id: IdShape(token.id),
            name,
            product: scope_text(&scope.product),
            company: scope_text(&scope.company),
            permissions: permission_names(*permissions),
            expires_at: token.grant.expires_at.map(PlainTime),
            requests_per_second: token.grant.requests_per_second,
            created_at: TimeShape(token.created_at),
        }
    }
}

impl<'t> From<&'t Token> for ListedShape<'t> {
    fn from(token: &'t Token) -> ListedShape<'t> {
        let last_used_at = token.last_used_at.map(PlainTime);
        ListedShape { token: token.into(), last_used_at }
    }
}

/// The names of permissions.
pub(super) fn permission_names(permissions: Permissions) -> Vec<&'static str> {
    let held = [permissions.read, permissions.write, permissions.admin];
    let held = PERMISSIONS.iter().zip(held).filter(|(_, held)| *held);
    held.map(|(name, _)| *name).collect()
}

/// The product or company of a scope.
pub(super) fn scope_text(of: &Option<String>) -> &str {
    of.as_deref().unwrap_or(ALL)
}

/// A token just made, with its secret.
///
/// # Errors
/// None in practice: all texts are valid.
pub fn write_new(token: &Token, secret: &str) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&NewShape { token: token.into(), secret })
}

/// Tokens without their secrets.
///
/// # Errors
/// As [`write_new`].
pub fn write_list(tokens: &[Token]) -> serde_json::Result<Vec<u8>> {
    let shapes: Vec<ListedShape<'_>> = tokens.iter().map(ListedShape::from).collect();
    serde_json::to_vec(&shapes)
}
