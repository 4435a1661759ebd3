//! Key-encryption keys come and go while the house is open: files are rewrapped, 48 bytes each, never rewritten.

use std::{io::ErrorKind, sync::Arc};

use diesel::{dsl::count_star, prelude::*};
use kernel::FileId;

use super::{
    FileError, Files, keys,
    objects::blocking,
    table::{self, file_keys, files},
};
use crate::{AsSql, Locked, StorageError, Tx};

/// Files of one transaction.
const BATCH: i64 = 200;

/// How many files a key-encryption key wraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyCount {
    pub version: i32,
    pub files: i64,
    /// It wraps new files.
    pub current: bool,
}

impl Files {
    /// Makes a new key-encryption key, which is current from now on; its version. Other nodes learn of it when they
    /// first meet it.
    pub async fn new_key(&self) -> Result<i32, FileError> {
        let version = self.reload()?.current.version + 1;
        let (folder, world) = (self.shared.keys_folder.clone(), self.shared.db.world().clone());
        blocking(move || keys::read(&folder, version, &world).map(|_| ())).await?;
        Ok(self.reload()?.current.version)
    }

    /// Rewraps every file under the current key; how many those were. Stops at a key that is missing.
    pub async fn rotate(&self) -> Result<usize, FileError> {
        let ring = self.reload()?;
        let mut rewrapped = 0;
        loop {
            let ring = ring.clone();
            match self.shared.db.write(move |tx| rewrap(tx, &ring)).await? {
                0 => return Ok(rewrapped),
                some => rewrapped += some,
            }
        }
    }

    /// Every key that is known, the oldest first.
    pub async fn key_counts(&self) -> Result<Vec<KeyCount>, FileError> {
        let current = self.reload()?.current.version;
        let counts = self.shared.db.read::<Vec<(i32, i64)>, StorageError, _>(|conn| {
            let known: Vec<i32> = file_keys::table.select(file_keys::version).order(file_keys::version).load(conn)?;
            let count = |version: i32| {
                let files = files::table.filter(files::kek_version.eq(Some(version))).select(count_star());
                Ok((version, files.first(conn)?))
            };
            known.into_iter().map(count).collect()
        });
        let mut counts = counts.await?;
        if counts.iter().all(|(version, _)| *version != current) {
            counts.push((current, 0));
        }
        let view = |(version, files)| KeyCount { version, files, current: version == current };
        Ok(counts.into_iter().map(view).collect())
    }

    /// Destroys a key-encryption key that wraps nothing any more. From then on no backup of the database, however old,
    /// opens a file that was wrapped under it.
    pub async fn destroy_key(&self, version: i32) -> Result<(), FileError> {
        if self.reload()?.current.version == version {
            return Err(FileError::KeyInUse(version));
        }
        // The foreign key of `files` refuses when one is wrapped under it, whoever wrote it and when.
        let forgotten = self.shared.db.write(move |tx| tx.execute(diesel::delete(file_keys::table.find(version))));
        match forgotten.await {
            Err(StorageError::Refused(_)) => return Err(FileError::KeyInUse(version)),
            done => done?,
        };
        let path = keys::path_of(&self.shared.keys_folder, version);
        blocking(move || match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await?;
        self.reload().map(|_| ())
    }
}

fn rewrap(tx: &mut Tx<'_>, ring: &Arc<keys::Ring>) -> Result<usize, FileError> {
    let now = tx.now();
    table::admit(tx.conn(), &ring.current, now)?;
    let query = files::table
        .filter(files::kek_version.lt(Some(ring.current.version)))
        .order(files::id)
        .limit(BATCH)
        .select((files::id, files::kek_version.assume_not_null(), files::wrapped_key.assume_not_null()));
    let found: Vec<(FileId, i32, Vec<u8>)> =
        Locked { query, skip: false }.load(tx.conn()).map_err(StorageError::from)?;
    for (id, version, wrapped) in &found {
        let old = ring.get(*version).ok_or(FileError::KeyMissing(*version))?;
        let key = old.unwrap(*id, wrapped).map_err(|_| FileError::KeyDiffers(*version))?;
        let wrapped = ring.current.wrap(*id, &key).map_err(|_| FileError::KeyDiffers(ring.current.version))?;
        let keys = (files::wrapped_key.eq(Some(wrapped.as_slice())), files::kek_version.eq(Some(ring.current.version)));
        tx.execute(diesel::update(files::table.find(id.sql())).set(keys))?;
    }
    Ok(found.len())
}
