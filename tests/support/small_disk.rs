//! A real, small file system of a test's own, mounted where only the test sees it: nothing of it is
//! left behind, however the test ends.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Which file system.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// In memory; anybody who may have name spaces of their own may mount it.
    Tmpfs,
    /// In a file, with a journal of its own and blocks that are only promised at first; for root.
    Ext4,
}

/// A mounted file system; it is gone with the value.
pub struct SmallDisk {
    /// Lives in the mount's name space, and keeps it alive.
    holder: Child,
    _place: tempfile::TempDir,
    root: PathBuf,
}

impl SmallDisk {
    /// Mounts one of so many MiB; why not, where it is not allowed.
    pub fn mount(kind: Kind, mib: u32) -> Result<SmallDisk, String> {
        let place = tempfile::tempdir().unwrap();
        let (flags, mount) = match kind {
            Kind::Tmpfs => {
                ("-rm", format!("mount -t tmpfs -o size={mib}m,mode=700 tmpfs \"$0/mount\""))
            }
            Kind::Ext4 => (
                "-m",
                format!(
                    "truncate -s {mib}m \"$0/image\" && mkfs.ext4 -q -F \"$0/image\" && \
                     mount -o loop \"$0/image\" \"$0/mount\""
                ),
            ),
        };
        std::fs::create_dir(place.path().join("mount")).unwrap();
        // It ends with its standard input, and that with this process.
        let mut holder = Command::new("unshare")
            .args([flags, "sh", "-c", &format!("{mount} && echo mounted && exec cat")])
            .arg(place.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut line = String::new();
        BufReader::new(holder.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        if line != "mounted\n" {
            let mut why = String::new();
            holder.stderr.as_mut().unwrap().read_to_string(&mut why).unwrap();
            holder.wait().unwrap();
            return Err(why);
        }
        let below = place.path().join("mount");
        let root = PathBuf::from(format!("/proc/{}/root", holder.id()))
            .join(below.strip_prefix("/").unwrap());
        Ok(SmallDisk { holder, _place: place, root })
    }

    /// Where this process finds it.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Fills it to the last byte, as another program would, but for `spared` bytes.
    pub fn fill(&self, spared: usize) {
        let spare = self.path().join("spare");
        if spared > 0 {
            std::fs::write(&spare, vec![1; spared]).unwrap();
        }
        let mut filler = File::options().append(true).create(true).open(self.filler()).unwrap();
        // Twice: what is promised on the first way may turn out not to be needed.
        for _ in 0..2 {
            for piece in [1 << 20, 4096, 1] {
                while filler.write(&vec![1; piece]).is_ok_and(|written| written > 0) {}
            }
            // A disk that is full may say so only now.
            let _ = filler.sync_all();
        }
        if spared > 0 {
            std::fs::remove_file(spare).unwrap();
        }
    }

    /// Takes away what [`SmallDisk::fill`] wrote.
    pub fn free(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // It may have ended by itself; then it holds nothing any more.
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
