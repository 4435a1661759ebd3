//! Own links for others than the patient: for what somebody is asked to come, how often, and until when.

use jiff::{SignedDuration, Timestamp};

use super::{Refusal, people::named};

named! {
    /// For what somebody is asked to come.
    Purpose {
        /// To sign for a minor.
        ParentalAuthority = "parental-authority",
        /// To represent a protected adult.
        Representative = "representative",
        /// To agree to be the trusted person (CSP art. L1111-6).
        TrustedPerson = "trusted-person",
        /// To say whether they want to be told of the stay.
        Relative = "relative",
    }
}

/// Links that one person gets in a day of 24 hours, and in all.
const A_DAY: usize = 3;
const IN_ALL: usize = 6;

/// Links of one file in a day: nobody sends the hospital's letters round the town.
const OF_A_FILE: usize = 10;

/// A link that was sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    pub purpose: Purpose,
    pub number: i32,
    pub at: Timestamp,
}

/// The how manieth link this will be for this person, given those of the whole file.
pub fn next_round(sent: &[Sent], purpose: Purpose, number: i32, now: Timestamp) -> Result<i32, Refusal> {
    let since = now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let theirs: Vec<_> = sent.iter().filter(|one| one.purpose == purpose && one.number == number).collect();
    let today = theirs.iter().filter(|one| one.at > since).count();
    let of_file = sent.iter().filter(|one| one.at > since).count();
    if theirs.len() >= IN_ALL || today >= A_DAY || of_file >= OF_A_FILE {
        return Err(Refusal::TooManyLinks);
    }
    Ok(i32::try_from(theirs.len()).unwrap_or(i32::MAX).saturating_add(1))
}

/// Until when an answer is awaited: so many days of 24 hours, and never after the entry.
pub fn expires_at(now: Timestamp, answer_days: i64, entry_at: Timestamp) -> Timestamp {
    let days = now.saturating_add(SignedDuration::from_hours(24 * answer_days)).unwrap_or(entry_at);
    days.min(entry_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Links sent so many hours before noon to so many persons.
    fn sent(links: &[(i64, i32)]) -> Vec<Sent> {
        let noon = at("2026-11-20T12:00:00Z");
        let link = |(hours, number): &(i64, i32)| Sent {
            purpose: Purpose::ParentalAuthority,
            number: *number,
            at: noon - SignedDuration::from_hours(*hours),
        };
        links.iter().map(link).collect()
    }

    #[test]
    fn again_but_not_without_end() {
        let asked =
            |links: &[(i64, i32)]| next_round(&sent(links), Purpose::ParentalAuthority, 2, at("2026-11-20T12:00:00Z"));
        assert_eq!(asked(&[]), Ok(1));
        assert_eq!(asked(&[(1, 2), (2, 2)]), Ok(3));
        assert_eq!(asked(&[(1, 2), (2, 2), (3, 2)]), Err(Refusal::TooManyLinks));
        assert_eq!(asked(&[(1, 2), (2, 2), (24, 2)]), Ok(4), "a day later");
        assert_eq!(asked(&[(1, 3), (2, 3), (3, 3)]), Ok(1), "another person's do not count");
        assert_eq!(asked(&[(30, 2), (60, 2), (90, 2), (120, 2), (150, 2)]), Ok(6));
        assert_eq!(asked(&[(30, 2), (60, 2), (90, 2), (120, 2), (150, 2), (180, 2)]), Err(Refusal::TooManyLinks));
        let of_file: Vec<_> = (0..10).map(|number| (1, 10 + number)).collect();
        assert_eq!(asked(&of_file), Err(Refusal::TooManyLinks), "of one file");
        let other = next_round(&sent(&[(1, 2)]), Purpose::Relative, 2, at("2026-11-20T12:00:00Z"));
        assert_eq!(other, Ok(1), "for another purpose");
    }

    #[test]
    fn an_answer_is_awaited_until_the_entry_at_most() {
        let (now, entry) = (at("2026-11-20T12:00:00Z"), at("2026-12-10T07:00:00Z"));
        assert_eq!(expires_at(now, 7, entry), at("2026-11-27T12:00:00Z"));
        assert_eq!(expires_at(now, 30, entry), entry);
    }
}
