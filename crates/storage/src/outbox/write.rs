//! An event and its deliveries, written in the transaction of what happened.

use kernel::{DeliveryId, EventId, ObjectId, World};

use super::Subscriptions;
use crate::tx::Event;

/// Lanes of each consumer: what is stuck in one leaves the others free.
pub(super) const LANES: u8 = 32;

/// An event that is to be written, and whom it is to be brought to.
pub(crate) struct Emitted {
    pub(crate) id: EventId,
    pub(crate) event: Event,
    pub(crate) deliveries: Vec<(DeliveryId, &'static str)>,
}

impl Emitted {
    pub(crate) fn new(world: &World, subscriptions: &Subscriptions, event: Event) -> Self {
        let id = world.id();
        let deliveries = subscriptions.of(event.kind).iter().map(|consumer| (world.id(), *consumer)).collect();
        Self { id, event, deliveries }
    }
}

/// A macro, because the type of such a tuple cannot be written down by hand.
macro_rules! event_row {
    ($one:expr, $now:expr) => {{
        use $crate::outbox::events;
        (
            events::id.eq($one.id.sql()),
            events::kind.eq($one.event.kind.name()),
            events::establishment_id.eq($one.event.establishment.sql()),
            events::subject.eq($one.event.subject.sql()),
            events::object.eq($one.event.object.sql()),
            events::occurred_at.eq($now.sql()),
        )
    }};
}

macro_rules! delivery_row {
    ($one:expr, $id:expr, $consumer:expr, $now:expr) => {{
        use $crate::outbox::{DeliveryState, deliveries, lane_of, message_id};
        (
            deliveries::id.eq($id.sql()),
            deliveries::event_id.eq($one.id.sql()),
            deliveries::consumer.eq($consumer),
            deliveries::lane.eq(lane_of($one.event.subject)),
            deliveries::establishment_id.eq($one.event.establishment.sql()),
            deliveries::subject.eq($one.event.subject.sql()),
            deliveries::state.eq(DeliveryState::Waiting),
            deliveries::open.eq(true),
            deliveries::stuck.eq(false),
            deliveries::message_id.eq(message_id($id)),
            deliveries::attempts.eq(0),
            deliveries::run_after.eq($now.sql()),
            deliveries::patience_from.eq($now.sql()),
            deliveries::created_at.eq($now.sql()),
        )
    }};
}
pub(crate) use {delivery_row, event_row};

/// The same subject always takes the same lane. The last bytes of a version 7 id are random.
pub(crate) fn lane_of(subject: ObjectId) -> i16 {
    let last = subject.uuid().as_bytes().last().copied().unwrap_or(0);
    i16::from(last % LANES)
}
