//! The questions other crates may ask.

use std::collections::HashMap;

use kernel::{DeliveryId, ObjectId, PreadmissionId, Timestamp};
use storage::{
    Conn, StorageError,
    outbox::{self, DeliveryState, DeliveryView},
};

use crate::{CONSUMER, acknowledgement::Acknowledgement, hl7, store};

/// How the telling of one object stands at the hospital's system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// There was never anything to tell.
    Nothing,
    /// It will be sent.
    Waiting,
    /// It left, and its acknowledgement is not there.
    Sent,
    Acknowledged,
    /// A person must look.
    Refused(Refused),
}

/// Why a telling stands still.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refused {
    /// The system's codes, such as `AE 101`, or why it could not be told.
    pub code: String,
    /// What the system said beside its codes; it may name people.
    pub words: String,
}

/// Of all that happened to this object: what waits for a person, else what is under way, else what came of the last.
pub fn standing(conn: &mut Conn, object: ObjectId) -> Result<Standing, StorageError> {
    let told = outbox::about(conn, CONSUMER, object)?;
    of(conn, &told)
}

/// How the telling of files stands, with that of their documents; one that is left out was never told.
pub fn of_files(conn: &mut Conn, files: &[PreadmissionId]) -> Result<HashMap<PreadmissionId, Standing>, StorageError> {
    let mut standings = HashMap::new();
    for (file, told) in about_files(conn, files)? {
        standings.insert(file, of(conn, &told)?);
    }
    Ok(standings)
}

/// What the hospital's system was told of these files and of their documents, oldest first.
pub(crate) fn about_files(
    conn: &mut Conn,
    files: &[PreadmissionId],
) -> Result<HashMap<PreadmissionId, Vec<DeliveryView>>, StorageError> {
    let documents = preadmission::read::documents_of(conn, files)?;
    let mut owners: HashMap<ObjectId, PreadmissionId> =
        documents.into_iter().map(|(file, document)| (document.as_object(), file)).collect();
    owners.extend(files.iter().map(|file| (file.as_object(), *file)));
    let objects: Vec<ObjectId> = owners.keys().copied().collect();
    let mut told: HashMap<PreadmissionId, Vec<DeliveryView>> = HashMap::new();
    for one in outbox::about_all(conn, CONSUMER, &objects)? {
        if let Some(file) = owners.get(&one.object) {
            told.entry(*file).or_default().push(one);
        }
    }
    Ok(told)
}

fn of(conn: &mut Conn, told: &[DeliveryView]) -> Result<Standing, StorageError> {
    if let Some(stuck) = told.iter().find(|one| one.state.is_stuck()) {
        let code = stuck.last_error.clone().unwrap_or_default();
        return Ok(Standing::Refused(Refused { words: words(conn, stuck.id)?, code }));
    }
    if let Some(open) = told.iter().find(|one| one.state.is_open()) {
        return Ok(if open.state == DeliveryState::Sent { Standing::Sent } else { Standing::Waiting });
    }
    let ended = told.iter().any(|one| one.state == DeliveryState::Settled);
    Ok(if ended { Standing::Acknowledged } else { Standing::Nothing })
}

/// The sentences of the acknowledgement that refused the last message of a delivery.
fn words(conn: &mut Conn, delivery: DeliveryId) -> Result<String, StorageError> {
    let answer = store::last_refusal(conn, delivery)?.and_then(|answer| hl7::read(&answer).ok());
    let read = answer.as_ref().and_then(Acknowledgement::of);
    Ok(read.map(|read| read.reason).unwrap_or_default())
}

/// One telling, whatever came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// As the event is called: `preadmission.completed`.
    pub event: String,
    pub standing: Standing,
    /// The system's words when it answered.
    pub answer: String,
    /// When it ended, else when it began.
    pub at: Timestamp,
}

/// All that was told, or is to be, of these objects, in its order.
pub fn tellings(conn: &mut Conn, objects: &[ObjectId]) -> Result<Vec<Telling>, StorageError> {
    let mut all = Vec::new();
    for one in outbox::about_all(conn, CONSUMER, objects)? {
        all.push(Telling {
            standing: of(conn, std::slice::from_ref(&one))?,
            answer: one.acknowledgement.unwrap_or_default(),
            at: one.ended_at.unwrap_or(one.created_at),
            event: one.event,
        });
    }
    Ok(all)
}
