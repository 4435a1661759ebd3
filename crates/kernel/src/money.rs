//! Whole euro cents.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount in euro cents; negative for a refund. Sums are checked, never wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money {
    cents: i64,
}

impl Money {
    pub const ZERO: Self = Self { cents: 0 };

    pub const fn from_cents(cents: i64) -> Self {
        Self { cents }
    }
    pub const fn cents(self) -> i64 {
        self.cents
    }
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.cents.checked_add(other.cents).map(Self::from_cents)
    }
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.cents.checked_sub(other.cents).map(Self::from_cents)
    }
}

/// French writing: thousands apart by a narrow no-break space, a comma, a no-break space before the sign.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.cents.unsigned_abs();
        let euros = (magnitude / 100).to_string();
        let sign = if self.cents < 0 { "\u{2212}" } else { "" };
        f.write_str(sign)?;
        for (place, digit) in euros.chars().enumerate() {
            if place > 0 && (euros.len() - place).is_multiple_of(3) {
                f.write_str("\u{202f}")?;
            }
            write!(f, "{digit}")?;
        }
        write!(f, ",{:02}\u{a0}€", magnitude % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_the_french_way() {
        for (cents, text) in [
            (0, "0,00 €"),
            (2400, "24,00 €"),
            (123_456_789, "1 234 567,89 €"),
            (-5, "\u{2212}0,05 €"),
            (100_000, "1 000,00 €"),
        ] {
            let plain = Money::from_cents(cents).to_string().replace(['\u{202f}', '\u{a0}'], " ");
            assert_eq!(plain, text);
        }
    }

    #[test]
    fn a_sum_too_large_is_refused() {
        assert_eq!(Money::from_cents(i64::MAX).checked_add(Money::from_cents(1)), None);
    }
}
