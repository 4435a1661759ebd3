//! The appointment as an iCalendar object (RFC 5545) sent as an invitation (iTIP, RFC 5546): the same UID all its
//! life, a higher SEQUENCE when it changes, METHOD:CANCEL when it is cancelled.

use icalendar::{Calendar, Component, Event, EventStatus, Property};
use jiff::Timestamp;

use super::facts::{Facts, Kind, one_line};

/// The `method` of the calendar part; `None` for notices without one.
pub const fn method(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Booked => Some("REQUEST"),
        Kind::Cancelled => Some("CANCEL"),
        // The event is in the calendar already, and it has not changed.
        Kind::Reminder => None,
    }
}

/// The object as text. `organizer` is the hospital's address, `now` the moment of writing.
pub fn invitation(kind: Kind, facts: &Facts, organizer: &str, now: Timestamp) -> Option<String> {
    let method = method(kind)?;
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//Parvis//Parvis//FR"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", method));
    calendar.push(event(kind, facts, organizer, now));
    Some(calendar.to_string())
}

fn event(kind: Kind, facts: &Facts, organizer: &str, now: Timestamp) -> Event {
    let mut event = Event::new();
    event
        .add_property("UID", uid(facts))
        .add_property("SEQUENCE", sequence(kind, facts).to_string())
        .add_property("DTSTAMP", utc(now))
        .add_property("DTSTART", utc(facts.starts_at))
        .add_property("DTEND", utc(facts.ends_at))
        .add_property("SUMMARY", one_line(&summary(facts)))
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
        event.add_property("DESCRIPTION", description(facts)).add_property("URL", one_line(&facts.link));
    }
    event
}

/// The same for the appointment's whole life.
fn uid(facts: &Facts) -> String {
    format!("{}@parvis", facts.appointment)
}

/// A cancellation outranks every invitation sent before it, even one of the same revision.
const fn sequence(kind: Kind, facts: &Facts) -> u32 {
    match kind {
        Kind::Cancelled => facts.revision.saturating_mul(2).saturating_add(1),
        Kind::Booked | Kind::Reminder => facts.revision.saturating_mul(2),
    }
}

fn summary(facts: &Facts) -> String {
    let language = facts.recipient.language;
    if facts.visit.sensitive {
        language.say("notices-calendar-summary-neutral", &[])
    } else {
        language.say("notices-calendar-summary", &[("service", &facts.visit.service)])
    }
}

fn description(facts: &Facts) -> String {
    let values = [("link", one_line(&facts.link)), ("phone", one_line(&facts.place.phone))];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    facts.recipient.language.say("notices-calendar-description", &values).replace('\r', "")
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
    use crate::domain::{facts::tests::sample, words::Language};

    fn written(kind: Kind, facts: &Facts) -> String {
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        invitation(kind, facts, "rendez-vous@exemple.fr", now).unwrap()
    }

    fn unfolded(calendar: &str) -> String {
        calendar.replace("\r\n ", "")
    }

    #[test]
    fn booked_and_cancelled() {
        for language in [Language::French, Language::English] {
            for kind in [Kind::Booked, Kind::Cancelled] {
                let calendar = written(kind, &sample(language)).replace("\r\n", "\n");
                insta::assert_snapshot!(format!("calendar-{}-{}", kind.name(), language.tag()), calendar);
            }
        }
    }

    #[test]
    fn a_sensitive_visit_has_a_neutral_summary() {
        let mut facts = sample(Language::French);
        facts.visit.sensitive = true;
        let calendar = unfolded(&written(Kind::Booked, &facts));
        assert!(calendar.contains("SUMMARY:Rendez-vous\r\n"));
        assert!(!calendar.contains("Cardiologie") && !calendar.contains("Fournier"));
    }

    #[test]
    fn a_cancellation_outranks_and_keeps_the_uid() {
        let mut facts = sample(Language::French);
        let booked = unfolded(&written(Kind::Booked, &facts));
        let cancelled = unfolded(&written(Kind::Cancelled, &facts));
        facts.revision = 1;
        let moved = unfolded(&written(Kind::Booked, &facts));
        let line =
            |calendar: &str, name: &str| calendar.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        assert_eq!(line(&booked, "UID:"), line(&cancelled, "UID:"));
        let sequence = |calendar: &str| line(calendar, "SEQUENCE:")[9..].parse::<u32>().unwrap();
        assert!(sequence(&booked) < sequence(&cancelled) && sequence(&cancelled) < sequence(&moved));
    }

    #[test]
    fn names_cannot_start_a_line() {
        let mut facts = sample(Language::French);
        let evil = "Ana\r\nATTENDEE:mailto:x@y.z\";X=\"\nB,C;D\\E";
        facts.recipient.name = evil.into();
        facts.place.name = evil.into();
        facts.visit.service = evil.into();
        let calendar = unfolded(&written(Kind::Booked, &facts));
        let attendees = calendar.lines().filter(|line| line.starts_with("ATTENDEE")).count();
        assert_eq!((attendees, calendar.matches("BEGIN:").count()), (1, 2));
        assert!(calendar.lines().all(|line| !line.contains('\r')));
    }
}
