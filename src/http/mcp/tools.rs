//! One arm per operation, and no wildcard: an operation whose tool is not called does not compile.

use serde_json::{Map, Value, json};

use super::Caller;
use super::arguments::Arguments;
use crate::api::catalogue::OperationId;
use crate::api::parameter::Parameter;
use crate::api::{tool, tool_json};
use crate::customer::{Code, Customer, CustomerId, Details, Event, Namespace, Violation};
use crate::http::company::{company_json, intent_json};
use crate::http::customers::{insight_json, unwritable};
use crate::http::problem::{Kind, Problem};
use crate::http::{call, event, precondition, query, selection};
use crate::operation::feed::{self, Feed, FeedError};
use crate::operation::idempotency::IdempotencyKey;
use crate::operation::{
    OperationError, assess, change, company, create, delete, insight, intent, list, read,
};

/// Why a tool was not called, or did not do it.
pub enum Refusal {
    /// There is no such tool.
    NoSuchTool,
    /// What is in the way.
    Problem(Problem),
}

/// Calls the tool of an operation, where its caller may: what it answers.
///
/// # Errors
/// [`Refusal`]
pub async fn call(
    caller: &Caller,
    id: OperationId,
    given: Map<String, Value>,
) -> Result<Value, Refusal> {
    let mut arguments = Arguments::new(id.row(), given);
    let namespace = arguments.namespace();
    if let Some(namespace) = &namespace {
        // Before anything else is said of the arguments, as over HTTP.
        call::may(&caller.principal, id.row().permission, namespace).map_err(Refusal::Problem)?;
    }
    let call = Call { caller, namespace, arguments };
    let done = match id {
        OperationId::CustomerCreation => call.create().await,
        OperationId::CustomerListing => call.list().await,
        OperationId::CustomerDetail => call.detail().await,
        OperationId::CustomerDeletion => call.delete().await,
        OperationId::CustomerReplacement => call.replace().await,
        OperationId::CustomerUpdate => call.update().await,
        OperationId::CustomerInsight => call.insight().await,
        OperationId::CompanyInsight => call.look_into_company().await,
        OperationId::IntentRecognition => call.recognise().await,
        OperationId::CustomerChangeFeed => call.follow().await,
        OperationId::TokenCreation
        | OperationId::TokenListing
        | OperationId::TokenRevocation
        | OperationId::Backup => return Err(Refusal::NoSuchTool),
    };
    done.map_err(Refusal::Problem)
}

/// A call of a tool, of which the arguments are not all read.
struct Call<'c> {
    caller: &'c Caller,
    namespace: Option<Namespace>,
    arguments: Arguments,
}

impl Call<'_> {
    async fn create(mut self) -> Result<Value, Problem> {
        let details = self.arguments.details();
        let key = self.arguments.idempotency_key();
        let flag = Parameter::ValidateOnly;
        let read_flag = |text: &str| query::parse_flag(flag.argument(), text);
        let validate_only = self.arguments.value(flag, read_flag).unwrap_or_default();
        let (namespace, details) = self.arguments.complete(self.namespace.zip(details))?;
        let key = key.and_then(|key| whose_key(self.caller, &key, &details));
        let registry = self.caller.service.registry();
        if validate_only {
            let assessment = assess::assess(registry, &namespace, &details, None).await?;
            return tool_json::checked(&details, &assessment).map_err(unwritable);
        }
        let created = create::create(registry, &namespace, details, key).await?;
        answer(&created.customer, created.replayed)
    }

    async fn list(mut self) -> Result<Value, Problem> {
        let mut selection = self.arguments.parameters(selection::read);
        let namespace = self.arguments.complete(self.namespace)?;
        let limit = *selection.limit.get_or_insert(tool::LISTED);
        let registry = self.caller.service.registry();
        let mut listing = list::list(registry, &namespace, &selection).await?;
        let mut customers = Vec::with_capacity(limit);
        while !listing.cursor.has_ended() {
            customers.extend(listing.cursor.next_page(registry, &namespace).await?);
        }
        tool_json::page(&customers, listing.next).map_err(unwritable)
    }

    async fn detail(mut self) -> Result<Value, Problem> {
        let id = self.arguments.required(Parameter::Customer);
        let (namespace, id) = self.arguments.complete(self.namespace.zip(id))?;
        let registry = self.caller.service.registry();
        answer(&read::customer(registry, &namespace, known_id(&id)?).await?, false)
    }

    async fn insight(mut self) -> Result<Value, Problem> {
        let id = self.arguments.required(Parameter::Customer);
        let (namespace, id) = self.arguments.complete(self.namespace.zip(id))?;
        let registry = self.caller.service.registry();
        let insight = insight::customer(registry, &namespace, known_id(&id)?).await?;
        insight_json(&insight).to_value().map_err(unwritable)
    }

    async fn look_into_company(self) -> Result<Value, Problem> {
        let namespace = self.arguments.complete(self.namespace)?;
        let insight = company::insight(self.caller.service.registry(), &namespace).await?;
        company_json(&insight).to_value().map_err(unwritable)
    }

    async fn recognise(mut self) -> Result<Value, Problem> {
        let text = self.arguments.sentence();
        let (namespace, text) = self.arguments.complete(self.namespace.zip(text))?;
        let registry = self.caller.service.registry();
        let understood = intent::understand(registry, &namespace, &text).await?;
        intent_json(&namespace, &understood).to_value().map_err(unwritable)
    }

    async fn delete(mut self) -> Result<Value, Problem> {
        let id = self.arguments.required(Parameter::Customer);
        let if_match = self.arguments.text(Parameter::IfMatch);
        let (namespace, id) = self.arguments.complete(self.namespace.zip(id))?;
        let (registry, id) = (self.caller.service.registry(), known_id(&id)?);
        let may_change =
            |customer: &Customer| precondition::may_change_by(if_match.as_deref(), customer);
        delete::delete(registry, &namespace, id, &may_change).await?;
        tool_json::deleted(id).map_err(unwritable)
    }

    async fn replace(mut self) -> Result<Value, Problem> {
        let details = self.arguments.details();
        self.change(details, |new, _| new.clone()).await
    }

    async fn update(mut self) -> Result<Value, Problem> {
        let changes = self.arguments.change();
        self.change(changes, |changes, details| changes.apply(details)).await
    }

    async fn change<T>(
        mut self,
        read: Option<T>,
        change: impl Fn(&T, &Details) -> Details,
    ) -> Result<Value, Problem> {
        let id = self.arguments.required(Parameter::Customer);
        let if_match = self.arguments.text(Parameter::IfMatch);
        let all = self.namespace.zip(id).zip(read);
        let ((namespace, id), read) = self.arguments.complete(all)?;
        let (registry, id) = (self.caller.service.registry(), known_id(&id)?);
        let may_change =
            |customer: &Customer| precondition::may_change_by(if_match.as_deref(), customer);
        let change = |details: &Details| change(&read, details);
        let customer = change::change(registry, &namespace, id, &may_change, change).await?;
        answer(&customer, false)
    }

    /// Answers with what there is and never waits: a call has an end.
    async fn follow(mut self) -> Result<Value, Problem> {
        let after = self.arguments.value(Parameter::AfterEvent, |text| {
            let fault = |message| Violation::new("", Code::InvalidQueryParameter, message);
            event::parse_number(text).map_err(fault)
        });
        let limit = self.arguments.value(Parameter::EventLimit, selection::parse_limit);
        let namespace = self.arguments.complete(self.namespace)?;
        let feed = feed::follow(self.caller.service.registry(), namespace, after).await;
        let mut feed = feed.map_err(|error| ahead(error, after))?;
        let begin = feed.position();
        let mut events = match after {
            Some(_) => some_events(&mut feed, limit.unwrap_or(tool::FOLLOWED)).await?,
            None => Events::default(),
        };
        let after = events.found.last().map_or(begin, |(number, _)| *number);
        tool_json::events(&std::mem::take(&mut events.found), after, events.has_more)
            .map_err(unwritable)
    }
}

/// The next events of a feed.
#[derive(Default)]
struct Events {
    found: Vec<(u64, Event)>,
    has_more: bool,
}

async fn some_events(feed: &mut Feed, limit: usize) -> Result<Events, Problem> {
    let mut found = Vec::new();
    while found.len() <= limit {
        let page = feed.next_page().await?;
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    let has_more = found.len() > limit;
    found.truncate(limit);
    Ok(Events { found, has_more })
}

fn ahead(error: FeedError, after: Option<u64>) -> Problem {
    match error {
        FeedError::Store(error) => error.into(),
        FeedError::PositionAhead { last } => {
            let message = event::ahead_of(last, after.unwrap_or_default());
            let name = Parameter::AfterEvent.argument();
            let fault = Violation::new(name, Code::InvalidQueryParameter, message);
            Problem::of_fields(Kind::InvalidQueryParameter, vec![fault])
        }
    }
}

/// The caller's key, for a creation with these details.
fn whose_key(caller: &Caller, key: &str, details: &Details) -> Option<IdempotencyKey> {
    let Details { first_name, last_name, email, vat_number } = details;
    let texts = [first_name.as_str(), last_name.as_str(), email.as_str(), vat_number.as_str()];
    let body = json!(texts).to_string();
    IdempotencyKey::new(key.as_bytes(), &caller.principal.token_hash, body.as_bytes())
}

/// A text that is no id is simply a customer that does not exist.
fn known_id(text: &str) -> Result<CustomerId, Problem> {
    CustomerId::parse(text).ok_or_else(|| OperationError::CustomerNotFound.into())
}

fn answer(customer: &Customer, replayed: bool) -> Result<Value, Problem> {
    tool_json::customer(customer, &precondition::tag(customer), replayed).map_err(unwritable)
}
