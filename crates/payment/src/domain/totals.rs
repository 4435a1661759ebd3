//! What a cashier counts of payments: each is in one column, so that columns add up to all of them.

use std::collections::BTreeMap;

use kernel::{EstablishmentId, Money};

use super::{attempt::State, creditor::Mode};

/// The column of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Paid,
    DebitAccepted,
    /// Money that differs from what was asked: a cashier decides, or has refused it.
    ToCheck,
    Waiting,
    /// Refused, abandoned, expired or never begun.
    Unpaid,
}

impl Column {
    pub const ALL: [Self; 5] = [Self::Paid, Self::DebitAccepted, Self::ToCheck, Self::Waiting, Self::Unpaid];

    pub const fn of(state: State, is_odd: bool) -> Self {
        match state {
            State::Paid | State::DebitAccepted if is_odd => Self::ToCheck,
            State::Paid => Self::Paid,
            State::DebitAccepted => Self::DebitAccepted,
            State::Created | State::Redirected => Self::Waiting,
            State::Refused | State::Abandoned | State::Expired | State::Failed => Self::Unpaid,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::DebitAccepted => "debit-accepted",
            Self::ToCheck => "to-check",
            Self::Waiting => "waiting",
            Self::Unpaid => "unpaid",
        }
    }
}

/// Whose money it is: a creditor's key is unique at its establishment only.
pub type Whose = (EstablishmentId, String);

/// Payments that are counted alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub whose: Whose,
    pub mode: Mode,
    pub column: Column,
    pub sum: Sum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    pub count: u64,
    pub amount: Money,
}

impl Sum {
    pub fn add(&mut self, other: Self) {
        self.count += other.count;
        // Beyond all the money of the world; the columns and the whole stop at the same place.
        self.amount = Money::from_cents(self.amount.cents().saturating_add(other.amount.cents()));
    }
}

/// The columns of one line, and all of them together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    columns: [Sum; Column::ALL.len()],
    pub all: Sum,
}

impl Totals {
    pub fn columns(&self) -> impl Iterator<Item = (Column, Sum)> + '_ {
        Column::ALL.into_iter().zip(self.columns)
    }

    pub fn of(&self, column: Column) -> Sum {
        self.columns().find(|(one, _)| *one == column).map(|(_, sum)| sum).unwrap_or_default()
    }

    fn add(&mut self, column: Column, these: Sum) {
        for (known, sum) in Column::ALL.into_iter().zip(&mut self.columns) {
            if known == column {
                sum.add(these);
            }
        }
        self.all.add(these);
    }
}

/// Payments by creditor, and those that move no money apart from the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    pub creditors: BTreeMap<Whose, Totals>,
    pub total: Totals,
    /// Test and activation payments: never in the total.
    pub trials: BTreeMap<(Whose, Mode), Totals>,
}

pub fn count<'p>(payments: impl IntoIterator<Item = &'p Counted>) -> Counts {
    let mut counts = Counts::default();
    for Counted { whose, mode, column, sum } in payments {
        if mode.is_real() {
            counts.creditors.entry(whose.clone()).or_default().add(*column, *sum);
            counts.total.add(*column, *sum);
        } else {
            counts.trials.entry((whose.clone(), *mode)).or_default().add(*column, *sum);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use kernel::World;
    use proptest::prelude::*;

    use super::*;

    fn payment() -> impl Strategy<Value = Counted> {
        let states = prop::sample::select(State::ALL.to_vec());
        let modes = prop::sample::select(Mode::ALL.to_vec());
        // The same key at two establishments is two creditors.
        let of: [EstablishmentId; 2] = [World::system().id(), World::system().id()];
        let whose = (prop::sample::select(of.to_vec()), prop::sample::select(vec!["cardiologie", "maternite"]));
        (whose, modes, states, any::<bool>(), (1_u64..50, 1_i64..10_000_000)).prop_map(
            |((of, key), mode, state, is_odd, (count, cents))| Counted {
                whose: (of, key.to_owned()),
                mode,
                column: Column::of(state, is_odd),
                sum: Sum { count, amount: Money::from_cents(cents) },
            },
        )
    }

    proptest! {
        /// Columns add up to their line, lines to the total, and nothing is lost or counted twice.
        #[test]
        fn totals_add_up(payments in prop::collection::vec(payment(), 0..80)) {
            let counts = count(&payments);
            let whose: std::collections::BTreeSet<_> =
                payments.iter().filter(|one| one.mode.is_real()).map(|one| &one.whose).collect();
            prop_assert_eq!(counts.creditors.keys().collect::<Vec<_>>(), whose.into_iter().collect::<Vec<_>>());
            let lines = counts.creditors.values().chain(counts.trials.values()).chain([&counts.total]);
            for line in lines {
                let (count, cents) = line.columns().fold((0, 0), |(count, cents), (_, sum)| {
                    (count + sum.count, cents + sum.amount.cents())
                });
                prop_assert_eq!((count, cents), (line.all.count, line.all.amount.cents()));
            }
            for column in Column::ALL {
                let by_hand = |real: bool| -> (u64, i64) {
                    let those = payments.iter().filter(|one| (one.mode == Mode::Production) == real && one.column == column);
                    those.fold((0, 0), |(count, cents), one| (count + one.sum.count, cents + one.sum.amount.cents()))
                };
                let sum = |lines: &mut dyn Iterator<Item = &Totals>| {
                    lines.map(|line| line.of(column)).fold((0, 0), |(count, cents), sum| (count + sum.count, cents + sum.amount.cents()))
                };
                let total = counts.total.of(column);
                prop_assert_eq!((total.count, total.amount.cents()), by_hand(true));
                prop_assert_eq!(sum(&mut counts.creditors.values()), by_hand(true));
                prop_assert_eq!(sum(&mut counts.trials.values()), by_hand(false));
            }
        }
    }
}
