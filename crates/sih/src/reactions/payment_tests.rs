//! From a settled payment to what the hospital has of it: messages against a partner on the loopback, or files.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, ready},
};
use jiff::SignedDuration;
use kernel::{EstablishmentId, Id, ObjectId, PaymentAttemptId, testing};
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
    outbound::payment::{PaymentTold, sample},
    settings::tests::{FINESS, sample as settings},
};

/// Answers AA, or what the test put there.
#[derive(Default)]
struct Hospital {
    seen: Mutex<Vec<Vec<u8>>>,
    answers: Mutex<Vec<Option<&'static str>>>,
}

impl Handler for Hospital {
    fn handle<'a>(&'a self, frame: Frame) -> BoxFuture<'a, Answer> {
        let id = Header::of(&hl7::read(&frame.bytes).unwrap()).unwrap().control_id;
        self.seen.lock().unwrap().push(frame.bytes.to_vec());
        let lines = match self.answers.lock().unwrap().pop() {
            None => format!("MSA|AA|{id}\r"),
            Some(None) => return ready(Answer::Nothing).boxed(),
            Some(Some(lines)) => lines.replace("|ID", &format!("|{id}")),
        };
        ready(Answer::Send(format!("MSH|^~\\&|GAM|CH|PARVIS|CH|1||ACK|X|T|2.5\r{lines}").into())).boxed()
    }
}

const ONE_PERSON: u128 = 1;
const TWO_PEOPLE: u128 = 2;
const NO_MONEY: u128 = 0;

/// The last byte of the id tells the case.
fn facts(_: &mut Conn, id: PaymentAttemptId) -> Result<Option<PaymentTold>, StorageError> {
    let case = u128::from(id.uuid().as_bytes()[15]);
    let mut told = PaymentTold { id, ..sample::sample() };
    if case == TWO_PEOPLE {
        let mut other = told.debtors[0].clone();
        other.person.ipp = "8000043".to_owned();
        other.shares = vec![sample::share(3, None)];
        told.debtors.push(other);
    }
    Ok((case != NO_MONEY).then_some(told))
}

fn attempt(case: u128) -> ObjectId {
    Id::from_uuid(uuid::Uuid::from_u128(0x0198_f3c2_7a31_7000_8000_0000_0000_0000 | case))
}

struct House {
    test: TestDb,
    hospital: Arc<Hospital>,
    settings: Settings,
    establishment: EstablishmentId,
    patient: ObjectId,
    clock: Arc<testing::HeldClock>,
    folder: PathBuf,
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
        let (establishment, patient): (EstablishmentId, ObjectId) = (world.id(), world.id());
        let folder = std::env::temp_dir().join(format!("parvis-payments-{}-{establishment}", std::process::id()));
        houses.push(House { test, hospital, settings, establishment, patient, clock: Arc::clone(&clock), folder });
    }
    houses
}

impl House {
    fn wants(&mut self, payments: serde_json::Value) {
        let payments = serde_json::from_value(payments).unwrap();
        self.settings.payments.insert(FINESS.parse().unwrap(), payments);
    }

    async fn settled(&self, case: u128) {
        let event = Event {
            kind: EventKind::PaymentSettled,
            establishment: self.establishment,
            subject: self.patient,
            object: attempt(case),
        };
        self.test.db.write(move |tx| tx.emit(event)).await.unwrap();
    }

    /// Like a program that has just started: nothing is known but what the database holds.
    async fn work(&self) {
        let sources = Sources { appointment: outbound::appointment, stays: None, payment: facts };
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

    async fn ended(&self) -> (DeliveryState, String) {
        let last = self.deliveries().await.remove(0);
        (last.state, last.acknowledgement.or(last.last_error).unwrap_or_default())
    }

    async fn replay(&self) {
        let (mine, id) = ([self.establishment], self.deliveries().await[0].id);
        let by = self.test.db.world().id();
        self.test.db.write(move |tx| storage::outbox::replay(tx, &mine, id, by)).await.unwrap();
        self.work().await;
    }

    /// Of what the hospital got: whose it is, and the names of its lines.
    fn seen(&self) -> Vec<(String, Vec<String>)> {
        let read = |bytes: &Vec<u8>| {
            let message = hl7::read(bytes).unwrap();
            assert_eq!(Header::of(&message).unwrap().message_type(), "DFT^P03^DFT_P03");
            let whose = message.first("PID").unwrap().text(3).unwrap().to_owned();
            let rank = |line: &str| line.rsplit('-').next().unwrap().to_owned();
            (whose, message.all("FT1").map(|ft1| rank(ft1.text(2).unwrap())).collect())
        };
        self.hospital.seen.lock().unwrap().iter().map(read).collect()
    }

    fn will_answer(&self, answers: &[Option<&'static str>]) {
        self.hospital.answers.lock().unwrap().extend(answers.iter().rev());
    }
}

fn got(whose: &str, lines: &[&str]) -> (String, Vec<String>) {
    (whose.to_owned(), lines.iter().map(|line| (*line).to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_told_once_however_often_it_is_asked_for() {
    for mut house in houses().await {
        house.wants(serde_json::json!({ "as": "DFT" }));
        // The answer is lost, then the system is busy; each try is made by a program that has just started.
        house.will_answer(&[None, Some("MSA|AR|ID\rERR|||207")]);
        house.settled(ONE_PERSON).await;
        for _ in 0..3 {
            house.work().await;
        }
        assert_eq!(house.ended().await, (DeliveryState::Settled, "AA".to_owned()));
        let seen = house.hospital.seen.lock().unwrap().clone();
        assert_eq!(seen.len(), 3);
        assert!(seen.iter().all(|bytes| *bytes == seen[0]), "the same bytes under the same MSH-10");
        // The same event once more tells nothing.
        house.settled(ONE_PERSON).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Moot, "already-told".to_owned()));
        assert_eq!(house.seen().len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invoices_of_two_people_are_a_message_for_each_of_them() {
    for mut house in houses().await {
        house.wants(serde_json::json!({ "as": "DFT" }));
        house.will_answer(&[Some("MSA|AA|ID"), Some("MSA|AE|ID\rERR|||204")]);
        house.settled(TWO_PEOPLE).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Refused, "AE 204".to_owned()));
        let both = [got("8000042", &["1", "2"]), got("8000043", &["3"])];
        assert_eq!(house.seen(), both);
        // Sent again by a person: only what was not taken.
        house.replay().await;
        assert_eq!(house.ended().await, (DeliveryState::Settled, "AA".to_owned()));
        assert_eq!(house.seen(), [&both[..], &both[1..]].concat());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_of_one_person_go_in_their_order() {
    for mut house in houses().await {
        house.wants(serde_json::json!({ "as": "DFT" }));
        house.will_answer(&[None]);
        house.settled(TWO_PEOPLE).await;
        house.settled(ONE_PERSON).await;
        house.work().await;
        assert_eq!(house.seen().len(), 1, "the second waits for the answer to the first");
        house.work().await;
        house.work().await;
        let names: Vec<String> = house.seen().into_iter().map(|(_, lines)| lines.join("+")).collect();
        assert_eq!(names, ["1+2", "1+2", "3", "1+2"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_billing_system_may_be_another_one() {
    for mut house in houses().await {
        let own = house.settings.destinations.values().next().unwrap().address.clone();
        house.settings = settings("127.0.0.1:1");
        house.wants(serde_json::json!({ "as": "DFT", "system": {
            "address": own,
            "profile": {
                "sending_facility": "CH-VALMONT",
                "receiving_application": "GEF",
                "receiving_facility": "CH-VALMONT",
                "domain_oid": "1.2.250.1.999.7.1",
            },
        } }));
        house.settled(ONE_PERSON).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Settled, "AA".to_owned()));
        let seen = house.hospital.seen.lock().unwrap().clone();
        assert_eq!(hl7::read(&seen[0]).unwrap().first("MSH").unwrap().text(5), Some("GEF"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hospital_that_takes_files_finds_one_for_each_payment() {
    for mut house in houses().await {
        let folder = house.folder.clone();
        house.wants(serde_json::json!({ "as": "csv", "folder": folder }));
        house.settings.destinations.clear();
        house.settled(TWO_PEOPLE).await;
        house.work().await;
        let (state, why) = house.ended().await;
        assert_eq!(
            (state, why.starts_with("folder ")),
            (DeliveryState::Waiting, true),
            "there is no such folder: {why}"
        );

        fs::create_dir_all(&folder).unwrap();
        house.clock.advance(SignedDuration::from_mins(5));
        house.work().await;
        let name = format!("payment-{}.csv", attempt(TWO_PEOPLE));
        assert_eq!(house.ended().await, (DeliveryState::Settled, name.clone()));
        let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, [&*name], "and nothing half written");
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        let lines: Vec<&str> = text.lines().skip(1).map(|line| line.split(';').nth(1).unwrap()).collect();
        let expected = ["1", "2", "3"].map(|rank| format!("{}-{rank}", attempt(TWO_PEOPLE)));
        assert_eq!(lines, expected);

        // Taken away by the hospital, then the same event once more.
        fs::remove_file(folder.join(&name)).unwrap();
        house.settled(TWO_PEOPLE).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Moot, "already-told".to_owned()));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::remove_dir_all(folder).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_wants_or_never_was_is_not_told() {
    for mut house in houses().await {
        house.settled(ONE_PERSON).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Moot, "payments-not-wanted".to_owned()));
        house.wants(serde_json::json!({ "as": "DFT" }));
        house.settled(NO_MONEY).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Moot, "unknown-object".to_owned()));
        assert!(house.seen().is_empty());
    }
}
