//! Keeping a time while the patient logs in and checks their answers.

use jiff::{SignedDuration, Timestamp};
use kernel::{AgendaId, HoldId, VisitReasonId};

use super::{FreeTime, Plan, Refusal, Slot, Wish, evaluate};

/// How long a time is kept.
pub const HOLD_MINUTES: i64 = 10;
/// How many times one visitor may keep at once. The database numbers them from 1 and refuses a fourth.
pub const MAX_HOLDS: i16 = 3;

/// A time the visitor already keeps, not yet expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnHold {
    pub id: HoldId,
    pub slot: Slot,
    pub rank: i16,
}

pub struct HoldFacts<'a> {
    pub plan: &'a Plan,
    /// With the visitor's own hold of the same reason counted as free: it is given back for the new one.
    pub free: &'a FreeTime,
    pub own: &'a [OwnHold],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldDecision {
    /// They keep it already: the same hold answers, with its own end.
    Already(HoldId),
    Take {
        slot: Slot,
        rank: i16,
        until: Timestamp,
        release: Option<HoldId>,
    },
}

/// The hold by which the visitor keeps exactly this time for exactly this reason.
pub fn already_kept(own: &[OwnHold], agenda: AgendaId, wish: Wish) -> Option<&OwnHold> {
    own.iter().find(|hold| {
        hold.slot.reason == wish.reason && hold.slot.agenda == agenda && hold.slot.time.start() == wish.starts_at
    })
}

/// One time per reason: choosing another gives the first one back.
pub fn decide_hold(facts: &HoldFacts<'_>, wish: Wish, now: Timestamp) -> Result<HoldDecision, Refusal> {
    if let Some(same) = already_kept(facts.own, facts.plan.agenda, wish) {
        return Ok(HoldDecision::Already(same.id));
    }
    let previous = previous(facts.own, wish.reason);
    let slot = evaluate(facts.plan, facts.free, wish, now)?;
    let used: Vec<i16> =
        facts.own.iter().filter(|hold| Some(hold.id) != previous.map(|one| one.id)).map(|hold| hold.rank).collect();
    let rank = lowest_free(&used, MAX_HOLDS).ok_or(Refusal::TooManyHolds { max: MAX_HOLDS })?;
    let until = now.saturating_add(SignedDuration::from_mins(HOLD_MINUTES)).unwrap_or(Timestamp::MAX);
    Ok(HoldDecision::Take { slot, rank, until, release: previous.map(|hold| hold.id) })
}

/// The lowest number from 1 to `max` that nobody uses.
pub fn lowest_free(used: &[i16], max: i16) -> Option<i16> {
    (1..=max).find(|rank| !used.contains(rank))
}

/// The hold that a new one for the same reason replaces.
pub fn previous(own: &[OwnHold], reason: VisitReasonId) -> Option<&OwnHold> {
    own.iter().find(|hold| hold.slot.reason == reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::{self, at, span};

    const NOW: &str = "2026-11-21T09:00:00Z";

    fn decide(own: &[OwnHold], start: &str) -> Result<HoldDecision, Refusal> {
        let plan = sample::plan("Europe/Paris");
        let free = FreeTime::compute(&plan, (plan.zone.date(at(NOW)), plan.last_date(at(NOW))), Vec::new());
        let facts = HoldFacts { plan: &plan, free: &free, own };
        decide_hold(&facts, Wish { reason: sample::reason_id(), starts_at: at(start) }, at(NOW))
    }

    fn own(number: u128, reason: u128, rank: i16) -> OwnHold {
        OwnHold {
            id: HoldId::from_uuid(sample::uuid(number)),
            slot: Slot {
                agenda: AgendaId::from_uuid(sample::uuid(1)),
                reason: VisitReasonId::from_uuid(sample::uuid(reason)),
                time: span("2026-11-23T08:00:00Z", "2026-11-23T08:30:00Z"),
            },
            rank,
        }
    }

    #[test]
    fn a_free_time_is_kept_ten_minutes() {
        let Ok(HoldDecision::Take { rank, until, release, .. }) = decide(&[], "2026-11-23T08:00:00Z") else {
            panic!("not taken")
        };
        assert_eq!((rank, until, release), (1, at("2026-11-21T09:10:00Z"), None));
    }

    #[test]
    fn the_same_wish_finds_the_same_hold_and_another_moves_it() {
        let mine = own(50, 7, 2);
        assert_eq!(decide(&[mine], "2026-11-23T08:00:00Z"), Ok(HoldDecision::Already(mine.id)));
        let Ok(HoldDecision::Take { rank, release, .. }) = decide(&[mine], "2026-11-23T08:20:00Z") else {
            panic!("not moved")
        };
        assert_eq!((rank, release), (1, Some(mine.id)));
    }

    #[test]
    fn a_fourth_reason_is_refused() {
        let others = [own(50, 70, 1), own(51, 71, 2), own(52, 72, 3)];
        assert_eq!(decide(&others, "2026-11-23T08:20:00Z"), Err(Refusal::TooManyHolds { max: 3 }));
        let Ok(HoldDecision::Take { rank, .. }) = decide(&[others[0], others[2]], "2026-11-23T08:20:00Z") else {
            panic!("not taken")
        };
        assert_eq!(rank, 2);
    }
}
