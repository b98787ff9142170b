//! The catalogue of operations: one row each, read by whoever routes, describes or lists them.

use crate::customer::access::Permission;

/// Names an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationId {
    /// Create a customer.
    CustomerCreation,
    /// List a company's customers.
    CustomerListing,
    /// Read one customer.
    CustomerDetail,
    /// Delete a customer.
    CustomerDeletion,
    /// Replace a customer's details.
    CustomerReplacement,
    /// Change some of a customer's details.
    CustomerUpdate,
    /// Follow what happens to a company's customers.
    CustomerChangeFeed,
}

/// The HTTP methods that operations use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create.
    Post,
    /// Replace.
    Put,
    /// Change.
    Patch,
    /// Delete.
    Delete,
}

impl Method {
    /// The method's name on the wire (RFC 9110, section 9).
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// A row of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its name.
    pub id: OperationId,
    /// Its HTTP method; `HEAD` works wherever this is `GET`.
    pub method: Method,
    /// Its path, with `{names}` for the parts that vary.
    pub path: &'static str,
    /// AI metadata: what it is for.
    pub purpose: &'static str,
    /// AI metadata: what a caller wants who calls it.
    pub intent: &'static str,
    /// What a token must allow.
    pub permission: Permission,
}

/// AI metadata: what every operation is about.
pub const ENTITY: &str = "Customer";

const CUSTOMERS: &str = "/api/{product}/{version}/company/{companyId}/customer";
const CUSTOMER: &str = "/api/{product}/{version}/company/{companyId}/customer/{customerId}";
const EVENTS: &str = "/api/{product}/{version}/company/{companyId}/event";

/// Every operation.
pub const CATALOGUE: [Operation; 7] = [
    Operation {
        id: OperationId::CustomerCreation,
        method: Method::Post,
        path: CUSTOMERS,
        purpose: "customer_creation",
        intent: "create",
        permission: Permission::Write,
    },
    Operation {
        id: OperationId::CustomerListing,
        method: Method::Get,
        path: CUSTOMERS,
        purpose: "customer_listing",
        intent: "retrieve",
        permission: Permission::Read,
    },
    Operation {
        id: OperationId::CustomerDetail,
        method: Method::Get,
        path: CUSTOMER,
        purpose: "customer_detail",
        intent: "retrieve",
        permission: Permission::Read,
    },
    Operation {
        id: OperationId::CustomerDeletion,
        method: Method::Delete,
        path: CUSTOMER,
        purpose: "customer_deletion",
        intent: "delete",
        permission: Permission::Write,
    },
    Operation {
        id: OperationId::CustomerReplacement,
        method: Method::Put,
        path: CUSTOMER,
        purpose: "customer_replacement",
        intent: "update",
        permission: Permission::Write,
    },
    Operation {
        id: OperationId::CustomerUpdate,
        method: Method::Patch,
        path: CUSTOMER,
        purpose: "customer_update",
        intent: "update",
        permission: Permission::Write,
    },
    Operation {
        id: OperationId::CustomerChangeFeed,
        method: Method::Get,
        path: EVENTS,
        purpose: "customer_change_feed",
        intent: "subscribe",
        permission: Permission::Read,
    },
];

impl OperationId {
    /// The operation's row.
    pub fn row(self) -> &'static Operation {
        // In the order of the catalogue, which a test holds to the order of the enum.
        &CATALOGUE[self as usize]
    }
}

impl Operation {
    /// Its AI metadata as a dictionary of tokens (RFC 9651, section 3.2).
    pub fn ai_metadata(&self) -> String {
        format!("purpose={}, entity={ENTITY}, intent={}", self.purpose, self.intent)
    }
}

#[cfg(test)]
mod tests {
    use super::CATALOGUE;

    #[test]
    fn every_operation_finds_its_own_row() {
        for operation in &CATALOGUE {
            assert_eq!(operation.id.row(), operation);
        }
    }
}
