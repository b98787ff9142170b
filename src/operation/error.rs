//! Why an operation was not done, in terms of the domain.

use std::fmt;

use crate::store::StoreError;

/// Why an operation was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperationError {
    /// The company has no such customer.
    CustomerNotFound,
    /// The company has no customers at all.
    CustomersNotFound,
    /// There is no such token.
    TokenNotFound,
    /// The customer is in another state than the client knows.
    PreconditionFailed,
    /// A request with the same idempotency key is still being worked on.
    IdempotencyInFlight,
    /// The idempotency key was used with another body.
    IdempotencyReused,
    /// The store could not do it.
    Store(StoreError),
}

impl From<StoreError> for OperationError {
    fn from(error: StoreError) -> OperationError {
        OperationError::Store(error)
    }
}

impl fmt::Display for OperationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OperationError::CustomerNotFound => f.write_str("no such customer"),
            OperationError::CustomersNotFound => f.write_str("the company has no customers"),
            OperationError::TokenNotFound => f.write_str("no such token"),
            OperationError::PreconditionFailed => f.write_str("the precondition does not hold"),
            OperationError::IdempotencyInFlight => f.write_str("the idempotency key is in use"),
            OperationError::IdempotencyReused => f.write_str("the idempotency key was used before"),
            OperationError::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OperationError {}
