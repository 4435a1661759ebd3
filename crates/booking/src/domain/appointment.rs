//! An appointment's states and the one table of what may follow what.

use std::fmt;

/// FHIR R4 `Appointment.status` in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// The time is the patient's (`booked`).
    Booked,
    /// Given back before it took place (`cancelled`).
    Cancelled,
}

/// What can happen to an appointment once it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Cancel,
}

impl State {
    pub const ALL: [Self; 2] = [Self::Booked, Self::Cancelled];

    /// The state after a change; none: that change is not possible from here.
    pub const fn after(self, change: Change) -> Option<Self> {
        match (self, change) {
            (Self::Booked, Change::Cancel) => Some(Self::Cancelled),
            (Self::Cancelled, Change::Cancel) => None,
        }
    }

    /// Whether it takes time in an agenda and counts against the patient's limits.
    pub const fn takes_time(self) -> bool {
        matches!(self, Self::Booked)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Cancelled => "cancelled",
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
    fn the_truth_table_of_all_transitions() {
        let table: Vec<_> =
            State::ALL.iter().map(|state| (*state, state.after(Change::Cancel), state.takes_time())).collect();
        assert_eq!(
            table,
            [(State::Booked, Some(State::Cancelled), true), (State::Cancelled, None, false)],
            "a cancelled appointment never comes back and takes no time"
        );
    }
}
