//! A file is read: whole or in part, frame by frame.

use std::ops::Range;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use kernel::FileId;

use super::{
    Draft, FileError, Files,
    frames::{Cipher, Layout},
    objects::{Pieces, unreachable},
    table::{self, FileState},
};

/// A stored file, ready to be read. It can be read to its end even when it is rewrapped meanwhile; when it is erased
/// meanwhile, until its object is gone.
pub struct Opened {
    files: Files,
    cipher: Cipher,
    object: String,
    pub id: FileId,
    /// Bytes before encryption.
    pub size: u64,
    /// Of the bytes before encryption.
    pub sha256: [u8; 32],
    pub content_type: String,
}

impl Files {
    /// Finds the file and unwraps its key. Whose it is, is for the caller to know.
    pub async fn open_file(&self, id: FileId) -> Result<Opened, FileError> {
        let row = self.shared.db.read(move |conn| table::in_state(conn, id, FileState::Stored)).await?;
        self.opened(id, row)
    }

    /// One's own draft, to be looked at before it is decided whether it is kept.
    pub async fn open_draft(&self, draft: &Draft) -> Result<Opened, FileError> {
        let id = draft.id;
        let row = self.shared.db.read(move |conn| table::in_state(conn, id, FileState::Writing)).await?;
        Ok(Opened { size: draft.size, sha256: draft.sha256, ..self.opened(id, row)? })
    }

    fn opened(&self, id: FileId, row: table::Row) -> Result<Opened, FileError> {
        let version = row.kek_version.unwrap_or_default();
        let kek = self.kek(version)?;
        let key = kek.unwrap(id, &row.wrapped.unwrap_or_default()).map_err(|_| FileError::KeyDiffers(version))?;
        Ok(Opened {
            files: self.clone(),
            cipher: Cipher::new(&key, id).map_err(unreachable)?,
            object: row.object,
            id,
            size: row.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
            sha256: row.sha256.and_then(|digest| digest.try_into().ok()).unwrap_or_default(),
            content_type: row.content_type,
        })
    }
}

impl Opened {
    /// All of it.
    pub async fn read(self) -> Result<impl Stream<Item = Result<Bytes, FileError>> + Send, FileError> {
        let all = 0..self.size;
        self.read_range(all).await
    }

    /// These bytes of it; what lies beyond its end is not there. Every byte given was authenticated with its frame; an
    /// error comes in place of the first that cannot be.
    pub async fn read_range(
        self,
        range: Range<u64>,
    ) -> Result<impl Stream<Item = Result<Bytes, FileError>> + Send, FileError> {
        let range = range.start.min(self.size)..range.end.min(self.size);
        let layout = Layout { size: self.size };
        let (first, last) = layout.frames(&range);
        let found = self.files.shared.objects.get(&self.object, layout.span((first, last))).await?;
        let (source, size) = found.ok_or(FileError::Missing(self.id))?;
        if size != layout.object_size() {
            return Err(FileError::Damaged(self.id));
        }
        let (id, cipher) = (self.id, self.cipher);
        let reading = Reading { id, cipher, layout, range, next: first, last, held: Vec::new(), source };
        Ok(stream::try_unfold(reading, Reading::step))
    }
}

struct Reading {
    id: FileId,
    cipher: Cipher,
    layout: Layout,
    range: Range<u64>,
    next: u64,
    last: u64,
    /// What came and was not decrypted yet: less than a frame and a piece.
    held: Vec<u8>,
    source: Pieces,
}

impl Reading {
    async fn step(mut self) -> Result<Option<(Bytes, Self)>, FileError> {
        if self.next > self.last {
            return Ok(None);
        }
        let mut frame = self.sealed().await?;
        let is_last = self.next == self.layout.last();
        self.cipher.open(self.next, is_last, &mut frame).map_err(|_| FileError::Damaged(self.id))?;
        let wanted = self.layout.within(self.next, &self.range);
        self.next += 1;
        Ok(Some((Bytes::from(frame).slice(wanted), self)))
    }

    /// The next frame as it was written.
    async fn sealed(&mut self) -> Result<Vec<u8>, FileError> {
        let length = self.layout.sealed_length(self.next);
        self.held.reserve(length.saturating_sub(self.held.len()));
        while self.held.len() < length {
            match self.source.next().await {
                Some(piece) => self.held.extend_from_slice(&piece?),
                None => return Err(FileError::Damaged(self.id)),
            }
        }
        let rest = self.held.split_off(length);
        Ok(std::mem::replace(&mut self.held, rest))
    }
}
