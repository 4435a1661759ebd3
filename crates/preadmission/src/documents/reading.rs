//! What can be read of documents: pictures of their pages and the kept PDF, and only of clean ones.

use bytes::Bytes;
use futures_util::TryStreamExt;
use identity::traces::{self, Action, Actor, Trace};
use kernel::{DocumentId, EstablishmentId, PatientId, PreadmissionId, StaffId};
use storage::files::{FileError, Opened};

use super::commands;
use crate::{
    Preadmission,
    commands::at_desk,
    failure::Failure,
    read::{self, Page},
    store::{documents, pages},
};

impl Preadmission {
    /// The whole rebuilt PDF of a clean document; whose it is, is for the caller to know. `FileError::Unknown`: it is
    /// not clean, or gone; `FileError::TooLarge`: more than `limit` bytes.
    pub async fn kept_pdf(&self, document: DocumentId, limit: u64) -> Result<Bytes, FileError> {
        let found = self.db.read(move |conn| documents::find(conn, document)).await?;
        let kept = found.filter(|document| document.state.is_clean()).and_then(|document| document.kept_file);
        let file = self.files.open_file(kept.ok_or(FileError::Unknown)?).await?;
        if file.size > limit {
            return Err(FileError::TooLarge(limit));
        }
        let parts: Vec<Bytes> = file.read().await?.try_collect().await?;
        Ok(parts.concat().into())
    }

    /// A page of one's own document.
    pub(crate) async fn own_page(
        &self,
        patient: PatientId,
        (file, document, page): (PreadmissionId, DocumentId, i32),
    ) -> Result<Opened, Failure> {
        let facts = self.file_of(patient, file).await?;
        let clean = facts.documents.iter().any(|one| one.id == document && one.state.is_clean());
        let found: Result<_, Failure> = self.db.read(move |conn| Ok(read::pages(conn, document)?)).await;
        let page = found?.into_iter().find(|one| clean && one.number == page).ok_or(Failure::Unknown)?;
        Ok(self.files.open_file(page.file).await?)
    }

    /// A page at the desk. That it was opened is written down first.
    pub(crate) async fn desk_page(
        &self,
        (staff, of): (StaffId, Vec<EstablishmentId>),
        (file, document, page): (PreadmissionId, DocumentId, i32),
    ) -> Result<Opened, Failure> {
        let seen = self.db.write(move |tx| see(tx, (staff, &of), (file, document, page))).await?;
        Ok(self.files.open_file(seen.file).await?)
    }

    /// The patient takes a document back.
    pub(crate) async fn withdraw(
        &self,
        patient: PatientId,
        file: PreadmissionId,
        document: DocumentId,
    ) -> Result<(), Failure> {
        self.db.write(move |tx| commands::withdraw(tx, file, patient, document)).await
    }
}

fn see(
    tx: &mut storage::Tx<'_>,
    (staff, of): (StaffId, &[EstablishmentId]),
    (file, document, page): (PreadmissionId, DocumentId, i32),
) -> Result<Page, Failure> {
    let facts = at_desk(tx, file, of)?;
    if !facts.documents.iter().any(|one| one.id == document && one.state.is_clean()) {
        return Err(Failure::Unknown);
    }
    let found = pages::of_document(tx.conn(), document)?.into_iter().find(|one| one.number == page);
    let found = found.ok_or(Failure::Unknown)?;
    pages::note_view(tx, document, page, staff)?;
    if let Some(patient) = facts.patient {
        traces::record(tx, Trace { patient, actor: Actor::Staff(staff), action: Action::Read, what: "document" })?;
    }
    Ok(found)
}
