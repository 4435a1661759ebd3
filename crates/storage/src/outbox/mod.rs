//! The outbox: facts in one table, and one row per consumer that has to hear of them.
//!
//! ```text
//! waiting ─▶ claimed ─▶ sent ─▶ settled          the consumer has it
//!    ▲          │         ├───▶ refused ─┐       the consumer said no for good: a person must look
//!    └──────────┴─────────┴───▶ dead ────┤       it could not be reached for too long
//!    ▲                                   ├─▶ waiting (replayed)
//!    └───────────────────────────────────┴─▶ dropped (with a reason)
//!                               └──▶ moot         nothing to tell any more
//! ```
//!
//! `claimed` may have left the house; a crash there sends the same message again under the same id.

mod desk;
mod lane;
mod schema;
mod worker;
mod write;

use std::{collections::BTreeMap, future::Future, pin::Pin};

use jiff::Timestamp;
use kernel::{DeliveryId, EstablishmentId, EventKind, ObjectId};

pub use desk::{
    DeliveryFilter, DeliveryView, DeskRefusal, Standing, about, about_all, counts, delivery, drop_delivery, list,
    replay, standing,
};
pub(crate) use schema::{deliveries, events};
pub use worker::{Pace, Worker};
pub(crate) use write::{Emitted, delivery_row, event_row, lane_of};

crate::text_enum! {
    /// Where a delivery stands; the graph is above.
    pub enum DeliveryState {
        Waiting = "waiting",
        Claimed = "claimed",
        Sent = "sent",
        Settled = "settled",
        Moot = "moot",
        Refused = "refused",
        Dead = "dead",
        Dropped = "dropped",
    }
}

impl DeliveryState {
    /// Still to be brought to its end by a worker.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Claimed | Self::Sent)
    }
    /// Waits for a person; what follows for the same subject waits behind it.
    pub const fn is_stuck(self) -> bool {
        matches!(self, Self::Refused | Self::Dead)
    }
}

/// Who listens to what; one page of the server fills it.
#[derive(Debug, Clone, Default)]
pub struct Subscriptions(BTreeMap<EventKind, Vec<&'static str>>);

impl Subscriptions {
    #[must_use]
    pub fn listen(mut self, consumer: &'static str, events: &[EventKind]) -> Self {
        for event in events {
            self.0.entry(*event).or_default().push(consumer);
        }
        self
    }

    pub fn of(&self, event: EventKind) -> &[&'static str] {
        self.0.get(&event).map_or(&[], Vec::as_slice)
    }
}

/// One thing to bring to one consumer.
#[derive(Debug, Clone)]
pub struct Job {
    pub delivery: DeliveryId,
    pub event: EventKind,
    pub establishment: EstablishmentId,
    pub subject: ObjectId,
    pub object: ObjectId,
    pub occurred_at: Timestamp,
    /// 1 at the first try.
    pub attempt: u32,
    /// 20 characters, the same at every try.
    pub message_id: String,
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The consumer has it; its acknowledgement.
    Settled(String),
    /// Not now: down, slow, or asked to wait. Why, without personal data.
    Later(String),
    /// Never like this: a person must look. Why, in the consumer's words.
    Refused(String),
    /// There is nothing to tell any more, and why.
    Moot(String),
}

pub type Delivering<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// Someone who wants to hear of events: the SIH, the mail, the SMS gateway.
pub trait Consumer: Send + Sync {
    fn name(&self) -> &'static str;

    /// Whether a subject's later deliveries wait behind one that a person must look at.
    fn in_order(&self) -> bool {
        true
    }

    /// Reads the present facts, sends, and tells how it went. No transaction is open; `note.sent()` marks the
    /// moment when the message has left and only the answer is missing.
    fn deliver<'a>(&'a self, job: &'a Job, note: &'a Note) -> Delivering<'a>;
}

/// Where a consumer notes that a message has left.
pub struct Note {
    db: crate::Db,
    delivery: DeliveryId,
}

impl Note {
    pub async fn sent(&self) {
        if let Err(error) = lane::mark_sent(&self.db, self.delivery).await {
            // The message has left whether or not this is written: the state only says less.
            tracing::warn!(delivery = %self.delivery, %error, "a sent message could not be marked");
        }
    }
}

/// 20 characters for MSH-10 and its like: the 100 first bits of the id that change, in Crockford's alphabet.
pub(crate) fn message_id(delivery: DeliveryId) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = delivery.uuid().as_u128();
    // 48 bits of milliseconds, 12 of counter, and the 40 last random bits.
    let chosen = ((bits >> 80) << 52) | (((bits >> 64) & 0xfff) << 40) | (bits & 0xff_ffff_ffff);
    (0..20)
        .rev()
        .map(|place| {
            let index = usize::try_from((chosen >> (place * 5)) & 31).unwrap_or(0);
            char::from(ALPHABET.get(index).copied().unwrap_or(b'0'))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kernel::World;

    use super::*;

    #[test]
    fn message_ids_are_twenty_characters_stable_and_distinct() {
        let world = World::system();
        let ids: Vec<DeliveryId> = (0..10_000).map(|_| world.id()).collect();
        let texts: HashSet<String> = ids.iter().map(|id| message_id(*id)).collect();
        assert_eq!(texts.len(), ids.len());
        assert!(texts.iter().all(|text| text.len() == 20 && text.bytes().all(|b| b.is_ascii_alphanumeric())));
        assert_eq!(message_id(ids[0]), message_id(ids[0]));
    }

    #[test]
    fn only_the_listed_consumers_hear() {
        let table = Subscriptions::default().listen("sih", &[EventKind::AppointmentBooked]);
        assert_eq!(table.of(EventKind::AppointmentBooked), ["sih"]);
        assert!(table.of(EventKind::AppointmentCancelled).is_empty());
    }
}
