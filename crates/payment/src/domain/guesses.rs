//! Who has the paper knows two secrets: its reference and its amount. Who has it not must not find them by trying: each
//! wrong try counts against the reference and against the network it came from, and the wait doubles.

use jiff::{SignedDuration, Timestamp};

/// How many wrong tries there were, and when the last one was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guesses {
    pub failures: i32,
    pub last_at: Timestamp,
}

/// What wrong tries cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// So many are free.
    pub free: i32,
    /// The wait after the next one; it doubles with each further one.
    pub first: SignedDuration,
    /// The longest wait.
    pub most: SignedDuration,
    /// Without a wrong try for so long, all are forgotten.
    pub forgotten: SignedDuration,
}

/// Of one reference, wherever the tries come from: 5, then 15 minutes, doubling to a day. Less than 400 tries a year: of
/// the hundred thousand amounts up to 1000 €, one in 250.
pub const OF_A_REFERENCE: Cost = Cost {
    free: 5,
    first: SignedDuration::from_mins(15),
    most: SignedDuration::from_hours(24),
    forgotten: SignedDuration::from_hours(30 * 24),
};

/// Of one network (an IPv4 address, an IPv6 /64), whatever is tried: 20, then a minute, doubling to an hour; at most some
/// fifty a day. A hospital's own network has many people behind one address, who mistype.
pub const OF_A_NETWORK: Cost = Cost {
    free: 20,
    first: SignedDuration::from_mins(1),
    most: SignedDuration::from_hours(1),
    forgotten: SignedDuration::from_hours(24),
};

impl Cost {
    /// Until when nothing more may be tried; none: now.
    pub fn waits_until(&self, so_far: Option<Guesses>, now: Timestamp) -> Option<Timestamp> {
        let guesses = self.remembered(so_far, now)?;
        let doublings = guesses.failures.checked_sub(self.free).filter(|beyond| *beyond >= 0)?;
        let factor = 1_i32.checked_shl(doublings.unsigned_abs().min(20)).unwrap_or(i32::MAX);
        let wait = self.first.checked_mul(factor).unwrap_or(self.most).min(self.most);
        Some(guesses.last_at + wait).filter(|until| *until > now)
    }

    /// What is remembered after one more wrong try.
    pub fn after_failure(&self, so_far: Option<Guesses>, now: Timestamp) -> Guesses {
        let failures = self.remembered(so_far, now).map_or(0, |guesses| guesses.failures);
        Guesses { failures: failures.saturating_add(1), last_at: now }
    }

    fn remembered(&self, so_far: Option<Guesses>, now: Timestamp) -> Option<Guesses> {
        so_far.filter(|guesses| now.duration_since(guesses.last_at) < self.forgotten)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many wrong tries somebody gets in who tries as often as they may.
    fn tries(cost: &Cost, within: SignedDuration) -> u32 {
        let start: Timestamp = "2026-12-01T10:00:00Z".parse().unwrap();
        let (mut now, mut so_far, mut count) = (start, None, 0);
        while now.duration_since(start) < within {
            match cost.waits_until(so_far, now) {
                Some(until) => now = until,
                None => {
                    so_far = Some(cost.after_failure(so_far, now));
                    count += 1;
                }
            }
        }
        count
    }

    #[test]
    fn guessing_is_hopeless() {
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        assert_eq!(tries(&OF_A_REFERENCE, SignedDuration::from_mins(15)), 5);
        assert!(tries(&OF_A_REFERENCE, days(365)) < 400);
        assert_eq!(tries(&OF_A_NETWORK, SignedDuration::from_mins(1)), 20);
        assert!((40..=52).contains(&tries(&OF_A_NETWORK, days(1))), "{}", tries(&OF_A_NETWORK, days(1)));
    }

    #[test]
    fn who_waited_long_enough_starts_anew() {
        let now: Timestamp = "2026-12-01T10:00:00Z".parse().unwrap();
        let long_ago = Some(Guesses { failures: 40, last_at: now - OF_A_REFERENCE.forgotten });
        assert_eq!(OF_A_REFERENCE.waits_until(long_ago, now), None);
        assert_eq!(OF_A_REFERENCE.after_failure(long_ago, now).failures, 1);
        let yesterday = Some(Guesses { failures: i32::MAX, last_at: now });
        assert_eq!(OF_A_REFERENCE.waits_until(yesterday, now), Some(now + OF_A_REFERENCE.most));
    }
}
