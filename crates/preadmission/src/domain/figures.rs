//! What is counted of pre-admission, from stored facts alone: the evidence of the D7.2 service.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::SiteId;

use super::status::Status;

/// All that is stored of one file and counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub site: SiteId,
    pub entry_at: Timestamp,
    pub cancelled: bool,
    /// Each status it had, through whom (`patient`, `relative`, `clerk`, `hospital`), and when; in their order.
    pub steps: Vec<(Status, &'static str, Timestamp)>,
    /// Kinds of the documents that came.
    pub documents: Vec<String>,
    /// Codes of the reasons for which documents were refused.
    pub reasons: Vec<String>,
}

impl Told {
    pub const fn nothing(site: SiteId) -> Self {
        Self {
            site,
            entry_at: Timestamp::UNIX_EPOCH,
            cancelled: false,
            steps: Vec::new(),
            documents: Vec::new(),
            reasons: Vec::new(),
        }
    }

    fn first(&self, status: Status) -> Option<Timestamp> {
        self.steps.iter().find(|step| step.0 == status).map(|step| step.2)
    }

    fn times(&self, status: Status) -> usize {
        self.steps.iter().filter(|step| step.0 == status).count()
    }

    /// From the first sending to the first answer, in seconds.
    fn answer_time(&self) -> Option<i64> {
        let sent = self.steps.iter().position(|step| step.0 == Status::Ready)?;
        let after = self.steps.get(sent..)?;
        let answer = after.iter().find(|step| matches!(step.0, Status::Completed | Status::Refused))?;
        Some(answer.2.as_second() - after.first()?.2.as_second())
    }
}

/// What is counted of the stays that begin in one month at one establishment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Stays that were not cancelled; everything below counts among them.
    pub planned: usize,
    /// Cancelled ones, counted apart.
    pub cancelled: usize,
    pub opened: usize,
    pub sent: usize,
    /// First sent at least so many days of 24 hours before the entry.
    pub sent_ahead: usize,
    pub accepted: usize,
    /// Accepted, and nothing was ever asked again.
    pub accepted_at_once: usize,
    pub refused_once: usize,
    pub refused_more: usize,
    pub accepted_before_entry: usize,
    /// Sent files by who sent them first.
    pub channels: BTreeMap<String, usize>,
    pub documents: BTreeMap<String, usize>,
    pub reasons: BTreeMap<String, usize>,
    /// Median seconds from opening to the first sending.
    pub to_send: Option<i64>,
    /// Median seconds from the first sending to the first answer.
    pub to_answer: Option<i64>,
}

/// The names of the plain counts, in the order in which they are shown.
pub const COUNTS: [&str; 10] = [
    "planned",
    "cancelled",
    "opened",
    "sent",
    "sent-ahead",
    "accepted",
    "accepted-at-once",
    "refused-once",
    "refused-more",
    "accepted-before-entry",
];

impl Figures {
    pub fn counts(&self) -> [(&'static str, usize); 10] {
        let values = [
            self.planned,
            self.cancelled,
            self.opened,
            self.sent,
            self.sent_ahead,
            self.accepted,
            self.accepted_at_once,
            self.refused_once,
            self.refused_more,
            self.accepted_before_entry,
        ];
        let mut values = values.into_iter();
        COUNTS.map(|name| (name, values.next().unwrap_or_default()))
    }
}

pub fn count<'t>(files: impl IntoIterator<Item = &'t Told>, days_ahead: i64) -> Figures {
    let mut of = Figures::default();
    let (mut to_send, mut to_answer) = (Vec::new(), Vec::new());
    for file in files {
        if file.cancelled {
            of.cancelled += 1;
            continue;
        }
        of.planned += 1;
        let (opened, sent) = (file.first(Status::InProgress), file.first(Status::Ready));
        of.opened += usize::from(opened.is_some());
        if let Some(sent) = sent {
            of.sent += 1;
            of.sent_ahead += usize::from(file.entry_at.as_second() - sent.as_second() >= days_ahead * 86_400);
            let channel = file.steps.iter().find(|step| step.0 == Status::Ready).map_or("patient", |step| step.1);
            *of.channels.entry(channel.to_owned()).or_default() += 1;
            to_send.extend(opened.map(|opened| sent.as_second() - opened.as_second()));
            to_answer.extend(file.answer_time());
        }
        let refused = file.times(Status::Refused);
        of.refused_once += usize::from(refused == 1);
        of.refused_more += usize::from(refused > 1);
        if let Some(accepted) = file.first(Status::Completed) {
            of.accepted += 1;
            of.accepted_at_once += usize::from(refused == 0);
            of.accepted_before_entry += usize::from(accepted < file.entry_at);
        }
        for kind in &file.documents {
            *of.documents.entry(kind.clone()).or_default() += 1;
        }
        for reason in &file.reasons {
            *of.reasons.entry(reason.clone()).or_default() += 1;
        }
    }
    (of.to_send, of.to_answer) = (median(to_send), median(to_answer));
    of
}

/// The middle one; of an even number, the lower of the two.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(hours * 3600).unwrap()
    }

    #[test]
    fn each_count_has_a_file_that_makes_it() {
        use Status::{Completed, Created, InProgress, Ready, Refused};
        let site = kernel::World::system().id();
        let file = |steps: &[(Status, i64)]| Told {
            entry_at: at(240),
            steps: steps.iter().map(|(status, hours)| (*status, "patient", at(*hours))).collect(),
            ..Told::nothing(site)
        };
        let files = [
            file(&[(Created, 0)]),
            file(&[(Created, 0), (InProgress, 10)]),
            file(&[(Created, 0), (InProgress, 10), (Ready, 20), (Completed, 30)]),
            file(&[(Created, 0), (InProgress, 10), (Ready, 200), (Refused, 210), (Ready, 220), (Completed, 250)]),
            Told {
                steps: vec![
                    (InProgress, "clerk", at(0)),
                    (Ready, "clerk", at(72)),
                    (Refused, "clerk", at(73)),
                    (Ready, "patient", at(74)),
                    (Refused, "clerk", at(80)),
                ],
                documents: vec!["CN_RECTO".into(), "CN_RECTO".into()],
                reasons: vec!["blurred".into()],
                ..file(&[])
            },
            Told { cancelled: true, ..file(&[(Created, 0), (InProgress, 1), (Ready, 2)]) },
        ];
        let of = count(&files, 7);
        let counts: Vec<usize> = of.counts().into_iter().map(|(_, count)| count).collect();
        assert_eq!(counts, [5, 1, 4, 3, 2, 2, 1, 1, 1, 1]);
        assert_eq!(of.channels, BTreeMap::from([("clerk".into(), 1), ("patient".into(), 2)]));
        assert_eq!((of.documents["CN_RECTO"], of.reasons["blurred"]), (2, 1));
        assert_eq!((of.to_send, of.to_answer), (Some(72 * 3600), Some(10 * 3600)));
        assert_eq!(count(&[], 7), Figures::default());
    }
}
