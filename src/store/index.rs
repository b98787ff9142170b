//! Everything that is derived from a change: index rows, events, counts. Creating, changing,
//! deleting, replaying and checking all come here, so they cannot disagree.

use jiff::Timestamp;

use super::StoreError;
use super::change::{Change, Primary};
use super::clusters::Clusters;
use super::counts::{Counts, market};
use super::key;
use super::record;
use super::trees::{Bytes, RowBatch, Tree, Trees};
use super::vocabulary::Vocabulary;
use super::word_marks::WordMarks;
use crate::customer::{Customer, CustomerId, Event, EventKind, likeness, words};

/// A change with its number and what it replaces.
pub struct NumberedChange {
    /// Its number in the journal: the first ever is 1.
    pub number: u64,
    /// The change.
    pub change: Change,
    /// The value that stood under its key before.
    pub old: Option<Vec<u8>>,
}

/// Where an index leads to a customer from: the tree, the key and the value.
pub type IndexRow = (Tree, Vec<u8>, Bytes);

/// The index rows of a customer: one in each tree, but in by_name one for each of its words, in
/// by_person one for each of its last names, and in by_duplicate one only if there is one.
pub fn index_rows(namespace: &[u8], customer: &Customer) -> Vec<IndexRow> {
    let details = &customer.details;
    let row = |tree, text: &str| (tree, key::index(namespace, text, customer.id), Bytes::default());
    let keys = likeness::Keys::of(details);
    let marks = Bytes::from(keys.marks.to_bytes());
    let marked = |tree, text: &str| (tree, key::index(namespace, text, customer.id), marks.clone());
    let mut rows = vec![
        marked(Tree::ByEmail, &keys.email),
        marked(Tree::ByVat, details.vat_number.as_str()),
        row(Tree::ByMarket, market(customer)),
        row(Tree::ByCategory, customer.assessment.category.as_str()),
    ];
    rows.extend(keys.persons.iter().map(|key| marked(Tree::ByPerson, key)));
    let duplicate = customer.assessment.duplicate();
    rows.extend(duplicate.map(|other| row(Tree::ByDuplicate, &other.id.to_string())));
    let words = words::of(details);
    // With each word stand all, so that a search for several need not read the customer.
    let marks = Bytes::from(WordMarks::of(&words).into_bytes());
    rows.extend(words.iter().map(|word| {
        let word = key::word(namespace, word.in_name, &word.text);
        (Tree::ByName, key::by_name(&word, customer.id), marks.clone())
    }));
    rows
}

/// What a group of changes does to rows that many customers share.
struct Derived<'t> {
    counts: Counts,
    clusters: Clusters<'t>,
    vocabulary: Vocabulary,
}

impl<'t> Derived<'t> {
    fn over(trees: &'t Trees) -> Derived<'t> {
        let (counts, vocabulary) = (Counts::default(), Vocabulary::default());
        Derived { counts, clusters: Clusters::over(trees), vocabulary }
    }
}

/// All rows that a group of changes sets, the changed rows themselves and how far they go included.
pub fn rows(group: &[NumberedChange], trees: &Trees) -> Result<RowBatch, StoreError> {
    let mut batch = RowBatch::default();
    let mut derived = Derived::over(trees);
    let mut last_id = None;
    for numbered in group {
        let change = &numbered.change;
        let old = numbered.old.as_deref();
        batch.set(
            change.tree.tree(),
            change.key.clone(),
            old,
            change.value.as_deref().map(Bytes::from),
        );
        if change.tree == Primary::Customer {
            let id = customer_rows(numbered, &mut batch, &mut derived)?;
            last_id = last_id.max(Some(id));
        }
    }
    derived.counts.write(trees, &mut batch)?;
    derived.vocabulary.write(trees, &mut batch)?;
    set_last_id(trees, last_id, &mut batch)?;
    if let Some(last) = group.last() {
        batch.set_meta(key::META_APPLIED, last.number.to_be_bytes().to_vec());
    }
    Ok(batch)
}

fn set_last_id(
    trees: &Trees,
    id: Option<CustomerId>,
    batch: &mut RowBatch,
) -> Result<(), StoreError> {
    if let Some(id) = id
        && Some(id) > last_customer_id(trees)?
    {
        batch.set_meta(key::META_LAST_ID, id.to_bytes().to_vec());
    }
    Ok(())
}

/// The highest customer id ever kept.
pub fn last_customer_id(trees: &Trees) -> Result<Option<CustomerId>, StoreError> {
    let value = trees.get(Tree::Meta, key::META_LAST_ID)?;
    value.map(|value| key::customer_id(&value)).transpose()
}

fn customer_rows(
    numbered: &NumberedChange,
    batch: &mut RowBatch,
    derived: &mut Derived<'_>,
) -> Result<CustomerId, StoreError> {
    let change = &numbered.change;
    let (namespace, id) = key::split_id(&change.key)?;
    let decode = |value: &Vec<u8>| record::decode_customer(id, value);
    let old = numbered.old.as_ref().map(decode).transpose()?;
    let new = change.value.as_ref().map(decode).transpose()?;
    for (tree, key, value) in old.iter().flat_map(|old| index_rows(namespace, old)) {
        derived.vocabulary.note(tree, &key, false)?;
        batch.set(tree, key, Some(&value), None);
    }
    for (tree, key, value) in new.iter().flat_map(|new| index_rows(namespace, new)) {
        derived.vocabulary.note(tree, &key, true)?;
        batch.set(tree, key, None, Some(value));
    }
    let (old, new) = (old.as_ref(), new.as_ref());
    derived.counts.count_customer(namespace, old, new);
    derived.counts.count_clusters(namespace, derived.clusters.change(namespace, id, old, new)?);
    if let Some(event) = event(id, old, new, change.at) {
        let created_at = old.or(new).map_or(event.at, |customer| customer.created_at);
        derived.counts.count_event(namespace, &event, created_at);
        let value = record::encode_event(&event)?;
        batch.set(Tree::Event, key::event(namespace, numbered.number), None, Some(value.into()));
    }
    Ok(id)
}

fn event(
    customer: CustomerId,
    old: Option<&Customer>,
    new: Option<&Customer>,
    at: Timestamp,
) -> Option<Event> {
    let kind = match (old, new) {
        (None, Some(_)) => EventKind::Created,
        // Understood otherwise is not changed.
        (Some(old), Some(new)) if old.details == new.details => return None,
        (Some(_), Some(_)) => EventKind::Updated,
        (Some(_), None) => EventKind::Deleted,
        (None, None) => return None,
    };
    let latest = new.or(old)?;
    let market = Some(market(latest)).filter(|market| !market.is_empty()).map(str::to_owned);
    let category = Some(latest.assessment.category).filter(|_| latest.assessment.version > 0);
    Some(Event { kind, customer, market, category, at })
}
