//! Who may do what, where: permissions, and the scope of namespaces they hold for.

use super::Namespace;

/// What a token allows its bearer to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Read and list customers.
    Read,
    /// Create, change and delete customers.
    Write,
    /// Manage tokens and the service itself.
    Admin,
}

/// A set of [`Permission`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permissions {
    /// May read and list customers.
    pub read: bool,
    /// May create, change and delete customers.
    pub write: bool,
    /// May manage tokens and the service itself.
    pub admin: bool,
}

impl Permissions {
    /// Every permission there is.
    pub const ALL: Permissions = Permissions { read: true, write: true, admin: true };

    /// Whether `permission` is one of the set.
    pub fn contains(self, permission: Permission) -> bool {
        match permission {
            Permission::Read => self.read,
            Permission::Write => self.write,
            Permission::Admin => self.admin,
        }
    }
}

/// The namespaces a token is good for: a product and a company, each one name or all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// One product, or `None` for every product.
    pub product: Option<String>,
    /// One company, or `None` for every company.
    pub company: Option<String>,
}

impl Scope {
    /// Every company of every product.
    pub const EVERYTHING: Scope = Scope { product: None, company: None };

    /// Whether `namespace` lies within this scope.
    pub fn covers(&self, namespace: &Namespace) -> bool {
        let matches = |rule: &Option<String>, name: &str| rule.as_deref().is_none_or(|r| r == name);
        matches(&self.product, namespace.product()) && matches(&self.company, namespace.company())
    }
}

/// Whose token a request carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// SHA-256 of the token: identifies the bearer without being the secret.
    pub token_hash: [u8; 32],
    /// The namespaces the token is good for.
    pub scope: Scope,
    /// What it allows there.
    pub permissions: Permissions,
}

impl Principal {
    /// Whether the bearer has `permission` in `namespace`.
    pub fn may(&self, permission: Permission, namespace: &Namespace) -> bool {
        self.permissions.contains(permission) && self.scope.covers(namespace)
    }
}
