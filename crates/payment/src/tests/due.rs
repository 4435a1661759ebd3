//! A hundred thousand attempts wait for a look-up: finding those whose time has come reads no more than those.

use diesel::RunQueryDsl;
use jiff::SignedDuration;
use kernel::{Timestamp, World};
use storage::{Conn, StorageError, outbox::Subscriptions};

use crate::store::attempts::{self, Stretch};

const WAITING: i64 = 100_000;
const ROUND: i64 = 50;

/// One attempt each second; every second one is due.
fn fill(conn: &mut Conn, now: Timestamp) -> Result<(), StorageError> {
    let columns = "id, establishment_id, creditor, provider, creditor_number, mode, amount_cents, refdet, exercice, email, \
                   visit_id, state, reference, differences, created_at, changed_at, day, rank, look_at";
    let common = "'consultations', 'payfip', '090909', 'production', 2400, 'FACT2026000123', '2026', 'a@exemple.test'";
    let seconds = now.as_second();
    let filled = match conn {
        Conn::Pg(_) => format!(
            "INSERT INTO payment_attempts ({columns}) SELECT gen_random_uuid(), gen_random_uuid(), {common}, gen_random_uuid(), \
             'redirected', 'reference-' || i, '[]', to_timestamp({seconds}), to_timestamp({seconds}), '2026-12-01', i, \
             to_timestamp({seconds} + CASE WHEN i % 2 = 0 THEN -i ELSE i END) FROM generate_series(1, {WAITING}) AS i"
        ),
        Conn::Sqlite(_) => format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {WAITING}) \
             INSERT INTO payment_attempts ({columns}) SELECT randomblob(16), randomblob(16), {common}, randomblob(16), \
             'redirected', 'reference-' || i, '[]', {seconds} * 1000000, {seconds} * 1000000, 20788, i, \
             ({seconds} + CASE WHEN i % 2 = 0 THEN -i ELSE i END) * 1000000 FROM n"
        ),
    };
    diesel::sql_query(filled).execute(conn)?;
    diesel::sql_query("ANALYZE").execute(conn)?;
    Ok(())
}

fn reads_all(plan: &[String]) -> bool {
    plan.iter().any(|line| line.contains("Seq Scan") || line.starts_with("SCAN") || line.contains("Sort Key"))
}

#[tokio::test]
async fn a_day_of_a_desk_reads_that_day_and_no_more() {
    let (world, _): (World, _) = kernel::testing::world();
    for here in storage::testing::databases(&world, &Subscriptions::default()).unwrap() {
        let now = here.db.now();
        here.db.write::<_, StorageError, _>(move |tx| fill(tx.conn(), now)).await.unwrap();
        let day = SignedDuration::from_hours(24);
        let stretch = Stretch { of: vec![world.id()], creditor: String::new(), bounds: (now - day, now + day) };
        let asked = stretch.clone();
        let plan = here.db.read(move |conn| attempts::plan_of_period(conn, &asked)).await.unwrap();
        assert!(plan.iter().any(|line| line.contains("payment_attempts_by_day")), "{plan:?}");
        assert!(!plan.iter().any(|line| line.contains("Seq Scan") || line.starts_with("SCAN")), "{plan:?}");
        let without = here.db.write::<_, StorageError, _>(move |tx| {
            diesel::sql_query("DROP INDEX payment_attempts_by_day").execute(tx.conn())?;
            attempts::plan_of_period(tx.conn(), &stretch)
        });
        let without = without.await.unwrap();
        assert!(!without.iter().any(|line| line.contains("payment_attempts_by_day")), "{without:?}");
    }
}

#[tokio::test]
async fn a_round_reads_what_is_due_and_no_more() {
    let (world, _): (World, _) = kernel::testing::world();
    for here in storage::testing::databases(&world, &Subscriptions::default()).unwrap() {
        let now = here.db.now();
        here.db.write::<_, StorageError, _>(move |tx| fill(tx.conn(), now)).await.unwrap();
        let plan = here.db.read(move |conn| attempts::plan_of_due(conn, now, ROUND)).await.unwrap();
        assert!(!reads_all(&plan), "{plan:?}");
        assert!(plan.iter().any(|line| line.contains("payment_attempts_to_look_at")), "{plan:?}");
        let until = now + SignedDuration::from_mins(1);
        let take = || here.db.write::<_, StorageError, _>(move |tx| attempts::take_due(tx, ROUND, until));
        let (first, second) = (take().await.unwrap(), take().await.unwrap());
        assert_eq!((first.len(), second.len()), (50, 50));
        assert!(first.iter().all(|id| !second.contains(id)), "taken once");
        // The plan tells: without its index all are read.
        let without = here.db.write::<_, StorageError, _>(move |tx| {
            diesel::sql_query("DROP INDEX payment_attempts_to_look_at").execute(tx.conn())?;
            attempts::plan_of_due(tx.conn(), now, ROUND)
        });
        let without = without.await.unwrap();
        assert!(reads_all(&without), "{without:?}");
    }
}
