//! What a message does: read, applied to the stay it speaks of, and kept with its answer, in one transaction.

use std::sync::Arc;

use bytes::Bytes;
use kernel::{Finess, StaffId};
use preadmission::announcement::{Notice, Outcome};
use serde_json::json;
use storage::{Act, Conn, Db, StorageError, Tx};

use super::{
    Refusal, Sender, sender,
    stay::{Hospital, stay, word},
};
use crate::{
    acknowledgement::{self, Answer},
    hl7::{self, Header, Message, Segment},
    settings::Settings,
    store::{self, Received, ReceivedId, Unreadable},
};

/// How a notice takes effect, in the transaction that keeps its message.
pub type Announce = Arc<dyn Fn(&mut Tx<'_>, &Notice) -> Result<Outcome, StorageError> + Send + Sync>;

/// The door and the desk share it: the desk processes again what the door had to refuse.
pub struct Inbox {
    pub(super) db: Db,
    senders: Vec<Sender>,
    own_domains: Vec<String>,
    announce: Option<Announce>,
}

/// What a message did.
#[derive(Debug, Clone)]
struct Effect {
    outcome: Received,
    finess: Option<Finess>,
    refusal: Option<Refusal>,
}

impl Effect {
    const IGNORED: Self = Self { outcome: Received::Ignored, finess: None, refusal: None };

    fn refused(finess: Option<Finess>, refusal: Refusal) -> Self {
        Self { outcome: Received::Refused, finess, refusal: Some(refusal) }
    }
}

impl Inbox {
    /// Without `announce`, messages about stays are kept and have no effect.
    pub fn new(db: Db, settings: &Settings, announce: Option<Announce>) -> Self {
        let all = settings.destinations.values().flat_map(|one| [Some(one), one.documents.as_deref()]).flatten();
        let own_domains = all.map(|one| one.profile.domain_oid.clone()).collect();
        Self { db, senders: settings.senders.clone(), own_domains, announce }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// Keeps the message with its effect and answers; the stored answer if it came before.
    pub(crate) async fn take(&self, header: &Header, message: Message, bytes: Bytes) -> Result<Vec<u8>, StorageError> {
        match self.keep(header, &message, &bytes, None).await {
            // The same message on two connections at once, and the other one was kept; or the house does not let the
            // stay in as it is told, which is the sender's affair.
            Err(StorageError::Refused(rule)) => {
                tracing::warn!(rule, "a message of the SIH was not let in");
                self.keep(header, &message, &bytes, Some(Refusal::NOT_KEPT)).await
            }
            outcome => outcome,
        }
    }

    async fn keep(
        &self,
        header: &Header,
        message: &Message,
        bytes: &Bytes,
        refusal: Option<Refusal>,
    ) -> Result<Vec<u8>, StorageError> {
        let (header, message, bytes) = (header.clone(), message.clone(), bytes.clone());
        let work = self.work();
        let work = move |tx: &mut Tx<'_>| {
            let named = [&header.sending_application, &header.sending_facility, &header.control_id];
            if let Some(earlier) = store::received(tx.conn(), named.map(String::as_str))? {
                // What came so long ago that it is erased is not compared any more.
                if earlier.bytes.is_empty() || is_same(&earlier.bytes, &message) {
                    return Ok(earlier.answer);
                }
                let answer = answer(tx, &header, &Refusal::DUPLICATE.answer());
                let frame = Unreadable {
                    reason: "another message came under a MSH-10 that was used",
                    bytes: &bytes,
                    answer: &answer,
                    finess: earlier.finess.as_deref(),
                };
                store::keep_unreadable(tx, &frame)?;
                return Ok(answer);
            }
            let effect = match refusal {
                Some(refusal) => Effect::refused(work.establishment(tx.conn(), &header, &message)?, refusal),
                None => work.apply(tx, &header, &message)?,
            };
            let said = effect.refusal.map_or(Answer::ACCEPTED, |refusal| refusal.answer());
            let answer = answer(tx, &header, &said);
            let event = format!("{} {}", header.kind, header.trigger);
            let kept = store::NewReceived {
                sender: named.map(String::as_str),
                finess: effect.finess.as_ref().map(Finess::as_str),
                event: &event,
                outcome: effect.outcome,
                refusal: effect.refusal,
                bytes: &bytes,
                answer: &answer,
            };
            store::keep_received(tx, &kept)?;
            tracing::info!(event, outcome = effect.outcome.as_str(), "a message of the SIH was kept");
            Ok(answer)
        };
        self.db.write(work).await
    }

    /// Applies a refused message with the present settings and directory. What was answered stays answered: the
    /// hospital does not send it again.
    pub(crate) async fn process_again(&self, id: ReceivedId, by: StaffId) -> Result<(), StorageError> {
        let attempt = |refusal: Option<Refusal>| {
            let work = self.work();
            move |tx: &mut Tx<'_>| {
                let Some(kept) = store::received_by_id(tx.conn(), id)? else { return Ok(()) };
                if kept.outcome != Received::Refused {
                    return Ok(());
                }
                // It could be read when it came.
                let Ok(message) = hl7::read(&kept.bytes) else { return Ok(()) };
                let header = Header::of(&message).unwrap_or_default();
                let effect = match refusal {
                    Some(refusal) => Effect::refused(work.establishment(tx.conn(), &header, &message)?, refusal),
                    None => work.apply(tx, &header, &message)?,
                };
                let finess = effect.finess.as_ref().map(Finess::as_str);
                store::processed(tx, id, effect.outcome, finess, effect.refusal, by)?;
                let content = json!({ "outcome": effect.outcome.as_str() });
                let (actor, object) = (by.as_object(), id.as_object());
                tx.record(Act { kind: "received.processed", actor, object, content: &content })?;
                Ok(())
            }
        };
        match self.db.write(attempt(None)).await {
            Err(StorageError::Refused(_)) => self.db.write(attempt(Some(Refusal::NOT_KEPT))).await,
            outcome => outcome,
        }
    }

    fn work(&self) -> Work {
        Work { senders: self.senders.clone(), own_domains: self.own_domains.clone(), announce: self.announce.clone() }
    }
}

/// What a transaction takes along: it may run more than once.
#[derive(Clone)]
struct Work {
    senders: Vec<Sender>,
    own_domains: Vec<String>,
    announce: Option<Announce>,
}

impl Work {
    fn apply(&self, tx: &mut Tx<'_>, header: &Header, message: &Message) -> Result<Effect, StorageError> {
        let Some(announce) = &self.announce else { return Ok(Effect::IGNORED) };
        match word(message) {
            Ok(None) => return Ok(Effect::IGNORED),
            Err(refusal) => {
                let finess = self.establishment(tx.conn(), header, message)?;
                return Ok(Effect::refused(finess, refusal));
            }
            Ok(Some(_)) => {}
        }
        let hospital = match self.hospital(tx.conn(), header, message)? {
            Ok(hospital) => hospital,
            Err(refusal) => return Ok(Effect::refused(None, refusal)),
        };
        let finess = Some(hospital.finess.clone());
        let notice = match stay(message, &hospital) {
            Ok(Some(notice)) => notice,
            Ok(None) => return Ok(Effect { finess, ..Effect::IGNORED }),
            Err(refusal) => return Ok(Effect::refused(finess, refusal)),
        };
        let outcome = announce(tx, &notice)?;
        Ok(Effect { outcome: outcome.into(), finess, refusal: None })
    }

    fn establishment(
        &self,
        conn: &mut Conn,
        header: &Header,
        message: &Message,
    ) -> Result<Option<Finess>, StorageError> {
        Ok(self.hospital(conn, header, message)?.ok().map(|hospital| hospital.finess))
    }

    /// The establishment of the directory for which this sender speaks.
    fn hospital(
        &self,
        conn: &mut Conn,
        header: &Header,
        message: &Message,
    ) -> Result<Result<Hospital, Refusal>, StorageError> {
        let Some(sender) = sender::of(&self.senders, header) else {
            return Ok(Err(Refusal::unknown("MSH", 3, "sender")));
        };
        let finess = match sender.establishment(message) {
            Ok(finess) => finess.clone(),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let known = identity::read::establishments(conn)?.into_iter().find(|one| one.finess == finess);
        let Some(known) = known else { return Ok(Err(Refusal::unknown("PV1", 19, "establishment"))) };
        let sites = identity::read::sites(conn, Some(known.id))?;
        let sites = sites.into_iter().map(|site| (site.finess, site.zone)).collect();
        Ok(Ok(Hospital { finess, sites, own_domains: self.own_domains.clone() }))
    }
}

/// Some engines write a new MSH-7 at each try: what follows MSH decides, with what the message is.
fn is_same(kept: &[u8], message: &Message) -> bool {
    let Ok(kept) = hl7::read(kept) else { return false };
    let body = |message: &Message| -> Vec<Segment> { message.segments().iter().skip(1).cloned().collect() };
    let kind = |message: &Message| Header::of(message).unwrap_or_default().message_type();
    kind(&kept) == kind(message) && body(&kept) == body(message)
}

fn answer(tx: &Tx<'_>, to: &Header, said: &Answer) -> Vec<u8> {
    acknowledgement::answer(tx.world(), to, said).encode_answer(to.charset)
}

impl From<Outcome> for Received {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Opened => Self::Opened,
            Outcome::Changed => Self::Changed,
            Outcome::Unchanged => Self::Unchanged,
            Outcome::Cancelled => Self::Cancelled,
            Outcome::Ignored => Self::Ignored,
            Outcome::Conflict => Self::Conflict,
        }
    }
}
