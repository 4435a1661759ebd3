//! Dates and times as people say them, in the zone of the place; and sums of money.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Weekday},
};
use kernel::{Money, Zone};

use crate::Lang;

/// No-break space: "8 h 30" stays on one line.
const NB: char = '\u{a0}';

const DAYS_FR: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const DAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn name<const N: usize>(names: [&'static str; N], one_based: i8) -> &'static str {
    usize::try_from(one_based - 1).ok().and_then(|index| names.get(index).copied()).unwrap_or_default()
}

fn weekday(lang: Lang, day: Weekday) -> &'static str {
    let number = day.to_monday_one_offset();
    if lang == Lang::Fr { name(DAYS_FR, number) } else { name(DAYS_EN, number) }
}

/// "jeudi 3 décembre" or "Thursday 3 December"; the first of the month is "1er" in French.
pub fn day(lang: Lang, date: Date) -> String {
    format!("{} {}", weekday(lang, date.weekday()), of_month(lang, date))
}

fn of_month(lang: Lang, date: Date) -> String {
    let number = match (lang, date.day()) {
        (Lang::Fr, 1) => "1er".to_owned(),
        (_, number) => number.to_string(),
    };
    let month = if lang == Lang::Fr { name(MONTHS_FR, date.month()) } else { name(MONTHS_EN, date.month()) };
    format!("{number}{NB}{month}")
}

/// "3 décembre 1984": a day of which nobody asks which day of the week it was.
pub fn plain_day(lang: Lang, date: Date) -> String {
    format!("{} {}", of_month(lang, date), date.year())
}

/// "jeudi 3 décembre 2026".
pub fn long_day(lang: Lang, date: Date) -> String {
    // An ordinary space: on a phone the line may break before the year.
    format!("{} {}", day(lang, date), date.year())
}

/// "8 h 30", "14 h", or "8:30 am", "2 pm".
pub fn time(lang: Lang, wall: DateTime) -> String {
    let (hour, minute) = (wall.hour(), wall.minute());
    match lang {
        Lang::Fr if minute == 0 => format!("{hour}{NB}h"),
        Lang::Fr => format!("{hour}{NB}h{NB}{minute:02}"),
        Lang::En => {
            let half = if hour < 12 { "am" } else { "pm" };
            let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
            if minute == 0 { format!("{twelve}{NB}{half}") } else { format!("{twelve}:{minute:02}{NB}{half}") }
        }
    }
}

/// "jeudi 3 décembre 2026 à 8 h 30".
pub fn moment(lang: Lang, instant: Timestamp, zone: &Zone) -> String {
    let wall = zone.wall(instant);
    let between = if lang == Lang::Fr { "à" } else { "at" };
    format!("{} {between} {}", long_day(lang, wall.date()), time(lang, wall))
}

/// "1 234,50 €" or "€1,234.50".
pub fn money(lang: Lang, sum: Money) -> String {
    let french = sum.to_string();
    if lang == Lang::Fr {
        return french;
    }
    let number = french.trim_end_matches("\u{a0}€").replace(',', ".").replace('\u{202f}', ",");
    match number.strip_prefix('\u{2212}') {
        Some(number) => format!("\u{2212}€{number}"),
        None => format!("€{number}"),
    }
}

/// "20 min", "1 h", "1 h 15".
pub fn duration(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}{NB}min"),
        (hours, 0) => format!("{hours}{NB}h"),
        (hours, minutes) => format!("{hours}{NB}h{NB}{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: String) -> String {
        text.replace(NB, " ")
    }

    #[test]
    fn sums_as_people_write_them() {
        for (cents, french, english) in [
            (2450, "24,50 €", "€24.50"),
            (123_456_705, "1\u{202f}234\u{202f}567,05 €", "€1,234,567.05"),
            (-99, "\u{2212}0,99 €", "\u{2212}€0.99"),
        ] {
            let sum = Money::from_cents(cents);
            assert_eq!((plain(money(Lang::Fr, sum)).as_str(), money(Lang::En, sum).as_str()), (french, english));
        }
    }

    #[test]
    fn as_people_say_it() {
        let paris: Zone = "Europe/Paris".parse().unwrap();
        let instant: Timestamp = "2026-12-03T07:30:00Z".parse().unwrap();
        assert_eq!(plain(moment(Lang::Fr, instant, &paris)), "jeudi 3 décembre 2026 à 8 h 30");
        assert_eq!(plain(moment(Lang::En, instant, &paris)), "Thursday 3 December 2026 at 8:30 am");
        let noon: Timestamp = "2027-05-01T10:00:00Z".parse().unwrap();
        assert_eq!(plain(moment(Lang::Fr, noon, &paris)), "samedi 1er mai 2027 à 12 h");
        assert_eq!(plain(moment(Lang::En, noon, &paris)), "Saturday 1 May 2027 at 12 pm");
        assert_eq!([20, 60, 75].map(|minutes| plain(duration(minutes))), ["20 min", "1 h", "1 h 15"]);
    }
}
