//! Secrets in files of their own, each made once: by whichever node comes first, whole or not at all.

use std::{
    fs,
    io::{self, ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use data_encoding::HEXLOWER;
use kernel::World;

/// The text of a file, without the blanks around it. When there is no file, what `make` gives becomes its text, for its
/// owner's eyes only; of several nodes that start at once on one folder, one makes it and all read that one.
pub fn read_or_make(path: &Path, world: &World, make: impl FnOnce() -> String) -> io::Result<String> {
    let found = match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make_first(path, world, &make())?;
            fs::read_to_string(path)?
        }
        read => read?,
    };
    said(&found)
}

/// The text of a file that somebody else made, without the blanks around it.
pub fn read(path: &Path) -> io::Result<String> {
    said(&fs::read_to_string(path)?)
}

fn said(text: &str) -> io::Result<String> {
    match text.trim() {
        "" => Err(io::Error::new(ErrorKind::InvalidData, "the file is empty")),
        text => Ok(text.to_owned()),
    }
}

/// 32 bytes, kept as 64 hexadecimal digits.
pub fn bytes32(path: &Path, world: &World) -> io::Result<[u8; 32]> {
    let text = read_or_make(path, world, || HEXLOWER.encode(&world.bytes32()))?;
    let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| io::Error::new(ErrorKind::InvalidData, "64 hexadecimal digits are expected"))
}

/// Written under another name and then linked: nobody ever reads a half-written secret, and no second one replaces it.
fn make_first(path: &Path, world: &World, text: &str) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.draft", HEXLOWER.encode(&world.bytes32()[..8])));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let linked =
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        done => done,
    }
}
