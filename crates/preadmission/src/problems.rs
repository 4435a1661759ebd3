//! Refusals as the front desk tells them.

use web::{Problem, ProblemType};

use crate::{domain::Refusal, failure::Failure};

macro_rules! problem_types {
    ($($name:ident = $slug:literal, $status:literal;)+) => {
        $(pub const $name: ProblemType = ProblemType { slug: $slug, status: $status };)+
        pub const ALL: &[&ProblemType] = &[$(&$name),+];
    };
}

problem_types! {
    FILE_CLOSED = "file-closed", 409;
    FILE_NOT_COMPLETE = "file-not-complete", 422;
    NOT_IN_THIS_STATUS = "not-in-this-status", 409;
    WRONG_PERSON = "wrong-person", 403;
    FILE_TOO_EARLY = "file-too-early", 409;
    FILE_OVER = "file-over", 410;
    ENTRY_NOT_TO_COME = "entry-not-to-come", 422;
    NOT_ASKED = "not-asked", 422;
    NOTHING_TO_CORRECT = "nothing-to-correct", 422;
    FILE_CHANGED = "file-changed", 409;
    NOT_ALL_DECIDED = "not-all-decided", 409;
    NOT_A_REASON = "not-a-reason", 422;
    DEADLINE_NOT_POSSIBLE = "deadline-not-possible", 422;
    NOT_A_COLLEAGUE = "not-a-colleague", 422;
    WORDS_NOT_FIT = "words-not-fit", 422;
    STAY_NOT_FIT = "stay-not-fit", 422;
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(match refusal {
            Refusal::FileClosed => &FILE_CLOSED,
            Refusal::NotComplete => &FILE_NOT_COMPLETE,
            Refusal::NotInThisStatus => &NOT_IN_THIS_STATUS,
            Refusal::WrongPerson => &WRONG_PERSON,
            Refusal::TooEarly => &FILE_TOO_EARLY,
            Refusal::Over => &FILE_OVER,
            Refusal::EntryNotToCome => &ENTRY_NOT_TO_COME,
            Refusal::NotAsked => &NOT_ASKED,
            Refusal::NothingToCorrect => &NOTHING_TO_CORRECT,
            Refusal::Changed => &FILE_CHANGED,
            Refusal::NotAllDecided => &NOT_ALL_DECIDED,
            Refusal::NotAReason => &NOT_A_REASON,
            Refusal::DeadlineNotPossible => &DEADLINE_NOT_POSSIBLE,
            Refusal::NotAColleague => &NOT_A_COLLEAGUE,
            Refusal::WordsNotFit => &WORDS_NOT_FIT,
            Refusal::StayNotFit => &STAY_NOT_FIT,
        })
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Unknown => Self::not_found(),
            Failure::KeyReused => Self::new(&web::problem::KEY_REUSED),
            Failure::Storage(error) => error.into(),
        }
    }
}
