//! The operations on a company as a whole.

use super::{Effects, Entity, Example, Method, Operation, OperationId};
use crate::api::parameter::Parameter;
use crate::customer::access::Permission;

pub(super) const INSIGHT: Operation = Operation {
    id: OperationId::CompanyInsight,
    method: Method::Get,
    path: "/api/{product}/{version}/company/{companyId}/insight",
    purpose: "company_insight",
    entity: Entity::Customer,
    intent: "analyze",
    summary: "Look into a company",
    description: "How many customers the company has, by category and market, how many came and \
                  went lately, the share with each advisory, clusters of possible duplicates, \
                  growth with a forecast of 30 days, how many stay for how long, and days that \
                  stand out. No personal data; it costs the same for few customers and for many.",
    use_when: "Use it for every question about numbers: counts, shares, trends, forecasts, loss \
               of customers, duplicates, quality of the data.",
    avoid_when: "Do not use it to find or list customers (customer_listing), nor to learn about \
                 one of them (customer_insight).",
    permission: Permission::Read,
    effects: Effects::LOOK,
    parameters: &[Parameter::Product, Parameter::Version, Parameter::Company],
    examples: &[
        Example {
            utterance: "How many customers do we have, and how many will there be next month?",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme"}"#,
        },
        Example {
            utterance: "Quanti clienti abbiamo perso negli ultimi 90 giorni?",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme"}"#,
        },
    ],
};

pub(super) const INTENT: Operation = Operation {
    id: OperationId::IntentRecognition,
    method: Method::Post,
    path: "/api/{product}/{version}/company/{companyId}/intent",
    purpose: "intent_recognition",
    entity: Entity::Customer,
    intent: "recognize",
    summary: "Recognise what a sentence asks for",
    description: "Says which operation a sentence in English or Italian asks for, how sure that \
                  is, which values are in it and what is missing, and prepares the request. Where \
                  it names a person, the customer is looked up. It carries nothing out.",
    use_when: "Use it to turn what a person typed or said into a request that this person then \
               confirms.",
    avoid_when: "Do not use it when you know already which operation is wanted; and do not send \
                 what it prepares without a confirmation where something would be changed.",
    permission: Permission::Read,
    effects: Effects::LOOK,
    parameters: &[Parameter::Product, Parameter::Version, Parameter::Company],
    examples: &[
        Example {
            utterance: "What does 'register John Smith, john.smith@example.com, VAT IT12345678903' ask for?",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "text": "register John Smith, john.smith@example.com, VAT IT12345678903"}"#,
        },
        Example {
            utterance: "Cosa vuole chi scrive 'cancella pure Mario Rossi'?",
            arguments: r#"{"product": "tse", "version": "v1", "companyId": "acme", "text": "cancella pure Mario Rossi"}"#,
        },
    ],
};
