//! Before anything is closed: does the provider speak of the payment that was asked for? The accounting year is not
//! compared: the service was seen to answer `20` for `2019`.

use kernel::Money;

/// What was asked, or what was answered; absent where a provider does not say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particulars {
    /// The provider's own reference of the attempt.
    pub reference: Option<String>,
    pub creditor: Option<String>,
    pub refdet: Option<String>,
    pub amount: Option<Money>,
    /// As the provider writes it.
    pub mode: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    Reference,
    Creditor,
    Refdet,
    Amount,
    Mode,
}

impl Difference {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Creditor => "creditor",
            Self::Refdet => "refdet",
            Self::Amount => "amount",
            Self::Mode => "mode",
        }
    }
}

/// In what they differ. What the answer leaves out differs: silence closes nothing.
pub fn differences(asked: &Particulars, answered: &Particulars) -> Vec<Difference> {
    let checks = [
        (Difference::Reference, asked.reference == answered.reference),
        (Difference::Creditor, asked.creditor == answered.creditor),
        (Difference::Refdet, asked.refdet == answered.refdet),
        (Difference::Amount, asked.amount == answered.amount),
        (Difference::Mode, asked.mode == answered.mode),
    ];
    checks.into_iter().filter(|(_, same)| !same).map(|(difference, _)| difference).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_particular_counts() {
        let text = |word: &str| Some(word.to_owned());
        let asked = Particulars {
            reference: text("cc0cb210"),
            creditor: text("090909"),
            refdet: text("FACT2026000123"),
            amount: Some(Money::from_cents(2400)),
            mode: text("W"),
        };
        assert_eq!(differences(&asked, &asked.clone()), []);
        for (answered, expected) in [
            (Particulars { reference: text("other"), ..asked.clone() }, Difference::Reference),
            (Particulars { creditor: text("090908"), ..asked.clone() }, Difference::Creditor),
            (Particulars { refdet: None, ..asked.clone() }, Difference::Refdet),
            (Particulars { amount: Some(Money::from_cents(2401)), ..asked.clone() }, Difference::Amount),
            (Particulars { amount: None, ..asked.clone() }, Difference::Amount),
            (Particulars { mode: text("T"), ..asked.clone() }, Difference::Mode),
        ] {
            assert_eq!(differences(&asked, &answered), [expected]);
        }
    }
}
