//! A company's customers as a stream, in each of its forms. While a page is written the next two are
//! read, and that is all: a client that stops reading costs the memory of three small pages. A fault on
//! the way breaks the stream, so it never looks complete.

use futures_util::stream;
use hyper::body::Bytes;
use hyper::header::HeaderValue;

use super::Service;
use super::body::{AnswerBody, StreamFault};
use super::negotiate::{CSV, JSON, NDJSON};
use crate::api::customer_csv::CsvWriter;
use crate::api::shape;
use crate::customer::{Customer, Namespace};
use crate::operation::list::{Cursor, Page, Pages};

/// Bytes that a customer takes in JSON, roughly.
const CUSTOMER_BYTES: usize = 400;

/// The forms a list can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One JSON array.
    Json,
    /// A JSON object in each line.
    NdJson,
    /// A line of column names and a line for each customer.
    Csv,
}

impl Form {
    /// Every form after its media type, in the order in which they are offered.
    pub const OFFERED: [(&str, Form); 3] =
        [(JSON, Form::Json), (NDJSON, Form::NdJson), (CSV, Form::Csv)];

    /// The `Content-Type` of a list in this form.
    pub fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Form::Json => JSON,
            Form::NdJson => NDJSON,
            // RFC 4180, section 3 and RFC 7111.
            Form::Csv => "text/csv; charset=utf-8; header=present",
        })
    }

    /// Appends a page to `out`, with what begins the list before the first one and what ends it
    /// behind the last one.
    fn write(self, page: &[Customer], place: Place, out: &mut Vec<u8>) -> serde_json::Result<()> {
        match self {
            Form::Json => write_json(page, place, out),
            Form::NdJson => write_lines(page, out),
            Form::Csv => {
                write_csv(page, place, out);
                Ok(())
            }
        }
    }
}

/// Where in a list a page is.
#[derive(Debug, Clone, Copy)]
struct Place {
    is_first: bool,
    is_last: bool,
}

fn write_json(page: &[Customer], place: Place, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let mut before = if place.is_first { b'[' } else { b',' };
    for customer in page {
        out.push(before);
        shape::write_customer(customer, out)?;
        before = b',';
    }
    if page.is_empty() && place.is_first {
        out.push(before);
    }
    if place.is_last {
        out.push(b']');
    }
    Ok(())
}

fn write_lines(page: &[Customer], out: &mut Vec<u8>) -> serde_json::Result<()> {
    for customer in page {
        shape::write_customer(customer, out)?;
        out.push(b'\n');
    }
    Ok(())
}

fn write_csv(page: &[Customer], place: Place, out: &mut Vec<u8>) {
    let mut writer = CsvWriter::default();
    if place.is_first {
        writer.write_header(out);
    }
    for customer in page {
        writer.write_customer(customer, out);
    }
}

struct List {
    pages: Pages,
    form: Form,
    is_first: bool,
}

/// What `cursor` goes through, in that form.
pub fn stream(service: &Service, namespace: Namespace, cursor: Cursor, form: Form) -> AnswerBody {
    let pages = Pages::of(&service.registry, namespace, cursor);
    let list = List { pages, form, is_first: true };
    AnswerBody::Stream(Box::pin(stream::try_unfold(list, next_chunk)))
}

async fn next_chunk(mut list: List) -> Result<Option<(Bytes, List)>, StreamFault> {
    let Some(Page { customers, is_last }) = list.pages.next().await? else {
        return Ok(None);
    };
    let place = Place { is_first: list.is_first, is_last };
    list.is_first = false;
    let mut chunk = Vec::with_capacity((customers.len() + 1) * CUSTOMER_BYTES);
    list.form.write(&customers, place, &mut chunk)?;
    Ok((!chunk.is_empty()).then(|| (Bytes::from(chunk), list)))
}
