//! What the hospital says of an invoice, and what becomes of it: at once, or when the payer who is at it has finished.

use jiff::civil::Date;
use kernel::Money;

use super::{
    invoice::{Account, Change, State},
    terms::{Exercice, Refdet},
};

/// Which world a debt belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An invoice of the hospital's cashier (*régie de recettes*).
    Regie,
    /// A *titre de recette*, taken over by the public accountant.
    Titre,
}

/// What the hospital's books say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    Payable,
    Titled,
    Cancelled,
    SettledElsewhere,
}

/// The patient, as the hospital names them.
#[derive(Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub ipp: String,
    pub birth_family: String,
    pub given: String,
    /// `1962-11-05`; `1962-11` and `1962` where no more is known.
    pub birth_date: String,
    /// `F`, `M` or `U`.
    pub sex: String,
}

/// Nothing personal is printed.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person")
    }
}

/// All that the hospital says of one invoice; the same again says nothing new.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    pub person: Person,
    pub visit_number: Option<String>,
    pub kind: Kind,
    /// The creditor's key in the settings.
    pub creditor: String,
    pub exercice: Exercice,
    pub refdet: Refdet,
    /// What it is for, as the patient reads it.
    pub label: String,
    pub amount: Money,
    pub issued_on: Date,
    pub due_on: Option<Date>,
    pub standing: Standing,
    /// Only the patient may see it: no parent, nobody who acts for them.
    #[serde(default)]
    pub confidential: bool,
}

/// What to do with an announcement of an invoice that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A payer is at it: kept until the end of the attempt.
    Hold,
    /// The invoice becomes this.
    Become(State),
    /// The books and what was paid do not agree: a person has to look, and the invoice becomes this.
    Review(State),
}

impl Standing {
    pub(super) const fn change(self) -> Change {
        match self {
            Self::Payable => Change::Open,
            Self::Titled => Change::Title,
            Self::Cancelled => Change::Cancel,
            Self::SettledElsewhere => Change::SettleElsewhere,
        }
    }
}

/// What becomes of a known invoice. `amount` is what the hospital asks for now.
pub fn effect(account: Account, standing: Standing, amount: Money) -> Effect {
    if account.state == State::Paying {
        return Effect::Hold;
    }
    let Some(next) = account.state.after(standing.change()) else { return Effect::Review(account.state) };
    // Less is asked for than came in, or more than what closed it: the amounts decide, not the word.
    let next = match next {
        State::Payable | State::Paid if account.received > amount => State::Overpaid,
        State::Payable | State::Paid if account.received == amount => State::Paid,
        State::Paid => State::Payable,
        other => other,
    };
    if matches!(next, State::Overpaid | State::Disputed) && account.state != next {
        return Effect::Review(next);
    }
    Effect::Become(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_of_an_invoice() {
        use Standing as H;
        use State as S;
        let cents = Money::from_cents;
        for (state, received, standing, amount, expected) in [
            (S::Payable, 0, H::Payable, 2400, Effect::Become(S::Payable)),
            (S::Payable, 0, H::Titled, 2400, Effect::Become(S::Titled)),
            (S::Payable, 0, H::Cancelled, 2400, Effect::Become(S::Cancelled)),
            (S::Payable, 1000, H::Payable, 1000, Effect::Become(S::Paid)),
            (S::Payable, 1000, H::Payable, 900, Effect::Review(S::Overpaid)),
            (S::Paying, 0, H::Titled, 2400, Effect::Hold),
            (S::Paying, 0, H::Payable, 2400, Effect::Hold),
            (S::Paid, 2400, H::Payable, 2400, Effect::Become(S::Paid)),
            (S::Paid, 2400, H::SettledElsewhere, 2400, Effect::Become(S::Paid)),
            (S::Paid, 2400, H::Payable, 3000, Effect::Become(S::Payable)),
            (S::Paid, 2400, H::Payable, 2000, Effect::Review(S::Overpaid)),
            (S::Paid, 2400, H::Cancelled, 2400, Effect::Review(S::Overpaid)),
            (S::Paid, 2400, H::Titled, 2400, Effect::Review(S::Disputed)),
            (S::Titled, 0, H::Payable, 2400, Effect::Become(S::Payable)),
            (S::Titled, 0, H::Titled, 2400, Effect::Become(S::Titled)),
            (S::Cancelled, 0, H::Titled, 2400, Effect::Review(S::Cancelled)),
            (S::Overpaid, 4800, H::Payable, 2400, Effect::Review(S::Overpaid)),
        ] {
            let account = Account { state, amount: cents(2400), received: cents(received) };
            assert_eq!(effect(account, standing, cents(amount)), expected, "{state} {standing:?} {amount}");
        }
    }
}
