//! What rows were like at the moment when a walk was begun that were changed since: with them a walk
//! through trees that go on changing sees every row as it was then.
//!
//! The writer notes the value that a row had before its first change since, and does so before the
//! trees show the change. So whoever reads a row first and looks here then finds either nothing, and
//! has read the row as it was, or what it was like.
//!
//! There may be several walks at a time, as for a snapshot and a backup: each keeps its own rows, and
//! only of those that it has still to come to.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::format;
use crate::store::index::NumberedChange;
use crate::store::trees::{Bytes, Tree};

/// Bytes of changed rows that one walk may keep in memory. A walk is at least as fast as the writer,
/// unless what it feeds is slow.
const LIMIT: usize = 256 * 1024 * 1024;

/// What a kept row costs beside its key and value, in bytes, about.
const OVERHEAD: usize = 96;

/// Where a row stands in the order of a walk: the number of its tree, and its key.
type Place = (u8, Vec<u8>);

/// The walks that are under way; clones share them.
#[derive(Clone, Default)]
pub struct Images(Arc<Mutex<Vec<Weak<Mutex<Kept>>>>>);

impl Images {
    /// Begins a walk: from now on what rows were like is kept for it, until it is dropped. Called
    /// between two groups of writes.
    pub fn begin(&self) -> Walk {
        self.begin_within(LIMIT)
    }

    fn begin_within(&self, limit: usize) -> Walk {
        let kept = Arc::new(Mutex::new(Kept { limit, ..Kept::default() }));
        lock(&self.0).push(Arc::downgrade(&kept));
        Walk(kept)
    }

    /// Notes what the rows of a group are like before it is applied.
    pub fn note(&self, group: &[NumberedChange]) {
        lock(&self.0).retain(|walk| match walk.upgrade() {
            Some(kept) => {
                lock(&kept).note(group);
                true
            }
            None => false,
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The rows that were changed since a walk was begun, for as long as it lives.
pub struct Walk(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    /// What rows were like; `None` where there was none.
    rows: BTreeMap<Place, Option<Vec<u8>>>,
    /// Where the walk goes on. What lies before is not looked for again.
    ahead: Place,
    /// How much memory `rows` takes, about, in bytes.
    bytes: usize,
    limit: usize,
    /// More was changed than may be kept: nothing is known of any row any more.
    is_lost: bool,
}

impl Walk {
    /// The rows of `page`, which were read in `tree` where the walk had come to, up to the end of the
    /// tree or, where there are more, up to the last of the page, as they were when it was begun.
    ///
    /// # Errors
    /// More was changed meanwhile than is kept.
    pub fn restore(
        &mut self,
        tree: Tree,
        page: Vec<(Bytes, Bytes)>,
        has_more: bool,
    ) -> io::Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let number = format::number(tree)?;
        let ahead = match page.last() {
            // The first key behind another is that with a zero byte.
            Some((last, _)) if has_more => (number, last.iter().copied().chain([0]).collect()),
            _ => (number.saturating_add(1), Vec::new()),
        };
        let mut rows: BTreeMap<Vec<u8>, Vec<u8>> =
            page.into_iter().map(|(key, value)| (key.to_vec(), value.to_vec())).collect();
        for ((_, key), old) in lock(&self.0).pass(ahead)? {
            match old {
                Some(old) => rows.insert(key, old),
                None => rows.remove(&key),
            };
        }
        Ok(rows.into_iter().collect())
    }
}

impl Kept {
    fn note(&mut self, group: &[NumberedChange]) {
        for NumberedChange { change, old, .. } in group {
            let Ok(number) = format::number(change.tree.tree()) else { continue };
            let place = (number, change.key.clone());
            if !self.is_lost && place >= self.ahead && !self.rows.contains_key(&place) {
                self.bytes += cost(&place, old.as_ref());
                self.rows.insert(place, old.clone());
            }
        }
        if self.bytes > self.limit {
            self.is_lost = true;
            self.rows = BTreeMap::new();
        }
    }

    /// Takes out what lies before `ahead`, where the walk goes on.
    fn pass(&mut self, ahead: Place) -> io::Result<Vec<(Place, Option<Vec<u8>>)>> {
        if self.is_lost {
            return Err(io::Error::other(format!(
                "more than {} MiB were changed before it came to them",
                self.limit / 1024 / 1024
            )));
        }
        let mut passed = Vec::new();
        while let Some(first) = self.rows.first_entry()
            && *first.key() < ahead
        {
            let (place, old) = first.remove_entry();
            self.bytes = self.bytes.saturating_sub(cost(&place, old.as_ref()));
            passed.push((place, old));
        }
        self.ahead = ahead;
        Ok(passed)
    }
}

fn cost((_, key): &Place, old: Option<&Vec<u8>>) -> usize {
    key.len() + old.map_or(0, Vec::len) + OVERHEAD
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::store::change::{Change, Primary};

    fn change(key: &str, old: Option<&str>) -> NumberedChange {
        let (tree, key, value, at) =
            (Primary::Customer, key.into(), Some(b"new".to_vec()), Timestamp::UNIX_EPOCH);
        NumberedChange {
            number: 1,
            change: Change { tree, key, value, at },
            old: old.map(|old| old.into()),
        }
    }

    fn page(rows: &[(&str, &str)]) -> Vec<(Bytes, Bytes)> {
        rows.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
    }

    fn restored(walk: &mut Walk, rows: &[(&str, &str)], has_more: bool) -> Vec<(String, String)> {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let rows = walk.restore(Tree::Customer, page(rows), has_more).unwrap();
        rows.into_iter().map(|(key, value)| (text(key), text(value))).collect()
    }

    fn row(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn a_walk_sees_rows_as_they_were_when_it_was_begun() {
        let images = Images::default();
        images.note(&[change("a", Some("older"))]);
        let mut walk = images.begin();
        images.note(&[change("a", Some("then")), change("b", None), change("c", Some("then"))]);
        images.note(&[change("a", Some("later"))]);
        let now = [("a", "now"), ("b", "now"), ("d", "still")];
        let expected = [row("a", "then"), row("c", "then"), row("d", "still")];
        assert_eq!(restored(&mut walk, &now, false), expected);
    }

    #[test]
    fn several_walks_each_see_their_own_moment() {
        let images = Images::default();
        let mut earlier = images.begin();
        images.note(&[change("a", Some("1"))]);
        let mut later = images.begin();
        images.note(&[change("a", Some("2"))]);
        assert_eq!(restored(&mut later, &[("a", "3")], false), [row("a", "2")]);
        assert_eq!(restored(&mut earlier, &[("a", "3")], false), [row("a", "1")]);
    }

    #[test]
    fn what_a_walk_has_passed_is_forgotten_and_not_kept_again() {
        let images = Images::default();
        let mut walk = images.begin();
        images.note(&[change("a", Some("then")), change("z", Some("then"))]);
        assert_eq!(restored(&mut walk, &[("a", "now"), ("b", "still")], true).len(), 2);
        images.note(&[change("b", Some("then")), change("b\0", None)]);
        let kept: Vec<Place> = lock(&walk.0).rows.keys().cloned().collect();
        assert_eq!(kept, [(1, b"b\0".to_vec()), (1, b"z".to_vec())]);
        assert_eq!(restored(&mut walk, &[("b\0", "now")], false), [row("z", "then")]);
        assert_eq!(lock(&walk.0).bytes, 0);
    }

    #[test]
    fn a_walk_that_was_dropped_is_forgotten() {
        let images = Images::default();
        drop(images.begin());
        let _other = images.begin();
        images.note(&[change("a", None)]);
        assert_eq!(lock(&images.0).len(), 1);
    }

    #[test]
    fn a_walk_during_which_too_much_was_changed_says_so() {
        let images = Images::default();
        let mut walk = images.begin_within(1000);
        images.note(&[change("a", Some(&"x".repeat(2000)))]);
        assert!(lock(&walk.0).rows.is_empty());
        let error = walk.restore(Tree::Customer, page(&[("a", "now")]), false).unwrap_err();
        assert!(error.to_string().contains("changed"), "{error}");
    }
}
