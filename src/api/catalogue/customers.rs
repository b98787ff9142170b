//! The operations on a company's customers.

use super::{Effects, Entity, Example, Method, Operation, OperationId};
use crate::api::parameter::Parameter;
use crate::customer::access::Permission;

const CUSTOMERS: &str = "/api/{product}/{version}/company/{companyId}/customer";
const CUSTOMER: &str = "/api/{product}/{version}/company/{companyId}/customer/{customerId}";
const INSIGHT_PATH: &str =
    "/api/{product}/{version}/company/{companyId}/customer/{customerId}/insight";
const EVENTS: &str = "/api/{product}/{version}/company/{companyId}/event";

pub(super) const CREATION: Operation = Operation {
    id: OperationId::CustomerCreation,
    method: Method::Post,
    path: CUSTOMERS,
    purpose: "customer_creation",
    entity: Entity::Customer,
    intent: "create",
    summary: "Create a customer",
    description: "Keeps a new customer of the company. Names, email address and VAT number are \
                  checked and normalised; what cannot be right is refused with all faults at \
                  once, what merely looks wrong is accepted with an advisory. The answer comes \
                  once the customer is on disk.",
    use_when: "Use it when a person or firm that is not in the registry yet is to be added and \
               first name, last name, email address and VAT number are all known. With \
               validate-only it shows what would be stored and stores nothing.",
    avoid_when: "Do not use it before customer_listing shows that the customer is not there \
                 already, nor to change one that is (customer_update), and never with made-up \
                 values for what is missing: ask for them.",
    permission: Permission::Write,
    effects: Effects::ADD,
    parameters: &[
        Parameter::Product,
        Parameter::Version,
        Parameter::Company,
        Parameter::ValidateOnly,
        Parameter::History,
        Parameter::IdempotencyKey,
    ],
    examples: &[
        Example {
            utterance: "Register John Smith, john.smith@example.com, VAT IT12345678903",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "first-name": "John", "last-name": "Smith", "email": "john.smith@example.com", "vat-number": "IT12345678903"}"#,
        },
        Example {
            utterance: "Controlla se posso inserire Maria Rossi, maria.rossi@example.it, partita IVA IT00743110157",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "first-name": "Maria", "last-name": "Rossi", "email": "maria.rossi@example.it", "vat-number": "IT00743110157", "validate-only": true}"#,
        },
    ],
};

pub(super) const LISTING: Operation = Operation {
    id: OperationId::CustomerListing,
    method: Method::Get,
    path: CUSTOMERS,
    purpose: "customer_listing",
    entity: Entity::Customer,
    intent: "retrieve",
    summary: "List or search the customers of a company",
    description: "All customers of the company, oldest first, or those that the parameters \
                  select: by exact address or VAT number, by category or market, or by a search for words in \
                  names and address that also finds near spellings, best match first.",
    use_when: "Use it to find a customer whose id is not known, to see whether one exists, or to \
               go through all of them page by page with limit and after.",
    avoid_when: "Do not use it to read one customer whose id is known (customer_detail), nor \
                 again and again to notice changes (customer_change_feed).",
    permission: Permission::Read,
    effects: Effects::LOOK,
    parameters: &[
        Parameter::Product,
        Parameter::Version,
        Parameter::Company,
        Parameter::Search,
        Parameter::Email,
        Parameter::VatNumber,
        Parameter::Category,
        Parameter::Market,
        Parameter::Limit,
        Parameter::AfterCustomer,
    ],
    examples: &[
        Example {
            utterance: "Find the customer Jon Smiht",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "q": "jon smiht", "limit": 5}"#,
        },
        Example {
            utterance: "Chi ha la partita IVA IT00743110157?",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "vat-number": "IT00743110157"}"#,
        },
        Example {
            utterance: "Show me the first 100 German customers",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "market": "DE", "limit": 100}"#,
        },
    ],
};

pub(super) const DETAIL: Operation = Operation {
    id: OperationId::CustomerDetail,
    method: Method::Get,
    path: CUSTOMER,
    purpose: "customer_detail",
    entity: Entity::Customer,
    intent: "retrieve",
    summary: "Read one customer",
    description: "The customer with this id, with what is understood of it (category, market, quality, advisories) \
                  and the entity tag that a later change can be made conditional on.",
    use_when: "Use it when the id is known: to show the customer, or to get its present state \
               and entity tag before changing or deleting it.",
    avoid_when: "Do not use it to look for a customer by name, address or VAT number \
                 (customer_listing).",
    permission: Permission::Read,
    effects: Effects::LOOK,
    parameters: &[
        Parameter::Product,
        Parameter::Version,
        Parameter::Company,
        Parameter::Customer,
        Parameter::IfNoneMatch,
    ],
    examples: &[
        Example {
            utterance: "Show customer 01JD8Z3M6Q4X9T2V7B5N1C0KRE",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "customerId": "01JD8Z3M6Q4X9T2V7B5N1C0KRE"}"#,
        },
        Example {
            utterance: "Mostrami i dati del cliente 01JD8Z3M6Q4X9T2V7B5N1C0KRE",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "customerId": "01JD8Z3M6Q4X9T2V7B5N1C0KRE"}"#,
        },
    ],
};

pub(super) const DELETION: Operation = Operation {
    id: OperationId::CustomerDeletion,
    method: Method::Delete,
    path: CUSTOMER,
    purpose: "customer_deletion",
    entity: Entity::Customer,
    intent: "delete",
    summary: "Delete a customer",
    description: "Deletes the customer for good: it is in no list, search or index any more, and \
                  nothing of the person is kept. A second deletion answers 404.",
    use_when: "Use it when somebody who may decide it has asked for this very customer to be \
               deleted; give the entity tag as if-match, so that nothing is deleted that has \
               changed since it was looked at.",
    avoid_when: "Do not use it to correct a customer (customer_update), nor without a \
                 confirmation: it cannot be undone.",
    permission: Permission::Write,
    effects: Effects::OVERWRITE,
    parameters: &[
        Parameter::Product,
        Parameter::Version,
        Parameter::Company,
        Parameter::Customer,
        Parameter::IfMatch,
    ],
    examples: &[
        Example {
            utterance: "Delete customer 01JD8Z3M6Q4X9T2V7B5N1C0KRE",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "customerId": "01JD8Z3M6Q4X9T2V7B5N1C0KRE"}"#,
        },
        Example {
            utterance: "Cancella il cliente 01JD8Z3M6Q4X9T2V7B5N1C0KRE, se nessuno l'ha cambiato nel frattempo",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "customerId": "01JD8Z3M6Q4X9T2V7B5N1C0KRE", "if-match": "\"1-19a5c1f0e2b-1\""}"#,
        },
    ],
};

pub(super) const REPLACEMENT: Operation = Operation {
    id: OperationId::CustomerReplacement,
    method: Method::Put,
    path: CUSTOMER,
    purpose: "customer_replacement",
    entity: Entity::Customer,
    intent: "update",
    summary: "Replace the details of a customer",
    description: "Gives the customer all four details anew; id and creation time stay. With \
                  if-match only where the customer is still in the state that the entity tag \
                  names. Where nothing differs nothing is changed.",
    use_when: "Use it when all four details are known and are to be exactly these afterwards, as \
               when another system is the master.",
    avoid_when: "Do not use it to change one detail (customer_update), nor to create a customer: \
                 an id that does not exist answers 404.",
    permission: Permission::Write,
    effects: Effects::OVERWRITE,
    parameters: &[
        Parameter::Product,
        Parameter::Version,
        Parameter::Company,
        Parameter::Customer,
        Parameter::IfMatch,
    ],
    examples: &[
        Example {
            utterance: "Customer 01JD8Z3M6Q4X9T2V7B5N1C0KRE is now Jane Smith, jane@example.com, VAT DE136695976",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "customerId": "01JD8Z3M6Q4X9T2V7B5N1C0KRE", "first-name": "Jane", "last-name": "Smith", "email": "jane@example.com", "vat-number": "DE136695976"}"#,
        },
        Example {
            utterance: "Sostituisci tutti i dati del cliente 01JD8Z3M6Q4X9T2V7B5N1C0KRE con Maria Rossi, maria.rossi@example.it, IT00743110157",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "customerId": "01JD8Z3M6Q4X9T2V7B5N1C0KRE", "first-name": "Maria", "last-name": "Rossi", "email": "maria.rossi@example.it", "vat-number": "IT00743110157"}"#,
        },
    ],
};

pub(super) const UPDATE: Operation = Operation {
    id: OperationId::CustomerUpdate,
    method: Method::Patch,
    path: CUSTOMER,
    purpose: "customer_update",
    entity: Entity::Customer,
    intent: "update",
    summary: "Change some details of a customer",
    description: "Changes the details that are given and leaves the others (JSON Merge Patch, \
                  RFC 7396). With if-match only where the customer is still in the state that \
                  the entity tag names. Where nothing differs nothing is changed.",
    use_when: "Use it when a customer's name, address or VAT number is to be corrected or has \
               changed.",
    avoid_when: "Do not use it to remove a detail, as all four are required, nor on a customer \
                 that was only guessed from its name: find its id with customer_listing.",
    permission: Permission::Write,
    effects: Effects::OVERWRITE,
    parameters: &[
        Parameter::Product,
        Parameter::Version,
        Parameter::Company,
        Parameter::Customer,
        Parameter::IfMatch,
    ],
    examples: &[
        Example {
            utterance: "Change the email of customer 01JD8Z3M6Q4X9T2V7B5N1C0KRE to jane@example.com",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "customerId": "01JD8Z3M6Q4X9T2V7B5N1C0KRE", "email": "jane@example.com"}"#,
        },
        Example {
            utterance: "Correggi il cognome del cliente 01JD8Z3M6Q4X9T2V7B5N1C0KRE in Bianchi",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "customerId": "01JD8Z3M6Q4X9T2V7B5N1C0KRE", "last-name": "Bianchi"}"#,
        },
    ],
};

pub(super) const INSIGHT: Operation = Operation {
    id: OperationId::CustomerInsight,
    method: Method::Get,
    path: INSIGHT_PATH,
    purpose: "customer_insight",
    entity: Entity::Customer,
    intent: "analyze",
    summary: "Look into one customer",
    description: "What is understood of the customer, with the reasons: its category and how sure \
                  that is, its quality and what lowers it, the advisories, and which other \
                  customers of the company are probably the same, with what agrees in each field.",
    use_when: "Use it to see why a customer is judged as it is, what is to be corrected in it, or \
               whether somebody is kept twice, before the two are merged.",
    avoid_when: "Do not use it to read the details alone (customer_detail), nor to look for \
                 customers (customer_listing).",
    permission: Permission::Read,
    effects: Effects::LOOK,
    parameters: &[Parameter::Product, Parameter::Version, Parameter::Company, Parameter::Customer],
    examples: &[
        Example {
            utterance: "Is customer 01JD8Z3M6Q4X9T2V7B5N1C0KRE in our books twice?",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "customerId": "01JD8Z3M6Q4X9T2V7B5N1C0KRE"}"#,
        },
        Example {
            utterance: "Cosa non va nei dati del cliente 01JD8Z3M6Q4X9T2V7B5N1C0KRE?",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "customerId": "01JD8Z3M6Q4X9T2V7B5N1C0KRE"}"#,
        },
    ],
};

pub(super) const CHANGE_FEED: Operation = Operation {
    id: OperationId::CustomerChangeFeed,
    method: Method::Get,
    path: EVENTS,
    purpose: "customer_change_feed",
    entity: Entity::Customer,
    intent: "subscribe",
    summary: "Follow what happens to the customers of a company",
    description: "Which customers were created, updated and deleted, in order, each with an id \
                  to go on after; no personal data. Over HTTP the stream stays open and goes on \
                  as things happen; a tool answers with what there is.",
    use_when: "Use it to keep another system in step, or to see what happened since a known \
               event: after 0 it begins with the first one ever, without after it begins now.",
    avoid_when: "Do not use it to read the customers themselves (customer_listing, \
                 customer_detail): an event names no details.",
    permission: Permission::Read,
    effects: Effects::LOOK,
    parameters: &[
        Parameter::Product,
        Parameter::Version,
        Parameter::Company,
        Parameter::AfterEvent,
        Parameter::LastEventId,
        Parameter::EventLimit,
    ],
    examples: &[
        Example {
            utterance: "What has happened to our customers since event 1203?",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "after": 1203}"#,
        },
        Example {
            utterance: "Elenca tutte le modifiche ai clienti dall'inizio",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "after": 0}"#,
        },
    ],
};
