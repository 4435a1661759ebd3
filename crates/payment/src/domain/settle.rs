//! A person settles what was odd about an invoice: money that differs from what was asked is accepted or refused, what
//! was too much is given back. Amounts and the hospital's last word say how the invoice stands afterwards.

use std::cmp::Ordering;

use kernel::Money;

use super::{
    announce::Standing,
    invoice::{Account, Change, State},
};

impl Account {
    /// How it stands once `received` is what came in for it and nothing odd is left.
    pub fn settled(self, received: Money, standing: Standing) -> Option<Self> {
        let by = match self.state {
            State::Disputed => Change::Leave,
            State::Overpaid => Change::GiveBack,
            _ => return None,
        };
        let change = match received.cmp(&claim(self.amount, standing)) {
            Ordering::Greater => Change::ReceiveTooMuch,
            Ordering::Equal if standing != Standing::Cancelled => Change::ReceiveAll,
            _ => standing.change(),
        };
        let open = self.state.after(by)?;
        Some(Self { state: open.after(change)?, received, ..self })
    }

    /// What has to be given back: all of it once the hospital cancelled the invoice.
    pub fn excess(self, standing: Standing) -> Money {
        self.received.checked_sub(claim(self.amount, standing)).unwrap_or(Money::ZERO).max(Money::ZERO)
    }
}

/// What may be kept of what came in.
fn claim(amount: Money, standing: Standing) -> Money {
    if standing == Standing::Cancelled { Money::ZERO } else { amount }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_the_hospitals_word_decide() {
        use Standing as H;
        use State as S;
        let cents = Money::from_cents;
        for (state, standing, received, expected) in [
            (S::Disputed, H::Payable, 2400, Some(S::Paid)),
            (S::Disputed, H::Payable, 1000, Some(S::Payable)),
            (S::Disputed, H::Payable, 0, Some(S::Payable)),
            (S::Disputed, H::Payable, 2500, Some(S::Overpaid)),
            (S::Disputed, H::Titled, 0, Some(S::Titled)),
            (S::Disputed, H::Titled, 2400, Some(S::Paid)),
            (S::Disputed, H::Cancelled, 0, Some(S::Cancelled)),
            (S::Disputed, H::Cancelled, 2400, Some(S::Overpaid)),
            (S::Disputed, H::SettledElsewhere, 1000, Some(S::SettledElsewhere)),
            (S::Overpaid, H::Payable, 2400, Some(S::Paid)),
            (S::Overpaid, H::Payable, 2401, Some(S::Overpaid)),
            (S::Overpaid, H::Payable, 2000, Some(S::Payable)),
            (S::Overpaid, H::Cancelled, 0, Some(S::Cancelled)),
            (S::Overpaid, H::Cancelled, 100, Some(S::Overpaid)),
            (S::Overpaid, H::Titled, 0, Some(S::Titled)),
            (S::Paid, H::Payable, 2400, None),
            (S::Paying, H::Payable, 0, None),
        ] {
            let account = Account { state, amount: cents(2400), received: cents(1) };
            let settled = account.settled(cents(received), standing).map(|account| account.state);
            assert_eq!(settled, expected, "{state} {standing:?} {received}");
        }
    }

    #[test]
    fn what_is_to_be_given_back() {
        let cents = Money::from_cents;
        for (standing, received, expected) in [
            (Standing::Payable, 4800, 2400),
            (Standing::Payable, 2400, 0),
            (Standing::Payable, 0, 0),
            (Standing::Cancelled, 2400, 2400),
        ] {
            let account = Account { state: State::Overpaid, amount: cents(2400), received: cents(received) };
            assert_eq!(account.excess(standing), cents(expected), "{standing:?} {received}");
        }
    }
}
