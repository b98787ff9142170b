//! `smart-customer token`: makes, lists and revokes the tokens of a running service.

use std::io::{self, Write};

use clap::Subcommand;
use hyper::Method;
use hyper::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Client;
use super::table::{Table, one_line};
use super::{Failure, output, work};
use crate::config::{
    CreateTokenArgs, CreateTokenConfig, ListFormat, ListTokensArgs, ListTokensConfig,
    RevokeTokenArgs, RevokeTokenConfig,
};

const TOKENS: &str = "/admin/token";
const JSON: &str = "application/json";

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token; it alone goes to standard output, and is never shown again
    #[command(
        after_long_help = "Example:\n  TOKEN=$(smart-customer token create --name till-3 --product \
                           tse --company acme --permission read,write)"
    )]
    Create(CreateTokenArgs),
    /// List the tokens, without their secrets
    List(ListTokensArgs),
    /// End a token; it stops working with the next request
    Revoke(RevokeTokenArgs),
}

/// Carries out `command`.
///
/// # Errors
/// The service cannot be reached or refuses.
pub fn run(command: TokenCommand) -> Result<(), Failure> {
    match command {
        TokenCommand::Create(args) => work::run(create(args.resolve().map_err(Failure::Usage)?)),
        TokenCommand::List(args) => work::run(list(args.resolve().map_err(Failure::Usage)?)),
        TokenCommand::Revoke(args) => work::run(revoke(args.resolve().map_err(Failure::Usage)?)),
    }
}

/// A token as the service describes it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct TokenShape {
    id: String,
    name: String,
    product: String,
    company: String,
    permissions: Vec<String>,
    expires_at: Option<String>,
    requests_per_second: Option<Value>,
    created_at: String,
    last_used_at: Option<String>,
    token: Option<String>,
}

async fn create(config: CreateTokenConfig) -> Result<(), Failure> {
    let wanted = json!({
        "name": config.name,
        "product": config.product,
        "company": config.company,
        "permissions": config.permissions,
        "expires-at": config.expires_at.map(|time| time.to_string()),
        "requests-per-second": config.requests_per_second,
    });
    let mut client = Client::connect(config.service).await?;
    let request = client.request(Method::POST, TOKENS).header(CONTENT_TYPE, JSON);
    let answer = client.send(request, wanted.to_string()).await?.expect(JSON)?;
    let made: TokenShape = parse(&answer.whole().await?)?;
    let secret = made.token.as_deref().ok_or_else(not_understood)?;
    output::write(|out| writeln!(out, "{secret}"))?;
    describe(&made);
    Ok(())
}

/// Says on standard error what was made; whether it can be read there is of no consequence.
fn describe(made: &TokenShape) {
    let until = made.expires_at.as_deref().unwrap_or("it is revoked");
    let sentence = format!(
        "token {} ({}) allows {} for product {} and company {} until {until}; it is shown this \
         once",
        made.name,
        made.id,
        made.permissions.join(", "),
        made.product,
        made.company,
    );
    let _ = writeln!(io::stderr(), "{}", one_line(&sentence));
}

async fn list(config: ListTokensConfig) -> Result<(), Failure> {
    let mut client = Client::connect(config.service).await?;
    let request = client.request(Method::GET, TOKENS);
    let body = client.send(request, "").await?.expect(JSON)?.whole().await?;
    let tokens: Vec<TokenShape> = parse(&body)?;
    match config.format {
        ListFormat::Json => output::write(|out| {
            out.write_all(body.trim_ascii_end())?;
            writeln!(out)
        }),
        ListFormat::Table => output::write(|out| table(&tokens).write(out)),
    }
}

fn table(tokens: &[TokenShape]) -> Table {
    let mut table = Table::new([
        "ID",
        "NAME",
        "PRODUCT",
        "COMPANY",
        "ALLOWS",
        "PER SECOND",
        "CREATED",
        "EXPIRES",
        "LAST USED",
    ]);
    let or = |value: &Option<String>, otherwise: &str| {
        value.clone().unwrap_or_else(|| otherwise.to_owned())
    };
    for token in tokens {
        let rate = token.requests_per_second.as_ref().map(Value::to_string);
        table.add([
            token.id.clone(),
            token.name.clone(),
            token.product.clone(),
            token.company.clone(),
            token.permissions.join(","),
            or(&rate, "any"),
            token.created_at.clone(),
            or(&token.expires_at, "never"),
            or(&token.last_used_at, "never"),
        ]);
    }
    table
}

async fn revoke(config: RevokeTokenConfig) -> Result<(), Failure> {
    let mut client = Client::connect(config.service).await?;
    let request = client.request(Method::DELETE, &format!("{TOKENS}/{}", config.id));
    client.send(request, "").await?;
    // Whether it can be read there is of no consequence.
    let _ = writeln!(io::stderr(), "token {} is revoked", config.id);
    Ok(())
}

fn parse<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|_| not_understood())
}

fn not_understood() -> Failure {
    let fault = "the service's answer is not understood: it may be of another version than this \
                 command; compare 'smart-customer --version' on both sides";
    Failure::Failed(fault.to_owned())
}
