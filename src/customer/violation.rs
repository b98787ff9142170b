//! What is wrong with an input: one value per fault, so that all of them can be told at once.

use std::borrow::Cow;

/// One fault of one field, in words for a person and as a code for a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field, path or query parameter that is at fault.
    pub field: Cow<'static, str>,
    /// The kind of fault.
    pub code: Code,
    /// What is wrong, where, and what would be right.
    pub message: String,
    /// A value that would be accepted, where one is clearly meant.
    pub suggestion: Option<String>,
}

impl Violation {
    /// A violation without a suggestion.
    pub fn new(
        field: impl Into<Cow<'static, str>>,
        code: Code,
        message: impl Into<String>,
    ) -> Violation {
        Violation { field: field.into(), code, message: message.into(), suggestion: None }
    }

    /// The same violation with the value that would have been right, if one is known.
    pub fn suggesting(mut self, suggestion: Option<String>) -> Violation {
        self.suggestion = suggestion;
        self
    }
}

/// The kinds of fault that an input can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// A required field is not there.
    Missing,
    /// The value is JSON, but no string.
    NotAString,
    /// Nothing visible is left after trimming.
    Blank,
    /// Longer than the field may be.
    TooLong,
    /// A control or bidirectional-override character.
    ForbiddenCharacter,
    /// Not an email address that this service accepts.
    InvalidEmail,
    /// Not a VAT number of any accepted form.
    InvalidVatNumber,
    /// Not a time that can be meant here.
    InvalidTime,
    /// Bytes that are no text.
    NotUtf8,
    /// A CSV line with another number of cells than the header.
    CellCount,
    /// A CSV cell that begins with a quote and does not end.
    OpenQuote,
    /// No such field.
    UnknownField,
    /// The same JSON key twice.
    DuplicateField,
    /// A part of the path that cannot be a product, version or company.
    InvalidPathParameter,
    /// A query parameter that does not exist, is repeated, or has an impossible value.
    InvalidQueryParameter,
    /// A request header whose value cannot be used.
    InvalidHeader,
    /// A scope that is neither a name nor `*`.
    InvalidScope,
    /// No set of permissions.
    InvalidPermissions,
    /// Not a number, or one beyond its limits.
    InvalidNumber,
}

impl Code {
    /// The code as clients see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::Missing => "missing",
            Code::NotAString => "not-a-string",
            Code::Blank => "blank",
            Code::TooLong => "too-long",
            Code::ForbiddenCharacter => "forbidden-character",
            Code::InvalidEmail => "invalid-email",
            Code::InvalidVatNumber => "invalid-vat-number",
            Code::InvalidTime => "invalid-time",
            Code::NotUtf8 => "not-utf-8",
            Code::CellCount => "cell-count",
            Code::OpenQuote => "open-quote",
            Code::UnknownField => "unknown-field",
            Code::DuplicateField => "duplicate-field",
            Code::InvalidPathParameter => "invalid-path-parameter",
            Code::InvalidQueryParameter => "invalid-query-parameter",
            Code::InvalidHeader => "invalid-header",
            Code::InvalidScope => "invalid-scope",
            Code::InvalidPermissions => "invalid-permissions",
            Code::InvalidNumber => "invalid-number",
        }
    }

    /// A few words for a summary line such as `email: not a valid address`.
    pub fn summary(self) -> &'static str {
        match self {
            Code::Missing => "missing",
            Code::NotAString => "not a string",
            Code::Blank => "blank",
            Code::TooLong => "too long",
            Code::ForbiddenCharacter => "has a forbidden character",
            Code::InvalidEmail => "not a valid address",
            Code::InvalidVatNumber => "not a valid VAT number",
            Code::InvalidTime => "not a possible time",
            Code::NotUtf8 => "not UTF-8",
            Code::CellCount => "another number of cells than the header",
            Code::OpenQuote => "a quote is not closed",
            Code::UnknownField => "unknown field",
            Code::DuplicateField => "given more than once",
            Code::InvalidPathParameter => "not a valid path parameter",
            Code::InvalidQueryParameter => "not a valid query parameter",
            Code::InvalidHeader => "not a valid header value",
            Code::InvalidScope => "neither a name nor *",
            Code::InvalidPermissions => "not a set of permissions",
            Code::InvalidNumber => "not a number within its limits",
        }
    }
}
