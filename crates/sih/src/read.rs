//! The questions other crates may ask.

use std::collections::HashMap;

use kernel::{ObjectId, Timestamp};
use storage::{
    Conn, StorageError,
    outbox::{self, DeliveryState, DeliveryView},
};

use crate::CONSUMER;

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
    /// A person must look: the system's codes, such as `AE 101`, or why it could not be told.
    Refused(String),
}

/// Of all that happened to this object: what waits for a person, else what is under way, else what came of the last.
pub fn standing(conn: &mut Conn, object: ObjectId) -> Result<Standing, StorageError> {
    Ok(standings(conn, &[object])?.remove(&object).unwrap_or(Standing::Nothing))
}

/// The same for many objects at once; one that is left out was never told.
pub fn standings(conn: &mut Conn, objects: &[ObjectId]) -> Result<HashMap<ObjectId, Standing>, StorageError> {
    let mut told: HashMap<ObjectId, Vec<DeliveryView>> = HashMap::new();
    for one in outbox::about_all(conn, CONSUMER, objects)? {
        told.entry(one.object).or_default().push(one);
    }
    Ok(told.into_iter().map(|(object, told)| (object, of(&told))).collect())
}

fn of(told: &[DeliveryView]) -> Standing {
    if let Some(stuck) = told.iter().find(|one| one.state.is_stuck()) {
        return Standing::Refused(stuck.last_error.clone().unwrap_or_default());
    }
    if let Some(open) = told.iter().find(|one| one.state.is_open()) {
        return if open.state == DeliveryState::Sent { Standing::Sent } else { Standing::Waiting };
    }
    let ended = told.iter().rev().find(|one| one.state == DeliveryState::Settled);
    ended.map_or(Standing::Nothing, |_| Standing::Acknowledged)
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
    let all = outbox::about_all(conn, CONSUMER, objects)?;
    let telling = |one: DeliveryView| Telling {
        standing: of(std::slice::from_ref(&one)),
        answer: one.acknowledgement.unwrap_or_default(),
        at: one.ended_at.unwrap_or(one.created_at),
        event: one.event,
    };
    Ok(all.into_iter().map(telling).collect())
}
