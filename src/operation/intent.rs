//! What a sentence asks for, and of whom. It is recognised and prepared, and never carried out.

use std::thread;

use tokio::sync::{Mutex, oneshot};

use super::list::{SearchText, Selection, list};
use super::{OperationError, Registry};
use crate::customer::{Customer, CustomerId, Namespace, words};
use crate::intelligence::intent::{
    self, Details, Filter, Intents, Purpose, Recognition, Slots, filter,
};
use crate::intelligence::names::nickname;
use crate::store::{Index, StoreError};

/// Most customers that are named where several may be meant.
pub const MAX_CANDIDATES: usize = 5;

/// Customers that are looked at to see whether one alone is meant.
const LOOKED_AT: usize = 20;

/// The details of a customer, by their names in JSON.
const DETAILS: [&str; 4] = ["first-name", "last-name", "email", "vat-number"];

/// What a sentence asks for.
pub struct Understood {
    /// What was recognised in it.
    pub recognition: Recognition,
    /// What the operation needs and the sentence does not say.
    pub missing: Vec<&'static str>,
    /// The customer that is meant.
    pub target: Option<CustomerId>,
    /// Those who may be meant where it is not one alone.
    pub candidates: Vec<Customer>,
    /// By what a listing is narrowed.
    pub filter: Filter,
}

/// What `text` asks for.
///
/// # Errors
/// The store cannot be read.
pub async fn understand(
    registry: &Registry,
    namespace: &Namespace,
    text: &str,
) -> Result<Understood, OperationError> {
    let mut recognition = intents().await?.recognise(text);
    registry.meter.intents.add(recognition.purpose.place());
    let (mut missing, mut target, mut candidates) = (Vec::new(), None, Vec::new());
    let mut narrowed = Filter::default();
    match recognition.purpose {
        Purpose::CustomerCreation => missing = absent(&recognition.slots.named),
        Purpose::CustomerListing => {
            narrowed = filter(text, recognition.slots.q.as_deref());
        }
        Purpose::CustomerDetail | Purpose::CustomerUpdate | Purpose::CustomerDeletion => {
            let is_update = recognition.purpose == Purpose::CustomerUpdate;
            let slots = &mut recognition.slots;
            (target, candidates) = meant(registry, namespace, slots, is_update).await?;
            if target.is_none() && candidates.is_empty() {
                missing.push("customer-id");
            }
            if is_update && slots.new == Details::default() {
                missing.extend(wanted(text));
            }
        }
        Purpose::CompanyInsight | Purpose::Unknown => {}
    }
    Ok(Understood { recognition, missing, target, candidates, filter: narrowed })
}

/// Held by whoever learns: the others wait for that without a thread each.
static LEARNING: Mutex<()> = Mutex::const_new(());

/// What was learnt; the first sentence has it learnt. On a thread that ends with it, as the memory
/// that it needed is given back only then.
async fn intents() -> Result<&'static Intents, StoreError> {
    if let Some(ready) = intent::ready() {
        return Ok(ready);
    }
    let not_learnt = |error: String| StoreError::Fault(format!("intents were not learnt: {error}"));
    let _turn = LEARNING.lock().await;
    let (done, trained) = oneshot::channel();
    let learn = move || done.send(intent::trained());
    let thread = thread::Builder::new().name("intents".to_owned());
    thread.spawn(learn).map_err(|error| not_learnt(error.to_string()))?;
    trained.await.map_err(|error| not_learnt(error.to_string()))
}

/// The details that are not there.
fn absent(details: &Details) -> Vec<&'static str> {
    let there = [
        details.first_name.is_some(),
        details.last_name.is_some(),
        details.email.is_some(),
        details.vat_number.is_some(),
    ];
    DETAILS.into_iter().zip(there).filter(|(_, is_there)| !is_there).map(|(name, _)| name).collect()
}

/// Which detail is to get a new value: the one that is spoken of, else any.
fn wanted(text: &str) -> Vec<&'static str> {
    let mentioned = intent::mentioned(text);
    if mentioned.is_empty() { DETAILS.to_vec() } else { mentioned }
}

/// The customer that is meant; where several may be, those.
async fn meant(
    registry: &Registry,
    namespace: &Namespace,
    slots: &mut Slots,
    is_update: bool,
) -> Result<(Option<CustomerId>, Vec<Customer>), OperationError> {
    let has_no_news = is_update && slots.new == Details::default();
    if let Some(id) = slots.customer_id {
        if has_no_news {
            take_for_new(slots);
        }
        return Ok((Some(id), Vec::new()));
    }
    let mut found = find(registry, namespace, &slots.named).await?;
    if found.is_empty() && has_no_news && is_named(&slots.named) {
        take_for_new(slots);
        found = find(registry, namespace, &slots.named).await?;
    }
    Ok(choose(found, &words_of(&slots.named)))
}

/// Takes for new what cannot name the customer: beside an id everything, as the id says who it is;
/// else an address or a number that nobody has, of whoever is called so.
fn take_for_new(slots: &mut Slots) {
    let mut new = std::mem::take(&mut slots.named);
    if slots.customer_id.is_none() {
        slots.named.first_name = new.first_name.take();
        slots.named.last_name = new.last_name.take();
    }
    slots.new = new;
}

/// Whether there is a name beside an address or a number.
fn is_named(details: &Details) -> bool {
    let has_name = details.first_name.is_some() || details.last_name.is_some();
    has_name && (details.email.is_some() || details.vat_number.is_some())
}

/// The customers that `named` may be about: by the address, else the number, else the names.
async fn find(
    registry: &Registry,
    namespace: &Namespace,
    named: &Details,
) -> Result<Vec<Customer>, OperationError> {
    let index = match (&named.email, &named.vat_number) {
        (Some(email), _) => Index::Email(email.clone()),
        (None, Some(number)) => Index::VatNumber(number.as_str().to_owned()),
        (None, None) => return find_by_name(registry, namespace, named).await,
    };
    let mut found = Vec::new();
    for id in registry.store.indexed(namespace, &index, None, LOOKED_AT).await? {
        let customer = registry.store.customer(namespace, id).await?;
        found.extend(customer.filter(|customer| index.leads_to(customer)));
    }
    Ok(found)
}

/// The customers who are called so, or nearly.
async fn find_by_name(
    registry: &Registry,
    namespace: &Namespace,
    named: &Details,
) -> Result<Vec<Customer>, OperationError> {
    let names = [&named.first_name, &named.last_name].map(|name| name.as_deref().unwrap_or(""));
    let Ok(search) = SearchText::parse(&names.join(" ")) else {
        return Ok(Vec::new());
    };
    let selection =
        Selection { search: Some(search), limit: Some(LOOKED_AT), ..Selection::default() };
    let mut cursor = match list(registry, namespace, &selection).await {
        Ok(listing) => listing.cursor,
        Err(OperationError::CustomersNotFound) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    while !cursor.has_ended() {
        found.extend(cursor.next_page(registry, namespace).await?);
    }
    Ok(found)
}

/// The one customer of `found` who is meant by these names; else those who may be. Who is called
/// exactly so goes before whoever is nearly called so. Of others nobody is meant for sure: a search
/// also finds longer names, and an address may be another person's.
fn choose(mut found: Vec<Customer>, names: &[String]) -> (Option<CustomerId>, Vec<Customer>) {
    for is_alike in [is_same, is_near] {
        let is_meant = |customer: &Customer| is_called(customer, names, is_alike);
        match found.iter().filter(|customer| is_meant(customer)).collect::<Vec<_>>().as_slice() {
            [] => {}
            [one] => return (Some(one.id), Vec::new()),
            _ => {
                found.retain(is_meant);
                break;
            }
        }
    }
    found.truncate(MAX_CANDIDATES);
    (None, found)
}

/// Whether each of `names` is like a word of the customer's names.
fn is_called(customer: &Customer, names: &[String], is_alike: fn(&str, &str) -> bool) -> bool {
    let words = words::of(&customer.details);
    let is_there = |name: &String| words.iter().any(|it| it.in_name && is_alike(name, &it.text));
    names.iter().all(is_there)
}

fn is_same(name: &str, other: &str) -> bool {
    name == other
}

/// A slip or two, or another form of a first name.
fn is_near(name: &str, other: &str) -> bool {
    let slips = match name.len() {
        0..=2 => 0,
        3..=7 => 1,
        _ => 2,
    };
    strsim::osa_distance(name, other) <= slips || nickname::akin(name, other)
}

/// The words of the names, as they are compared.
fn words_of(named: &Details) -> Vec<String> {
    let names = [&named.first_name, &named.last_name].into_iter().flatten();
    names.flat_map(|name| words::of_search(name).unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beside_an_id_everything_is_new_and_beside_a_name_what_nobody_has() {
        let named = Details {
            first_name: Some("Anna".to_owned()),
            email: Some("anna@example.it".to_owned()),
            ..Details::default()
        };
        let mut by_id = Slots {
            customer_id: CustomerId::parse("01JD8Z3M6Q4X9T2V7B5N1C0KRE"),
            named: named.clone(),
            ..Slots::default()
        };
        take_for_new(&mut by_id);
        assert_eq!((&by_id.named, &by_id.new), (&Details::default(), &named));
        let mut by_name = Slots { named: named.clone(), ..Slots::default() };
        take_for_new(&mut by_name);
        assert_eq!(by_name.named, Details { email: None, ..named.clone() });
        assert_eq!(by_name.new, Details { first_name: None, ..named });
    }
}
