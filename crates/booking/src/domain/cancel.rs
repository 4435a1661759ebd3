//! Giving an appointment back.

use jiff::{SignedDuration, Timestamp};

use super::{
    Refusal,
    appointment::{Change, State},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CancelFacts {
    pub state: State,
    pub starts_at: Timestamp,
    pub deadline_minutes: i64,
    /// How often it changed since it was booked: iCalendar's SEQUENCE.
    pub sequence: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CancelDecision {
    pub state: State,
    pub sequence: i32,
}

/// The last moment at which the patient may still cancel alone.
pub fn cancellable_until(starts_at: Timestamp, deadline_minutes: i64) -> Timestamp {
    starts_at.saturating_sub(SignedDuration::from_mins(deadline_minutes)).unwrap_or(Timestamp::MIN)
}

pub fn decide_cancel(facts: CancelFacts, now: Timestamp) -> Result<CancelDecision, Refusal> {
    let state = facts.state.after(Change::Cancel).ok_or(Refusal::AlreadyCancelled)?;
    let until = cancellable_until(facts.starts_at, facts.deadline_minutes);
    if now > until {
        return Err(Refusal::TooLateToCancel { until });
    }
    Ok(CancelDecision { state, sequence: facts.sequence.saturating_add(1) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::at;

    #[test]
    fn every_state_at_every_moment() {
        let until = at("2026-11-22T08:00:00Z");
        let (before, deadline, after) = (at("2026-11-22T07:59:59Z"), until, at("2026-11-22T08:00:00.000001Z"));
        let cancelled = Ok(CancelDecision { state: State::Cancelled, sequence: 4 });
        for (state, now, expected) in [
            (State::Booked, before, cancelled.clone()),
            (State::Booked, deadline, cancelled),
            (State::Booked, after, Err(Refusal::TooLateToCancel { until })),
            (State::Cancelled, before, Err(Refusal::AlreadyCancelled)),
            (State::Cancelled, after, Err(Refusal::AlreadyCancelled)),
        ] {
            let facts =
                CancelFacts { state, starts_at: at("2026-11-23T08:00:00Z"), deadline_minutes: 1440, sequence: 3 };
            assert_eq!(decide_cancel(facts, now), expected, "{state} at {now}");
        }
    }
}
