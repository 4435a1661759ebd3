//! Why pre-admission says no, in the patient's terms.

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Sent, accepted or over: nothing can be written in it now.
    #[error("the file is closed")]
    FileClosed,
    /// Something that blocks is missing.
    #[error("the file is not complete")]
    NotComplete,
    /// The step does not exist from here.
    #[error("not possible in this status")]
    NotInThisStatus,
    /// Traits differ from the hospital's.
    #[error("another person")]
    WrongPerson,
    /// Before the days in which the file is open.
    #[error("too early")]
    TooEarly,
    /// The day of entry has passed.
    #[error("the day of entry has passed")]
    Over,
    #[error("the day of entry must be to come")]
    EntryNotToCome,
    /// What was asked is not known or not asked in this file.
    #[error("not part of this file")]
    NotAsked,
    #[error("a refusal needs something to correct")]
    NothingToCorrect,
    /// The very same file is there already, or was refused.
    #[error("sent before")]
    SentBefore,
    #[error("too many documents of this kind")]
    TooManyOfKind,
    /// All documents of the file together are too large.
    #[error("the file set is full")]
    FileSetFull,
    /// Of one patient.
    #[error("too many uploads at once")]
    TooManyAtOnce,
}
