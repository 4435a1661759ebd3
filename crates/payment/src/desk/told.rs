//! How the hospital's billing system was told of a payment: what this room asks of whoever speaks with the hospital's systems.
//! The room of the SIH knows; the server joins the two.

use jiff::Timestamp;
use kernel::ObjectId;
use storage::{Conn, StorageError};

/// How one telling stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The hospital wants to be told nothing.
    Nothing,
    /// It will be sent.
    Waiting,
    /// It left, and its acknowledgement is not there.
    Sent,
    Acknowledged,
    /// A person must look: the system's codes, or why it could not be told.
    Refused(String),
}

impl Standing {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::Refused(_) => "refused",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    pub standing: Standing,
    /// When it ended, else when it began.
    pub at: Timestamp,
}

/// All that was told, or is to be, of a payment, in its order. Answers within the transaction of whoever asks.
pub type Tellings = fn(&mut Conn, ObjectId) -> Result<Vec<Telling>, StorageError>;

/// A house without a door to the hospital's systems.
pub(crate) fn nothing(_: &mut Conn, _: ObjectId) -> Result<Vec<Telling>, StorageError> {
    Ok(Vec::new())
}
