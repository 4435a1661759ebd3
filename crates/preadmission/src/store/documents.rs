//! The rows of documents: what came, and what became of it. The bytes stand elsewhere.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{DocumentId, FileId, ObjectId, PreadmissionId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::{answers::SourceText, schema::preadmission_documents as documents};
use crate::{
    domain::{
        Refusal,
        document::{Change, State},
    },
    failure::Failure,
    read::{Document, Source},
};

storage::text_enum! {
    pub(crate) enum StateText {
        Awaited = "awaited",
        Received = "received",
        Checking = "checking",
        Undecided = "undecided",
        Infected = "infected",
        ToReview = "to-review",
        Accepted = "accepted",
        Refused = "refused",
        NotAvailable = "not-available",
        Replaced = "replaced",
        Purged = "purged",
    }
}

impl From<State> for StateText {
    fn from(state: State) -> Self {
        match state {
            State::Awaited => Self::Awaited,
            State::Received => Self::Received,
            State::Checking => Self::Checking,
            State::Undecided => Self::Undecided,
            State::Infected => Self::Infected,
            State::ToReview => Self::ToReview,
            State::Accepted => Self::Accepted,
            State::Refused => Self::Refused,
            State::NotAvailable => Self::NotAvailable,
            State::Replaced => Self::Replaced,
            State::Purged => Self::Purged,
        }
    }
}
impl From<StateText> for State {
    fn from(text: StateText) -> Self {
        match text {
            StateText::Awaited => Self::Awaited,
            StateText::Received => Self::Received,
            StateText::Checking => Self::Checking,
            StateText::Undecided => Self::Undecided,
            StateText::Infected => Self::Infected,
            StateText::ToReview => Self::ToReview,
            StateText::Accepted => Self::Accepted,
            StateText::Refused => Self::Refused,
            StateText::NotAvailable => Self::NotAvailable,
            StateText::Replaced => Self::Replaced,
            StateText::Purged => Self::Purged,
        }
    }
}

type Row = (
    (DocumentId, PreadmissionId),
    String,
    StateText,
    (Option<String>, String),
    String,
    Option<Vec<u8>>,
    (Option<i64>, Option<i64>, Option<i32>),
    (Option<ObjectId>, SourceText),
    (Timestamp, Timestamp, Option<Timestamp>),
    (Option<FileId>, Option<FileId>, Option<String>),
);

macro_rules! columns {
    () => {
        (
            (documents::id, documents::preadmission_id),
            documents::kind,
            documents::state,
            (documents::reason, documents::reason_text),
            documents::label,
            documents::sha256,
            (documents::received_bytes, documents::kept_bytes, documents::pages),
            (documents::received_by, documents::source),
            (documents::created_at, documents::changed_at, documents::told_at),
            (documents::received_file, documents::kept_file, documents::card_code),
        )
    };
}

fn document_of(row: Row) -> Document {
    Document {
        id: row.0.0,
        file: row.0.1,
        kind: row.1,
        state: row.2.into(),
        reason: row.3.0,
        reason_text: row.3.1,
        label: row.4,
        sha256: row.5,
        received_bytes: row.6.0,
        kept_bytes: row.6.1,
        pages: row.6.2,
        received_by: row.7.0,
        source: row.7.1.into(),
        created_at: row.8.0,
        changed_at: row.8.1,
        received_file: row.9.0,
        kept_file: row.9.1,
        card_code: row.9.2,
        told_at: row.8.2,
    }
}

/// Documents of many files, each file's in the order in which they came.
pub(crate) fn of_files(
    conn: &mut Conn,
    files: &[PreadmissionId],
) -> Result<HashMap<PreadmissionId, Vec<Document>>, StorageError> {
    let rows: Vec<Row> = documents::table
        .filter(documents::preadmission_id.eq_any(files.iter().map(|id| id.sql())))
        .select(columns!())
        .order(documents::id)
        .load(conn)?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for document in rows.into_iter().map(document_of) {
        found.entry(document.file).or_default().push(document);
    }
    Ok(found)
}

/// In the order in which they came.
pub(crate) fn of_file(conn: &mut Conn, file: PreadmissionId) -> Result<Vec<Document>, StorageError> {
    let rows: Vec<Row> = documents::table
        .filter(documents::preadmission_id.eq(file.sql()))
        .select(columns!())
        .order(documents::id)
        .load(conn)?;
    Ok(rows.into_iter().map(document_of).collect())
}

pub(crate) fn find(conn: &mut Conn, id: DocumentId) -> Result<Option<Document>, StorageError> {
    let row: Option<Row> = documents::table.find(id.sql()).select(columns!()).first(conn).optional()?;
    Ok(row.map(document_of))
}

/// What is known of bytes that have just arrived.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) kind: String,
    /// The name of the sender's file, at most 255 characters.
    pub(crate) label: String,
    pub(crate) sha256: [u8; 32],
    pub(crate) bytes: i64,
    /// Who gave it, and as what.
    pub(crate) by: (Source, ObjectId),
    /// When its sender chose it.
    pub(crate) sent_at: Timestamp,
    pub(crate) at: FileId,
}

/// A document whose bytes are here. A word that it is missing, or one of its kind refused before, gives way.
pub(crate) fn receive(tx: &mut Tx<'_>, file: PreadmissionId, came: &Received) -> Result<DocumentId, Failure> {
    let state = State::Awaited.after(Change::Receive).ok_or(Refusal::NotInThisStatus)?;
    give_way(tx, file, &came.kind, came.sent_at)?;
    let (id, now): (DocumentId, _) = (tx.id(), tx.now());
    tx.execute(diesel::insert_into(documents::table).values((
        documents::id.eq(id.sql()),
        documents::preadmission_id.eq(file.sql()),
        documents::kind.eq(&came.kind),
        documents::state.eq(StateText::from(state)),
        documents::reason_text.eq(""),
        documents::label.eq(&came.label),
        documents::sha256.eq(Some(came.sha256.to_vec())),
        documents::received_bytes.eq(Some(came.bytes)),
        documents::received_by.eq(Some(came.by.1).sql()),
        documents::source.eq(SourceText::from(came.by.0)),
        documents::received_file.eq(Some(came.at).sql()),
        documents::created_at.eq(now.sql()),
        documents::changed_at.eq(now.sql()),
    )))?;
    Ok(id)
}

/// "Je n'ai pas ce document", with the reason.
pub(crate) fn declare_missing(
    tx: &mut Tx<'_>,
    file: PreadmissionId,
    (kind, or): (&str, &[String]),
    (reason, text): (&str, &str),
    (source, by): (Source, ObjectId),
) -> Result<DocumentId, Failure> {
    let state = State::Awaited.after(Change::Declare).ok_or(Refusal::NotInThisStatus)?;
    let (id, now): (DocumentId, _) = (tx.id(), tx.now());
    give_way(tx, file, kind, now)?;
    for other in or {
        give_way(tx, file, other, now)?;
    }
    tx.execute(diesel::insert_into(documents::table).values((
        documents::id.eq(id.sql()),
        documents::preadmission_id.eq(file.sql()),
        documents::kind.eq(kind),
        documents::state.eq(StateText::from(state)),
        documents::reason.eq(Some(reason)),
        documents::reason_text.eq(text),
        documents::label.eq(""),
        documents::received_by.eq(Some(by).sql()),
        documents::source.eq(SourceText::from(source)),
        documents::created_at.eq(now.sql()),
        documents::changed_at.eq(now.sql()),
    )))?;
    Ok(id)
}

/// Those of the kind that say "missing" make room for what comes now. So do those that were refused before it was sent:
/// what was on its way already is no answer to a refusal, which its sender is still to see.
fn give_way(tx: &mut Tx<'_>, file: PreadmissionId, kind: &str, sent_at: Timestamp) -> Result<(), Failure> {
    let all = of_file(tx.conn(), file)?;
    let yields = |one: &Document| match one.state {
        State::NotAvailable => true,
        state => state.is_to_correct() && one.changed_at <= sent_at,
    };
    for document in all.into_iter().filter(|one| one.kind == kind && yields(one)) {
        change(tx, document.id, Change::Replace, None)?;
    }
    Ok(())
}

/// Why, when a change is a refusal: the code of the reason and free words; and who decided, when a clerk did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reason<'a> {
    pub(crate) code: &'a str,
    pub(crate) text: &'a str,
    pub(crate) by: Option<StaffId>,
}

/// One step of the table; any other is refused. The new state.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    id: DocumentId,
    by: Change,
    reason: Option<Reason<'_>>,
) -> Result<State, Failure> {
    let before = find(tx.conn(), id)?.ok_or(Failure::Unknown)?.state;
    let after = before.after(by).ok_or(Refusal::NotInThisStatus)?;
    let now = tx.now();
    // Only from the state that was judged: of two decisions at once the second finds nothing to change.
    let judged = documents::table.find(id.sql()).filter(documents::state.eq(StateText::from(before)));
    let changed = match reason {
        None => tx.execute(
            diesel::update(judged)
                .set((documents::state.eq(StateText::from(after)), documents::changed_at.eq(now.sql()))),
        )?,
        Some(reason) => tx.execute(diesel::update(judged).set((
            documents::state.eq(StateText::from(after)),
            documents::reason.eq(Some(reason.code)),
            documents::reason_text.eq(reason.text),
            documents::decided_by.eq(reason.by.sql()),
            documents::changed_at.eq(now.sql()),
        )))?,
    };
    if changed == 1 { Ok(after) } else { Err(Failure::Storage(StorageError::Crossed)) }
}

/// Who accepted it, or took an acceptance back.
pub(crate) fn note_decider(tx: &mut Tx<'_>, id: DocumentId, by: StaffId) -> Result<(), StorageError> {
    tx.execute(diesel::update(documents::table.find(id.sql())).set(documents::decided_by.eq(Some(by).sql())))?;
    Ok(())
}

/// What rebuilding made; a word why it was not decided before is of no interest any more.
pub(crate) fn note_kept(
    tx: &mut Tx<'_>,
    id: DocumentId,
    file: FileId,
    (bytes, pages): (i64, i32),
) -> Result<(), Failure> {
    tx.execute(diesel::update(documents::table.find(id.sql())).set((
        documents::kept_file.eq(Some(file).sql()),
        documents::kept_bytes.eq(Some(bytes)),
        documents::pages.eq(Some(pages)),
        documents::reason.eq(None::<&str>),
    )))?;
    Ok(())
}

/// What the code on a card says.
pub(crate) fn note_code(tx: &mut Tx<'_>, id: DocumentId, code: &str) -> Result<(), StorageError> {
    tx.execute(diesel::update(documents::table.find(id.sql())).set(documents::card_code.eq(Some(code))))?;
    Ok(())
}

/// The bytes as they were sent are of no use any more: nobody opens them from now on.
pub(crate) fn forget_received(tx: &mut Tx<'_>, document: &Document) -> Result<(), StorageError> {
    let Some(file) = document.received_file else { return Ok(()) };
    tx.execute(
        diesel::update(documents::table.find(document.id.sql())).set(documents::received_file.eq(None::<FileId>.sql())),
    )?;
    storage::files::doom(tx, file)
}

/// Destroys every byte of a document, pictures of its pages and the code of a card included.
pub(crate) fn erase(tx: &mut Tx<'_>, document: &Document) -> Result<(), StorageError> {
    forget_received(tx, document)?;
    tx.execute(diesel::update(documents::table.find(document.id.sql())).set(documents::card_code.eq(None::<&str>)))?;
    super::pages::erase(tx, document.id)?;
    let Some(file) = document.kept_file else { return Ok(()) };
    tx.execute(
        diesel::update(documents::table.find(document.id.sql())).set(documents::kept_file.eq(None::<FileId>.sql())),
    )?;
    storage::files::doom(tx, file)
}

/// The hospital's system acknowledged it.
pub(crate) fn told(tx: &mut Tx<'_>, id: DocumentId) -> Result<(), StorageError> {
    let now = tx.now();
    let first = documents::table.find(id.sql()).filter(documents::told_at.is_null());
    tx.execute(diesel::update(first).set(documents::told_at.eq(Some(now).sql())))?;
    Ok(())
}

/// Of an erased document remain its kind and its dates.
pub(crate) fn purge(tx: &mut Tx<'_>, id: DocumentId) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(diesel::update(documents::table.find(id.sql())).set((
        documents::state.eq(StateText::from(State::Purged)),
        documents::label.eq(""),
        documents::reason_text.eq(""),
        documents::sha256.eq(None::<Vec<u8>>),
        documents::changed_at.eq(now.sql()),
    )))?;
    Ok(())
}
