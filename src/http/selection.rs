//! Which customers a list is asked for, in the query string; and the query string that asks for
//! the rest of it.

use super::problem::Problem;
use super::query::Query;
use crate::api::address;
use crate::api::parameter::MAX_LIMIT;
use crate::api::strict_json::nearest;
use crate::customer::assessment::Category;
use crate::customer::vat::VatNumber;
use crate::customer::{Code, CustomerId, Namespace, Violation, email};
use crate::operation::list::{SearchText, Selection};

const SEARCH: &str = "q";
const LIMIT: &str = "limit";
const AFTER: &str = "after";
const EMAIL: &str = "email";
const VAT_NUMBER: &str = "vat-number";
const CATEGORY: &str = "category";
const MARKET: &str = "market";

/// The selection that a query string asks for.
///
/// # Errors
/// 400 that names every parameter that is unknown, repeated or malformed.
pub fn parse(query: Option<&str>) -> Result<Selection, Problem> {
    let mut query =
        Query::read(query, &[SEARCH, LIMIT, AFTER, EMAIL, VAT_NUMBER, CATEGORY, MARKET]);
    let email = query.value(EMAIL, parse_encoded_email);
    let selection = Selection { email, ..read_but_email(&mut query) };
    query.check()?;
    Ok(selection)
}

/// The selection that parameters ask for which did not come in a query string. What is wrong with
/// them is left in `query`.
pub fn read(query: &mut Query) -> Selection {
    let email = query.value(EMAIL, email::normalise);
    Selection { email, ..read_but_email(query) }
}

fn read_but_email(query: &mut Query) -> Selection {
    Selection {
        search: query.value(SEARCH, parse_search),
        limit: query.value(LIMIT, parse_limit),
        after: query.value(AFTER, parse_after),
        email: None,
        vat_number: query.value(VAT_NUMBER, parse_vat_number),
        category: query.value(CATEGORY, parse_category),
        market: query.value(MARKET, parse_market),
    }
}

/// The `Link` to what follows behind the customer `last` (RFC 8288).
pub fn next_link(namespace: &Namespace, selection: &Selection, last: CustomerId) -> String {
    let number = selection.vat_number.as_ref().map(VatNumber::as_str);
    let (limit, after) = (selection.limit.map(|limit| limit.to_string()), last.to_string());
    let query = address::query([
        (SEARCH, selection.search.as_ref().map(SearchText::as_str)),
        (EMAIL, selection.email.as_deref()),
        (VAT_NUMBER, number),
        (CATEGORY, selection.category.map(Category::as_str)),
        (MARKET, selection.market.as_deref()),
        (LIMIT, limit.as_deref()),
        (AFTER, Some(&after)),
    ]);
    format!("<{}{query}>; rel=\"next\"", address::customers(namespace))
}

fn parse_search(text: &str) -> Result<SearchText, Violation> {
    SearchText::parse(text).map_err(fault)
}

/// How many customers, or events, are wanted at most; the query adds the parameter's name.
///
/// # Errors
/// It is no such number.
pub fn parse_limit(text: &str) -> Result<usize, Violation> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let limit = text.parse().ok().filter(|limit| is_number && (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| fault(format!("limit is a whole number from 1 to {MAX_LIMIT}")))
}

fn parse_after(text: &str) -> Result<CustomerId, Violation> {
    let message = "after is the id of a customer, such as 01JD8Z3M6Q4X9T2V7B5N1C0KRE";
    CustomerId::parse(text).ok_or_else(|| fault(message))
}

fn parse_encoded_email(text: &str) -> Result<String, Violation> {
    email::normalise(text).map_err(|fault| {
        if !text.trim().contains(' ') {
            return fault;
        }
        // No address has a space in it: it is what a plus sign that was not encoded is read as.
        let meant = email::normalise(&text.trim().replace(' ', "+")).ok();
        let message = format!("{}; a '+' is written %2B in a query", fault.message);
        Violation { message, ..fault }.suggesting(meant)
    })
}

fn parse_vat_number(text: &str) -> Result<VatNumber, Violation> {
    VatNumber::parse(text).map_err(|why| fault(why.message).suggesting(why.suggestion))
}

fn parse_category(text: &str) -> Result<Category, Violation> {
    let names = Category::ALL.map(Category::as_str);
    let message = || format!("category is one of {}", names.join(", "));
    let nearest = || Some(nearest(text, &names).to_owned());
    Category::parse(text).ok_or_else(|| fault(message()).suggesting(nearest()))
}

fn parse_market(text: &str) -> Result<String, Violation> {
    let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let message = "market is the ISO 3166 code of a country, two letters such as IT";
    is_code.then(|| text.to_ascii_uppercase()).ok_or_else(|| fault(message))
}

/// What is wrong with a value; the query adds the parameter's name.
fn fault(message: impl Into<String>) -> Violation {
    Violation::new("", Code::InvalidQueryParameter, message)
}
