//! The labelled utterances: what a text asks for, and where its values are.
//!
//! A line is purpose, language and text, parted by tabs; a value is marked `[as written](slot)`, or
//! `[as written](slot=as meant)`. `data/intent/README.md` has the rules of labelling.

use std::ops::Range;

use super::purpose::Purpose;

/// A labelled text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utterance {
    /// What it asks for.
    pub purpose: Purpose,
    /// The text as it was typed or said.
    pub text: String,
    /// Its values, in their order.
    pub marks: Vec<Mark>,
}

/// A value in a labelled text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where it is, in bytes.
    pub range: Range<usize>,
    /// Which it is: `first-name`, `new-email` and so on.
    pub slot: String,
    /// What is meant.
    pub value: String,
}

/// The utterances of a file; a line that is none is left out.
pub fn utterances(lines: &str) -> impl Iterator<Item = Utterance> {
    lines.lines().filter_map(utterance)
}

fn utterance(line: &str) -> Option<Utterance> {
    let mut cells = line.splitn(3, '\t');
    let purpose = Purpose::named(cells.next()?)?;
    let marked = cells.nth(1)?;
    let mut utterance = Utterance { purpose, text: String::new(), marks: Vec::new() };
    let mut rest = marked;
    while let Some((before, written, slot, behind)) = next_mark(rest) {
        utterance.text.push_str(before);
        let start = utterance.text.len();
        utterance.text.push_str(written);
        let range = start..utterance.text.len();
        let (slot, value) = slot.split_once('=').unwrap_or((slot, written));
        utterance.marks.push(Mark { range, slot: slot.to_owned(), value: value.to_owned() });
        rest = behind;
    }
    utterance.text.push_str(rest);
    Some(utterance)
}

/// The first mark: what is before it, what is written, the slot, what is behind it.
fn next_mark(text: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = text.find("](")?;
    let open = text.get(..middle)?.rfind('[')?;
    let close = middle + text.get(middle..)?.find(')')?;
    let written = text.get(open + 1..middle)?;
    Some((text.get(..open)?, written, text.get(middle + 2..close)?, text.get(close + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_out_of_the_text() {
        let line =
            "customer_update\tit\tla [Anna](first-name) ha [a punto b](new-email=a@b.it), ok";
        let utterance = utterance(line).unwrap();
        assert_eq!(utterance.purpose, Purpose::CustomerUpdate);
        assert_eq!(utterance.text, "la Anna ha a punto b, ok");
        let marks: Vec<_> = utterance.marks.iter().map(|m| (&*m.slot, &*m.value)).collect();
        assert_eq!(marks, [("first-name", "Anna"), ("new-email", "a@b.it")]);
        assert_eq!(&utterance.text[utterance.marks[1].range.clone()], "a punto b");
    }

    #[test]
    fn a_line_that_is_none_is_left_out() {
        assert_eq!(utterances("customer_update\tit\n# x\nfoo\tit\tbar\n").count(), 0);
    }
}
