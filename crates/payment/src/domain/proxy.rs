//! Who sees and pays an invoice for its patient, and how long.

use jiff::{ToSpan, civil::Date};

/// What they are to the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quality {
    /// Of parental authority over a minor (Code civil art. 371-1).
    Holder,
    /// Of a protected adult, for the person and not only for goods (CSP art. L1111-4).
    Representative,
}

impl Quality {
    pub const ALL: [Self; 2] = [Self::Holder, Self::Representative];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Representative => "representative",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|quality| quality.name() == name)
    }

    /// Whether it still holds for somebody born then. Parental authority ends at 18 (Code civil art. 371-1, 414); of a birth
    /// date that is not wholly known the earliest day counts.
    pub fn holds(self, birth_date: &str, today: Date) -> bool {
        let born = format!("{birth_date}{}", "-01-01".get(birth_date.len().saturating_sub(4)..).unwrap_or_default());
        let of_age = born.parse::<Date>().ok().and_then(|born| born.checked_add(18.years()).ok());
        match self {
            Self::Holder => of_age.is_some_and(|day| today < day),
            Self::Representative => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_sees_until_the_eighteenth_birthday() {
        let today = jiff::civil::date(2026, 11, 22);
        for (born, holds) in [
            ("2019-05-14", true),
            ("2008-11-23", true),
            ("2008-11-22", false),
            ("1957-11-02", false),
            ("2009", true),
            ("2008-12", true),
            ("2008-11", false),
            ("2008", false),
            ("", false),
            ("?", false),
        ] {
            assert_eq!(Quality::Holder.holds(born, today), holds, "{born}");
            assert!(Quality::Representative.holds(born, today), "{born}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for quality in Quality::ALL {
            assert_eq!(Quality::named(quality.name()), Some(quality));
        }
    }
}
