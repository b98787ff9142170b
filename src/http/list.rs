//! A company's customers as one JSON array, in constant memory: a page is fetched when the client
//! has taken the one before. A fault on the way breaks the stream, so it never looks complete.

use std::sync::Arc;

use futures_util::stream;
use hyper::body::Bytes;

use super::Service;
use super::body::{AnswerBody, StreamFault};
use crate::api::shape;
use crate::customer::{Customer, Namespace};
use crate::operation::read;

/// Bytes that a customer takes in JSON, roughly.
const CUSTOMER_BYTES: usize = 400;

struct List {
    service: Arc<Service>,
    namespace: Namespace,
    /// What to send next; `None` once the array is closed.
    page: Option<Vec<Customer>>,
    is_first: bool,
}

/// The array that begins with `first` and goes on with what the store has behind it.
pub fn stream(service: Arc<Service>, namespace: Namespace, first: Vec<Customer>) -> AnswerBody {
    let list = List { service, namespace, page: Some(first), is_first: true };
    let chunks = stream::try_unfold(list, next_chunk);
    AnswerBody::Stream(Box::pin(chunks))
}

async fn next_chunk(mut list: List) -> Result<Option<(Bytes, List)>, StreamFault> {
    let Some(page) = list.page.take() else {
        return Ok(None);
    };
    let Some(last) = page.last().map(|customer| customer.id) else {
        return Ok(Some((Bytes::from_static(b"]"), list)));
    };
    let mut chunk = Vec::with_capacity(page.len() * CUSTOMER_BYTES);
    for customer in &page {
        chunk.push(if list.is_first { b'[' } else { b',' });
        list.is_first = false;
        shape::write_customer(customer, &mut chunk)?;
    }
    let next = read::next_page(&list.service.registry, &list.namespace, last).await;
    let next = next.inspect_err(|error| tracing::error!(%error, "a list broke off"))?;
    list.page = Some(next);
    Ok(Some((Bytes::from(chunk), list)))
}
