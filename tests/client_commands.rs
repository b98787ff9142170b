//! What holds for every command that talks to a service: how it finds it, and how it fails.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod command;
mod process;

use command::{ACME, Place, Scripted, failure, smart_customer, stderr, stdout};

const SECRET: &str = "sc_a-secret-that-nobody-may-see";

/// Every command with every flag that it has.
const COMMANDS: [(&[&str], &[&str]); 13] = [
    (
        &["serve"],
        &[
            "listen",
            "data-dir",
            "cache",
            "snapshot-after",
            "log-format",
            "log-level",
            "mcp-host",
            "tls-cert",
            "tls-key",
            "insecure-http",
            "config",
        ],
    ),
    (
        &["token", "create"],
        &[
            "name",
            "product",
            "company",
            "permission",
            "expires-at",
            "requests-per-second",
            "url",
            "ca",
            "token",
            "data-dir",
            "config",
        ],
    ),
    (&["token", "list"], &["format", "url", "ca", "token", "data-dir", "config"]),
    (&["token", "revoke"], &["url", "ca", "token", "data-dir", "config"]),
    (&["mcp"], &["url", "ca", "token", "data-dir", "config"]),
    (&["backup"], &["output", "url", "ca", "token", "data-dir", "config"]),
    (&["restore"], &["data-dir", "config"]),
    (&["check"], &["data-dir", "config"]),
    (&["completions"], &[]),
    (&["man"], &[]),
    (&["compact"], &["data-dir", "config"]),
    (
        &["import"],
        &[
            "product",
            "api-version",
            "company",
            "format",
            "report",
            "idempotency-key",
            "validate-only",
            "history",
            "url",
            "ca",
            "token",
            "data-dir",
            "config",
        ],
    ),
    (
        &["export"],
        &[
            "product",
            "api-version",
            "company",
            "format",
            "output",
            "url",
            "ca",
            "token",
            "data-dir",
            "config",
        ],
    ),
];

fn help(arguments: &[&str]) -> String {
    let mut command = smart_customer(arguments);
    stdout(command.arg("--help").env("SMART_CUSTOMER_TOKEN", SECRET).assert().success().stderr(""))
}

#[test]
fn help_lists_every_flag_of_every_command_with_its_environment_variable() {
    for (command, flags) in COMMANDS {
        let text = help(command);
        for flag in flags {
            let (_, described) = text
                .split_once(&format!("\n      --{flag}"))
                .unwrap_or_else(|| panic!("{command:?} has no --{flag}: {text}"));
            let until_next = described.split("\n      --").next().unwrap();
            let until_next = until_next.split_whitespace().collect::<Vec<_>>().join(" ");
            let variable = format!("SMART_CUSTOMER_{}", flag.to_uppercase().replace('-', "_"));
            assert!(until_next.contains(&format!("[env: {variable}")), "{flag}: {until_next}");
        }
        let listed = text.matches("\n      --").count();
        assert_eq!(listed, flags.len(), "{command:?} has flags that this test does not know");
    }
}

#[test]
fn help_of_all_commands_is_there_and_shows_no_secret() {
    let text = help(&[]);
    let commands =
        ["serve", "token", "import", "export", "backup", "restore", "check", "compact", "mcp"];
    for word in commands.into_iter().chain(["--version", "Exit codes"]) {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert!(help(&["token"]).contains("revoke"));
    for (command, _) in COMMANDS {
        assert!(!help(command).contains(SECRET), "{command:?}");
    }
    let version = stdout(smart_customer(&["--version"]).assert().success());
    let expected = concat!("smart-customer ", env!("CARGO_PKG_VERSION"));
    // A release says which commit it is made from, in brackets.
    let commit = version.strip_prefix(expected).unwrap().trim_end();
    assert!(commit.is_empty() || commit.starts_with(" (") && commit.ends_with(')'), "{version}");
}

#[test]
fn wrong_usage_is_exit_code_2_and_says_what_would_be_right() {
    let export = |more: &[&'static str]| [&["export", "--token", SECRET], more].concat();
    for (arguments, expected) in [
        (vec!["token"], "create"),
        (vec!["token", "revoke"], "<ID>"),
        (vec!["token", "revoke", SECRET], "token list"),
        (vec!["token", "create", "--permission", "read"], "--name"),
        (vec!["token", "create", "--name", "a"], "--permission read,write"),
        (vec!["token", "create", "--name", "a", "--permission", "rule"], "write"),
        (
            vec!["token", "create", "--name=a", "--permission=read", "--expires-at=soon"],
            "2027-01-01T00:00:00Z",
        ),
        (vec!["token", "create", "--requests-per-second", "0"], "requests-per-second"),
        (vec!["import"], "<FILE>"),
        (vec!["import", "-", "--product", "a", "--company", "b"], "--format csv"),
        (vec!["import", "customers.txt", "--product", "a", "--company", "b"], "--format csv"),
        (vec!["import", "a.csv", "--idempotency-key", "no blanks"], "visible ASCII"),
        (export(&["--company", "acme"]), "SMART_CUSTOMER_PRODUCT"),
        (export(&["--product", "tse"]), "--company"),
        (export(&["--product", "tse", "--company", "a/b"]), "1 to 64 characters"),
        (export(&["--product", "t", "--company", "a", "--api-version", "1"]), "v1"),
        (export(&["--product", "t", "--company", "a", "--format", "xml"]), "ndjson"),
        (export(&["--product", "t", "--company", "a", "--url", "wss://a"]), "https://"),
        (
            export(&["--product", "t", "--company", "a", "--url", "localhost:1"]),
            "http://127.0.0.1:8080",
        ),
        (
            export(&["--product", "t", "--company", "a", "--url", "http://me:pw-secret@a"]),
            "--token",
        ),
    ] {
        let assert = smart_customer(&arguments).assert().code(2).stdout("");
        let said = stderr(assert);
        assert!(said.contains(expected), "{arguments:?}: {said}");
        assert!(!said.contains(SECRET) && !said.contains("pw-secret"), "{said}");
    }
}

#[test]
fn a_service_that_is_not_there_is_one_sentence_that_says_what_to_do() {
    for arguments in [&["token", "list"][..], &["token", "revoke", "01J"], &["export"]] {
        let mut command = smart_customer(arguments);
        if arguments == ["export"] {
            command.args(ACME);
        }
        let said = failure(command.args(["--url", "http://127.0.0.1:1"]), 1);
        assert!(said.contains("http://127.0.0.1:1") && said.contains("--url"), "{said}");
        assert!(said.contains("smart-customer serve"), "{said}");
    }
}

#[test]
fn without_a_token_the_file_that_was_looked_for_is_named() {
    let server = Scripted::start("");
    let mut command = smart_customer(&["token", "list", "--data-dir", "/nowhere"]);
    let said = failure(command.args(["--url", &server.url]), 1);
    assert!(
        said.contains("/nowhere/admin-token") && said.contains("SMART_CUSTOMER_TOKEN"),
        "{said}"
    );
}

#[test]
fn a_token_that_is_refused_is_one_sentence_without_the_token() {
    let place = Place::new();
    let mut command = place.for_acme(&["export"]);
    let said = failure(command.env("SMART_CUSTOMER_TOKEN", SECRET), 1);
    assert!(said.contains("Authentication required") && said.contains("--token"), "{said}");
    assert!(!said.contains(SECRET), "{said}");
}

const EMPTY_LIST: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
                          Content-Length: 2\r\n\r\n[]";

/// Which token `token list` shows when it is given by these means, all of them weaker than the next.
fn shown_token(given: usize) -> String {
    let dir = tempfile::tempdir().unwrap();
    let server = Scripted::start(EMPTY_LIST);
    std::fs::write(dir.path().join("admin-token"), "sc_of-the-data-dir\n").unwrap();
    let settings = dir.path().join("settings.toml");
    let mut text = format!("url = '{}'\ndata-dir = '{}'\n", server.url, dir.path().display());
    let mut command = smart_customer(&["token", "list", "--config"]);
    command.arg(&settings);
    if given >= 1 {
        text += "token = 'sc_of-the-file'\n";
    }
    if given >= 2 {
        command.env("SMART_CUSTOMER_TOKEN", "sc_of-the-environment");
    }
    if given >= 3 {
        command.args(["--token", "sc_of-the-flag"]);
    }
    std::fs::write(&settings, text).unwrap();
    command.assert().success();
    let head = server.request();
    let shown = head.split("authorization: Bearer ").nth(1).unwrap();
    shown.split("\r\n").next().unwrap().to_owned()
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_data_directory() {
    let expected =
        ["sc_of-the-data-dir", "sc_of-the-file", "sc_of-the-environment", "sc_of-the-flag"];
    for (given, expected) in expected.into_iter().enumerate() {
        assert_eq!(shown_token(given), expected);
    }
}

#[test]
fn one_file_serves_all_commands_and_a_wrong_key_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let settings = dir.path().join("settings.toml");
    let every_key = format!(
        "listen = '127.0.0.1:0'\nlog-level = 'info'\nadmin-token = '{SECRET}'\ntoken = '{SECRET}'\n\
         url = 'http://127.0.0.1:1'\nproduct = 'tse'\napi-version = 'v2'\ncompany = 'acme'\n\
         format = 'json'\nreport = 'r.csv'\nidempotency-key = 'k'\nvalidate-only = true\n\
         history = false\noutput = 'o.json'\nname = 'n'\npermission = ['read']\n\
         expires-at = '2027-01-01T00:00:00Z'\nrequests-per-second = 5\n\
         tls-cert = 'c.pem'\ntls-key = 'k.pem'\ninsecure-http = true\nca = 'ca.pem'\n"
    );
    std::fs::write(&settings, &every_key).unwrap();
    std::fs::write(dir.path().join("c.csv"), "email\n").unwrap();
    let settings = settings.to_str().unwrap();
    for arguments in
        [&["token", "create"][..], &["token", "list"], &["export"], &["import", "c.csv"]]
    {
        let mut command = smart_customer(arguments);
        command.current_dir(dir.path()).args(["--config", settings]);
        // All settings are right, so the first thing amiss is the service.
        assert!(failure(&mut command, 1).contains("no service answers"), "{arguments:?}");
    }
    for (wrong, expected) in [("fromat = 'csv'", "fromat"), ("format = 'xml'", "xml")] {
        std::fs::write(settings, every_key.replace("format = 'json'", wrong)).unwrap();
        let said = failure(&mut smart_customer(&["token", "list", "--config", settings]), 2);
        assert!(said.contains(expected) && !said.contains(SECRET), "{said}");
    }
}

#[test]
fn what_a_stranger_answers_is_one_sentence() {
    let problem = r#"{"type":"/problems/x","title":"Out of \u001b[31morder","status":503}"#;
    for (answer, expected) in [
        (
            "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>".to_owned(),
            "502 Bad Gateway",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"
                .to_owned(),
            "no smart-customer",
        ),
        (
            format!(
                "HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: {}\r\n\r\n{problem}",
                problem.len()
            ),
            "Out of  [31morder; try again in 7 s",
        ),
        (String::new(), "broke off"),
        ("SSH-2.0-server\r\n".to_owned(), "broke off"),
        (EMPTY_LIST.replace("[]", "{}"), "another version"),
    ] {
        let server = Scripted::start(answer);
        let mut command = smart_customer(&["token", "list", "--token", SECRET, "--url"]);
        let said = failure(command.arg(&server.url), 1);
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains(SECRET), "{said}");
    }
}
