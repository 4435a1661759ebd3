//! Key-encryption keys: one for all new files, older ones that still open what they wrapped.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use kernel::{FileId, World, digest};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    error::Unspecified,
};

use crate::secret;

/// A file's own key.
pub(super) type DataKey = [u8; 32];

/// A file's own key under a key-encryption key: 32 bytes and the tag.
pub(super) type Wrapped = [u8; 48];

/// A key-encryption key (KEK) and its number.
pub(super) struct Kek {
    pub(super) version: i32,
    secret: [u8; 32],
}

impl Kek {
    /// Tells two keys of the same number apart, and says nothing about either.
    pub(super) fn fingerprint(&self) -> [u8; 32] {
        digest::keyed(&self.secret, &[b"parvis file kek fingerprint 1"])
    }

    /// Each file is wrapped under a key of its own derived from the KEK (HMAC-SHA-256 as in RFC 5869 §2.3), which wraps
    /// one data key only: so the nonce may stand still, and no count of files ever wears a KEK out.
    fn wrapping_key(&self, id: FileId) -> Result<LessSafeKey, Unspecified> {
        let derived = digest::keyed(&self.secret, &[b"parvis file wrap 1", id.uuid().as_bytes(), &[1]]);
        Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &derived)?))
    }

    pub(super) fn wrap(&self, id: FileId, key: &DataKey) -> Result<Wrapped, Unspecified> {
        let mut sealed = key.to_vec();
        self.wrapping_key(id)?.seal_in_place_append_tag(still(), bound(id), &mut sealed)?;
        sealed.try_into().map_err(|_| Unspecified)
    }

    pub(super) fn unwrap(&self, id: FileId, wrapped: &[u8]) -> Result<DataKey, Unspecified> {
        let mut sealed = wrapped.to_vec();
        let opened = self.wrapping_key(id)?.open_in_place(still(), bound(id), &mut sealed)?;
        DataKey::try_from(&*opened).map_err(|_| Unspecified)
    }
}

fn still() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn bound(id: FileId) -> Aad<[u8; 16]> {
    Aad::from(id.uuid().into_bytes())
}

/// The keys of a folder: `files-0001.kek`, `files-0002.kek`…, each 64 hexadecimal digits. The highest is current.
pub(super) struct Ring {
    keks: BTreeMap<i32, Arc<Kek>>,
    pub(super) current: Arc<Kek>,
}

impl Ring {
    /// Reads the folder; an empty one gets its first key.
    pub(super) fn open(folder: &Path, world: &World) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut keks = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            if let Some(version) = version_of(&entry?.file_name().to_string_lossy()) {
                keks.insert(version, Arc::new(read(folder, version, world)?));
            }
        }
        let current = match keks.last_key_value() {
            Some((_, newest)) => newest.clone(),
            None => Arc::new(read(folder, 1, world)?),
        };
        keks.insert(current.version, current.clone());
        Ok(Self { keks, current })
    }

    pub(super) fn get(&self, version: i32) -> Option<Arc<Kek>> {
        self.keks.get(&version).cloned()
    }
}

/// Reads the key of this number, or makes it.
pub(super) fn read(folder: &Path, version: i32, world: &World) -> io::Result<Kek> {
    let path = path_of(folder, version);
    let secret = secret::bytes32(&path, world)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    Ok(Kek { version, secret })
}

pub(super) fn path_of(folder: &Path, version: i32) -> PathBuf {
    folder.join(format!("files-{version:04}.kek"))
}

fn version_of(name: &str) -> Option<i32> {
    let digits = name.strip_prefix("files-")?.strip_suffix(".kek")?;
    (digits.len() == 4).then_some(digits)?.parse().ok().filter(|version| *version > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_belongs_to_its_file() {
        let world = World::system();
        let (kek, other) = (Kek { version: 1, secret: world.bytes32() }, Kek { version: 1, secret: world.bytes32() });
        let (id, key) = (world.id(), world.bytes32());
        let wrapped = kek.wrap(id, &key).unwrap();
        assert_eq!(kek.unwrap(id, &wrapped).unwrap(), key);
        assert!(kek.unwrap(world.id(), &wrapped).is_err() && other.unwrap(id, &wrapped).is_err());
        assert_ne!(kek.fingerprint(), other.fingerprint());
    }

    #[test]
    fn only_keys_are_taken_for_keys() {
        assert_eq!((version_of("files-0012.kek"), version_of("files-0000.kek")), (Some(12), None));
        assert!(
            ["files-12.kek", "files-0001.kek.draft", "proof-0001.seed"].iter().all(|name| version_of(name).is_none())
        );
    }
}
