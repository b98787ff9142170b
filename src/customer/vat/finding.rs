//! What a country's rule can find wrong with a number, and the small comparisons every rule ends
//! with. Kept apart from the messages so that a right number costs no allocation.

/// What is wrong with a number, or why nothing can be said of it.
#[derive(Debug)]
pub(super) enum Finding {
    /// The form is right, but its check digit has no published rule.
    Unchecked,
    /// Length or kind of characters are not the country's.
    Form,
    /// The form is right, but a part has a value that is never issued; the text goes on after the
    /// number, as in "starts with 0".
    Part(&'static str),
    /// The structure is right, the check digits are not.
    Check(WrongCheck),
}

/// Wrong check digits.
#[derive(Debug)]
pub(super) enum WrongCheck {
    /// One or a few values would be right.
    ShouldBe {
        /// "check digit", "check digits" or "check letter".
        part: &'static str,
        /// The right value or values.
        right: String,
        /// The value found.
        found: String,
    },
    /// The digits before have no check digit at all.
    NeverIssued,
    /// No single right value can be named; the text says why.
    Unclear(String),
}

/// The outcome of a country's rule.
pub(super) type Outcome = Result<(), Finding>;

/// The values of exactly `N` ASCII digits.
pub(super) fn digits<const N: usize>(text: &[u8]) -> Result<[u8; N], Finding> {
    let text: [u8; N] = text.try_into().map_err(|_| Finding::Form)?;
    if text.iter().all(u8::is_ascii_digit) {
        Ok(text.map(|byte| byte - b'0'))
    } else {
        Err(Finding::Form)
    }
}

/// `Ok` if the condition holds, otherwise the finding that a part is never issued.
pub(super) fn require(condition: bool, why_not: &'static str) -> Outcome {
    if condition { Ok(()) } else { Err(Finding::Part(why_not)) }
}

/// Compares a check digit; a right value above 9 means that there is none.
pub(super) fn check_digit(right: u32, found: u8) -> Outcome {
    match right {
        10.. => Err(Finding::Check(WrongCheck::NeverIssued)),
        _ if right == u32::from(found) => Ok(()),
        _ => should_be("check digit", right.to_string(), found.to_string()),
    }
}

/// Compares two check digits.
pub(super) fn check_digits(right: u32, found: [u8; 2]) -> Outcome {
    let [tens, ones] = found;
    if right == two_digits(found) {
        return Ok(());
    }
    should_be("check digits", format!("{right:02}"), format!("{tens}{ones}"))
}

/// Compares a check letter; both are ASCII characters.
pub(super) fn check_letter(right: u8, found: u8) -> Outcome {
    if right == found {
        return Ok(());
    }
    should_be("check letter", char::from(right).to_string(), char::from(found).to_string())
}

/// The finding that one of some values should stand where another does.
pub(super) fn should_be(part: &'static str, right: String, found: String) -> Outcome {
    Err(Finding::Check(WrongCheck::ShouldBe { part, right, found }))
}

/// The finding that no single right value can be named.
pub(super) fn unclear(why: String) -> Outcome {
    Err(Finding::Check(WrongCheck::Unclear(why)))
}

/// The value of two digits.
pub(super) fn two_digits([tens, ones]: [u8; 2]) -> u32 {
    u32::from(tens) * 10 + u32::from(ones)
}
