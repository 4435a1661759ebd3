//! What a patient owes: the hospital says how much and whether it may still be paid here, payments say what came in.
//! The one table of what may follow what, and what an amount that arrives means.

use std::fmt;

use kernel::Money;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Due, and may be paid here.
    Payable,
    /// A payer is at it: what the hospital changes is held back until the end of the attempt.
    Paying,
    /// All of it came in.
    Paid,
    /// More came in than was due: somebody has to give back.
    Overpaid,
    /// What the provider says does not agree with what was asked: a person decides.
    Disputed,
    /// Taken over by the public accountant (*titre de recette*): the way of the *régie* is closed.
    Titled,
    /// The hospital asks for nothing any more.
    Cancelled,
    /// Paid at the cashier's, by cheque…
    SettledElsewhere,
}

/// What can happen to an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// An attempt begins.
    Start,
    /// An attempt ends without money.
    Leave,
    /// Money came in; less than is due is left.
    ReceivePart,
    /// Money came in, and exactly nothing is left to pay.
    ReceiveAll,
    /// Money came in that was not due.
    ReceiveTooMuch,
    /// The provider's answer differs from what was asked.
    Dispute,
    /// The hospital says that it may be paid here.
    Open,
    Title,
    Cancel,
    SettleElsewhere,
    /// What was too much was given back: amounts and the hospital's last word decide where it goes from here.
    GiveBack,
}

use Change as C;
use State as S;

/// Every step that exists; any other is refused.
pub const STEPS: &[(State, Change, State)] = &[
    (S::Payable, C::Start, S::Paying),
    (S::Payable, C::ReceivePart, S::Payable),
    (S::Payable, C::ReceiveAll, S::Paid),
    (S::Payable, C::ReceiveTooMuch, S::Overpaid),
    (S::Payable, C::Dispute, S::Disputed),
    (S::Payable, C::Open, S::Payable),
    (S::Payable, C::Title, S::Titled),
    (S::Payable, C::Cancel, S::Cancelled),
    (S::Payable, C::SettleElsewhere, S::SettledElsewhere),
    (S::Paying, C::Leave, S::Payable),
    (S::Paying, C::ReceivePart, S::Payable),
    (S::Paying, C::ReceiveAll, S::Paid),
    (S::Paying, C::ReceiveTooMuch, S::Overpaid),
    (S::Paying, C::Dispute, S::Disputed),
    // The money of a second attempt, or of one that came late.
    (S::Paid, C::ReceiveTooMuch, S::Overpaid),
    (S::Paid, C::Dispute, S::Disputed),
    // The hospital cancels what was paid: all of it is to be given back.
    (S::Paid, C::Cancel, S::Overpaid),
    // The hospital books what was paid here: the same money, not another.
    (S::Paid, C::SettleElsewhere, S::Paid),
    (S::Paid, C::Open, S::Paid),
    // A title for what was paid: the patient would be asked twice.
    (S::Paid, C::Title, S::Disputed),
    (S::Overpaid, C::ReceiveTooMuch, S::Overpaid),
    (S::Overpaid, C::Dispute, S::Disputed),
    (S::Overpaid, C::GiveBack, S::Payable),
    (S::Disputed, C::ReceivePart, S::Disputed),
    (S::Disputed, C::ReceiveTooMuch, S::Overpaid),
    (S::Disputed, C::ReceiveAll, S::Paid),
    (S::Disputed, C::Leave, S::Payable),
    (S::Titled, C::ReceiveTooMuch, S::Overpaid),
    (S::Titled, C::Dispute, S::Disputed),
    (S::Titled, C::Title, S::Titled),
    (S::Titled, C::Open, S::Payable),
    (S::Titled, C::Cancel, S::Cancelled),
    (S::Titled, C::SettleElsewhere, S::SettledElsewhere),
    (S::Cancelled, C::ReceiveTooMuch, S::Overpaid),
    (S::Cancelled, C::Dispute, S::Disputed),
    (S::Cancelled, C::Cancel, S::Cancelled),
    (S::Cancelled, C::Open, S::Payable),
    (S::SettledElsewhere, C::ReceiveTooMuch, S::Overpaid),
    (S::SettledElsewhere, C::Dispute, S::Disputed),
    (S::SettledElsewhere, C::SettleElsewhere, S::SettledElsewhere),
    (S::SettledElsewhere, C::Open, S::Payable),
    (S::SettledElsewhere, C::Cancel, S::Cancelled),
];

impl State {
    pub const ALL: [Self; 8] = [
        Self::Payable,
        Self::Paying,
        Self::Paid,
        Self::Overpaid,
        Self::Disputed,
        Self::Titled,
        Self::Cancelled,
        Self::SettledElsewhere,
    ];

    /// The state after a change; none: that change is not possible from here.
    pub fn after(self, change: Change) -> Option<Self> {
        STEPS.iter().find(|(from, by, _)| (*from, *by) == (self, change)).map(|(_, _, to)| *to)
    }

    /// Whether what the hospital asks for is still due here.
    const fn is_due(self) -> bool {
        matches!(self, Self::Payable | Self::Paying | Self::Disputed)
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Payable => "payable",
            Self::Paying => "paying",
            Self::Paid => "paid",
            Self::Overpaid => "overpaid",
            Self::Disputed => "disputed",
            Self::Titled => "titled",
            Self::Cancelled => "cancelled",
            Self::SettledElsewhere => "settled-elsewhere",
        }
    }
}

impl Change {
    pub const ALL: [Self; 11] = [
        Self::Start,
        Self::Leave,
        Self::ReceivePart,
        Self::ReceiveAll,
        Self::ReceiveTooMuch,
        Self::Dispute,
        Self::Open,
        Self::Title,
        Self::Cancel,
        Self::SettleElsewhere,
        Self::GiveBack,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Leave => "leave",
            Self::ReceivePart => "receive part",
            Self::ReceiveAll => "receive all",
            Self::ReceiveTooMuch => "receive too much",
            Self::Dispute => "dispute",
            Self::Open => "open",
            Self::Title => "title",
            Self::Cancel => "cancel",
            Self::SettleElsewhere => "settle elsewhere",
            Self::GiveBack => "give back",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an invoice is worth at the moment when money comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub state: State,
    /// What the hospital asks for.
    pub amount: Money,
    /// What came in before.
    pub received: Money,
}

impl Account {
    /// What is still to be paid here; never below zero.
    pub fn due(self) -> Money {
        if !self.state.is_due() {
            return Money::ZERO;
        }
        self.amount.checked_sub(self.received).unwrap_or(Money::ZERO).max(Money::ZERO)
    }

    /// What it means that `money` came in.
    pub fn receives(self, money: Money) -> Change {
        match money.cmp(&self.due()) {
            std::cmp::Ordering::Less => Change::ReceivePart,
            std::cmp::Ordering::Equal => Change::ReceiveAll,
            std::cmp::Ordering::Greater => Change::ReceiveTooMuch,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_change_from_every_state() {
        let letter = |change| match change {
            Some(State::Payable) => 'b',
            Some(State::Paying) => 'y',
            Some(State::Paid) => 'p',
            Some(State::Overpaid) => 'o',
            Some(State::Disputed) => 'd',
            Some(State::Titled) => 't',
            Some(State::Cancelled) => 'x',
            Some(State::SettledElsewhere) => 's',
            None => '.',
        };
        // Columns: start, leave, part, all, too much, dispute, open, title, cancel, settle elsewhere, give back.
        let expected = [
            "y.bpodbtxs.",
            ".bbpod.....",
            "....odpdop.",
            "....od....b",
            ".bdpo......",
            "....odbtxs.",
            "....odb.x..",
            "....odb.xs.",
        ];
        let table: Vec<String> = State::ALL
            .iter()
            .map(|from| Change::ALL.iter().map(|change| letter(from.after(*change))).collect())
            .collect();
        assert_eq!(table, expected);
    }

    #[test]
    fn the_table_names_a_step_once() {
        for (at, (from, by, _)) in STEPS.iter().enumerate() {
            let again = STEPS.iter().skip(at + 1).any(|(state, change, _)| (state, change) == (from, by));
            assert!(!again, "{from} by {by:?}");
        }
    }

    proptest! {
        /// In whatever order money, hospital and payers come: money is never taken for nothing, and nothing is paid
        /// without it.
        #[test]
        fn money_never_disappears(changes in proptest::collection::vec(0u8..5, 0..60), sums in proptest::collection::vec(1i64..400, 60)) {
            let amount = Money::from_cents(1000);
            let mut account = Account { state: State::Payable, amount, received: Money::ZERO };
            for (change, cents) in changes.into_iter().zip(sums) {
                let money = Money::from_cents(cents);
                let change = match change {
                    0 => Change::Start,
                    1 => Change::Leave,
                    2 => Change::Title,
                    3 => Change::Cancel,
                    _ => account.receives(money),
                };
                let Some(next) = account.state.after(change) else {
                    let is_money = matches!(change, Change::ReceivePart | Change::ReceiveAll | Change::ReceiveTooMuch);
                    prop_assert!(!is_money, "{change:?} in {}", account.state);
                    continue;
                };
                if matches!(change, Change::ReceivePart | Change::ReceiveAll | Change::ReceiveTooMuch) {
                    account.received = account.received.checked_add(money).unwrap();
                }
                account.state = next;
                prop_assert!(next != State::Paid || account.received == amount);
                prop_assert!(next != State::Payable || account.received < amount);
            }
        }
    }
}
