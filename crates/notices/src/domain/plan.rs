//! Whether a notice is still worth sending.

use jiff::{SignedDuration, Timestamp};

use preadmission::read::Status;

use super::facts::{About, Channel, Facts, Kind};

/// How long before its appointment a reminder is due.
pub(crate) const REMINDER_LEAD: SignedDuration = SignedDuration::from_hours(48);
/// A reminder nearer to the visit than this would find the patient on the way.
pub(crate) const REMINDER_STOPS: SignedDuration = SignedDuration::from_hours(2);

/// Why nothing is sent. The names are kept with the delivery and shown at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Moot {
    /// Things are no longer as it would say.
    #[error("notice-overtaken")]
    Overtaken,
    #[error("notice-too-late")]
    TooLate,
    #[error("no-address")]
    NoAddress,
    #[error("notice-already-sent")]
    AlreadySent,
    #[error("notice-limit")]
    DailyLimit,
}

/// What was already sent, read in the transaction that claims the notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sent {
    /// This very notice went out before.
    pub(crate) this: bool,
    /// Notices to this person by this channel since the day began at the place.
    pub(crate) today: u32,
}

impl Kind {
    /// The instant after which the notice is not sent any more.
    pub(crate) fn not_after(self, starts_at: Timestamp) -> Timestamp {
        match self {
            Self::Reminder => starts_at.saturating_sub(REMINDER_STOPS).unwrap_or(starts_at),
            _ => starts_at,
        }
    }
}

/// When the reminder is due; `None` when the booking itself is that close and its confirmation suffices.
pub(crate) fn reminder_due(starts_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let due = starts_at.checked_sub(REMINDER_LEAD).ok()?;
    (due > now).then_some(due)
}

/// Decides from present facts; `daily_limit` counts notices per person and channel.
pub(crate) fn decide(
    kind: Kind,
    channel: Channel,
    facts: &Facts,
    sent: Sent,
    daily_limit: u32,
    now: Timestamp,
) -> Result<(), Moot> {
    let address = match channel {
        Channel::Mail => &facts.recipient.email,
        Channel::Sms => &facts.recipient.phone,
    };
    match () {
        () if !still_holds(kind, &facts.about) => Err(Moot::Overtaken),
        () if now > facts.not_after(kind) => Err(Moot::TooLate),
        () if address.as_deref().is_none_or(|text| text.trim().is_empty()) => Err(Moot::NoAddress),
        () if sent.this => Err(Moot::AlreadySent),
        () if sent.today >= daily_limit => Err(Moot::DailyLimit),
        () => Ok(()),
    }
}

/// Whether things stand as the notice would say.
fn still_holds(kind: Kind, about: &About) -> bool {
    match (kind, about) {
        (Kind::Booked | Kind::Reminder, About::Visit(visit)) => !visit.cancelled,
        (Kind::Cancelled, About::Visit(visit)) => visit.cancelled,
        (Kind::FileCreated, About::File(file)) => file.status == Status::Created,
        (Kind::FileReminder, About::File(file)) => {
            matches!(file.status, Status::Created | Status::InProgress | Status::Refused)
        }
        (Kind::FileRefused, About::File(file)) => file.status == Status::Refused,
        (Kind::FileCompleted, About::File(file)) => file.status == Status::Completed,
        (Kind::FileMoved, About::File(file)) => file.status != Status::Cancelled,
        (Kind::FileCancelled, About::File(file)) => file.status == Status::Cancelled,
        (Kind::FileInvited, About::Invitation(one)) => !one.is_over,
        (Kind::FileAnswered, About::File(file)) => file.status != Status::Cancelled,
        (Kind::FileAnswered, About::Invitation(one)) => !one.is_over,
        (Kind::News, About::News(told)) => told.is_wanted,
        (Kind::Payment, About::Payment(_)) => true,
        (Kind::Invoice, About::Invoice(bill)) => bill.is_payable,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use web::Lang;

    use preadmission::read::Purpose;

    use crate::domain::facts::{
        File, Invitation,
        tests::{sample, sample_bill, sample_for},
    };

    const NEVER: Sent = Sent { this: false, today: 0 };

    fn told(kind: Kind, cancelled: bool, sent: Sent, now: &str) -> Result<(), Moot> {
        let mut facts = sample(Lang::Fr);
        facts.visit().cancelled = cancelled;
        decide(kind, Channel::Mail, &facts, sent, 5, now.parse().unwrap())
    }

    #[test]
    fn a_superseded_state_is_never_told() {
        let now = "2026-11-21T10:00:00Z";
        assert_eq!(told(Kind::Booked, false, NEVER, now), Ok(()));
        assert_eq!(told(Kind::Booked, true, NEVER, now), Err(Moot::Overtaken));
        assert_eq!(told(Kind::Reminder, true, NEVER, now), Err(Moot::Overtaken));
        assert_eq!(told(Kind::Cancelled, false, NEVER, now), Err(Moot::Overtaken));
        assert_eq!(told(Kind::Cancelled, true, NEVER, now), Ok(()));
    }

    #[test]
    fn an_invitation_is_told_until_its_day() {
        let told = |is_over, now: &str| {
            let mut facts = sample_for(Kind::FileInvited, Lang::Fr);
            let until = "2026-11-30T17:00:00Z".parse().unwrap();
            facts.about = About::Invitation(Invitation { purpose: Purpose::Relative, until, is_over });
            decide(Kind::FileInvited, Channel::Mail, &facts, NEVER, 5, now.parse().unwrap())
        };
        assert_eq!(told(false, "2026-11-30T17:00:00Z"), Ok(()));
        assert_eq!(told(false, "2026-11-30T17:00:01Z"), Err(Moot::TooLate));
        assert_eq!(told(true, "2026-11-21T10:00:00Z"), Err(Moot::Overtaken));
    }

    #[test]
    fn of_a_file_only_what_still_holds_is_told() {
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        let kinds =
            Kind::ALL.into_iter().filter(|kind| kind.is_of_file() && !matches!(kind, Kind::FileInvited | Kind::News));
        let told: Vec<String> = kinds
            .map(|kind| {
                let one = |status| {
                    let mut facts = sample_for(kind, Lang::Fr);
                    facts.about = About::File(File { status, deadline: None, is_hour_known: true, opens_at: None });
                    decide(kind, Channel::Mail, &facts, NEVER, 5, now).map_or('.', |()| 'x')
                };
                format!("{}: {}", kind.name(), Status::ALL.map(one).iter().collect::<String>())
            })
            .collect();
        // Columns: created, in progress, ready, refused, completed, cancelled.
        let expected = [
            "file-created: x.....",
            "file-reminder: xx.x..",
            "file-refused: ...x..",
            "file-completed: ....x.",
            "file-moved: xxxxx.",
            "file-cancelled: .....x",
            "file-answered: xxxxx.",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn nothing_leaves_after_its_last_useful_instant() {
        for (kind, last, late) in [
            (Kind::Booked, "2026-12-03T07:30:00Z", "2026-12-03T07:30:01Z"),
            (Kind::Cancelled, "2026-12-03T07:30:00Z", "2026-12-03T07:30:01Z"),
            (Kind::Reminder, "2026-12-03T05:30:00Z", "2026-12-03T05:30:01Z"),
        ] {
            let cancelled = kind == Kind::Cancelled;
            assert_eq!(told(kind, cancelled, NEVER, last), Ok(()), "{kind:?}");
            assert_eq!(told(kind, cancelled, NEVER, late), Err(Moot::TooLate), "{kind:?}");
        }
    }

    #[test]
    fn an_invoice_is_told_while_it_is_to_be_paid() {
        let now = "2026-12-01T10:00:00Z".parse().unwrap();
        let mut facts = sample_bill(Lang::Fr);
        assert_eq!(decide(Kind::Invoice, Channel::Mail, &facts, NEVER, 5, now), Ok(()));
        let late = "2026-12-31T23:00:01Z".parse().unwrap();
        assert_eq!(decide(Kind::Invoice, Channel::Mail, &facts, NEVER, 5, late), Err(Moot::TooLate));
        if let About::Invoice(bill) = &mut facts.about {
            bill.is_payable = false;
        }
        assert_eq!(decide(Kind::Invoice, Channel::Mail, &facts, NEVER, 5, now), Err(Moot::Overtaken));
    }

    #[test]
    fn once_each_and_not_too_many_a_day() {
        let now = "2026-11-21T10:00:00Z";
        assert_eq!(told(Kind::Booked, false, Sent { this: true, today: 1 }, now), Err(Moot::AlreadySent));
        assert_eq!(told(Kind::Booked, false, Sent { this: false, today: 4 }, now), Ok(()));
        assert_eq!(told(Kind::Booked, false, Sent { this: false, today: 5 }, now), Err(Moot::DailyLimit));
    }

    #[test]
    fn without_an_address_nothing_leaves() {
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        let mut facts = sample(Lang::Fr);
        facts.recipient.phone = None;
        facts.recipient.email = Some("  ".into());
        for channel in [Channel::Mail, Channel::Sms] {
            assert_eq!(decide(Kind::Booked, channel, &facts, NEVER, 5, now), Err(Moot::NoAddress));
        }
    }

    #[test]
    fn a_reminder_is_due_two_days_before_or_not_at_all() {
        let starts: Timestamp = "2026-12-03T07:30:00Z".parse().unwrap();
        let early = reminder_due(starts, "2026-11-21T10:00:00Z".parse().unwrap());
        assert_eq!(early.unwrap().to_string(), "2026-12-01T07:30:00Z");
        assert_eq!(reminder_due(starts, "2026-12-01T07:30:00Z".parse().unwrap()), None);
    }
}
