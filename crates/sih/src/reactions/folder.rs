//! Files for hospitals that take files: whole or not at all, whatever happens meanwhile.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Puts a file in a folder under its name, in place of one of that name. Nobody ever sees a part of it.
pub(super) async fn put(folder: PathBuf, name: String, bytes: Vec<u8>) -> io::Result<()> {
    tokio::task::spawn_blocking(move || put_now(&folder, &name, &bytes)).await.map_err(io::Error::other)?
}

fn put_now(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    // Two tries at once write the same bytes.
    let part = folder.join(format!(".{name}.part"));
    let mut file = File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, folder.join(name))?;
    File::open(folder)?.sync_all()
}
