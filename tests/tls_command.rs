//! `serve` with a certificate, and the commands that talk to it over https.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod certificate;
mod command;
mod process;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use certificate::Certificate;
use command::{ACME, Place, failure, smart_customer, stdout};
use process::{Process, serve};
use rcgen::{BasicConstraints, IsCa, date_time_ymd};
use tempfile::TempDir;

const JOHN: &str = r#"{"first-name":"John","last-name":"Smith","email":"john.smith@example.com","vat-number":"IT12345678901"}"#;

/// A running service with the files of its certificate.
struct Secure {
    process: Process,
    url: String,
    dir: TempDir,
}

impl Secure {
    fn start(certificate: &Certificate) -> Secure {
        let dir = tempfile::tempdir().unwrap();
        let (pem, key) = certificate.write(dir.path());
        let mut command = serve(&dir.path().join("data"));
        command.arg("--tls-cert").arg(pem).arg("--tls-key").arg(key);
        let mut process = Process::start(command);
        let line = process.line();
        let url = line.trim_end().split_once(" listens on ").unwrap().1.to_owned();
        assert!(url.starts_with("https://127.0.0.1:"), "{line}");
        Secure { process, url, dir }
    }

    fn certificate(&self) -> PathBuf {
        self.dir.path().join("cert.pem")
    }

    /// Asks for the tokens at `url`, trusting `ca` only.
    fn ask(&self, url: &str, ca: Option<&Path>) -> Command {
        let mut command = smart_customer(&["token", "list", "--url", url, "--data-dir"]);
        command.arg(self.dir.path().join("data"));
        if let Some(ca) = ca {
            command.arg("--ca").arg(ca);
        }
        command
    }
}

#[test]
fn every_command_speaks_to_a_service_with_a_self_signed_certificate_that_it_is_given() {
    for certificate in [
        Certificate::of(&["localhost", "127.0.0.1"]),
        Certificate::of_authority(&["localhost", "127.0.0.1"]),
    ] {
        let service = Secure::start(&certificate);
        std::fs::write(service.dir.path().join("john.ndjson"), JOHN).unwrap();
        let data = service.dir.path().join("data");
        let command = |arguments: &[&str]| {
            let mut command = smart_customer(arguments);
            command.current_dir(service.dir.path());
            command.env("SMART_CUSTOMER_URL", &service.url).env("SMART_CUSTOMER_CA", "cert.pem");
            command.env("SMART_CUSTOMER_DATA_DIR", &data);
            command
        };
        command(&["import", "john.ndjson"]).args(ACME).assert().success();
        let listed = stdout(command(&["export"]).args(ACME).assert().success());
        assert!(listed.contains("john.smith@example.com"), "{listed}");
        assert!(stdout(command(&["token", "list"]).assert().success()).contains("admin"));
        command(&["backup", "--output", "all.backup"]).assert().success();
        let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
        let said = stdout(command(&["mcp"]).write_stdin(format!("{ping}\n")).assert().success());
        assert!(said.contains(r#""result":{}"#), "{said}");
        let by_name = service.url.replace("127.0.0.1", "localhost");
        service.ask(&by_name, Some(&service.certificate())).assert().success();
    }
}

#[test]
fn a_service_that_is_not_to_be_trusted_is_one_sentence_that_says_what_to_do() {
    for made in [Certificate::of, Certificate::of_authority] {
        let service = Secure::start(&made(&["registry.example"]));
        let said = failure(&mut service.ask(&service.url, None), 1);
        assert!(said.contains(&service.url) && said.contains("--ca"), "{said}");
        let own = service.certificate();
        let said = failure(&mut service.ask(&service.url, Some(&own)), 1);
        assert!(said.contains("registry.example") && said.contains("127.0.0.1"), "{said}");

        let other = tempfile::tempdir().unwrap();
        let (other, _) = made(&["127.0.0.1"]).write(other.path());
        let said = failure(&mut service.ask(&service.url, Some(&other)), 1);
        assert!(said.contains("trusted") && said.contains("--ca"), "{said}");
        let said =
            failure(&mut service.ask(&service.url, Some(&service.dir.path().join("key.pem"))), 1);
        assert!(said.contains("key.pem") && said.contains("BEGIN CERTIFICATE"), "{said}");
        let said = failure(&mut service.ask(&service.url, Some(Path::new("/nowhere"))), 1);
        assert!(said.contains("--ca /nowhere"), "{said}");
    }
}

#[test]
fn an_expired_certificate_is_not_trusted_even_where_it_was_given() {
    for is_ca in [IsCa::NoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let expired = Certificate::with(&["127.0.0.1"], |params| {
            params.is_ca = is_ca;
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2002, 1, 1);
        });
        let service = Secure::start(&expired);
        let said = failure(&mut service.ask(&service.url, Some(&service.certificate())), 1);
        assert!(said.contains("expired"), "{said}");
    }
}

#[test]
fn http_where_tls_is_spoken_and_https_where_it_is_not_are_told_apart() {
    let service = Secure::start(&Certificate::of(&["127.0.0.1"]));
    let plain = service.url.replace("https:", "http:");
    let said = failure(&mut service.ask(&plain, None), 1);
    assert!(said.contains("https://"), "{said}");
    let place = Place::new();
    let url = format!("https://{}", place.service.address);
    let mut command = place.for_acme(&["export", "--url", &url]);
    let said = failure(command.arg("--ca").arg(service.certificate()), 1);
    assert!(said.contains("does not speak TLS") && said.contains("http://"), "{said}");
}

#[test]
fn a_bad_new_certificate_is_told_once_and_the_old_one_goes_on_until_a_good_one_comes() {
    let old = Certificate::of(&["127.0.0.1"]);
    let mut service = Secure::start(&old);
    let kept = tempfile::tempdir().unwrap();
    let (old, _) = old.write(kept.path());
    std::fs::write(service.certificate(), "-----BEGIN CERTIFICATE-----\nbroken").unwrap();
    let told = service.process.error_line_with("the new certificate is not used");
    assert!(told.contains("WARN") && told.contains("cert.pem"), "{told}");
    service.ask(&service.url, Some(&old)).assert().success();

    Certificate::of(&["127.0.0.1"]).write(service.dir.path());
    service.process.error_line_with("the new certificate is used from now on");
    let said = failure(&mut service.ask(&service.url, Some(&old)), 1);
    assert!(said.contains("trusted"), "{said}");
    service.ask(&service.url, Some(&service.certificate())).assert().success();
    service.process.signal("TERM");
    let ended = service.process.wait();
    assert_eq!(
        (ended.code, ended.stderr.matches("is not used").count()),
        (Some(0), 0),
        "{ended:?}"
    );
}

#[test]
fn beyond_this_machine_it_listens_only_with_tls_or_where_that_was_said_not_to_be_needed() {
    let dir = tempfile::tempdir().unwrap();
    let everywhere = |more: &[&str]| {
        let mut command = process::smart_customer();
        command.args(["serve", "--listen", "0.0.0.0:0", "--data-dir"]);
        command.arg(dir.path().join("data")).args(more);
        command
    };
    let ended = Process::start(everywhere(&[])).wait();
    let why = ended.failure(2);
    for said in ["0.0.0.0:0", "tokens", "--tls-cert", "--tls-key", "--insecure-http", "proxy"] {
        assert!(why.contains(said), "{said}: {why}");
    }
    assert!(!dir.path().join("data").exists());
    let (pem, key) = Certificate::of(&["localhost"]).write(dir.path());
    let tls = ["--tls-cert", pem.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    for (more, scheme) in [(&["--insecure-http"][..], "http"), (&tls, "https")] {
        let mut process = Process::start(everywhere(more));
        let line = process.line();
        assert!(line.contains(&format!(" listens on {scheme}://0.0.0.0:")), "{line}");
        let console = process.line();
        assert!(console.starts_with(&format!("console: {scheme}://localhost:")), "{console}");
        process.signal("TERM");
        assert_eq!(process.wait().code, Some(0));
    }
}

#[test]
fn a_certificate_that_cannot_be_used_keeps_it_from_starting_and_nothing_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let (pem, key) = Certificate::of(&["localhost"]).write(dir.path());
    let nowhere = dir.path().join("nowhere.pem");
    for (pem, key, expected) in [
        (&pem, &nowhere, "nowhere.pem"),
        (&key, &key, "BEGIN CERTIFICATE"),
        (&pem, &pem, "BEGIN PRIVATE KEY"),
    ] {
        let mut command = serve(&data);
        command.arg("--tls-cert").arg(pem).arg("--tls-key").arg(key);
        let ended = Process::start(command).wait();
        let why = ended.failure(1);
        assert!(why.contains(expected), "{why}");
        assert!(!data.exists());
    }
    let mut command = serve(&data);
    command.arg("--tls-cert").arg(&pem);
    let ended = Process::start(command).wait();
    assert!(ended.failure(2).contains("--tls-key FILE"), "{ended:?}");
}
