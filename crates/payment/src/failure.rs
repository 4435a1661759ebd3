//! How a command ends when it does not succeed.

use storage::{StorageError, TxError, idempotency::KeyReused};

use crate::domain::Refusal;

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Absent, or somebody else's: never told apart.
    #[error("no such thing")]
    Unknown,
    /// The same key came with another request.
    #[error("idempotency key reused")]
    KeyReused,
    #[error(transparent)]
    Storage(StorageError),
}

/// The database is the last to judge; its named constraints say what the rules would have said.
impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        match error.refusal() {
            Some("payment_shares_invoice_id_key") => Refusal::PaymentUnderWay.into(),
            _ => Self::Storage(error),
        }
    }
}

impl From<KeyReused> for Failure {
    fn from(_: KeyReused) -> Self {
        Self::KeyReused
    }
}

impl TxError for Failure {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Storage(error) => Some(error),
            _ => None,
        }
    }
}
