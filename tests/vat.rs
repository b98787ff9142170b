//! VAT numbers: the judgement of an independent implementation on thousands of numbers, and the
//! things said of them in words.
//!
//! The numbers are in `fixtures/vat/`, written by `make.py` there with python-stdnum.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

use std::fs;
use std::path::Path;

use smart_customer::customer::vat::{VatFault, VatNumber, Verdict};

/// Numbers on which this crate and python-stdnum differ on purpose.
struct Exception {
    prefix: &'static str,
    /// Whether a number (without its prefix) is one of them.
    covers: fn(&str) -> bool,
    /// The classes this crate gives them.
    ours: &'static [&'static str],
    /// The public source this crate follows.
    source: &'static str,
    /// Why it does.
    reason: &'static str,
}

const COMMISSION: &str = "European Commission, VIES FAQ, structure of VAT numbers";
const BMF: &str = "Austrian Ministry of Finance, UID-Konstruktionsregeln, November 2020";
const WIKIPEDIA: &str = "Wikipedia, VAT identification number";

const EXCEPTIONS: &[Exception] = &[
    Exception {
        prefix: "BE",
        covers: |body| ["00", "98", "99"].iter().any(|end| body.ends_with(end)),
        ours: &["checksum"],
        source: BMF,
        reason: "the check digits are 97 less the remainder, so 01 to 97; python-stdnum takes \
                 every pair with the same remainder",
    },
    Exception {
        prefix: "CH",
        covers: |body| !SWISS_ENDS.contains(&body.get(10..).unwrap_or_default()),
        ours: &["structure"],
        source: SWISS_LAW,
        reason: "a suffix that does not exist is told first; python-stdnum looks at the check \
                 digit first",
    },
    Exception {
        prefix: "IE",
        covers: |body| body.len() == 9 && !is_digit_at(body, 1),
        ours: &["structure"],
        source: BMF,
        reason: "a number of the old form has 8 characters and no second letter at its end",
    },
    Exception {
        prefix: "IT",
        covers: |body| body.len() == 11 && !is_italian_office(digits(body, 7, 10)),
        ours: &["checksum", "valid"],
        source: COMMISSION,
        reason: "the published structure is any 11 digits; office codes are not checked, as the \
                 published example of a wrong check digit, IT12345678901, has none",
    },
    Exception {
        prefix: "NL",
        covers: |body| body.len() < 12 && body.get(body.len() - 3..).unwrap_or("").starts_with('B'),
        ours: &["structure"],
        source: COMMISSION,
        reason: "there are 9 digits before the B; python-stdnum puts missing zeros in front",
    },
    Exception {
        prefix: "SK",
        covers: |body| body.starts_with('0') || matches!(digits(body, 2, 3), 0 | 1 | 5 | 6),
        ours: &["checksum"],
        source: "zákon č. 301/1995 Z. z., § 2",
        reason: "a date of birth makes it a birth number, whatever its check digit; python-stdnum \
                 takes one with a wrong check digit for a company's, which it cannot be",
    },
    Exception {
        prefix: "SM",
        covers: |body| body.len() > 5 && body.starts_with('0'),
        ours: &["structure"],
        source: WIKIPEDIA,
        reason: "there are at most 5 digits; python-stdnum drops any number of zeros in front",
    },
    Exception {
        prefix: "SM",
        covers: |body| body.len() <= 5 && (1..100).contains(&digits(body, 0, body.len())),
        ours: &["valid"],
        source: WIKIPEDIA,
        reason: "python-stdnum has a list of the numbers below 100 in use; which numbers were \
                 given out is no matter of structure",
    },
];

const SWISS_LAW: &str = "UID-Gesetz (SR 431.03) and MWST-Gesetz (SR 641.20), art. 26";
const SWISS_ENDS: [&str; 5] = ["", "MWST", "TVA", "IVA", "TPV"];

/// The number between two places of a body; 0 if there is none.
fn digits(body: &str, from: usize, to: usize) -> u32 {
    body.get(from..to).and_then(|part| part.parse().ok()).unwrap_or(0)
}

fn is_digit_at(body: &str, place: usize) -> bool {
    body.as_bytes().get(place).is_some_and(u8::is_ascii_digit)
}

fn is_italian_office(code: u32) -> bool {
    matches!(code, 1..=100 | 120 | 121 | 888 | 999)
}

fn exception_for(number: &str) -> Option<usize> {
    EXCEPTIONS.iter().position(|exception| {
        let body = number.strip_prefix(exception.prefix);
        body.is_some_and(exception.covers)
    })
}

/// Our class of a number, in python-stdnum's words.
fn class(number: &str) -> &'static str {
    match VatNumber::parse(number).map(|number| number.verdict()) {
        Ok(Verdict::Valid) => "valid",
        Ok(Verdict::WrongCheckDigit { .. }) => "checksum",
        Ok(Verdict::NotChecked) => "not checked",
        Ok(Verdict::WrongStructure { .. }) | Err(_) => "structure",
    }
}

/// Number and class of every line of every fixture.
fn fixtures() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/vat");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "tsv"))
        .flat_map(|path| rows_of(&fs::read_to_string(path).unwrap()))
        .collect()
}

fn rows_of(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('\t').unwrap())
        .map(|(number, class)| (number.to_owned(), class.to_owned()))
        .collect()
}

fn parsed(text: &str) -> VatNumber {
    VatNumber::parse(text).unwrap()
}

fn refused(text: &str) -> VatFault {
    VatNumber::parse(text).unwrap_err()
}

fn verdict(text: &str) -> Verdict {
    parsed(text).verdict()
}

fn wrong_check(text: &str) -> String {
    match verdict(text) {
        Verdict::WrongCheckDigit { message } => message,
        other => panic!("{text}: {other:?}"),
    }
}

fn wrong_structure(text: &str) -> String {
    match verdict(text) {
        Verdict::WrongStructure { message } => message,
        other => panic!("{text}: {other:?}"),
    }
}

fn assert_valid(numbers: &[&str]) {
    for number in numbers {
        assert_eq!(verdict(number), Verdict::Valid, "{number}");
    }
}

#[test]
fn every_fixture_is_judged_as_python_stdnum_judges_it() {
    let disagreements: Vec<String> = fixtures()
        .iter()
        .filter(|(number, stdnum)| class(number) != stdnum && exception_for(number).is_none())
        .map(|(number, stdnum)| format!("{number}: {stdnum}, but here {}", class(number)))
        .collect();
    assert_eq!(disagreements, Vec::<String>::new());
}

#[test]
fn every_exception_is_needed_and_gives_the_class_it_names() {
    let mut used = vec![false; EXCEPTIONS.len()];
    for (number, stdnum) in fixtures() {
        if class(&number) == stdnum {
            continue;
        }
        let place = exception_for(&number).unwrap();
        used[place] = true;
        assert!(EXCEPTIONS[place].ours.contains(&class(&number)), "{number}");
    }
    for (exception, used) in EXCEPTIONS.iter().zip(used) {
        assert!(
            used,
            "not needed: {} ({}, {})",
            exception.prefix, exception.reason, exception.source
        );
    }
}

#[test]
fn there_are_at_least_200_fixtures_for_every_prefix() {
    let rows = fixtures();
    for prefix in
        "AT BE BG CH CY CZ DE DK EE EL ES FI FR GB GR HR HU IE IS IT LT LU LV MT NL NO PL \
                   PT RO RS SE SI SK SM TR UA XI"
            .split(' ')
    {
        let count = rows.iter().filter(|(number, _)| number.starts_with(prefix)).count();
        assert!(count >= 200, "{prefix} has {count}");
    }
}

#[test]
fn the_published_example_is_accepted_with_a_wrong_check_digit() {
    assert_eq!(wrong_check("IT12345678901"), "the check digit of IT12345678901 should be 3, not 1");
    assert_valid(&["IT12345678903"]);
}

#[test]
fn separators_and_case_are_normalised_away() {
    for text in [
        "de136695976",
        " DE 136 695 976\n",
        "DE-136.695/976",
        "D\u{2010}E\u{2011}1\u{2012}3\u{2013}6\u{2014}6\u{2015}95976",
        "DE\u{a0}136\u{202f}695\u{3000}976",
    ] {
        assert_eq!(parsed(text).as_str(), "DE136695976");
    }
    assert_eq!(parsed("che-107.787.577 iva").into_string(), "CHE107787577IVA");
}

#[test]
fn a_stored_number_parses_to_itself() {
    for (number, _) in fixtures() {
        if let Ok(once) = VatNumber::parse(&number) {
            assert_eq!(VatNumber::parse(once.as_str()), Ok(once.clone()));
            assert_eq!(VatNumber::from_stored(once.as_str().to_owned()), once);
        }
    }
}

#[test]
fn a_greek_number_may_begin_with_el_or_gr_and_keeps_what_it_was_given() {
    assert_eq!(parsed("GR094259216").as_str(), "GR094259216");
    assert_valid(&["GR094259216", "EL094259216"]);
}

#[test]
fn the_market_is_the_country_and_not_always_the_prefix() {
    assert_eq!(parsed("EL094259216").market(), Some("GR"));
    assert_eq!(parsed("XI980780684").market(), Some("GB"));
    assert_eq!(parsed("IT12345678901").market(), Some("IT"));
    assert_eq!(parsed("US12345678901").market(), Some("US"));
    assert_eq!(parsed("ZZ12345678901").market(), None);
    assert_eq!(VatNumber::from_stored("é".to_owned()).market(), None);
    assert_eq!(VatNumber::from_stored(String::new()).market(), None);
}

#[test]
fn the_general_form_is_accepted_for_a_country_that_would_never_issue_it() {
    assert_eq!(
        wrong_structure("DE12345678901"),
        "German VAT numbers are DE and 9 digits, such as DE136695976; DE12345678901 has 11"
    );
    assert!(wrong_structure("AT12345678901").ends_with("; AT12345678901 is AT and 11 digits"));
    assert!(wrong_structure("IT00000001234").ends_with("; IT00000001234 starts with seven zeros"));
    assert!(wrong_structure("ZZ12345678901").starts_with("ZZ is not the prefix of any country"));
}

#[test]
fn nothing_is_claimed_of_a_country_whose_rules_are_unknown() {
    assert_eq!(verdict("US12345678901"), Verdict::NotChecked);
    assert!(refused("US123456789").message.contains("only the general form US and 11 digits"));
}

#[test]
fn a_ukrainian_payers_number_of_12_digits_is_taken_but_not_checked() {
    assert_eq!(verdict("UA328559613016"), Verdict::NotChecked);
    assert_valid(&["UA32855961", "UA1759013776"]);
}

#[test]
fn swiss_and_norwegian_suffixes_may_be_left_out_but_not_made_up() {
    assert_valid(&["CHE107787577", "CHE107787577MWST", "CHE107787577TVA", "CHE107787577TPV"]);
    assert_valid(&["NO995525828", "NO995525828MVA"]);
    refused("CHE107787577MVA");
    refused("NO995525828MWST");
}

#[test]
fn dutch_numbers_pass_the_11_test_or_mod_97() {
    assert_valid(&["NL004495445B01", "NL002455799B11"]);
    let message = wrong_check("NL123456789B12");
    assert_eq!(
        message,
        "the check digits of NL123456789B12 are wrong; its nine digits fail the 11-test, and the \
         end for mod 97 would be 13, so that the wrong digit cannot be named"
    );
}

#[test]
fn numbers_of_monaco_need_no_siren() {
    assert_valid(&["FR53000004605"]);
    assert_eq!(
        wrong_check("FR83404833049"),
        "the check digit of the SIREN of FR83404833049 should be 8, not 9"
    );
}

#[test]
fn irish_numbers_of_all_three_forms_are_valid() {
    assert_valid(&["IE6433435F", "IE6433435OA", "IE8D79739I"]);
    assert_eq!(wrong_check("IE6433435E"), "the check letter of IE6433435E should be F, not E");
}

#[test]
fn british_messages_name_the_check_digits_of_every_series() {
    assert_eq!(
        wrong_check("GB980780685"),
        "the check digits of GB980780685 should be 84, 29 or 42, not 85"
    );
    assert_valid(&["GBGD001", "GBHA500", "XIGD888800101"]);
    refused("GBGD500");
}

#[test]
fn where_no_check_digit_is_right_the_message_says_so() {
    let message = wrong_check("PL0200000000");
    assert_eq!(
        message,
        "no check digit is right for PL0200000000, because the digits before it are never issued"
    );
}

#[test]
fn a_blank_text_is_refused() {
    for text in ["", " ", "\t\n", "-./"] {
        assert!(refused(text).message.contains("must not be blank"));
    }
}

#[test]
fn a_number_without_prefix_gets_it_suggested_only_where_one_country_is_meant() {
    let fault = refused("00743110157");
    assert!(fault.message.contains("starts with the country's two letters, such as IT"));
    assert_eq!(fault.suggestion.as_deref(), Some("IT00743110157"));
    for text in ["00743110158", "136695976", "1", "I", "I1234"] {
        assert_eq!(refused(text).suggestion, None, "{text}");
    }
}

#[test]
fn a_number_that_is_valid_in_italy_and_elsewhere_gets_no_suggestion() {
    let both = (0..1_000_000_u32)
        .map(|number| format!("{:011}", 33_392_000_000 + u64::from(number)))
        .find(|number| {
            class(&format!("IT{number}")) == "valid" && class(&format!("HR{number}")) == "valid"
        })
        .unwrap();
    assert_eq!(refused(&both).suggestion, None);
}

#[test]
fn uk_is_no_prefix_but_gb_is_suggested() {
    let fault = refused("UK980780684");
    assert!(fault.message.starts_with("UK is not the prefix of any country"));
    assert_eq!(fault.suggestion.as_deref(), Some("GB980780684"));
    assert_eq!(refused("UK980780685").suggestion, None);
}

#[test]
fn a_wrong_form_is_refused_with_the_form_of_the_country() {
    assert_eq!(
        refused("NL123456789C01").message,
        "Dutch VAT numbers are NL, 9 digits, B and 2 digits, such as NL004495445B01; \
         NL123456789C01 is NL, 9 digits, C and 2 digits"
    );
    assert!(
        refused("DE13669597O").message.ends_with("position 11 of DE13669597O is O, not a digit")
    );
    assert!(refused("DE").message.ends_with("DE has 0"));
    assert!(refused("AT").message.ends_with("AT is AT and nothing else"));
}

#[test]
fn a_character_that_cannot_be_in_a_number_is_named_with_its_position() {
    assert!(refused("DE13#").message.starts_with("the character # at position 5 "));
    assert!(refused("DE\u{202e}1").message.starts_with("the character U+202E at position 3 "));
    assert!(refused("DE 1\0").message.starts_with("the character U+0000 at position 5 "));
    assert!(refused("DÉ1").message.starts_with("the character É (U+00C9) at position 2 "));
    assert!(refused("DE１").message.starts_with("the character U+FF11 at position 3 "));
}

#[test]
fn a_huge_text_is_refused_without_being_repeated() {
    let fault = refused(&"DE1".repeat(1_000_000));
    assert!(fault.message.contains("3000000 bytes"));
    assert!(fault.message.len() < 200);
    assert!(refused(&"Z".repeat(64)).message.len() < 400);
}

#[test]
fn no_text_makes_parse_panic() {
    const SIGNS: [&str; 24] = [
        "A",
        "B",
        "E",
        "I",
        "T",
        "N",
        "L",
        "G",
        "D",
        "H",
        "C",
        "Z",
        "0",
        "1",
        "9",
        "8",
        "8888",
        "+",
        "-",
        " ",
        "é",
        "\u{202e}",
        "\u{1f600}",
        "\0",
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..50_000 {
        let length = random.below(18);
        let text: String = (0..length).map(|_| SIGNS[random.below(SIGNS.len())]).collect();
        check_everything(&text);
    }
}

#[test]
fn no_body_of_letters_and_digits_makes_a_countrys_rule_panic() {
    const SIGNS: &[u8] = b"0123456789000999123456789ABEGDHUXZ+*";
    let mut random = Random(1);
    for (number, _) in fixtures() {
        let prefix = &number[..2];
        for _ in 0..10 {
            let length = random.below(16);
            let body = (0..length).map(|_| char::from(SIGNS[random.below(SIGNS.len())]));
            check_everything(&format!("{prefix}{}", body.collect::<String>()));
        }
    }
}

/// Runs everything on a text, both as given and as if it had been stored.
fn check_everything(text: &str) {
    let stored = VatNumber::from_stored(text.to_owned());
    let _ = (stored.verdict(), stored.market());
    match VatNumber::parse(text) {
        Ok(number) => {
            let _ = number.verdict();
            assert_eq!(VatNumber::parse(number.as_str()), Ok(number));
        }
        Err(fault) => assert!(!fault.message.is_empty() && fault.message.len() < 600),
    }
}

/// A small generator of pseudo-random numbers (Marsaglia's xorshift), so that a failure repeats.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % limit
    }
}
