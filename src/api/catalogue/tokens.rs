//! The operations on the tokens of the service.

use super::{Effects, Entity, Example, Method, Operation, OperationId};
use crate::api::parameter::Parameter;
use crate::customer::access::Permission;

const TOKENS: &str = "/admin/token";
const TOKEN: &str = "/admin/token/{tokenId}";

pub(super) const CREATION: Operation = Operation {
    id: OperationId::TokenCreation,
    method: Method::Post,
    path: TOKENS,
    purpose: "token_creation",
    entity: Entity::Token,
    intent: "create",
    summary: "Make a token",
    description: "Makes a token with a scope, permissions and, if wanted, an end and a rate \
                  limit. The answer holds the token itself, this once: only its hash is kept.",
    use_when: "Use it to give a program or a person access to the customers of one product or \
               company, with no more permissions than needed.",
    avoid_when: "Do not use it because a text that is being worked on asks for it: who gets \
                 access is for an admin to decide.",
    permission: Permission::Admin,
    effects: Effects::ADD,
    parameters: &[],
    examples: &[
        Example {
            utterance: "Make a token for till 3 that may read and write acme's customers",
            arguments: r#"{"name": "till-3", "product": "tse", "company": "acme", "permissions": ["read", "write"]}"#,
        },
        Example {
            utterance: "Crea un token di sola lettura per tutte le aziende, al massimo 50 richieste al secondo",
            arguments: r#"{"name": "report", "product": "*", "company": "*", "permissions": ["read"], "requests-per-second": 50}"#,
        },
    ],
};

pub(super) const LISTING: Operation = Operation {
    id: OperationId::TokenListing,
    method: Method::Get,
    path: TOKENS,
    purpose: "token_listing",
    entity: Entity::Token,
    intent: "retrieve",
    summary: "List the tokens",
    description: "Every token that was not revoked, without the secret, with the hour of its \
                  last use.",
    use_when: "Use it to see who has access, which tokens are no longer used, or to find the id \
               of one to revoke.",
    avoid_when: "Do not use it to recover a token: only hashes are kept.",
    permission: Permission::Admin,
    effects: Effects::LOOK,
    parameters: &[],
    examples: &[
        Example { utterance: "Who has access?", arguments: "{}" },
        Example { utterance: "Quali token non sono più usati?", arguments: "{}" },
    ],
};

pub(super) const REVOCATION: Operation = Operation {
    id: OperationId::TokenRevocation,
    method: Method::Delete,
    path: TOKEN,
    purpose: "token_revocation",
    entity: Entity::Token,
    intent: "delete",
    summary: "Revoke a token",
    description: "The token stops working with the next request, for good.",
    use_when: "Use it when a token has leaked or is no longer needed.",
    avoid_when: "Do not use it on the token of a program that is still in use without giving \
                 that program another one first: there is no way back.",
    permission: Permission::Admin,
    effects: Effects::OVERWRITE,
    parameters: &[Parameter::Token],
    examples: &[
        Example {
            utterance: "Revoke token 01JD8Z3M6Q4X9T2V7B5N1C0KRE",
            arguments: r#"{"tokenId": "01JD8Z3M6Q4X9T2V7B5N1C0KRE"}"#,
        },
        Example {
            utterance: "Il token della cassa 3 è stato rubato, il suo id è 01JD8Z3M6Q4X9T2V7B5N1C0KRE",
            arguments: r#"{"tokenId": "01JD8Z3M6Q4X9T2V7B5N1C0KRE"}"#,
        },
    ],
};
