//! A strict reader of the text form that Prometheus collects, version 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>), after its text and not after
//! any library.

use std::collections::BTreeMap;

/// A page that was found to be well-formed.
pub struct Page(BTreeMap<String, f64>);

/// The series of one histogram, in the order of the page: bounds with counts, sum, count.
#[derive(Default)]
struct Histogram {
    buckets: Vec<(f64, f64)>,
    sum: Option<f64>,
    count: Option<f64>,
}

impl Page {
    /// Reads a page, and fails where it is not as it should be.
    pub fn parse(text: &str) -> Page {
        assert!(text.ends_with('\n'), "the last line has no end");
        let mut series = BTreeMap::new();
        let mut types: BTreeMap<&str, &str> = BTreeMap::new();
        let mut histograms: BTreeMap<String, Histogram> = BTreeMap::new();
        let (mut helped, mut family) = (None, ("", ""));
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                helped = Some(help.split_once(' ').expect(line).0);
            } else if let Some(of) = line.strip_prefix("# TYPE ") {
                family = of.split_once(' ').expect(line);
                assert_eq!(helped, Some(family.0), "{line}");
                assert!(["counter", "gauge", "histogram"].contains(&family.1), "{line}");
                assert!(types.insert(family.0, family.1).is_none(), "twice: {line}");
                assert_eq!(family.1 == "counter", family.0.ends_with("_total"), "{line}");
            } else {
                let (name, labels, value) = sample(line);
                match name.strip_prefix(family.0) {
                    Some("") if family.1 != "histogram" => {}
                    Some(suffix) if family.1 == "histogram" => {
                        take(&mut histograms, family.0, suffix, labels, value);
                    }
                    _ => panic!("{line} stands below {family:?}"),
                }
                assert!(family.1 == "gauge" || value >= 0.0, "{line}");
                let id = line.rsplit_once(' ').unwrap().0.to_owned();
                assert!(series.insert(id, value).is_none(), "twice: {line}");
            }
        }
        for (id, histogram) in histograms {
            check(&id, &histogram);
        }
        Page(series)
    }

    /// All series, with their labels.
    pub fn series(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The value of a series.
    pub fn value(&self, series: &str) -> Option<f64> {
        self.0.get(series).copied()
    }
}

/// Name, labels and value of a line.
fn sample(line: &str) -> (&str, Vec<(&str, &str)>, f64) {
    let (id, value) = line.rsplit_once(' ').expect(line);
    let value = if value == "+Inf" { f64::INFINITY } else { value.parse().expect(line) };
    let (name, labels) = match id.split_once('{') {
        None => (id, Vec::new()),
        Some((name, labels)) => (name, parse_labels(labels.strip_suffix('}').expect(line))),
    };
    assert!(is_name(name), "{line}");
    (name, labels, value)
}

/// No value here needs an escape or holds a comma: what does is wrong.
fn parse_labels(text: &str) -> Vec<(&str, &str)> {
    let labels = text.split(',').map(|label| {
        let (name, value) = label.split_once('=').expect(text);
        let value = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).expect(text);
        assert!(is_name(name) && !value.contains(['"', '\\', '\n']), "{text}");
        (name, value)
    });
    labels.collect()
}

fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.is_empty() && text.bytes().all(is_part) && !text.as_bytes()[0].is_ascii_digit()
}

fn take(
    histograms: &mut BTreeMap<String, Histogram>,
    family: &str,
    suffix: &str,
    mut labels: Vec<(&str, &str)>,
    value: f64,
) {
    let bound = labels.iter().position(|(name, _)| *name == "le").map(|at| labels.remove(at).1);
    let histogram = histograms.entry(format!("{family} {labels:?}")).or_default();
    match (suffix, bound) {
        ("_bucket", Some("+Inf")) => histogram.buckets.push((f64::INFINITY, value)),
        ("_bucket", Some(bound)) => histogram.buckets.push((bound.parse().unwrap(), value)),
        ("_sum", None) => histogram.sum = Some(value),
        ("_count", None) => histogram.count = Some(value),
        _ => panic!("{family}{suffix} {bound:?}"),
    }
}

fn check(id: &str, histogram: &Histogram) {
    let Histogram { buckets, sum, count } = histogram;
    let grows = buckets.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
    assert!(grows, "{id}: {buckets:?}");
    assert_eq!(buckets.last().map(|last| last.0), Some(f64::INFINITY), "{id}");
    assert_eq!(buckets.last().map(|last| last.1), *count, "{id}");
    assert!(sum.is_some(), "{id}");
}
