//! The admin token of a data directory: made on the first start, kept in `DATA_DIR/admin-token`,
//! where the other commands find it.
//!
//! The store has a new token before the file does. Cut off in between, the next start finds a
//! token that nobody has seen in the store and makes another in its place. So a token that is in
//! the file and not in the store was revoked, unless the store has never held anything.

use std::io::{self, Write};
use std::path::Path;

use crate::operation::{Registry, token};
use crate::store::StoreError;

/// The registry with its admin token, and that token where it was made just now.
///
/// # Errors
/// One sentence that says what is in the way.
pub async fn provide(
    registry: Registry,
    data_dir: &Path,
    chosen: Option<String>,
) -> Result<(Registry, Option<String>), String> {
    if let Some(chosen) = chosen {
        return Ok((registry.with_admin_token(&chosen), None));
    }
    let path = data_dir.join("admin-token");
    let fault = |error: io::Error| format!("cannot use {}: {error}", path.display());
    let kept = kept(&path, &registry)?;
    let is_new = kept.is_none();
    let token = match kept {
        Some(kept) => kept,
        None => token::generate().map_err(|error| format!("no random bytes: {error}"))?,
    };
    registry.keep_admin_token(&token).await.map_err(|error| error.to_string())?;
    if is_new {
        write_private(&path, &token).map_err(fault)?;
    }
    Ok((registry, is_new.then_some(token)))
}

/// The token in the file, if there is one that is to be believed.
fn kept(path: &Path, registry: &Registry) -> Result<Option<String>, String> {
    let token = match std::fs::read(path) {
        Ok(kept) => String::from_utf8_lossy(&kept).trim().to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot use {}: {error}", path.display())),
    };
    let unread = |error: StoreError| error.to_string();
    match token::check_chosen(&token) {
        Ok(()) if registry.believes_admin_token(&token).map_err(unread)? => return Ok(Some(token)),
        // Nobody but an admin can have put it there before the first start.
        Err(error) if !registry.store().was_ever_used().map_err(unread)? => {
            return Err(format!("{}: {error}; delete the file to get a new one", path.display()));
        }
        _ => {}
    }
    tracing::warn!(
        file = %path.display(),
        "the token in the file is no good admin token here, it may be revoked or damaged: a new one \
         is made"
    );
    Ok(None)
}

/// Writes a secret that only the owner of the process can read, whole or not at all.
fn write_private(path: &Path, secret: &str) -> io::Result<()> {
    let aside = path.with_extension("new");
    match std::fs::remove_file(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&aside)?;
    writeln!(file, "{secret}")?;
    file.sync_all()?;
    std::fs::rename(&aside, path)?;
    std::fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}
