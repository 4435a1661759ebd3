//! Encrypted files: a row that is the truth, and an object that only its key can open.
//!
//! | state | its key | its object | becomes |
//! | --- | --- | --- | --- |
//! | `writing` | in the row | perhaps, perhaps in part | `stored` by [`Draft::keep`]; `doomed` when discarded or abandoned |
//! | `stored` | in the row | there, or the sweeper complains | `doomed` by [`doom`] |
//! | `doomed` | destroyed | perhaps | the row goes when the object is gone |

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use kernel::FileId;

use crate::{Db, StorageError, TxError};

mod draft;
mod frames;
mod keys;
mod objects;
#[cfg(test)]
mod partners;
mod read;
mod rotation;
mod s3;
mod settings;
mod sweep;
mod table;

pub use draft::{Arriving, Draft};
pub use frames::FRAME;
pub use read::Opened;
pub use rotation::KeyCount;
pub use settings::{S3, Settings};
pub use sweep::{Swept, doom};
pub use table::FileState;

/// What can go wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Folder or S3 store.
    #[error("the place of files cannot be used: {0}")]
    Unavailable(String),
    /// More bytes than this came in.
    #[error("the file has more than {0} bytes")]
    TooLarge(u64),
    /// Whoever sends the bytes stopped, or sent them wrongly.
    #[error("the file did not come in whole: {0}")]
    Broken(Box<dyn std::error::Error + Send + Sync>),
    /// Never stored, or erased.
    #[error("there is no such file")]
    Unknown,
    /// Its row is there, its object is not.
    #[error("the object of file {0} is missing")]
    Missing(FileId),
    /// Its object is not what was written.
    #[error("the object of file {0} was changed")]
    Damaged(FileId),
    #[error("the key-encryption key files-{0:04}.kek is not in the folder of keys")]
    KeyMissing(i32),
    #[error("files-{0:04}.kek is not the key that was used under this number")]
    KeyDiffers(i32),
    /// It still wraps files, or is the one that wraps new ones.
    #[error("files-{0:04}.kek is in use")]
    KeyInUse(i32),
}

impl TxError for FileError {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Storage(error) => Some(error),
            _ => None,
        }
    }
}

impl FileError {
    /// Worth another try in a moment.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_)) || self.storage().is_some_and(StorageError::is_passing)
    }
}

/// The place of files. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    objects: objects::Objects,
    keys_folder: PathBuf,
    ring: RwLock<Arc<keys::Ring>>,
    largest: u64,
    abandoned: Duration,
}

impl Files {
    /// Opens the place and its keys; the folder of keys gets its first one when it has none. Asks nothing of an S3 store.
    pub fn open(
        settings: &Settings,
        data_folder: &Path,
        keys_folder: &Path,
        db: Db,
        client: reqwest::Client,
    ) -> Result<Self, FileError> {
        let folder = settings.folder.clone().unwrap_or_else(|| data_folder.join("files"));
        let shared = Shared {
            objects: objects::Objects::open(settings, &folder, client).map_err(objects::unreachable)?,
            ring: RwLock::new(Arc::new(open_ring(keys_folder, &db)?)),
            keys_folder: keys_folder.to_owned(),
            largest: settings.largest(),
            abandoned: Duration::from_secs(u64::from(settings.abandoned_hours) * 3600),
            db,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    fn ring(&self) -> Arc<keys::Ring> {
        self.shared.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the folder of keys again: another node may have made one.
    fn reload(&self) -> Result<Arc<keys::Ring>, FileError> {
        let ring = Arc::new(open_ring(&self.shared.keys_folder, &self.shared.db)?);
        *self.shared.ring.write().unwrap_or_else(PoisonError::into_inner) = ring.clone();
        Ok(ring)
    }

    fn kek(&self, version: i32) -> Result<Arc<keys::Kek>, FileError> {
        match self.ring().get(version) {
            Some(kek) => Ok(kek),
            None => self.reload()?.get(version).ok_or(FileError::KeyMissing(version)),
        }
    }
}

fn open_ring(folder: &Path, db: &Db) -> Result<keys::Ring, FileError> {
    keys::Ring::open(folder, db.world()).map_err(|error| FileError::Unavailable(format!("the keys of files: {error}")))
}
