//! The appointment as an iCalendar object (RFC 5545) sent as an invitation (iTIP, RFC 5546): the same UID all its
//! life, a higher SEQUENCE when it changes, METHOD:CANCEL when it is cancelled.

use icalendar::{Calendar, Component, Event, EventStatus, Property};
use jiff::Timestamp;

use web::I18n;

use super::facts::{About, Facts, Kind, Visit, one_line};

/// The `method` of the calendar part; `None` for notices without one.
pub(crate) const fn method(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Booked => Some("REQUEST"),
        Kind::Cancelled => Some("CANCEL"),
        // Of a reminder the event is in the calendar already; a stay is no appointment of the patient's making.
        _ => None,
    }
}

/// The object as text. `organizer` is the hospital's address, `now` the moment of writing.
pub(crate) fn invitation(kind: Kind, facts: &Facts, organizer: &str, i18n: &I18n, now: Timestamp) -> Option<String> {
    let method = method(kind)?;
    let About::Visit(visit) = &facts.about else { return None };
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//Parvis//Parvis//FR"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", method));
    calendar.push(event(kind, (facts, visit), organizer, i18n, now));
    Some(calendar.to_string())
}

fn event(kind: Kind, (facts, visit): (&Facts, &Visit), organizer: &str, i18n: &I18n, now: Timestamp) -> Event {
    let mut event = Event::new();
    event
        .add_property("UID", uid(facts))
        .add_property("SEQUENCE", visit.revision.to_string())
        .add_property("DTSTAMP", utc(now))
        .add_property("DTSTART", utc(facts.starts_at))
        .add_property("DTEND", utc(visit.ends_at))
        .add_property("SUMMARY", one_line(&summary(facts, visit, i18n)))
        .add_property("LOCATION", one_line(&format!("{}, {}", facts.place.name, facts.place.address)))
        .append_property(calendar_user("ORGANIZER", &facts.place.name, organizer))
        // The patient's calendar is shared with family or work more often than known.
        .add_property("CLASS", "PRIVATE")
        .add_property("TRANSP", "OPAQUE");
    if let Some(email) = &facts.recipient.email {
        let mut attendee = calendar_user("ATTENDEE", &facts.recipient.name, email);
        attendee.add_parameter("PARTSTAT", "ACCEPTED").add_parameter("RSVP", "FALSE");
        event.append_multi_property(attendee);
    }
    if kind == Kind::Cancelled {
        event.status(EventStatus::Cancelled);
    } else {
        event.status(EventStatus::Confirmed);
        event.add_property("DESCRIPTION", description(facts, i18n)).add_property("URL", one_line(&facts.link));
    }
    event
}

/// The same for the appointment's whole life.
fn uid(facts: &Facts) -> String {
    format!("{}@parvis", facts.object)
}

fn summary(facts: &Facts, visit: &Visit, i18n: &I18n) -> String {
    if visit.sensitive {
        facts.say(i18n, "notices-calendar-summary-neutral", &[])
    } else {
        facts.say(i18n, "notices-calendar-summary", &[("service", &visit.service)])
    }
}

fn description(facts: &Facts, i18n: &I18n) -> String {
    let values = [("link", one_line(&facts.link)), ("phone", one_line(&facts.place.phone))];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    facts.say(i18n, "notices-calendar-description", &values).replace('\r', "")
}

fn calendar_user(property: &str, name: &str, address: &str) -> Property {
    // A quoted parameter cannot hold a double quote (RFC 5545 §3.2).
    let name = one_line(name).replace('"', "'");
    let mut user = Property::new(property, format!("mailto:{}", one_line(address)));
    user.add_parameter("CN", &name);
    user
}

/// Form 2 of RFC 5545 §3.3.5: the same instant whatever zones the reader's calendar knows.
fn utc(instant: Timestamp) -> String {
    instant.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use web::Lang;

    use crate::domain::facts::tests::{sample, words};

    fn written(kind: Kind, facts: &Facts) -> String {
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        invitation(kind, facts, "rendez-vous@exemple.fr", &words(), now).unwrap()
    }

    fn unfolded(calendar: &str) -> String {
        calendar.replace("\r\n ", "")
    }

    #[test]
    fn booked_and_cancelled() {
        for language in [Lang::Fr, Lang::En] {
            for kind in [Kind::Booked, Kind::Cancelled] {
                let mut facts = sample(language);
                facts.visit().revision = u32::from(kind == Kind::Cancelled);
                let calendar = written(kind, &facts).replace("\r\n", "\n");
                insta::assert_snapshot!(format!("calendar-{}-{}", kind.name(), language.code()), calendar);
            }
        }
    }

    #[test]
    fn a_sensitive_visit_has_a_neutral_summary() {
        let mut facts = sample(Lang::Fr);
        facts.visit().sensitive = true;
        let calendar = unfolded(&written(Kind::Booked, &facts));
        assert!(calendar.contains("SUMMARY:Rendez-vous\r\n"));
        assert!(!calendar.contains("Cardiologie") && !calendar.contains("Fournier"));
    }

    #[test]
    fn a_cancellation_outranks_and_keeps_the_uid() {
        let mut facts = sample(Lang::Fr);
        let booked = unfolded(&written(Kind::Booked, &facts));
        facts.visit().revision = 1;
        let cancelled = unfolded(&written(Kind::Cancelled, &facts));
        let line =
            |calendar: &str, name: &str| calendar.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        assert_eq!(line(&booked, "UID:"), line(&cancelled, "UID:"));
        let sequence = |calendar: &str| line(calendar, "SEQUENCE:").split_at(9).1.parse::<u32>().unwrap();
        assert!(sequence(&booked) < sequence(&cancelled));
    }

    #[test]
    fn names_cannot_start_a_line() {
        let mut facts = sample(Lang::Fr);
        let evil = "Ana\r\nATTENDEE:mailto:x@y.z\";X=\"\nB,C;D\\E";
        facts.recipient.name = evil.into();
        facts.place.name = evil.into();
        facts.visit().service = evil.into();
        let calendar = unfolded(&written(Kind::Booked, &facts));
        let attendees = calendar.lines().filter(|line| line.starts_with("ATTENDEE")).count();
        assert_eq!((attendees, calendar.matches("BEGIN:").count()), (1, 2));
        assert!(calendar.lines().all(|line| !line.contains('\r')));
    }
}
