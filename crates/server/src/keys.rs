//! The secrets that bind forms and visits to their cookies, and links to their files, beside the keys of the proof register.

use std::path::Path;

use anyhow::Context;
use kernel::World;
use storage::secret;

/// `web.secret`.
pub fn web_secret(folder: &Path, world: &World) -> anyhow::Result<[u8; 32]> {
    read_or_make(folder, "web.secret", world)
}

/// `links.secret`: what the links to pre-admission files are made with.
pub fn link_secret(folder: &Path, world: &World) -> anyhow::Result<[u8; 32]> {
    read_or_make(folder, "links.secret", world)
}

/// Reads a secret of the folder, or makes it: 32 bytes as 64 hexadecimal digits, for its owner's eyes only.
fn read_or_make(folder: &Path, name: &str, world: &World) -> anyhow::Result<[u8; 32]> {
    std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let path = folder.join(name);
    secret::bytes32(&path, world).with_context(|| format!("{} cannot be used", path.display()))
}
