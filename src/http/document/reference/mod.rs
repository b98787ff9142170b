//! The API reference: a page on which the OpenAPI document can be read and its operations tried.
//! It is Swagger UI with a page of our own around it; all of it is in the binary.

use std::io::Read;
use std::sync::{Arc, LazyLock};

use flate2::read::GzDecoder;
use hyper::body::Bytes;

use super::file::{File, Media};
use super::policy;

const HTML: &[Media] = &[("text/html", "text/html; charset=utf-8")];
const SCRIPT: &[Media] = &[("text/javascript", "text/javascript; charset=utf-8")];
const STYLE: &[Media] = &[("text/css", "text/css; charset=utf-8")];
const PICTURE: &[Media] = &[("image/svg+xml", "image/svg+xml")];

static PAGE: LazyLock<File> =
    LazyLock::new(|| File::new(HTML, policy::SCRIPTED, include_str!("page.html")));

/// The files that the pages name, `plain.css` and `icon.svg` for the pages outside of the
/// reference, too. Of Swagger UI's own there are only these two.
static ASSETS: LazyLock<Vec<(&str, File)>> = LazyLock::new(|| {
    let ours = [
        ("page.js", SCRIPT, include_str!("page.js")),
        ("page.css", STYLE, include_str!("page.css")),
        ("plain.css", STYLE, include_str!("plain.css")),
        ("icon.svg", PICTURE, include_str!("icon.svg")),
    ];
    let ours = ours.map(|(name, media, text)| (name, File::new(media, policy::SCRIPTED, text)));
    let theirs = [("swagger-ui-bundle.js", SCRIPT), ("swagger-ui.css", STYLE)];
    // A test finds every file that the pages name, so none of them is missing.
    let theirs =
        theirs.into_iter().filter_map(|(name, media)| Some((name, vendored(name, media)?)));
    ours.into_iter().chain(theirs).collect()
});

/// The page.
pub fn page() -> &'static File {
    &PAGE
}

/// The file called `name`, if there is one.
pub fn asset(name: &str) -> Option<&'static File> {
    ASSETS.iter().find(|(known, _)| *known == name).map(|(_, file)| file)
}

/// A file of Swagger UI, which is in the binary as gzip.
fn vendored(name: &str, media: &'static [Media]) -> Option<File> {
    let found = utoipa_swagger_ui::serve(name, Arc::default()).ok()??;
    let packed = Bytes::from(found.bytes.into_owned());
    let mut plain = Vec::new();
    GzDecoder::new(&*packed).read_to_end(&mut plain).ok()?;
    Some(File::new(media, policy::SCRIPTED, plain).with_gzip(packed))
}
