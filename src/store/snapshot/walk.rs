//! Every row that stands in a snapshot, in order, as all were at one moment, while writes go on.

use std::io;

use super::format::TREES;
use super::images::Walk;
use crate::store::trees::{Bytes, Tree, Trees};
use crate::store::{StoreError, key};

/// Rows that are read at once: a millisecond's work, about.
const PAGE: usize = 256;

/// Trees at the moment after change `last`, when `walk` was begun.
pub struct Moment<'t> {
    /// Gives the trees as they go on. Asked for each page, so that whoever takes them away, to close
    /// or to mend them, waits for one page only; and not held while it is asked, so that it may rest.
    pub trees: &'t dyn Fn() -> Result<Trees, StoreError>,
    /// What was changed in them since.
    pub walk: Walk,
    /// The number of the last change before.
    pub last: u64,
}

impl Moment<'_> {
    /// Calls `each` with every row that stands in a snapshot.
    ///
    /// # Errors
    /// The trees cannot be read, more is changed meanwhile than a walk keeps, or what `each` says.
    pub fn for_each_row(
        mut self,
        mut each: impl FnMut(Tree, &[u8], &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        for (tree, _) in TREES {
            let mut after: Option<Vec<u8>> = None;
            loop {
                let page = self.page(tree, after.as_deref()).map_err(unreadable)?;
                let (has_more, last) =
                    (page.len() == PAGE, page.last().map(|(key, _)| key.to_vec()));
                for (key, value) in self.walk.restore(tree, page, has_more)? {
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

    fn page(&self, tree: Tree, after: Option<&[u8]>) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
        (self.trees)()?.scan(tree, b"", after, PAGE)
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
