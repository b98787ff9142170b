//! Query strings: names are case-sensitive, each may stand there once, unknown ones are faults.

use percent_encoding::percent_decode_str;

use super::problem::{Kind, Problem};
use crate::customer::{Code, Violation};

/// A query string's parameters, decoded, and what is wrong with them so far.
#[derive(Debug, Default)]
pub struct Query {
    parameters: Vec<(String, String)>,
    faults: Vec<Violation>,
}

impl Query {
    /// Reads `query`, in which only the parameters `known` may stand, each once.
    ///
    /// # Errors
    /// 400 that names each parameter that may not.
    pub fn parse(query: Option<&str>, known: &[&'static str]) -> Result<Query, Problem> {
        let mut query = Query::read(query, known);
        query.check()?;
        Ok(query)
    }

    /// The same, whatever stands there: [`Query::check`] tells these faults with those of values.
    pub fn read(query: Option<&str>, known: &[&'static str]) -> Query {
        let mut read = Query { parameters: Vec::new(), faults: Vec::new() };
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name), decode(value));
            if !known.contains(&name.as_str()) {
                read.faults.push(unknown(name, known));
            } else if read.text(&name).is_some() {
                let message = format!("{name} is given more than once");
                read.faults.push(Violation::new(name, Code::InvalidQueryParameter, message));
            } else {
                read.parameters.push((name, value));
            }
        }
        read
    }

    /// Adds a parameter that came by another way than a query string: a known one, and once.
    pub fn add(&mut self, name: &str, value: String) {
        self.parameters.push((name.to_owned(), value));
    }

    /// What is wrong so far.
    pub fn into_faults(self) -> Vec<Violation> {
        self.faults
    }

    /// The parameter `name` as `read` understands it; `None` where it is not given, or is a fault
    /// that [`Query::check`] tells with all others.
    pub fn value<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, Violation>,
    ) -> Option<T> {
        match read(self.text(name)?) {
            Ok(value) => Some(value),
            Err(fault) => {
                let code = Code::InvalidQueryParameter;
                self.faults.push(Violation { field: name.into(), code, ..fault });
                None
            }
        }
    }

    /// Makes sure that nothing is wrong so far.
    ///
    /// # Errors
    /// 400 with every fault.
    pub fn check(&mut self) -> Result<(), Problem> {
        if self.faults.is_empty() {
            return Ok(());
        }
        let faults = std::mem::take(&mut self.faults);
        Err(Problem::of_fields(Kind::InvalidQueryParameter, faults))
    }

    /// Whether the parameter `name` is `true`; it is `false` where it is not given.
    ///
    /// # Errors
    /// 400 for any other value.
    pub fn flag(&self, name: &'static str) -> Result<bool, Problem> {
        let flag = self.text(name).map_or(Ok(false), |text| parse_flag(name, text));
        flag.map_err(|fault| Problem::of_fields(Kind::InvalidQueryParameter, vec![fault]))
    }

    /// The text of the parameter `name`, if it is given.
    pub fn text(&self, name: &str) -> Option<&str> {
        let given = self.parameters.iter().find(|(other, _)| other == name);
        given.map(|(_, value)| value.as_str())
    }
}

/// Whether the text of the parameter `name` is `true`.
///
/// # Errors
/// It is neither that nor `false`.
pub fn parse_flag(name: &'static str, text: &str) -> Result<bool, Violation> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => {
            let message = format!("{name} is true or false");
            Err(Violation::new(name, Code::InvalidQueryParameter, message))
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
    use crate::customer::{Code, Violation};

    #[test]
    fn unknown_and_repeated_parameters_are_refused_together() {
        let problem = Query::parse(Some("a=1&b=2&a=3&B=4"), &["a", "b"]).unwrap_err();
        let fields: Vec<&str> = problem.violations.iter().map(|fault| &*fault.field).collect();
        assert_eq!(fields, ["a", "B"]);
    }

    #[test]
    fn faults_of_names_and_of_values_are_told_together() {
        let mut query = Query::read(Some("a=1&b=2&c=3"), &["a", "b"]);
        let fault = |_: &str| Err(Violation::new("", Code::Blank, "wrong"));
        assert_eq!(query.value("a", |text| Ok(text.to_owned())).as_deref(), Some("1"));
        assert_eq!(query.value::<String>("b", fault), None);
        let problem = query.check().unwrap_err();
        let told = |fault: &Violation| (fault.field.to_string(), fault.code);
        let faults: Vec<(String, Code)> = problem.violations.iter().map(told).collect();
        let code = Code::InvalidQueryParameter;
        assert_eq!(faults, [("c".to_owned(), code), ("b".to_owned(), code)]);
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
