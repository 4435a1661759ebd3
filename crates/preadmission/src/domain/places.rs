//! Places of birth, by the code that the *Code officiel géographique* of INSEE gave them: communes since 1943 with
//! those that were merged or renumbered, and countries. The identity that the hospital's system keeps needs the code
//! that was in force on the day of birth (national reference for identity vigilance, RNIV).
//!
//! `communes.txt` is made by `make.py` beside it, which tells source, licence and format. `countries.txt` has the same
//! format: INSEE's codes of countries and territories, in everyday French; further names of a code follow its first.
//! Former states end with the day that ended them; a present state has no beginning, for INSEE also gives its code to
//! who was born on its ground before.

use std::{collections::HashMap, sync::LazyLock};

use kernel::fold;

/// A name that a code bore for some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub code: &'static str,
    pub name: &'static str,
    /// `2016-01-01`, first day; empty: before 1943.
    from: &'static str,
    /// The day after the last; empty: today still.
    until: &'static str,
    /// Since when it is no commune of its own; empty: it still is.
    since: &'static str,
    /// The code of what took its place; may be empty.
    into: &'static str,
}

/// What took the place of a commune, and the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heir {
    pub place: &'static Place,
    pub year: &'static str,
}

/// A day of birth as far as it is known: the first and the last day it can be, both `1962-11-05`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Born(String, String);

impl Born {
    /// Of `1962`, `1962-11`, `1962-11-05`, with `00` for what is not known; any day, of anything else.
    pub fn of(date: &str) -> Self {
        let known: Vec<&str> = date.split('-').take_while(|part| part.bytes().any(|digit| digit != b'0')).collect();
        let is_number = |part: &&str| part.bytes().all(|digit| digit.is_ascii_digit());
        match known.as_slice() {
            all if !all.iter().all(is_number) => Self::any_day(),
            [year] if year.len() == 4 => Self(format!("{year}-01-01"), format!("{year}-12-31")),
            [year, month] if year.len() == 4 => {
                Self(format!("{year}-{month:0>2}-01"), format!("{year}-{month:0>2}-31"))
            }
            [_, _, _] => Self(date.to_owned(), date.to_owned()),
            _ => Self::any_day(),
        }
    }

    fn any_day() -> Self {
        Self(String::new(), "9999".to_owned())
    }
}

impl Place {
    /// Whether the code bore this name on that day.
    pub fn existed(&self, born: &Born) -> bool {
        self.from <= born.1.as_str() && (self.until.is_empty() || self.until > born.0.as_str())
    }

    /// Whether it was a commune of its own on that day, or a country.
    fn is_own(&self, born: &Born) -> bool {
        self.since.is_empty() || self.since > born.0.as_str()
    }

    /// Codes of countries begin with 99.
    pub fn is_country(&self) -> bool {
        self.code.starts_with("99")
    }

    /// `21`, `2A`, `974`; none of a country.
    pub fn department(&self) -> Option<&'static str> {
        let length = if self.code.starts_with("97") || self.code.starts_with("98") { 3 } else { 2 };
        self.code.get(..length).filter(|_| !self.is_country())
    }

    /// `Dijon (21)`, `Suisse`, `Jersey (Royaume-Uni)`.
    pub fn label(&self) -> String {
        let main = by_code(self.code).next().filter(|main| self.is_country() && main.name != self.name);
        match main.map(|main| main.name).or_else(|| self.department()) {
            Some(of) => format!("{} ({of})", self.name),
            None => self.name.to_owned(),
        }
    }

    /// What took its place, when it is no commune of its own any more.
    pub fn heir(&self) -> Option<Heir> {
        let year = self.since.get(..4)?;
        let then = Born::of(self.since);
        let place = find(self.into, &then).filter(|place| *place != self)?;
        Some(Heir { place, year })
    }
}

struct Gazetteer {
    places: Vec<Place>,
    /// Folded names with the position of their place, in order; a name stands twice when it has an article.
    names: Vec<(Box<str>, u32)>,
    codes: HashMap<&'static str, Vec<u32>>,
}

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
    let lines = include_str!("places/communes.txt").lines().chain(include_str!("places/countries.txt").lines());
    let places: Vec<Place> = lines.filter_map(place).collect();
    let mut names = Vec::with_capacity(places.len());
    let mut codes: HashMap<_, Vec<u32>> = HashMap::with_capacity(places.len());
    for (place, position) in places.iter().zip(0..) {
        let name = spelled(place.name);
        if let Some(bare) = without_article(&name) {
            names.push((bare.into(), position));
        }
        names.push((name.into(), position));
        codes.entry(place.code).or_default().push(position);
    }
    names.sort_unstable();
    Gazetteer { places, names, codes }
});

fn place(line: &'static str) -> Option<Place> {
    let mut fields = line.split(';');
    let mut next = || fields.next();
    Some(Place { code: next()?, name: next()?, from: next()?, until: next()?, since: next()?, into: next()? })
}

/// Folded, with the words that people shorten written out.
fn spelled(name: &str) -> String {
    let word = |word: &str| match word {
        "st" => "saint".to_owned(),
        "ste" => "sainte".to_owned(),
        other => other.to_owned(),
    };
    fold(name).split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn without_article(name: &str) -> Option<&str> {
    ["le ", "la ", "les ", "l ", "ile ", "iles "].iter().find_map(|article| name.strip_prefix(article))
}

fn at(position: &u32) -> Option<&'static Place> {
    GAZETTEER.places.get(usize::try_from(*position).ok()?)
}

/// Every name that a code ever bore, the oldest first.
fn by_code(code: &str) -> impl Iterator<Item = &'static Place> + use<> {
    GAZETTEER.codes.get(code).into_iter().flatten().filter_map(at)
}

pub fn is_known(code: &str) -> bool {
    GAZETTEER.codes.contains_key(code)
}

/// What a code was called on that day; the code must have existed then. A commune goes before a part of it that bears
/// the same code.
pub fn find(code: &str, born: &Born) -> Option<&'static Place> {
    let then = || by_code(code).filter(|place| place.existed(born));
    then().find(|place| place.is_own(born)).or_else(|| then().next())
}

/// Whether a code had ended before that day: then nobody was born there. One that came later is how other systems may
/// tell of a place today.
pub fn is_over(code: &str, born: &Born) -> bool {
    let mut places = by_code(code).peekable();
    places.peek().is_some() && places.all(|place| !place.until.is_empty() && place.until <= born.0.as_str())
}

/// What bore the same name on that day and got this code later.
fn ancestor(code: &str, born: &Born) -> Option<&'static Place> {
    by_code(code).next()?;
    let mut became = GAZETTEER.places.iter().filter(|place| place.into == code && place.existed(born));
    became.find(|place| by_code(code).any(|heir| heir.name == place.name))
}

/// What a code is called, whenever that was: for people to read.
pub fn name_of(code: &str, born: &Born) -> Option<String> {
    find(code, born).or_else(|| by_code(code).last()).map(Place::label)
}

/// Places that existed on that day and whose name begins so, in the order of names; accents, case and hyphens make no
/// difference.
pub fn search(name: &str, born: &Born, most: usize) -> Vec<&'static Place> {
    let wanted = spelled(name);
    let mut found: Vec<&'static Place> = Vec::new();
    if wanted.chars().count() < 2 {
        return found;
    }
    let begins = |name: &str| name.starts_with(&wanted);
    for place in named(&wanted, begins).filter(|place| place.existed(born)) {
        if found.len() == most {
            break;
        }
        if !found.iter().any(|known| known.code == place.code && known.name == place.name) {
            found.push(place);
        }
    }
    found
}

/// Places from the first whose name is not before `wanted`, while their names fit.
fn named(wanted: &str, fits: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static Place> {
    let start = GAZETTEER.names.partition_point(|(name, _)| **name < *wanted);
    GAZETTEER.names.iter().skip(start).take_while(move |(name, _)| fits(name)).filter_map(|(_, position)| at(position))
}

/// The one place that people mean by a code, by a label, or by a name that no other place had on that day.
pub fn meant(text: &str, born: &Born) -> Option<&'static Place> {
    let code = text.trim().to_ascii_uppercase();
    if let Some(place) = find(&code, born).or_else(|| ancestor(&code, born)) {
        return Some(place);
    }
    let (name, of) = match text.trim().strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        Some((name, of)) => (spelled(name), spelled(of)),
        None => (spelled(text), String::new()),
    };
    let is_of = |place: &&Place| of.is_empty() || spelled(&place.label()).ends_with(&format!(" {of}"));
    let alike = named(&name, |other| other == name).filter(|place| place.existed(born)).filter(is_of).collect();
    // There was a commune of Suisse (57), "Lude" also means Le Lude, and a part of a commune may bear its name: what fits
    // best goes before.
    let alike = those_or_all(alike, |place| spelled(&place.label()) == spelled(text));
    let alike = those_or_all(alike, |place| spelled(place.name) == name);
    let alike = those_or_all(alike, |place| place.is_own(born));
    let (first, others) = alike.split_first()?;
    others.iter().all(|other| other.code == first.code).then_some(*first)
}

fn those_or_all(places: Vec<&'static Place>, fits: impl Fn(&Place) -> bool) -> Vec<&'static Place> {
    let those: Vec<_> = places.iter().copied().filter(|place| fits(place)).collect();
    if those.is_empty() { places } else { those }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(name: &str, born: &str) -> Vec<String> {
        search(name, &Born::of(born), 5).into_iter().map(|place| format!("{} {}", place.code, place.label())).collect()
    }

    #[test]
    fn found_however_it_is_typed() {
        assert_eq!(labels("dijon", "1962-11-05"), ["21231 Dijon (21)"]);
        assert_eq!(labels("St etienne du rou", "1962-11-05"), ["76575 Saint-Étienne-du-Rouvray (76)"]);
        assert_eq!(labels("HAVRE", "1962-11-05"), ["76351 Le Havre (76)"]);
        assert_eq!(labels("paris 7", "1984-03-12"), ["75107 Paris 7e Arrondissement (75)"]);
        assert_eq!(labels("alger", "1950-01-01"), ["99352 Algérie"]);
        assert_eq!(labels("jers", "1950-01-01"), ["99132 Jersey (Royaume-Uni)"]);
        assert!(labels("d", "1962-11-05").is_empty() && labels("zzzz", "").is_empty());
        assert_eq!(labels("saint", "1962-11-05").len(), 5);
    }

    /// Codes that came and went: Corsica and the Seine were divided, Saint-Barthélemy and Mayotte changed their status.
    #[test]
    fn only_what_existed_on_the_day_of_birth() {
        for (name, before, after) in [
            ("Rungis", ("1967-12-31", "75065"), ("1968-01-01", "94065")),
            ("Ajaccio", ("1975-12-31", "20004"), ("1976-01-01", "2A004")),
            ("Chirongui", ("2011-03-30", "98506"), ("2011-03-31", "97606")),
            ("Saint-Martin", ("2007-07-14", "97127"), ("2007-07-15", "97801")),
        ] {
            for (day, code) in [before, after] {
                let found = search(name, &Born::of(day), usize::MAX).into_iter().filter(|place| place.name == name);
                let codes: Vec<_> = found.map(|place| place.code).collect();
                assert!(codes.contains(&code), "{name} on {day}: {codes:?}");
            }
            assert_eq!(find(before.1, &Born::of(after.0)), None);
        }
        assert!(is_over("75065", &Born::of("1968-01-01")) && !is_over("75065", &Born::of("1967")));
        assert!(!is_over("94065", &Born::of("1950-01-01")) && !is_over("01998", &Born::of("1950-01-01")));
        assert_eq!(find("99115", &Born::of("1993-01-01")), None, "no Czechoslovakia");
        assert_eq!(find("60696", &Born::of("1930-01-01")).unwrap().name, "Voisinlieu", "nothing is known before 1943");
    }

    #[test]
    fn a_date_known_in_part_leaves_what_may_be() {
        let codes = |born: &str| {
            let born = Born::of(born);
            ["75065", "94065"].into_iter().filter(|code| find(code, &born).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(codes("1967"), ["75065"]);
        assert_eq!(codes("1968-00-00"), ["94065"]);
        assert_eq!(codes("1967-12"), ["75065"]);
        for nothing in ["", "x", "19-1", "1967-xx"] {
            assert_eq!(codes(nothing), ["75065", "94065"], "{nothing}");
        }
    }

    #[test]
    fn what_became_of_it_is_told() {
        let heir = |code: &str, born: &str| {
            let heir = find(code, &Born::of(born)).unwrap().heir();
            heir.map(|heir| format!("{} {}", heir.place.label(), heir.year))
        };
        assert_eq!(heir("01015", "1990-01-01").as_deref(), Some("Arboys en Bugey (01) 2016"));
        assert_eq!(heir("75065", "1950-01-01").as_deref(), Some("Rungis (94) 1968"));
        assert_eq!(heir("60696", "1940-01-01").as_deref(), Some("Beauvais (60) 1943"));
        assert_eq!(heir("21231", "1990-01-01"), None);
        assert_eq!(heir("99132", "1990-01-01"), None);
        assert_eq!(find("01015", &Born::of("2018-01-01")).unwrap().name, "Arboys en Bugey");
    }

    #[test]
    fn a_name_means_a_place_when_no_other_has_it() {
        let born = Born::of("1962-11-05");
        let code = |text: &str| meant(text, &born).map(|place| place.code);
        assert_eq!(code("21231"), Some("21231"));
        assert_eq!(code("2a004"), Some("20004"), "Ajaccio's code until 1976");
        assert_eq!(code("01998"), None);
        assert_eq!(code(" Dijon "), Some("21231"));
        assert_eq!(code("Dijon (21)"), Some("21231"));
        assert_eq!(code("Dijon (75)"), None);
        assert_eq!(code("Saint-Denis"), None, "there are several");
        assert_eq!(code("Saint-Denis (974)"), Some("97411"));
        assert_eq!(code("Suisse"), Some("99140"));
        assert_eq!(code("Jersey (Royaume-Uni)"), Some("99132"));
        assert_eq!(code(""), None);
    }

    /// Every line is whole, each heir is known, and what people choose is what they meant.
    #[test]
    fn the_table_holds_together() {
        let lines = include_str!("places/communes.txt").lines().chain(include_str!("places/countries.txt").lines());
        assert_eq!(lines.clone().filter(|line| line.split(';').count() == 6).count(), GAZETTEER.places.len());
        assert_eq!(lines.count(), GAZETTEER.places.len());
        for place in &GAZETTEER.places {
            assert!(place.until.is_empty() || place.from < place.until, "{place:?}");
            assert!(place.into.is_empty() || is_known(place.into), "{place:?}");
            assert!(place.code.len() == 5 && !place.name.is_empty(), "{place:?}");
        }
        let today = GAZETTEER.places.iter().filter(|place| place.is_own(&Born::of("2026-06-01")));
        let today: Vec<_> =
            today.filter(|place| place.existed(&Born::of("2026-06-01")) && !place.is_country()).collect();
        assert_eq!(today.len(), 35_014, "communes on 1 January 2026, overseas collectivities, arrondissements");
        let unclear = today.iter().filter(|place| meant(&place.label(), &Born::of("2026-06-01")) != Some(place));
        assert_eq!(unclear.count(), 0);
    }
}
