//! The life of one document of a file, and the one table of what may follow what.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Asked for; nothing came.
    Awaited,
    /// Its bytes are here.
    Received,
    /// Being searched for malware and rebuilt.
    Checking,
    /// The search could not tell; it is tried again, and nobody reads it.
    Undecided,
    /// Malware was found; nobody reads it.
    Infected,
    /// A clerk may look at it.
    ToReview,
    Accepted,
    Refused,
    /// The patient does not have it, and says why.
    NotAvailable,
    /// Another one came in its place.
    Replaced,
    /// Its key and its bytes are destroyed.
    Purged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    Receive,
    /// "Je n'ai pas ce document."
    Declare,
    Check,
    /// The search found nothing and the document could be rebuilt.
    Pass,
    Doubt,
    Infect,
    Accept,
    Refuse,
    /// The clerk takes an acceptance back.
    Reconsider,
    Replace,
    Purge,
}

/// Every step that exists; any other is refused.
pub const STEPS: &[(State, Change, State)] = &[
    (State::Awaited, Change::Receive, State::Received),
    (State::Awaited, Change::Declare, State::NotAvailable),
    (State::Received, Change::Check, State::Checking),
    (State::Received, Change::Replace, State::Replaced),
    (State::Received, Change::Purge, State::Purged),
    (State::Checking, Change::Pass, State::ToReview),
    (State::Checking, Change::Doubt, State::Undecided),
    (State::Checking, Change::Infect, State::Infected),
    // Rebuilding failed: the patient is told why and sends another.
    (State::Checking, Change::Refuse, State::Refused),
    (State::Checking, Change::Replace, State::Replaced),
    (State::Undecided, Change::Check, State::Checking),
    (State::Undecided, Change::Replace, State::Replaced),
    (State::Undecided, Change::Purge, State::Purged),
    (State::Infected, Change::Replace, State::Replaced),
    (State::Infected, Change::Purge, State::Purged),
    (State::ToReview, Change::Accept, State::Accepted),
    (State::ToReview, Change::Refuse, State::Refused),
    (State::ToReview, Change::Replace, State::Replaced),
    (State::ToReview, Change::Purge, State::Purged),
    (State::Accepted, Change::Reconsider, State::ToReview),
    (State::Accepted, Change::Purge, State::Purged),
    (State::Refused, Change::Replace, State::Replaced),
    (State::Refused, Change::Purge, State::Purged),
    (State::NotAvailable, Change::Refuse, State::Refused),
    (State::NotAvailable, Change::Replace, State::Replaced),
    (State::Replaced, Change::Purge, State::Purged),
];

impl State {
    pub const ALL: [Self; 11] = [
        Self::Awaited,
        Self::Received,
        Self::Checking,
        Self::Undecided,
        Self::Infected,
        Self::ToReview,
        Self::Accepted,
        Self::Refused,
        Self::NotAvailable,
        Self::Replaced,
        Self::Purged,
    ];

    /// The state after a change; none: that change is not possible from here.
    pub fn after(self, change: Change) -> Option<Self> {
        STEPS.iter().find(|(from, by, _)| (*from, *by) == (self, change)).map(|(_, _, to)| *to)
    }

    /// Whether it settles what was asked: a file may be sent while its documents are still being checked.
    pub const fn settles(self) -> bool {
        matches!(
            self,
            Self::Received | Self::Checking | Self::Undecided | Self::ToReview | Self::Accepted | Self::NotAvailable
        )
    }

    /// Whether it came, whatever becomes of it: a word why it is missing is none.
    pub const fn is_given(self) -> bool {
        self.settles() && !matches!(self, Self::NotAvailable)
    }

    /// Whether the patient must give another.
    pub const fn is_to_correct(self) -> bool {
        matches!(self, Self::Refused | Self::Infected)
    }

    /// Whether it went through the search: nothing else is ever shown.
    pub const fn is_clean(self) -> bool {
        matches!(self, Self::ToReview | Self::Accepted)
    }

    /// Whether it still counts: another took its place, or it is gone.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Replaced | Self::Purged)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Awaited => "awaited",
            Self::Received => "received",
            Self::Checking => "checking",
            Self::Undecided => "undecided",
            Self::Infected => "infected",
            Self::ToReview => "to-review",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::NotAvailable => "not-available",
            Self::Replaced => "replaced",
            Self::Purged => "purged",
        }
    }
}

impl Change {
    pub const ALL: [Self; 11] = [
        Self::Receive,
        Self::Declare,
        Self::Check,
        Self::Pass,
        Self::Doubt,
        Self::Infect,
        Self::Accept,
        Self::Refuse,
        Self::Reconsider,
        Self::Replace,
        Self::Purge,
    ];
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_change_from_every_state() {
        let letter = |state: Option<State>| match state {
            None => '.',
            Some(State::Awaited) => 'w',
            Some(State::Received) => 'r',
            Some(State::Checking) => 'c',
            Some(State::Undecided) => 'u',
            Some(State::Infected) => 'i',
            Some(State::ToReview) => 't',
            Some(State::Accepted) => 'a',
            Some(State::Refused) => 'f',
            Some(State::NotAvailable) => 'n',
            Some(State::Replaced) => 'x',
            Some(State::Purged) => 'p',
        };
        let table: Vec<String> = State::ALL
            .iter()
            .map(|from| Change::ALL.iter().map(|change| letter(from.after(*change))).collect())
            .collect();
        let expected = [
            "rn.........", // awaited
            "..c......xp", // received
            "...tui.f.x.", // checking
            "..c......xp", // undecided
            ".........xp", // infected
            "......af.xp", // to review
            "........t.p", // accepted
            ".........xp", // refused
            ".......f.x.", // not available
            "..........p", // replaced
            "...........", // purged
        ];
        assert_eq!(table, expected);
    }

    proptest! {
        /// Whatever happens, in whatever order: nothing is accepted that was not found clean.
        #[test]
        fn nothing_is_accepted_unchecked(changes in proptest::collection::vec(0usize..11, 0..60)) {
            let (mut state, mut passed) = (State::Awaited, false);
            for change in changes.into_iter().filter_map(|at| Change::ALL.get(at)) {
                let Some(next) = state.after(*change) else { continue };
                prop_assert_ne!(state, State::Purged);
                passed |= *change == Change::Pass;
                state = next;
                prop_assert!(state != State::Accepted || passed);
            }
        }
    }
}
