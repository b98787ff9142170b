//! Everything that can be asked of a store, with the answers that were right before the damage:
//! they have to be the same words afterwards.

use std::collections::BTreeSet;

use smart_customer::customer::{Customer, CustomerId, Namespace};
use smart_customer::operation::list::{self, SearchText, Selection};
use smart_customer::operation::{OperationError, Registry, insight, token};
use smart_customer::store::StoreError;

use super::in_process::{self, Books, all};
use super::ledger::Attempt;

/// Most events of a company that are asked for: all.
const EVENTS: usize = 100_000;

/// Something to ask.
#[derive(Debug)]
pub enum Question {
    /// Every customer of every company.
    Everybody,
    /// One customer, who may have been deleted.
    Customer(Namespace, CustomerId),
    /// Those that an index or a search leads to.
    Selected(Namespace, Box<Selection>),
    /// What is understood of one.
    Insight(Namespace, CustomerId),
    /// Everything that happened.
    Events(Namespace),
    /// The counts.
    Figures(Namespace),
    /// A creation with an idempotency key once more.
    Repetition(Namespace, Box<Attempt>),
    /// Every token.
    Tokens,
    /// How far everything is.
    LastChange,
    /// Whether it agrees with itself.
    Check,
}

/// Questions with their right answers.
pub type Answers = Vec<(Question, String)>;

/// What an open store says to every question there is about it.
pub async fn right_answers(registry: &Registry, books: &Books) -> Answers {
    let mut questions = vec![Question::Everybody, Question::Tokens, Question::LastChange];
    for ledger in books.iter() {
        let namespace = ledger.lock().unwrap().namespace.clone();
        let repeatable = ledger.lock().unwrap().repeatable();
        questions.extend(about(registry, &namespace).await);
        let repetition = |attempt| Question::Repetition(namespace.clone(), Box::new(attempt));
        questions.extend(repeatable.into_iter().map(repetition));
    }
    questions.push(Question::Check);
    answered(registry, questions).await
}

/// What an open store says to the few questions that show every row there is.
pub async fn short_answers(registry: &Registry, books: &Books) -> Answers {
    let mut questions = vec![Question::Everybody, Question::Tokens, Question::LastChange];
    for ledger in books.iter() {
        let namespace = &ledger.lock().unwrap().namespace;
        questions
            .extend([Question::Events(namespace.clone()), Question::Figures(namespace.clone())]);
    }
    questions.push(Question::Check);
    answered(registry, questions).await
}

async fn answered(registry: &Registry, questions: Vec<Question>) -> Answers {
    let mut answers = Vec::new();
    for question in questions {
        let answer = answer(registry, &question).await.unwrap();
        answers.push((question, answer));
    }
    answers
}

/// The questions about one company.
async fn about(registry: &Registry, namespace: &Namespace) -> Vec<Question> {
    let store = registry.store();
    let customers = all(store, namespace).await;
    let mut questions =
        vec![Question::Events(namespace.clone()), Question::Figures(namespace.clone())];
    for (_, event) in store.events(namespace, 0, EVENTS).await.unwrap() {
        questions.push(Question::Customer(namespace.clone(), event.customer));
    }
    let selections = customers.iter().enumerate().flat_map(|(number, customer)| {
        selections(customer).into_iter().take(if number % 4 == 0 { 5 } else { 1 })
    });
    let selections = selections.chain([searched("number"), searched("anna mari")]);
    let mut seen = BTreeSet::new();
    for selection in selections.filter(|selection| seen.insert(format!("{selection:?}"))) {
        questions.push(Question::Selected(namespace.clone(), Box::new(selection)));
    }
    let some = customers.iter().step_by(10);
    questions.extend(some.map(|customer| Question::Insight(namespace.clone(), customer.id)));
    questions
}

/// By everything that leads to a customer.
fn selections(customer: &Customer) -> Vec<Selection> {
    let details = &customer.details;
    let everything = Selection::default;
    let market = details.vat_number.market().map(str::to_owned);
    vec![
        Selection { email: Some(details.email.to_string()), ..everything() },
        Selection { vat_number: Some(details.vat_number.clone()), ..everything() },
        Selection { market, ..everything() },
        Selection { category: Some(customer.assessment.category), ..everything() },
        searched(&format!("{} {}", details.first_name, details.last_name)),
    ]
}

fn searched(text: &str) -> Selection {
    Selection { search: Some(SearchText::parse(text).unwrap()), ..Selection::default() }
}

/// What the store says; the error where it says that it cannot.
pub async fn answer(registry: &Registry, question: &Question) -> Result<String, OperationError> {
    let store = registry.store();
    Ok(match question {
        Question::Everybody => format!("{:?}", store.customers_of_all(None, EVENTS).await?),
        Question::Customer(namespace, id) => format!("{:?}", store.customer(namespace, *id).await?),
        Question::Selected(namespace, selection) => {
            let mut listing = list::list(registry, namespace, selection).await?;
            let mut found = Vec::new();
            while !listing.cursor.has_ended() {
                found.extend(listing.cursor.next_page(registry, namespace).await?);
            }
            format!("{found:?}")
        }
        Question::Insight(namespace, id) => {
            let insight = insight::customer(registry, namespace, *id).await?;
            let duplicates: Vec<_> = insight.duplicates.iter().map(|one| one.id).collect();
            format!("{:?} {duplicates:?}", insight.customer)
        }
        Question::Events(namespace) => {
            format!("{:?}", store.events(namespace, 0, EVENTS).await?)
        }
        Question::Figures(namespace) => format!("{:?}", store.figures(namespace).await?),
        Question::Repetition(namespace, attempt) => {
            let again = in_process::ask(registry, namespace, attempt, &[7; 32]).await?;
            format!("{:?} {}", again.customer, again.replayed)
        }
        Question::Tokens => format!("{:?}", token::list(registry)),
        Question::LastChange => store.last_change().await?.to_string(),
        Question::Check => {
            let report = store.check()?;
            assert_eq!((report.faults, &report.described), (0, &vec![]));
            format!("{report:?}")
        }
    })
}

/// Asks everything again: every answer has to be the right one.
pub async fn assert_answers(registry: &Registry, answers: &Answers) {
    for (question, right) in answers {
        match answer(registry, question).await {
            Ok(answer) => assert_same(question, &answer, right),
            Err(error) => panic!("{question:?}: {error}"),
        }
    }
}

/// The same of a store that may have to say meanwhile that it is being repaired; how often it did.
pub async fn assert_answers_or_repairs(
    registry: &Registry,
    answers: impl IntoIterator<Item = &(Question, String)>,
) -> usize {
    let mut repairing = 0;
    for (question, right) in answers {
        loop {
            match answer(registry, question).await {
                Ok(answer) => break assert_same(question, &answer, right),
                Err(OperationError::Store(StoreError::Repairing | StoreError::Damaged(_))) => {
                    repairing += 1;
                }
                Err(error) => panic!("{question:?}: {error}"),
            }
            // There is nothing that tells when it is repaired: a client comes again, too.
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    }
    repairing
}

fn assert_same(question: &Question, answer: &str, right: &str) {
    if answer != right {
        let same = answer.bytes().zip(right.bytes()).take_while(|(one, other)| one == other);
        let from = same.count().saturating_sub(80);
        let part = |text: &str| text.chars().skip(from).take(300).collect::<String>();
        panic!("{question:?}\n answers …{}…\n instead of …{}…", part(answer), part(right));
    }
}
