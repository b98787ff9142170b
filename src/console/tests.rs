//! What holds for the files of the console, whoever writes them.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{FILES, PAGE};

/// Most bytes that all files may have together, packed.
const WEIGHT: usize = 200_000;

/// What makes markup or code of a text.
const MARKUP: [&str; 9] = [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "setHTML",
    "createContextualFragment",
    "DOMParser",
    "eval(",
    "new Function",
];

/// Addresses that name a language, not a place.
const NAMES: [&str; 2] = ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"];

fn web() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/console/web")
}

/// The paths of all files in a directory and below, as they stand in the table.
fn files_in(dir: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_in(&path, found);
        } else {
            found.insert(path.strip_prefix(web()).unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
}

/// The files whose names end with one of `endings`, as texts.
fn texts(endings: &'static [&str]) -> impl Iterator<Item = (&'static str, &'static str)> {
    let files = FILES.iter().filter(|(path, _)| endings.iter().any(|end| path.ends_with(end)));
    files.map(|(path, bytes)| (*path, std::str::from_utf8(bytes).unwrap()))
}

/// The path that `address` leads to from the file at `from`.
fn resolve(from: &str, address: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop().unwrap()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// What stands between `start` and `end` in a text, wherever.
fn between<'t>(text: &'t str, start: &'t str, end: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(start).skip(1).filter_map(move |rest| rest.split_once(end)).map(|(found, _)| found)
}

#[test]
fn every_file_below_web_is_in_the_table_and_every_row_of_the_table_is_a_file() {
    let mut found = BTreeSet::new();
    files_in(&web(), &mut found);
    let listed: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(listed, found);
    assert_eq!(listed.len(), FILES.len(), "a file is in the table twice");
    assert!(FILES.is_sorted_by_key(|(path, _)| path), "the table is not in order");
    assert!(listed.contains(PAGE));
}

#[test]
fn every_file_is_of_a_kind_that_is_served_and_is_in_utf_8() {
    for (path, bytes) in FILES {
        let kind = path.rsplit_once('.').unwrap().1;
        assert!(["html", "js", "css", "svg"].contains(&kind), "{path}");
        assert_eq!(kind == "html", *path == PAGE, "{path}");
        assert!(std::str::from_utf8(bytes).is_ok(), "{path}");
    }
}

#[test]
fn all_files_together_weigh_less_than_200_kb_packed() {
    let packed = |bytes: &[u8]| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap().len()
    };
    let weight: usize = FILES.iter().map(|(_, bytes)| packed(bytes)).sum();
    println!("the console weighs {weight} bytes packed, in {} files", FILES.len());
    assert!(weight < WEIGHT, "{weight}");
}

#[test]
fn no_file_names_another_host() {
    for (path, text) in texts(&["html", "js", "css", "svg"]) {
        let text = NAMES.iter().fold(text.to_owned(), |text, name| text.replace(name, ""));
        assert!(!text.contains("://"), "{path} names an address: it would not work offline");
        for loaded in ["src=\"//", "href=\"//", "url(//", "'//", "\"//", "`//", "@import"] {
            assert!(!text.contains(loaded), "{path}: {loaded}");
        }
    }
}

#[test]
fn no_script_makes_markup_or_code_of_a_text() {
    for (path, text) in texts(&["js"]) {
        for forbidden in MARKUP {
            assert!(!text.contains(forbidden), "{path}: {forbidden}");
        }
        assert!(!text.contains("javascript:"), "{path}");
    }
}

#[test]
fn nothing_is_kept_in_cookies_and_only_the_session_may_hold_a_token() {
    for (path, text) in texts(&["js"]) {
        assert!(!text.contains("document.cookie"), "{path}");
        assert!(!text.contains("indexedDB"), "{path}");
    }
}

#[test]
fn the_page_has_no_script_style_or_handler_in_itself() {
    for (_, page) in texts(&["html"]) {
        for script in page.split("<script").skip(1) {
            let (attributes, rest) = script.split_once('>').unwrap();
            assert!(attributes.contains("src=\"console/"), "{script}");
            assert!(rest.starts_with("</script>"), "{script}");
        }
        assert!(!page.contains("<style") && !page.contains(" style="), "{page}");
        let handler = |attribute: &str| attribute.starts_with("on") && attribute.contains('=');
        assert!(!page.split_whitespace().any(handler), "{page}");
    }
}

#[test]
fn all_that_the_page_and_the_styles_name_of_the_console_is_there_and_named_relatively() {
    let known: BTreeSet<&str> = FILES.iter().map(|(path, _)| *path).collect();
    for (_, page) in texts(&["html"]) {
        for address in between(page, "href=\"", "\"").chain(between(page, "src=\"", "\"")) {
            assert!(!address.starts_with('/'), "{address}");
            if let Some(path) = address.strip_prefix("console/") {
                assert!(known.contains(path), "{address}");
            }
        }
    }
    for (path, text) in texts(&["css"]) {
        for address in between(text, "url(", ")") {
            let address = address.trim_matches(['"', '\'']);
            let is_there = known.contains(resolve(path, address).as_str());
            assert!(address.starts_with("data:") || is_there, "{path}: {address}");
        }
    }
}

#[test]
fn every_module_that_a_script_imports_is_there() {
    let known: BTreeSet<&str> = FILES.iter().map(|(path, _)| *path).collect();
    for (path, text) in texts(&["js"]) {
        let imported = between(text, " from '", "'").chain(between(text, "import('", "')"));
        let imported = imported.chain(between(text, "\nimport '", "'"));
        for address in imported {
            assert!(address.starts_with("./") || address.starts_with("../"), "{path}: {address}");
            let target = resolve(path, address);
            assert!(known.contains(target.as_str()), "{path} imports {address}");
        }
    }
}

#[test]
fn every_file_is_used() {
    let all: String = texts(&["html", "js", "css"]).map(|(_, text)| text).collect();
    for (path, _) in FILES.iter().filter(|(path, _)| *path != PAGE) {
        let name = path.rsplit('/').next().unwrap();
        assert!(all.contains(&format!("/{name}")), "{path} is used by nothing");
    }
}
