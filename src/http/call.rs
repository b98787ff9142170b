//! A request on its way to its operation: first admitted, which says who asks, then allowed, which
//! says that this one may do it here.

use std::sync::Arc;

use hyper::header::HeaderMap;

use super::Service;
use super::path::RawNamespace;
use super::problem::{Kind, Problem};
use crate::api::catalogue::OperationId;
use crate::customer::Namespace;
use crate::customer::access::{Permission, Principal};

/// What the path names, as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'p> {
    /// Whose customers; `None` where the path is not about a company.
    pub namespace: Option<RawNamespace<'p>>,
    /// The customer or the token; empty where the path names none.
    pub id: &'p str,
}

/// A request whose token is good.
pub struct Admitted<'r> {
    /// The service.
    pub service: &'r Arc<Service>,
    /// Who asks.
    pub principal: &'r Principal,
    /// What for.
    pub id: OperationId,
    /// Of what.
    pub target: Target<'r>,
    /// The request's headers.
    pub headers: &'r HeaderMap,
    /// The request's query string.
    pub query: Option<&'r str>,
    /// The id of the request.
    pub request_id: &'r str,
}

impl<'r> Admitted<'r> {
    /// The same request, if its bearer may do this in that company.
    ///
    /// # Errors
    /// 400 where the path can name no company, 403.
    pub fn in_company(self) -> Result<Call<'r>, Problem> {
        let Admitted { service, principal, id, target, headers, query, request_id } = self;
        let namespace = target.namespace.ok_or_else(|| Problem::internal("a path without one"))?;
        let namespace = parse(namespace)?;
        may(principal, id.row().permission, &namespace)?;
        Ok(Call { service, principal, namespace, id: target.id, headers, query, request_id })
    }

    /// The same request, if its bearer may manage the service.
    ///
    /// # Errors
    /// 403
    pub fn by_admin(self) -> Result<Admitted<'r>, Problem> {
        may_manage(self.principal)?;
        Ok(self)
    }
}

/// The company that a path names.
///
/// # Errors
/// 400 where that can be none.
pub fn parse(namespace: RawNamespace<'_>) -> Result<Namespace, Problem> {
    namespace.parse().map_err(|faults| Problem::of_fields(Kind::InvalidPathParameter, faults))
}

/// Makes sure that `principal` may manage the service.
///
/// # Errors
/// 403
pub fn may_manage(principal: &Principal) -> Result<(), Problem> {
    if principal.is_admin() {
        return Ok(());
    }
    let detail = "the token does not allow to manage the service";
    Err(Problem::new(Kind::Forbidden, detail))
}

/// Makes sure that `principal` may do what wants `permission` in `namespace`, by whichever door.
///
/// # Errors
/// 403, the same whether or not there is anything.
pub fn may(
    principal: &Principal,
    permission: Permission,
    namespace: &Namespace,
) -> Result<(), Problem> {
    if principal.may(permission, namespace) {
        return Ok(());
    }
    let detail = "the token does not allow this operation here";
    Err(Problem::new(Kind::Forbidden, detail))
}

/// A request that may be carried out on a company's customers.
pub struct Call<'r> {
    /// The service.
    pub service: &'r Arc<Service>,
    /// Who asks.
    pub principal: &'r Principal,
    /// Whose customers.
    pub namespace: Namespace,
    /// The customer, as sent; empty where the path names none.
    pub id: &'r str,
    /// The request's headers.
    pub headers: &'r HeaderMap,
    /// The request's query string.
    pub query: Option<&'r str>,
    /// The id of the request.
    pub request_id: &'r str,
}
