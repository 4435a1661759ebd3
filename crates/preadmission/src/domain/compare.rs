//! Identities side by side: what the hospital, FranceConnect and the patient say of each strict trait.

use super::same_person::{Traits, same_person};

/// One strict trait as each side tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// `birth-family`, `given`, `birth-date` or `sex`.
    pub name: &'static str,
    pub hospital: String,
    pub franceconnect: String,
    pub typed: String,
    /// Whether two sides that say something say something else.
    pub differs: bool,
}

const NAMES: [&str; 4] = ["birth-family", "given", "birth-date", "sex"];

/// A side that is not known says nothing.
pub fn compare(
    hospital: Option<&Traits<'_>>,
    franceconnect: Option<&Traits<'_>>,
    typed: Option<&Traits<'_>>,
) -> Vec<Compared> {
    let of = |side: Option<&Traits<'_>>, name| side.map(|traits| value(traits, name).to_owned()).unwrap_or_default();
    NAMES
        .into_iter()
        .map(|name| {
            let (hospital, franceconnect, typed) = (of(hospital, name), of(franceconnect, name), of(typed, name));
            let sides = [&hospital, &franceconnect, &typed];
            let differs = sides.iter().enumerate().any(|(at, one)| {
                sides
                    .iter()
                    .skip(at + 1)
                    .any(|other| !one.is_empty() && !other.is_empty() && !same_trait(name, one, other))
            });
            Compared { name, hospital, franceconnect, typed, differs }
        })
        .collect()
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
    fn only_what_differs_by_a_strict_trait_is_marked() {
        let hospital = Traits { birth_family: "DESSAI", given: "Hélène", birth_date: "1957-11", sex: "F" };
        let other = Traits { birth_family: "d'Essai", given: "HELENE", birth_date: "1957-11-02", sex: "U" };
        let none = compare(Some(&hospital), Some(&other), None);
        assert!(none.iter().all(|line| !line.differs), "{none:?}");
        let wrong = Traits { given: "Hélène-Marie", birth_date: "1957-12-02", ..other.clone() };
        let differs = |lines: Vec<Compared>| {
            lines.into_iter().filter(|line| line.differs).map(|line| line.name).collect::<Vec<_>>()
        };
        assert_eq!(differs(compare(Some(&hospital), Some(&other), Some(&wrong))), ["given", "birth-date"]);
        assert_eq!(differs(compare(None, None, Some(&wrong))), Vec::<&str>::new());
    }
}
