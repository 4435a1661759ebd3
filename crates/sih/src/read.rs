//! The question other crates may ask.

use kernel::ObjectId;
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
    let told = outbox::about(conn, CONSUMER, object)?;
    let reason = |one: &DeliveryView| one.last_error.clone().unwrap_or_default();
    if let Some(stuck) = told.iter().find(|one| one.state.is_stuck()) {
        return Ok(Standing::Refused(reason(stuck)));
    }
    if let Some(open) = told.iter().find(|one| one.state.is_open()) {
        let sent = open.state == DeliveryState::Sent;
        return Ok(if sent { Standing::Sent } else { Standing::Waiting });
    }
    let ended = told.iter().rev().find(|one| one.state == DeliveryState::Settled);
    Ok(ended.map_or(Standing::Nothing, |_| Standing::Acknowledged))
}
