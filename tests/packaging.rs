//! What packagers and administrators meet: the unit for systemd, completions, manual pages, and what
//! a service manager is told.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod process;

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use process::{Process, serve, smart_customer};

const UNIT: &str = include_str!("../data/systemd/smart-customer.service");

/// Where the unit expects the binary.
const INSTALLED: &str = "/usr/local/bin/smart-customer";

fn run(arguments: &[&str]) -> Output {
    let mut command = smart_customer();
    command.args(arguments).output().unwrap()
}

/// What `systemd-analyze` says of the unit, with the binary where it is; `None` where there is none.
fn analyze(arguments: &[&str], dir: &Path) -> Option<Output> {
    let unit = dir.join("smart-customer.service");
    let here = UNIT.replace(INSTALLED, env!("CARGO_BIN_EXE_smart-customer"));
    std::fs::write(&unit, here).unwrap();
    match Command::new("systemd-analyze").args(arguments).arg(&unit).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        said => Some(said.unwrap()),
    }
}

#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    let dir = tempfile::tempdir().unwrap();
    let Some(said) = analyze(&["verify", "--man=no"], dir.path()) else {
        return eprintln!("not tried: there is no systemd-analyze here");
    };
    let text = String::from_utf8(said.stderr).unwrap();
    // What it thinks of other units of the machine is not about ours.
    let about_ours: Vec<&str> =
        text.lines().filter(|line| line.contains("smart-customer")).collect();
    assert!(said.status.success() && about_ours.is_empty(), "{text}");
}

#[test]
fn the_unit_leaves_the_service_little_to_be_exposed_by() {
    let dir = tempfile::tempdir().unwrap();
    // Tenths: 0 is a service that can do nothing, 100 one that may do everything; 20 is "OK".
    let wanted = ["security", "--offline=yes", "--no-pager", "--threshold=20"];
    let Some(said) = analyze(&wanted, dir.path()) else {
        return eprintln!("not tried: there is no systemd-analyze here");
    };
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
}

#[test]
fn the_unit_starts_the_service_with_flags_that_there_are() {
    let command = UNIT.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    let mut words = command.split(' ');
    assert_eq!(words.next(), Some(INSTALLED));
    let mut arguments: Vec<&str> = words.collect();
    arguments.extend(["--listen", "none"]);
    // All are known, or it would not come to the address.
    let said = String::from_utf8(run(&arguments).stderr).unwrap();
    assert!(said.contains("--listen none is no address"), "{said}");
}

/// What comes next to the socket of the service manager.
fn told(socket: &UnixDatagram) -> String {
    let mut message = [0; 1024];
    let length = socket.recv(&mut message).unwrap();
    String::from_utf8(message[..length].to_vec()).unwrap()
}

#[test]
fn a_service_manager_is_told_that_it_serves_lives_and_stops() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut command = serve(&dir.path().join("data"));
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "100000");
    let mut process = Process::start(command);
    let line = process.line();
    let url = line.trim_end().split_once(" listens on ").unwrap().1;
    assert_eq!(told(&socket), format!("READY=1\nSTATUS=serves at {url}\n"));
    for _ in 0..3 {
        assert_eq!(told(&socket), "WATCHDOG=1\n");
    }
    process.signal("TERM");
    while told(&socket) != "STOPPING=1\nSTATUS=finishes open requests\n" {}
    assert_eq!(process.wait().code, Some(0));
}

#[test]
fn a_service_manager_that_is_gone_is_no_reason_to_stop() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = serve(&dir.path().join("data"));
    command.env("NOTIFY_SOCKET", dir.path().join("nobody"));
    let mut process = Process::start(command);
    process.error_line_with("the service manager could not be told");
    process.signal("TERM");
    assert_eq!(process.wait().code, Some(0));
}

#[test]
fn every_shell_gets_completions_that_know_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = String::from_utf8(run(&["completions", shell]).stdout).unwrap();
        for word in ["serve", "import", "completions", "tls-cert", "idempotency-key"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(run(&["completions", "cmd"]).status.code(), Some(2));
}

#[test]
fn bash_takes_its_completions() {
    let script = run(&["completions", "bash"]).stdout;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("completions");
    std::fs::write(&file, script).unwrap();
    // What bash was told to call, called as bash does when a word is begun.
    let tried = format!(
        ". {} && COMP_WORDS=(smart-customer comp) COMP_CWORD=1 && \
         call=$(complete -p smart-customer) call=${{call##*-F }} && \
         \"${{call%% *}}\" smart-customer comp smart-customer && echo \"${{COMPREPLY[@]}}\"",
        file.display()
    );
    match Command::new("bash").args(["-c", &tried]).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("not tried: there is no bash here");
        }
        said => assert_eq!(said.unwrap().stdout, b"compact completions\n"),
    }
}

#[test]
fn each_command_has_a_manual_page() {
    let dir = tempfile::tempdir().unwrap();
    assert!(run(&["man", dir.path().to_str().unwrap()]).status.success());
    for (page, said) in [
        ("smart-customer", "Exit codes"),
        ("smart-customer-serve", "SMART_CUSTOMER_TLS_CERT"),
        ("smart-customer-token-create", "requests\\-per\\-second"),
        ("smart-customer-man", "man1"),
    ] {
        let text = std::fs::read_to_string(dir.path().join(format!("{page}.1"))).unwrap();
        assert!(text.contains(said), "{page}: {text}");
    }
    let ended = run(&["man", "/nowhere"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8(ended.stderr).unwrap().contains("/nowhere"));
}
