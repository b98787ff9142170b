//! The JSON that goes out.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::customer::assessment::{Advisory, Assessment, Hundredths};
use crate::customer::{Customer, CustomerId, Details, Violation};
use crate::intelligence;

/// A customer, or one that is not kept.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct CustomerShape<'c> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<IdShape>,
    first_name: &'c str,
    last_name: &'c str,
    email: &'c str,
    vat_number: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<TimeShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<TimeShape>,
    ai: AiShape<'c>,
}

#[derive(Serialize)]
struct AiShape<'a> {
    category: &'static str,
    confidence: HundredthsShape,
    #[serde(skip_serializing_if = "Option::is_none")]
    market: Option<&'a str>,
    quality: HundredthsShape,
    advisories: Vec<AdvisoryShape<'a>>,
}

/// An advisory.
#[derive(Serialize)]
pub(super) struct AdvisoryShape<'a> {
    field: &'static str,
    code: &'static str,
    message: &'a str,
    suggestion: Option<&'a str>,
}

/// A fault in a problem's `errors`.
#[derive(Serialize)]
pub struct ViolationShape<'v> {
    field: &'v str,
    code: &'static str,
    message: &'v str,
    suggestion: Option<&'v str>,
}

impl<'v> From<&'v Violation> for ViolationShape<'v> {
    fn from(violation: &'v Violation) -> ViolationShape<'v> {
        ViolationShape {
            field: &violation.field,
            code: violation.code.as_str(),
            message: &violation.message,
            suggestion: violation.suggestion.as_deref(),
        }
    }
}

impl<'a> From<&'a Advisory> for AdvisoryShape<'a> {
    fn from(advisory: &'a Advisory) -> AdvisoryShape<'a> {
        AdvisoryShape {
            field: advisory.field,
            code: advisory.code.as_str(),
            message: &advisory.message,
            suggestion: advisory.suggestion.as_deref(),
        }
    }
}

/// Appends a customer, with what is understood of it, as a JSON object.
///
/// # Errors
/// None in practice: all texts are valid and a `Vec` takes every byte.
pub fn write_customer(customer: &Customer, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let assessment = intelligence::assessment_of(customer);
    serde_json::to_writer(out, &customer_shape(customer, &assessment))
}

/// A customer, with what is understood of it, as a value.
///
/// # Errors
/// As [`write_customer`].
pub(super) fn customer_value(customer: &Customer) -> serde_json::Result<Value> {
    let assessment = intelligence::assessment_of(customer);
    serde_json::to_value(customer_shape(customer, &assessment))
}

/// In thousandths: of what is estimated nobody can tell more.
pub(super) fn thousandths(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

/// The shape of a customer, of which `assessment` is understood.
pub(super) fn customer_shape<'c>(
    customer: &'c Customer,
    assessment: &'c Assessment,
) -> CustomerShape<'c> {
    CustomerShape {
        id: Some(IdShape(customer.id)),
        created_at: Some(TimeShape(customer.created_at)),
        updated_at: Some(TimeShape(customer.updated_at)),
        ..details_shape(&customer.details, assessment)
    }
}

/// Appends a customer that is not stored: without id and dates.
///
/// # Errors
/// As [`write_customer`].
pub fn write_details(
    details: &Details,
    assessment: &Assessment,
    out: &mut Vec<u8>,
) -> serde_json::Result<()> {
    serde_json::to_writer(out, &details_shape(details, assessment))
}

/// The shape of a customer that is not stored.
pub(super) fn details_shape<'d>(
    details: &'d Details,
    assessment: &'d Assessment,
) -> CustomerShape<'d> {
    CustomerShape {
        id: None,
        first_name: &details.first_name,
        last_name: &details.last_name,
        email: &details.email,
        vat_number: details.vat_number.as_str(),
        created_at: None,
        updated_at: None,
        ai: AiShape {
            category: assessment.category.as_str(),
            confidence: HundredthsShape(assessment.confidence),
            market: details.vat_number.market(),
            quality: HundredthsShape(assessment.quality),
            advisories: assessment.advisories().iter().map(AdvisoryShape::from).collect(),
        },
    }
}

/// A share of 0 to 1, with two decimals at most.
pub(super) struct HundredthsShape(pub Hundredths);

impl Serialize for HundredthsShape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0.share())
    }
}

/// An id in its text form.
pub(super) struct IdShape(pub CustomerId);

impl Serialize for IdShape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// RFC 3339 in UTC, always with milliseconds.
pub(super) struct TimeShape(pub Timestamp);

impl Serialize for TimeShape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:.3}", self.0))
    }
}
