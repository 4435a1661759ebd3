//! The room's refusals.

use storage::outbox::DeskRefusal;
use web::{Problem, problem_types};

problem_types! {
    /// Only a refused or dead delivery waits for a person.
    NOT_STUCK = "delivery-not-stuck", 409;
    /// Only a refused message is processed again.
    NOT_REFUSED = "message-not-refused", 409;
}

/// Why the desk's wish was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeskFailure {
    #[error("a delivery is dropped with a reason")]
    NoReason,
    #[error(transparent)]
    Desk(#[from] DeskRefusal),
}

impl From<storage::StorageError> for DeskFailure {
    fn from(error: storage::StorageError) -> Self {
        Self::Desk(error.into())
    }
}

impl storage::TxError for DeskFailure {
    fn storage(&self) -> Option<&storage::StorageError> {
        match self {
            Self::Desk(refusal) => refusal.storage(),
            Self::NoReason => None,
        }
    }
}

impl From<DeskFailure> for Problem {
    fn from(failure: DeskFailure) -> Self {
        match failure {
            DeskFailure::NoReason => Self::invalid("/reason", "sih-drop-reason-needed"),
            DeskFailure::Desk(DeskRefusal::Unknown) => Self::not_found(),
            DeskFailure::Desk(DeskRefusal::NotStuck) => Self::new(&NOT_STUCK),
            DeskFailure::Desk(DeskRefusal::Storage(error)) => error.into(),
        }
    }
}
