//! The secret that binds forms and visits to their cookies, kept beside the keys of the proof register.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::{Context, ensure};
use data_encoding::HEXLOWER;
use kernel::World;

/// Reads `web.secret` of the folder, or makes it: 32 bytes as 64 hexadecimal digits, for its owner's eyes only.
pub fn web_secret(folder: &Path, world: &World) -> anyhow::Result<[u8; 32]> {
    fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let path = folder.join("web.secret");
    let text = secret_file(&path, || HEXLOWER.encode(&world.bytes32()))?;
    let bytes = HEXLOWER.decode(text.trim().as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.with_context(|| format!("{} must hold 64 hexadecimal digits", path.display()))
}

/// The text of a file; when there is none, what `make` gives is written to it first.
pub fn secret_file(path: &Path, make: impl FnOnce() -> String) -> anyhow::Result<String> {
    match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            let text = make();
            file.write_all(text.as_bytes()).and_then(|()| file.sync_all())?;
            Ok(text)
        }
        Err(_) => {
            let text = fs::read_to_string(path).with_context(|| format!("{} cannot be used", path.display()))?;
            ensure!(!text.trim().is_empty(), "{} is empty", path.display());
            Ok(text)
        }
    }
}
