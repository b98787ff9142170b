//! What is understood of a customer, as it stands in a record: frozen structs and numbers that never
//! get another meaning.

use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::customer::CustomerId;
use crate::customer::assessment::{
    Advisory, AdvisoryCode, Assessment, Category, Hundredths, PossibleDuplicate,
};

/// The fields that advisories are about; the position of each is its number.
const FIELDS: [&str; 4] = ["first-name", "last-name", "email", "vat-number"];

#[derive(Serialize, Deserialize)]
pub(super) struct AssessmentV1<'r> {
    version: u32,
    category: u8,
    confidence: u8,
    quality: u8,
    #[serde(borrow)]
    advisories: Vec<AdvisoryV1<'r>>,
    duplicate: Option<DuplicateV1>,
}

#[derive(Serialize, Deserialize)]
struct AdvisoryV1<'r> {
    field: u8,
    code: u8,
    message: &'r str,
    suggestion: Option<&'r str>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DuplicateV1 {
    id: [u8; 16],
    probability: u8,
    field: u8,
}

impl<'r> AssessmentV1<'r> {
    pub(super) fn freeze(assessment: &'r Assessment) -> Result<AssessmentV1<'r>, StoreError> {
        // That of the duplicate is made from the duplicate again.
        let advisories = assessment.advisories().iter();
        let advisories = advisories.filter(|it| it.code != AdvisoryCode::PossibleDuplicate);
        Ok(AssessmentV1 {
            version: assessment.version,
            category: category_number(assessment.category),
            confidence: assessment.confidence.percent(),
            quality: assessment.quality.percent(),
            advisories: advisories.map(AdvisoryV1::freeze).collect::<Result<_, _>>()?,
            duplicate: assessment.duplicate().map(DuplicateV1::freeze).transpose()?,
        })
    }

    pub(super) fn thaw(self) -> Result<Assessment, StoreError> {
        let category = category_from(self.category)?;
        let advisories = self.advisories.into_iter().map(AdvisoryV1::thaw);
        let assessment = Assessment::new(
            self.version,
            (category, Hundredths::from_percent(self.confidence)),
            Hundredths::from_percent(self.quality),
            advisories.collect::<Result<_, _>>()?,
        );
        // Also without one: an advisory of a duplicate that stands among the others is none.
        Ok(assessment.with_duplicate(self.duplicate.map(DuplicateV1::thaw).transpose()?))
    }
}

impl<'r> AdvisoryV1<'r> {
    fn freeze(advisory: &'r Advisory) -> Result<AdvisoryV1<'r>, StoreError> {
        Ok(AdvisoryV1 {
            field: field_number(advisory.field)?,
            code: advisory_number(advisory.code),
            message: &advisory.message,
            suggestion: advisory.suggestion.as_deref(),
        })
    }

    fn thaw(self) -> Result<Advisory, StoreError> {
        Ok(Advisory {
            field: field_from(self.field)?,
            code: advisory_from(self.code)?,
            message: self.message.to_owned(),
            suggestion: self.suggestion.map(str::to_owned),
        })
    }
}

impl DuplicateV1 {
    pub(super) fn freeze(duplicate: &PossibleDuplicate) -> Result<DuplicateV1, StoreError> {
        Ok(DuplicateV1 {
            id: duplicate.id.to_bytes(),
            probability: duplicate.probability.percent(),
            field: field_number(duplicate.field)?,
        })
    }

    pub(super) fn thaw(self) -> Result<PossibleDuplicate, StoreError> {
        Ok(PossibleDuplicate {
            id: CustomerId::from_bytes(self.id),
            probability: Hundredths::from_percent(self.probability),
            field: field_from(self.field)?,
        })
    }
}

/// The number of a category in records and counts.
pub(super) fn category_number(category: Category) -> u8 {
    match category {
        Category::Unknown => 0,
        Category::Corporate => 1,
        Category::Freelance => 2,
        Category::PublicSector => 3,
        Category::Education => 4,
        Category::Disposable => 5,
    }
}

/// The category of that number.
pub(super) fn category_from(number: u8) -> Result<Category, StoreError> {
    let found = Category::ALL.into_iter().find(|&known| category_number(known) == number);
    found.ok_or_else(|| StoreError::Damaged(format!("an unknown category {number} is stored")))
}

/// The number of a kind of advisory in records and counts.
pub(super) fn advisory_number(code: AdvisoryCode) -> u8 {
    match code {
        AdvisoryCode::VatChecksum => 1,
        AdvisoryCode::VatStructure => 2,
        AdvisoryCode::EmailDomainTypo => 3,
        AdvisoryCode::EmailDisposable => 4,
        AdvisoryCode::EmailRole => 5,
        AdvisoryCode::NameImplausible => 6,
        AdvisoryCode::NameCasing => 7,
        AdvisoryCode::NamesSwapped => 8,
        AdvisoryCode::PossibleDuplicate => 9,
    }
}

/// The kind of advisory of that number.
pub(super) fn advisory_from(number: u8) -> Result<AdvisoryCode, StoreError> {
    let found = AdvisoryCode::ALL.into_iter().find(|&known| advisory_number(known) == number);
    found.ok_or_else(|| StoreError::Damaged(format!("an unknown advisory {number} is stored")))
}

fn field_number(field: &str) -> Result<u8, StoreError> {
    let position = FIELDS.iter().position(|&known| known == field);
    let number = position.and_then(|position| u8::try_from(position).ok());
    number.ok_or_else(|| StoreError::Fault(format!("there is no field {field}")))
}

fn field_from(number: u8) -> Result<&'static str, StoreError> {
    let field = FIELDS.get(usize::from(number)).copied();
    field.ok_or_else(|| StoreError::Damaged(format!("an unknown field {number} is stored")))
}
