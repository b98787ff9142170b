//! A place in a list. It holds where it is and no customer: whoever takes the pages decides when the
//! next one is read, and a list that nobody goes on with costs nothing.

use super::list::Selection;
use super::searching::SearchPlace;
use super::turns::Turns;
use super::{OperationError, Registry};
use crate::customer::{Customer, CustomerId, Namespace};
use crate::store::{Index, Search, Store};

/// Most customers in one page: enough to be quick, few enough to cost little memory.
const PAGE: usize = 256;

/// Where the customers of a list are looked for.
#[derive(Debug, Clone)]
pub(super) enum Source {
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

    /// One with nothing behind it.
    fn ended() -> Cursor {
        let (criteria, source) = (Vec::new(), Source::Read(Vec::new()));
        Cursor { source, criteria, after: None, until: None, page: PAGE, has_ended: true }
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

    /// The next customers, at most 256; none only at the end. Whoever gives this up on the way cannot
    /// go on.
    ///
    /// # Errors
    /// The store cannot be read. Then it is the end, too.
    pub async fn next_page(
        &mut self,
        registry: &Registry,
        namespace: &Namespace,
    ) -> Result<Vec<Customer>, OperationError> {
        let turns = self.turns(registry);
        self.read_in_turn(&turns, &registry.store, namespace).await
    }

    /// The same, when it is its turn.
    pub(super) async fn read_in_turn(
        &mut self,
        turns: &Turns,
        store: &Store,
        namespace: &Namespace,
    ) -> Result<Vec<Customer>, OperationError> {
        while !self.has_ended {
            let mut cursor = std::mem::replace(self, Cursor::ended());
            let (store, namespace) = (store.clone(), namespace.clone());
            let read = async move {
                let page = cursor.read(&store, &namespace).await;
                (cursor, page)
            };
            let (cursor, page) = turns.run(read).await?;
            let page = page?;
            *self = cursor;
            if !page.is_empty() {
                return Ok(page);
            }
        }
        Ok(Vec::new())
    }

    /// Whose turn it is to read from such a source.
    pub(super) fn turns(&self, registry: &Registry) -> Turns {
        match self.source {
            Source::Search(..) => registry.searches.turns(),
            _ => registry.pages.clone(),
        }
    }

    /// What is wanted of the next page of the source: it may be nothing, and more behind it.
    pub(super) async fn read(
        &mut self,
        store: &Store,
        namespace: &Namespace,
    ) -> Result<Vec<Customer>, OperationError> {
        let size = std::mem::replace(&mut self.page, PAGE);
        let mut page = match &mut self.source {
            Source::Search(search, _place) => {
                let page = store.found(search, size).await?;
                self.has_ended = page.len() < size;
                page
            }
            Source::Read(page) => {
                self.has_ended = true;
                std::mem::take(page)
            }
            Source::All => {
                let page = store.customers(namespace, self.after, size).await?;
                self.pass(page.last().map(|customer| customer.id), page.len() == size);
                page
            }
            Source::Index(index) => {
                let ids = store.indexed(namespace, index, self.after, size).await?;
                let mut page = Vec::with_capacity(ids.len());
                for id in &ids {
                    // One that is gone since the index was read is not in the list.
                    page.extend(store.customer(namespace, *id).await?);
                }
                self.pass(ids.last().copied(), ids.len() == size);
                page
            }
        };
        page.retain(|customer| self.selects(customer));
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
