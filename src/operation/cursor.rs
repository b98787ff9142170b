//! A place in a list. It holds where it is and no customer: whoever takes the pages decides when the
//! next one is read, and a list that nobody goes on with costs nothing.

use super::list::Selection;
use super::searching::SearchPlace;
use super::{OperationError, Registry};
use crate::customer::{Customer, CustomerId, Namespace};
use crate::store::{Index, Search, Store, StoreError};

/// Most customers in one page: enough to be quick, few enough to cost no memory.
const PAGE: usize = 128;

/// Where the customers of a list are looked for.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// Among all of the company.
    All,
    /// What a search finds, best match first; nothing while a piece of it is being done.
    Search(Option<Box<Search>>, SearchPlace),
    /// These, which were read already.
    Read(Vec<Customer>),
    /// Where an index leads to. A criterion that has no index is none of these, but a filter.
    Index(Index),
}

impl Source {
    /// The most selective one that there is for a selection without a search.
    pub(super) fn of(selection: &Selection) -> Source {
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
    pub(super) fn new(selection: &Selection, source: Source) -> Cursor {
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
    pub(super) fn end_at(&mut self, last: Option<CustomerId>) {
        self.until = last;
        self.has_ended = last.is_none();
    }

    /// Whether everything has been read.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// The next customers, at most 128; none only at the end.
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
        }
        Ok(Vec::new())
    }

    /// The next page of the source, unfiltered.
    async fn read(
        &mut self,
        registry: &Registry,
        namespace: &Namespace,
    ) -> Result<Vec<Customer>, OperationError> {
        let size = std::mem::replace(&mut self.page, PAGE);
        match &mut self.source {
            Source::Search(search, _place) => {
                let Some(begun) = search.take() else {
                    // A piece of it failed.
                    self.has_ended = true;
                    return Ok(Vec::new());
                };
                let found = found(registry.store.clone(), begun, size);
                let (begun, page) = registry.searches.run(found).await?;
                (*search, self.has_ended) = (Some(begun), page.as_ref().map_or(0, Vec::len) < size);
                Ok(page?)
            }
            Source::Read(page) => {
                self.has_ended = true;
                Ok(std::mem::take(page))
            }
            Source::All => {
                let page = all(registry.store.clone(), namespace.clone(), self.after, size);
                let page = registry.pages.run(page).await??;
                self.pass(page.last().map(|customer| customer.id), page.len() == size);
                Ok(page)
            }
            Source::Index(index) => {
                let (store, namespace, index) = (&registry.store, namespace.clone(), index.clone());
                let page = indexed(store.clone(), namespace, index, self.after, size);
                let (page, last, goes_on) = registry.pages.run(page).await??;
                self.pass(last, goes_on);
                Ok(page)
            }
        }
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

/// The next that a search finds, and the search.
async fn found(
    store: Store,
    mut search: Box<Search>,
    size: usize,
) -> (Box<Search>, Result<Vec<Customer>, StoreError>) {
    let page = store.found(&mut search, size).await;
    (search, page)
}

/// The next customers of the company.
async fn all(
    store: Store,
    namespace: Namespace,
    after: Option<CustomerId>,
    size: usize,
) -> Result<Vec<Customer>, StoreError> {
    store.customers(&namespace, after, size).await
}

/// The next customers that an index leads to, the last id that it leads to, and whether there may be
/// more of them.
async fn indexed(
    store: Store,
    namespace: Namespace,
    index: Index,
    after: Option<CustomerId>,
    size: usize,
) -> Result<(Vec<Customer>, Option<CustomerId>, bool), StoreError> {
    let ids = store.indexed(&namespace, &index, after, size).await?;
    let (last, goes_on) = (ids.last().copied(), ids.len() == size);
    let mut page = Vec::with_capacity(ids.len());
    for id in ids {
        // One that is gone since the index was read is not in the list.
        page.extend(store.customer(&namespace, id).await?);
    }
    Ok((page, last, goes_on))
}
