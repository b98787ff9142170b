//! What a power cut may leave of sled's files, none of which sled ever syncs: anything.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

use super::random::Random;

const PAGE: usize = 4096;

/// Copies a directory with everything below it, in place of what is at `to`.
pub fn copy(from: &Path, to: &Path) {
    remove(to);
    if !from.exists() {
        return;
    }
    fs::create_dir_all(to).unwrap();
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
}

/// Removes a directory, where there is one.
pub fn remove(dir: &Path) {
    if dir.exists() {
        fs::remove_dir_all(dir).unwrap();
    }
}

/// Every file below a directory.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Leaves in `sled` what a cut may leave of it: nothing, everything, or an `older` state with
/// damaged pages, or half of it.
pub fn after_cut(random: &mut Random, sled: &Path, older: &Path) {
    match random.below(4) {
        0 => remove(sled),
        1 => {}
        2 => {
            copy(older, sled);
            files(sled).iter().for_each(|file| damage_pages(random, file));
        }
        _ => files(sled).iter().for_each(|file| truncate(random, file)),
    }
}

/// Leaves in `sled` what a cut may leave that was synced as `synced` and written to since: each
/// page as it was then or as it is now.
pub fn after_cut_since(random: &mut Random, sled: &Path, synced: &Path) {
    for file in files(sled) {
        let before = synced.join(file.strip_prefix(sled).unwrap());
        match fs::read(&before) {
            Ok(before) => mix_pages(random, &file, &before),
            Err(_) if random.percent(50) => fs::remove_file(&file).unwrap(),
            Err(_) => {}
        }
    }
    for before in files(synced) {
        let file = sled.join(before.strip_prefix(synced).unwrap());
        if !file.exists() && random.percent(50) {
            fs::copy(before, file).unwrap();
        }
    }
}

fn damage_pages(random: &mut Random, file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    for page in bytes.chunks_mut(PAGE) {
        match random.below(6) {
            0 => page.fill(0),
            1 => page.fill_with(|| random.next().to_le_bytes()[0]),
            _ => {}
        }
    }
    fs::write(file, bytes).unwrap();
}

fn truncate(random: &mut Random, file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    bytes.truncate(random.below(bytes.len()));
    fs::write(file, bytes).unwrap();
}

fn mix_pages(random: &mut Random, file: &Path, before: &[u8]) {
    let mut bytes = fs::read(file).unwrap();
    if random.percent(50) {
        bytes.resize(before.len(), 0);
    }
    for (page, before) in bytes.chunks_mut(PAGE).zip(before.chunks(PAGE)) {
        if page.len() <= before.len() && random.percent(50) {
            page.copy_from_slice(&before[..page.len()]);
        }
    }
    fs::write(file, bytes).unwrap();
}
