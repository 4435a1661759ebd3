//! Which times to show first.

use std::{cmp::Reverse, collections::BinaryHeap};

use jiff::{SignedDuration, Timestamp};
use kernel::VisitReasonId;

use super::{FreeTime, Interval, Plan, Slot, Wish, evaluate, free_time::Stretch};

/// The free starts of one agenda for one reason, in order, from `from` on, found as they are asked for.
pub fn slots<'a>(
    plan: &'a Plan,
    free: &'a FreeTime,
    reason: VisitReasonId,
    from: Timestamp,
    now: Timestamp,
) -> impl Iterator<Item = Slot> + 'a {
    let rule = plan.reason(reason);
    let notice = SignedDuration::from_mins(rule.map_or(0, |rule| rule.min_notice_minutes));
    let from = from.max(now.saturating_add(notice).unwrap_or(Timestamp::MAX));
    let minutes = rule.map_or(0, |rule| rule.minutes);
    free.days_from(plan.zone.date(from))
        .flat_map(move |day| starts_of_day(plan, day, reason, minutes, from))
        .filter_map(move |starts_at| evaluate(plan, free, Wish { reason, starts_at }, now).ok())
}

/// Two openings of one day may overlap: their starts are put in order, each once.
fn starts_of_day(plan: &Plan, day: &[Stretch], reason: VisitReasonId, minutes: i64, from: Timestamp) -> Vec<Timestamp> {
    let mut starts: Vec<Timestamp> = day
        .iter()
        .filter_map(|stretch| Some((stretch, plan.openings.get(stretch.opening)?)))
        .filter(|(stretch, opening)| stretch.range.minutes() >= minutes && opening.allows(reason))
        .flat_map(|(stretch, opening)| {
            let range = stretch.range;
            opening
                .starts_on(stretch.date, from.max(range.start()), &plan.zone)
                .take_while(move |start| *start < range.end())
                .filter(move |start| Interval::lasting(*start, minutes).is_some_and(|time| range.contains(time)))
        })
        .collect();
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// The first `limit` moments of many agendas together; each moment comes with every agenda that has it.
pub fn merge<'a, T: Copy + 'a>(
    agendas: impl IntoIterator<Item = (T, Box<dyn Iterator<Item = Slot> + 'a>)>,
    limit: usize,
) -> Vec<(Interval, Vec<(T, Slot)>)> {
    let mut sources: Vec<_> = agendas.into_iter().collect();
    let mut next: BinaryHeap<Reverse<(Interval, usize)>> = BinaryHeap::new();
    let mut heads: Vec<Option<Slot>> = sources.iter_mut().map(|(_, slots)| slots.next()).collect();
    next.extend(heads.iter().enumerate().filter_map(|(place, head)| Some(Reverse((head.as_ref()?.time, place)))));
    let mut moments: Vec<(Interval, Vec<(T, Slot)>)> = Vec::new();
    while let Some(Reverse((time, place))) = next.pop() {
        let (Some((tag, slots)), Some(head)) = (sources.get_mut(place), heads.get_mut(place)) else { break };
        let known = moments.last().is_some_and(|(last, _)| *last == time);
        if !known && moments.len() == limit {
            break;
        }
        if !known {
            moments.push((time, Vec::new()));
        }
        if let (Some((_, offers)), Some(slot)) = (moments.last_mut(), head.take()) {
            offers.push((*tag, slot));
        }
        *head = slots.next();
        next.extend(head.as_ref().map(|slot| Reverse((slot.time, place))));
    }
    moments
}
