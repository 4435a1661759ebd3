//! The room as consumers of the outbox: one for the mail, one for the SMS. An event becomes a notice written from
//! the facts of the moment it leaves.

use std::sync::Arc;

use jiff::{Timestamp, civil};
use kernel::{EstablishmentId, EventKind, ObjectId};
use storage::{
    Conn, Db, StorageError, Tx,
    outbox::{Consumer, Delivering, Job, Note, Outcome},
};
use web::I18n;

use crate::{
    answer::Answer,
    domain::{
        facts::{Channel, Facts, Kind},
        plan::{self, Moot, Sent},
        sms,
    },
    mail::{
        mime::{self, Envelope, Unwritable},
        smtp::Mailer,
    },
    reminder,
    sms::Gateway,
    store::{self, Attempt, Key},
};

/// What is said, and to whom.
pub(crate) struct Told {
    /// The patient, or who acts for them; of a file that nobody opened yet, the file; of an invitation, the invitation.
    pub(crate) person: ObjectId,
    /// Of notices of one kind about one object, which: the file's version where each is told.
    pub(crate) turn: i32,
    pub(crate) facts: Facts,
}

/// How present facts are asked for; `None` when there is no such object.
pub(crate) type Source =
    Arc<dyn Fn(&mut Conn, (Kind, ObjectId), Timestamp) -> Result<Option<Told>, StorageError> + Send + Sync>;

/// The way notices of one channel take.
pub(crate) enum Way {
    Mail(Mailer),
    /// Without a gateway there is no way.
    Sms(Option<Box<Gateway>>),
}

/// Tells patients by one channel.
pub(crate) struct Teller {
    pub(crate) db: Db,
    pub(crate) i18n: Arc<I18n>,
    pub(crate) source: Source,
    pub(crate) way: Way,
    pub(crate) daily_limit: u32,
    /// Whether new invoices are told.
    pub(crate) new_invoices: bool,
}

/// What an attempt begins with.
enum Step {
    Send(Box<Facts>, Key),
    End(Outcome),
}

impl Teller {
    async fn tell(&self, job: &Job, note: &Note) -> Result<Outcome, StorageError> {
        let Some(kind) = kind_of(job.event) else { return Ok(Outcome::Moot("notice-not-told".to_owned())) };
        if kind == Kind::Invoice && !self.new_invoices {
            return Ok(Outcome::Moot("notice-not-wanted".to_owned()));
        }
        let (facts, key) = match self.step(job, kind).await? {
            Step::Send(facts, key) => (facts, key),
            Step::End(outcome) => return Ok(outcome),
        };
        let acknowledgement = match self.send(kind, &facts, job).await {
            Ok(Answer::Accepted(said)) => said,
            Ok(Answer::Later(why)) => return Ok(Outcome::Later(why)),
            Ok(Answer::Refused(why)) => return Ok(Outcome::Refused(why)),
            Err(outcome) => return Ok(outcome),
        };
        note.sent().await;
        let starts_at = facts.starts_at;
        self.db
            .write(move |tx| {
                store::went_out(tx, key)?;
                if kind == Kind::Booked { reminder::plan(tx, key.object, starts_at) } else { Ok(()) }
            })
            .await?;
        Ok(Outcome::Settled(acknowledgement))
    }

    /// Reads the facts, decides, and notes the attempt, in one transaction.
    async fn step(&self, job: &Job, kind: Kind) -> Result<Step, StorageError> {
        let (source, channel, daily_limit) = (self.source.clone(), self.channel(), self.daily_limit);
        let (delivery, establishment, object) = (job.delivery, job.establishment, job.object);
        self.db
            .write(move |tx| {
                let now = tx.now();
                let Some(told) = source(tx.conn(), (kind, object), now)? else {
                    return Ok(Step::End(Outcome::Moot("unknown-object".into())));
                };
                let key = Key { object, kind: kind.name(), turn: told.turn, channel: channel.name() };
                let standing = store::standing(tx.conn(), key)?;
                if standing == Some((delivery, true)) {
                    // It had left, and the delivery could not be settled.
                    return Ok(Step::End(Outcome::Settled("notice-already-sent".into())));
                }
                let since = day_begins(&told.facts, tx.now());
                let today = store::sent_since(tx.conn(), told.person, key.channel, since)?;
                let sent = Sent { this: standing.is_some_and(|(other, _)| other != delivery), today };
                match plan::decide(kind, channel, &told.facts, sent, daily_limit, tx.now()) {
                    Err(moot) => Ok(Step::End(Outcome::Moot(moot.to_string()))),
                    Ok(()) => note_attempt(tx, kind, key, establishment, delivery, told),
                }
            })
            .await
    }

    async fn send(&self, kind: Kind, facts: &Facts, job: &Job) -> Result<Answer, Outcome> {
        match &self.way {
            Way::Mail(mailer) => {
                let envelope = Envelope { from: mailer.from(), message_id: &job.message_id, now: self.db.now() };
                let message = mime::message(kind, facts, &self.i18n, &envelope).map_err(unwritable)?;
                Ok(mailer.send(message).await)
            }
            Way::Sms(None) => Err(Outcome::Moot("no-gateway".into())),
            Way::Sms(Some(gateway)) => {
                let written = facts.recipient.phone.as_deref().unwrap_or_default();
                let to = identity::contact::mobile(written)
                    .map_err(|refusal| Outcome::Moot(format!("unfit-address {refusal}")))?;
                Ok(gateway.send(&to, &sms::text(kind, facts, &self.i18n), &job.message_id).await)
            }
        }
    }

    const fn channel(&self) -> Channel {
        match self.way {
            Way::Mail(_) => Channel::Mail,
            Way::Sms(_) => Channel::Sms,
        }
    }
}

fn note_attempt(
    tx: &mut Tx<'_>,
    kind: Kind,
    key: Key,
    establishment: EstablishmentId,
    delivery: kernel::DeliveryId,
    told: Told,
) -> Result<Step, StorageError> {
    let not_after = told.facts.not_after(kind);
    store::attempt(tx, &Attempt { key, establishment, person: told.person, delivery, not_after })?;
    Ok(Step::Send(Box::new(told.facts), key))
}

fn unwritable(fault: Unwritable) -> Outcome {
    match fault {
        Unwritable::Address => Outcome::Moot(format!("unfit-address {fault}")),
        Unwritable::Message => Outcome::Refused(format!("unwritable {fault}")),
    }
}

/// What is to be said; none: the event is not for patients.
const fn kind_of(event: EventKind) -> Option<Kind> {
    match event {
        EventKind::AppointmentBooked => Some(Kind::Booked),
        EventKind::AppointmentCancelled => Some(Kind::Cancelled),
        EventKind::AppointmentReminderDue => Some(Kind::Reminder),
        EventKind::PreadmissionCreated => Some(Kind::FileCreated),
        EventKind::PreadmissionReminderDue => Some(Kind::FileReminder),
        EventKind::PreadmissionRefused => Some(Kind::FileRefused),
        EventKind::PreadmissionCompleted | EventKind::PreadmissionCorrected => Some(Kind::FileCompleted),
        EventKind::PreadmissionMoved => Some(Kind::FileMoved),
        EventKind::PreadmissionCancelled => Some(Kind::FileCancelled),
        EventKind::PreadmissionInvited => Some(Kind::FileInvited),
        EventKind::PreadmissionAnswered => Some(Kind::FileAnswered),
        EventKind::PreadmissionNews => Some(Kind::News),
        EventKind::PaymentSettled => Some(Kind::Payment),
        EventKind::InvoiceReady => Some(Kind::Invoice),
        _ => None,
    }
}

/// Midnight at the place.
fn day_begins(facts: &Facts, now: Timestamp) -> Timestamp {
    let zone = &facts.place.zone;
    zone.instant(zone.date(now).to_datetime(civil::Time::midnight())).unwrap_or(now)
}

impl Consumer for Teller {
    fn name(&self) -> &'static str {
        self.channel().name()
    }

    /// A notice that a person must look at does not hold back the patient's others: each is written from present facts.
    fn in_order(&self) -> bool {
        false
    }

    fn deliver<'a>(&'a self, job: &'a Job, note: &'a Note) -> Delivering<'a> {
        Box::pin(async move {
            match self.tell(job, note).await {
                Ok(outcome) => outcome,
                // The clock moved past it between the decision and the row.
                Err(StorageError::Refused(name)) if name == "notices_never_too_late" => {
                    Outcome::Moot(Moot::TooLate.to_string())
                }
                Err(error) => Outcome::Later(format!("database {error}")),
            }
        })
    }
}

#[cfg(test)]
mod tests;
