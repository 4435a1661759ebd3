//! The room as a consumer of the outbox: an event becomes messages, once; they go out in their order until each is
//! settled.

mod drafts;
mod folder;
mod heard;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use kernel::{EventKind, Finess, Id};
use storage::{
    Db, StorageError,
    outbox::{Consumer, Delivering, Job, Note, Outcome},
};

use self::drafts::{Draft, PaymentsAs, Plan, Wanted};
use crate::{
    acknowledgement::{self, Acknowledgement, Verdict},
    mllp::{Client, ExchangeError},
    outbound::{
        self, Envelope, Facts,
        payment::{self, PaymentFacts},
        preadmission::{DOCUMENT, DocumentFacts, Papers, StayFacts, rules},
    },
    settings::{Destination, PaymentsTo, Settings},
    store::{self, Answered, Message},
};

/// The consumer's name in the outbox.
pub const CONSUMER: &str = "sih";

/// What it listens to.
pub const EVENTS: &[EventKind] = &[
    EventKind::AppointmentBooked,
    EventKind::AppointmentCancelled,
    EventKind::PreadmissionCompleted,
    EventKind::PreadmissionCorrected,
    EventKind::PreadmissionAmended,
    EventKind::PreadmissionCancelled,
    EventKind::DocumentAccepted,
    EventKind::PaymentSettled,
];

/// Where facts come from: what a test puts in the place of the rooms.
#[derive(Clone)]
struct Sources {
    appointment: Facts,
    stays: Option<StaySources>,
    payment: PaymentFacts,
}

/// Those of the room of pre-admissions.
#[derive(Clone)]
pub struct StaySources {
    pub stay: StayFacts,
    pub document: DocumentFacts,
    pub papers: Arc<dyn Papers>,
}

/// The doors of the hospitals, one for each establishment that has an interface.
pub struct Interfaces {
    db: Db,
    sources: Sources,
    partners: Arc<BTreeMap<Finess, Partner>>,
    payments: Arc<BTreeMap<Finess, Payments>>,
}

/// How one establishment hears of payments.
enum Payments {
    Messages { codes: payment::Codes, system: Option<Box<Partner>> },
    Files(PathBuf),
}

/// What each establishment wants to be told of.
#[derive(Clone)]
struct Wishes {
    stays: BTreeMap<Finess, Wanted>,
    payments: BTreeMap<Finess, PaymentsAs>,
}

struct Partner {
    destination: Destination,
    client: Client,
    /// Where documents go, when that is another system.
    documents: Option<Box<Partner>>,
}

impl Partner {
    fn new(destination: &Destination) -> Self {
        Self {
            client: Client::new(destination.address.clone(), destination.connection.clone()),
            documents: destination.documents.as_deref().map(|other| Box::new(Self::new(other))),
            destination: destination.clone(),
        }
    }

    /// The system that takes messages of this kind.
    fn taking(&self, event: &str) -> &Self {
        self.documents.as_deref().filter(|_| event == DOCUMENT).unwrap_or(self)
    }

    fn wanted(&self) -> Wanted {
        let stays = &self.destination.profile.stays;
        Wanted { documents: stays.documents || self.documents.is_some(), announced: stays.announced }
    }
}

impl Payments {
    fn new(settings: &PaymentsTo) -> Self {
        match settings {
            PaymentsTo::Message { codes, system } => {
                Self::Messages { codes: codes.clone(), system: system.as_deref().map(Partner::new).map(Box::new) }
            }
            PaymentsTo::Files { folder } => Self::Files(folder.clone()),
        }
    }

    fn wanted(&self) -> PaymentsAs {
        match self {
            Self::Messages { codes, .. } => PaymentsAs::Messages(codes.clone()),
            Self::Files(_) => PaymentsAs::Lines,
        }
    }
}

impl Interfaces {
    /// `stays` is where pre-admissions are asked for; without it their events are moot.
    pub fn new(db: Db, settings: &Settings, stays: Option<StaySources>) -> Self {
        Self::with_sources(
            db,
            settings,
            Sources { appointment: outbound::appointment, stays, payment: payment::payment },
        )
    }

    fn with_sources(db: Db, settings: &Settings, sources: Sources) -> Self {
        let partner = |(finess, destination): (&Finess, &Destination)| (finess.clone(), Partner::new(destination));
        let partners = settings.destinations.iter().map(partner);
        let payments = settings.payments.iter().map(|(finess, one)| (finess.clone(), Payments::new(one)));
        let (partners, payments) = (Arc::new(partners.collect()), Arc::new(payments.collect()));
        Self { db, sources, partners, payments }
    }

    fn wishes(&self) -> Wishes {
        Wishes {
            stays: self.partners.iter().map(|(finess, partner)| (finess.clone(), partner.wanted())).collect(),
            payments: self.payments.iter().map(|(finess, one)| (finess.clone(), one.wanted())).collect(),
        }
    }

    /// Each message waits for the acknowledgement of the one before it. One that was settled at an earlier try is not
    /// sent again.
    async fn bring(&self, job: &Job, note: &Note) -> Result<Outcome, Halt> {
        let mut outcome = Outcome::Settled(String::new());
        for message in self.messages(job).await? {
            outcome = match settled_before(&message) {
                Some(words) => Outcome::Settled(words),
                None => self.send(&message, note).await?,
            };
            if !matches!(outcome, Outcome::Settled(_)) {
                break;
            }
        }
        Ok(outcome)
    }

    async fn send(&self, message: &Message, note: &Note) -> Result<Outcome, Halt> {
        // It had an interface when the message was made, and may have none any more.
        let finess: Finess = message.finess.parse().map_err(|_| no_destination())?;
        let (outcome, raw) = match &*message.event {
            payment::FILE => self.put(&finess, message, note).await?,
            _ => self.exchange(&finess, message, note).await?,
        };
        let verdict = match outcome {
            Outcome::Settled(_) => Answered::Settled,
            Outcome::Refused(_) => Answered::Refused,
            Outcome::Later(_) | Outcome::Moot(_) => Answered::Later,
        };
        let step = (message.delivery, message.step);
        let document =
            (message.event == DOCUMENT && verdict == Answered::Settled).then(|| Id::from_uuid(message.object.uuid()));
        self.db
            .write(move |tx| {
                store::keep_answer(tx, step, &raw, verdict)?;
                document.map_or(Ok(()), |document| preadmission::read::document_told(tx, document))
            })
            .await?;
        Ok(outcome)
    }

    /// The partner's answer, and what it means.
    async fn exchange(&self, finess: &Finess, message: &Message, note: &Note) -> Result<(Outcome, Vec<u8>), Halt> {
        let partner = self.partner(finess, &message.event)?;
        let exchange = partner.client.exchange(&message.bytes, &message.control_id, note.sent());
        let (answer, raw) = exchange.await.map_err(|error| later(unanswered(&error)))?;
        let outcome = Acknowledgement::of(&answer)
            .map_or_else(unclear, |acknowledgement| judged(&partner.destination, &acknowledgement));
        Ok((outcome, raw))
    }

    /// A file that stands in the folder is the answer: under one name for ever, so that it is there once.
    async fn put(&self, finess: &Finess, message: &Message, note: &Note) -> Result<(Outcome, Vec<u8>), Halt> {
        let Some(Payments::Files(folder)) = self.payments.get(finess) else { return Err(no_destination()) };
        let name = format!("payment-{}.csv", message.object);
        note.sent().await;
        match folder::put(folder.clone(), name.clone(), message.bytes.clone()).await {
            Ok(()) => Ok((Outcome::Settled(name.clone()), name.into_bytes())),
            Err(error) => Err(later(format!("folder {}", error.kind()))),
        }
    }

    /// The messages of this delivery: those made at an earlier try, or new ones from the present facts.
    async fn messages(&self, job: &Job) -> Result<Vec<Message>, Halt> {
        let (kept, plan) = self.found(job).await?;
        let drafts = match plan {
            None => return still_there(current(kept)),
            Some(Plan::Moot(why)) => return Err(moot(why)),
            Some(Plan::Send(drafts)) => self.with_papers(drafts).await?,
        };
        let new = self.render(job, drafts, &kept)?;
        // Kept before they are sent: whatever happens from here, the next try sends these bytes.
        let messages = new.clone();
        self.db.write(move |tx| messages.iter().try_for_each(|message| store::keep(tx, message))).await?;
        Ok(new)
    }

    /// What was made, and what is to be made now.
    async fn found(&self, job: &Job) -> Result<(Vec<Message>, Option<Plan>), StorageError> {
        let (job, sources, wishes) = (job.clone(), self.sources.clone(), self.wishes());
        let read = move |conn: &mut storage::Conn| {
            let kept = store::messages(conn, job.delivery)?;
            let made = current(kept.clone());
            let refused = made.iter().find(|message| message.verdict == Some(Answered::Refused));
            let plan = match (made.is_empty(), refused) {
                (true, _) => Some(drafts::plan(conn, &job, &sources, &wishes)?),
                // The file was corrected since the hospital refused what it said: that is told instead, under a new
                // MSH-10. Otherwise a replay sends the same bytes.
                (false, Some(refused)) if drafts::is_newer(conn, &job, &sources, refused.version)? => {
                    Some(drafts::plan(conn, &job, &sources, &wishes)?)
                }
                (false, _) => None,
            };
            Ok((kept, plan))
        };
        self.db.read(read).await
    }

    /// Documents are read outside any transaction.
    async fn with_papers(&self, drafts: Vec<Draft>) -> Result<Vec<Draft>, Halt> {
        let mut read = Vec::with_capacity(drafts.len());
        for draft in drafts {
            read.push(match (draft.document(), &self.sources.stays) {
                (Some(document), Some(sources)) => {
                    let limit = self.partner(&draft.finess, draft.event)?.destination.profile.stays.document_bytes;
                    let pdf = sources.papers.pdf(document, limit).await.map_err(unavailable)?;
                    draft.with_pdf(pdf)
                }
                _ => draft,
            });
        }
        Ok(read)
    }

    fn partner(&self, finess: &Finess, event: &str) -> Result<&Partner, Halt> {
        if let (payment::MESSAGE, Some(Payments::Messages { system: Some(system), .. })) =
            (event, self.payments.get(finess))
        {
            return Ok(system);
        }
        self.partners.get(finess).map(|partner| partner.taking(event)).ok_or_else(no_destination)
    }

    /// The last message of a delivery carries the delivery's own id the first time it is made.
    fn render(&self, job: &Job, drafts: Vec<Draft>, kept: &[Message]) -> Result<Vec<Message>, Halt> {
        let first = kept.iter().map(|message| message.step + 1).max().unwrap_or(0);
        let last = drafts.len().saturating_sub(1);
        let numbered = (first..).zip(drafts).enumerate();
        numbered
            .map(|(place, (step, draft))| {
                let own = place == last && kept.is_empty();
                let world = self.db.world();
                let control_id = if own { job.message_id.clone() } else { acknowledgement::control_id(world) };
                self.render_one(job, step, draft, Envelope { control_id, at: self.db.now() })
            })
            .collect()
    }

    fn bytes(&self, draft: &Draft, envelope: &Envelope) -> Result<Vec<u8>, Halt> {
        if let Some(lines) = draft.lines() {
            return Ok(lines.into_bytes());
        }
        let profile = &self.partner(&draft.finess, draft.event)?.destination.profile;
        let message = draft.build(profile, envelope).ok_or_else(|| moot("unknown-object"))?;
        if draft.is_national() {
            rules::check(&message).map_err(|broken| refused(format!("broken-rule {broken}")))?;
        }
        // Names the field, never what is in it.
        message.encode(profile.charset).map_err(|error| refused(format!("unwritable {error}")))
    }

    fn render_one(&self, job: &Job, step: i32, draft: Draft, envelope: Envelope) -> Result<Message, Halt> {
        let bytes = self.bytes(&draft, &envelope)?;
        Ok(Message {
            delivery: job.delivery,
            step,
            finess: draft.finess.to_string(),
            object: draft.object,
            event: draft.event.to_owned(),
            version: draft.version,
            control_id: envelope.control_id,
            bytes,
            rendered_at: envelope.at,
            answer: None,
            answered_at: None,
            verdict: None,
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

/// Of messages made again after a refusal, since what they tell had changed, the last one of its kind.
fn current(kept: Vec<Message>) -> Vec<Message> {
    let is_overtaken = |message: &Message| {
        let again = |later: &&Message| later.event == message.event && later.version > message.version;
        kept.iter().filter(again).any(|later| later.step > message.step)
    };
    kept.iter().filter(|message| !is_overtaken(message)).cloned().collect()
}

/// A message that was refused long ago is erased: nothing is left to send again.
fn still_there(messages: Vec<Message>) -> Result<Vec<Message>, Halt> {
    let is_gone = |message: &Message| message.bytes.is_empty() && message.verdict != Some(Answered::Settled);
    if messages.iter().any(is_gone) { Err(moot("message-erased")) } else { Ok(messages) }
}

/// In the words of the acknowledgement that settled it.
fn settled_before(message: &Message) -> Option<String> {
    let answer = message.answer.as_deref().filter(|_| message.verdict == Some(Answered::Settled))?;
    let answer = crate::hl7::read(answer).ok();
    let acknowledgement = answer.as_ref().and_then(Acknowledgement::of);
    // Old answers are erased: that it was settled is known all the same.
    Some(acknowledgement.map_or_else(String::new, |acknowledgement| words(&acknowledgement)))
}

fn moot(why: &str) -> Halt {
    Halt::Ended(Outcome::Moot(why.to_owned()))
}

fn refused(why: String) -> Halt {
    Halt::Ended(Outcome::Refused(why))
}

fn later(why: String) -> Halt {
    Halt::Ended(Outcome::Later(why))
}

fn no_destination() -> Halt {
    moot("no-destination")
}

fn unavailable(why: outbound::preadmission::Unavailable) -> Halt {
    use outbound::preadmission::Unavailable;
    match why {
        Unavailable::Gone => moot("document-gone"),
        Unavailable::TooLarge => refused("document-too-large".to_owned()),
        Unavailable::Later(code) => later(format!("document-later {code}")),
    }
}

fn unanswered(error: &ExchangeError) -> String {
    format!("{} {error}", error.code())
}

/// MSA-1 is missing or unknown: nobody can tell whether it was taken.
fn unclear() -> Outcome {
    Outcome::Later("unreadable-answer".to_owned())
}

/// Codes only: a partner's sentences may name people. They are shown from the kept acknowledgement.
fn words(acknowledgement: &Acknowledgement) -> String {
    let error = acknowledgement.error.map(|error| format!(" {error}")).unwrap_or_default();
    format!("{}{error}", acknowledgement.code.name())
}

fn judged(destination: &Destination, acknowledgement: &Acknowledgement) -> Outcome {
    let words = words(acknowledgement);
    match destination.retry.verdict(acknowledgement) {
        Verdict::Settled => Outcome::Settled(words),
        Verdict::Later => Outcome::Later(words),
        Verdict::Refused => Outcome::Refused(words),
    }
}

#[cfg(test)]
mod payment_tests;
#[cfg(test)]
mod stay_tests;
#[cfg(test)]
mod tests;
