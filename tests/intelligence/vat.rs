//! How far the verdicts on VAT numbers agree with python-stdnum's, on numbers and slips that the
//! rules were not developed with.

use std::collections::BTreeMap;

use smart_customer::customer::vat::{VatNumber, Verdict};

const NUMBERS: &str = include_str!("../../data/eval/vat/numbers.tsv");

/// Our verdict in python-stdnum's words; what the product refuses has a wrong structure.
fn verdict(number: &str) -> &'static str {
    match VatNumber::parse(number).map(|number| number.verdict()) {
        Ok(Verdict::Valid) => "valid",
        Ok(Verdict::WrongCheckDigit { .. }) => "checksum",
        Ok(Verdict::NotChecked) => "not checked",
        Ok(Verdict::WrongStructure { .. }) | Err(_) => "structure",
    }
}

/// Agreement on whether numbers are right, and on what is wrong with them.
#[derive(Default)]
struct Agreement {
    all: u32,
    /// Both say right, or both say wrong.
    on_right: u32,
    /// Both say the same.
    on_verdict: u32,
}

impl Agreement {
    fn add(&mut self, ours: &str, theirs: &str) {
        self.all += 1;
        self.on_right += u32::from((ours == "valid") == (theirs == "valid"));
        self.on_verdict += u32::from(ours == theirs);
    }

    fn shares(&self) -> (f64, f64) {
        let share = |count: u32| f64::from(count) / f64::from(self.all.max(1));
        (share(self.on_right), share(self.on_verdict))
    }
}

#[test]
fn verdicts_agree_with_python_stdnum_on_numbers_never_seen() {
    let mut whole = Agreement::default();
    let mut countries: BTreeMap<&str, Agreement> = BTreeMap::new();
    for line in NUMBERS.lines().filter(|line| !line.starts_with('#')) {
        let (number, theirs) = line.split_once('\t').unwrap();
        let ours = verdict(number);
        whole.add(ours, theirs);
        countries.entry(&number[..2]).or_default().add(ours, theirs);
        if ours != theirs {
            println!("  {number}: python-stdnum says {theirs}, here it is {ours}");
        }
    }
    let (on_right, on_verdict) = whole.shares();
    println!("VAT numbers: {} judged, right or wrong agrees in {on_right:.4}", whole.all);
    println!("  the whole verdict agrees in {on_verdict:.4}; less than all of it in:");
    for (country, agreement) in &countries {
        let (on_right, on_verdict) = agreement.shares();
        if on_verdict < 1.0 {
            println!("  {country} right or wrong {on_right:.3}, verdict {on_verdict:.3}");
        }
    }
    assert!(on_right >= 0.995, "{on_right}");
    assert!(on_verdict >= 0.985, "{on_verdict}");
}
