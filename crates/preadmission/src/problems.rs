//! Refusals as the front desk tells them.

use web::{Problem, problem_types};

use crate::{domain::Refusal, failure::Failure, press::Unfit};

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
    TOO_MANY_VIEWS = "too-many-views", 422;
    WORDS_NOT_FIT = "words-not-fit", 422;
    STAY_NOT_FIT = "stay-not-fit", 422;
    TRAITS_NOT_FIT = "traits-not-fit", 422;
    NOT_FOR_THIS_PATIENT = "not-for-this-patient", 422;
    AUTHORITY_NOT_STATED = "authority-not-stated", 422;
    GIVES_NO_SAY = "gives-no-say", 422;
    WRONG_BIRTH = "wrong-birth", 403;
    TOO_MANY_TRIES = "too-many-tries", 403;
    DISAGREEMENT = "disagreement", 409;
    AGREEMENT_NOT_STATED = "agreement-not-stated", 422;
    NO_SUCH_ANSWER = "no-such-answer", 422;
    NOT_A_MOBILE = "not-a-mobile", 422;
    TOO_MANY_LINKS = "too-many-links", 429;
    PRESENCE_SECRET = "presence-secret", 409;
    LINK_EXPIRED = "link-expired", 410;
    DOCUMENT_SENT_BEFORE = "document-sent-before", 409;
    TOO_MANY_DOCUMENTS = "too-many-documents", 422;
    DOCUMENTS_TOO_LARGE = "documents-too-large", 413;
    TOO_MANY_UPLOADS = "too-many-uploads", 429;
    DOCUMENT_EMPTY = "document-empty", 422;
    DOCUMENT_TOO_LARGE = "document-too-large", 413;
    DOCUMENT_FORMAT = "document-format", 415;
    UPLOAD_OFFSET = "upload-offset", 409;
    UPLOAD_VERSION = "upload-version", 412;
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
            Refusal::TooManyViews => &TOO_MANY_VIEWS,
            Refusal::WordsNotFit => &WORDS_NOT_FIT,
            Refusal::StayNotFit => &STAY_NOT_FIT,
            Refusal::TraitsNotFit => &TRAITS_NOT_FIT,
            Refusal::NotForThisPatient => &NOT_FOR_THIS_PATIENT,
            Refusal::NotStated => &AUTHORITY_NOT_STATED,
            Refusal::GivesNoSay => &GIVES_NO_SAY,
            Refusal::WrongBirth => &WRONG_BIRTH,
            Refusal::TooManyTries => &TOO_MANY_TRIES,
            Refusal::Disagreement => &DISAGREEMENT,
            Refusal::AgreementNotStated => &AGREEMENT_NOT_STATED,
            Refusal::NoSuchAnswer => &NO_SUCH_ANSWER,
            Refusal::NotAMobile => &NOT_A_MOBILE,
            Refusal::TooManyLinks => &TOO_MANY_LINKS,
            Refusal::PresenceSecret => &PRESENCE_SECRET,
            Refusal::LinkExpired => &LINK_EXPIRED,
            Refusal::SentBefore => &DOCUMENT_SENT_BEFORE,
            Refusal::TooManyOfKind => &TOO_MANY_DOCUMENTS,
            Refusal::FileSetFull => &DOCUMENTS_TOO_LARGE,
            Refusal::TooManyAtOnce => &TOO_MANY_UPLOADS,
        })
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Unknown => Self::not_found(),
            Failure::KeyReused => Self::new(&web::problem::KEY_REUSED),
            Failure::Unfit(unfit) => unfit_problem(unfit),
            Failure::Broken => Self::new(&web::problem::MALFORMED),
            Failure::WrongOffset => Self::new(&UPLOAD_OFFSET),
            Failure::Files(error) if error.is_passing() => Self::new(&web::problem::UNAVAILABLE).retry_after(2),
            Failure::Files(error) => Self::unexpected(error),
            Failure::Storage(error) => error.into(),
        }
    }
}

/// What the first bytes of a file say against it; `code` tells which, as in the table of the press.
fn unfit_problem(unfit: Unfit) -> Problem {
    let kind = match unfit {
        Unfit::Empty => &DOCUMENT_EMPTY,
        Unfit::TooLarge => &DOCUMENT_TOO_LARGE,
        _ => &DOCUMENT_FORMAT,
    };
    let words = format!("preadmission-document-unfit-{}", unfit.as_str().replace('_', "-"));
    Problem::new(kind).member("code", unfit.as_str()).told_as(words)
}
