//! Identities side by side: what the hospital, FranceConnect, the patient and an identity document say of each strict
//! trait.

use super::same_person::{Traits, same_person};

/// One strict trait as each side tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// `birth-family`, `given`, `birth-date` or `sex`.
    pub name: &'static str,
    pub hospital: String,
    pub franceconnect: String,
    pub typed: String,
    pub document: String,
    /// Whether two sides that say something say something else.
    pub differs: bool,
}

const NAMES: [&str; 4] = ["birth-family", "given", "birth-date", "sex"];

/// Who says what; a side that is not known says nothing.
#[derive(Clone, Default)]
pub struct Sides<'t> {
    pub hospital: Option<Traits<'t>>,
    pub franceconnect: Option<Traits<'t>>,
    /// As the file was filled in.
    pub typed: Option<Traits<'t>>,
    /// As a clerk read them.
    pub document: Option<Traits<'t>>,
}

pub fn compare(sides: &Sides<'_>) -> Vec<Compared> {
    let all = [&sides.hospital, &sides.franceconnect, &sides.typed, &sides.document];
    let line = |name| {
        let of = |side: &Option<Traits<'_>>| side.as_ref().map(|traits| value(traits, name).to_owned());
        let said = all.map(|side| of(side).unwrap_or_default());
        let differs = said.iter().enumerate().any(|(at, one)| {
            let others = said.iter().skip(at + 1).filter(|other| !one.is_empty() && !other.is_empty());
            others.into_iter().any(|other| !same_trait(name, one, other))
        });
        let [hospital, franceconnect, typed, document] = said;
        Compared { name, hospital, franceconnect, typed, document, differs }
    };
    NAMES.into_iter().map(line).collect()
}

/// A birth date as documents bear it: `1957-11-02`, and `1957-11` or `1957` where day or month are not known.
pub fn birth_date(text: &str) -> Option<String> {
    let text = text.trim();
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        10 => text.to_owned(),
        _ => return None,
    };
    whole.parse::<jiff::civil::Date>().ok().map(|_| text.to_owned())
}

const fn value<'t>(traits: &Traits<'t>, name: &str) -> &'t str {
    match name.as_bytes() {
        b"birth-family" => traits.birth_family,
        b"given" => traits.given,
        b"birth-date" => traits.birth_date,
        _ => traits.sex,
    }
}

/// Compares one trait as [`same_person`] compares it: the others are made equal.
fn same_trait(name: &str, one: &str, other: &str) -> bool {
    let alike = Traits { birth_family: "A", given: "A", birth_date: "2000", sex: "U" };
    let with = |value| match name {
        "birth-family" => Traits { birth_family: value, ..alike.clone() },
        "given" => Traits { given: value, ..alike.clone() },
        "birth-date" => Traits { birth_date: value, ..alike.clone() },
        _ => Traits { sex: value, ..alike.clone() },
    };
    same_person(&with(one), &with(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_date_may_lack_its_day_and_month() {
        for date in ["1957-11-02", "1957-11", "1957", " 1996-02-29 "] {
            assert_eq!(birth_date(date).as_deref(), Some(date.trim()));
        }
        for not in ["", "57", "1957-13", "1957-02-30", "02/11/1957", "1957-11-02T00:00", "19571102"] {
            assert_eq!(birth_date(not), None, "{not}");
        }
    }

    #[test]
    fn only_what_differs_by_a_strict_trait_is_marked() {
        let hospital = Traits { birth_family: "DESSAI", given: "Hélène", birth_date: "1957-11", sex: "F" };
        let other = Traits { birth_family: "d'Essai", given: "HELENE", birth_date: "1957-11-02", sex: "U" };
        let two = Sides { hospital: Some(hospital), franceconnect: Some(other.clone()), ..Sides::default() };
        assert!(compare(&two).iter().all(|line| !line.differs), "{:?}", compare(&two));
        let wrong = Traits { given: "Hélène-Marie", birth_date: "1957-12-02", ..other };
        let differs = |sides: &Sides<'_>| {
            compare(sides).into_iter().filter(|line| line.differs).map(|line| line.name).collect::<Vec<_>>()
        };
        assert_eq!(differs(&Sides { typed: Some(wrong.clone()), ..two.clone() }), ["given", "birth-date"]);
        assert_eq!(differs(&Sides { document: Some(wrong.clone()), ..two.clone() }), ["given", "birth-date"]);
        assert_eq!(differs(&Sides { document: Some(wrong), ..Sides::default() }), Vec::<&str>::new());
        let document = compare(&Sides { document: two.franceconnect.clone(), ..two });
        assert_eq!((document[0].document.as_str(), document[0].hospital.as_str()), ("d'Essai", "DESSAI"));
    }
}
