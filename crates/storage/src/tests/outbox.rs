use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use jiff::SignedDuration;
use kernel::{EstablishmentId, EventKind, ObjectId, StaffId, World};

use super::all;
use crate::{
    Db, Event, StorageError,
    outbox::{
        Consumer, Delivering, DeliveryFilter, DeliveryState, DeliveryView, DeskRefusal, Job, Note, Outcome, Pace,
        Worker, drop_delivery, list, replay,
    },
};

/// Answers as it is told for each object, and remembers what it saw.
#[derive(Default)]
struct Partner {
    answers: Mutex<HashMap<ObjectId, Outcome>>,
    seen: Mutex<Vec<(ObjectId, ObjectId, String)>>,
}

impl Partner {
    fn answer(&self, object: ObjectId, outcome: Outcome) {
        self.answers.lock().unwrap().insert(object, outcome);
    }
    fn seen_of(&self, subject: ObjectId) -> Vec<ObjectId> {
        self.seen.lock().unwrap().iter().filter(|seen| seen.0 == subject).map(|seen| seen.1).collect()
    }
}

impl Consumer for Partner {
    fn name(&self) -> &'static str {
        "sih"
    }
    fn deliver<'a>(&'a self, job: &'a Job, note: &'a Note) -> Delivering<'a> {
        Box::pin(async move {
            note.sent().await;
            self.seen.lock().unwrap().push((job.subject, job.object, job.message_id.clone()));
            self.answers.lock().unwrap().get(&job.object).cloned().unwrap_or(Outcome::Settled("AA".into()))
        })
    }
}

async fn emit(db: &Db, establishment: EstablishmentId, subject: ObjectId, object: ObjectId) {
    let event = Event { kind: EventKind::AppointmentBooked, establishment, subject, object };
    db.write(move |tx| tx.emit(event)).await.unwrap();
}

async fn all_of(db: &Db, establishment: EstablishmentId) -> Vec<DeliveryView> {
    let filter = DeliveryFilter {
        establishments: vec![establishment],
        consumer: Some("sih".into()),
        limit: 200,
        ..Default::default()
    };
    db.read::<_, StorageError, _>(move |conn| list(conn, &filter)).await.unwrap()
}

async fn worker(db: &Db, partner: &Arc<Partner>) -> Worker {
    Worker::new(db.clone(), partner.clone(), Pace::default()).await.unwrap()
}

fn objects(world: &World, count: usize) -> Vec<ObjectId> {
    (0..count).map(|_| world.id()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_subject_hears_in_order_and_one_that_waits_holds_back_only_itself() {
    let (databases, world, clock) = all();
    for test in &databases {
        let (db, partner, establishment) = (&test.db, Arc::new(Partner::default()), world.id());
        let worker = worker(db, &partner).await;
        let subjects = objects(&world, 40);
        let mut sent = HashMap::new();
        for subject in &subjects {
            let events = objects(&world, 3);
            for object in &events {
                emit(db, establishment, *subject, *object).await;
            }
            sent.insert(*subject, events);
        }
        let late = sent[&subjects[0]][0];
        partner.answer(late, Outcome::Later("down".into()));
        while worker.run_once().await.unwrap() > 0 {}
        assert_eq!(partner.seen_of(subjects[0]), [late], "nothing overtakes it");
        for subject in &subjects[1..] {
            assert_eq!(partner.seen_of(*subject), sent[subject]);
        }

        partner.answer(late, Outcome::Settled("AA".into()));
        clock.advance(SignedDuration::from_secs(60));
        while worker.run_once().await.unwrap() > 0 {}
        let mut expected = vec![late];
        expected.extend(&sent[&subjects[0]]);
        assert_eq!(partner.seen_of(subjects[0]), expected);
        let ids: Vec<String> =
            partner.seen.lock().unwrap().iter().filter(|seen| seen.1 == late).map(|seen| seen.2.clone()).collect();
        assert_eq!(ids[0], ids[1], "the same message id at each try");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_delivery_waits_for_a_person_who_replays_or_drops_it() {
    let (databases, world, _) = all();
    for test in &databases {
        let (db, partner, ours) = (&test.db, Arc::new(Partner::default()), world.id());
        let worker = worker(db, &partner).await;
        let (subject, [first, second]) = (world.id(), [world.id(), world.id()]);
        partner.answer(first, Outcome::Refused("AE 101".into()));
        emit(db, ours, subject, first).await;
        emit(db, ours, subject, second).await;
        while worker.run_once().await.unwrap() > 0 {}
        assert_eq!(partner.seen_of(subject), [first]);
        let stuck = all_of(db, ours).await.into_iter().find(|view| view.object == first).unwrap();
        assert_eq!((stuck.state, stuck.last_error.as_deref()), (DeliveryState::Refused, Some("AE 101")));

        let (id, by, theirs): (_, StaffId, EstablishmentId) = (stuck.id, world.id(), world.id());
        let foreign = db.write(move |tx| replay(tx, &[theirs], id, by)).await;
        assert!(matches!(foreign, Err(DeskRefusal::Unknown)));
        db.write(move |tx| replay(tx, &[ours], id, by)).await.unwrap();
        while worker.run_once().await.unwrap() > 0 {}
        assert_eq!(partner.seen_of(subject), [first, first], "refused again");
        db.write(move |tx| drop_delivery(tx, &[ours], id, by, "vu avec le service")).await.unwrap();
        let again = db.write(move |tx| drop_delivery(tx, &[ours], id, by, "encore")).await;
        assert!(matches!(again, Err(DeskRefusal::NotStuck)));
        while worker.run_once().await.unwrap() > 0 {}
        assert_eq!(partner.seen_of(subject), [first, first, second], "what waited behind it goes on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_down_for_too_long_leaves_a_dead_letter_and_a_replay_gives_it_time_again() {
    let (databases, world, clock) = all();
    for test in &databases {
        let (db, partner, ours) = (&test.db, Arc::new(Partner::default()), world.id());
        let worker = worker(db, &partner).await;
        let object = world.id();
        partner.answer(object, Outcome::Later("down".into()));
        emit(db, ours, world.id(), object).await;
        for _ in 0..100 {
            worker.run_once().await.unwrap();
            clock.advance(SignedDuration::from_hours(1));
        }
        let dead = all_of(db, ours).await.remove(0);
        assert_eq!(dead.state, DeliveryState::Dead);
        let by = world.id();
        db.write(move |tx| replay(tx, &[ours], dead.id, by)).await.unwrap();
        worker.run_once().await.unwrap();
        assert_eq!(all_of(db, ours).await[0].state, DeliveryState::Waiting);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_workers_share_the_lanes_and_none_is_told_twice() {
    let (databases, world, _) = all();
    for test in &databases {
        let (db, partner, ours) = (&test.db, Arc::new(Partner::default()), world.id());
        for _ in 0..120 {
            emit(db, ours, world.id(), world.id()).await;
        }
        let workers = [worker(db, &partner).await, worker(db, &partner).await, worker(db, &partner).await];
        for _ in 0..5 {
            futures_util::future::join_all(workers.iter().map(Worker::run_once)).await;
        }
        assert_eq!(partner.seen.lock().unwrap().len(), 120, "{}", test.url);
        assert!(all_of(db, ours).await.iter().all(|view| view.state == DeliveryState::Settled));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_wait_for_a_person_hide_nobody_else() {
    let (databases, world, _) = all();
    for test in &databases {
        let (db, partner, ours) = (&test.db, Arc::new(Partner::default()), world.id());
        // Tight, so that what is stuck would fill every batch.
        let pace = Pace { batch: 2, ..Pace::default() };
        let worker = Worker::new(db.clone(), partner.clone(), pace).await.unwrap();
        for _ in 0..100 {
            let (subject, refused) = (world.id(), world.id());
            partner.answer(refused, Outcome::Refused("AE".into()));
            emit(db, ours, subject, refused).await;
            emit(db, ours, subject, world.id()).await;
        }
        while worker.run_once().await.unwrap() > 0 {}
        let late: Vec<ObjectId> = objects(&world, 64);
        for subject in &late {
            emit(db, ours, *subject, world.id()).await;
        }
        while worker.run_once().await.unwrap() > 0 {}
        assert!(late.iter().all(|subject| partner.seen_of(*subject).len() == 1), "{}", test.url);
    }
}
