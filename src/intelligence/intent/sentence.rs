//! A text as everything that judges it sees it.

use super::lexicon::{Classes, lexicon};
use super::sight::{Sight, sights};
use super::token::{Token, tokens};

/// A text with its parts and what is seen of them.
#[derive(Debug)]
pub struct Sentence<'t> {
    /// The text.
    pub text: &'t str,
    /// Its parts.
    pub tokens: Vec<Token>,
    /// What each part means.
    pub classes: Vec<Classes>,
    /// What is seen of each part.
    pub sights: Vec<Sight>,
}

impl Sentence<'_> {
    /// Reads a text.
    pub fn of(text: &str) -> Sentence<'_> {
        let tokens = tokens(text);
        let classes = lexicon().classes(&tokens);
        let sights = sights(text, &tokens, &classes);
        Sentence { text, tokens, classes, sights }
    }
}
