//! Moments and dates as HL7 writes them (type TS, HL7 v2.5 §2.A.77).

use jiff::Timestamp;
use kernel::Zone;

/// `YYYYMMDDHHMMSS+ZZZZ` in the site's zone. Receivers that read 14 characters get the right wall time.
pub fn timestamp(instant: Timestamp, zone: &Zone) -> String {
    zone.zoned(instant).strftime("%Y%m%d%H%M%S%z").to_string()
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
}
