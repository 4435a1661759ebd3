//! Taking a time for good.

use jiff::Timestamp;
use kernel::HoldId;

use super::{FreeTime, Interval, Plan, Refusal, Slot, Wish, evaluate, hold::lowest_free};

/// What the patient asks for: the time they keep, or a time directly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Held(KeptHold),
    Direct(Wish),
}

/// A hold of this visitor that has not been used or given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptHold {
    pub id: HoldId,
    pub wish: Wish,
    pub since: Timestamp,
    pub until: Timestamp,
}

pub struct BookFacts<'a> {
    pub plan: &'a Plan,
    /// With the visitor's own hold counted as free.
    pub free: &'a FreeTime,
    /// The numbers of the patient's coming appointments in this service.
    pub ranks: &'a [i16],
    /// Times at which the patient is expected somewhere, in any service.
    pub engaged: &'a [Interval],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookDecision {
    pub slot: Slot,
    /// Its number among the patient's coming appointments in this service.
    pub rank: i16,
    /// The hold it uses up.
    pub hold: Option<HoldId>,
}

pub fn decide_book(facts: &BookFacts<'_>, choice: Choice, now: Timestamp) -> Result<BookDecision, Refusal> {
    let (wish, chosen_at, hold) = match choice {
        Choice::Held(hold) if hold.until <= now => return Err(Refusal::HoldExpired),
        Choice::Held(hold) => (hold.wish, hold.since, Some(hold.id)),
        Choice::Direct(wish) => (wish, now, None),
    };
    let slot = evaluate(facts.plan, facts.free, wish, chosen_at)?;
    if facts.engaged.iter().any(|time| time.overlaps(slot.time)) {
        return Err(Refusal::AlreadyHasOneThen);
    }
    let max = facts.plan.max_active;
    let rank = lowest_free(facts.ranks, max).ok_or(Refusal::LimitReached { max })?;
    Ok(BookDecision { slot, rank, hold })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::{self, at, span};

    const START: &str = "2026-11-23T08:00:00Z";

    struct Case {
        choice: Choice,
        ranks: Vec<i16>,
        engaged: Vec<Interval>,
        now: &'static str,
    }

    impl Case {
        fn direct() -> Self {
            let wish = Wish { reason: sample::reason_id(), starts_at: at(START) };
            Self { choice: Choice::Direct(wish), ranks: vec![], engaged: vec![], now: "2026-11-21T09:00:00Z" }
        }
        fn held(now: &'static str) -> Self {
            let wish = Wish { reason: sample::reason_id(), starts_at: at("2026-11-23T08:00:00Z") };
            let since = at("2026-11-23T05:55:00Z");
            let hold =
                KeptHold { id: HoldId::from_uuid(sample::uuid(5)), wish, since, until: at("2026-11-23T06:05:00Z") };
            Self { choice: Choice::Held(hold), now, ..Self::direct() }
        }
        fn decide(&self) -> Result<BookDecision, Refusal> {
            let plan = sample::plan("Europe/Paris");
            let now = at(self.now);
            let free = FreeTime::compute(&plan, (plan.zone.date(now), plan.last_date(now)), Vec::new());
            let (ranks, engaged) = (&self.ranks[..], &self.engaged[..]);
            decide_book(&BookFacts { plan: &plan, free: &free, ranks, engaged }, self.choice, now)
        }
    }

    #[test]
    fn a_free_time_is_booked_once_per_rank() {
        assert_eq!(Case::direct().decide().unwrap().rank, 1);
        assert_eq!(Case { ranks: vec![1], ..Case::direct() }.decide().unwrap().rank, 2);
        assert_eq!(Case { ranks: vec![2, 1], ..Case::direct() }.decide(), Err(Refusal::LimitReached { max: 2 }));
    }

    #[test]
    fn a_patient_is_in_one_place() {
        let touching = vec![span("2026-11-23T08:30:00Z", "2026-11-23T09:00:00Z")];
        assert!(Case { engaged: touching, ..Case::direct() }.decide().is_ok());
        let across = vec![span("2026-11-23T08:29:00Z", "2026-11-23T09:00:00Z")];
        assert_eq!(Case { engaged: across, ..Case::direct() }.decide(), Err(Refusal::AlreadyHasOneThen));
    }

    #[test]
    fn a_kept_time_stays_bookable_until_the_hold_ends() {
        // Chosen two hours and five minutes before, confirmed when the notice of two hours has passed.
        let decision = Case::held("2026-11-23T06:04:59Z").decide().unwrap();
        assert!(decision.hold.is_some());
        assert_eq!(Case::held("2026-11-23T06:05:00Z").decide(), Err(Refusal::HoldExpired));
        let late = Case { now: "2026-11-23T06:04:59Z", ..Case::direct() };
        assert!(matches!(late.decide(), Err(Refusal::TooSoon { .. })), "without a hold the notice counts from now");
    }
}
