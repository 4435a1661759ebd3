//! What the desk asks of deliveries: to see them, to send a failed one again, to drop it with a reason.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{DeliveryId, EstablishmentId, ObjectId, StaffId};
use serde_json::json;

use super::{
    DeliveryState,
    schema::{deliveries, events},
};
use crate::{AsSql, Conn, StorageError, Tx, TxError, tx::Act};

/// A delivery as the desk sees it.
#[derive(Debug, Clone, Queryable)]
pub struct DeliveryView {
    pub id: DeliveryId,
    pub event: String,
    pub consumer: String,
    pub establishment: EstablishmentId,
    pub subject: ObjectId,
    pub object: ObjectId,
    pub state: DeliveryState,
    pub message_id: String,
    pub attempts: i32,
    pub run_after: Timestamp,
    pub last_error: Option<String>,
    pub acknowledgement: Option<String>,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub dropped_reason: Option<String>,
}

/// Which deliveries; the establishments are those of the person who asks.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    pub establishments: Vec<EstablishmentId>,
    pub consumer: Option<String>,
    pub state: Option<DeliveryState>,
    /// Only those made before this one: the next page.
    pub before: Option<DeliveryId>,
    pub limit: i64,
}

/// Why a delivery cannot be replayed or dropped.
#[derive(Debug, thiserror::Error)]
pub enum DeskRefusal {
    #[error("no such delivery")]
    Unknown,
    #[error("this delivery does not wait for a person")]
    NotStuck,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl TxError for DeskRefusal {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Storage(error) => Some(error),
            _ => None,
        }
    }
}

macro_rules! view {
    () => {
        (
            deliveries::id,
            events::kind,
            deliveries::consumer,
            deliveries::establishment_id,
            deliveries::subject,
            events::object,
            deliveries::state,
            deliveries::message_id,
            deliveries::attempts,
            deliveries::run_after,
            deliveries::last_error,
            deliveries::acknowledgement,
            deliveries::created_at,
            deliveries::ended_at,
            deliveries::dropped_reason,
        )
    };
}

/// Newest first.
pub fn list(conn: &mut Conn, filter: &DeliveryFilter) -> Result<Vec<DeliveryView>, StorageError> {
    let mut query = deliveries::table
        .inner_join(events::table)
        .filter(deliveries::establishment_id.eq_any(filter.establishments.iter().map(|id| id.sql())))
        .select(view!())
        .order(deliveries::id.desc())
        .limit(filter.limit.clamp(1, 200))
        .into_boxed();
    if let Some(consumer) = filter.consumer.clone() {
        query = query.filter(deliveries::consumer.eq(consumer));
    }
    if let Some(state) = filter.state {
        query = query.filter(deliveries::state.eq(state));
    }
    if let Some(before) = filter.before {
        query = query.filter(deliveries::id.lt(before.sql()));
    }
    Ok(query.load(conn)?)
}

/// One delivery of one of these establishments.
pub fn delivery(
    conn: &mut Conn,
    establishments: &[EstablishmentId],
    id: DeliveryId,
) -> Result<Option<DeliveryView>, StorageError> {
    Ok(deliveries::table
        .inner_join(events::table)
        .filter(deliveries::id.eq(id.sql()))
        .filter(deliveries::establishment_id.eq_any(establishments.iter().map(|id| id.sql())))
        .select(view!())
        .first(conn)
        .optional()?)
}

/// What one consumer was told about one object, oldest first.
pub fn about(conn: &mut Conn, consumer: &str, object: ObjectId) -> Result<Vec<DeliveryView>, StorageError> {
    about_all(conn, consumer, &[object])
}

/// What one consumer was told about these objects, oldest first.
pub fn about_all(conn: &mut Conn, consumer: &str, objects: &[ObjectId]) -> Result<Vec<DeliveryView>, StorageError> {
    Ok(deliveries::table
        .inner_join(events::table)
        .filter(events::object.eq_any(objects.iter().map(|object| object.sql())))
        .filter(deliveries::consumer.eq(consumer))
        .select(view!())
        .order(deliveries::id.asc())
        .load(conn)?)
}

/// How many deliveries stand in each state.
pub fn counts(
    conn: &mut Conn,
    establishments: &[EstablishmentId],
    consumer: &str,
) -> Result<Vec<(DeliveryState, i64)>, StorageError> {
    Ok(deliveries::table
        .filter(deliveries::consumer.eq(consumer))
        .filter(deliveries::establishment_id.eq_any(establishments.iter().map(|id| id.sql())))
        .group_by(deliveries::state)
        .select((deliveries::state, diesel::dsl::count_star()))
        .load(conn)?)
}

/// Sends a refused or dead delivery again, under the same message id.
pub fn replay(
    tx: &mut Tx<'_>,
    establishments: &[EstablishmentId],
    id: DeliveryId,
    by: StaffId,
) -> Result<(), DeskRefusal> {
    let now = tx.now();
    let stuck = deliveries::table.filter(deliveries::id.eq(id.sql())).filter(deliveries::stuck);
    let change = diesel::update(stuck).set((
        deliveries::state.eq(DeliveryState::Waiting),
        deliveries::open.eq(true),
        deliveries::stuck.eq(false),
        deliveries::run_after.eq(now.sql()),
        // Otherwise an old delivery would be given up at its first failure.
        deliveries::patience_from.eq(now.sql()),
        deliveries::ended_at.eq(None::<Timestamp>.sql()),
    ));
    one_of_theirs(tx, establishments, id)?;
    changed(tx.execute(change)?)?;
    tx.record(Act { kind: "delivery.replayed", actor: by.as_object(), object: id.as_object(), content: &json!({}) })?;
    Ok(())
}

/// Gives up a refused or dead delivery; what waits behind it goes on.
pub fn drop_delivery(
    tx: &mut Tx<'_>,
    establishments: &[EstablishmentId],
    id: DeliveryId,
    by: StaffId,
    reason: &str,
) -> Result<(), DeskRefusal> {
    let stuck = deliveries::table.filter(deliveries::id.eq(id.sql())).filter(deliveries::stuck);
    let change = diesel::update(stuck).set((
        deliveries::state.eq(DeliveryState::Dropped),
        deliveries::stuck.eq(false),
        deliveries::ended_at.eq(tx.now().sql()),
        deliveries::dropped_by.eq(by.as_object().sql()),
        deliveries::dropped_reason.eq(Some(reason)),
    ));
    one_of_theirs(tx, establishments, id)?;
    changed(tx.execute(change)?)?;
    let content = json!({ "reason": reason });
    tx.record(Act { kind: "delivery.dropped", actor: by.as_object(), object: id.as_object(), content: &content })?;
    Ok(())
}

fn one_of_theirs(tx: &mut Tx<'_>, establishments: &[EstablishmentId], id: DeliveryId) -> Result<(), DeskRefusal> {
    delivery(tx.conn(), establishments, id)?.map(|_| ()).ok_or(DeskRefusal::Unknown)
}

fn changed(rows: usize) -> Result<(), DeskRefusal> {
    if rows == 1 { Ok(()) } else { Err(DeskRefusal::NotStuck) }
}

/// How one consumer stands, for supervision.
#[derive(Debug, Clone, Queryable)]
pub struct Standing {
    pub consumer: String,
    pub open: i64,
    pub stuck: i64,
    pub oldest_open: Option<Timestamp>,
}

/// Consumers with something open or stuck. Both questions read partial indexes only, however much is settled.
pub fn standing(conn: &mut Conn) -> Result<Vec<Standing>, StorageError> {
    let open: Vec<(String, i64, Option<Timestamp>)> = deliveries::table
        .filter(deliveries::open)
        .group_by(deliveries::consumer)
        .select((deliveries::consumer, diesel::dsl::count_star(), diesel::dsl::min(deliveries::created_at)))
        .load(conn)?;
    let stuck: Vec<(String, i64)> = deliveries::table
        .filter(deliveries::stuck)
        .group_by(deliveries::consumer)
        .select((deliveries::consumer, diesel::dsl::count_star()))
        .load(conn)?;
    let mut rows: Vec<Standing> = open
        .into_iter()
        .map(|(consumer, open, oldest_open)| Standing { consumer, open, stuck: 0, oldest_open })
        .collect();
    for (consumer, count) in stuck {
        match rows.iter_mut().find(|row| row.consumer == consumer) {
            Some(row) => row.stuck = count,
            None => rows.push(Standing { consumer, open: 0, stuck: count, oldest_open: None }),
        }
    }
    Ok(rows)
}
