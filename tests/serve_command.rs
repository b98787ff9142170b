//! `serve` as people and service managers meet it: what it prints, how it ends, what it refuses.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod process;

use std::net::TcpListener;
use std::path::Path;

use process::{Process, Service, serve, smart_customer, token_in};

const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";
const JOHN: &str = r#"{"first-name":"John","last-name":"Smith","email":"john.smith@example.com","vat-number":"IT12345678901"}"#;

#[test]
fn the_first_start_prints_address_token_and_a_line_to_paste_and_later_ones_the_address_only() {
    let dir = tempfile::tempdir().unwrap();
    let service = Service::start(serve(dir.path()));
    let token = token_in(dir.path());
    let url = format!("http://{}", service.address);
    let ended = service.end("TERM");
    assert!(ended.stdout.starts_with(&format!("console: {url}/\n")), "{}", ended.stdout);
    let line = ended.stdout.lines().find(|line| line.starts_with("curl ")).unwrap();
    assert!(line.starts_with(&format!("curl -X POST {url}/api/")), "{line}");
    assert!(line.contains(&format!("-H 'Authorization: Bearer {token}'")), "{line}");
    assert_eq!(ended.stdout.matches(&token).count(), 2, "{}", ended.stdout);
    assert!(!ended.stderr.contains(&token));

    let ended = Service::start(serve(dir.path())).end("TERM");
    assert!(ended.stdout.starts_with("console: http://"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("sc_") && !ended.stdout.contains("curl"), "{}", ended.stdout);
    assert_eq!(token_in(dir.path()), token);
}

#[test]
fn the_line_to_paste_creates_a_customer() {
    let dir = tempfile::tempdir().unwrap();
    let mut process = Process::start(serve(dir.path()));
    let line = loop {
        let line = process.line();
        if line.starts_with("curl ") {
            break line;
        }
    };
    // What the shell makes of it: the parts between single quotes as they are.
    let parts: Vec<&str> = line.trim_end().split('\'').collect();
    let [start, authorization, _, media, data, body, ""] = parts[..] else { panic!("{line}") };
    assert_eq!((media, data), ("Content-Type: application/json", " -d "));
    let url = start.strip_prefix("curl -X POST http://").unwrap().strip_suffix(" -H ").unwrap();
    let (address, path) = url.split_once('/').unwrap();
    let token = authorization.strip_prefix("Authorization: Bearer ").unwrap();
    let said = process::request(address, &format!("POST /{path}"), token, "", body);
    assert!(said.starts_with("HTTP/1.1 201 "), "{said}");
    process.signal("TERM");
    assert_eq!(process.wait().code, Some(0));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_token() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(Service::start(serve(dir.path())).end("TERM").code, Some(0));
    let metadata = std::fs::metadata(dir.path().join("admin-token")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
}

#[test]
fn sigterm_and_sigint_end_it_in_order_and_everything_answered_is_there() {
    let dir = tempfile::tempdir().unwrap();
    for (count, signal) in ["TERM", "INT", "TERM"].into_iter().enumerate() {
        let service = Service::start(serve(dir.path()));
        let token = token_in(dir.path());
        let list = service.request(&format!("GET {CUSTOMERS}"), &token, "", "");
        assert_eq!(list.matches("\"id\"").count(), count, "{list}");
        let created = service.request(&format!("POST {CUSTOMERS}"), &token, "", JOHN);
        assert!(created.starts_with("HTTP/1.1 201 "), "{created}");
        let ended = service.end(signal);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(!ended.stderr.contains("WARN"), "{ended:?}");
        let state = std::fs::read_to_string(dir.path().join("state")).unwrap();
        assert!(state.starts_with("clean "), "the store was not closed in order: {state}");
    }
}

#[test]
fn a_second_process_on_the_same_directory_is_refused_and_the_first_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let service = Service::start(serve(dir.path()));
    let second = Process::start(serve(dir.path())).wait();
    let why = second.failure(1);
    assert!(why.starts_with("smart-customer: ") && why.contains("process"), "{why}");
    assert!(why.contains(&dir.path().display().to_string()), "{why}");
    assert_eq!(second.stdout, "");
    let token = token_in(dir.path());
    let created = service.request(&format!("POST {CUSTOMERS}"), &token, "", JOHN);
    assert!(created.starts_with("HTTP/1.1 201 "), "{created}");
    assert_eq!(service.end("TERM").code, Some(0));
}

#[test]
fn a_port_in_use_is_refused_before_anything_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("new");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = smart_customer();
    command.args(["serve", "--listen", &address, "--data-dir"]).arg(&data_dir);
    let ended = Process::start(command).wait();
    let why = ended.failure(1);
    assert!(why.contains(&address) && why.contains("--listen"), "{why}");
    assert!(!data_dir.exists());
}

#[test]
fn a_directory_that_cannot_be_used_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let ended = Process::start(serve(&file)).wait();
    assert!(ended.failure(1).contains(&file.display().to_string()), "{ended:?}");
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for arguments in [
        &["serve", "--lisen", "127.0.0.1:0"][..],
        &["serve", "--log-level", "loud"],
        &["serve", "--listen", "nonsense"],
        &["serve", "more"],
        &["nonsense"],
        &[],
    ] {
        let mut command = smart_customer();
        command.args(arguments);
        let ended = Process::start(command).wait();
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!ended.stderr.is_empty(), "{arguments:?}");
    }
}

fn help(arguments: &[&str]) -> String {
    let mut command = smart_customer();
    command.args(arguments);
    let ended = Process::start(command).wait();
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    ended.stdout
}

#[test]
fn help_names_every_flag_with_its_environment_variable() {
    let text = help(&["serve", "--help"]);
    for flag in ["listen", "data-dir", "log-format", "log-level", "config"] {
        let variable = format!("SMART_CUSTOMER_{}", flag.to_uppercase().replace('-', "_"));
        let described = text.split(&format!("--{flag} <")).nth(1);
        let described = described.unwrap_or_else(|| panic!("--{flag} is not there: {text}"));
        let until_next = described.split("\n      --").next().unwrap();
        assert!(until_next.contains(&variable), "{flag}: {until_next}");
    }
    assert!(text.contains("SMART_CUSTOMER_ADMIN_TOKEN"), "{text}");
    assert!(help(&["--help"]).contains("serve"));
    assert!(help(&["--version"]).contains(env!("CARGO_PKG_VERSION")));
}

/// Where `command` keeps its data: which of the directories `names` under `dir` it has made.
fn used(command: std::process::Command, dir: &Path, names: &[&str]) -> Vec<String> {
    assert_eq!(Service::start(command).end("TERM").code, Some(0));
    names.iter().filter(|name| dir.join(name).exists()).map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() {
    let names = ["flag", "env", "file", "smart-customer-data"];
    for (given, expected) in [(3, "flag"), (2, "env"), (1, "file"), (0, "smart-customer-data")] {
        let dir = tempfile::tempdir().unwrap();
        let mut command = smart_customer();
        command.current_dir(dir.path()).args(["serve", "--config", "settings.toml"]);
        let mut settings = "listen = '127.0.0.1:0'\n".to_owned();
        if given >= 1 {
            settings += "data-dir = 'file'\n";
        }
        if given >= 2 {
            command.env("SMART_CUSTOMER_DATA_DIR", "env");
        }
        if given >= 3 {
            command.args(["--data-dir", "flag"]);
        }
        std::fs::write(dir.path().join("settings.toml"), settings).unwrap();
        assert_eq!(used(command, dir.path(), &names), [expected]);
    }
}

#[test]
fn every_setting_can_come_from_the_environment() {
    let dir = tempfile::tempdir().unwrap();
    let token = "a token of the admin".replace(' ', "-");
    std::fs::write(dir.path().join("settings.toml"), "data-dir = 'file'\n").unwrap();
    let mut command = smart_customer();
    command.current_dir(dir.path()).arg("serve");
    for (name, value) in [
        ("LISTEN", "127.0.0.1:0"),
        ("LOG_FORMAT", "json"),
        ("LOG_LEVEL", "info"),
        ("CONFIG", "settings.toml"),
        ("ADMIN_TOKEN", &token),
    ] {
        command.env(format!("SMART_CUSTOMER_{name}"), value);
    }
    let service = Service::start(command);
    let created = service.request(&format!("POST {CUSTOMERS}"), &token, "", JOHN);
    assert!(created.starts_with("HTTP/1.1 201 "), "{created}");
    let ended = service.end("INT");
    assert!(ended.stderr.starts_with('{') && !ended.stderr.contains(&token), "{ended:?}");
    assert!(!ended.stdout.contains(&token), "{ended:?}");
    assert!(!dir.path().join("file/admin-token").exists());
}

#[test]
fn a_wrong_file_is_refused_in_one_line_that_holds_nothing_of_it_but_names() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("settings.toml");
    for (settings, expected) in [
        ("log-level = 'info'\nlistne = 'secret-of-the-file'\n", ["line 2", "listne"]),
        ("admin-token = 'secret-of-the-file\n", ["line 1", "settings.toml"]),
        ("log-format = 'loud'\nadmin-token = 'secret-of-the-file'", ["line 1", "loud"]),
    ] {
        std::fs::write(&path, settings).unwrap();
        let mut command = smart_customer();
        command.args(["serve", "--config"]).arg(&path);
        let ended = Process::start(command).wait();
        let why = ended.failure(2);
        assert!(expected.iter().all(|part| why.contains(part)), "{why}");
        assert!(!why.contains("secret-of-the-file"), "{why}");
    }
    let mut command = smart_customer();
    command.args(["serve", "--config"]).arg(dir.path().join("none"));
    assert!(Process::start(command).wait().failure(2).contains("none"));
}

#[test]
fn a_host_for_agents_is_taken_from_the_flag_and_the_environment_and_a_wrong_one_is_refused() {
    let ask = |address: &str, token: &str, host: &str| {
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
        let request = format!(
            "POST /mcp HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        process::exchange(address, request)[..12].to_owned()
    };
    for by_flag in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let mut command = serve(dir.path());
        if by_flag {
            command.args(["--mcp-host", "a.example", "--mcp-host", "b.example:80"]);
        } else {
            command.env("SMART_CUSTOMER_MCP_HOST", "a.example,b.example:80");
        }
        let service = Service::start(command);
        let token = token_in(dir.path());
        for (host, status) in [
            ("localhost", 200),
            ("a.example:99", 200),
            ("b.example:80", 200),
            ("b.example", 403),
            ("c.example", 403),
        ] {
            let said = ask(&service.address, &token, host);
            assert_eq!(said, format!("HTTP/1.1 {status}"), "{host} {by_flag}");
        }
        assert_eq!(service.end("TERM").code, Some(0));
    }
    let dir = tempfile::tempdir().unwrap();
    let mut command = serve(dir.path());
    let output = command.args(["--mcp-host", "https://a.example/"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("--mcp-host https://a.example/ is no host"), "{said}");
}

/// A service that may have 160 files open, of which 32 are left for connections.
#[cfg(target_os = "linux")]
#[test]
fn more_clients_than_there_are_files_leave_some_to_the_store_and_a_place_to_newcomers() {
    let dir = tempfile::tempdir().unwrap();
    let program = serve(dir.path());
    let mut limited = std::process::Command::new("/bin/sh");
    limited.args(["-c", "ulimit -n 160; exec \"$@\"", "sh"]).arg(program.get_program());
    limited.args(program.get_args()).env_clear();
    limited.stdin(std::process::Stdio::null());
    limited.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let service = Service::start(limited);
    let token = token_in(dir.path());
    let idle: Vec<_> = (0..200)
        .map(|number| {
            if number % 50 == 0 {
                let created = service.request(&format!("POST {CUSTOMERS}"), &token, "", JOHN);
                assert!(created.starts_with("HTTP/1.1 201 "), "{created}");
            }
            std::net::TcpStream::connect(&service.address).unwrap()
        })
        .collect();
    let list = service.request(&format!("GET {CUSTOMERS}"), &token, "", "");
    assert_eq!(list.matches("\"id\"").count(), 4);
    drop(idle);
    let ended = service.end("TERM");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("limit of open files"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("could not be accepted"), "{}", ended.stderr);
}
