//! A file comes in: row, object, and then the caller's own transaction.

use bytes::Bytes;
use diesel::prelude::*;
use futures_util::{Stream, StreamExt};
use kernel::{FileId, digest};
use ring::error::Unspecified;

use super::{
    FileError, Files,
    frames::{Cipher, FRAME, TAG},
    keys::Kek,
    objects::{Incoming, blocking, new_name, unreachable},
    sweep::without_key,
    table::{self, FileState, New, files},
};
use crate::{AsSql, StorageError, Tx};

/// What is known of a file before its first byte.
#[derive(Debug, Clone)]
pub struct Arriving {
    /// Room and kind, such as `preadmission/document`: 3 to 64 characters.
    pub owner: &'static str,
    /// Its media type as the room determined it: 3 to 100 characters.
    pub content_type: String,
}

/// A file whose bytes are safe and that is nobody's yet. Not kept, it is cleared away later.
#[derive(Debug, Clone)]
pub struct Draft {
    pub id: FileId,
    /// Bytes before encryption.
    pub size: u64,
    /// Of the bytes before encryption.
    pub sha256: [u8; 32],
    pub content_type: String,
}

impl Draft {
    /// Keeps the file, in the transaction that writes down whose it is. Refused as `files_draft_is_gone` when the
    /// sweeper took it for abandoned.
    pub fn keep(&self, tx: &mut Tx<'_>) -> Result<FileId, StorageError> {
        let open = files::table.find(self.id.sql()).filter(files::state.eq(FileState::Writing));
        let kept = tx.execute(diesel::update(open).set((
            files::state.eq(FileState::Stored),
            files::size.eq(Some(i64::try_from(self.size).unwrap_or(i64::MAX))),
            files::sha256.eq(Some(self.sha256.as_slice())),
        )))?;
        if kept == 1 { Ok(self.id) } else { Err(StorageError::Refused("files_draft_is_gone".into())) }
    }
}

impl Files {
    /// Takes the bytes in, encrypting them as they come: at most one frame of them is held. Afterwards they are safe in
    /// their place under a key that only the row holds.
    pub async fn receive<S, E>(&self, arriving: Arriving, bytes: S) -> Result<Draft, FileError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (new, cipher) = self.begin(arriving).await?;
        match self.write(&new, cipher, bytes).await {
            Ok((size, sha256)) => Ok(Draft { id: new.id, size, sha256, content_type: new.content_type }),
            Err(failure) => {
                // The sweeper would do it too, a day later.
                if let Err(error) = self.discard(new.id).await {
                    tracing::warn!(file = %new.id, %error, "what came in is left to the sweeper");
                }
                Err(failure)
            }
        }
    }

    /// Clears a draft away at once: refused by a scan, a duplicate, a transaction that failed. A kept file stays.
    pub async fn discard(&self, id: FileId) -> Result<(), FileError> {
        let object = self.shared.db.write::<_, StorageError, _>(move |tx| {
            let open = files::table.find(id.sql()).filter(files::state.eq(FileState::Writing));
            let object: Option<String> = open.select(files::object).first(tx.conn()).optional()?;
            tx.execute(diesel::update(open).set(without_key()))?;
            Ok(object)
        });
        match object.await? {
            Some(object) => self.clear(id, &object).await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// Writes the row, so that whatever happens next, somebody knows of the object.
    pub(super) async fn begin(&self, arriving: Arriving) -> Result<(New, Cipher), FileError> {
        match self.begin_under(&arriving, self.ring().current.clone()).await {
            // Another node has a newer key, which this one can read, too.
            Err(FileError::KeyMissing(_)) => self.begin_under(&arriving, self.reload()?.current.clone()).await,
            begun => begun,
        }
    }

    async fn begin_under(&self, arriving: &Arriving, kek: std::sync::Arc<Kek>) -> Result<(New, Cipher), FileError> {
        let world = self.shared.db.world();
        let (id, key, created_at) = (world.id(), world.bytes32(), world.now());
        let new = New {
            id,
            owner: arriving.owner,
            object: new_name(world, created_at),
            content_type: arriving.content_type.clone(),
            wrapped: kek.wrap(id, &key).map_err(unreachable)?,
            created_at,
        };
        let row = new.clone();
        self.shared.db.write(move |tx| table::insert(tx.conn(), &row, &kek)).await?;
        Ok((new, Cipher::new(&key, id).map_err(unreachable)?))
    }

    /// Encrypts into the place of what comes in, then publishes; bytes and SHA-256 of what came.
    pub(super) async fn write<S, E>(&self, new: &New, cipher: Cipher, bytes: S) -> Result<(u64, [u8; 32]), FileError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let incoming = self.shared.objects.begin(&new.object).map_err(unreachable)?;
        let mut writing = Writing { incoming, cipher, digest: digest::Sha256::default(), frames: 0, size: 0 };
        let mut frame = Vec::with_capacity(FRAME + TAG);
        let mut bytes = std::pin::pin!(bytes);
        while let Some(piece) = bytes.next().await {
            let mut piece = piece.map_err(|error| FileError::Broken(error.into()))?;
            if writing.size + frame.len() as u64 + piece.len() as u64 > self.shared.largest {
                return Err(FileError::TooLarge(self.shared.largest));
            }
            while !piece.is_empty() {
                // Written only when something follows: the last frame is marked as such.
                if frame.len() == FRAME {
                    (writing, frame) = writing.frame(frame, false).await?;
                }
                frame.extend_from_slice(&piece.split_to(piece.len().min(FRAME - frame.len())));
            }
        }
        (writing, _) = writing.frame(frame, true).await?;
        self.shared.objects.publish(writing.incoming, &new.object).await?;
        Ok((writing.size, writing.digest.finish()))
    }
}

/// A file between its first and its last frame.
struct Writing {
    incoming: Incoming,
    cipher: Cipher,
    digest: digest::Sha256,
    frames: u64,
    size: u64,
}

impl Writing {
    /// Hashes, encrypts and writes a frame on a thread that may wait, and gives its memory back for the next one.
    async fn frame(mut self, mut frame: Vec<u8>, last: bool) -> Result<(Self, Vec<u8>), FileError> {
        blocking(move || {
            self.size += frame.len() as u64;
            self.digest.update(&frame);
            self.cipher
                .seal(self.frames, last, &mut frame)
                .map_err(|Unspecified| std::io::Error::other("no cipher"))?;
            self.frames += 1;
            self.incoming.write(&frame)?;
            frame.clear();
            Ok((self, frame))
        })
        .await
    }
}
