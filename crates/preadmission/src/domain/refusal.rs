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
    /// Somebody changed the file since it was looked at.
    #[error("the file changed meanwhile")]
    Changed,
    /// A document is still to be looked at, or refused.
    #[error("documents are not all decided")]
    NotAllDecided,
    /// The hospital has no such reason for this kind of document.
    #[error("not a reason for this document")]
    NotAReason,
    /// What was asked for again must come after now and before the entry.
    #[error("the deadline is not possible")]
    DeadlineNotPossible,
    /// Files are given to people who work at their desk.
    #[error("not a colleague")]
    NotAColleague,
    /// Named views of one clerk.
    #[error("too many views")]
    TooManyViews,
    /// Empty, or too long.
    #[error("the words are missing or too long")]
    WordsNotFit,
    /// What the form says of a stay cannot be.
    #[error("the stay is not as it must be")]
    StayNotFit,
    /// What was read on an identity document is not whole, or no date.
    #[error("the traits are not as they must be")]
    TraitsNotFit,
    #[error("not for this patient")]
    NotForThisPatient,
    /// The box by which somebody states their authority was not ticked.
    #[error("authority not stated")]
    NotStated,
    /// Curatelle, or a measure about goods alone.
    #[error("this measure gives no say")]
    GivesNoSay,
    #[error("another birth date")]
    WrongBirth,
    #[error("too many birth dates tried")]
    TooManyTries,
    /// One signed and one refused, or the patient refuses.
    #[error("people disagree")]
    Disagreement,
    /// No SMS reaches it: a landline, or a number abroad.
    #[error("not a French mobile number")]
    NotAMobile,
    /// One person, or one file, was sent enough links.
    #[error("too many links")]
    TooManyLinks,
    /// The patient asked that nobody is told that they are there.
    #[error("the presence is not disclosed")]
    PresenceSecret,
    /// Its day is over, or a later one took its place.
    #[error("the link has expired")]
    LinkExpired,
    /// A clerk sends a file for a patient who agrees, and says so.
    #[error("the patient's agreement is not stated")]
    AgreementNotStated,
    #[error("no such answer")]
    NoSuchAnswer,
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

impl From<super::people::NoClaim> for Refusal {
    fn from(fault: super::people::NoClaim) -> Self {
        use super::people::NoClaim;
        match fault {
            NoClaim::NotForThisPatient => Self::NotForThisPatient,
            NoClaim::NotStated => Self::NotStated,
            NoClaim::GivesNoSay => Self::GivesNoSay,
        }
    }
}
