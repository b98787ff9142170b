//! What is understood of a customer and kept with it. Only the words for it are here; to judge is
//! for the intelligence.

/// What kind of customer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// A firm.
    Corporate,
    /// A person in business on their own.
    Freelance,
    /// An authority or a body governed by public law.
    PublicSector,
    /// A school, a university or a body of teaching and research.
    Education,
    /// Reached through a mailbox that is made to be thrown away.
    Disposable,
    /// What is known does not tell.
    Unknown,
}

impl Category {
    /// Every category, in the order in which they are listed.
    pub const ALL: [Category; 6] = [
        Category::Corporate,
        Category::Freelance,
        Category::PublicSector,
        Category::Education,
        Category::Disposable,
        Category::Unknown,
    ];

    /// The category as clients see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Category::Corporate => "corporate",
            Category::Freelance => "freelance",
            Category::PublicSector => "public-sector",
            Category::Education => "education",
            Category::Disposable => "disposable",
            Category::Unknown => "unknown",
        }
    }

    /// The category of that name.
    pub fn parse(text: &str) -> Option<Category> {
        Category::ALL.into_iter().find(|category| category.as_str() == text)
    }
}

/// One thing a clerk should look at; never a reason to refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    /// The field it is about, by its name in JSON.
    pub field: &'static str,
    /// What kind of thing.
    pub code: AdvisoryCode,
    /// What looks wrong, in words for a clerk.
    pub message: String,
    /// The value that was probably meant, where there is one.
    pub suggestion: Option<String>,
}

/// The kinds of advisory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AdvisoryCode {
    /// A VAT number whose check digits do not hold.
    VatChecksum,
    /// A VAT number in the general form that its country would never issue.
    VatStructure,
    /// A mail domain that is one slip away from a well-known provider's.
    EmailDomainTypo,
    /// An address of a service that gives out mailboxes to be thrown away.
    EmailDisposable,
    /// The address of a function, such as `info@`, and not of a person.
    EmailRole,
    /// What nobody is called: keyboard noise, digits, words that stand for no name.
    NameImplausible,
    /// A name all in capitals or all in small letters.
    NameCasing,
    /// The first name where the last name should be, and the other way round.
    NamesSwapped,
    /// Another customer of the company is probably the same.
    PossibleDuplicate,
}

impl AdvisoryCode {
    /// Every kind, for whoever lists them.
    pub const ALL: [AdvisoryCode; 9] = [
        AdvisoryCode::VatChecksum,
        AdvisoryCode::VatStructure,
        AdvisoryCode::EmailDomainTypo,
        AdvisoryCode::EmailDisposable,
        AdvisoryCode::EmailRole,
        AdvisoryCode::NameImplausible,
        AdvisoryCode::NameCasing,
        AdvisoryCode::NamesSwapped,
        AdvisoryCode::PossibleDuplicate,
    ];

    /// The code as clients see it.
    pub fn as_str(self) -> &'static str {
        match self {
            AdvisoryCode::VatChecksum => "vat-checksum",
            AdvisoryCode::VatStructure => "vat-structure",
            AdvisoryCode::EmailDomainTypo => "email-domain-typo",
            AdvisoryCode::EmailDisposable => "email-disposable",
            AdvisoryCode::EmailRole => "email-role",
            AdvisoryCode::NameImplausible => "name-implausible",
            AdvisoryCode::NameCasing => "name-casing",
            AdvisoryCode::NamesSwapped => "names-swapped",
            AdvisoryCode::PossibleDuplicate => "possible-duplicate",
        }
    }
}
