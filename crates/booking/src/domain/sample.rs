//! One agenda for the tests: half-hour visits, 09:00 to 11:30 and 14:00 to 17:00 from Monday to Friday.

use jiff::{
    Timestamp,
    civil::{Weekday, date, time},
};
use kernel::{AgendaId, VisitReasonId};
use uuid::Uuid;

use super::{HolidayCalendar, Interval, Mode, Opening, Plan, VisitReason};

pub fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}
pub fn reason_id() -> VisitReasonId {
    VisitReasonId::from_uuid(uuid(7))
}
pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}
pub fn span(start: &str, end: &str) -> Interval {
    Interval::new(at(start), at(end)).unwrap()
}
pub fn busy(taken: &[(&str, &str)]) -> Vec<Interval> {
    taken.iter().map(|(start, end)| span(start, end)).collect()
}

pub fn reason() -> VisitReason {
    VisitReason {
        id: reason_id(),
        mode: Mode::Open,
        minutes: 30,
        min_notice_minutes: 120,
        max_horizon_days: 60,
        cancel_deadline_minutes: 24 * 60,
    }
}

pub fn opening(weekday: Weekday, hours: (i8, i8), minutes: (i8, i8)) -> Opening {
    Opening {
        weekday,
        start: time(hours.0, minutes.0, 0, 0),
        end: time(hours.1, minutes.1, 0, 0),
        step_minutes: 20,
        valid_from: date(2026, 1, 1),
        valid_to: None,
        reasons: Vec::new(),
        on_holidays: false,
    }
}

pub fn plan(zone: &str) -> Plan {
    let week = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
    let openings =
        week.into_iter().flat_map(|day| [opening(day, (9, 11), (0, 30)), opening(day, (14, 17), (0, 0))]).collect();
    let absences = vec![span("2026-12-07T23:00:00Z", "2026-12-08T23:00:00Z")];
    Plan::new(
        AgendaId::from_uuid(uuid(1)),
        (zone.parse().unwrap(), HolidayCalendar::National),
        vec![reason()],
        openings,
        absences,
        2,
    )
}
