//! Addresses: slips in the domain found and led back, real domains left alone, mailboxes of
//! functions told from those of persons.

use std::collections::BTreeMap;

use smart_customer::intelligence::mail::{
    DomainKind, advisories, is_role, kind_of, likely_provider,
};

use crate::report::Counts;

/// The two columns of a data file.
fn rows(data: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = data.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t'))
}

/// The share of slips for which the right domain is suggested, and those for which it is not.
fn recall(data: &'static str) -> (f64, Vec<String>) {
    let missed = rows(data).filter(|(written, meant)| likely_provider(written) != Some(*meant));
    let missed: Vec<String> = missed.map(|(written, meant)| format!("{written}>{meant}")).collect();
    (1.0 - missed.len() as f64 / rows(data).count() as f64, missed)
}

#[test]
fn slips_are_led_back_to_the_domain_that_was_meant() {
    for (what, data, floor) in [
        ("made at random", include_str!("../../data/eval/mail/typos.tsv"), 0.85),
        ("known by hand", include_str!("../../data/eval/mail/slips.tsv"), 0.93),
    ] {
        let (recall, missed) = recall(data);
        println!("email-domain-typo, slips {what}: recall {recall:.3} of {}", rows(data).count());
        println!("  missed: {}", missed.join(" "));
        assert!(recall >= floor, "{what}: {recall}");
    }
}

#[test]
fn a_real_domain_is_never_flagged() {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let mut flagged = Vec::new();
    for (domain, whose) in rows(include_str!("../../data/eval/mail/real.tsv")) {
        *seen.entry(whose).or_default() += 1;
        flagged.extend(likely_provider(domain).map(|meant| format!("{domain}>{meant}")));
    }
    println!("email-domain-typo, real domains: {} flagged of {seen:?}", flagged.len());
    assert!(flagged.is_empty(), "{flagged:?}");
}

#[test]
fn providers_are_for_everybody_and_firms_for_their_own() {
    for (domain, whose) in rows(include_str!("../../data/eval/mail/real.tsv")) {
        let certified = ["pec.it", "legalmail.it", "postecert.it"].contains(&domain);
        let kind = kind_of(domain);
        match whose {
            "provider" if !certified => assert_eq!(kind, DomainKind::FreeMail, "{domain}"),
            "site" => assert_ne!(kind, DomainKind::Disposable, "{domain}"),
            _ => assert_eq!(kind, DomainKind::Own, "{domain}"),
        }
    }
}

#[test]
fn the_mailbox_of_a_function_is_told_from_that_of_a_person() {
    let mut counts = Counts::default();
    let mut wrong = Vec::new();
    for (local, whose) in rows(include_str!("../../data/eval/mail/local-parts.tsv")) {
        let (said, is_true) = (is_role(local), whose == "role");
        counts.add(said, is_true);
        if said != is_true {
            wrong.push(local);
        }
    }
    println!("email-role: {counts}\n  wrong: {}", wrong.join(" "));
    assert!(counts.precision() >= 0.98 && counts.recall() >= 0.95, "{counts}");
}

#[test]
fn an_address_gets_at_most_one_advisory_of_each_code() {
    for (domain, _) in rows(include_str!("../../data/eval/mail/typos.tsv")) {
        let mut codes: Vec<_> =
            advisories(&format!("info@{domain}")).into_iter().map(|it| it.code).collect();
        let all = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), all, "{domain}");
    }
}
