//! What is kept no longer is erased: by the workers every hour and by `parvis purge`, one way for both.

use jiff::Timestamp;
use kernel::PreadmissionId;
use storage::{StorageError, Tx, proof};

use crate::{
    Preadmission,
    domain::retention::{DocumentKept, FileKept, Retention},
    read::{Document, DocumentState, PreadmissionFacts, Source},
    store::{documents, erasure, files},
};

/// Files of one reading.
const BATCH: i64 = 200;

/// How much was erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Purged {
    pub files: usize,
    pub documents: usize,
}

impl Preadmission {
    /// Erases what is not kept any more at this instant, each file in a transaction of its own.
    pub async fn purge(&self, as_of: Timestamp) -> Result<Purged, StorageError> {
        let (mut purged, mut last) = (Purged::default(), None);
        loop {
            let batch = self.db.read(move |conn| erasure::alive(conn, last, BATCH)).await?;
            let Some(newest) = batch.last().copied() else { break };
            for id in batch {
                let retention = self.settings.retention;
                let (files, documents) = self.db.write(move |tx| purge_one(tx, id, &retention, as_of)).await?;
                purged.files += files;
                purged.documents += documents;
            }
            last = Some(newest);
        }
        self.db.write(move |tx| erasure::forget_visits(tx, as_of)).await?;
        Ok(purged)
    }

    /// When all that is in this file will be erased, as things stand.
    pub(crate) fn kept_until(&self, facts: &PreadmissionFacts) -> Timestamp {
        self.settings.retention.file_until(&kept(facts))
    }
}

fn purge_one(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    retention: &Retention,
    as_of: Timestamp,
) -> Result<(usize, usize), StorageError> {
    let Some(facts) = files::find(tx.conn(), id)? else { return Ok((0, 0)) };
    let whole = retention.file_until(&kept(&facts)) <= as_of;
    let mut erased = 0;
    for document in facts.documents.iter().filter(|document| document.state != DocumentState::Purged) {
        if whole || retention.document_until(&kept_document(document)).is_some_and(|until| until <= as_of) {
            documents::erase(tx, document)?;
            documents::purge(tx, document.id)?;
            proof::forget(tx, document.id.as_object())?;
            erased += 1;
        }
    }
    if whole {
        erasure::erase(tx, &facts)?;
        proof::forget(tx, id.as_object())?;
    }
    Ok((usize::from(whole), erased))
}

fn kept(facts: &PreadmissionFacts) -> FileKept {
    let stay = &facts.stay;
    let typed = |source| matches!(source, Source::Patient | Source::Relative | Source::Clerk | Source::Card);
    FileKept {
        status: facts.status,
        was_sent: facts.version > 0,
        is_empty: facts.documents.is_empty() && !facts.answers.values().any(|answer| typed(answer.source)),
        stay_ends: stay.exit_at.unwrap_or(stay.entry_at),
        cancelled_at: stay.cancelled_at,
    }
}

fn kept_document(document: &Document) -> DocumentKept<'_> {
    let Document { kind, state, changed_at, told_at, .. } = document;
    DocumentKept { kind, state: *state, changed_at: *changed_at, told_at: *told_at }
}
