//! The history that a customer brings along from where it was kept before.

use jiff::Timestamp;

use super::draft::Given;
use super::violation::{Code, Violation};
use super::whole_milliseconds;

/// The dates of a request, unchecked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenHistory {
    /// `created-at`
    pub created_at: Given,
    /// `deleted-at`
    pub deleted_at: Given,
}

/// When a customer was created, and when it was deleted again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History {
    /// Whole milliseconds.
    pub created_at: Timestamp,
    /// Whole milliseconds, not before `created_at`; `None` where the customer is still there.
    pub deleted_at: Option<Timestamp>,
}

impl GivenHistory {
    /// Checks both dates, of which neither may lie behind `now`. A customer without `created-at`
    /// is created now.
    ///
    /// # Errors
    /// Every violation.
    pub fn check(&self, now: Timestamp) -> Result<History, Vec<Violation>> {
        let created_at = past("created-at", &self.created_at, now);
        let deleted_at = past("deleted-at", &self.deleted_at, now);
        match (created_at, deleted_at) {
            (Ok(created_at), Ok(deleted_at)) => in_order(created_at.unwrap_or(now), deleted_at),
            (created_at, deleted_at) => {
                Err([created_at.err(), deleted_at.err()].into_iter().flatten().collect())
            }
        }
    }
}

fn in_order(
    created_at: Timestamp,
    deleted_at: Option<Timestamp>,
) -> Result<History, Vec<Violation>> {
    if deleted_at.is_some_and(|deleted_at| deleted_at < created_at) {
        return Err(vec![invalid("deleted-at", "deleted-at lies before created-at")]);
    }
    Ok(History { created_at, deleted_at })
}

/// The time that `given` says (RFC 3339); null and an empty text say none.
fn past(
    field: &'static str,
    given: &Given,
    now: Timestamp,
) -> Result<Option<Timestamp>, Violation> {
    let text = match given {
        Given::Missing | Given::NotAString("null") => return Ok(None),
        Given::Text(text) if text.is_empty() => return Ok(None),
        Given::Text(text) => text,
        Given::NotAString(kind) => {
            let message = format!("{field} must be a string, not {kind}");
            return Err(Violation::new(field, Code::NotAString, message));
        }
    };
    let Ok(time) = text.trim().parse::<Timestamp>() else {
        let message = format!("{field} is a time such as 2026-11-23T18:22:15Z (RFC 3339)");
        return Err(invalid(field, message));
    };
    // ULIDs, which customers are ordered by, begin in 1970 (the ULID specification).
    if time < Timestamp::UNIX_EPOCH {
        return Err(invalid(field, format!("{field} must not lie before 1970")));
    }
    if time > now {
        return Err(invalid(field, format!("{field} must not lie in the future")));
    }
    Ok(Some(whole_milliseconds(time)))
}

fn invalid(field: &'static str, message: impl Into<String>) -> Violation {
    Violation::new(field, Code::InvalidTime, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(created: &str, deleted: &str) -> Result<History, Vec<Violation>> {
        let given = |text: &str| Given::Text(text.to_owned());
        let history = GivenHistory { created_at: given(created), deleted_at: given(deleted) };
        history.check("2026-11-23T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn dates_in_order_and_in_the_past_are_a_history() {
        let history = check("2020-01-02T03:04:05+02:00", "2021-01-01T00:00:00.1234Z").unwrap();
        assert_eq!(history.created_at.to_string(), "2020-01-02T01:04:05Z");
        assert_eq!(history.deleted_at.unwrap().to_string(), "2021-01-01T00:00:00.123Z");
        assert_eq!(check("", "").unwrap().deleted_at, None);
        assert_eq!(check("", "").unwrap().created_at.to_string(), "2026-11-23T12:00:00Z");
    }

    #[test]
    fn impossible_dates_are_refused_together() {
        let fields = |created, deleted| {
            let faults = check(created, deleted).unwrap_err();
            faults.iter().map(|fault| fault.field.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(fields("2027-01-01T00:00:00Z", "yesterday"), ["created-at", "deleted-at"]);
        assert_eq!(fields("2020-01-02T00:00:00Z", "2020-01-01T00:00:00Z"), ["deleted-at"]);
        assert_eq!(fields("1969-12-31T23:59:59Z", ""), ["created-at"]);
        assert_eq!(fields("2020-01-01", ""), ["created-at"]);
    }
}
