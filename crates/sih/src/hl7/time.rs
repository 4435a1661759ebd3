//! Moments and dates as HL7 writes them (type TS, HL7 v2.5 §2.A.77).

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use kernel::Zone;

/// `YYYYMMDDHHMMSS+ZZZZ` in the site's zone. Receivers that read 14 characters get the right wall time.
pub fn timestamp(instant: Timestamp, zone: &Zone) -> String {
    zone.zoned(instant).strftime("%Y%m%d%H%M%S%z").to_string()
}

/// The instant a TS names, `YYYYMMDD[HH[MM[SS[.S…]]]][+/-ZZZZ]`. Without an offset it is the wall time of `zone`; a day
/// without an hour begins at midnight. `None` for anything else, and for a wall time that the spring change skips.
pub fn moment(text: &str, zone: &Zone) -> Option<Timestamp> {
    let (wall, offset) = match text.find(['+', '-']) {
        Some(sign) => (text.get(..sign)?, Some(offset(text.get(sign..)?)?)),
        None => (text, None),
    };
    let whole = wall.split_once('.').map_or(Some(wall), |(whole, parts)| {
        let fraction = (1..=4).contains(&parts.len()) && parts.bytes().all(|byte| byte.is_ascii_digit());
        (fraction && whole.len() == 14).then_some(whole)
    })?;
    let format = match whole.len() {
        8 | 10 | 12 | 14 if whole.bytes().all(|byte| byte.is_ascii_digit()) => "%Y%m%d%H%M%S",
        _ => return None,
    };
    let wall = DateTime::strptime(format, format!("{whole:0<14}")).ok()?;
    match offset {
        Some(offset) => offset.to_timestamp(wall).ok(),
        None => zone.instant(wall),
    }
}

/// `+0100`
fn offset(text: &str) -> Option<Offset> {
    let (sign, number) = text.split_at_checked(1)?;
    let (hours, minutes) = (digits(number.get(..2)?, 2)?, digits(number.get(2..)?, 2)?);
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
    Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()
}

/// A birth date from its TS, as far as it is known: `1979-03-28`, `1979-03` or `1979`.
pub fn known_date(text: &str) -> Option<String> {
    let parts = match text.len() {
        4 => [digits(text, 4)?, "00", "00"],
        6 => [digits(text.get(..4)?, 4)?, digits(text.get(4..)?, 2)?, "00"],
        8.. => [digits(text.get(..4)?, 4)?, digits(text.get(4..6)?, 2)?, digits(text.get(6..8)?, 2)?],
        _ => return None,
    };
    let compact = birth_date(&parts.join("-"))?;
    let known = [compact.get(..4), compact.get(4..6), compact.get(6..8)];
    Some(known.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-"))
}

/// A birth date as far as it is known: `1979-03-28`, `1979-03-00`, `1979-03`, `1979-00-00`, `1979`. The standard
/// lets a date stop at the month or the year; zeroes, which FranceConnect gives, would be no date.
pub fn birth_date(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some("00"), |part| digits(part, 2))?;
    let day = parts.next().map_or(Some("00"), |part| digits(part, 2))?;
    if parts.next().is_some() || year == "0000" {
        return None;
    }
    match (month, day) {
        ("00", "00") => Some(year.to_owned()),
        ("00", _) => None,
        (month, "00") => (month <= "12").then(|| format!("{year}{month}")),
        (month, day) => {
            let date: jiff::civil::Date = format!("{year}-{month}-{day}").parse().ok()?;
            Some(date.strftime("%Y%m%d").to_string())
        }
    }
}

fn digits(part: &str, length: usize) -> Option<&str> {
    (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_carry_the_offset_of_the_site() {
        let instant: Timestamp = "2026-12-03T07:00:00Z".parse().unwrap();
        let at = |zone: &str| timestamp(instant, &zone.parse().unwrap());
        assert_eq!(at("Europe/Paris"), "20261203080000+0100");
        assert_eq!(at("Indian/Reunion"), "20261203110000+0400");
        assert_eq!(at("America/Cayenne"), "20261203040000-0300");
        let summer = timestamp("2026-07-03T06:00:00Z".parse().unwrap(), &"Europe/Paris".parse().unwrap());
        assert_eq!(summer, "20260703080000+0200");
    }

    #[test]
    fn birth_dates_stop_where_knowledge_stops() {
        for (text, written) in [
            ("1979-03-28", Some("19790328")),
            ("1979-03-00", Some("197903")),
            ("1979-03", Some("197903")),
            ("1979-00-00", Some("1979")),
            ("1979", Some("1979")),
            ("1979-00-12", None),
            ("1979-13-00", None),
            ("1979-02-30", None),
            ("0000-00-00", None),
            ("28/03/1979", None),
            ("1979-03-28-1", None),
            ("", None),
        ] {
            assert_eq!(birth_date(text).as_deref(), written, "{text}");
        }
    }

    #[test]
    fn moments_are_read_with_or_without_their_offset() {
        let zone: Zone = "Indian/Reunion".parse().unwrap();
        for (text, instant) in [
            ("20261203080000", Some("2026-12-03T04:00:00Z")),
            ("202612030800", Some("2026-12-03T04:00:00Z")),
            ("20261203", Some("2026-12-02T20:00:00Z")),
            ("20261203080000+0100", Some("2026-12-03T07:00:00Z")),
            ("202612030800-0330", Some("2026-12-03T11:30:00Z")),
            ("20261203080000.1234+0100", Some("2026-12-03T07:00:00Z")),
            ("20261303080000", None),
            ("20261203250000", None),
            ("2026120308000", None),
            ("20261203080000+1", None),
            ("20261203080000+01é0", None),
            ("202612030800.1", None),
            ("demain", None),
            ("", None),
        ] {
            assert_eq!(moment(text, &zone), instant.map(|instant| instant.parse().unwrap()), "{text}");
        }
        assert_eq!(moment("20260329023000", &"Europe/Paris".parse().unwrap()), None, "an hour that does not exist");
    }

    #[test]
    fn birth_dates_are_read_as_far_as_they_go() {
        for (text, date) in [
            ("19790328", Some("1979-03-28")),
            ("19790328101500", Some("1979-03-28")),
            ("197903", Some("1979-03")),
            ("19790300", Some("1979-03")),
            ("1979", Some("1979")),
            ("19791328", None),
            ("790328", None),
            ("28/03/79", None),
            ("197é", None),
            ("", None),
        ] {
            assert_eq!(known_date(text).as_deref(), date, "{text}");
        }
    }
}
