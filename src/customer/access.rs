//! Who may do what, where: permissions, and the scope of namespaces they hold for.

use jiff::Timestamp;

use super::{CustomerId, Namespace};

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

/// What a new token is to be, in the words of the admin who asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What the token is for.
    pub name: String,
    /// Where it is good.
    pub scope: Scope,
    /// What it allows there.
    pub permissions: Permissions,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// How many requests a second it may make, if limited.
    pub requests_per_second: Option<u32>,
}

impl Grant {
    /// Whether it has ended at `now`.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// A token that was given out: everything about it but the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What an admin names it by.
    pub id: CustomerId,
    /// What it was asked to be.
    pub grant: Grant,
    /// When it was made.
    pub created_at: Timestamp,
    /// The hour of its last use, if it was ever used.
    pub last_used_at: Option<Timestamp>,
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
    /// Whether the bearer may manage the service itself: tokens, backups.
    pub fn is_admin(&self) -> bool {
        self.permissions.admin && self.scope == Scope::EVERYTHING
    }

    /// Whether the bearer has `permission` in `namespace`.
    pub fn may(&self, permission: Permission, namespace: &Namespace) -> bool {
        self.permissions.contains(permission) && self.scope.covers(namespace)
    }
}
