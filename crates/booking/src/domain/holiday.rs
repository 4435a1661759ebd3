//! French public holidays, computed: Code du travail L3133-1 (national), L3134-13 (Alsace-Moselle) and
//! L3422-2 (commemoration of the abolition of slavery, one date per overseas territory).

use jiff::civil::Date;

/// The calendar of a site: the national days and those of its territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HolidayCalendar {
    #[default]
    National,
    AlsaceMoselle,
    Guadeloupe,
    Guyane,
    Martinique,
    Mayotte,
    Reunion,
    SaintBarthelemy,
    SaintMartin,
}

const NATIONAL: [(i8, i8); 8] = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
/// Easter Monday, Ascension, Whit Monday: days after Easter Sunday.
const MOVABLE: [i16; 3] = [1, 39, 50];
const GOOD_FRIDAY: i16 = -2;

impl HolidayCalendar {
    /// Where a site stands tells its calendar: the first digits of a French postcode are its territory.
    pub fn of_postcode(postcode: &str) -> Self {
        let starts = |with: &str| postcode.starts_with(with);
        match postcode {
            "97133" => Self::SaintBarthelemy,
            "97150" => Self::SaintMartin,
            _ if starts("57") || starts("67") || starts("68") => Self::AlsaceMoselle,
            _ if starts("971") => Self::Guadeloupe,
            _ if starts("972") => Self::Martinique,
            _ if starts("973") => Self::Guyane,
            _ if starts("974") => Self::Reunion,
            _ if starts("976") => Self::Mayotte,
            _ => Self::National,
        }
    }

    pub fn is_holiday(self, date: Date) -> bool {
        let day = (date.month(), date.day());
        // Easter and what moves with it never leave their year.
        let after_easter = easter(date.year()).map(|easter| date.day_of_year() - easter.day_of_year());
        NATIONAL.contains(&day)
            || self.local_day() == Some(day)
            || after_easter
                .is_some_and(|days| MOVABLE.contains(&days) || (self == Self::AlsaceMoselle && days == GOOD_FRIDAY))
    }

    const fn local_day(self) -> Option<(i8, i8)> {
        match self {
            Self::National => None,
            Self::AlsaceMoselle => Some((12, 26)),
            Self::Guadeloupe => Some((5, 27)),
            Self::Guyane => Some((6, 10)),
            Self::Martinique => Some((5, 22)),
            Self::Mayotte => Some((4, 27)),
            Self::Reunion => Some((12, 20)),
            Self::SaintBarthelemy => Some((10, 9)),
            Self::SaintMartin => Some((5, 28)),
        }
    }
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876, "Meeus/Jones/Butcher").
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (century, rest) = (y.div_euclid(100), y.rem_euclid(100));
    let golden = y.rem_euclid(19);
    let leap_shift = century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15;
    let epact = (19 * golden + leap_shift).rem_euclid(30);
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let day = epact + weekday - 7 * late + 114;
    Date::new(year, i8::try_from(day / 31).ok()?, i8::try_from(day % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};

    use super::*;

    /// Dates published by the Institut de mécanique céleste.
    #[test]
    fn easter_falls_where_it_was_published() {
        for (year, month, day) in
            [(1900, 4, 15), (1961, 4, 2), (2000, 4, 23), (2024, 3, 31), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)]
        {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn the_eleven_national_days_of_2027() {
        let days: Vec<String> = date(2027, 1, 1)
            .series(1.day())
            .take(365)
            .filter(|day| HolidayCalendar::National.is_holiday(*day))
            .map(|day| day.strftime("%m-%d").to_string())
            .collect();
        let known = "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25";
        assert_eq!(days.join(" "), known);
    }

    #[test]
    fn territories_add_their_own() {
        use HolidayCalendar as C;
        for (calendar, day) in [
            (C::AlsaceMoselle, date(2027, 3, 26)),
            (C::AlsaceMoselle, date(2027, 12, 26)),
            (C::Guadeloupe, date(2027, 5, 27)),
            (C::Guyane, date(2027, 6, 10)),
            (C::Martinique, date(2027, 5, 22)),
            (C::Mayotte, date(2027, 4, 27)),
            (C::Reunion, date(2027, 12, 20)),
            (C::SaintBarthelemy, date(2027, 10, 9)),
            (C::SaintMartin, date(2027, 5, 28)),
        ] {
            assert!(calendar.is_holiday(day), "{calendar:?} {day}");
            assert!(!C::National.is_holiday(day), "{day}");
        }
        for (postcode, calendar) in [
            ("67000", C::AlsaceMoselle),
            ("57000", C::AlsaceMoselle),
            ("97110", C::Guadeloupe),
            ("97133", C::SaintBarthelemy),
            ("97150", C::SaintMartin),
            ("97200", C::Martinique),
            ("97300", C::Guyane),
            ("97400", C::Reunion),
            ("97600", C::Mayotte),
            ("20090", C::National),
            ("62000", C::National),
            ("", C::National),
        ] {
            assert_eq!(C::of_postcode(postcode), calendar, "{postcode}");
        }
    }
}
