//! What cashiers switch: a creditor open or closed, and the payments that the DGFiP asks for before it opens one.

use jiff::{SignedDuration, Timestamp};

use super::creditor::{Creditor, Mode};

/// The longest time in which activation payments may be made without being switched on again.
pub const LONGEST_HOURS: i64 = 24;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Open,
    Close,
    /// Payments are activation payments (`saisie` X) until then.
    Activate {
        until: Timestamp,
    },
    EndActivation,
}

impl Turn {
    /// Activation for some hours from now; none: not so long.
    pub fn activation(hours: i64, now: Timestamp) -> Option<Self> {
        (1..=LONGEST_HOURS).contains(&hours).then(|| Self::Activate { until: now + SignedDuration::from_hours(hours) })
    }
}

/// How the switches of a creditor stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub is_open: bool,
    pub activation_until: Option<Timestamp>,
}

impl Position {
    /// After every turn, the earliest first. A creditor nobody touched is open.
    pub fn after(turns: impl IntoIterator<Item = Turn>, now: Timestamp) -> Self {
        let mut position = Self { is_open: true, activation_until: None };
        for turn in turns {
            match turn {
                Turn::Open => position.is_open = true,
                Turn::Close => position.is_open = false,
                Turn::Activate { until } => position.activation_until = Some(until),
                Turn::EndActivation => position.activation_until = None,
            }
        }
        position.activation_until = position.activation_until.filter(|until| now < *until);
        position
    }

    /// Whether a turn would change anything.
    pub fn changes_by(self, turn: Turn) -> bool {
        match turn {
            Turn::Open => !self.is_open,
            Turn::Close => self.is_open,
            Turn::Activate { .. } => self.activation_until.is_none(),
            Turn::EndActivation => self.activation_until.is_some(),
        }
    }

    /// The creditor of the settings as it takes payments now.
    pub fn set(self, creditor: Creditor) -> Creditor {
        let mode = if self.activation_until.is_some() { Mode::Activation } else { creditor.mode };
        let mut terms = creditor.terms;
        terms.is_open &= self.is_open;
        Creditor { mode, terms, ..creditor }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Money;

    use super::*;
    use crate::domain::creditor::Terms;

    fn creditor() -> Creditor {
        let cents = Money::from_cents;
        let terms = Terms {
            is_open: true,
            least: cents(100),
            most: cents(1000),
            partial_payment: false,
            several_invoices: false,
        };
        Creditor { provider: "payfip", number: "006382".to_owned(), mode: Mode::Production, terms }
    }

    #[test]
    fn the_last_turn_counts_and_activation_ends_by_itself() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-11-22T10:00:00Z");
        let until = at("2026-11-22T12:00:00Z");
        for (turns, time, is_open, mode) in [
            (vec![], now, true, Mode::Production),
            (vec![Turn::Close], now, false, Mode::Production),
            (vec![Turn::Close, Turn::Open], now, true, Mode::Production),
            (vec![Turn::Activate { until }], now, true, Mode::Activation),
            (vec![Turn::Activate { until }, Turn::Close], now, false, Mode::Activation),
            (vec![Turn::Activate { until }], until, true, Mode::Production),
            (vec![Turn::Activate { until }, Turn::EndActivation], now, true, Mode::Production),
        ] {
            let set = Position::after(turns.clone(), time).set(creditor());
            assert_eq!((set.terms.is_open, set.mode), (is_open, mode), "{turns:?}");
        }
        let closed = Creditor { terms: Terms { is_open: false, ..creditor().terms }, ..creditor() };
        assert!(!Position::after([Turn::Open], now).set(closed).terms.is_open, "no switch opens what settings close");
    }

    #[test]
    fn the_same_turn_twice_changes_nothing() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let until = now + SignedDuration::from_hours(2);
        for turn in [Turn::Close, Turn::Activate { until }] {
            assert!(Position::after([], now).changes_by(turn), "{turn:?}");
            assert!(!Position::after([turn], now).changes_by(turn), "{turn:?}");
        }
        for (turn, before) in [(Turn::Open, Turn::Close), (Turn::EndActivation, Turn::Activate { until })] {
            assert!(!Position::after([], now).changes_by(turn), "{turn:?}");
            assert!(Position::after([before], now).changes_by(turn), "{turn:?}");
        }
        assert!(
            !Position::after([Turn::Activate { until }], until).changes_by(Turn::EndActivation),
            "it ended by itself"
        );
    }

    #[test]
    fn activation_is_for_a_day_at_most() {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let hours = |hours| Turn::activation(hours, now);
        assert!(matches!(hours(24), Some(Turn::Activate { until }) if until == now + SignedDuration::from_hours(24)));
        for wrong in [0, -1, 25, i64::MAX] {
            assert_eq!(hours(wrong), None, "{wrong}");
        }
    }
}
