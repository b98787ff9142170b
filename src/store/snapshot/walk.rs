//! Every row that stands in a snapshot, in order, as all were at one moment, while writes go on.

use std::io;

use super::format::TREES;
use super::images::Images;
use crate::store::trees::{Tree, Trees};
use crate::store::{StoreError, key};

/// Rows that are read at once.
const PAGE: usize = 512;

/// Trees at the moment after change `last`, when `images` began to keep what rows were like.
pub struct Moment<'t> {
    /// The trees as they go on.
    pub trees: &'t Trees,
    /// What was changed in them since.
    pub images: &'t Images,
    /// The number of the last change before.
    pub last: u64,
}

impl Moment<'_> {
    /// Calls `each` with every row that stands in a snapshot.
    ///
    /// # Errors
    /// The trees cannot be read, or what `each` says.
    pub fn for_each_row(
        &self,
        mut each: impl FnMut(Tree, &[u8], &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        for (tree, _) in TREES {
            let mut after: Option<Vec<u8>> = None;
            loop {
                let page = self.trees.scan(tree, b"", after.as_deref(), PAGE).map_err(unreadable)?;
                let (has_more, last) =
                    (page.len() == PAGE, page.last().map(|(key, _)| key.to_vec()));
                for (key, value) in self.images.restore(tree, after.as_deref(), page, has_more) {
                    if self.is_of_then(tree, &key)? {
                        each(tree, &key, &value)?;
                    }
                }
                match last {
                    Some(last) if has_more => after = Some(last),
                    _ => break,
                }
            }
        }
        Ok(())
    }

    /// Events are only ever added, so those of then are known by their numbers.
    fn is_of_then(&self, tree: Tree, key: &[u8]) -> io::Result<bool> {
        match tree {
            Tree::Event => Ok(key::event_number(key).map_err(unreadable)? <= self.last),
            _ => Ok(true),
        }
    }
}

fn unreadable(error: StoreError) -> io::Error {
    io::Error::other(error.to_string())
}
