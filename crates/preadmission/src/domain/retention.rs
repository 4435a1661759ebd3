//! Until when a file and its documents are kept here, in days of 24 hours. The hospital's own system keeps what it must
//! keep; a portal keeps a copy only as long as it is of use.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{document::State, status::Status};

/// `[preadmission.retention]`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// After the stay, of a file that was sent: 1 to 90.
    pub sent_days: i64,
    /// After the stay, of a file never sent: 1 to 90.
    pub unsent_days: i64,
    /// The same of one in which nobody wrote: 1 to 90.
    pub empty_days: i64,
    /// After the cancellation: 1 to 90.
    pub cancelled_days: i64,
    /// Copies of identity documents, after the hospital's system acknowledged them: 0 to 90.
    pub identity_days: i64,
    /// Other documents, after the same: 0 to 90.
    pub proof_days: i64,
    /// Documents that were refused, replaced or infected, after that: 0 to 90.
    pub refused_days: i64,
}

impl Retention {
    /// Names, values and ranges.
    pub(crate) const fn ranges(&self) -> [(&'static str, i64, i64, i64); 7] {
        [
            ("retention.sent_days", self.sent_days, 1, 90),
            ("retention.unsent_days", self.unsent_days, 1, 90),
            ("retention.empty_days", self.empty_days, 1, 90),
            ("retention.cancelled_days", self.cancelled_days, 1, 90),
            ("retention.identity_days", self.identity_days, 0, 90),
            ("retention.proof_days", self.proof_days, 0, 90),
            ("retention.refused_days", self.refused_days, 0, 90),
        ]
    }

    /// When the file and all in it are erased.
    pub fn file_until(&self, file: &FileKept) -> Timestamp {
        match file {
            FileKept { status: Status::Cancelled, cancelled_at: Some(at), .. } => after(*at, self.cancelled_days),
            FileKept { was_sent: true, .. } => after(file.stay_ends, self.sent_days),
            FileKept { is_empty: true, .. } => after(file.stay_ends, self.empty_days),
            _ => after(file.stay_ends, self.unsent_days),
        }
    }

    /// When a document is erased before its file; none: with it.
    pub fn document_until(&self, document: &DocumentKept<'_>) -> Option<Timestamp> {
        match document.state {
            State::Refused | State::Replaced | State::Infected => Some(after(document.changed_at, self.refused_days)),
            State::Accepted => {
                let days = if IDENTITY.contains(&document.kind) { self.identity_days } else { self.proof_days };
                document.told_at.map(|at| after(at, days))
            }
            _ => None,
        }
    }
}

/// Kinds of the guide that are copies of identity documents.
const IDENTITY: &[&str] = &["CN_RECTO", "CN_VERSO", "JUSTIFICATIF_ID"];

/// What decides about a file.
#[derive(Debug, Clone, Copy)]
pub struct FileKept {
    pub status: Status,
    pub was_sent: bool,
    /// Nobody wrote in it: all it holds was known before.
    pub is_empty: bool,
    pub stay_ends: Timestamp,
    pub cancelled_at: Option<Timestamp>,
}

/// What decides about a document.
#[derive(Debug, Clone, Copy)]
pub struct DocumentKept<'a> {
    pub kind: &'a str,
    pub state: State,
    pub changed_at: Timestamp,
    /// When the hospital's system acknowledged it.
    pub told_at: Option<Timestamp>,
}

fn after(at: Timestamp, days: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: Retention = Retention {
        sent_days: 90,
        unsent_days: 30,
        empty_days: 14,
        cancelled_days: 31,
        identity_days: 29,
        proof_days: 60,
        refused_days: 28,
    };

    fn at(day: i64) -> Timestamp {
        after("2026-12-01T08:00:00Z".parse().unwrap(), day)
    }

    #[test]
    fn each_file_has_its_day() {
        let file = |status, was_sent, is_empty| {
            let cancelled_at = (status == Status::Cancelled).then(|| at(2));
            DAYS.file_until(&FileKept { status, was_sent, is_empty, stay_ends: at(10), cancelled_at })
        };
        assert_eq!(file(Status::Created, false, true), at(24));
        assert_eq!(file(Status::InProgress, false, true), at(24));
        assert_eq!(file(Status::InProgress, false, false), at(40));
        for status in [Status::Ready, Status::Refused, Status::Completed] {
            assert_eq!(file(status, true, false), at(100), "{status}");
        }
        assert_eq!(file(Status::InProgress, true, false), at(100), "sent once, and asked again");
        assert_eq!(file(Status::Cancelled, true, false), at(33));
        assert_eq!(file(Status::Cancelled, false, true), at(33));
    }

    #[test]
    fn each_document_has_its_day_once_it_is_of_no_more_use() {
        let document =
            |kind, state, told_at| DAYS.document_until(&DocumentKept { kind, state, changed_at: at(1), told_at });
        assert_eq!(document("CN_RECTO", State::Accepted, None), None, "the hospital does not have it");
        assert_eq!(document("CN_RECTO", State::Accepted, Some(at(5))), Some(at(34)));
        assert_eq!(document("MUTUELLE", State::Accepted, Some(at(5))), Some(at(65)));
        for state in [State::Refused, State::Replaced, State::Infected] {
            assert_eq!(document("CN_RECTO", state, None), Some(at(29)));
        }
        for state in [State::Received, State::ToReview, State::NotAvailable, State::Undecided] {
            assert_eq!(document("CN_RECTO", state, None), None, "still to be looked at");
        }
    }
}
