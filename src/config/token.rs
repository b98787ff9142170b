//! The settings of `token create`, `token list` and `token revoke`.

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{File, ServiceArgs, ServiceConfig};

/// What a product or a company may be called to mean every one.
const EVERY: &str = "*";

/// What a token can allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PermissionName {
    /// Read, list and search customers
    Read,
    /// Create, change and delete customers
    Write,
    /// Manage tokens and the service itself
    Admin,
}

/// The flags of `token create`.
#[derive(Debug, Default, Args)]
pub struct CreateTokenArgs {
    /// What the token is called in lists, such as till-3 (required)
    #[arg(long, env = "SMART_CUSTOMER_NAME", value_name = "NAME")]
    pub name: Option<String>,
    /// The product it is good for; * is every one [default: *]
    #[arg(long, env = "SMART_CUSTOMER_PRODUCT", value_name = "PRODUCT")]
    pub product: Option<String>,
    /// The company it is good for; * is every one [default: *]
    #[arg(long, env = "SMART_CUSTOMER_COMPANY", value_name = "COMPANY")]
    pub company: Option<String>,
    /// What it allows; several by commas or by repeating the flag (required)
    #[arg(
        long,
        env = "SMART_CUSTOMER_PERMISSION",
        value_name = "PERMISSION",
        value_delimiter = ','
    )]
    pub permission: Vec<PermissionName>,
    /// When it ends, as in RFC 3339: 2027-01-01T00:00:00Z [default: never]
    #[arg(long, env = "SMART_CUSTOMER_EXPIRES_AT", value_name = "TIME")]
    pub expires_at: Option<String>,
    /// Most requests a second that it may make [default: no limit]
    #[arg(
        long,
        env = "SMART_CUSTOMER_REQUESTS_PER_SECOND",
        value_name = "COUNT",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub requests_per_second: Option<u32>,
    /// The service
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// What `token create` needs to know, checked.
pub struct CreateTokenConfig {
    /// The service.
    pub service: ServiceConfig,
    /// What the token is called.
    pub name: String,
    /// The product it is good for, or `*`.
    pub product: String,
    /// The company it is good for, or `*`.
    pub company: String,
    /// What it allows; one thing at least.
    pub permissions: Vec<PermissionName>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Most requests a second.
    pub requests_per_second: Option<u32>,
}

impl CreateTokenArgs {
    /// Fills in the file and the defaults, and checks everything.
    ///
    /// # Errors
    /// One sentence that says which setting is wrong and what would be right.
    pub fn resolve(self) -> Result<CreateTokenConfig, String> {
        let file = self.service.file()?;
        let name = self.name.or(file.name.clone());
        let name = name.ok_or("--name is missing: call the token something, such as till-3")?;
        let permissions =
            Some(self.permission).filter(|given| !given.is_empty()).or(file.permission.clone());
        let permissions = permissions.filter(|given| !given.is_empty()).ok_or(
            "--permission is missing: say what the token allows, such as --permission read,write",
        )?;
        let every = || EVERY.to_owned();
        Ok(CreateTokenConfig {
            name,
            product: self.product.or(file.product.clone()).unwrap_or_else(every),
            company: self.company.or(file.company.clone()).unwrap_or_else(every),
            permissions,
            expires_at: expiry(self.expires_at.or(file.expires_at.clone()))?,
            requests_per_second: self.requests_per_second.or(file.requests_per_second),
            service: self.service.resolve(&file)?,
        })
    }
}

fn expiry(text: Option<String>) -> Result<Option<Timestamp>, String> {
    let Some(text) = text else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| {
        format!("--expires-at {text:?} is no time as in RFC 3339, such as 2027-01-01T00:00:00Z")
    })
}

/// The forms of a list of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    Table,
    /// As the service gives it
    Json,
}

/// The flags of `token list`.
#[derive(Debug, Default, Args)]
pub struct ListTokensArgs {
    /// The form of the list [default: table]
    #[arg(long, env = "SMART_CUSTOMER_FORMAT", value_name = "FORMAT")]
    pub format: Option<ListFormat>,
    /// The service
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// What `token list` needs to know, checked.
pub struct ListTokensConfig {
    /// The service.
    pub service: ServiceConfig,
    /// The form of the list.
    pub format: ListFormat,
}

impl ListTokensArgs {
    /// Fills in the file and the defaults, and checks everything.
    ///
    /// # Errors
    /// One sentence that says which setting is wrong and what would be right.
    pub fn resolve(self) -> Result<ListTokensConfig, String> {
        let file: File = self.service.file()?;
        let format = self.format.or(file.format()?).unwrap_or(ListFormat::Table);
        Ok(ListTokensConfig { format, service: self.service.resolve(&file)? })
    }
}

/// The flags of `token revoke`.
#[derive(Debug, Default, Args)]
pub struct RevokeTokenArgs {
    /// The id of the token; `token list` shows it
    #[arg(value_name = "ID")]
    pub id: String,
    /// The service
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// What `token revoke` needs to know, checked.
pub struct RevokeTokenConfig {
    /// The service.
    pub service: ServiceConfig,
    /// The id of the token.
    pub id: String,
}

impl RevokeTokenArgs {
    /// Fills in the file and the defaults, and checks everything.
    ///
    /// # Errors
    /// One sentence that says which setting is wrong and what would be right.
    pub fn resolve(self) -> Result<RevokeTokenConfig, String> {
        let file = self.service.file()?;
        let is_id = !self.id.is_empty() && self.id.bytes().all(|b| b.is_ascii_alphanumeric());
        if !is_id {
            // Without the text: it may be the token itself, pasted by mistake.
            return Err("this is no token's id, which is letters and digits; 'smart-customer \
                        token list' shows the ids"
                .to_owned());
        }
        Ok(RevokeTokenConfig { id: self.id, service: self.service.resolve(&file)? })
    }
}
