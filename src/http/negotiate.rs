//! Which form an answer may have (Accept) and which form a body has (Content-Type).

use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue,
};

use super::problem::{Kind, Problem};

/// The media type of customers.
pub const JSON: &str = "application/json";
/// Of customers in lines of JSON.
pub const NDJSON: &str = "application/x-ndjson";
/// Of customers in a table.
pub const CSV: &str = "text/csv";

/// The media type of backups.
pub const OCTET_STREAM: &str = "application/octet-stream";

/// The media type of change feeds.
pub const EVENT_STREAM: &str = "text/event-stream";

/// Makes sure that the client takes JSON.
///
/// # Errors
/// 406 where its Accept headers rule JSON out.
pub fn accept_json(headers: &HeaderMap) -> Result<(), Problem> {
    accept(headers, &[(JSON, ())])
}

/// Which of the forms in `offered`, each after its media type, the client likes best (RFC 9110,
/// section 12.5.1). Of those it likes alike the first is taken.
///
/// # Errors
/// 406 where its Accept headers rule all of them out.
pub fn accept<F: Copy>(headers: &HeaderMap, offered: &[(&str, F)]) -> Result<F, Problem> {
    let mut best = None;
    for &(media, form) in offered {
        let quality = quality_of(media, headers);
        if quality > best.map_or(0.0, |(best, _)| best) {
            best = Some((quality, form));
        }
    }
    let names = || offered.iter().map(|(media, _)| *media).collect::<Vec<_>>().join(", ");
    best.map(|(_, form)| form).ok_or_else(|| {
        Problem::new(Kind::NotAcceptable, format!("the answer can be sent as {} only", names()))
    })
}

/// The quality that the most specific matching range gives to `media`; 0 where none matches. A
/// client that says nothing takes everything.
fn quality_of(media: &str, headers: &HeaderMap) -> f32 {
    if !headers.contains_key(ACCEPT) {
        return 1.0;
    }
    let best = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let specific = specificity(parts.next()?, media)?;
            // Other parameters would make the range another type, but in practice say no more
            // than `charset=utf-8`.
            let quality = parts.find_map(quality).unwrap_or(1.0);
            Some((specific, quality))
        })
        .max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    best.map_or(0.0, |(_, quality)| quality)
}

fn specificity(range: &str, media: &str) -> Option<u8> {
    let (family, _) = media.split_once('/')?;
    match range.split_once('/') {
        _ if range.eq_ignore_ascii_case(media) => Some(3),
        Some((of, "*")) if of.eq_ignore_ascii_case(family) => Some(2),
        Some(("*", "*")) => Some(1),
        None if range == "*" => Some(1),
        _ => None,
    }
}

/// The weight in a parameter, 0 to 1; one that is no number is no wish for this form.
fn quality(parameter: &str) -> Option<f32> {
    let value = parameter.strip_prefix("q=").or(parameter.strip_prefix("Q="))?;
    let weight = value.trim().parse::<f32>().ok().filter(|weight| weight.is_finite());
    Some(weight.unwrap_or(0.0).clamp(0.0, 1.0))
}

/// Whether the client likes a body packed with gzip at least as much as one that is not (RFC 9110,
/// section 12.5.3). One that says nothing may not know how to unpack it.
pub fn likes_gzip(headers: &HeaderMap) -> bool {
    let weights: Vec<(&str, f32)> = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            Some((parts.next()?, parts.find_map(quality).unwrap_or(1.0)))
        })
        .collect();
    let weight = |name: &str| weights.iter().find(|(coding, _)| coding.eq_ignore_ascii_case(name));
    let weight_or_any = |name| weight(name).or_else(|| weight("*")).map_or(0.0, |(_, of)| *of);
    let gzip = weight_or_any("gzip");
    gzip > 0.0 && gzip >= weight_or_any("identity")
}

/// How customers of a bulk request are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkForm {
    /// One JSON object a line.
    Ndjson,
    /// A header line, then one customer a record.
    Csv,
}

/// What a creation is sent as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreationForm {
    /// One customer as JSON.
    One,
    /// Many customers.
    Many(BulkForm),
}

const MERGE_PATCH: &str = "application/merge-patch+json";

/// What the body of a creation is. Without a Content-Type it is taken for one customer (RFC 9110,
/// section 8.3 allows to look at the data instead).
///
/// # Errors
/// 415 for another type, another charset, or an encoded body.
pub fn creation_form(headers: &HeaderMap) -> Result<CreationForm, Problem> {
    match content_type(headers, &[JSON, NDJSON, CSV])? {
        NDJSON => Ok(CreationForm::Many(BulkForm::Ndjson)),
        CSV => Ok(CreationForm::Many(BulkForm::Csv)),
        _ => Ok(CreationForm::One),
    }
}

/// Makes sure that a body is JSON, or without a Content-Type.
///
/// # Errors
/// As [`creation_form`].
pub fn content_is_json(headers: &HeaderMap) -> Result<(), Problem> {
    content_type(headers, &[JSON]).map(drop)
}

/// Makes sure that a body is a JSON Merge Patch (RFC 7396), also where it is only called JSON.
///
/// # Errors
/// As [`creation_form`].
pub fn content_is_merge_patch(headers: &HeaderMap) -> Result<(), Problem> {
    content_type(headers, &[MERGE_PATCH, JSON]).map(drop)
}

/// Which of the types `known` the body has; the first where it does not say.
fn content_type(headers: &HeaderMap, known: &[&'static str]) -> Result<&'static str, Problem> {
    let refuse = |detail: &str| Err(Problem::new(Kind::UnsupportedMediaType, detail));
    if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return refuse("a body with Content-Encoding is not understood");
    }
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let found = match (types.next(), types.next()) {
        (None, _) => known.first(),
        (Some(one), None) => known.iter().find(|media| is_in_utf_8(one, media)),
        _ => None,
    };
    match found {
        Some(media) => Ok(media),
        None => refuse(&format!("send the body as {} in UTF-8", known.join(" or "))),
    }
}

fn is_in_utf_8(value: &HeaderValue, expected: &str) -> bool {
    let Ok(text) = value.to_str() else {
        return false;
    };
    let mut parts = text.split(';').map(str::trim);
    let media = parts.next().is_some_and(|media| media.eq_ignore_ascii_case(expected));
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
    fn the_form_that_the_client_likes_best_is_taken_and_of_equals_the_first() {
        let offered = [("application/json", 'j'), ("application/x-ndjson", 'n'), ("text/csv", 'c')];
        for (wanted, expected) in [
            ("text/csv", Some('c')),
            ("TEXT/*", Some('c')),
            ("text/csv;header=present", Some('c')),
            ("text/csv, application/json", Some('j')),
            ("text/csv, application/x-ndjson", Some('n')),
            ("text/csv;q=0.9, application/json;q=0.8", Some('c')),
            ("application/*;q=0.5, application/json;q=0.1", Some('n')),
            ("*/*, application/json;q=0.9", Some('n')),
            ("application/json;q=0, application/x-ndjson;q=0.000, */*;q=0.001", Some('c')),
            ("*/*;q=0.1, text/csv;q=0.2", Some('c')),
            ("text/csv;q=5, application/json", Some('j')),
            ("text/csv;q=inf, application/json;q=0.1", Some('j')),
            ("text/csv;q=much", None),
            ("*/json", None),
            ("text/plain", None),
            ("", None),
        ] {
            let taken = accept(&headers(ACCEPT, wanted), &offered);
            assert_eq!(taken.ok(), expected, "{wanted}");
        }
        assert_eq!(accept(&HeaderMap::new(), &offered).ok(), Some('j'));
    }

    #[test]
    fn gzip_is_for_those_who_like_it_as_much_as_nothing() {
        for (accepted, expected) in [
            ("gzip", true),
            ("GZIP;q=0.1", true),
            ("gzip, deflate, br", true),
            ("br;q=1.0, gzip;q=0.8, *;q=0.1", true),
            ("*", true),
            ("identity;q=0.5, gzip", true),
            ("gzip;q=0", false),
            ("gzip;q=0, *", false),
            ("*;q=0", false),
            ("identity, gzip;q=0.5", false),
            ("gzip;q=0.5, *", false),
            ("br", false),
            ("identity", false),
            ("gzipped", false),
            ("", false),
        ] {
            let likes = likes_gzip(&headers(ACCEPT_ENCODING, accepted));
            assert_eq!(likes, expected, "{accepted}");
        }
        assert!(!likes_gzip(&HeaderMap::new()));
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
