//! Dates and hours as people say them, in the wall time of the place.

use jiff::civil::{DateTime, Weekday};

use super::{facts::Facts, words::Language};

/// The pieces of an instant that texts put together.
struct Pieces {
    wall: DateTime,
    language: Language,
}

/// "jeudi 3 décembre 2026 à 8 h 30".
pub fn in_full(facts: &Facts) -> String {
    let pieces = Pieces::of(facts);
    let say = |key: &str, values: &[(&str, &str)]| facts.recipient.language.say(key, values);
    say("notices-when", &[("date", &pieces.date()), ("time", &pieces.time())])
}

/// "jeudi 3/12 à 8h30": for an SMS.
pub fn in_short(facts: &Facts) -> String {
    let pieces = Pieces::of(facts);
    let (wall, language) = (pieces.wall, pieces.language);
    let weekday = language.say("notices-sms-weekday", &[("weekday", weekday(wall.weekday()))]);
    let name = language.say("notices-month", &[("month", month(wall.month()))]);
    language.say(
        "notices-sms-when",
        &[
            ("weekday", &weekday),
            ("day", &wall.day().to_string()),
            ("month", &format!("{:02}", wall.month())),
            ("name", &name),
            ("hour", &wall.hour().to_string()),
            ("minute", &format!("{:02}", wall.minute())),
        ],
    )
}

impl Pieces {
    fn of(facts: &Facts) -> Self {
        Self { wall: facts.place.zone.wall(facts.starts_at), language: facts.recipient.language }
    }

    fn date(&self) -> String {
        let say = |key: &str, values: &[(&str, &str)]| self.language.say(key, values);
        let day = self.wall.day().to_string();
        say(
            "notices-date",
            &[
                ("weekday", &say("notices-weekday", &[("weekday", weekday(self.wall.weekday()))])),
                ("day", &say("notices-day", &[("day", &day), ("first", yes(self.wall.day() == 1))])),
                ("month", &say("notices-month", &[("month", month(self.wall.month()))])),
                ("year", &self.wall.year().to_string()),
            ],
        )
    }

    fn time(&self) -> String {
        let hour = self.wall.hour();
        let on_the_dial = if hour % 12 == 0 { 12 } else { hour % 12 };
        self.language.say(
            "notices-time",
            &[
                ("hour", &hour.to_string()),
                ("hour12", &on_the_dial.to_string()),
                ("half", if hour < 12 { "am" } else { "pm" }),
                ("minute", &format!("{:02}", self.wall.minute())),
                ("sharp", yes(self.wall.minute() == 0)),
            ],
        )
    }
}

const fn yes(condition: bool) -> &'static str {
    if condition { "yes" } else { "no" }
}

const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "mon",
        Weekday::Tuesday => "tue",
        Weekday::Wednesday => "wed",
        Weekday::Thursday => "thu",
        Weekday::Friday => "fri",
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
    }
}

fn month(month: i8) -> &'static str {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    usize::try_from(month - 1).ok().and_then(|place| NAMES.get(place)).copied().unwrap_or("dec")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facts::tests::sample;

    fn at(language: Language, zone: &str, instant: &str) -> (String, String) {
        let mut facts = sample(language);
        facts.place.zone = zone.parse().unwrap();
        facts.starts_at = instant.parse().unwrap();
        (in_full(&facts), in_short(&facts))
    }

    #[test]
    fn an_hour_is_said_as_people_say_it() {
        let (full, short) = at(Language::French, "Europe/Paris", "2026-12-03T07:30:00Z");
        assert_eq!((full.as_str(), short.as_str()), ("jeudi 3 décembre 2026 à 8\u{a0}h\u{a0}30", "jeudi 3/12 à 8h30"));
        let (full, _) = at(Language::French, "Europe/Paris", "2027-08-01T12:00:00Z");
        assert_eq!(full, "dimanche 1er août 2027 à 14\u{a0}h");
        let (full, short) = at(Language::English, "Europe/Paris", "2027-08-01T10:05:00Z");
        assert_eq!((full.as_str(), short.as_str()), ("Sunday 1 August 2027 at 12:05 pm", "Sun 1 August at 12:05"));
    }

    #[test]
    fn the_hour_is_that_of_the_place() {
        let (full, _) = at(Language::French, "Indian/Reunion", "2026-12-03T21:00:00Z");
        assert_eq!(full, "vendredi 4 décembre 2026 à 1\u{a0}h");
    }

    #[test]
    fn every_month_and_day_has_its_name() {
        for language in [Language::French, Language::English] {
            let mut names: Vec<_> = (1..=12).map(|m| language.say("notices-month", &[("month", month(m))])).collect();
            names.dedup();
            assert_eq!(names.len(), 12);
        }
    }
}
