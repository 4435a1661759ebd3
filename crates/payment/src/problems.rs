//! What the room refuses, as problem types (RFC 9457).

use web::{Problem, problem_types};

use crate::{domain::Refusal, failure::Failure, port::NotStarted, room::NotBegun};

problem_types! {
    ALREADY_PAID = "invoice-already-paid", 409;
    CANCELLED = "invoice-cancelled", 409;
    TITLED = "invoice-titled", 409;
    SETTLED_ELSEWHERE = "invoice-settled-elsewhere", 409;
    UNDER_REVIEW = "invoice-under-review", 409;
    PAYMENT_UNDER_WAY = "payment-under-way", 409;
    TOO_LITTLE = "amount-too-little", 422;
    TOO_MUCH = "amount-too-much", 422;
    MORE_THAN_DUE = "amount-more-than-due", 422;
    LEAVES_TOO_LITTLE = "amount-leaves-too-little", 422;
    NO_PARTIAL_PAYMENT = "no-partial-payment", 422;
    NOT_TOGETHER = "invoices-not-together", 422;
    CREDITOR_CLOSED = "creditor-closed", 422;
    PAYER_EMAIL = "payer-email", 422;
    NOT_RECOGNISED = "invoice-not-recognised", 422;
    /// A calling system shows no token.
    TOKEN_REQUIRED = "token-required", 401;
    TOKEN_INVALID = "token-invalid", 401;
    /// A calling system may not do this.
    RIGHT_MISSING = "right-missing", 403;
    VERSION_OLDER = "invoice-version-older", 409;
    VERSION_REUSED = "invoice-version-reused", 409;
    /// It was here, and its time is over.
    ERASED = "invoice-erased", 410;
    NOTHING_TO_DECIDE = "payment-nothing-to-decide", 409;
    WORDS_NOT_FIT = "payment-words", 422;
    SUM_NOT_FIT = "payment-sum", 422;
    NO_ACTIVATION = "payment-no-activation", 409;
    TOO_LONG = "payment-activation-too-long", 422;
    PROVIDER_REFUSED = "provider-refused", 502;
    PROVIDER_UNAVAILABLE = "provider-unavailable", 503;
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::AlreadyPaid => Self::new(&ALREADY_PAID),
            Refusal::Cancelled => Self::new(&CANCELLED),
            Refusal::Titled => Self::new(&TITLED),
            Refusal::SettledElsewhere => Self::new(&SETTLED_ELSEWHERE),
            Refusal::UnderReview => Self::new(&UNDER_REVIEW),
            Refusal::PaymentUnderWay => Self::new(&PAYMENT_UNDER_WAY),
            Refusal::TooLittle { least } => Self::new(&TOO_LITTLE).sum("least", least),
            Refusal::TooMuch { most } => Self::new(&TOO_MUCH).sum("most", most),
            Refusal::MoreThanDue { due } => Self::new(&MORE_THAN_DUE).sum("due", due),
            Refusal::LeavesTooLittle { least } => Self::new(&LEAVES_TOO_LITTLE).sum("least", least),
            Refusal::NoPartialPayment => Self::new(&NO_PARTIAL_PAYMENT),
            Refusal::NotTogether => Self::new(&NOT_TOGETHER),
            Refusal::CreditorClosed => Self::new(&CREDITOR_CLOSED),
            Refusal::Email => Self::new(&PAYER_EMAIL),
            Refusal::VersionOlder => Self::new(&VERSION_OLDER),
            Refusal::VersionReused => Self::new(&VERSION_REUSED),
            Refusal::Erased => Self::new(&ERASED),
            Refusal::NotRecognised => Self::new(&NOT_RECOGNISED),
            Refusal::NothingToDecide => Self::new(&NOTHING_TO_DECIDE),
            Refusal::WordsNotFit => Self::new(&WORDS_NOT_FIT),
            Refusal::SumNotFit => Self::new(&SUM_NOT_FIT),
            Refusal::NoActivation => Self::new(&NO_ACTIVATION),
            Refusal::TooLong { hours } => Self::new(&TOO_LONG).arg("hours", hours.to_string()),
        }
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

/// The provider's words are for the hospital; the payer is told what to do.
impl From<NotBegun> for Problem {
    fn from(not_begun: NotBegun) -> Self {
        match not_begun {
            NotBegun::Failed(failure) => failure.into(),
            NotBegun::Provider(NotStarted::Email(_)) => Self::new(&PAYER_EMAIL),
            NotBegun::Provider(NotStarted::Refused(why)) => {
                tracing::error!(why, "the provider refuses what it was sent");
                Self::new(&PROVIDER_REFUSED)
            }
            NotBegun::Provider(NotStarted::Unavailable(why)) => {
                tracing::warn!(why, "the provider does not answer");
                Self::new(&PROVIDER_UNAVAILABLE)
            }
        }
    }
}
