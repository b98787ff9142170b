//! Query strings: names are case-sensitive, each may stand there once, unknown ones are faults.

use percent_encoding::percent_decode_str;

use super::problem::{Kind, Problem};
use crate::customer::{Code, Violation};

/// A query string's parameters, decoded.
#[derive(Debug)]
pub struct Query {
    parameters: Vec<(String, String)>,
}

impl Query {
    /// Reads `query`, in which only the parameters `known` may stand, each once.
    ///
    /// # Errors
    /// 400 that names each parameter that may not.
    pub fn parse(query: Option<&str>, known: &[&'static str]) -> Result<Query, Problem> {
        let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let (mut parameters, mut faults): (Vec<(String, String)>, Vec<Violation>) =
            Default::default();
        for pair in pairs {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name), decode(value));
            if !known.contains(&name.as_str()) {
                faults.push(unknown(name, known));
            } else if parameters.iter().any(|(other, _)| *other == name) {
                let message = format!("{name} is given more than once");
                faults.push(Violation::new(name, Code::InvalidQueryParameter, message));
            } else {
                parameters.push((name, value));
            }
        }
        if faults.is_empty() {
            Ok(Query { parameters })
        } else {
            Err(Problem::of_fields(Kind::InvalidQueryParameter, faults))
        }
    }

    /// Whether the parameter `name` is `true`; it is `false` where it is not given.
    ///
    /// # Errors
    /// 400 for any other value.
    pub fn flag(&self, name: &'static str) -> Result<bool, Problem> {
        let given = self.parameters.iter().find(|(other, _)| other == name);
        match given.map(|(_, value)| value.as_str()) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => {
                let message = format!("{name} is true or false");
                let violation = Violation::new(name, Code::InvalidQueryParameter, message);
                Err(Problem::of_fields(Kind::InvalidQueryParameter, vec![violation]))
            }
        }
    }
}

fn unknown(name: String, known: &[&'static str]) -> Violation {
    let message = match known {
        [] => "there are no query parameters here".to_owned(),
        known => format!("unknown query parameter; there is {}", known.join(", ")),
    };
    Violation::new(name, Code::InvalidQueryParameter, message)
}

/// The text behind percent-encoding, in which `+` is a space as forms send it. What is no UTF-8
/// gets replacement characters and so equals no name or value we know.
fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn unknown_and_repeated_parameters_are_refused_together() {
        let problem = Query::parse(Some("a=1&b=2&a=3&B=4"), &["a", "b"]).unwrap_err();
        let fields: Vec<&str> = problem.violations.iter().map(|fault| &*fault.field).collect();
        assert_eq!(fields, ["a", "B"]);
    }

    #[test]
    fn flags_are_true_or_false() {
        let flag = |query| Query::parse(Some(query), &["f"]).unwrap().flag("f");
        assert!(flag("f=true").unwrap());
        assert!(!flag("f=false").unwrap());
        assert!(!flag("").unwrap());
        assert!(flag("f=").is_err());
        assert!(flag("f=True").is_err());
        assert!(Query::parse(Some("%66=tru%65"), &["f"]).unwrap().flag("f").unwrap());
    }
}
