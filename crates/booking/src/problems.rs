//! Refusals as the front desk tells them.

use serde_json::{Value, json};
use web::{Problem, problem_types};

use crate::{availability::Offer, domain::Refusal, failure::Failure, room::Refused};

problem_types! {
    SLOT_TAKEN = "slot-taken", 409;
    HOLD_EXPIRED = "hold-expired", 410;
    REASON_CLOSED = "reason-closed", 422;
    TOO_SOON = "too-soon", 422;
    TOO_FAR = "too-far", 422;
    OUTSIDE_OPENING = "outside-opening", 422;
    TOO_MANY_HOLDS = "too-many-holds", 422;
    LIMIT_REACHED = "limit-reached", 422;
    ALREADY_HAS_ONE_THEN = "already-has-one-then", 422;
    TOO_LATE_TO_CANCEL = "too-late-to-cancel", 422;
    ALREADY_CANCELLED = "already-cancelled", 409;
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::SlotTaken => Self::new(&SLOT_TAKEN),
            Refusal::HoldExpired => Self::new(&HOLD_EXPIRED),
            Refusal::HoldUnknown => Self::not_found(),
            Refusal::ReasonClosed => Self::new(&REASON_CLOSED),
            Refusal::TooSoon { earliest } => Self::new(&TOO_SOON).member("earliest", earliest.to_string()),
            Refusal::TooFar { latest } => Self::new(&TOO_FAR).member("latest", latest.to_string()),
            Refusal::OutsideOpening => Self::new(&OUTSIDE_OPENING),
            Refusal::TooManyHolds { max } => Self::new(&TOO_MANY_HOLDS).arg("max", max.to_string()),
            Refusal::LimitReached { max } => Self::new(&LIMIT_REACHED).arg("max", max.to_string()),
            Refusal::AlreadyHasOneThen => Self::new(&ALREADY_HAS_ONE_THEN),
            Refusal::TooLateToCancel { until } => Self::new(&TOO_LATE_TO_CANCEL).member("until", until.to_string()),
            Refusal::AlreadyCancelled => Self::new(&ALREADY_CANCELLED),
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

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let problem = Self::from(refused.failure);
        if problem.kind.status == 404 || refused.alternatives.is_empty() {
            return problem;
        }
        let alternatives: Vec<Value> = refused.alternatives.iter().map(slot).collect();
        problem.member("alternatives", alternatives)
    }
}

fn slot(offer: &Offer) -> Value {
    json!(crate::api::views::SlotView::from(offer))
}
