//! What is understood of a customer and kept with it. Only the words for it are here; to judge is
//! for the intelligence.

use super::CustomerId;

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

/// A share of 0 to 1, kept and shown in hundredths: more than that nobody can tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(u8);

impl Hundredths {
    /// The nearest to `share`; what is no number or lies outside 0..=1 becomes the nearer end.
    pub fn of(share: f64) -> Hundredths {
        Hundredths::from_percent((share.clamp(0.0, 1.0) * 100.0).round() as u8)
    }

    /// So many hundredths, 100 at most.
    pub fn from_percent(percent: u8) -> Hundredths {
        Hundredths(percent.min(100))
    }

    /// How many hundredths, 0 to 100.
    pub fn percent(self) -> u8 {
        self.0
    }

    /// The share, 0 to 1.
    pub fn share(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// Another customer of the same company who is probably the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PossibleDuplicate {
    /// The other one.
    pub id: CustomerId,
    /// How probable it is.
    pub probability: Hundredths,
    /// The field that speaks for it most.
    pub field: &'static str,
}

impl PossibleDuplicate {
    /// What a clerk is told of it.
    pub fn advisory(&self) -> Advisory {
        let (id, percent) = (self.id, self.probability.percent());
        let message = format!("customer {id} is probably the same ({percent} %)");
        Advisory {
            field: self.field,
            code: AdvisoryCode::PossibleDuplicate,
            message,
            suggestion: None,
        }
    }
}

/// What is understood of a customer, as it is kept with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// Which version of the intelligence judged; 0: none did, as the customer was kept before
    /// there was any.
    pub version: u32,
    /// What kind of customer it is.
    pub category: Category,
    /// How sure that is.
    pub confidence: Hundredths,
    /// How likely it is that the record is genuine and complete.
    pub quality: Hundredths,
    advisories: Vec<Advisory>,
    duplicate: Option<PossibleDuplicate>,
}

impl Assessment {
    /// What one customer tells by itself, in judgement `version`.
    pub fn new(
        version: u32,
        (category, confidence): (Category, Hundredths),
        quality: Hundredths,
        advisories: Vec<Advisory>,
    ) -> Assessment {
        Assessment { version, category, confidence, quality, advisories, duplicate: None }
    }

    /// That of a customer nobody has judged yet.
    pub fn none() -> Assessment {
        let nothing = Hundredths::default();
        Assessment::new(0, (Category::Unknown, nothing), nothing, Vec::new())
    }

    /// The same with this duplicate, or with none.
    pub fn with_duplicate(mut self, duplicate: Option<PossibleDuplicate>) -> Assessment {
        self.advisories.retain(|advisory| advisory.code != AdvisoryCode::PossibleDuplicate);
        self.advisories.extend(duplicate.map(|duplicate| duplicate.advisory()));
        self.duplicate = duplicate;
        self
    }

    /// What a clerk should look at, a possible duplicate included.
    pub fn advisories(&self) -> &[Advisory] {
        &self.advisories
    }

    /// The customer who is probably the same, where there is one.
    pub fn duplicate(&self) -> Option<&PossibleDuplicate> {
        self.duplicate.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_kept_in_hundredths_between_0_and_1() {
        let percent = |share| Hundredths::of(share).percent();
        assert_eq!([0.0, 0.914, 0.916, 1.0].map(percent), [0, 91, 92, 100]);
        assert_eq!([-3.0, 7.0, f64::NAN].map(percent), [0, 100, 0]);
        assert_eq!(Hundredths::of(0.58).share(), 0.58);
    }

    #[test]
    fn a_duplicate_is_among_the_advisories_once_and_goes_with_it() {
        let id = CustomerId::parse("01JD8Z3M6Q4X9T2V7B5N1C0KRE").unwrap();
        let probability = Hundredths::of(0.9);
        let duplicate = Some(PossibleDuplicate { id, probability, field: "email" });
        let assessment = Assessment::none().with_duplicate(duplicate).with_duplicate(duplicate);
        assert_eq!(assessment.advisories().len(), 1);
        assert!(assessment.advisories()[0].message.contains("01JD8Z3M6Q4X9T2V7B5N1C0KRE"));
        assert_eq!(assessment.with_duplicate(None), Assessment::none());
    }
}
