//! Listing a company's customers: all of them, or those that a selection leaves, oldest first, or
//! best match first where they are searched for.
//!
//! A list is read through a [`Cursor`], or ahead through its [`Pages`].

pub use super::cursor::Cursor;
use super::cursor::Source;
pub use super::pages::{Page, Pages};
use super::{OperationError, Registry};
use crate::customer::assessment::Category;
use crate::customer::vat::VatNumber;
use crate::customer::{CustomerId, Namespace, words};
use crate::intelligence::names::nickname;
use crate::store::{Index, WantedWord};

/// What is searched for, as words to compare and as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText {
    words: Vec<WantedWord>,
    text: String,
}

impl SearchText {
    /// Reads what is searched for.
    ///
    /// # Errors
    /// Why nothing can be searched for, in a sentence.
    pub fn parse(text: &str) -> Result<SearchText, String> {
        let words = words::of_search(text)?;
        // Who is looked for by several words is a person, and may be kept under another form of
        // the first name; one word alone would find too many by it.
        let has_several = words.len() > 1;
        let wanted = words.into_iter().map(|text| {
            let forms = if has_several { nickname::forms_of(&text) } else { Vec::new() };
            WantedWord { text, forms }
        });
        Ok(SearchText { words: wanted.collect(), text: text.to_owned() })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Which customers of a company are wanted. What is not given selects every customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Found by a search; then the best match comes first.
    pub search: Option<SearchText>,
    /// With this address, in any case.
    pub email: Option<String>,
    /// With this number.
    pub vat_number: Option<VatNumber>,
    /// Judged to be of this category.
    pub category: Option<Category>,
    /// Of this market.
    pub market: Option<String>,
    /// Those behind this id, whether or not there is such a customer; in a search, those behind
    /// this customer, and none where it does not find that one.
    pub after: Option<CustomerId>,
    /// At most so many.
    pub limit: Option<usize>,
}

impl Selection {
    /// Every criterion that is given, the most selective first.
    pub(super) fn criteria(&self) -> Vec<Index> {
        let email = self.email.clone().map(Index::Email);
        let number = self.vat_number.clone().map(|number| Index::VatNumber(number.into_string()));
        let market = self.market.clone().map(Index::Market);
        let category = self.category.map(Index::Category);
        [email, number, market, category].into_iter().flatten().collect()
    }
}

/// A list that is about to be read.
#[derive(Debug, Clone)]
pub struct Listing {
    /// Yields its customers.
    pub cursor: Cursor,
    /// Where a limited list has more behind it: the id that the next one goes on after.
    pub next: Option<CustomerId>,
}

/// Begins a list.
///
/// # Errors
/// [`OperationError::CustomersNotFound`] where the company has no customer at all, the store cannot
/// be read, or too many searches are on their way.
pub async fn list(
    registry: &Registry,
    namespace: &Namespace,
    selection: &Selection,
) -> Result<Listing, OperationError> {
    if registry.store.customers(namespace, None, 1).await?.is_empty() {
        return Err(OperationError::CustomersNotFound);
    }
    if let Some(search) = &selection.search {
        return list_found(registry, namespace, selection, search).await;
    }
    let mut cursor = Cursor::new(selection, Source::of(selection));
    let Some(limit) = selection.limit else {
        // What cannot be read at once is an error then, and not a list that breaks off.
        cursor.clone().next_page(registry, namespace).await?;
        return Ok(Listing { cursor, next: None });
    };
    // Read twice rather than kept: that there is more must be known before the first customer is
    // sent. What is sent then ends at the same id, whatever is created or changed meanwhile, so
    // that no customer is left out between one list and the next.
    let (last, has_more) = look_ahead(cursor.clone(), limit, registry, namespace).await?;
    cursor.end_at(last);
    Ok(Listing { cursor, next: last.filter(|_| has_more) })
}

/// Begins the list of what a search finds.
async fn list_found(
    registry: &Registry,
    namespace: &Namespace,
    selection: &Selection,
    search: &SearchText,
) -> Result<Listing, OperationError> {
    let place = registry.searches.enter()?;
    let (store, namespace_of, words) =
        (registry.store.clone(), namespace.clone(), search.words.clone());
    let after = selection.after;
    let begun = async move { store.search(&namespace_of, &words, after).await };
    let Some(search) = registry.searches.turns().run(begun).await?? else {
        // There is no place behind what is not found, so nothing is there.
        let cursor = Cursor::new(selection, Source::Read(Vec::new()));
        return Ok(Listing { cursor, next: None });
    };
    let mut cursor = Cursor::new(selection, Source::Search(Box::new(search), place));
    let Some(limit) = selection.limit else {
        return Ok(Listing { cursor, next: None });
    };
    // The order is not that of the ids, so what is sent is kept: it is a page.
    let mut found = Vec::new();
    while found.len() <= limit && !cursor.has_ended() {
        found.extend(cursor.next_page(registry, namespace).await?);
    }
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().map(|customer| customer.id).filter(|_| has_more);
    Ok(Listing { cursor: Cursor::new(selection, Source::Read(found)), next })
}

/// The last of the next `limit` customers, and whether there are more behind it.
async fn look_ahead(
    mut cursor: Cursor,
    limit: usize,
    registry: &Registry,
    namespace: &Namespace,
) -> Result<(Option<CustomerId>, bool), OperationError> {
    let (mut last, mut left) = (None, limit);
    while !cursor.has_ended() {
        for customer in cursor.next_page(registry, namespace).await? {
            if left == 0 {
                return Ok((last, true));
            }
            (last, left) = (Some(customer.id), left - 1);
        }
    }
    Ok((last, false))
}
