//! Whose customers a command speaks of.

use clap::Args;

use super::File;
use crate::customer::Namespace;

/// The version of a product's interface unless told otherwise.
const API_VERSION: &str = "v1";

/// The flags that name a product, its version and a company.
#[derive(Debug, Default, Args)]
pub struct NamespaceArgs {
    /// The product whose customers they are (required)
    #[arg(long, env = "SMART_CUSTOMER_PRODUCT", value_name = "PRODUCT")]
    pub product: Option<String>,
    /// The version of the product's interface [default: v1]
    #[arg(long, env = "SMART_CUSTOMER_API_VERSION", value_name = "VERSION")]
    pub api_version: Option<String>,
    /// The company whose customers they are (required)
    #[arg(long, env = "SMART_CUSTOMER_COMPANY", value_name = "COMPANY")]
    pub company: Option<String>,
}

impl NamespaceArgs {
    /// Fills in the file and the default, and checks all three.
    pub(super) fn resolve(self, file: &File) -> Result<Namespace, String> {
        let product = required("product", self.product, &file.product)?;
        let company = required("company", self.company, &file.company)?;
        let version = self.api_version.or(file.api_version.clone());
        let version = version.unwrap_or_else(|| API_VERSION.to_owned());
        Namespace::new(&product, &version, &company).map_err(|faults| {
            let messages: Vec<&str> = faults.iter().map(|fault| &*fault.message).collect();
            format!(
                "--product {product:?} --api-version {version:?} --company {company:?} name no \
                 customers: {}",
                messages.join("; ")
            )
        })
    }
}

fn required(flag: &str, given: Option<String>, in_file: &Option<String>) -> Result<String, String> {
    given.or(in_file.clone()).ok_or_else(|| {
        let variable = flag.to_uppercase();
        format!(
            "--{flag} is missing: say whose customers they are with --{flag}, \
             SMART_CUSTOMER_{variable} or {flag} in the --config file"
        )
    })
}
