//! The rows: what is true of every file.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::FileId;

use super::{
    FileError,
    keys::{Kek, Wrapped},
};
use crate::{AsSql, Conn, Portable, StorageError, text_enum};

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
    use crate::sql::{Instant, Uuid};

    files (id) {
        id -> Uuid,
        owner -> Text,
        object -> Text,
        state -> Text,
        size -> Nullable<BigInt>,
        sha256 -> Nullable<Binary>,
        content_type -> Text,
        wrapped_key -> Nullable<Binary>,
        kek_version -> Nullable<Integer>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer};
    use crate::sql::Instant;

    file_keys (version) {
        version -> Integer,
        fingerprint -> Binary,
        first_used_at -> Instant,
    }
}

text_enum! {
    pub enum FileState {
        /// Its bytes are on their way.
        Writing = "writing",
        /// Its bytes are there, and somebody's row says what they are.
        Stored = "stored",
        /// Its key is destroyed; its object is still to be deleted.
        Doomed = "doomed",
    }
}

/// A file about to come in.
#[derive(Debug, Clone)]
pub(super) struct New {
    pub(super) id: FileId,
    pub(super) owner: &'static str,
    pub(super) object: String,
    pub(super) content_type: String,
    pub(super) wrapped: Wrapped,
    pub(super) created_at: Timestamp,
}

pub(super) fn insert(conn: &mut Conn, new: &New, kek: &Kek) -> Result<(), FileError> {
    admit(conn, kek, new.created_at)?;
    diesel::insert_into(files::table)
        .values((
            files::id.eq(new.id.sql()),
            files::owner.eq(new.owner),
            files::object.eq(&new.object),
            files::state.eq(FileState::Writing),
            files::content_type.eq(&new.content_type),
            files::wrapped_key.eq(Some(new.wrapped.as_slice())),
            files::kek_version.eq(Some(kek.version)),
            files::created_at.eq(new.created_at.sql()),
        ))
        .execute(conn)
        .map_err(StorageError::from)?;
    Ok(())
}

/// Lets a key wrap: it is the newest the database knows, and the very same, or newer still and then known from now on.
pub(super) fn admit(conn: &mut Conn, kek: &Kek, now: Timestamp) -> Result<(), FileError> {
    let newest = file_keys::table.order(file_keys::version.desc()).select((file_keys::version, file_keys::fingerprint));
    let newest: Option<(i32, Vec<u8>)> = newest.first(conn).optional().map_err(StorageError::from)?;
    match newest {
        Some((version, _)) if version > kek.version => Err(FileError::KeyMissing(version)),
        Some((version, print)) if version == kek.version => {
            if print == kek.fingerprint() {
                Ok(())
            } else {
                Err(FileError::KeyDiffers(version))
            }
        }
        _ => {
            let insert = diesel::insert_into(file_keys::table).values((
                file_keys::version.eq(kek.version),
                file_keys::fingerprint.eq(kek.fingerprint().to_vec()),
                file_keys::first_used_at.eq(now.sql()),
            ));
            Portable(insert.on_conflict_do_nothing()).execute(conn).map_err(StorageError::from)?;
            Ok(())
        }
    }
}

/// A file as its row tells it.
#[derive(Debug, Queryable)]
pub(super) struct Row {
    pub(super) object: String,
    pub(super) content_type: String,
    pub(super) size: Option<i64>,
    pub(super) sha256: Option<Vec<u8>>,
    pub(super) wrapped: Option<Vec<u8>>,
    pub(super) kek_version: Option<i32>,
}

pub(super) fn in_state(conn: &mut Conn, id: FileId, state: FileState) -> Result<Row, FileError> {
    let row = files::table.find(id.sql()).filter(files::state.eq(state)).select((
        files::object,
        files::content_type,
        files::size,
        files::sha256,
        files::wrapped_key,
        files::kek_version,
    ));
    row.first(conn).optional().map_err(StorageError::from)?.ok_or(FileError::Unknown)
}
