//! Who acts for whom beyond one stay, until when, and who may end it.

use jiff::{ToSpan, civil::Date};

/// Characters of a reason that the desk gives.
const LONGEST_REASON: usize = 500;

storage::text_enum! {
    /// As what somebody acts for another.
    pub enum Quality {
        /// Over a minor (Code civil art. 371-1).
        ParentalAuthority = "parental-authority",
        /// Of a protected adult, for the person and not only for goods (CSP art. L1111-4).
        Representative = "representative",
    }
}

impl Quality {
    /// The first day on which it holds no more, of what was found right on a day; none: it never held.
    ///
    /// Parental authority ends at 18 (Code civil art. 371-1, 414). A measure is ordered for five years at most and then anew
    /// (art. 441, 442): after as many without another look at the order nobody here knows.
    pub fn until(self, birth_date: &str, found_right_on: Date) -> Option<Date> {
        let until = match self {
            Self::ParentalAuthority => of_age_on(birth_date),
            Self::Representative => found_right_on.checked_add(5.years()).ok(),
        };
        until.filter(|day| found_right_on < *day)
    }
}

/// The 18th birthday; of a birth date that is not wholly known, the earliest it can be. None: not even the year is.
fn of_age_on(birth_date: &str) -> Option<Date> {
    let known = birth_date.trim_end_matches("-00");
    let rest = "-01-01".get(known.len().saturating_sub(4)..).unwrap_or_default();
    format!("{known}{rest}").parse::<Date>().ok()?.checked_add(18.years()).ok()
}

/// Whether somebody born then is surely 18.
pub(crate) fn is_of_age(birth_date: &str, today: Date) -> bool {
    birth_date.len() == 10 && of_age_on(birth_date).is_some_and(|day| day <= today)
}

storage::text_enum! {
    /// Why it ended before its day.
    pub enum Ending {
        /// Its day had come when it was found right anew.
        Expired = "expired",
        /// Whoever acted wanted no more.
        Proxy = "proxy",
        /// The person for whom they acted wanted no more.
        Person = "person",
        /// The desk said why.
        Desk = "desk",
        /// The desk wrote in a file that somebody is in charge of the patient no longer.
        InCharge = "in-charge",
        /// The hospital merged the patient with somebody of other traits.
        Merge = "merge",
    }
}

/// Who wants to end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndProxy<'a> {
    AsProxy,
    AsPerson,
    AtDesk { reason: &'a str },
}

/// What decides about an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts<'a> {
    pub(crate) birth_date: &'a str,
    pub(crate) is_ended: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Parental authority is not the minor's to end.
    #[error("only an adult ends it")]
    NotOfAge,
    #[error("the desk says why, in 1 to 500 characters")]
    NoReason,
}

/// How it ends; none: it ended before, and that stays as it is.
pub(crate) fn decide<'a>(
    facts: Facts<'_>,
    command: EndProxy<'a>,
    today: Date,
) -> Result<Option<(Ending, &'a str)>, Refusal> {
    let end = match command {
        EndProxy::AsProxy => (Ending::Proxy, ""),
        EndProxy::AsPerson if is_of_age(facts.birth_date, today) => (Ending::Person, ""),
        EndProxy::AsPerson => return Err(Refusal::NotOfAge),
        EndProxy::AtDesk { reason } => {
            let reason = reason.trim();
            let fits = (1..=LONGEST_REASON).contains(&reason.chars().count()) && !reason.contains('\0');
            (Ending::Desk, fits.then_some(reason).ok_or(Refusal::NoReason)?)
        }
    };
    Ok((!facts.is_ended).then_some(end))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_parent_acts_until_the_eighteenth_birthday() {
        let today = date(2026, 11, 22);
        for (born, until) in [
            ("2019-05-14", Some(date(2037, 5, 14))),
            ("2008-11-23", Some(date(2026, 11, 23))),
            ("2008-11-22", None),
            ("1957-11-02", None),
            ("2008-02-29", None),
            ("2012-02-29", Some(date(2030, 2, 28))),
            ("2009", Some(date(2027, 1, 1))),
            ("2009-00-00", Some(date(2027, 1, 1))),
            ("2008-12", Some(date(2026, 12, 1))),
            ("2008-12-00", Some(date(2026, 12, 1))),
            ("2008-11", None),
            ("2008", None),
            ("", None),
            ("?", None),
            ("2019-05-1é", None),
        ] {
            assert_eq!(Quality::ParentalAuthority.until(born, today), until, "{born}");
        }
    }

    #[test]
    fn a_measure_is_looked_at_again_within_five_years() {
        for born in ["1957-11-02", ""] {
            let until = Quality::Representative.until(born, date(2026, 11, 22));
            assert_eq!(until, Some(date(2031, 11, 22)), "{born}");
        }
    }

    #[test]
    fn who_may_end_it() {
        let today = date(2026, 11, 22);
        let facts = |birth_date, is_ended| Facts { birth_date, is_ended };
        let (minor, adult) = (facts("2008-11-23", false), facts("2008-11-22", false));
        let because = |reason| EndProxy::AtDesk { reason };
        for (facts, command, expected) in [
            (minor, EndProxy::AsProxy, Ok(Some((Ending::Proxy, "")))),
            (adult, EndProxy::AsProxy, Ok(Some((Ending::Proxy, "")))),
            (minor, EndProxy::AsPerson, Err(Refusal::NotOfAge)),
            (facts("", false), EndProxy::AsPerson, Err(Refusal::NotOfAge)),
            (adult, EndProxy::AsPerson, Ok(Some((Ending::Person, "")))),
            (minor, because(" jugement du 3 mai "), Ok(Some((Ending::Desk, "jugement du 3 mai")))),
            (minor, because("  "), Err(Refusal::NoReason)),
            (minor, because(&"é".repeat(501)), Err(Refusal::NoReason)),
            (facts("2019-05-14", true), EndProxy::AsProxy, Ok(None)),
            (facts("2019-05-14", true), because("vu"), Ok(None)),
            (facts("2019-05-14", true), because(""), Err(Refusal::NoReason)),
        ] {
            assert_eq!(decide(facts, command, today), expected, "{facts:?} {command:?}");
        }
    }
}
