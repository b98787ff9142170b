//! The operation on everything that is kept.

use super::{Effects, Entity, Example, Method, Operation, OperationId};
use crate::customer::access::Permission;

pub(super) const BACKUP: Operation = Operation {
    id: OperationId::Backup,
    method: Method::Get,
    path: "/admin/backup",
    purpose: "backup",
    entity: Entity::Backup,
    intent: "retrieve",
    summary: "Back up everything",
    description: "One file of everything as it is at one moment, of all products and companies, \
                  with the hashes of the tokens; streamed while writes go on. The file says by \
                  itself when it was cut off or altered. smart-customer restore makes a data \
                  directory of it.",
    use_when: "Use it to keep a copy elsewhere, before an upgrade or every night.",
    avoid_when: "Do not use it to read customers (customer_listing), nor leave the file where \
                 others can read it: it holds the details of every customer.",
    permission: Permission::Admin,
    effects: Effects::LOOK,
    parameters: &[],
    examples: &[
        Example { utterance: "Take a backup of everything", arguments: "{}" },
        Example { utterance: "Fai una copia di sicurezza di tutti i dati", arguments: "{}" },
    ],
};
