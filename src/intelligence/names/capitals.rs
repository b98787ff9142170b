//! Which letters of a name's word are capitals, where the word begins with one.

/// What stands before an apostrophe and a capital: O'Brien, D'Angelo, Dell'Orto, N'Diaye.
pub const BEFORE_APOSTROPHE: [&str; 14] =
    ["o", "d", "l", "dell", "dall", "nell", "sant", "degl", "all", "m", "n", "t", "de", "da"];

/// Makes the letters large that start a word or a part of it.
pub fn set(word: &str, is_turkish: bool, to: &mut String) {
    let starts = starts(word);
    for (place, letter) in word.char_indices() {
        match letter {
            _ if !starts.contains(&place) => to.push(letter),
            'i' if is_turkish => to.push('İ'),
            // One letter for one: `ŉ` and `ß` would become two.
            _ => to.extend(letter.to_uppercase().next()),
        }
    }
}

/// The places (in bytes) of the letters that are large: at the start, after a hyphen, after an
/// apostrophe where a prefix stands before it, after `Mc`, and both of a Dutch `IJ`.
fn starts(word: &str) -> Vec<usize> {
    let mut starts = Vec::with_capacity(4);
    let mut start = 0;
    for part in word.split(['-', '‐', '.']) {
        starts_of_part(part, start, &mut starts);
        let separator = word.get(start + part.len()..).and_then(|rest| rest.chars().next());
        start += part.len() + separator.map_or(0, char::len_utf8);
    }
    starts
}

fn starts_of_part(part: &str, at: usize, starts: &mut Vec<usize>) {
    let is_letter = |(_, c): &(usize, char)| c.is_alphabetic();
    let first = part.char_indices().find(is_letter).map_or(0, |(place, _)| place);
    starts.push(at + first);
    let apostrophe = part.char_indices().find(|(_, c)| matches!(c, '\'' | '’'));
    if let Some((place, apostrophe)) = apostrophe
        && part.get(..place).is_some_and(|before| BEFORE_APOSTROPHE.contains(&before))
    {
        starts.push(at + place + apostrophe.len_utf8());
    }
    if part.strip_prefix("mc").is_some_and(|rest| rest.chars().count() > 2) {
        starts.push(at + 2);
    }
    let is_dutch = |rest: &str| rest.starts_with(|c| "bcdfghklmnpqrstvwz".contains(c));
    if part.strip_prefix("ij").is_some_and(is_dutch) {
        starts.push(at + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::set;

    #[test]
    fn capitals_stand_at_every_start_within_a_word() {
        for (small, expected) in [
            ("jean-luc", "Jean-Luc"),
            ("o’brien-smith", "O’Brien-Smith"),
            ("ng'ang'a", "Ng'ang'a"),
            ("mccarthy", "McCarthy"),
            ("mck", "Mck"),
            ("ijzerman", "IJzerman"),
            ("ijaz", "Ijaz"),
            ("j.r.", "J.R."),
            ("-ö", "-Ö"),
            ("ßa", "Sa"),
        ] {
            let mut word = String::new();
            set(small, false, &mut word);
            assert_eq!(word, expected);
        }
    }
}
