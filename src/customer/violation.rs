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

/// One row for each kind of fault: what it means, its code as clients see it, and a few words for a
/// summary line such as `email: not a valid address`. The list of all kinds is made of the same
/// rows, so that none can be missing in it.
macro_rules! codes {
    ($($(#[$meaning:meta])* $code:ident, $name:literal, $summary:literal;)*) => {
        /// The kinds of fault that an input can have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code {
            $($(#[$meaning])* $code,)*
        }

        impl Code {
            /// Every kind, for whoever lists them.
            pub const ALL: &[Code] = &[$(Code::$code),*];

            /// The code as clients see it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$code => $name,)*
                }
            }

            /// A few words for a summary line.
            pub fn summary(self) -> &'static str {
                match self {
                    $(Code::$code => $summary,)*
                }
            }
        }
    };
}

codes! {
    /// A required field is not there.
    Missing, "missing", "missing";
    /// The value is JSON, but no string.
    NotAString, "not-a-string", "not a string";
    /// Nothing visible is left after trimming.
    Blank, "blank", "blank";
    /// Longer than the field may be.
    TooLong, "too-long", "too long";
    /// A control or bidirectional-override character.
    ForbiddenCharacter, "forbidden-character", "has a forbidden character";
    /// Not an email address that this service accepts.
    InvalidEmail, "invalid-email", "not a valid address";
    /// Not a VAT number of any accepted form.
    InvalidVatNumber, "invalid-vat-number", "not a valid VAT number";
    /// Not a time that can be meant here.
    InvalidTime, "invalid-time", "not a possible time";
    /// Bytes that are no text.
    NotUtf8, "not-utf-8", "not UTF-8";
    /// A CSV line with another number of cells than the header.
    CellCount, "cell-count", "another number of cells than the header";
    /// A CSV cell that begins with a quote and does not end.
    OpenQuote, "open-quote", "a quote is not closed";
    /// No such field.
    UnknownField, "unknown-field", "unknown field";
    /// The same JSON key twice.
    DuplicateField, "duplicate-field", "given more than once";
    /// A part of the path that cannot be a product, version or company.
    InvalidPathParameter, "invalid-path-parameter", "not a valid path parameter";
    /// A query parameter that does not exist, is repeated, or has an impossible value.
    InvalidQueryParameter, "invalid-query-parameter", "not a valid query parameter";
    /// A request header whose value cannot be used.
    InvalidHeader, "invalid-header", "not a valid header value";
    /// A scope that is neither a name nor `*`.
    InvalidScope, "invalid-scope", "neither a name nor *";
    /// No set of permissions.
    InvalidPermissions, "invalid-permissions", "not a set of permissions";
    /// Not a number, or one beyond its limits.
    InvalidNumber, "invalid-number", "not a number within its limits";
}
