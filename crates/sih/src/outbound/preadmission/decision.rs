//! Which messages an event of a file becomes, from the file as it stands and what the hospital heard of it.

use kernel::EventKind;

use super::facts::{Stands, StayTold};
use crate::outbound::Announced;

/// One message about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A28: who.
    Identity,
    /// A05: the stay with the answers.
    Admission,
    /// Z99: the same, corrected.
    Correction,
    /// A38.
    Cancellation,
}

impl Deed {
    /// MSH-9.1 and -9.2.
    pub fn event(self) -> &'static str {
        match self {
            Self::Identity => "ADT A28",
            Self::Admission => "ADT A05",
            Self::Correction => "ADT Z99",
            Self::Cancellation => "ADT A38",
        }
    }
}

/// What this hospital's system heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heard {
    /// It acknowledged an A28 of this patient.
    pub identity: bool,
    /// Version of the file in the last A05 or Z99 it acknowledged.
    pub version: Option<i64>,
    /// An A05 or Z99 left, and it did not refuse it: it may know the stay.
    pub perhaps: bool,
    pub cancelled: bool,
}

/// The messages in their order, or why there is none: a key of the pages' words.
pub fn plan(event: EventKind, told: &StayTold, heard: Heard, announced: Announced) -> Result<Vec<Deed>, &'static str> {
    use EventKind::{PreadmissionAmended, PreadmissionCompleted, PreadmissionCorrected};
    match (event, told.stands) {
        (PreadmissionCompleted | PreadmissionCorrected | PreadmissionAmended, stands) => match stands {
            Stands::Cancelled | Stands::CancelledByHospital => Err("stay-cancelled"),
            Stands::Open => Err("file-open"),
            // After A38 a visit number is never used again (PAM §5.4.1).
            Stands::Accepted if heard.cancelled => Err("stay-cancelled"),
            Stands::Accepted => accepted(told, heard, announced),
        },
        (EventKind::PreadmissionCancelled, Stands::CancelledByHospital) => Err("hospital-knows"),
        (EventKind::PreadmissionCancelled, Stands::Cancelled) => match heard {
            Heard { cancelled: true, .. } => Err("already-told"),
            // The hospital's own movement is known there, whatever was told.
            Heard { version: None, perhaps: false, .. } if !told.changes_theirs(announced) => Err("stay-not-told"),
            _ => Ok(vec![Deed::Cancellation]),
        },
        (EventKind::PreadmissionCancelled, _) => Err("stay-not-cancelled"),
        _ => Err("not-for-the-sih"),
    }
}

fn accepted(told: &StayTold, heard: Heard, announced: Announced) -> Result<Vec<Deed>, &'static str> {
    match heard.version {
        Some(version) if version >= told.version => Err("already-told"),
        Some(_) => Ok(vec![Deed::Correction]),
        None if told.changes_theirs(announced) => Ok(vec![Deed::Correction]),
        None if told.ipp.is_some() || heard.identity => Ok(vec![Deed::Admission]),
        None => Ok(vec![Deed::Identity, Deed::Admission]),
    }
}

impl StayTold {
    /// Whether messages speak of the hospital's own movement instead of ours.
    pub fn changes_theirs(&self, announced: Announced) -> bool {
        announced == Announced::Correction && self.stay.movement.is_some()
    }
}
