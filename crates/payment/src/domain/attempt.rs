//! One try to pay one invoice: a payer sent to a provider, and what the provider said of it. The one table of what may
//! follow what.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Written down; the provider may not have heard of it yet.
    Created,
    /// The provider gave a reference, the payer was sent there.
    Redirected,
    /// Paid by card.
    Paid,
    /// The provider registered a direct debit: the order was accepted, the money comes later.
    DebitAccepted,
    /// The bank said no.
    Refused,
    /// The payer left.
    Abandoned,
    /// Nobody paid in the time the provider gives.
    Expired,
    /// It could not be started.
    Failed,
}

/// What can happen to an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    Redirect,
    Pay,
    AcceptDebit,
    Refuse,
    Abandon,
    Expire,
    Fail,
}

/// Every step that exists; any other is refused. Money wins: a provider that says *paid* late is believed, whatever was
/// concluded before.
pub const STEPS: &[(State, Change, State)] = &[
    (State::Created, Change::Redirect, State::Redirected),
    (State::Created, Change::Fail, State::Failed),
    (State::Redirected, Change::Pay, State::Paid),
    (State::Redirected, Change::AcceptDebit, State::DebitAccepted),
    (State::Redirected, Change::Refuse, State::Refused),
    (State::Redirected, Change::Abandon, State::Abandoned),
    (State::Redirected, Change::Expire, State::Expired),
    (State::Refused, Change::Pay, State::Paid),
    (State::Refused, Change::AcceptDebit, State::DebitAccepted),
    (State::Abandoned, Change::Pay, State::Paid),
    (State::Abandoned, Change::AcceptDebit, State::DebitAccepted),
    (State::Expired, Change::Pay, State::Paid),
    (State::Expired, Change::AcceptDebit, State::DebitAccepted),
    (State::Expired, Change::Refuse, State::Refused),
    (State::Expired, Change::Abandon, State::Abandoned),
];

impl State {
    pub const ALL: [Self; 8] = [
        Self::Created,
        Self::Redirected,
        Self::Paid,
        Self::DebitAccepted,
        Self::Refused,
        Self::Abandoned,
        Self::Expired,
        Self::Failed,
    ];

    /// The state after a change; none: that change is not possible from here.
    pub fn after(self, change: Change) -> Option<Self> {
        STEPS.iter().find(|(from, by, _)| (*from, *by) == (self, change)).map(|(_, _, to)| *to)
    }

    /// Whether it keeps others of the same invoice from starting.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Created | Self::Redirected)
    }

    /// Whether the provider has, or will have, the money.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Paid | Self::DebitAccepted)
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Redirected => "redirected",
            Self::Paid => "paid",
            Self::DebitAccepted => "debit-accepted",
            Self::Refused => "refused",
            Self::Abandoned => "abandoned",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

impl Change {
    pub const ALL: [Self; 7] =
        [Self::Redirect, Self::Pay, Self::AcceptDebit, Self::Refuse, Self::Abandon, Self::Expire, Self::Fail];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Redirect => "redirect",
            Self::Pay => "pay",
            Self::AcceptDebit => "accept debit",
            Self::Refuse => "refuse",
            Self::Abandon => "abandon",
            Self::Expire => "expire",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_from_every_state() {
        let letter = |change| match change {
            Some(State::Created) => 'c',
            Some(State::Redirected) => 'r',
            Some(State::Paid) => 'p',
            Some(State::DebitAccepted) => 'd',
            Some(State::Refused) => 'n',
            Some(State::Abandoned) => 'a',
            Some(State::Expired) => 'e',
            Some(State::Failed) => 'f',
            None => '.',
        };
        // Columns: redirect, pay, accept debit, refuse, abandon, expire, fail.
        let expected = ["r.....f", ".pdnae.", ".......", ".......", ".pd....", ".pd....", ".pdna..", "......."];
        let table: Vec<String> = State::ALL
            .iter()
            .map(|from| Change::ALL.iter().map(|change| letter(from.after(*change))).collect())
            .collect();
        assert_eq!(table, expected);
    }

    #[test]
    fn money_is_believed_from_wherever_a_payer_may_have_been_sent() {
        for state in State::ALL {
            let was_sent = !matches!(state, State::Created | State::Failed);
            let settles = state.is_settled() || state.after(Change::Pay) == Some(State::Paid);
            assert_eq!(was_sent, settles, "{state}");
        }
    }
}
