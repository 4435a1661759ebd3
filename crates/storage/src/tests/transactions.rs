use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use diesel::prelude::*;
use jiff::SignedDuration;
use kernel::{EventKind, ObjectId};

use super::{all, subscriptions};
use crate::{
    Db, Event, Options, StorageError, Tx, TxError,
    idempotency::{Answer, Key, KeyReused},
    schedule::{Task, run_due, schedules},
};

fn planned(db: &Db) -> impl Future<Output = i64> {
    let counted = db.read::<_, StorageError, _>(|conn| Ok(schedules::table.count().get_result(conn)?));
    async move { counted.await.unwrap() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_that_fails_or_panics_leaves_nothing_and_its_neighbours_stand() {
    let (databases, world, _) = all();
    for test in &databases {
        let db = &test.db;
        let works = (0..60).map(|n| {
            let (db, subject) = (db.clone(), world.id());
            async move {
                db.write(move |tx| {
                    tx.schedule("test", subject, tx.now())?;
                    match n % 3 {
                        0 => Ok(()),
                        1 => Err(StorageError::Refused("on purpose".into())),
                        _ => panic!("on purpose"),
                    }
                })
                .await
            }
        });
        let outcomes = futures_util::future::join_all(works).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 20);
        assert_eq!(planned(db).await, 20, "{}", test.url);
    }
}

/// Two that draw the same number, two that write the same row first: the second runs again and sees the first.
#[tokio::test(flavor = "multi_thread")]
async fn a_work_that_crosses_is_run_again_and_leaves_nothing_of_the_runs_before() {
    let (databases, world, _) = all();
    for test in &databases {
        for (crossings, is_kept) in [(1, true), (4, true), (5, false)] {
            let (before, runs, subject) = (planned(&test.db).await, AtomicU64::new(0), world.id());
            let outcome = test.db.write::<_, StorageError, _>(move |tx| {
                tx.schedule("test", subject, tx.now())?;
                if runs.fetch_add(1, Ordering::SeqCst) < crossings { Err(StorageError::Crossed) } else { Ok(()) }
            });
            assert_eq!(outcome.await.is_ok(), is_kept, "{crossings} at {}", test.url);
            assert_eq!(planned(&test.db).await - before, i64::from(is_kept), "{crossings} at {}", test.url);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn effects_follow_the_commit_and_only_that() {
    let (databases, world, _) = all();
    for test in &databases {
        let (db, told) = (&test.db, Arc::new(AtomicU64::new(0)));
        for n in 0..4 {
            let (subject, counter) = (world.id(), told.clone());
            let outcome = db.write(move |tx| {
                let told = counter.clone();
                tx.once_committed(move || {
                    told.fetch_add(1, Ordering::SeqCst);
                });
                tx.schedule("test", subject, tx.now())?;
                if n % 2 == 0 { Ok(()) } else { Err(StorageError::Refused("on purpose".into())) }
            });
            assert_eq!(outcome.await.is_ok(), n % 2 == 0);
            assert_eq!(told.load(Ordering::SeqCst), n / 2 + 1, "{}", test.url);
        }
    }
}

/// A worker asks for many things at once and looks at their answers one after the other: others have their turns meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_look_at_an_answer_keeps_nobody_waiting() {
    use futures_util::{FutureExt, StreamExt, stream::FuturesUnordered};
    let (databases, _, _) = all();
    for test in &databases {
        let mut many: FuturesUnordered<_> = (0..40).map(|_| planned(&test.db)).collect();
        let looked_at = usize::from(many.next().now_or_never().flatten().is_some());
        let others = tokio::time::timeout(Duration::from_secs(5), planned(&test.db)).await;
        assert_eq!(others.ok(), Some(0), "{}", test.url);
        assert_eq!(many.count().await + looked_at, 40);
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// On PostgreSQL, where planning the many inserts costs as much as executing them.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_together_is_planned_once() {
    let (databases, world, _) = all();
    for test in databases.iter().filter(|test| !test.db.is_sqlite()) {
        let options = Options { url: test.url.clone(), connections: 1, wait: Duration::from_secs(20) };
        let db = Db::open(&options, world.clone(), subscriptions()).unwrap();
        for _ in 0..3 {
            let (establishment, subject, object) = (world.id(), world.id(), world.id());
            let event = Event { kind: EventKind::AppointmentBooked, establishment, subject, object };
            db.write(move |tx| tx.emit(event)).await.unwrap();
        }
        let planned = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'WITH part0 AS (INSERT%'";
        let planned: Count =
            db.read::<_, StorageError, _>(move |conn| Ok(diesel::sql_query(planned).get_result(conn)?)).await.unwrap();
        assert_eq!(planned.count, 1);
    }
}

#[derive(Debug, PartialEq)]
enum Refusal {
    Reused,
    Storage(String),
}
impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        Self::Storage(error.to_string())
    }
}
impl From<KeyReused> for Refusal {
    fn from(_: KeyReused) -> Self {
        Self::Reused
    }
}
impl TxError for Refusal {
    fn storage(&self) -> Option<&StorageError> {
        None
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_has_one_effect_and_one_answer() {
    let (databases, world, _) = all();
    for test in &databases {
        let key = Key { scope: world.uuid(), key: "k".into(), request: [1; 32] };
        let twins = (0..16).map(|n| {
            let (db, key, subject) = (test.db.clone(), key.clone(), world.id());
            async move {
                let work = move |tx: &mut Tx<'_>| {
                    tx.schedule("test", subject, tx.now())?;
                    Ok::<_, Refusal>(Answer { status: 201, location: None, body: format!("answer {n}") })
                };
                db.write_once(key, work).await.unwrap()
            }
        });
        let answers = futures_util::future::join_all(twins).await;
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        assert_eq!(planned(&test.db).await, 1, "{}", test.url);

        let other = Key { request: [2; 32], ..key };
        let answer = Answer { status: 201, location: None, body: String::new() };
        assert_eq!(test.db.write_once(other, move |_| Ok(answer.clone())).await, Err(Refusal::Reused));
    }
}

struct Once;
impl Task for Once {
    fn kind(&self) -> &'static str {
        "test"
    }
    fn run(&self, tx: &mut Tx<'_>, subject: ObjectId) -> Result<(), StorageError> {
        tx.schedule("ran", subject, tx.now()).map(|_| ())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_runs_once_on_however_many_nodes() {
    let (databases, world, clock) = all();
    let tasks: [Arc<dyn Task>; 1] = [Arc::new(Once)];
    for test in &databases {
        let db = test.db.clone();
        for _ in 0..20 {
            let subject = world.id();
            db.write(move |tx| tx.schedule("test", subject, tx.now() + SignedDuration::from_mins(10))).await.unwrap();
        }
        assert_eq!(run_due(&db, &tasks).await.unwrap(), 0, "not due yet");
        clock.advance(SignedDuration::from_mins(11));
        let nodes = futures_util::future::join_all((0..4).map(|_| run_due(&db, &tasks))).await;
        assert_eq!(nodes.into_iter().map(Result::unwrap).sum::<usize>(), 20);
        assert_eq!(planned(&db).await, 40, "{}", test.url);
    }
}
