//! The statements behind a worker: lanes held and given back, what is due in one, how a try began and ended.

use std::collections::HashSet;

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use kernel::{DeliveryId, EstablishmentId, ObjectId};
use uuid::Uuid;

use super::{
    DeliveryState,
    schema::{deliveries, events, lanes},
    write::LANES,
};
use crate::{AsSql, Conn, Db, Portable, StorageError, Tx};

/// A lane whose worker died is free again after this long; a living one says so in between.
const LEASE: SignedDuration = SignedDuration::from_secs(15);

/// Everything a try needs, read in one question.
pub(super) type Row = (DeliveryId, String, EstablishmentId, ObjectId, ObjectId, Timestamp, i32, String, Timestamp);

/// A lane held by this worker; whoever took it over since has a higher fence.
#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) lane: i16,
    fence: i64,
}

/// Lanes in which something is due.
pub(super) fn due(conn: &mut Conn, consumer: &str, now: Timestamp) -> Result<Vec<i16>, StorageError> {
    use deliveries as row;
    let due = row::table
        .filter(row::open)
        .filter(row::consumer.eq(consumer))
        .filter(row::run_after.le(now.sql()))
        .select(row::lane)
        .distinct();
    Ok(due.load(conn)?)
}

pub(super) fn take(tx: &mut Tx<'_>, consumer: &str, lane: i16, owner: Uuid) -> Result<Option<Held>, StorageError> {
    use lanes as row;
    let now = tx.now();
    let free =
        row::table.filter(row::consumer.eq(consumer)).filter(row::lane.eq(lane)).filter(row::lease_until.le(now.sql()));
    let fence: Option<i64> = diesel::update(free)
        .set((row::owner.eq(owner.sql()), row::fence.eq(row::fence + 1), row::lease_until.eq((now + LEASE).sql())))
        .returning(row::fence)
        .get_result(tx.conn())
        .optional()?;
    Ok(fence.map(|fence| Held { lane, fence }))
}

pub(super) fn give_back(tx: &mut Tx<'_>, consumer: &str, held: Held) -> Result<(), StorageError> {
    let now = tx.now();
    lease_until(tx, consumer, held, now).map(|_| ())
}

fn lease_until(tx: &mut Tx<'_>, consumer: &str, held: Held, until: Timestamp) -> Result<bool, StorageError> {
    use lanes as row;
    let ours =
        row::table.filter(row::consumer.eq(consumer)).filter(row::lane.eq(held.lane)).filter(row::fence.eq(held.fence));
    Ok(tx.execute(diesel::update(ours).set(row::lease_until.eq(until.sql())))? == 1)
}

pub(super) fn claim(tx: &mut Tx<'_>, consumer: &str, held: Held, delivery: DeliveryId) -> Result<bool, StorageError> {
    use deliveries as row;
    if !renew(tx, consumer, held)? {
        return Ok(false);
    }
    let open = row::table.filter(row::id.eq(delivery.sql())).filter(row::open);
    let claimed =
        diesel::update(open).set((row::state.eq(DeliveryState::Claimed), row::attempts.eq(row::attempts + 1)));
    Ok(tx.execute(claimed)? == 1)
}

/// Holds the lane a little longer; false when it was lost.
pub(super) fn renew(tx: &mut Tx<'_>, consumer: &str, held: Held) -> Result<bool, StorageError> {
    let until = tx.now() + LEASE;
    lease_until(tx, consumer, held, until)
}

/// How a try ended.
#[derive(Clone)]
pub(super) struct End {
    pub(super) state: DeliveryState,
    pub(super) error: Option<String>,
    pub(super) acknowledgement: Option<String>,
    pub(super) run_after: Timestamp,
}

pub(super) fn write_end(
    tx: &mut Tx<'_>,
    consumer: &str,
    held: Held,
    delivery: DeliveryId,
    end: &End,
) -> Result<Option<DeliveryState>, StorageError> {
    use deliveries as row;
    let now = tx.now();
    let ours: i64 = lanes::table
        .filter(lanes::consumer.eq(consumer))
        .filter(lanes::lane.eq(held.lane))
        .filter(lanes::fence.eq(held.fence))
        .count()
        .get_result(tx.conn())?;
    if ours == 0 {
        return Ok(None);
    }
    let ended_at = (!end.state.is_open()).then_some(now);
    tx.execute(diesel::update(row::table.filter(row::id.eq(delivery.sql())).filter(row::open)).set((
        row::state.eq(end.state),
        row::open.eq(end.state.is_open()),
        row::stuck.eq(end.state.is_stuck()),
        row::last_error.eq(end.error.as_deref()),
        row::acknowledgement.eq(end.acknowledgement.as_deref()),
        row::run_after.eq(end.run_after.sql()),
        row::ended_at.eq(ended_at.sql()),
    )))?;
    Ok(Some(end.state))
}

/// Stuck subjects are left out in the question itself: however many there are, others are found.
pub(super) fn due_rows(
    conn: &mut Conn,
    consumer: &str,
    lane: i16,
    stuck: &[ObjectId],
    batch: i64,
    now: Timestamp,
) -> Result<Vec<Row>, StorageError> {
    use deliveries as row;
    let due = row::table
        .inner_join(events::table)
        .filter(row::open)
        .filter(row::consumer.eq(consumer))
        .filter(row::lane.eq(lane))
        .filter(row::run_after.le(now.sql()))
        .filter(row::subject.ne_all(stuck.iter().map(|subject| subject.sql())))
        .order(row::id)
        .limit(batch)
        .select((
            row::id,
            events::kind,
            row::establishment_id,
            row::subject,
            events::object,
            events::occurred_at,
            row::attempts,
            row::message_id,
            row::patience_from,
        ));
    Ok(due.load(conn)?)
}

pub(super) fn behind_older_ones(
    conn: &mut Conn,
    consumer: &str,
    rows: &[Row],
    now: Timestamp,
) -> Result<HashSet<ObjectId>, StorageError> {
    use deliveries as row;
    let waiting: Vec<(ObjectId, DeliveryId)> = row::table
        .filter(row::open)
        .filter(row::consumer.eq(consumer))
        .filter(row::run_after.gt(now.sql()))
        .filter(row::subject.eq_any(rows.iter().map(|row| row.3.sql())))
        .select((row::subject, row::id))
        .load(conn)?;
    let older = |row: &&Row| waiting.iter().any(|(subject, id)| *subject == row.3 && *id < row.0);
    Ok(rows.iter().filter(older).map(|row| row.3).collect())
}

pub(super) fn stuck_subjects(conn: &mut Conn, consumer: &str, lane: i16) -> Result<Vec<ObjectId>, StorageError> {
    use deliveries as row;
    let stuck = row::table
        .filter(row::stuck)
        .filter(row::consumer.eq(consumer))
        .filter(row::lane.eq(lane))
        .select(row::subject)
        .distinct();
    Ok(stuck.load(conn)?)
}

pub(super) async fn mark_sent(db: &Db, delivery: DeliveryId) -> Result<(), StorageError> {
    use deliveries as row;
    db.write(move |tx| {
        let claimed = row::table.filter(row::id.eq(delivery.sql())).filter(row::state.eq(DeliveryState::Claimed));
        tx.execute(diesel::update(claimed).set(row::state.eq(DeliveryState::Sent)))?;
        Ok(())
    })
    .await
}

/// The lanes of a consumer, made when it is first wired.
pub(super) fn open_all(tx: &mut Tx<'_>, consumer: &str) -> Result<(), StorageError> {
    use lanes as row;
    let past = Timestamp::UNIX_EPOCH;
    for lane in 0..i16::from(LANES) {
        let insert = diesel::insert_into(row::table)
            .values((
                row::consumer.eq(consumer),
                row::lane.eq(lane),
                row::fence.eq(0_i64),
                row::lease_until.eq(past.sql()),
            ))
            .on_conflict_do_nothing();
        tx.execute(Portable(insert))?;
    }
    Ok(())
}
