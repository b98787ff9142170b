//! Standard input line by line, of which no line can fill the memory.

use std::io::{self, BufRead, Read};

use tokio::sync::mpsc::{Receiver, channel};

/// Most bytes of a line. The service takes less; so it is the service that says how much.
pub const MOST_BYTES: usize = 1024 * 1024;

/// A line, without its end.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// What it holds.
    Text(Vec<u8>),
    /// It has more than [`MOST_BYTES`] and was passed over.
    TooLong,
}

/// The lines of standard input. They are read on a thread of their own, one ahead, as reading
/// them can be neither awaited nor interrupted.
pub fn lines() -> Receiver<io::Result<Line>> {
    let (sender, receiver) = channel(1);
    tokio::task::spawn_blocking(move || {
        let mut input = io::stdin().lock();
        while let Some(line) = next(&mut input).transpose() {
            let is_last = line.is_err();
            if sender.blocking_send(line).is_err() || is_last {
                break;
            }
        }
    });
    receiver
}

/// The next line; `None` at the end of `input`.
fn next(input: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut text = Vec::new();
    let most_with_end = MOST_BYTES as u64 + 1;
    if input.take(most_with_end).read_until(b'\n', &mut text)? == 0 {
        return Ok(None);
    }
    if text.last() == Some(&b'\n') {
        text.pop();
    } else if text.len() > MOST_BYTES {
        input.skip_until(b'\n')?;
        return Ok(Some(Line::TooLong));
    }
    Ok(Some(Line::Text(text)))
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};

    use super::{Line, MOST_BYTES, next};

    fn all(input: &[u8], buffer: usize) -> Vec<Line> {
        let mut input = BufReader::with_capacity(buffer, input);
        std::iter::from_fn(|| next(&mut input).unwrap()).collect()
    }

    #[test]
    fn a_line_beyond_the_limit_is_passed_over_and_the_next_is_read() {
        let longest = vec![b'a'; MOST_BYTES];
        let too_long = vec![b'b'; MOST_BYTES + 1];
        let input = [&longest[..], &too_long, b"c", &too_long, &longest].join(&b'\n');
        let text = |text: &[u8]| Line::Text(text.to_vec());
        let expected = [text(&longest), Line::TooLong, text(b"c"), Line::TooLong, text(&longest)];
        assert!(all(&input, 8192) == expected);
    }

    #[test]
    fn a_long_line_without_an_end_is_too_long_once() {
        assert_eq!(all(&vec![b'a'; 3 * MOST_BYTES], 8192), [Line::TooLong]);
    }

    proptest! {
        #[test]
        fn however_it_comes_every_line_is_read_whole(input in vec(any::<u8>(), 0..200), buffer in 1..50_usize) {
            let mut expected: Vec<Line> =
                input.split(|byte| *byte == b'\n').map(|line| Line::Text(line.to_vec())).collect();
            if input.is_empty() || input.ends_with(b"\n") {
                expected.pop();
            }
            assert_eq!(all(&input, buffer), expected);
        }
    }
}
