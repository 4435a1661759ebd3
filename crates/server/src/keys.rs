//! The secret that binds forms and visits to their cookies, kept beside the keys of the proof register.

use std::path::Path;

use anyhow::Context;
use kernel::World;
use storage::secret;

/// Reads `web.secret` of the folder, or makes it: 32 bytes as 64 hexadecimal digits, for its owner's eyes only.
pub fn web_secret(folder: &Path, world: &World) -> anyhow::Result<[u8; 32]> {
    std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let path = folder.join("web.secret");
    secret::bytes32(&path, world).with_context(|| format!("{} cannot be used", path.display()))
}
