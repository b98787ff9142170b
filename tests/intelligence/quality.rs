//! How far the quality of a record can be believed, on genuine and fake records of other makers.

use smart_customer::customer::Details;
use smart_customer::customer::vat::VatNumber;
use smart_customer::intelligence::advisories;
use smart_customer::intelligence::quality::quality;

use crate::report::Calibration;

const TEST: &str = include_str!("../../data/eval/quality/test.tsv");
const TRAIN: &str = include_str!("../../data/eval/quality/train.tsv");

/// Whether a record is genuine, and the record.
fn parse(line: &str) -> Option<(bool, Details)> {
    let cells: Vec<&str> = line.split('\t').collect();
    // What would be refused at once is not judged.
    let vat_number = VatNumber::parse(cells[4]).ok()?;
    let [first_name, last_name, email] = [1, 2, 3].map(|place| cells[place].into());
    Some((cells[0] == "genuine", Details { first_name, last_name, email, vat_number }))
}

/// The share of pairs of a genuine and a fake record of which the genuine one has the higher
/// quality: the area under the receiver operating characteristic.
fn area(genuine: &[f64], fake: &[f64]) -> f64 {
    let pairs = genuine.iter().flat_map(|one| fake.iter().map(move |other| (one, other)));
    let (mut won, mut all) = (0.0, 0.0);
    for (one, other) in pairs {
        all += 1.0;
        won += if one > other {
            1.0
        } else if (one - other).abs() < 1e-12 {
            0.5
        } else {
            0.0
        };
    }
    won / all
}

/// Calibration and area of a set.
fn judge(title: &str, set: &str) -> (Calibration, f64) {
    let mut calibration = Calibration::default();
    let (mut genuine, mut fake) = (Vec::new(), Vec::new());
    let rows = set.lines().filter(|line| !line.starts_with('#')).filter_map(parse);
    for (is_genuine, details) in rows {
        let quality = quality(&details, &advisories(&details));
        calibration.add(quality, is_genuine);
        if is_genuine {
            genuine.push(quality)
        } else {
            fake.push(quality)
        }
        if is_genuine == (quality < 0.5) {
            println!(
                "  {is_genuine} {quality:.2} {} {} {} {}",
                details.first_name,
                details.last_name,
                details.email,
                details.vat_number.as_str()
            );
        }
    }
    let area = area(&genuine, &fake);
    println!("quality, {title}: {} genuine, {} fake, AUC {area:.3}", genuine.len(), fake.len());
    println!("{calibration}");
    (calibration, area)
}

#[test]
fn the_quality_of_records_never_seen_can_be_believed() {
    let (calibration, area) = judge("judging set", TEST);
    assert!(area >= 0.93, "{area}");
    assert!(calibration.expected_error() <= 0.05, "{}", calibration.expected_error());
}

#[test]
fn the_quality_is_calibrated_on_what_it_was_fitted_to() {
    let (calibration, area) = judge("training part", TRAIN);
    assert!(area >= 0.9, "{area}");
    assert!(calibration.expected_error() <= 0.06, "{}", calibration.expected_error());
}
