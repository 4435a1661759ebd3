//! Why something is refused, in the terms of who asked: payers, and the hospital's systems.

use kernel::Money;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("nothing is left to pay")]
    AlreadyPaid,
    #[error("the hospital cancelled the invoice")]
    Cancelled,
    #[error("the public accountant took the debt over")]
    Titled,
    #[error("it was paid elsewhere")]
    SettledElsewhere,
    #[error("a person of the hospital has to look at it first")]
    UnderReview,
    #[error("another payment of the same invoice is under way")]
    PaymentUnderWay,
    #[error("online payment starts at {least}")]
    TooLittle { least: Money },
    #[error("online payment ends at {most}")]
    TooMuch { most: Money },
    #[error("more than is due")]
    MoreThanDue { due: Money },
    #[error("less than {least} would be left, which nobody could pay online")]
    LeavesTooLittle { least: Money },
    #[error("this creditor takes whole amounts only")]
    NoPartialPayment,
    #[error("these invoices cannot be paid together")]
    NotTogether,
    #[error("online payment is closed here for now")]
    CreditorClosed,
    #[error("the e-mail address would be refused")]
    Email,
    #[error("reference and amount do not belong together")]
    NotRecognised,
    #[error("a newer version of this invoice is known")]
    VersionOlder,
    #[error("an invoice of this name was here and is erased")]
    Erased,
    #[error("this version of the invoice said something else before")]
    VersionReused,
    #[error("nothing is to be decided here any more")]
    NothingToDecide,
    #[error("1 to 500 characters are needed")]
    WordsNotFit,
    #[error("this sum does not fit")]
    SumNotFit,
    #[error("this provider has no activation payments")]
    NoActivation,
    #[error("activation lasts 1 to {hours} hours")]
    TooLong { hours: i64 },
}
