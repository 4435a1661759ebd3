//! What somebody finds who follows the link of a file today.

use jiff::{SignedDuration, Timestamp};

use super::status::Status;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Situation {
    /// It opens at this instant.
    TooEarly(Timestamp),
    Open,
    /// Something is to be corrected.
    ToCorrect,
    Sent,
    Accepted,
    /// The hour of entry has passed, whatever came of the file: where to go and what to bring.
    Over,
    Cancelled,
}

#[derive(Debug, Clone, Copy)]
pub struct SituationFacts {
    pub status: Status,
    pub entry_at: Timestamp,
    pub opens_days_before: i64,
}

pub fn situation(facts: SituationFacts, now: Timestamp) -> Situation {
    let opens_at = days_before(facts.entry_at, facts.opens_days_before);
    match facts.status {
        Status::Cancelled => Situation::Cancelled,
        _ if now >= facts.entry_at => Situation::Over,
        Status::Created if now < opens_at => Situation::TooEarly(opens_at),
        Status::Created | Status::InProgress => Situation::Open,
        Status::Refused => Situation::ToCorrect,
        Status::Ready => Situation::Sent,
        Status::Completed => Situation::Accepted,
    }
}

/// So many times 24 hours before.
pub fn days_before(at: Timestamp, days: i64) -> Timestamp {
    at.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_at_each_moment() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let entry_at = at("2026-12-20T07:00:00Z");
        let opens = at("2026-12-10T07:00:00Z");
        let (early, open, over) = (at("2026-12-10T06:59:59Z"), opens, entry_at);
        for (status, expected) in [
            (Status::Created, [Situation::TooEarly(opens), Situation::Open, Situation::Over]),
            // Who opened it once finds it again even when the stay moved away.
            (Status::InProgress, [Situation::Open, Situation::Open, Situation::Over]),
            (Status::Ready, [Situation::Sent, Situation::Sent, Situation::Over]),
            (Status::Refused, [Situation::ToCorrect, Situation::ToCorrect, Situation::Over]),
            (Status::Completed, [Situation::Accepted, Situation::Accepted, Situation::Over]),
            (Status::Cancelled, [Situation::Cancelled; 3]),
        ] {
            let facts = SituationFacts { status, entry_at, opens_days_before: 10 };
            assert_eq!([early, open, over].map(|now| situation(facts, now)), expected, "{status}");
        }
    }
}
