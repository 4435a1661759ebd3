//! What the admissions desk sees and does: worklist, review, decisions, notes; for its pages and its API alike.

pub(crate) mod count;
pub(crate) mod deeds;
mod look;
pub(crate) mod question;

use std::collections::HashMap;

use ::web::StaffCaller;
use kernel::{EstablishmentId, ObjectId, StaffId};
pub(crate) use look::{Line, Reason, Review, reasons_of};
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

/// Asks, for many files at once, how their telling stands; one that is left out was never told.
pub type Standings = fn(&mut Conn, &[ObjectId]) -> Result<HashMap<ObjectId, Standing>, StorageError>;

/// No hospital's system is connected.
pub(crate) fn untold(_: &mut Conn, _: &[ObjectId]) -> Result<HashMap<ObjectId, Standing>, StorageError> {
    Ok(HashMap::new())
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
