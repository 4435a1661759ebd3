//! What an agenda could offer if nobody had booked anything: visit reasons, weekly openings, absences.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
};
use kernel::{AgendaId, VisitReasonId, Zone};

use super::{HolidayCalendar, Interval, interval};

/// Whether patients book this reason online.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Open,
    Closed,
}

/// Why one comes: what decides how long it lasts and when it may be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitReason {
    pub id: VisitReasonId,
    pub mode: Mode,
    pub minutes: i64,
    /// Nothing nearer than this can be booked.
    pub min_notice_minutes: i64,
    /// Nothing later than today and so many days, in the site's calendar.
    pub max_horizon_days: i64,
    /// The patient cancels alone until so long before the start.
    pub cancel_deadline_minutes: i64,
}

/// One weekly opening, in the wall time of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub weekday: Weekday,
    pub start: Time,
    pub end: Time,
    /// Visits start every so many minutes from `start`.
    pub step_minutes: i64,
    pub valid_from: Date,
    /// Inclusive; none: until further notice.
    pub valid_to: Option<Date>,
    /// Empty: all reasons of the service.
    pub reasons: Vec<VisitReasonId>,
    pub on_holidays: bool,
}

impl Opening {
    pub fn allows(&self, reason: VisitReasonId) -> bool {
        self.reasons.is_empty() || self.reasons.contains(&reason)
    }

    fn happens_on(&self, date: Date, holiday: bool) -> bool {
        date.weekday() == self.weekday
            && self.valid_from <= date
            && self.valid_to.is_none_or(|last| date <= last)
            && (self.on_holidays || !holiday)
    }

    /// The time it covers on a date. A bound that the spring change skips moves to the moment of the change.
    fn range_on(&self, date: Date, zone: &Zone) -> Option<Interval> {
        let start = first_existing(date.to_datetime(self.start), zone)?;
        Interval::new(start, first_existing(date.to_datetime(self.end), zone)?)
    }

    /// The starts of its grid on a date from `from` on: those the spring change skips are left out, those the
    /// autumn change repeats count once, the first time.
    pub fn starts_on(&self, date: Date, from: Timestamp, zone: &Zone) -> impl Iterator<Item = Timestamp> {
        let step = self.step_minutes.max(1);
        let (opens, closes) = (minute_of_day(self.start), minute_of_day(self.end));
        let wall = zone.wall(from);
        let past = if wall.date() == date { (minute_of_day(wall.time()) - opens).max(0) } else { 0 };
        let first = opens + past - past % step;
        (first..closes)
            .step_by(usize::try_from(step).unwrap_or(1))
            .filter_map(move |minute| zone.instant(date.to_datetime(time_at(minute)?)))
            .filter(move |start| *start >= from)
    }

    /// Whether a wall time lies on the grid.
    fn is_on_grid(&self, wall: DateTime) -> bool {
        let whole_minute = wall.second() == 0 && wall.subsec_nanosecond() == 0;
        let since = minute_of_day(wall.time()) - minute_of_day(self.start);
        whole_minute && since >= 0 && since % self.step_minutes.max(1) == 0
    }
}

fn minute_of_day(time: Time) -> i64 {
    i64::from(time.hour()) * 60 + i64::from(time.minute())
}

fn time_at(minute: i64) -> Option<Time> {
    Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()
}

/// The first instant at or after a wall time. Skipped hours are walked minute by minute: no change skips more than a day.
fn first_existing(wall: DateTime, zone: &Zone) -> Option<Timestamp> {
    zone.instant(wall)
        .or_else(|| (1..=1440).find_map(|minutes: i64| zone.instant(wall.checked_add(minutes.minutes()).ok()?)))
}

/// An agenda's rules, as they were at one plan version.
#[derive(Debug, Clone)]
pub struct Plan {
    pub agenda: AgendaId,
    pub zone: Zone,
    pub calendar: HolidayCalendar,
    pub reasons: Vec<VisitReason>,
    pub openings: Vec<Opening>,
    /// Coming appointments one patient may have in the service.
    pub max_active: i16,
    /// Sorted and joined: see [`Plan::new`].
    absences: Vec<Interval>,
}

/// One opening on one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Its place in [`Plan::openings`].
    pub opening: usize,
    pub date: Date,
    pub range: Interval,
}

impl Plan {
    pub fn new(
        agenda: AgendaId,
        (zone, calendar): (Zone, HolidayCalendar),
        reasons: Vec<VisitReason>,
        openings: Vec<Opening>,
        absences: Vec<Interval>,
        max_active: i16,
    ) -> Self {
        Self { agenda, zone, calendar, reasons, openings, max_active, absences: interval::union(absences) }
    }

    pub fn reason(&self, id: VisitReasonId) -> Option<&VisitReason> {
        self.reasons.iter().find(|reason| reason.id == id)
    }

    pub fn absences(&self) -> &[Interval] {
        &self.absences
    }

    /// The last date any of its reasons can be booked for.
    pub fn last_date(&self, now: Timestamp) -> Date {
        let days = self.reasons.iter().map(|reason| reason.max_horizon_days).max().unwrap_or(0);
        self.zone.date(now).saturating_add(days.days())
    }

    /// Its openings on one date, public holidays left out.
    pub fn occurrences_on(&self, date: Date) -> impl Iterator<Item = Occurrence> {
        let holiday = self.calendar.is_holiday(date);
        self.openings.iter().enumerate().filter_map(move |(opening, rule)| {
            let range = rule.happens_on(date, holiday).then(|| rule.range_on(date, &self.zone))??;
            Some(Occurrence { opening, date, range })
        })
    }

    /// Whether a visit may take this time by the rules alone, whoever else has booked. `wall` is its start at the site.
    pub fn is_open_for(&self, reason: &VisitReason, time: Interval, wall: DateTime) -> bool {
        let date = wall.date();
        let holiday = self.calendar.is_holiday(date);
        let first_of_two = || self.zone.instant(wall) == Some(time.start());
        let opens = |rule: &Opening| {
            rule.happens_on(date, holiday)
                && rule.allows(reason.id)
                && rule.is_on_grid(wall)
                && rule.range_on(date, &self.zone).is_some_and(|range| range.contains(time))
        };
        self.openings.iter().any(opens) && first_of_two() && !self.absences.iter().any(|away| away.overlaps(time))
    }
}
