//! Free time of an agenda: openings − holidays − absences − live allocations, as sorted half-open stretches.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

use super::{Interval, Plan, interval};

/// A stretch in which nothing is booked, inside one opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub range: Interval,
    pub date: Date,
    /// Its place in [`Plan::openings`].
    pub opening: usize,
}

/// The free stretches of some days, in order of date and start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FreeTime {
    stretches: Vec<Stretch>,
}

impl FreeTime {
    /// Of the dates from `first` to `last`, both included. `busy` holds every live allocation that touches them.
    pub fn compute(plan: &Plan, (first, last): (Date, Date), busy: Vec<Interval>) -> Self {
        let taken = interval::union(busy.into_iter().chain(plan.absences().iter().copied()).collect());
        let mut stretches: Vec<Stretch> = first
            .series(1.day())
            .take_while(|date| *date <= last)
            .flat_map(|date| plan.occurrences_on(date))
            .flat_map(|one| {
                let left = interval::without(one.range, &taken);
                left.into_iter().map(move |range| Stretch { range, date: one.date, opening: one.opening })
            })
            .collect();
        stretches.sort_by_key(|stretch| (stretch.date, stretch.range));
        Self { stretches }
    }

    pub fn covers(&self, time: Interval) -> bool {
        let later = self.stretches.partition_point(|one| one.range.start() <= time.start());
        let day_before = time.start().saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
        let before = self.stretches.get(..later).unwrap_or_default().iter().rev();
        before.take_while(|one| one.range.start() > day_before).any(|one| one.range.contains(time))
    }

    /// Day by day, from the first day that still has something after `from`.
    pub fn days_from(&self, from: Date) -> impl Iterator<Item = &[Stretch]> {
        let first = self.stretches.partition_point(|one| one.date < from);
        self.stretches.get(first..).unwrap_or_default().chunk_by(|one, next| one.date == next.date)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        Mode, Wish, evaluate,
        sample::{self, at, busy},
        search,
    };

    /// The night openings of one date, 00:00 to 05:00 every half hour, and what a search offers of them.
    fn night(zone: &str, day: Date) -> Vec<String> {
        let mut plan = sample::plan(zone);
        plan.openings = vec![sample::opening(day.weekday(), (0, 5), (0, 0))];
        plan.openings[0].step_minutes = 30;
        plan.openings[0].on_holidays = true;
        let free = FreeTime::compute(&plan, (day, day), Vec::new());
        let now = plan.zone.instant(day.to_datetime(jiff::civil::Time::midnight())).unwrap();
        plan.reasons[0].min_notice_minutes = 0;
        let slots = search::slots(&plan, &free, sample::reason_id(), now, now);
        slots.map(|slot| plan.zone.zoned(slot.time.start()).strftime("%H:%M%:z").to_string()).collect()
    }

    #[test]
    fn the_spring_night_skips_an_hour_in_paris_only() {
        let day = date(2027, 3, 28);
        assert_eq!(
            night("Europe/Paris", day).join(" "),
            "00:00+01:00 00:30+01:00 01:00+01:00 01:30+01:00 03:00+02:00 03:30+02:00 04:00+02:00 04:30+02:00"
        );
        for zone in ["Indian/Reunion", "America/Martinique"] {
            assert_eq!(night(zone, day).len(), 10, "{zone}");
        }
    }

    #[test]
    fn the_autumn_night_offers_the_repeated_hour_once() {
        let day = date(2027, 10, 31);
        assert_eq!(
            night("Europe/Paris", day).join(" "),
            "00:00+02:00 00:30+02:00 01:00+02:00 01:30+02:00 02:00+02:00 02:30+02:00 \
             03:00+01:00 03:30+01:00 04:00+01:00 04:30+01:00"
        );
        for zone in ["Indian/Reunion", "America/Martinique"] {
            assert_eq!(night(zone, day).len(), 10, "{zone}");
        }
    }

    #[test]
    fn a_bound_in_the_skipped_hour_moves_to_the_change() {
        let mut plan = sample::plan("Europe/Paris");
        plan.openings = vec![sample::opening(Weekday::Sunday, (2, 4), (30, 0))];
        let opens: Vec<_> = plan.occurrences_on(date(2027, 3, 28)).map(|one| one.range.start().to_string()).collect();
        assert_eq!(opens, ["2027-03-28T01:00:00Z"], "03:00 in Paris");
    }

    #[test]
    fn a_working_day_in_each_zone_starts_at_nine_there() {
        for (zone, first) in [("Europe/Paris", "08:00"), ("Indian/Reunion", "05:00"), ("America/Martinique", "13:00")] {
            let plan = sample::plan(zone);
            let day = date(2026, 11, 23);
            let free = FreeTime::compute(&plan, (day, day), Vec::new());
            assert_eq!(free.stretches[0].range.start(), at(&format!("2026-11-23T{first}:00Z")), "{zone}");
        }
    }

    #[test]
    fn bookings_and_absences_are_taken_away() {
        let plan = sample::plan("Europe/Paris");
        let days = (date(2026, 12, 7), date(2026, 12, 9));
        let free = FreeTime::compute(&plan, days, busy(&[("2026-12-07T08:30:00Z", "2026-12-07T09:00:00Z")]));
        let ranges: Vec<String> =
            free.stretches.iter().map(|s| format!("{}/{}", s.range.start(), s.range.end())).collect();
        assert_eq!(ranges.len(), 5, "Monday in three pieces, Tuesday absent, Wednesday whole: {ranges:?}");
        assert_eq!(ranges[0], "2026-12-07T08:00:00Z/2026-12-07T08:30:00Z");
    }

    fn minute(from: Timestamp, minutes: i64) -> Timestamp {
        from + SignedDuration::from_mins(minutes)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        /// The search against the slow truth, minute by minute: it offers exactly what the one judgement
        /// accepts, and what it offers touches no booking, lies in an opening and on no holiday.
        #[test]
        fn a_search_offers_exactly_what_booking_accepts(
            zone in prop::sample::select(vec!["Europe/Paris", "Indian/Reunion", "America/Martinique"]),
            length in 5i64..90,
            step in 5i64..60,
            overlapping in any::<bool>(),
            taken in prop::collection::vec((0i64..14 * 1440, 1i64..400), 0..30),
        ) {
            let mut plan = sample::plan(zone);
            // The fortnight holds both a clock change in Europe and Easter Monday.
            let now = at("2027-03-18T06:00:00Z");
            plan.reasons[0].minutes = length;
            plan.reasons[0].max_horizon_days = 14;
            plan.openings.push(sample::opening(Weekday::Sunday, (0, 6), (0, 0)));
            if overlapping {
                plan.openings.push(sample::opening(Weekday::Monday, (8, 16), (10, 45)));
            }
            for opening in &mut plan.openings {
                opening.step_minutes = step;
            }
            let taken: Vec<_> = taken
                .into_iter()
                .map(|(start, length)| Interval::lasting(minute(now, start), length).unwrap())
                .collect();
            let free = FreeTime::compute(&plan, (plan.zone.date(now), plan.last_date(now)), taken.clone());
            let offered: Vec<_> = search::slots(&plan, &free, sample::reason_id(), now, now).collect();
            for slot in &offered {
                prop_assert!(!taken.iter().any(|one| one.overlaps(slot.time)));
                prop_assert!(!plan.calendar.is_holiday(plan.zone.date(slot.time.start())));
            }
            let accepted: Vec<_> = (0..16 * 1440)
                .map(|minutes| Wish { reason: sample::reason_id(), starts_at: minute(now, minutes) })
                .filter_map(|wish| evaluate(&plan, &free, wish, now).ok())
                .collect();
            prop_assert_eq!(offered, accepted);
        }

        /// However agendas are merged: in order, none twice, all when there is room.
        #[test]
        fn many_agendas_merge_in_order(
            taken in prop::collection::vec(prop::collection::vec((0i64..7 * 1440, 1i64..3000), 0..6), 1..6),
            limit in 1usize..40,
        ) {
            let plan = sample::plan("Europe/Paris");
            let now = at("2026-11-21T09:00:00Z");
            let free: Vec<FreeTime> = taken
                .into_iter()
                .map(|one| one.into_iter().map(|(s, l)| Interval::lasting(minute(now, s), l).unwrap()).collect())
                .map(|busy| FreeTime::compute(&plan, (plan.zone.date(now), plan.last_date(now)), busy))
                .collect();
            let each = |one| search::slots(&plan, one, sample::reason_id(), now, now);
            let mut all: Vec<_> = free.iter().flat_map(each).map(|slot| slot.time).collect();
            all.sort_unstable();
            let sources = free.iter().enumerate().map(|(place, one)| {
                let slots: Box<dyn Iterator<Item = _>> = Box::new(each(one));
                (place, slots)
            });
            let merged = search::merge(sources, limit);
            let flat: Vec<_> = merged.iter().flat_map(|(time, offers)| vec![*time; offers.len()]).collect();
            prop_assert_eq!(&flat[..], &all[..flat.len()]);
            all.dedup();
            prop_assert_eq!(merged.len(), all.len().min(limit));
        }
    }

    #[test]
    fn a_closed_reason_offers_nothing() {
        let mut plan = sample::plan("Europe/Paris");
        let now = at("2026-11-21T09:00:00Z");
        let free = FreeTime::compute(&plan, (plan.zone.date(now), plan.last_date(now)), Vec::new());
        assert!(search::slots(&plan, &free, sample::reason_id(), now, now).next().is_some());
        plan.reasons[0].mode = Mode::Closed;
        assert!(search::slots(&plan, &free, sample::reason_id(), now, now).next().is_none());
    }
}
