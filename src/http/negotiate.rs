//! Which form an answer may have (Accept) and which form a body has (Content-Type).

use hyper::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};

use super::problem::{Kind, Problem};

/// The media type of customers.
pub const JSON: &str = "application/json";

/// Makes sure that the client takes JSON (RFC 9110, section 12.5.1).
///
/// # Errors
/// 406 where its Accept headers rule JSON out.
pub fn accept_json(headers: &HeaderMap) -> Result<(), Problem> {
    let mut ranges = headers.get_all(ACCEPT).iter().peekable();
    if ranges.peek().is_none() || quality_of_json(ranges) > 0.0 {
        return Ok(());
    }
    Err(Problem::new(Kind::NotAcceptable, format!("the answer can be sent as {JSON} only")))
}

/// The quality that the most specific matching range gives to JSON; 0 where none matches.
fn quality_of_json<'h>(values: impl Iterator<Item = &'h HeaderValue>) -> f32 {
    let best = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let specific = specificity(parts.next()?)?;
            let quality = parts.find_map(quality).unwrap_or(1.0);
            Some((specific, quality))
        })
        .max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    best.map_or(0.0, |(_, quality)| quality)
}

fn specificity(range: &str) -> Option<u8> {
    match range {
        "*/*" | "*" => Some(1),
        _ if range.eq_ignore_ascii_case(JSON) => Some(3),
        _ if range.eq_ignore_ascii_case("application/*") => Some(2),
        _ => None,
    }
}

fn quality(parameter: &str) -> Option<f32> {
    let value = parameter.strip_prefix("q=").or(parameter.strip_prefix("Q="))?;
    Some(value.trim().parse().unwrap_or(0.0))
}

/// Makes sure that a body is JSON. Without a Content-Type it is taken for JSON (RFC 9110,
/// section 8.3 allows to look at the data instead).
///
/// # Errors
/// 415 for another type, another charset, or an encoded body.
pub fn content_is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let refuse = |detail: &str| Err(Problem::new(Kind::UnsupportedMediaType, detail));
    if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return refuse("a body with Content-Encoding is not understood");
    }
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    match (types.next(), types.next()) {
        (None, _) => Ok(()),
        (Some(one), None) if is_json(one) => Ok(()),
        _ => refuse("send the body as JSON with 'Content-Type: application/json'"),
    }
}

fn is_json(value: &HeaderValue) -> bool {
    let Ok(text) = value.to_str() else {
        return false;
    };
    let mut parts = text.split(';').map(str::trim);
    let media = parts.next().is_some_and(|media| media.eq_ignore_ascii_case(JSON));
    media && parts.all(|parameter| !is_other_charset(parameter))
}

/// JSON is UTF-8 (RFC 8259, section 8.1), whatever a charset says; one that says otherwise is a
/// body that would be misread.
fn is_other_charset(parameter: &str) -> bool {
    match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: hyper::header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn accept_is_read_as_in_rfc_9110() {
        for (accept, expected) in [
            ("*/*", true),
            ("application/json", true),
            ("Application/JSON;q=0.5, text/html", true),
            ("text/html, */*;q=0.1", true),
            ("application/*", true),
            ("text/html", false),
            ("application/json;q=0", false),
            ("application/json;q=0, */*", false),
            ("application/xml", false),
        ] {
            let accepted = accept_json(&headers(ACCEPT, accept)).is_ok();
            assert_eq!(accepted, expected, "{accept}");
        }
        assert!(accept_json(&HeaderMap::new()).is_ok());
    }

    #[test]
    fn only_json_in_utf_8_is_read() {
        for (media, expected) in [
            ("application/json", true),
            ("Application/Json; charset=UTF-8", true),
            ("application/json;charset=\"utf-8\"", true),
            ("application/json; charset=latin1", false),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("", false),
        ] {
            let read = content_is_json(&headers(CONTENT_TYPE, media)).is_ok();
            assert_eq!(read, expected, "{media}");
        }
    }
}
