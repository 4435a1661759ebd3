//! How a command ends when it does not succeed.

use storage::{StorageError, TxError, files::FileError, idempotency::KeyReused};

use crate::{domain::Refusal, press::Unfit};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Absent, or somebody else's: never told apart.
    #[error("no such thing")]
    Unknown,
    /// The same key came with another request.
    #[error("idempotency key reused")]
    KeyReused,
    /// What was sent is not accepted, as its first bytes or their number say.
    #[error(transparent)]
    Unfit(Unfit),
    /// The sender stopped in the middle.
    #[error("the file did not arrive whole")]
    Broken,
    /// A part that does not start where the last one ended.
    #[error("another offset was expected")]
    WrongOffset,
    #[error(transparent)]
    Files(FileError),
    #[error(transparent)]
    Storage(StorageError),
}

/// The database is the last to judge; its named constraints say what the rules would have said.
impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        match error.refusal() {
            Some("preadmissions_cancelled_is_the_end" | "preadmission_documents_purged_is_the_end") => {
                Refusal::NotInThisStatus.into()
            }
            Some(
                "preadmissions_keep_their_patient"
                | "preadmission_people_keep_their_person"
                | "preadmission_people_never_the_patient"
                // One person answers once for one purpose.
                | "preadmission_people_preadmission_id_purpose_patient_id_key",
            ) => Refusal::WrongPerson.into(),
            Some(
                "preadmission_people_never_parents_of_a_secret_stay"
                | "invitations_never_to_parents_of_a_secret_stay"
                | "relatives_never_of_a_secret_stay",
            ) => Self::Unknown,
            Some("preadmission_documents_preadmission_id_sha256_key") => Refusal::SentBefore.into(),
            // Two requests said at once that one document is missing: run again, the second replaces the first.
            Some("preadmission_documents_preadmission_id_kind_key") => Self::Storage(StorageError::Crossed),
            _ => Self::Storage(error),
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Storage(error) => error.into(),
            error => Self::Files(error),
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
