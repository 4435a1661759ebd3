//! What the admissions desk sees and does: worklist, review, decisions, notes; for its pages and its API alike.

pub(crate) mod count;
pub(crate) mod deeds;
mod look;
pub(crate) mod question;
pub(crate) mod remind;
pub(crate) mod versions;
pub(crate) mod views;

use std::collections::HashMap;

use ::web::StaffCaller;
use jiff::Timestamp;
use kernel::{EstablishmentId, ObjectId, StaffId};
pub(crate) use look::{Line, Reason, Review, SeenPage, reasons_of};
use storage::{Conn, StorageError};

/// How the telling of one file stands at the hospital's system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Standing {
    /// There was never anything to tell.
    #[default]
    Nothing,
    Waiting,
    Sent,
    Acknowledged,
    /// A person must look: codes such as `AE 101`, and what the system said beside them.
    Refused {
        code: String,
        words: String,
    },
}

impl Standing {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::Refused { .. } => "refused",
        }
    }
}

/// One telling to the hospital's system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// What happened, as the event is called: `preadmission.completed`.
    pub event: String,
    pub standing: Standing,
    /// The system's words when it answered.
    pub answer: String,
    /// When it ended, else when it began.
    pub at: Timestamp,
}

/// How the telling of each of many files stands; one that is left out was never told.
pub type Standings = fn(&mut Conn, &[ObjectId]) -> Result<HashMap<ObjectId, Standing>, StorageError>;

/// All tellings of these objects, files and documents, in their order.
pub type Tellings = fn(&mut Conn, &[ObjectId]) -> Result<Vec<Telling>, StorageError>;

/// What is known above this room of how files are told to the hospital's system.
#[derive(Debug, Clone, Copy)]
pub struct Partner {
    pub standings: Standings,
    pub tellings: Tellings,
}

impl Partner {
    /// No hospital's system is connected.
    pub(crate) const NONE: Self = Self { standings: |_, _| Ok(HashMap::new()), tellings: |_, _| Ok(Vec::new()) };
}

/// Who acts at the desk, and where they work: nothing of other establishments exists for them.
#[derive(Debug, Clone)]
pub(crate) struct Clerk {
    pub(crate) staff: StaffId,
    pub(crate) of: Vec<EstablishmentId>,
}

impl From<&StaffCaller> for Clerk {
    fn from(caller: &StaffCaller) -> Self {
        Self { staff: caller.staff, of: caller.establishments.clone() }
    }
}
