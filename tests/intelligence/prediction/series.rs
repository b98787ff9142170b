//! The daily series of `data/eval/prediction/`.

const TEST: &str = include_str!("../../../data/eval/prediction/test.tsv");
const TRAIN: &str = include_str!("../../../data/eval/prediction/train.tsv");

/// A daily series and what came after it.
pub struct Series {
    /// By which process it was made.
    pub kind: &'static str,
    /// Its length and number.
    pub name: &'static str,
    /// What is known.
    pub known: Vec<u64>,
    /// The thirty days after.
    pub after: Vec<f64>,
    /// What statsmodels expects of those, where it could be fitted.
    pub reference: Option<Vec<f64>>,
}

impl Series {
    fn parse(line: &'static str) -> Series {
        let cells: Vec<&str> = line.split('\t').collect();
        let numbers = |cell: &str| cell.split(' ').filter_map(|count| count.parse().ok()).collect();
        Series {
            kind: cells[0],
            name: cells[1],
            known: cells[2].split(' ').filter_map(|count| count.parse().ok()).collect(),
            after: numbers(cells[3]),
            reference: (cells[4] != "-").then(|| numbers(cells[4])),
        }
    }
}

fn parsed(set: &'static str) -> Vec<Series> {
    set.lines().filter(|line| !line.starts_with('#')).map(Series::parse).collect()
}

/// The series that the forecast was judged on when it was finished.
pub fn test() -> Vec<Series> {
    parsed(TEST)
}

/// The series of the kinds that it was made for.
pub fn train() -> Vec<Series> {
    parsed(TRAIN)
}
