//! An event and its deliveries, written in the transaction of what happened.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{DeliveryId, EventId, ObjectId, World};

use super::{
    DeliveryState, Subscriptions, message_id,
    schema::{deliveries, events},
};
use crate::{AsSql, Conn, StorageError, each_backend, tx::Event};

/// Lanes of each consumer: what is stuck in one leaves the others free.
pub(super) const LANES: u8 = 32;

/// A macro, because the type of such a tuple cannot be written down by hand.
macro_rules! row {
    ($id:expr, $event_id:expr, $consumer:expr, $event:expr, $now:expr) => {{
        let id: DeliveryId = $id;
        (
            deliveries::id.eq(id.sql()),
            deliveries::event_id.eq($event_id.sql()),
            deliveries::consumer.eq(*$consumer),
            deliveries::lane.eq(lane_of($event.subject)),
            deliveries::establishment_id.eq($event.establishment.sql()),
            deliveries::subject.eq($event.subject.sql()),
            deliveries::state.eq(DeliveryState::Waiting),
            deliveries::open.eq(true),
            deliveries::stuck.eq(false),
            deliveries::message_id.eq(message_id(id)),
            deliveries::attempts.eq(0),
            deliveries::run_after.eq($now.sql()),
            deliveries::patience_from.eq($now.sql()),
            deliveries::created_at.eq($now.sql()),
        )
    }};
}

pub(crate) fn write(
    conn: &mut Conn,
    world: &World,
    subscriptions: &Subscriptions,
    event: Event,
    now: Timestamp,
) -> Result<(), StorageError> {
    let id: EventId = world.id();
    diesel::insert_into(events::table)
        .values((
            events::id.eq(id.sql()),
            events::kind.eq(event.kind.name()),
            events::establishment_id.eq(event.establishment.sql()),
            events::subject.eq(event.subject.sql()),
            events::object.eq(event.object.sql()),
            events::occurred_at.eq(now.sql()),
        ))
        .execute(conn)?;
    let rows: Vec<_> =
        subscriptions.of(event.kind).iter().map(|consumer| row!(world.id(), id, consumer, event, now)).collect();
    if !rows.is_empty() {
        each_backend!(conn, real => diesel::insert_into(deliveries::table).values(&rows).execute(real))?;
    }
    Ok(())
}

/// The same subject always takes the same lane. The last bytes of a version 7 id are random.
fn lane_of(subject: ObjectId) -> i16 {
    let last = subject.uuid().as_bytes().last().copied().unwrap_or(0);
    i16::from(last % LANES)
}
