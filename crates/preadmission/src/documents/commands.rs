//! What is written down of a document on its way, each time in one transaction.

use identity::traces::{self, Action, Actor, Trace};
use jiff::Timestamp;
use kernel::{DocumentId, EventKind, PatientId, PreadmissionId};
use serde_json::json;
use storage::{Event, StorageError, Tx, files::Draft};

use super::{Giver, Offer};
use crate::{
    commands::{decided, open_for_writing, own},
    domain::{
        Refusal,
        arrival::{Given, Limits, admit},
        document::{Change, State},
    },
    failure::Failure,
    read::{Document, PreadmissionFacts, Source},
    store::{
        documents::{self, Received},
        files, uploads,
    },
};

/// Whether this file waits for such a document now, and has room for one more.
pub(super) fn may_give(
    facts: &PreadmissionFacts,
    offer: &Offer,
    now: Timestamp,
    limits: Limits,
) -> Result<(), Failure> {
    let kind = offer.kind.as_str();
    let asked = facts.completeness().documents;
    if !asked.iter().any(|one| one.kind == kind || one.or.iter().any(|other| other == kind)) {
        return Err(Failure::Unknown);
    }
    let is_open = match offer.by {
        Giver::Holder(_) => facts.may_give(kind),
        Giver::Clerk(..) => facts.clerk_may_give(kind),
    };
    if !is_open || facts.stay.entry_at <= now {
        return Err(Refusal::FileClosed.into());
    }
    Ok(admit(&there(facts), &Given { kind, state: State::Received, sha256: None, bytes: 0 }, limits)?)
}

fn there(facts: &PreadmissionFacts) -> Vec<Given<'_>> {
    facts.documents.iter().filter(|document| !document.state.is_over()).map(given).collect()
}

fn given(document: &Document) -> Given<'_> {
    Given {
        kind: &document.kind,
        state: document.state,
        sha256: document.sha256.as_deref(),
        bytes: document.received_bytes.unwrap_or_default(),
    }
}

/// The bytes are in their place: they become a document that waits for its check.
pub(super) fn receive(tx: &mut Tx<'_>, offer: &Offer, draft: &Draft, limits: Limits) -> Result<DocumentId, Failure> {
    let (facts, source) = match &offer.by {
        Giver::Holder(patient) => {
            let facts = own(tx, offer.file, *patient)?;
            let source = facts.source_of(*patient);
            (facts, source)
        }
        Giver::Clerk(staff, of) => (open_for_writing(tx, offer.file, (*staff, of))?, Source::Clerk),
    };
    let by = offer.by.object();
    let bytes = i64::try_from(draft.size).unwrap_or(i64::MAX);
    may_give(&facts, offer, tx.now(), limits)?;
    let coming = Given { kind: &offer.kind, state: State::Received, sha256: Some(&draft.sha256), bytes };
    admit(&there(&facts), &coming, limits)?;
    let received = Received {
        kind: offer.kind.clone(),
        label: offer.label().to_owned(),
        sha256: draft.sha256,
        bytes,
        by: (source, by),
        sent_at: offer.sent_at,
        at: draft.keep(tx)?,
    };
    let id = documents::receive(tx, offer.file, &received)?;
    let sha256 = kernel::digest::hex(&draft.sha256);
    let content = json!({ "document": id, "kind": offer.kind, "sha256": sha256, "as": source.name() });
    files::record(tx, files::DOCUMENT_RECEIVED, by, offer.file, &content)?;
    if let Giver::Clerk(staff, _) = &offer.by {
        decided(tx, &facts, *staff)?;
    }
    tx.emit(Event {
        kind: EventKind::DocumentReceived,
        establishment: facts.establishment.id,
        subject: id.as_object(),
        object: id.as_object(),
    })?;
    Ok(id)
}

/// The patient takes a document back: its bytes are destroyed at once.
pub(super) fn withdraw(
    tx: &mut Tx<'_>,
    file: PreadmissionId,
    patient: PatientId,
    id: DocumentId,
) -> Result<(), Failure> {
    let facts = own(tx, file, patient)?;
    let document = facts.documents.iter().find(|one| one.id == id && one.received_bytes.is_some());
    let document = document.filter(|one| !one.state.is_over()).ok_or(Failure::Unknown)?;
    let is_settled = !facts.status.is_open() || document.state == State::Accepted;
    if is_settled || facts.stay.entry_at <= tx.now() {
        return Err(Refusal::FileClosed.into());
    }
    documents::change(tx, id, Change::Replace, None)?;
    documents::change(tx, id, Change::Purge, None)?;
    documents::erase(tx, document)?;
    let content = json!({ "document": id, "kind": document.kind, "as": facts.source_of(patient).name() });
    files::record(tx, files::DOCUMENT_WITHDRAWN, patient.as_object(), file, &content)?;
    let (of, actor) = (facts.patient.unwrap_or(patient), Actor::Patient(patient));
    traces::record(tx, Trace { patient: of, actor, action: Action::Changed, what: "document" })?;
    Ok(())
}

/// Files that came in parts and never to their end; how many.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<usize, StorageError> {
    uploads::sweep(tx)
}
