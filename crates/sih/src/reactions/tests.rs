//! From an event to a settled delivery, against a partner on the loopback.

use std::sync::{Arc, Mutex};

use futures_util::{FutureExt, future::BoxFuture};
use jiff::SignedDuration;
use kernel::{AppointmentId, EstablishmentId, Id, ObjectId, World, testing};
use storage::{
    Conn, Event,
    outbox::{DeliveryFilter, DeliveryState, DeliveryView, Pace, Subscriptions, Worker, list},
    testing::{TestDb, databases},
};
use tokio::net::TcpListener;

use super::*;
use crate::{
    hl7::{self, Header},
    mllp::{Answer, Frame, Handler, ServerSettings, serve},
    outbound::{Told, booking::sample},
    settings::tests::{FINESS, sample as settings},
};

/// Remembers what it got and answers what the test put there: a code with an error, or nothing.
#[derive(Default)]
struct Hospital {
    seen: Mutex<Vec<Vec<u8>>>,
    answers: Mutex<Vec<Option<&'static str>>>,
}

impl Handler for Hospital {
    fn handle<'a>(&'a self, frame: Frame) -> BoxFuture<'a, Answer> {
        let id = Header::of(&hl7::read(&frame.bytes).unwrap()).unwrap().control_id;
        self.seen.lock().unwrap().push(frame.bytes.to_vec());
        let answer = match self.answers.lock().unwrap().pop() {
            None => ack(&format!("MSA|AA|{id}\r")),
            Some(None) => Answer::Nothing,
            Some(Some(lines)) => ack(&lines.replace("ID", &id)),
        };
        std::future::ready(answer).boxed()
    }
}

fn ack(lines: &str) -> Answer {
    Answer::Send(format!("MSH|^~\\&|GAM|CH|PARVIS|CH|1||ACK|X|T|2.5\r{lines}").into())
}

/// Facts by the appointment's id: its last byte tells the case.
fn facts(_: &mut Conn, id: AppointmentId) -> Result<Option<Told>, StorageError> {
    let (visit, person) = sample();
    let case = id.uuid().as_bytes()[15];
    let finess = if case == 0xe0 { "2A0000014" } else { FINESS }.parse().unwrap();
    let visit = outbound::Visit { id, ..visit };
    let person = if case == 0xf0 { outbound::Person { birth_family: "李".to_owned(), ..person } } else { person };
    Ok((case != 0).then_some(Told { finess, cancelled: case == 0xca, visit, person }))
}

fn appointment(case: u128) -> ObjectId {
    Id::from_uuid(uuid_of(0x0198_f3c2_7a31_7000_8000_0000_0000_0000 | case))
}

fn uuid_of(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

struct House {
    test: TestDb,
    hospital: Arc<Hospital>,
    settings: Settings,
    establishment: EstablishmentId,
    clock: Arc<testing::HeldClock>,
}

async fn houses() -> Vec<House> {
    let (world, clock) = testing::world();
    let listening = Subscriptions::default().listen(CONSUMER, EVENTS);
    let mut houses = Vec::new();
    for test in databases(&world, &listening).unwrap() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let settings = settings(&listener.local_addr().unwrap().to_string());
        let hospital = Arc::new(Hospital::default());
        let serving = serve(listener, ServerSettings::default(), Arc::clone(&hospital) as _, std::future::pending());
        tokio::spawn(serving);
        let establishment = world_id(&world);
        houses.push(House { test, hospital, settings, establishment, clock: Arc::clone(&clock) });
    }
    houses
}

fn world_id(world: &World) -> EstablishmentId {
    world.id()
}

impl House {
    async fn happens(&self, kind: EventKind, object: ObjectId) {
        let event = Event { kind, establishment: self.establishment, subject: object, object };
        self.test.db.write(move |tx| tx.emit(event)).await.unwrap();
    }

    async fn work(&self) {
        let sources = Sources { appointment: facts, stays: None, payment: outbound::payment::payment };
        let interfaces = Arc::new(Interfaces::with_sources(self.test.db.clone(), &self.settings, sources));
        let worker = Worker::new(self.test.db.clone(), interfaces, Pace::default()).await.unwrap();
        worker.run_once().await.unwrap();
        self.clock.advance(SignedDuration::from_mins(1));
    }

    /// Newest first.
    async fn deliveries(&self) -> Vec<DeliveryView> {
        let filter = DeliveryFilter { establishments: vec![self.establishment], limit: 50, ..Default::default() };
        self.test.db.read::<_, StorageError, _>(move |conn| list(conn, &filter)).await.unwrap()
    }

    fn seen(&self) -> Vec<Vec<u8>> {
        self.hospital.seen.lock().unwrap().clone()
    }

    fn will_answer(&self, answers: &[Option<&'static str>]) {
        self.hospital.answers.lock().unwrap().extend(answers.iter().rev());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_is_told_and_acknowledged() {
    for house in houses().await {
        house.happens(EventKind::AppointmentBooked, appointment(0x01)).await;
        house.work().await;
        let delivery = house.deliveries().await.remove(0);
        assert_eq!((delivery.state, delivery.acknowledgement.as_deref()), (DeliveryState::Settled, Some("AA")));
        let message = hl7::read(&house.seen()[0]).unwrap();
        let header = Header::of(&message).unwrap();
        assert_eq!(header.message_type(), "SIU^S12^SIU_S12");
        assert_eq!(header.control_id, delivery.message_id);
        assert_eq!(header.charset, hl7::Charset::Latin9, "that of the destination");
        let id = delivery.id;
        let kept = house.test.db.read(move |conn| store::messages(conn, id)).await.unwrap().remove(0);
        assert_eq!(kept.bytes, house.seen()[0]);
        assert!(kept.answer.unwrap().ends_with(format!("MSA|AA|{}\r", delivery.message_id).as_bytes()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_try_sends_the_same_bytes() {
    for house in houses().await {
        house.will_answer(&[None, Some("MSA|AR|ID\rERR|||207"), Some("MSA|AE|ID\rERR|||207"), Some("MSA|AA|OTHER")]);
        house.happens(EventKind::AppointmentBooked, appointment(0x01)).await;
        let mut errors = Vec::new();
        for _ in 0..4 {
            house.work().await;
            let delivery = house.deliveries().await.remove(0);
            assert_eq!(delivery.state, DeliveryState::Waiting);
            errors.push(delivery.last_error.unwrap().split(' ').next().unwrap().to_owned());
        }
        assert_eq!(errors, ["acknowledge-timeout", "AR", "AE", "foreign-answer"]);
        house.work().await;
        assert_eq!(house.deliveries().await[0].state, DeliveryState::Settled);
        let seen = house.seen();
        assert_eq!(seen.len(), 5);
        assert!(seen.iter().all(|bytes| *bytes == seen[0]), "though the clock and the facts' reader moved on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_is_killed_is_repeated_with_the_same_bytes() {
    for house in houses().await {
        house.will_answer(&[None]);
        house.happens(EventKind::AppointmentBooked, appointment(0x01)).await;
        let db = house.test.db.clone();
        let sources = Sources { appointment: facts, stays: None, payment: outbound::payment::payment };
        let interfaces = Arc::new(Interfaces::with_sources(db.clone(), &house.settings, sources));
        let worker = Worker::new(db.clone(), interfaces, Pace::default()).await.unwrap();
        // The program dies while the partner has the message and its answer is not there.
        let killed = tokio::spawn(async move { worker.run_once().await });
        while house.seen().is_empty() || house.deliveries().await[0].state != DeliveryState::Sent {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        killed.abort();
        assert!(killed.await.unwrap_err().is_cancelled());
        // Its lease runs out; another node takes over.
        house.clock.advance(SignedDuration::from_mins(5));
        house.work().await;
        assert_eq!(house.deliveries().await[0].state, DeliveryState::Settled);
        let seen = house.seen();
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0], seen[1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_partner_refuses_waits_for_a_person() {
    for house in houses().await {
        house.will_answer(&[Some("MSA|AE|ID\rERR||PID^1^3|101^Manque|E|||Mme CŒURDACIER")]);
        house.happens(EventKind::AppointmentBooked, appointment(0x01)).await;
        house.happens(EventKind::AppointmentBooked, appointment(0xf0)).await;
        house.work().await;
        let deliveries = house.deliveries().await;
        let errors: Vec<_> = deliveries.iter().map(|one| (one.state, one.last_error.clone().unwrap())).collect();
        let unwritable = "unwritable PID: text that 8859/15 cannot hold".to_owned();
        assert_eq!(errors, [(DeliveryState::Refused, unwritable), (DeliveryState::Refused, "AE 101".to_owned())]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_is_down_only_delays() {
    for mut house in houses().await {
        let address = house.settings.destinations.values().next().unwrap().address.clone();
        house.settings = settings("127.0.0.1:1");
        house.happens(EventKind::AppointmentBooked, appointment(0x01)).await;
        house.work().await;
        let delivery = house.deliveries().await.remove(0);
        assert_eq!(delivery.state, DeliveryState::Waiting);
        assert!(delivery.last_error.unwrap().starts_with("unreachable "));
        house.settings = settings(&address);
        house.work().await;
        assert_eq!(house.deliveries().await[0].state, DeliveryState::Settled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_any_more_is_not_told() {
    for house in houses().await {
        for (event, case, outcome) in [
            (EventKind::AppointmentBooked, 0xca, "cancelled-before-told"),
            (EventKind::AppointmentCancelled, 0xca, "never-told"),
            (EventKind::AppointmentCancelled, 0x01, "not-cancelled"),
            (EventKind::AppointmentBooked, 0x00, "unknown-object"),
            (EventKind::AppointmentBooked, 0xe0, "no-destination"),
        ] {
            house.happens(event, appointment(case)).await;
            house.work().await;
            let delivery = house.deliveries().await.remove(0);
            assert_eq!((delivery.state, delivery.last_error.as_deref()), (DeliveryState::Moot, Some(outcome)));
        }
        assert!(house.seen().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_follows_what_was_told() {
    for house in houses().await {
        let object = appointment(0xca);
        // Told while it was booked: as an earlier try leaves it.
        let earlier = Message {
            delivery: house.test.db.world().id(),
            step: 0,
            finess: FINESS.to_owned(),
            object,
            event: outbound::Trigger::Booked.event().to_owned(),
            version: 0,
            control_id: "EARLIER".to_owned(),
            bytes: b"MSH".to_vec(),
            rendered_at: house.test.db.now(),
            answer: None,
            answered_at: None,
            verdict: None,
        };
        let told = earlier.clone();
        house.test.db.write(move |tx| store::keep(tx, &told)).await.unwrap();
        house.happens(EventKind::AppointmentCancelled, object).await;
        house.work().await;
        assert_eq!(house.deliveries().await[0].state, DeliveryState::Settled);
        let message = hl7::read(&house.seen()[0]).unwrap();
        assert_eq!(Header::of(&message).unwrap().trigger, "S15");
        let twice =
            house.test.db.write(move |tx| store::keep(tx, &Message { bytes: vec![1], ..earlier.clone() })).await;
        assert!(matches!(twice, Err(StorageError::Refused(_))), "{twice:?}");
    }
}
