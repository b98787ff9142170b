//! How well two customers agree, field by field: what the model weighs and what a clerk is shown.

/// How well two values of one field agree; each field uses some of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldAgreement {
    /// The same, but for case, diacritics, and `ü` written as `ue`.
    Exact,
    /// Another way to write the same mailbox: a `+tag`, dots.
    Variant,
    /// One name is a short or other form of the other.
    Nickname,
    /// A slip of the key or two apart.
    Near,
    /// One is the initial of the other.
    Initial,
    /// They share a word, as a name does with a double name.
    Part,
    /// First and last name have changed places.
    Swapped,
    /// The same name before the `@` at another domain, and it does not just follow from the
    /// customer's name.
    SameLocalPart,
    /// Another address, but it spells out the other customer's name, and more than its own
    /// customer's.
    SameName,
    /// Another mailbox of the same domain, which is no provider's.
    SameDomain,
    /// The same mailbox, but one of a role, such as `info@`.
    SharedMailbox,
    /// None of these.
    Different,
}

impl FieldAgreement {
    /// How many there are.
    pub const COUNT: usize = 12;

    /// All of them.
    pub const ALL: [FieldAgreement; FieldAgreement::COUNT] = [
        FieldAgreement::Exact,
        FieldAgreement::Variant,
        FieldAgreement::Nickname,
        FieldAgreement::Near,
        FieldAgreement::Initial,
        FieldAgreement::Part,
        FieldAgreement::Swapped,
        FieldAgreement::SameLocalPart,
        FieldAgreement::SameName,
        FieldAgreement::SameDomain,
        FieldAgreement::SharedMailbox,
        FieldAgreement::Different,
    ];

    /// The word that clients read.
    pub fn as_str(self) -> &'static str {
        match self {
            FieldAgreement::Exact => "exact",
            FieldAgreement::Variant => "variant",
            FieldAgreement::Nickname => "nickname",
            FieldAgreement::Near => "near",
            FieldAgreement::Initial => "initial",
            FieldAgreement::Part => "part",
            FieldAgreement::Swapped => "swapped",
            FieldAgreement::SameLocalPart => "same-local-part",
            FieldAgreement::SameName => "same-name",
            FieldAgreement::SameDomain => "same-domain",
            FieldAgreement::SharedMailbox => "shared-mailbox",
            FieldAgreement::Different => "different",
        }
    }
}

/// How well two customers agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Agreement {
    /// Of their `first-name`.
    pub first_name: FieldAgreement,
    /// Of their `last-name`.
    pub last_name: FieldAgreement,
    /// Of their `email`.
    pub email: FieldAgreement,
    /// Of their `vat-number`.
    pub vat_number: FieldAgreement,
}
