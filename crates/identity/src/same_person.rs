//! Whether who logged in is whom the hospital expects: birth name, first given name, birth date and sex, as the
//! national reference for identity vigilance (RNIV, strict traits) compares them.

use jiff::civil::Date;
use kernel::fold;

use crate::read::PatientFacts;

/// Traits as one side tells them.
#[derive(Clone, PartialEq, Eq)]
pub struct Traits<'a> {
    pub birth_family: &'a str,
    /// The first given name, or all of them with the first in front.
    pub given: &'a str,
    /// `1962`, `1962-11`, `1962-11-05`; parts written `00` are unknown.
    pub birth_date: &'a str,
    /// `F`, `M`; anything else is not known.
    pub sex: &'a str,
}

pub fn same_person(one: &Traits<'_>, other: &Traits<'_>) -> bool {
    same_name(one.birth_family, other.birth_family)
        && same_name(one.given, other.given)
        && same_date(one.birth_date, other.birth_date)
        && same_sex(one.sex, other.sex)
}

/// Whether the hospital's person and the one who logged in agree in all that is known, with nothing unknown: what it takes
/// where nobody confirms it with a link or a paper.
pub fn is_certain(person: &Traits<'_>, me: &PatientFacts) -> bool {
    let mine = me.traits();
    let all_names = Traits { given: &me.given_names, ..mine.clone() };
    is_whole(person) && is_whole(&mine) && (same_person(person, &mine) || same_person(person, &all_names))
}

fn is_whole(traits: &Traits<'_>) -> bool {
    traits.birth_date.len() == 10 && traits.birth_date.parse::<Date>().is_ok() && matches!(traits.sex, "F" | "M")
}

/// Accents, case, hyphens, apostrophes and spaces make no difference; an empty name is nobody's.
fn same_name(one: &str, other: &str) -> bool {
    let (one, other) = (squeezed(one), squeezed(other));
    !one.is_empty() && one == other
}

fn squeezed(name: &str) -> String {
    fold(name).replace(' ', "")
}

/// Whether two birth dates can be of one person.
pub fn same_birth(one: &str, other: &str) -> bool {
    same_date(one, other)
}

/// The year must be known and the same; a month or day that one side does not know differs from nothing.
fn same_date(one: &str, other: &str) -> bool {
    let (one, other) = (parts(one), parts(other));
    let agree = |a: Option<u16>, b: Option<u16>| a.is_none() || b.is_none() || a == b;
    let [Some(year), month, day] = one else { return false };
    let [other_year, other_month, other_day] = other;
    other_year == Some(year) && agree(month, other_month) && agree(day, other_day)
}

fn parts(date: &str) -> [Option<u16>; 3] {
    let mut parts = date.split('-').map(|part| part.parse().ok().filter(|number| *number > 0));
    [parts.next().flatten(), parts.next().flatten(), parts.next().flatten()]
}

fn same_sex(one: &str, other: &str) -> bool {
    let known = |sex: &str| matches!(sex, "F" | "M");
    !known(one) || !known(other) || one == other
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELENE: Traits<'_> =
        Traits { birth_family: "D’ESSAI-FICTÏVE", given: "Hélène", birth_date: "1957-11-02", sex: "F" };

    #[test]
    fn writing_makes_no_difference_and_facts_do() {
        for (other, same) in [
            (Traits { birth_family: "DESSAI FICTIVE", ..HELENE }, true),
            (Traits { birth_family: "d'essai--fictive", ..HELENE }, true),
            (Traits { given: "HELENE", ..HELENE }, true),
            (Traits { birth_date: "1957-11", ..HELENE }, true),
            (Traits { birth_date: "1957-11-00", ..HELENE }, true),
            (Traits { birth_date: "1957", ..HELENE }, true),
            (Traits { sex: "U", ..HELENE }, true),
            (Traits { birth_family: "ESSAI", ..HELENE }, false),
            (Traits { birth_family: "", ..HELENE }, false),
            (Traits { given: "Zoé", ..HELENE }, false),
            (Traits { given: "", ..HELENE }, false),
            (Traits { birth_date: "1957-11-03", ..HELENE }, false),
            (Traits { birth_date: "1957-12", ..HELENE }, false),
            (Traits { birth_date: "1958", ..HELENE }, false),
            (Traits { birth_date: "", ..HELENE }, false),
            (Traits { sex: "M", ..HELENE }, false),
        ] {
            let told = format!("{} {} {} {}", other.birth_family, other.given, other.birth_date, other.sex);
            assert_eq!(same_person(&HELENE, &other), same, "{told}");
            assert_eq!(same_person(&other, &HELENE), same, "{told}");
        }
    }
}
