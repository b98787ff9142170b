//! Many customers in one request, streamed both ways: while one batch is written to the disk the
//! next is read, and answers go out as they come. Nothing grows with the length of the body.

mod input;
mod spool;

use std::sync::Arc;

use futures_util::stream::FuturesOrdered;
use futures_util::{FutureExt, StreamExt};
use hyper::StatusCode;
use hyper::body::Incoming;
use tokio::task::JoinHandle;

use self::input::{End, Input, timed_out};
use self::spool::Abandoned;
use super::Service;
use super::answer::{self, Answer};
use super::body::AnswerBody;
use super::call::Call;
use super::customers;
use super::negotiate::{self, BulkForm};
use super::places::Place;
use super::problem::{Kind, Problem};
use super::query::Query;
use crate::api::bulk::{BulkCustomer, MAX_RECORD, Reading, Record, RecordFault};
use crate::api::shape;
use crate::customer::access::Permission;
use crate::customer::{Details, Namespace};
use crate::operation::bulk::{self, Line};
use crate::operation::create::Created;
use crate::operation::idempotency::BulkKey;
use crate::operation::{OperationError, Registry, assess};

/// Most lines that are written to the disk in one step.
const BATCH: usize = 256;

/// Batches on their way while another is read: the writer takes two at once, and has the next two
/// when it is done.
const IN_FLIGHT: usize = 4;

/// `POST …/customer` with many customers.
pub async fn create(call: Call<'_>, form: BulkForm, body: Incoming) -> Result<Answer, Problem> {
    negotiate::accept(call.headers, &[(negotiate::NDJSON, ())])?;
    let query = Query::parse(call.query, &["validate-only", "history"])?;
    let (validate_only, history) = (query.flag("validate-only")?, query.flag("history")?);
    if history && !call.principal.may(Permission::Admin, &call.namespace) {
        let detail = "a history can be brought along with the admin permission only";
        return Err(Problem::new(Kind::Forbidden, detail));
    }
    let key =
        customers::one_key(call.headers, |text| BulkKey::new(text, &call.principal.token_hash))?;
    let place = call.service.bulks.take(&call.principal.token_hash);
    let place = place.map_err(|none| none.problem("bulk requests"))?;
    let reading = Reading { history_until: history.then(|| call.service.registry.now()) };
    let patience = call.service.limits.body;
    let mut input = Input::begin(form, reading, body, patience).await?;
    input.ask_for_more().await;
    let job = Job {
        service: call.service.clone(),
        namespace: call.namespace,
        request_id: call.request_id.to_owned(),
        key,
        validate_only,
        _place: place,
    };
    let (writer, chunks) = spool::spool(job.service.registry.store().clone(), spool::ROOM);
    let work = AbortOnDrop(tokio::spawn(carry_out(Arc::new(job), input, writer)));
    let chunks = chunks.inspect(move |_| {
        // Lives as long as somebody reads.
        let _ = &work;
    });
    Ok(answer::lines(AnswerBody::Stream(Box::pin(chunks))))
}

/// Ends the work when nobody reads its answers any more. What was begun to be written is written.
struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What holds for every line of a request.
struct Job {
    service: Arc<Service>,
    namespace: Namespace,
    request_id: String,
    key: Option<BulkKey>,
    validate_only: bool,
    _place: Place,
}

/// A line that is on its way to its answer.
enum Step {
    /// To be stored.
    Store(Box<Line>),
    /// To be checked only.
    Check(Box<Details>),
    /// Answered without the store.
    Answered(Vec<u8>),
}

/// Reads, writes and answers until the body ends or nobody reads the answers.
async fn carry_out(job: Arc<Job>, mut input: Input, answers: spool::Writer) {
    let mut number = 0;
    let mut batch = Vec::new();
    let mut in_flight = FuturesOrdered::new();
    loop {
        while batch.len() < BATCH
            && let Some(record) = input.waiting.pop_front()
        {
            number += 1;
            batch.push((number, job.step(number, record)));
        }
        let is_full = batch.len() >= BATCH;
        if in_flight.is_empty() && !batch.is_empty() || is_full && in_flight.len() < IN_FLIGHT {
            in_flight.push_back(write(job.clone(), std::mem::take(&mut batch)).boxed());
            continue;
        }
        let may_read = !is_full && input.end.is_none();
        if !may_read && in_flight.is_empty() {
            break;
        }
        tokio::select! {
            biased;
            Some(lines) = in_flight.next() => {
                if let Err(Abandoned) = answers.write(lines).await {
                    return;
                }
            }
            // The header, which alone can be at fault, was read before.
            _ = input.read(), if may_read => {}
        }
    }
    if let Some(End::TimedOut) = input.end {
        let problem = timed_out(job.service.limits.body);
        // An abandoned answer is nobody's.
        let _ = answers.write(job.problem_line(number + 1, &problem)).await;
    }
}

/// Stores what is to be stored of a batch; the answers to all its lines.
async fn write(job: Arc<Job>, batch: Vec<(u64, Step)>) -> Vec<u8> {
    let (mut lines, mut steps) = (Vec::new(), Vec::with_capacity(batch.len()));
    for (number, step) in batch {
        match step {
            Step::Store(line) => {
                lines.push(*line);
                steps.push((number, None));
            }
            Step::Check(details) => {
                let answer = job.checked_line(number, &details).await;
                steps.push((number, Some(answer)));
            }
            Step::Answered(answer) => steps.push((number, Some(answer))),
        }
    }
    let registry: &Registry = &job.service.registry;
    let outcomes = bulk::create_all(registry, &job.namespace, lines).await;
    let mut outcomes = outcomes.into_iter();
    let mut answers = Vec::with_capacity(64 * steps.len());
    for (number, answered) in steps {
        match answered {
            Some(answer) => answers.extend(answer),
            None => answers.extend(job.outcome_line(number, outcomes.next())),
        }
    }
    answers
}

impl Job {
    /// What is to be done with a record.
    fn step(&self, number: u64, record: Record) -> Step {
        match record.customer {
            Err(fault) => Step::Answered(self.problem_line(number, &record_problem(fault))),
            Ok(customer) if self.validate_only => Step::Check(Box::new(customer.details)),
            Ok(BulkCustomer { details, history }) => {
                let key = self.key.as_ref().map(|key| key.line(number, &record.identity));
                Step::Store(Box::new(Line { details, history, key }))
            }
        }
    }

    fn outcome_line(
        &self,
        number: u64,
        outcome: Option<Result<Created, OperationError>>,
    ) -> Vec<u8> {
        match outcome {
            Some(Ok(created)) => {
                let (id, replayed) = (created.customer.id, created.replayed);
                let status = StatusCode::CREATED.as_u16();
                let replayed = if replayed { ",\"replayed\":true" } else { "" };
                format!("{{\"line\":{number},\"status\":{status},\"id\":\"{id}\"{replayed}}}\n")
                    .into_bytes()
            }
            Some(Err(error)) => self.problem_line(number, &error.into()),
            None => self.problem_line(number, &Problem::internal("a line without an outcome")),
        }
    }

    async fn checked_line(&self, number: u64, details: &Details) -> Vec<u8> {
        let registry: &Registry = &self.service.registry;
        let assessment = match assess::assess(registry, &self.namespace, details, None).await {
            Ok(assessment) => assessment,
            Err(error) => return self.problem_line(number, &OperationError::from(error).into()),
        };
        let status = StatusCode::OK.as_u16();
        let mut line =
            format!("{{\"line\":{number},\"status\":{status},\"customer\":").into_bytes();
        match shape::write_details(details, &assessment, &mut line) {
            Ok(()) => line.extend_from_slice(b"}\n"),
            Err(error) => return self.problem_line(number, &customers::unwritable(error)),
        }
        line
    }

    fn problem_line(&self, number: u64, problem: &Problem) -> Vec<u8> {
        if let Some(cause) = &problem.cause {
            tracing::error!(id = self.request_id, line = number, cause, "a line failed");
        }
        self.service.meter.refused(problem.kind);
        let status = problem.kind.text().status;
        let mut line = format!("{{\"line\":{number},\"status\":{status},\"problem\":").into_bytes();
        line.extend(problem.to_json(&self.request_id));
        line.extend_from_slice(b"}\n");
        line
    }
}

fn record_problem(fault: RecordFault) -> Problem {
    match fault {
        RecordFault::Draft(error) => customers::invalid_body(error),
        RecordFault::TooLong => {
            let detail = format!("the line has more than {MAX_RECORD} bytes");
            Problem::new(Kind::ContentTooLarge, detail)
        }
    }
}
