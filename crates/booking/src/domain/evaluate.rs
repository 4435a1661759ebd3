//! The one judgement on a wished time. Search, hold and booking all ask it, so that nothing is offered that
//! booking would refuse, and nothing is booked that was never offered.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use kernel::{AgendaId, VisitReasonId};

use super::{FreeTime, Interval, Mode, Plan, Refusal, VisitReason};

/// A reason and a start, in one agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    pub reason: VisitReasonId,
    pub starts_at: Timestamp,
}

/// A time that may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub agenda: AgendaId,
    pub reason: VisitReasonId,
    pub time: Interval,
}

/// `now` is the moment the patient chose: that of the hold when there is one, so that a time kept for ten
/// minutes cannot become "too soon" while they fill in the page.
pub fn evaluate(plan: &Plan, free: &FreeTime, wish: Wish, now: Timestamp) -> Result<Slot, Refusal> {
    let reason = plan.reason(wish.reason).filter(|reason| reason.mode == Mode::Open).ok_or(Refusal::ReasonClosed)?;
    let wall = plan.zone.wall(wish.starts_at);
    check_notice(plan, reason, (wish.starts_at, wall.date()), now)?;
    let time = Interval::lasting(wish.starts_at, reason.minutes).ok_or(Refusal::OutsideOpening)?;
    if !plan.is_open_for(reason, time, wall) {
        return Err(Refusal::OutsideOpening);
    }
    if !free.covers(time) {
        return Err(Refusal::SlotTaken);
    }
    Ok(Slot { agenda: plan.agenda, reason: reason.id, time })
}

/// Notice is counted in elapsed time, the horizon in days of the site's calendar.
fn check_notice(
    plan: &Plan,
    reason: &VisitReason,
    (start, date): (Timestamp, Date),
    now: Timestamp,
) -> Result<(), Refusal> {
    let earliest = now.saturating_add(SignedDuration::from_mins(reason.min_notice_minutes)).unwrap_or(Timestamp::MAX);
    if start < earliest {
        return Err(Refusal::TooSoon { earliest });
    }
    let latest = plan.zone.date(now).saturating_add(reason.max_horizon_days.days());
    if date > latest {
        return Err(Refusal::TooFar { latest });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::{self, at, busy};

    fn judge(start: &str, taken: &[(&str, &str)]) -> Result<Slot, Refusal> {
        let plan = sample::plan("Europe/Paris");
        let now = at("2026-11-21T09:00:00Z");
        let free = FreeTime::compute(&plan, (plan.zone.date(now), plan.last_date(now)), busy(taken));
        evaluate(&plan, &free, Wish { reason: sample::reason_id(), starts_at: at(start) }, now)
    }

    #[test]
    fn a_free_time_on_the_grid_is_accepted() {
        let slot = judge("2026-11-23T08:00:00Z", &[]).unwrap();
        assert_eq!(slot.time, Interval::new(at("2026-11-23T08:00:00Z"), at("2026-11-23T08:30:00Z")).unwrap());
    }

    #[test]
    fn each_rule_has_its_own_answer() {
        let taken = [("2026-11-23T08:20:00Z", "2026-11-23T08:40:00Z")];
        assert_eq!(judge("2026-11-23T08:00:00Z", &taken), Err(Refusal::SlotTaken));
        assert_eq!(judge("2026-11-23T08:05:00Z", &[]), Err(Refusal::OutsideOpening), "off the grid");
        assert_eq!(judge("2026-11-23T08:00:30Z", &[]), Err(Refusal::OutsideOpening), "half a minute");
        assert_eq!(judge("2026-11-23T02:00:00Z", &[]), Err(Refusal::OutsideOpening), "at night");
        assert_eq!(judge("2026-11-23T10:40:00Z", &[]), Err(Refusal::OutsideOpening), "would end after closing");
        assert_eq!(judge("2026-12-25T08:00:00Z", &[]), Err(Refusal::OutsideOpening), "Christmas");
        assert_eq!(judge("2026-12-08T08:00:00Z", &[]), Err(Refusal::OutsideOpening), "absent");
        let earliest = at("2026-11-21T11:00:00Z");
        assert_eq!(judge("2026-11-21T10:59:00Z", &[]), Err(Refusal::TooSoon { earliest }));
        let latest = "2027-01-20".parse().unwrap();
        assert_eq!(judge("2027-01-21T08:00:00Z", &[]), Err(Refusal::TooFar { latest }));
    }

    #[test]
    fn a_closed_or_foreign_reason_is_refused() {
        let mut plan = sample::plan("Europe/Paris");
        let now = at("2026-11-21T09:00:00Z");
        let free = FreeTime::compute(&plan, (plan.zone.date(now), plan.last_date(now)), Vec::new());
        let wish = Wish { reason: sample::reason_id(), starts_at: at("2026-11-23T08:00:00Z") };
        let foreign = Wish { reason: VisitReasonId::from_uuid(sample::uuid(99)), ..wish };
        assert_eq!(evaluate(&plan, &free, foreign, now), Err(Refusal::ReasonClosed));
        plan.reasons[0].mode = Mode::Closed;
        assert_eq!(evaluate(&plan, &free, wish, now), Err(Refusal::ReasonClosed));
    }
}
