//! What clients are told where an operation was not done: the one place where errors of the domain
//! become problems.

pub use crate::api::problem::{Kind, Problem};
use crate::operation::OperationError;
use crate::store::StoreError;

impl From<OperationError> for Problem {
    fn from(error: OperationError) -> Problem {
        match error {
            OperationError::CustomerNotFound => {
                Problem::new(Kind::CustomerNotFound, "the company has no customer with this id")
            }
            OperationError::CustomersNotFound => {
                Problem::new(Kind::CustomersNotFound, "the company has no customers")
            }
            OperationError::TokenNotFound => {
                Problem::new(Kind::TokenNotFound, "there is no token with this id")
            }
            OperationError::PreconditionFailed => Problem::new(
                Kind::PreconditionFailed,
                "the customer was changed meanwhile: If-Match does not name its ETag",
            ),
            OperationError::IdempotencyInFlight => Problem::new(
                Kind::IdempotencyInFlight,
                "a request with this Idempotency-Key is still being worked on",
            ),
            OperationError::IdempotencyReused => Problem::new(
                Kind::IdempotencyReused,
                "this Idempotency-Key was used before with another body",
            ),
            OperationError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        match error {
            StoreError::DiskFull => {
                Problem::new(Kind::DiskFull, "the disk is full; nothing was stored")
            }
            StoreError::Overloaded => {
                Problem::new(Kind::Overloaded, "too much is waiting to be done; nothing was stored")
            }
            StoreError::Closed => Problem::new(Kind::ShuttingDown, "the service is stopping"),
            StoreError::ReadOnly => Problem::new(
                Kind::ReadOnly,
                "writes are refused since an earlier fault of the disk",
            ),
            StoreError::Damaged(_) | StoreError::Repairing => {
                Problem::new(Kind::Repairing, "what is stored is being made anew after damage")
            }
            StoreError::Conflict => Problem::internal("a conflict that nobody handled"),
            StoreError::Fault(cause) => Problem::internal(cause),
        }
    }
}
