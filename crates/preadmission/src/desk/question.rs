//! Which files a clerk wants to see, as it stands in the address.

use ::web::Problem;
use jiff::{Span, Timestamp, civil::Date};
use kernel::{StaffId, Zone};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::status::Status,
    store::worklist::{Assigned, Order, Place, Wanted},
};

const PAGE: i64 = 50;

/// As in the address: an empty text asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[schema(as = DeskQuestion)]
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
    /// Days of entry from today on, 1 to 365: 1 is today alone. For lists that stay true tomorrow; without from and until.
    pub(crate) days: String,
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
        let day = zone.date(now);
        let from = one(&self.from, "/from", |text| midnight(text.parse().ok()?))?;
        let next_day = |text: &str| midnight(text.parse::<Date>().ok()?.tomorrow().ok()?);
        let until = one(&self.until, "/until", next_day)?;
        let ahead = |text: &str| {
            let days: i64 = text.parse().ok().filter(|days| (1..=365).contains(days))?;
            midnight(day.checked_add(Span::new().try_days(days).ok()?).ok()?)
        };
        let ahead = one(&self.days, "/days", ahead)?;
        if ahead.is_some() && (from.is_some() || until.is_some()) {
            return Err(unknown("/days"));
        }
        Ok(Wanted {
            establishments: Vec::new(),
            status,
            site: one(&self.site, "/site", |text| text.parse().ok())?,
            unit: self.unit.clone(),
            from: Some(from.or_else(|| midnight(day)).unwrap_or(now)),
            until: until.or(ahead),
            assigned,
            text: self.text.chars().take(100).collect(),
            order,
            after: one(&self.after, "/after", read_place)?,
            limit: PAGE,
        })
    }

    /// What is asked, by name, in the order of the address.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, &str)> {
        let Self { status, site, unit, from, until, days, assigned, text, sort, after } = self;
        let all = [
            ("status", status),
            ("site", site),
            ("unit", unit),
            ("from", from),
            ("until", until),
            ("days", days),
            ("assigned", assigned),
            ("text", text),
            ("sort", sort),
            ("after", after),
        ];
        all.into_iter().map(|(name, value)| (name, value.as_str())).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The question of a form that holds its parts by name.
    pub(crate) fn read(part: impl Fn(&str) -> String) -> Self {
        Self {
            status: part("status"),
            site: part("site"),
            unit: part("unit"),
            from: part("from"),
            until: part("until"),
            days: part("days"),
            assigned: part("assigned"),
            text: part("text"),
            sort: part("sort"),
            after: String::new(),
        }
    }

    /// The address of the same list with something else in it.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut other = Self { after: String::new(), ..self.clone() };
        change(&mut other);
        let pairs = other.pairs();
        let said: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        if said.is_empty() {
            "/desk/preadmissions".to_owned()
        } else {
            format!("/desk/preadmissions?{}", said.join("&"))
        }
    }
}

/// A value in an address: everything but letters, digits, `-` and `.` by its bytes (RFC 3986 §2.1).
pub(crate) fn escaped(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'-' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(byte).collect()
}

/// Where a page ended: microseconds and the id.
pub(crate) fn place((at, id): Place) -> String {
    format!("{}.{id}", at.as_microsecond())
}

fn read_place(text: &str) -> Option<Place> {
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
        let week = wanted(Question { days: "7".into(), ..Question::default() }).unwrap();
        assert_eq!((week.from, week.until), (plain.from, Some("2026-11-29T23:00:00Z".parse().unwrap())), "seven days");
        let of = |assigned: &str| Question { assigned: assigned.to_owned(), ..Question::default() };
        assert_eq!(wanted(of("me")).unwrap().assigned, Assigned::To(me));
        assert_eq!(wanted(of("nobody")).unwrap().assigned, Assigned::Nobody);
        assert!(wanted(of("x")).is_err());
        let at = (now, world.id());
        let next = Question { after: place(at), ..Question::default() };
        assert_eq!(wanted(next.clone()).unwrap().after, Some(at));
        assert_eq!(next.with(|question| question.text = "é &".to_owned()), "/desk/preadmissions?text=%C3%A9%20%26");
        let pairs = next.pairs();
        let again = Question::read(|name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()).unwrap_or_default()
        });
        assert_eq!(again, Question::default(), "a view begins at its first page");
        for wrong in [
            Question { status: "x".into(), ..Question::default() },
            Question { from: "x".into(), ..Question::default() },
            Question { sort: "x".into(), ..Question::default() },
            Question { after: "1".into(), ..Question::default() },
            Question { days: "0".into(), ..Question::default() },
            Question { days: "3".into(), until: "2026-12-01".into(), ..Question::default() },
        ] {
            assert!(wanted(wrong.clone()).is_err(), "{wrong:?}");
        }
    }
}
