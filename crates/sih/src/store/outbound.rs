use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{DeliveryId, ObjectId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::outbound_messages as row;

storage::text_enum! {
    /// What an acknowledgement meant.
    pub(crate) enum Answered {
        Settled = "settled",
        Later = "later",
        Refused = "refused",
    }
}

/// A message as it left, or will leave.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Message {
    pub(crate) delivery: DeliveryId,
    /// Its place among those of the delivery.
    pub(crate) step: i32,
    pub(crate) finess: String,
    pub(crate) object: ObjectId,
    pub(crate) event: String,
    pub(crate) version: i64,
    pub(crate) control_id: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) rendered_at: Timestamp,
    pub(crate) answer: Option<Vec<u8>>,
    pub(crate) answered_at: Option<Timestamp>,
    pub(crate) verdict: Option<Answered>,
}

/// What was sent about an object, without the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Sent {
    pub(crate) finess: String,
    pub(crate) event: String,
    pub(crate) version: i64,
    pub(crate) verdict: Option<Answered>,
}

/// Those of one delivery, in their order.
pub(crate) fn messages(conn: &mut Conn, delivery: DeliveryId) -> Result<Vec<Message>, StorageError> {
    Ok(row::table.filter(row::delivery_id.eq(delivery.sql())).order(row::step).load(conn)?)
}

/// Whether the SIH may have heard of this object by such an event.
pub(crate) fn was_rendered(conn: &mut Conn, object: ObjectId, event: &str) -> Result<bool, StorageError> {
    let told = row::table.filter(row::object.eq(object.sql())).filter(row::event.eq(event));
    Ok(diesel::select(diesel::dsl::exists(told)).get_result(conn)?)
}

/// All about this object, oldest first.
pub(crate) fn sent(conn: &mut Conn, object: ObjectId) -> Result<Vec<Sent>, StorageError> {
    Ok(row::table
        .filter(row::object.eq(object.sql()))
        .order((row::delivery_id, row::step))
        .select((row::finess, row::event, row::version, row::verdict))
        .load(conn)?)
}

/// The acknowledgement that refused the last refused message of a delivery.
pub(crate) fn last_refusal(conn: &mut Conn, delivery: DeliveryId) -> Result<Option<Vec<u8>>, StorageError> {
    let refused = row::table
        .filter(row::delivery_id.eq(delivery.sql()))
        .filter(row::verdict.eq(Some(Answered::Refused)))
        .order(row::step.desc());
    let answer: Option<Option<Vec<u8>>> = refused.select(row::answer).first(conn).optional()?;
    Ok(answer.flatten())
}

/// Once for each step of a delivery: later tries send these very bytes.
pub(crate) fn keep(tx: &mut Tx<'_>, message: &Message) -> Result<(), StorageError> {
    let statement = diesel::insert_into(row::table).values((
        row::delivery_id.eq(message.delivery.sql()),
        row::step.eq(message.step),
        row::finess.eq(&message.finess),
        row::object.eq(message.object.sql()),
        row::event.eq(&message.event),
        row::version.eq(message.version),
        row::control_id.eq(&message.control_id),
        row::bytes.eq(&message.bytes),
        row::rendered_at.eq(message.rendered_at.sql()),
    ));
    tx.execute(statement)?;
    Ok(())
}

/// The last acknowledgement that was its own, and what it meant.
pub(crate) fn keep_answer(
    tx: &mut Tx<'_>,
    (delivery, step): (DeliveryId, i32),
    answer: &[u8],
    verdict: Answered,
) -> Result<(), StorageError> {
    let now = tx.now();
    let one = row::table.filter(row::delivery_id.eq(delivery.sql())).filter(row::step.eq(step));
    let statement = diesel::update(one).set((
        row::answer.eq(Some(answer)),
        row::answered_at.eq(Some(now).sql()),
        row::verdict.eq(Some(verdict)),
    ));
    tx.execute(statement)?;
    Ok(())
}

/// Empties messages that were settled, or refused, before an instant; how many. What they told of is still known.
pub(crate) fn erase_sent(tx: &mut Tx<'_>, before: Timestamp) -> Result<usize, StorageError> {
    let old = row::table
        .filter(row::answered_at.lt(Some(before).sql()))
        .filter(row::verdict.ne(Some(Answered::Later)))
        .filter(row::bytes.ne(Vec::<u8>::new()));
    let nothing = Vec::<u8>::new();
    tx.execute(diesel::update(old).set((row::bytes.eq(&nothing), row::answer.eq(Some(&nothing)))))
}

#[cfg(test)]
mod tests {
    use storage::{outbox::Subscriptions, testing::databases};

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_database_keeps_what_was_sent() {
        let (world, _) = kernel::testing::world();
        for test in databases(&world, &Subscriptions::default()).unwrap() {
            let message = Message {
                delivery: world.id(),
                step: 0,
                finess: "750712184".to_owned(),
                object: world.id(),
                event: "SIU S12".to_owned(),
                version: 0,
                control_id: "A1".to_owned(),
                bytes: vec![1, 2],
                rendered_at: world.now(),
                answer: None,
                answered_at: None,
                verdict: None,
            };
            let (id, kept) = (message.delivery, message.clone());
            test.db.write(move |tx| keep(tx, &kept)).await.unwrap();
            test.db.write(move |tx| keep_answer(tx, (id, 0), &[3], Answered::Settled)).await.unwrap();
            let change = test.db.write(move |tx| {
                let own = row::table.filter(row::delivery_id.eq(id.sql()));
                tx.execute(diesel::update(own).set(row::bytes.eq(vec![9_u8])))
            });
            let refused = change.await.unwrap_err();
            assert_eq!(refused.refusal(), Some("a_message_is_never_changed"));
            let found = test.db.read(move |conn| messages(conn, id)).await.unwrap().remove(0);
            assert_eq!((found.bytes, found.answer), (message.bytes, Some(vec![3])));
            assert_eq!(found.verdict, Some(Answered::Settled));
            let now = world.now();
            assert_eq!(test.db.write(move |tx| erase_sent(tx, now)).await.unwrap(), 0, "answered just now");
            let later = now + jiff::SignedDuration::from_secs(1);
            assert_eq!(test.db.write(move |tx| erase_sent(tx, later)).await.unwrap(), 1);
            let emptied = test.db.read(move |conn| messages(conn, id)).await.unwrap().remove(0);
            assert_eq!((emptied.bytes, emptied.answer), (Vec::new(), Some(Vec::new())));
            assert_eq!(emptied.verdict, Some(Answered::Settled), "that it was settled stays known");
        }
    }
}
