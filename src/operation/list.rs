//! Listing a company's customers: all of them, or those that a selection leaves, oldest first, or
//! best match first where they are searched for.
//!
//! A list is read through a [`Cursor`], which holds where it is and no customer: whoever takes the
//! pages decides when the next one is read, and a list that nobody goes on with costs nothing.

use super::searching::SearchPlace;
use super::{OperationError, Registry};
use crate::customer::assessment::Category;
use crate::customer::vat::VatNumber;
use crate::customer::{Customer, CustomerId, Namespace, words};
use crate::intelligence::names::nickname;
use crate::store::{Index, Search, WantedWord};

/// Most customers in one page: enough to be quick, few enough to cost no memory.
const PAGE: usize = 256;

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
    fn criteria(&self) -> Vec<Index> {
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
    let begun = {
        let _turn = registry.searches.turn().await?;
        registry.store.search(namespace, &search.words, selection.after).await?
    };
    let Some(search) = begun else {
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

/// Where the customers of a list are looked for.
#[derive(Debug, Clone)]
enum Source {
    /// Among all of the company.
    All,
    /// What a search finds, best match first.
    Search(Box<Search>, SearchPlace),
    /// These, which were read already.
    Read(Vec<Customer>),
    /// Where an index leads to. A criterion that has no index is none of these, but a filter.
    Index(Index),
}

impl Source {
    /// The most selective one that there is for a selection without a search.
    fn of(selection: &Selection) -> Source {
        selection.criteria().into_iter().next().map_or(Source::All, Source::Index)
    }
}

/// A place in a list.
#[derive(Debug, Clone)]
pub struct Cursor {
    source: Source,
    /// What holds for every customer of the list.
    criteria: Vec<Index>,
    after: Option<CustomerId>,
    until: Option<CustomerId>,
    /// How many the next page is looked for among.
    page: usize,
    has_ended: bool,
}

impl Cursor {
    fn new(selection: &Selection, source: Source) -> Cursor {
        Cursor {
            source,
            criteria: selection.criteria(),
            after: selection.after,
            until: None,
            // One more than wanted shows whether there are more.
            page: selection.limit.map_or(PAGE, |limit| PAGE.min(limit + 1)),
            has_ended: false,
        }
    }

    /// Ends the list behind `last`, or here.
    fn end_at(&mut self, last: Option<CustomerId>) {
        self.until = last;
        self.has_ended = last.is_none();
    }

    /// Whether everything has been read.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// The next customers, at most 256; none only at the end.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn next_page(
        &mut self,
        registry: &Registry,
        namespace: &Namespace,
    ) -> Result<Vec<Customer>, OperationError> {
        while !self.has_ended {
            let mut page = self.read(registry, namespace).await?;
            page.retain(|customer| self.selects(customer));
            if !page.is_empty() {
                return Ok(page);
            }
            // Much may be passed over: others have their turn meanwhile.
            tokio::task::yield_now().await;
        }
        Ok(Vec::new())
    }

    /// The next page of the source, unfiltered.
    async fn read(
        &mut self,
        registry: &Registry,
        namespace: &Namespace,
    ) -> Result<Vec<Customer>, OperationError> {
        let (store, size) = (&registry.store, std::mem::replace(&mut self.page, PAGE));
        let index = match &mut self.source {
            Source::Search(search, _place) => {
                let _turn = registry.searches.turn().await?;
                let page = store.found(search, size).await?;
                self.has_ended = page.len() < size;
                return Ok(page);
            }
            Source::Read(page) => {
                self.has_ended = true;
                return Ok(std::mem::take(page));
            }
            Source::All => {
                let page = store.customers(namespace, self.after, size).await?;
                self.pass(page.last().map(|customer| customer.id), page.len() == size);
                return Ok(page);
            }
            Source::Index(index) => index,
        };
        let ids = store.indexed(namespace, index, self.after, size).await?;
        self.pass(ids.last().copied(), ids.len() == size);
        let mut page = Vec::with_capacity(ids.len());
        for id in ids {
            // One that is gone since the index was read is not in the list.
            page.extend(store.customer(namespace, id).await?);
        }
        Ok(page)
    }

    /// Takes note that the source was read up to `last`, and whether it may go on.
    fn pass(&mut self, last: Option<CustomerId>, goes_on: bool) {
        self.has_ended = !goes_on || (self.until.is_some() && last >= self.until);
        self.after = last;
    }

    /// Whether a customer is in the list, by its record: an index may be older than that.
    fn selects(&self, customer: &Customer) -> bool {
        self.until.is_none_or(|until| customer.id <= until)
            && self.criteria.iter().all(|index| index.leads_to(customer))
    }
}
