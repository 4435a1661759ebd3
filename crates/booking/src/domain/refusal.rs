//! Why booking says no, in the patient's terms.

use jiff::{Timestamp, civil::Date};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("someone else has this time")]
    SlotTaken,
    #[error("the time was no longer kept")]
    HoldExpired,
    /// Absent, already used, released, or somebody else's: never told apart.
    #[error("no such hold")]
    HoldUnknown,
    #[error("this visit reason cannot be booked online")]
    ReasonClosed,
    #[error("too soon: nothing before {earliest}")]
    TooSoon { earliest: Timestamp },
    #[error("too far: nothing after {latest}")]
    TooFar { latest: Date },
    #[error("the agenda is not open then")]
    OutsideOpening,
    #[error("at most {max} times can be kept at once")]
    TooManyHolds { max: i16 },
    #[error("at most {max} coming appointments in this service")]
    LimitReached { max: i16 },
    #[error("the patient has another appointment at that time")]
    AlreadyHasOneThen,
    #[error("could be cancelled online until {until}")]
    TooLateToCancel { until: Timestamp },
    #[error("already cancelled")]
    AlreadyCancelled,
}

impl Refusal {
    /// Whether other times are worth showing: the wish itself was good, or only its moment was wrong.
    pub const fn another_time_helps(&self) -> bool {
        matches!(
            self,
            Self::SlotTaken
                | Self::HoldExpired
                | Self::TooSoon { .. }
                | Self::TooFar { .. }
                | Self::OutsideOpening
                | Self::AlreadyHasOneThen
        )
    }
}
