//! Insights as they go out.

use serde::Serialize;
use serde_json::Value;

use super::shape::{AdvisoryShape, HundredthsShape, IdShape};
use crate::customer::{Customer, CustomerId};
use crate::intelligence::duplicate::{Agreement, Duplicate};
use crate::intelligence::{self, Explanation};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct InsightShape<'i> {
    id: IdShape,
    category: &'static str,
    confidence: HundredthsShape,
    category_reasons: Vec<ReasonShape<'i>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    market: Option<&'i str>,
    quality: HundredthsShape,
    quality_reasons: Vec<LoweringShape<'i>>,
    advisories: Vec<AdvisoryShape<'i>>,
    possible_duplicates: Vec<DuplicateShape>,
}

#[derive(Serialize)]
struct ReasonShape<'r> {
    code: &'static str,
    message: &'r str,
}

#[derive(Serialize)]
struct LoweringShape<'r> {
    code: &'static str,
    message: &'r str,
    by: f64,
}

#[derive(Serialize)]
struct DuplicateShape {
    id: IdShape,
    probability: f64,
    agreement: AgreementShape,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct AgreementShape {
    first_name: &'static str,
    last_name: &'static str,
    email: &'static str,
    vat_number: &'static str,
}

impl From<&Agreement> for AgreementShape {
    fn from(agreement: &Agreement) -> AgreementShape {
        AgreementShape {
            first_name: agreement.first_name.as_str(),
            last_name: agreement.last_name.as_str(),
            email: agreement.email.as_str(),
            vat_number: agreement.vat_number.as_str(),
        }
    }
}

/// What is understood of a customer, with the reasons, and of whom it may be a duplicate.
///
/// # Errors
/// None in practice: all texts are valid.
pub fn customer<'d>(
    customer: &Customer,
    explanation: &Explanation,
    duplicates: impl Iterator<Item = (CustomerId, &'d Duplicate)>,
) -> serde_json::Result<Value> {
    let assessment = intelligence::assessment_of(customer);
    let reasons = explanation.category.iter();
    let lowerings = explanation.quality.iter();
    serde_json::to_value(InsightShape {
        id: IdShape(customer.id),
        category: assessment.category.as_str(),
        confidence: HundredthsShape(assessment.confidence),
        category_reasons: reasons
            .map(|reason| ReasonShape { code: reason.code, message: &reason.message })
            .collect(),
        market: customer.details.vat_number.market(),
        quality: HundredthsShape(assessment.quality),
        quality_reasons: lowerings
            .map(|it| LoweringShape { code: it.code, message: &it.message, by: rounded(it.by) })
            .collect(),
        advisories: assessment.advisories().iter().map(AdvisoryShape::from).collect(),
        possible_duplicates: duplicates
            .map(|(id, duplicate)| DuplicateShape {
                id: IdShape(id),
                probability: rounded(duplicate.probability),
                agreement: (&duplicate.agreement).into(),
            })
            .collect(),
    })
}

/// In thousandths: more than that nobody can tell.
fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}
