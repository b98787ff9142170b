//! What is dictated: addresses with "dot" and "at", "punto" and "chiocciola"; digits as words.

use super::lexicon::lexicon;
use super::token::{Kind, Token};
use crate::customer::email;

/// Most parts of one side of a dictated address: it bounds the work.
const MOST_PARTS: usize = 24;

/// The sign that a word stands for within an address.
fn sign(folded: &str) -> Option<&'static str> {
    Some(match folded {
        "dot" | "punto" | "punkt" | "point" => ".",
        "underscore" | "undescore" | "anderscor" | "_" => "_",
        "dash" | "hyphen" | "trattino" | "minus" | "-" => "-",
        "plus" => "+",
        _ => return None,
    })
}

/// The digit that a word says, if it says one.
pub fn digit(folded: &str) -> Option<&'static str> {
    Some(match folded {
        "zero" => "0",
        "one" | "uno" => "1",
        "two" | "due" => "2",
        "three" | "tre" => "3",
        "four" | "quattro" => "4",
        "five" | "cinque" => "5",
        "six" | "sei" => "6",
        "seven" | "sette" => "7",
        "eight" | "otto" => "8",
        "nine" | "nove" => "9",
        _ => return None,
    })
}

/// The parts of a text with its dictated addresses made one part each.
pub fn join(text: &str, tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        let behind = tokens.get(place + 1..).unwrap_or_default();
        match is_at(text, token).then(|| address(text, &joined, token, behind)).flatten() {
            Some((before, after, email)) => {
                let start = joined.len() - before;
                let from = joined.get(start).map_or(token.range.start, |first| first.range.start);
                let last = tokens.get(place + after).unwrap_or(token);
                let (range, folded) = (from..last.range.end, String::new());
                joined.truncate(start);
                joined.push(Token { range, folded, kind: Kind::Email(email) });
                place += after + 1;
            }
            None => {
                joined.push(token.clone());
                place += 1;
            }
        }
    }
    joined
}

/// Whether a part may stand for the `@`; one that stands before a domain does not.
fn is_at(text: &str, token: &Token) -> bool {
    let is_apart = || text.get(token.range.end..).is_some_and(|rest| rest.starts_with(' '));
    match token.folded.as_str() {
        "at" | "chiocciola" | "chiocciolina" | "chioccola" => true,
        "@" => is_apart(),
        _ => false,
    }
}

/// The address around an `@`: how many parts it takes before and behind it, and what it is.
fn address(
    text: &str,
    before: &[Token],
    at: &Token,
    behind: &[Token],
) -> Option<(usize, usize, String)> {
    let (before, opened) = strip(before.iter().rev(), "([{");
    let (behind, closed) = strip(behind.iter(), ")]}");
    let domain = side(text, behind.take(MOST_PARTS));
    if !domain.text.contains('.') {
        return None;
    }
    let mut local = side(text, before.take(MOST_PARTS));
    let is_english = at.folded == "at";
    if is_english && (local.parts == 1 && is_function_word(&local.text)) {
        return None;
    }
    if local.text.is_empty() {
        return None;
    }
    local.text = local.pieces.iter().rev().map(String::as_str).collect();
    let email = email::normalise(&format!("{}@{}", local.text, domain.text)).ok()?;
    Some((local.parts + opened, domain.parts + closed, email))
}

/// Words before "at" that name nobody's mailbox: "everyone at acme dot it".
fn is_function_word(text: &str) -> bool {
    let lexicon = lexicon();
    let classes = ["customer", "every", "function", "person", "question", "search"];
    classes.iter().any(|class| lexicon.is_in(text, lexicon.class(class)))
}

/// The parts without a bracket that comes first, and whether there was one.
fn strip<'t>(
    parts: impl Iterator<Item = &'t Token>,
    brackets: &str,
) -> (impl Iterator<Item = &'t Token>, usize) {
    let mut parts = parts.peekable();
    let is_bracket = |token: &Token| token.kind == Kind::Sign && brackets.contains(&*token.folded);
    let bracketed = parts.peek().is_some_and(|first| is_bracket(first));
    (parts.skip(usize::from(bracketed)), usize::from(bracketed))
}

/// One side of a dictated address.
#[derive(Default)]
struct Side {
    parts: usize,
    text: String,
    pieces: Vec<String>,
}

/// Pieces and signs in turn, from the `@` outwards; single letters may follow each other.
fn side<'t>(text: &str, tokens: impl Iterator<Item = &'t Token>) -> Side {
    let mut side = Side::default();
    let mut wants_piece = true;
    let mut last_is_letter = false;
    let mut pending = 0;
    for token in tokens {
        let said = sign(&token.folded);
        if let (Some(said), false) = (said, wants_piece) {
            side.pieces.push(said.to_owned());
            (wants_piece, pending) = (true, pending + 1);
            continue;
        }
        let is_letter = token.folded.len() == 1;
        let continues = wants_piece || (is_letter && last_is_letter);
        if !continues || !matches!(token.kind, Kind::Word | Kind::Number) || said.is_some() {
            break;
        }
        side.pieces.push(token.written(text).to_lowercase());
        side.parts += 1 + pending;
        (wants_piece, pending, last_is_letter) = (false, 0, is_letter);
    }
    if pending > 0 {
        side.pieces.pop();
    }
    side.text = side.pieces.concat();
    side
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let emails = tokens(text).into_iter().filter_map(|token| match token.kind {
            Kind::Email(email) => Some(email),
            _ => None,
        });
        emails.collect()
    }

    #[test]
    fn a_dictated_address_is_read() {
        for (text, email) in [
            ("scrivi mario punto rossi chiocciola libero punto it", "mario.rossi@libero.it"),
            ("anna underscore b at example dot org", "anna_b@example.org"),
            ("tomasz at wojcik dash meble dot pl", "tomasz@wojcik-meble.pl"),
            ("mail: palmira trattino olivieri chiocciola tin punto it.", "palmira-olivieri@tin.it"),
            ("mario.rossi (at) libero.it", "mario.rossi@libero.it"),
            ("bjorn hyphen h at nordlys dot co dot uk", "bjorn-h@nordlys.co.uk"),
            ("mario @ libero.it", "mario@libero.it"),
        ] {
            assert_eq!(found(text), [email], "{text}");
        }
    }

    #[test]
    fn a_domain_alone_is_none() {
        for text in ["everyone at acme dot it", "who is at the bar", "@ acme", "quelli di acme.it"]
        {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
