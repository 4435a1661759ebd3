//! Which files a clerk wants to see, as it stands in the address.

use ::web::Problem;
use jiff::{Timestamp, civil::Date};
use kernel::{PreadmissionId, StaffId, Zone};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::{
    domain::status::Status,
    store::worklist::{Assigned, Order, Wanted},
};

const PAGE: i64 = 50;

/// As in the address: an empty text asks for nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Question {
    /// CREATED, IN_PROGRESS, READY, REFUSED, COMPLETED or CANCELLED.
    pub(crate) status: String,
    /// Id of a site.
    pub(crate) site: String,
    /// Code of a unit.
    pub(crate) unit: String,
    /// First day of entry, such as 2026-12-01; today when empty.
    pub(crate) from: String,
    /// Last day of entry.
    pub(crate) until: String,
    /// me, nobody, or the id of a colleague.
    pub(crate) assigned: String,
    /// Parts of names or numbers.
    pub(crate) text: String,
    /// entry (the next to enter first) or submission (the longest sent first).
    pub(crate) sort: String,
    /// `next` of the page before.
    pub(crate) after: String,
}

impl Question {
    /// Days are those of the zone in which the team works.
    pub(crate) fn wanted(&self, me: StaffId, zone: &Zone, now: Timestamp) -> Result<Wanted, Problem> {
        let status = one(&self.status, "/status", |text| Status::ALL.into_iter().find(|one| one.name() == text))?;
        let assigned = match self.assigned.as_str() {
            "" => Assigned::Anyone,
            "me" => Assigned::To(me),
            "nobody" => Assigned::Nobody,
            text => Assigned::To(text.parse().map_err(|_| unknown("/assigned"))?),
        };
        let order = match self.sort.as_str() {
            "" | "entry" => Order::Entry,
            "submission" => Order::Submission,
            _ => return Err(unknown("/sort")),
        };
        let midnight = |day: Date| zone.instant(day.into());
        let today = midnight(zone.date(now)).unwrap_or(now);
        let from = one(&self.from, "/from", |text| midnight(text.parse().ok()?))?.unwrap_or(today);
        let next_day = |text: &str| midnight(text.parse::<Date>().ok()?.tomorrow().ok()?);
        Ok(Wanted {
            establishments: Vec::new(),
            status,
            site: one(&self.site, "/site", |text| text.parse().ok())?,
            unit: self.unit.clone(),
            from: Some(from),
            until: one(&self.until, "/until", next_day)?,
            assigned,
            text: self.text.chars().take(100).collect(),
            order,
            after: one(&self.after, "/after", read_place)?,
            limit: PAGE,
        })
    }

    /// The address of the same list with something else in it.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut other = Self { after: String::new(), ..self.clone() };
        change(&mut other);
        let Self { status, site, unit, from, until, assigned, text, sort, after } = &other;
        let pairs = [
            ("status", status),
            ("site", site),
            ("unit", unit),
            ("from", from),
            ("until", until),
            ("assigned", assigned),
            ("text", text),
            ("sort", sort),
            ("after", after),
        ];
        let said: Vec<String> = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", escaped(value)))
            .collect();
        if said.is_empty() {
            "/desk/preadmissions".to_owned()
        } else {
            format!("/desk/preadmissions?{}", said.join("&"))
        }
    }
}

/// A value in an address: everything but letters, digits, `-` and `.` by its bytes (RFC 3986 §2.1).
fn escaped(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'-' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(byte).collect()
}

/// Where a page ended: microseconds and the id.
pub(crate) fn place((at, id): (Timestamp, PreadmissionId)) -> String {
    format!("{}.{id}", at.as_microsecond())
}

fn read_place(text: &str) -> Option<(Timestamp, PreadmissionId)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
}

fn one<T>(text: &str, pointer: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    read(text).map(Some).ok_or_else(|| unknown(pointer))
}

fn unknown(pointer: &str) -> Problem {
    Problem::invalid(pointer, "preadmission-desk-filter-unknown")
}

#[cfg(test)]
mod tests {
    use kernel::World;

    use super::*;

    #[test]
    fn an_address_says_what_is_wanted_and_unknown_words_are_refused() {
        let (world, now) = (World::system(), "2026-11-22T23:30:00Z".parse().unwrap());
        let (me, zone): (StaffId, Zone) = (world.id(), "Europe/Paris".parse().unwrap());
        let wanted = |question: Question| question.wanted(me, &zone, now);
        let plain = wanted(Question::default()).unwrap();
        assert_eq!(plain.from, Some("2026-11-22T23:00:00Z".parse().unwrap()), "today in Paris");
        let of = |assigned: &str| Question { assigned: assigned.to_owned(), ..Question::default() };
        assert_eq!(wanted(of("me")).unwrap().assigned, Assigned::To(me));
        assert_eq!(wanted(of("nobody")).unwrap().assigned, Assigned::Nobody);
        assert!(wanted(of("x")).is_err());
        let at = (now, world.id());
        let next = Question { after: place(at), ..Question::default() };
        assert_eq!(wanted(next.clone()).unwrap().after, Some(at));
        assert_eq!(next.with(|question| question.text = "é &".to_owned()), "/desk/preadmissions?text=%C3%A9%20%26");
        for wrong in [
            Question { status: "x".into(), ..Question::default() },
            Question { from: "x".into(), ..Question::default() },
            Question { sort: "x".into(), ..Question::default() },
            Question { after: "1".into(), ..Question::default() },
        ] {
            assert!(wanted(wrong.clone()).is_err(), "{wrong:?}");
        }
    }
}
