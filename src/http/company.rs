//! The operations on a company as a whole, as HTTP.

use hyper::StatusCode;
use hyper::body::Incoming;

use super::answer::{self, Answer};
use super::call::Call;
use super::customers::{invalid_body, read_body, unwritable};
use super::negotiate;
use super::problem::Problem;
use super::query::Query;
use crate::api::company_json::Company;
use crate::api::intent_json::{self, Intent};
use crate::customer::Namespace;
use crate::operation::company::CompanyInsight;
use crate::operation::intent::Understood;
use crate::operation::{company, intent};

/// `GET …/insight`
pub async fn insight(call: Call<'_>) -> Result<Answer, Problem> {
    negotiate::accept_json(call.headers)?;
    Query::parse(call.query, &[])?;
    let insight = company::insight(&call.service.registry, &call.namespace).await?;
    Ok(answer::current_json(company_json(&insight).to_vec().map_err(unwritable)?))
}

/// `POST …/intent`
pub async fn intent(call: Call<'_>, body: Incoming) -> Result<Answer, Problem> {
    negotiate::content_is_json(call.headers)?;
    negotiate::accept_json(call.headers)?;
    Query::parse(call.query, &[])?;
    let body = read_body(&call, body).await?;
    let text = intent_json::parse(&body).map_err(invalid_body)?;
    let understood = intent::understand(&call.service.registry, &call.namespace, &text).await?;
    let json = intent_json(&call.namespace, &understood).to_vec().map_err(unwritable)?;
    Ok(answer::transient_json(StatusCode::OK, json))
}

/// The insight of a company as it is answered.
pub fn company_json(insight: &CompanyInsight) -> Company<'_> {
    let CompanyInsight { as_of, figures, series, course, retention } = insight;
    Company { as_of: *as_of, figures, series, course, retention }
}

/// What a sentence asks for, as it is answered.
pub fn intent_json<'u>(namespace: &'u Namespace, understood: &'u Understood) -> Intent<'u> {
    Intent {
        namespace,
        recognition: &understood.recognition,
        missing: &understood.missing,
        target: understood.target,
        candidates: &understood.candidates,
        filter: &understood.filter,
    }
}
