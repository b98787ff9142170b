//! Insights as they go out.

use serde::Serialize;
use serde_json::Value;

use super::shape::{AdvisoryShape, HundredthsShape, IdShape, thousandths};
use crate::customer::{Assessment, Customer, CustomerId};
use crate::intelligence::duplicate::{Agreement, Duplicate};
use crate::intelligence::{self, Explanation, Lowering, Reason};

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
    #[serde(skip_serializing_if = "Option::is_none")]
    retention: Option<f64>,
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

/// What is understood of a customer, with the reasons, and who may be the same.
pub struct Insight<'i> {
    /// The customer.
    pub customer: &'i Customer,
    /// Why it is judged so.
    pub explanation: &'i Explanation,
    /// Who may be the same, most probable first.
    pub duplicates: Vec<(CustomerId, &'i Duplicate)>,
    /// The probability that it is still here in 90 days, where the company's history tells.
    pub retention: Option<f64>,
}

impl Insight<'_> {
    /// Appends it as a JSON object.
    ///
    /// # Errors
    /// None in practice: all texts are valid and a `Vec` takes every byte.
    pub fn write(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        let assessment = intelligence::assessment_of(self.customer);
        serde_json::to_writer(out, &self.shape(&assessment))
    }

    /// The same as a value.
    ///
    /// # Errors
    /// As [`Insight::write`].
    pub fn to_value(&self) -> serde_json::Result<Value> {
        let assessment = intelligence::assessment_of(self.customer);
        serde_json::to_value(self.shape(&assessment))
    }

    fn shape<'s>(&'s self, assessment: &'s Assessment) -> InsightShape<'s> {
        let Insight { customer, explanation, duplicates, retention } = self;
        InsightShape {
            id: IdShape(customer.id),
            category: assessment.category.as_str(),
            confidence: HundredthsShape(assessment.confidence),
            category_reasons: explanation.category.iter().map(ReasonShape::from).collect(),
            market: customer.details.vat_number.market(),
            quality: HundredthsShape(assessment.quality),
            quality_reasons: explanation.quality.iter().map(LoweringShape::from).collect(),
            advisories: assessment.advisories().iter().map(AdvisoryShape::from).collect(),
            possible_duplicates: duplicates.iter().map(DuplicateShape::from).collect(),
            retention: retention.map(thousandths),
        }
    }
}

impl<'r> From<&'r Reason> for ReasonShape<'r> {
    fn from(reason: &'r Reason) -> ReasonShape<'r> {
        ReasonShape { code: reason.code, message: &reason.message }
    }
}

impl<'l> From<&'l Lowering> for LoweringShape<'l> {
    fn from(lowering: &'l Lowering) -> LoweringShape<'l> {
        let Lowering { code, message, by } = lowering;
        LoweringShape { code, message, by: thousandths(*by) }
    }
}

impl From<&(CustomerId, &Duplicate)> for DuplicateShape {
    fn from((id, duplicate): &(CustomerId, &Duplicate)) -> DuplicateShape {
        DuplicateShape {
            id: IdShape(*id),
            probability: thousandths(duplicate.probability),
            agreement: (&duplicate.agreement).into(),
        }
    }
}
