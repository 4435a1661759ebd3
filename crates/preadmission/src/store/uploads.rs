//! Files that come in parts: how far each has come, and where its parts stand.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{DocumentId, FileId, PatientId, PreadmissionId, UploadId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::{upload_parts as parts, uploads};

/// A file on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Upload {
    pub(crate) id: UploadId,
    pub(crate) file: PreadmissionId,
    pub(crate) kind: String,
    pub(crate) label: String,
    /// Bytes of the whole.
    pub(crate) size: i64,
    /// Bytes that are here: where the next part starts.
    pub(crate) received: i64,
    /// What it became.
    pub(crate) document: Option<DocumentId>,
    /// When its sender chose it.
    pub(crate) sent_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

impl Upload {
    pub(crate) const fn is_whole(&self) -> bool {
        self.received == self.size
    }
}

pub(crate) fn add(tx: &mut Tx<'_>, patient: PatientId, upload: &Upload) -> Result<(), StorageError> {
    tx.execute(diesel::insert_into(uploads::table).values((
        uploads::id.eq(upload.id.sql()),
        uploads::preadmission_id.eq(upload.file.sql()),
        uploads::patient_id.eq(patient.sql()),
        uploads::kind.eq(&upload.kind),
        uploads::label.eq(&upload.label),
        uploads::size.eq(upload.size),
        uploads::received.eq(upload.received),
        uploads::sent_at.eq(upload.sent_at.sql()),
        uploads::expires_at.eq(upload.expires_at.sql()),
    )))?;
    Ok(())
}

/// The patient's unfinished ones, but for the newest few, make room.
pub(crate) fn give_way(tx: &mut Tx<'_>, patient: PatientId, newest: i64) -> Result<(), StorageError> {
    let open = uploads::table.filter(uploads::patient_id.eq(patient.sql())).filter(uploads::document_id.is_null());
    let older: Vec<UploadId> =
        open.order(uploads::id.desc()).select(uploads::id).offset(newest).limit(100).load(tx.conn())?;
    older.into_iter().try_for_each(|id| remove(tx, id))
}

type Row = ((UploadId, PreadmissionId), (String, String), (i64, i64), Option<DocumentId>, (Timestamp, Timestamp));

/// One of the patient's own that has not expired.
pub(crate) fn find(
    conn: &mut Conn,
    id: UploadId,
    patient: PatientId,
    now: Timestamp,
) -> Result<Option<Upload>, StorageError> {
    let own = uploads::table
        .find(id.sql())
        .filter(uploads::patient_id.eq(patient.sql()))
        .filter(uploads::expires_at.gt(now.sql()));
    let row: Option<Row> = own
        .select((
            (uploads::id, uploads::preadmission_id),
            (uploads::kind, uploads::label),
            (uploads::size, uploads::received),
            uploads::document_id,
            (uploads::sent_at, uploads::expires_at),
        ))
        .first(conn)
        .optional()?;
    let upload = |((id, file), (kind, label), (size, received), document, (sent_at, expires_at)): Row| Upload {
        id,
        file,
        kind,
        label,
        size,
        received,
        document,
        sent_at,
        expires_at,
    };
    Ok(row.map(upload))
}

/// One more part is here; false: another one came first.
pub(crate) fn append(tx: &mut Tx<'_>, upload: &Upload, file: FileId, bytes: i64) -> Result<bool, StorageError> {
    let seen = uploads::table.find(upload.id.sql()).filter(uploads::received.eq(upload.received));
    let end = upload.received.saturating_add(bytes);
    if tx.execute(diesel::update(seen).set(uploads::received.eq(end)))? == 0 {
        return Ok(false);
    }
    tx.execute(diesel::insert_into(parts::table).values((
        parts::upload_id.eq(upload.id.sql()),
        parts::start.eq(upload.received),
        parts::file_id.eq(file.sql()),
    )))?;
    Ok(true)
}

/// Where the parts stand, in order.
pub(crate) fn parts(conn: &mut Conn, id: UploadId) -> Result<Vec<FileId>, StorageError> {
    let of = parts::table.filter(parts::upload_id.eq(id.sql())).order(parts::start).select(parts::file_id);
    Ok(of.load(conn)?)
}

/// The whole is a document now: its parts are of no use any more. The row stays, for a sender that missed the answer.
pub(crate) fn became(tx: &mut Tx<'_>, id: UploadId, document: DocumentId) -> Result<(), StorageError> {
    drop_parts(tx, id)?;
    tx.execute(diesel::update(uploads::table.find(id.sql())).set(uploads::document_id.eq(Some(document).sql())))?;
    Ok(())
}

pub(crate) fn remove(tx: &mut Tx<'_>, id: UploadId) -> Result<(), StorageError> {
    drop_parts(tx, id)?;
    tx.execute(diesel::delete(uploads::table.find(id.sql())))?;
    Ok(())
}

fn drop_parts(tx: &mut Tx<'_>, id: UploadId) -> Result<(), StorageError> {
    for file in parts(tx.conn(), id)? {
        storage::files::doom(tx, file)?;
    }
    tx.execute(diesel::delete(parts::table.filter(parts::upload_id.eq(id.sql()))))?;
    Ok(())
}

/// Forgets those that expired; how many.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<usize, StorageError> {
    let over = uploads::table.filter(uploads::expires_at.le(tx.now().sql())).select(uploads::id).limit(500);
    let ids: Vec<UploadId> = over.load(tx.conn())?;
    for id in &ids {
        remove(tx, *id)?;
    }
    Ok(ids.len())
}
