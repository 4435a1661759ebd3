//! The room as a consumer of the outbox: an event becomes a message, once; the message goes out until it is settled.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{AppointmentId, EventKind, Finess};
use storage::{
    Db, StorageError,
    outbox::{Consumer, Delivering, Job, Note, Outcome},
};

use crate::{
    acknowledgement::{Acknowledgement, Verdict},
    mllp::{Client, ExchangeError},
    outbound::{self, Decision, Envelope, Facts, Told, Trigger, decide},
    settings::{Destination, Settings},
    store::{self, Message},
};

/// The consumer's name in the outbox.
pub const CONSUMER: &str = "sih";

/// What it listens to.
pub const EVENTS: &[EventKind] = &[EventKind::AppointmentBooked, EventKind::AppointmentCancelled];

/// The doors of the hospitals, one for each establishment that has an interface.
pub struct Interfaces {
    db: Db,
    facts: Facts,
    partners: Arc<BTreeMap<Finess, Partner>>,
}

struct Partner {
    destination: Destination,
    client: Client,
}

impl Interfaces {
    pub fn new(db: Db, settings: &Settings) -> Self {
        Self::with_facts(db, settings, outbound::appointment)
    }

    /// `facts` is what a test puts in the place of booking and identity.
    fn with_facts(db: Db, settings: &Settings, facts: Facts) -> Self {
        let partners = settings.destinations.iter().map(|(finess, destination)| {
            let client = Client::new(destination.address.clone(), destination.connection.clone());
            (finess.clone(), Partner { destination: destination.clone(), client })
        });
        Self { db, facts, partners: Arc::new(partners.collect()) }
    }

    async fn bring(&self, job: &Job, note: &Note) -> Result<Outcome, Halt> {
        let message = self.message(job).await?;
        let partner = message.finess.parse().ok().and_then(|finess: Finess| self.partners.get(&finess));
        // It had an interface when the message was made, and has none any more.
        let partner = partner.ok_or_else(no_destination)?;
        match partner.client.exchange(&message.bytes, &message.control_id, note.sent()).await {
            Err(error) => Ok(Outcome::Later(unanswered(&error))),
            Ok((answer, raw)) => {
                self.db.write(move |tx| store::keep_answer(tx, message.delivery, &raw)).await?;
                Ok(Acknowledgement::of(&answer)
                    .map_or_else(unclear, |acknowledgement| judged(&partner.destination, &acknowledgement)))
            }
        }
    }

    /// The message of this delivery: the one made at an earlier try, or a new one from the present facts.
    async fn message(&self, job: &Job) -> Result<Message, Halt> {
        let (decision, told) = match self.found(job).await? {
            Found::Made(message) => return Ok(message),
            Found::Facts(decision, told) => (decision, told),
        };
        let (trigger, told) = match (decision, told) {
            (Decision::Send(trigger), Some(told)) => (trigger, told),
            (Decision::Moot(why), _) => return Err(moot(why)),
            (Decision::Send(_), None) => return Err(moot("unknown-object")),
        };
        let message = self.render(job, trigger, &told)?;
        // Kept before it is sent: whatever happens from here, the next try sends these bytes.
        let kept = message.clone();
        self.db.write(move |tx| store::keep(tx, &kept)).await?;
        Ok(message)
    }

    async fn found(&self, job: &Job) -> Result<Found, StorageError> {
        let (delivery, event, facts) = (job.delivery, job.event, self.facts);
        let appointment: AppointmentId = kernel::Id::from_uuid(job.object.uuid());
        let read = move |conn: &mut storage::Conn| {
            if let Some(message) = store::message(conn, delivery)? {
                return Ok(Found::Made(message));
            }
            let told = facts(conn, appointment)?;
            let known = store::was_rendered(conn, appointment.as_object(), Trigger::Booked.event())?;
            Ok(Found::Facts(decide(event, told.as_ref(), known), told.map(Box::new)))
        };
        self.db.read(read).await
    }

    fn render(&self, job: &Job, trigger: Trigger, told: &Told) -> Result<Message, Halt> {
        let partner = self.partners.get(&told.finess).ok_or_else(no_destination)?;
        let profile = &partner.destination.profile;
        let envelope = Envelope { control_id: job.message_id.clone(), at: self.db.now() };
        let build = match trigger {
            Trigger::Booked => outbound::booking::booked,
            Trigger::Cancelled => outbound::booking::cancelled,
        };
        let encoded = build(profile, &envelope, &told.visit, &told.person).encode(profile.charset);
        // Names the field, never what is in it.
        let bytes = encoded.map_err(|error| Halt::Ended(Outcome::Refused(format!("unwritable {error}"))))?;
        Ok(Message {
            delivery: job.delivery,
            finess: told.finess.to_string(),
            object: job.object,
            event: trigger.event().to_owned(),
            control_id: envelope.control_id,
            bytes,
            rendered_at: envelope.at,
            answer: None,
            answered_at: None,
        })
    }
}

impl Consumer for Interfaces {
    fn name(&self) -> &'static str {
        CONSUMER
    }

    fn deliver<'a>(&'a self, job: &'a Job, note: &'a Note) -> Delivering<'a> {
        Box::pin(async move {
            match self.bring(job, note).await {
                Ok(outcome) | Err(Halt::Ended(outcome)) => outcome,
                Err(Halt::Storage(error)) => Outcome::Later(format!("database {error}")),
            }
        })
    }
}

/// Why a delivery goes no further in this try.
enum Halt {
    Ended(Outcome),
    Storage(StorageError),
}

impl From<StorageError> for Halt {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// What there is to go by.
enum Found {
    Made(Message),
    Facts(Decision, Option<Box<Told>>),
}

fn moot(why: &str) -> Halt {
    Halt::Ended(Outcome::Moot(why.to_owned()))
}

fn no_destination() -> Halt {
    moot("no-destination")
}

fn unanswered(error: &ExchangeError) -> String {
    format!("{} {error}", error.code())
}

/// MSA-1 is missing or unknown: nobody can tell whether it was taken.
fn unclear() -> Outcome {
    Outcome::Later("unreadable-answer".to_owned())
}

/// Codes only: a partner's sentences may name people. They are shown from the kept acknowledgement.
fn judged(destination: &Destination, acknowledgement: &Acknowledgement) -> Outcome {
    let error = acknowledgement.error.map(|error| format!(" {error}")).unwrap_or_default();
    let words = format!("{}{error}", acknowledgement.code.name());
    match destination.retry.verdict(acknowledgement) {
        Verdict::Settled => Outcome::Settled(words),
        Verdict::Later => Outcome::Later(words),
        Verdict::Refused => Outcome::Refused(words),
    }
}

#[cfg(test)]
mod tests;
