//! VAT numbers: the structure of each country's numbers as a pattern. The rules themselves, with
//! their sources, are those of [`crate::customer::vat`]; a test holds both to each other.

use serde_json::{Value, json};

/// The published general form, which is taken for every prefix. Countries whose numbers all have it
/// (HR, IT, LV; in TR those of persons) need no row of their own.
const GENERAL: &str = "[A-Z]{2}[0-9]{11}";

/// Prefix and body of each country's numbers, in their stored form.
const COUNTRIES: [(&str, &str); 34] = [
    ("AT", "U[0-9]{8}"),
    ("BE", "(?!0+$)[01]?[0-9]{9}"),
    ("BG", "[0-9]{9,10}"),
    ("CH", "E[0-9]{9}(?:MWST|TVA|IVA|TPV)?"),
    ("CY", "(?!12)[0-9]{8}[0-9A-Z]"),
    ("CZ", "(?:[0-8][0-9]{7}|6[0-9]{8})"),
    ("DE", "[1-9][0-9]{8}"),
    ("DK", "[1-9][0-9]{7}"),
    ("EE", "[0-9]{9}"),
    ("(?:EL|GR)", "[0-9]{8,9}"),
    ("ES", "[0-9A-HJ-NP-SU-Z][0-9]{7}[0-9A-Z]"),
    ("FI", "[0-9]{8}"),
    ("FR", "[0-9A-HJ-NP-Z]{2}[0-9]{9}"),
    ("(?:GB|XI)", "[0-9]{9}(?:[0-9]{3})?"),
    ("(?:GB|XI)GD", "(?:[0-4][0-9]{2}|8888[0-4][0-9]{4})"),
    ("(?:GB|XI)HA", "(?:[5-9][0-9]{2}|8888[5-9][0-9]{4})"),
    ("HU", "[0-9]{8}"),
    ("IE", "(?:[0-9]{7}[A-W]{1,2}|[0-9][A-Z+*][0-9]{5}[A-W])"),
    ("IS", "[0-9]{5,6}"),
    ("LT", "[0-9]{7}(?:[0-9]{3})?1[0-9]"),
    ("LU", "[0-9]{8}"),
    ("MT", "[1-9][0-9]{7}"),
    ("NL", "(?!0{9})[0-9]{9}B(?!00)[0-9]{2}"),
    ("NO", "[0-9]{9}(?:MVA)?"),
    ("PL", "[0-9]{10}"),
    ("PT", "[1-9][0-9]{8}"),
    ("RO", "[1-9][0-9]{1,9}"),
    ("RS", "[0-9]{9}"),
    ("SE", "[0-9]{10}01"),
    ("SI", "[1-9][0-9]{7}"),
    ("SK", "[1-9][0-9][2-47-9][0-9]{7}"),
    ("SM", "(?!0+$)[0-9]{1,5}"),
    ("TR", "[0-9]{10}"),
    ("UA", "[0-9]{8}(?:[0-9]{2}){0,2}"),
];

/// The same of numbers that hold a date of birth, which has to exist.
fn personal_numbers() -> [(&'static str, String); 3] {
    // In a Czech or Slovak one the month may be raised by 20, 50 or 70; 40 and 90 are let through.
    let day = month_and_day("[024579]", "[1368]");
    let leap = "(?:[02468][048]|[13579][26])[024579]229";
    // Nine digits were given out to those born from 1880 to 1953.
    let old = format!("(?:[0-4][0-9]|5[0-3]|[89][0-9]){day}");
    let old_leap = "(?:0[48]|[24][048]|[13][26]|52|8[048]|9[26])[024579]229";
    let romanian = format!("[1-9][0-9]{{2}}{}", month_and_day("0", "1"));
    // 5 and 6 stand before the years from 2000 on, of which the first is a leap year, too.
    let romanian_leap =
        "(?:[56](?:[02468][048]|[13579][26])|[1-47-9](?:0[48]|[2468][048]|[13579][26]))0229";
    let county = "(?:0[1-9]|[1-3][0-9]|4[0-8]|5[12]|70|8[0-3])";
    [
        ("CZ", format!("(?:{old}|{old_leap})[0-9]{{3}}")),
        ("(?:CZ|SK)", format!("(?:[0-9]{{2}}{day}|{leap})[0-9]{{4}}")),
        ("RO", format!("(?:{romanian}|{romanian_leap}){county}[0-9]{{4}}")),
    ]
}

/// Month and day of every year, where months to September begin with a digit of `low`, the others
/// with one of `high`.
fn month_and_day(low: &str, high: &str) -> String {
    let month = format!("(?:{low}[1-9]|{high}[0-2])(?:0[1-9]|1[0-9]|2[0-8])");
    let but_february = format!("(?:{low}[13-9]|{high}[0-2])(?:29|30)");
    let long = format!("(?:{low}[13578]|{high}[02])31");
    format!("(?:{month}|{but_february}|{long})")
}

/// Every number in its stored form.
fn pattern() -> String {
    let plain = COUNTRIES.iter().map(|(prefix, body)| format!("{prefix}{body}"));
    let personal = personal_numbers().map(|(prefix, body)| format!("{prefix}{body}"));
    let forms: Vec<String> =
        std::iter::once(GENERAL.to_owned()).chain(plain).chain(personal).collect();
    format!("^(?:{})$", forms.join("|"))
}

pub(super) fn schema() -> Value {
    json!({
        "title": "VAT number",
        "description": "A VAT number as it is kept: two letters and eleven digits, or the structure \
                        that its country gives out. Lower case, white space, dots, hyphens and \
                        slashes are taken, too, and not kept. A wrong check digit is no fault, but \
                        gets an advisory.",
        "type": "string", "minLength": 3, "maxLength": 16,
        "pattern": pattern(),
        "examples": ["IT12345678901", "DE136695976"]
    })
}
