//! The questions other crates may ask: a file with all that hangs on it, as it is now.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{DocumentId, EstablishmentId, InvitationId, PreadmissionId};
use storage::{Conn, StorageError, Tx};

pub use crate::domain::{
    answering::{Capacity, Signature},
    completeness::{AskedDocument, Completeness, Progress},
    document::State as DocumentState,
    file::{Answer, Document, Invitation, Origin, Page, Party, PreadmissionFacts, Relative, Source, Stay},
    invitation::Purpose,
    people::{Consent, Measure, OpenedAs, Quality},
    relatives::{News, Wish},
    rules::Rules,
    status::Status,
};
use crate::store::{decisions, documents, files, invitations, merges, pages, relatives, reminders};

/// The pictures of a document's pages, in order; none while it is not found clean.
pub fn pages(conn: &mut Conn, document: DocumentId) -> Result<Vec<Page>, StorageError> {
    pages::of_document(conn, document)
}

/// A stay that is kept from holders of parental authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretStay {
    pub establishment: EstablishmentId,
    pub visit_number: String,
    /// The hospital's number of the patient.
    pub ipp: String,
}

/// Those that the hospital knows, as long as their files are kept.
pub fn secret_stays(conn: &mut Conn) -> Result<Vec<SecretStay>, StorageError> {
    files::secret_stays(conn)
}

/// The number that stands for this one of a patient since the hospital merged identities.
pub fn living_number(conn: &mut Conn, of: EstablishmentId, number: &str) -> Result<String, StorageError> {
    merges::living(conn, of, number)
}

/// The present facts of a file, whoever's it is: the caller checks who asks.
pub fn preadmission(conn: &mut Conn, id: PreadmissionId) -> Result<Option<PreadmissionFacts>, StorageError> {
    files::find(conn, id)
}

/// An invitation with its file; none when either is gone, or when the person asked may not know of the stay any more.
pub fn invitation(conn: &mut Conn, id: InvitationId) -> Result<Option<(PreadmissionFacts, Invitation)>, StorageError> {
    let Some(invitation) = invitations::find(conn, id)? else { return Ok(None) };
    let facts = files::find(conn, invitation.file)?;
    let facts = facts.filter(|facts| !(facts.secret && invitation.purpose == Purpose::ParentalAuthority));
    Ok(facts.map(|facts| (facts, invitation)))
}

/// The relative to whom the last link of this invitation belongs; none when the patient took them off the list.
pub fn relative(
    conn: &mut Conn,
    id: InvitationId,
) -> Result<Option<(PreadmissionFacts, Invitation, Relative)>, StorageError> {
    let Some((facts, one)) = invitation(conn, id)? else { return Ok(None) };
    let known = one.purpose == Purpose::Relative && !one.is_replaced;
    let all = if known { relatives::of_file(conn, facts.id)? } else { Vec::new() };
    Ok(all.into_iter().find(|relative| relative.number == one.number).map(|relative| (facts, one, relative)))
}

/// How often its patient was reminded of a file.
pub fn reminders(conn: &mut Conn, id: PreadmissionId) -> Result<i32, StorageError> {
    Ok(reminders::last(conn, &[id])?.get(&id).map_or(0, |(number, _)| *number))
}

/// One document, whosever it is: the caller checks who asks.
pub fn document(conn: &mut Conn, id: DocumentId) -> Result<Option<Document>, StorageError> {
    documents::find(conn, id)
}

/// The documents of these files, each with its file.
pub fn documents_of(
    conn: &mut Conn,
    files: &[PreadmissionId],
) -> Result<Vec<(PreadmissionId, DocumentId)>, StorageError> {
    let found = documents::of_files(conn, files)?;
    Ok(found.into_values().flatten().map(|document| (document.file, document.id)).collect())
}

/// What clerks read on the papers of a cover, and when, by field: it holds instead of what the patient wrote.
pub fn corrections(
    conn: &mut Conn,
    file: PreadmissionId,
) -> Result<BTreeMap<String, (String, Timestamp)>, StorageError> {
    let known = decisions::corrections(conn, file)?;
    Ok(known.into_iter().map(|one| (one.field, (one.value, one.at))).collect())
}

/// The hospital's system acknowledged a document: from now on it has its own copy.
pub fn document_told(tx: &mut Tx<'_>, id: DocumentId) -> Result<(), StorageError> {
    documents::told(tx, id)
}

/// An establishment's own words, French and English, for refusing a kind of document; none: those of the locale files,
/// under `preadmission-desk-reason-{code}`.
pub fn reason_words(
    conn: &mut Conn,
    establishment: EstablishmentId,
    kind: &str,
    code: &str,
) -> Result<Option<(String, String)>, StorageError> {
    let known = crate::desk::reasons_of(conn, establishment, kind)?;
    Ok(known.into_iter().find(|reason| reason.code == code).and_then(|reason| reason.own))
}
