//! The six statuses of a file, as the French guide *Pré-admission hospitalière en ligne* names them, and the one table
//! of what may follow what.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// The hospital announced the stay; nobody opened the file yet.
    Created,
    /// Its patient is at it.
    InProgress,
    /// Sent; the hospital looks at it.
    Ready,
    /// The hospital asks for something again.
    Refused,
    /// Accepted.
    Completed,
    /// The stay will not take place.
    Cancelled,
}

/// What can happen to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// Its patient opened it.
    Open,
    Submit,
    Accept,
    /// The hospital asks for something again.
    Refuse,
    /// The hospital changed the stay, and what was sent is not enough any more.
    Reopen,
    Cancel,
}

/// Every step that exists; any other is refused.
pub const STEPS: &[(Status, Change, Status)] = &[
    (Status::Created, Change::Open, Status::InProgress),
    (Status::Created, Change::Cancel, Status::Cancelled),
    (Status::InProgress, Change::Submit, Status::Ready),
    (Status::InProgress, Change::Cancel, Status::Cancelled),
    (Status::Ready, Change::Accept, Status::Completed),
    (Status::Ready, Change::Refuse, Status::Refused),
    (Status::Ready, Change::Reopen, Status::InProgress),
    (Status::Ready, Change::Cancel, Status::Cancelled),
    (Status::Refused, Change::Submit, Status::Ready),
    (Status::Refused, Change::Cancel, Status::Cancelled),
    // What was accepted turns out to be wrong: it is corrected, sent and accepted again.
    (Status::Completed, Change::Refuse, Status::Refused),
    (Status::Completed, Change::Cancel, Status::Cancelled),
];

impl Status {
    pub const ALL: [Self; 6] =
        [Self::Created, Self::InProgress, Self::Ready, Self::Refused, Self::Completed, Self::Cancelled];

    /// The status after a change; none: that change is not possible from here.
    pub fn after(self, change: Change) -> Option<Self> {
        STEPS.iter().find(|(from, by, _)| (*from, *by) == (self, change)).map(|(_, _, to)| *to)
    }

    /// Whether the patient may still write in it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::InProgress | Self::Refused)
    }

    /// As the guide writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::InProgress => "IN_PROGRESS",
            Self::Ready => "READY",
            Self::Refused => "REFUSED",
            Self::Completed => "COMPLETED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl Change {
    pub const ALL: [Self; 6] = [Self::Open, Self::Submit, Self::Accept, Self::Refuse, Self::Reopen, Self::Cancel];
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_change_from_every_status() {
        let letter = |change| match change {
            Some(Status::Created) => 'c',
            Some(Status::InProgress) => 'p',
            Some(Status::Ready) => 'r',
            Some(Status::Refused) => 'f',
            Some(Status::Completed) => 'o',
            Some(Status::Cancelled) => 'x',
            None => '.',
        };
        // Columns: open, submit, accept, refuse, reopen, cancel.
        let expected = ["p....x", ".r...x", "..ofpx", ".r...x", "...f.x", "......"];
        let table: Vec<String> = Status::ALL
            .iter()
            .map(|from| Change::ALL.iter().map(|change| letter(from.after(*change))).collect())
            .collect();
        assert_eq!(table, expected);
    }

    proptest! {
        /// Whatever happens, in whatever order: a file is accepted only after it was sent, and cancelled is the end.
        #[test]
        fn no_way_leads_around_the_table(changes in proptest::collection::vec(0usize..6, 0..40)) {
            let mut status = Status::Created;
            let mut sent = false;
            for change in changes.into_iter().filter_map(|at| Change::ALL.get(at)) {
                let Some(next) = status.after(*change) else { continue };
                prop_assert!(STEPS.contains(&(status, *change, next)));
                prop_assert_ne!(status, Status::Cancelled);
                sent |= *change == Change::Submit;
                status = next;
                prop_assert!(status != Status::Completed || sent);
            }
        }
    }
}
