//! Files: what is the same for everybody for as long as the service runs. A client may keep one,
//! and asks by its entity tag whether it still is that; one that is large goes out packed to those
//! who unpack it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::body::Bytes;
use hyper::header::{CONTENT_ENCODING, HeaderMap, HeaderValue, VARY};
use hyper::http::request::Parts;
use sha2::{Digest, Sha256};

use super::policy;
use crate::http::answer::{self, Answer};
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::http::{negotiate, precondition};

/// A media type that a file can be sent as: how Accept names it, and Content-Type.
pub type Media = (&'static str, &'static str);

/// A file.
pub struct File {
    media: &'static [Media],
    policy: &'static str,
    plain: Form,
    packed: Option<Form>,
}

/// The bytes of a file, and their strong entity tag.
struct Form {
    bytes: Bytes,
    tag: HeaderValue,
}

impl Form {
    fn new(bytes: Bytes) -> Form {
        let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(&bytes)));
        // Quotes, letters, digits, `-` and `_` are allowed in a header.
        let tag = HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""));
        Form { bytes, tag }
    }
}

impl File {
    /// A file that can be sent as each of `media`, as the first where the client likes all alike.
    pub fn new(media: &'static [Media], policy: &'static str, bytes: impl Into<Bytes>) -> File {
        File { media, policy, plain: Form::new(bytes.into()), packed: None }
    }

    /// The same file, of which `packed` is the gzip form.
    pub fn with_gzip(self, packed: impl Into<Bytes>) -> File {
        File { packed: Some(Form::new(packed.into())), ..self }
    }

    /// The answer to a request for it.
    ///
    /// # Errors
    /// 406 where the client takes none of its media types, 400 for any query parameter.
    pub fn answer(&self, parts: &Parts) -> Result<Answer, Problem> {
        let content_type = negotiate::accept(&parts.headers, self.media)?;
        Query::parse(parts.uri.query(), &[])?;
        let packed = self.packed.as_ref().filter(|_| negotiate::likes_gzip(&parts.headers));
        let form = packed.unwrap_or(&self.plain);
        let mut answer = if precondition::is_known_to_client(&parts.headers, &form.tag) {
            answer::unchanged_file(&form.tag)
        } else {
            let mut answer = answer::file(content_type, &form.tag, form.bytes.clone());
            if packed.is_some() {
                answer.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            answer
        };
        self.add_vary(answer.headers_mut());
        policy::add(answer.headers_mut(), self.policy);
        Ok(answer)
    }

    /// Tells caches which headers of the request made a difference.
    fn add_vary(&self, headers: &mut HeaderMap) {
        if self.media.len() > 1 {
            headers.append(VARY, HeaderValue::from_static("Accept"));
        }
        if self.packed.is_some() {
            headers.append(VARY, HeaderValue::from_static("Accept-Encoding"));
        }
    }
}
