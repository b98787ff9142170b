//! The files of the trees: when sled lets go of them, what it leaves behind, and making them durable.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::store::StoreError;

/// How long sled's own threads may take to let go of its files.
const RELEASE: Duration = Duration::from_secs(30);

/// Waits until sled holds its files no longer: work that it gave to threads of its own may go on after
/// its last handle is dropped, and change them.
pub fn wait_until_released(dir: &Path) -> Result<(), StoreError> {
    let since = Instant::now();
    loop {
        match File::open(dir.join("db")).map(|file| file.try_lock()) {
            // Taken here, it is released again at once.
            Ok(Ok(())) => return Ok(()),
            // Without its files it holds nothing that matters.
            Err(_) => return Ok(()),
            Ok(Err(_)) if since.elapsed() > RELEASE => {
                return Err(StoreError::Fault("sled does not let go of its files".to_owned()));
            }
            Ok(Err(_)) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// A process killed while sled wrote a snapshot of its own leaves a file behind that makes every
/// later open fail; sled does not need it.
pub fn remove_interrupted_snapshots(dir: &Path) -> io::Result<()> {
    let entries = match std::fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(".generating") {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// fsyncs every file below `dir`, and the directories.
pub fn sync_tree(dir: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(dir)?.sync_all()
}
