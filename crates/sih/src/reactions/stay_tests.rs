//! From an accepted file to acknowledged messages, against a partner on the loopback.

use std::sync::{Arc, Mutex};

use futures_util::{
    FutureExt,
    future::{BoxFuture, ready},
};
use jiff::SignedDuration;
use kernel::{DocumentId, EstablishmentId, Id, ObjectId, PreadmissionId, testing};
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
    outbound::preadmission::{DocumentTold, Stands, StayTold, Unavailable, sample},
    read::{Refused, Standing, standing},
    settings::tests::sample as settings,
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

/// A file whose id tells the case: its last byte is how it stands, the one before it its version.
fn file(version: u8, stands: u8) -> PreadmissionId {
    let number = 0x0198_f3c2_7a31_7000_8000_0000_0000_0000_u128 | u128::from(version) << 8 | u128::from(stands);
    Id::from_uuid(uuid::Uuid::from_u128(number))
}

const ACCEPTED: u8 = 1;
const KNOWN: u8 = 2;
const CANCELLED: u8 = 3;

// What the room would answer now, by the test's thread: facts are asked for by a plain function.
static VERSIONS: Mutex<std::collections::BTreeMap<[u8; 16], (i64, Stands)>> =
    Mutex::new(std::collections::BTreeMap::new());

fn stay(_: &mut Conn, id: PreadmissionId) -> Result<Option<StayTold>, StorageError> {
    let bytes = *id.uuid().as_bytes();
    let now = VERSIONS.lock().unwrap().get(&bytes).copied();
    let (version, stands) = now
        .unwrap_or((i64::from(bytes[14]), if bytes[15] == CANCELLED { Stands::Cancelled } else { Stands::Accepted }));
    let mut told = StayTold { file: id, version, stands, ..sample() };
    told.ipp = told.ipp.filter(|_| bytes[15] == KNOWN);
    told.stay.movement = Some("M-88123^GAM".to_owned()).filter(|_| bytes[15] == KNOWN);
    Ok(Some(told))
}

fn document(conn: &mut Conn, id: DocumentId) -> Result<Option<DocumentTold>, StorageError> {
    let Some(stay) = stay(conn, Id::from_uuid(id.uuid()))? else { return Ok(None) };
    let at = "2026-11-21T10:05:00Z".parse().unwrap();
    let kind = outbound::Coded { code: "CN_RECTO".to_owned(), label: "Carte d'identité".to_owned() };
    Ok(Some(DocumentTold { stay, id, kind, received_at: at, accepted_at: at }))
}

struct Shelf(Result<Vec<u8>, Unavailable>);

impl Papers for Shelf {
    fn pdf(&self, _: DocumentId, limit: usize) -> BoxFuture<'_, Result<Vec<u8>, Unavailable>> {
        let fits = |pdf: Vec<u8>| if pdf.len() > limit { Err(Unavailable::TooLarge) } else { Ok(pdf) };
        ready(self.0.clone().and_then(fits)).boxed()
    }
}

struct House {
    test: TestDb,
    hospital: Arc<Hospital>,
    settings: Settings,
    papers: Arc<dyn Papers>,
    establishment: EstablishmentId,
    patient: ObjectId,
    clock: Arc<testing::HeldClock>,
}

async fn houses() -> Vec<House> {
    let (world, clock) = testing::world();
    let listening = Subscriptions::default().listen(CONSUMER, EVENTS);
    let mut houses = Vec::new();
    for test in databases(&world, &listening).unwrap() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut settings = settings(&listener.local_addr().unwrap().to_string());
        settings.destinations.values_mut().for_each(|one| one.profile.stays.documents = true);
        let hospital = Arc::new(Hospital::default());
        let serving = serve(listener, ServerSettings::default(), Arc::clone(&hospital) as _, std::future::pending());
        tokio::spawn(serving);
        let papers = Arc::new(Shelf(Ok(b"%PDF-1.7".to_vec())));
        let (establishment, patient) = (world.id(), world.id());
        houses.push(House { test, hospital, settings, papers, establishment, patient, clock: Arc::clone(&clock) });
    }
    houses
}

impl House {
    async fn happens(&self, kind: EventKind, object: ObjectId) {
        let event = Event { kind, establishment: self.establishment, subject: self.patient, object };
        self.test.db.write(move |tx| tx.emit(event)).await.unwrap();
    }

    async fn work(&self) {
        let stays = StaySources { stay, document, papers: Arc::clone(&self.papers) };
        let sources =
            Sources { appointment: outbound::appointment, stays: Some(stays), payment: outbound::payment::payment };
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

    /// MSH-9.2 and MSH-10 of what the hospital got.
    fn seen(&self) -> Vec<(String, String)> {
        let header = |bytes: &Vec<u8>| Header::of(&hl7::read(bytes).unwrap()).unwrap();
        self.hospital.seen.lock().unwrap().iter().map(header).map(|one| (one.trigger, one.control_id)).collect()
    }

    fn triggers(&self) -> Vec<String> {
        self.seen().into_iter().map(|(trigger, _)| trigger).collect()
    }

    fn will_answer(&self, answers: &[Option<&'static str>]) {
        self.hospital.answers.lock().unwrap().extend(answers.iter().rev());
    }

    async fn stands(&self, object: ObjectId) -> Standing {
        self.test.db.read(move |conn| standing(conn, object)).await.unwrap()
    }
}

fn now_is(file: PreadmissionId, version: i64, stands: Stands) {
    VERSIONS.lock().unwrap().insert(*file.uuid().as_bytes(), (version, stands));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_unknown_there_goes_before_the_stay() {
    for house in houses().await {
        let object = file(1, ACCEPTED).as_object();
        assert_eq!(house.stands(object).await, Standing::Nothing);
        house.happens(EventKind::PreadmissionCompleted, object).await;
        assert_eq!(house.stands(object).await, Standing::Waiting);
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Settled, "AA".to_owned()));
        assert_eq!(house.stands(object).await, Standing::Acknowledged);
        assert_eq!(house.triggers(), ["A28", "A05"]);
        let seen = house.seen();
        assert_ne!(seen[0].1, seen[1].1);
        assert_eq!(seen[1].1, house.deliveries().await[0].message_id);
        // The same version again, and another file of the same person.
        house.happens(EventKind::PreadmissionCompleted, object).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Moot, "already-told".to_owned()));
        house.happens(EventKind::PreadmissionCompleted, file(9, ACCEPTED).as_object()).await;
        house.work().await;
        assert_eq!(house.triggers(), ["A28", "A05", "A05"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_was_acknowledged_is_not_sent_again() {
    for house in houses().await {
        house.will_answer(&[Some("MSA|AA|ID"), None]);
        let object = file(1, ACCEPTED).as_object();
        house.happens(EventKind::PreadmissionCompleted, object).await;
        house.work().await;
        assert_eq!(house.ended().await.0, DeliveryState::Waiting);
        house.work().await;
        assert_eq!(house.ended().await.0, DeliveryState::Settled);
        assert_eq!(house.triggers(), ["A28", "A05", "A05"]);
        let seen = house.hospital.seen.lock().unwrap().clone();
        assert_eq!(seen[1], seen[2], "the same bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stay_waits_while_the_identity_is_refused() {
    for house in houses().await {
        house.will_answer(&[Some("MSA|AE|ID\rERR||PID^1^5|101")]);
        let object = file(1, ACCEPTED).as_object();
        house.happens(EventKind::PreadmissionCompleted, object).await;
        house.happens(EventKind::DocumentAccepted, file(2, ACCEPTED).as_object()).await;
        house.work().await;
        assert_eq!(
            house.stands(object).await,
            Standing::Refused(Refused { code: "AE 101".to_owned(), words: "PID-1-5 – 101".to_owned() })
        );
        house.work().await;
        assert_eq!(house.triggers(), ["A28"], "and what follows for that person too");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_told_anew_once_the_file_is_corrected() {
    let id = file(1, KNOWN ^ 0x40);
    for house in houses().await {
        now_is(id, 1, Stands::Accepted);
        house.will_answer(&[None, Some("MSA|AE|ID\rERR||PID^1^5|101"), Some("MSA|AE|ID\rERR||PID^1^5|101")]);
        house.happens(EventKind::PreadmissionCompleted, id.as_object()).await;
        house.work().await;
        house.work().await;
        house.replay().await;
        let seen = house.seen();
        assert_eq!((seen.len(), &seen[1]), (3, &seen[2]), "unchanged: the same message");
        now_is(id, 2, Stands::Accepted);
        house.replay().await;
        assert_eq!(house.ended().await.0, DeliveryState::Settled);
        assert_eq!(house.triggers(), ["A28", "A28", "A28", "A28", "A05"]);
        assert_ne!(house.seen()[2].1, house.seen()[3].1, "another message has another MSH-10");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn corrected_then_cancelled() {
    let id = file(1, KNOWN);
    for house in houses().await {
        now_is(id, 1, Stands::Accepted);
        house.happens(EventKind::PreadmissionCompleted, id.as_object()).await;
        house.work().await;
        now_is(id, 2, Stands::Accepted);
        house.happens(EventKind::PreadmissionCorrected, id.as_object()).await;
        house.work().await;
        now_is(id, 2, Stands::Cancelled);
        house.happens(EventKind::PreadmissionCancelled, id.as_object()).await;
        house.work().await;
        assert_eq!(house.triggers(), ["A05", "Z99", "A38"]);
        house.happens(EventKind::PreadmissionCancelled, id.as_object()).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Moot, "already-told".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stay_the_hospital_never_heard_of_is_not_cancelled() {
    for house in houses().await {
        house.happens(EventKind::PreadmissionCancelled, file(1, CANCELLED).as_object()).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Moot, "stay-not-told".to_owned()));
        assert!(house.seen().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_follows_its_stay_once() {
    for mut house in houses().await {
        let object = file(5, KNOWN).as_object();
        now_is(file(5, KNOWN), 1, Stands::Accepted);
        house.happens(EventKind::DocumentAccepted, object).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Moot, "stay-not-told".to_owned()));
        house.happens(EventKind::PreadmissionCompleted, object).await;
        house.happens(EventKind::DocumentAccepted, object).await;
        house.work().await;
        assert_eq!(house.triggers(), ["A05", "T02"]);
        house.happens(EventKind::DocumentAccepted, object).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Moot, "already-told".to_owned()));
        house.settings.destinations.values_mut().for_each(|one| one.profile.stays.documents = false);
        house.happens(EventKind::DocumentAccepted, object).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Moot, "documents-not-wanted".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_cannot_be_had() {
    for mut house in houses().await {
        let object = file(3, KNOWN).as_object();
        house.happens(EventKind::PreadmissionCompleted, object).await;
        house.work().await;
        house.papers = Arc::new(Shelf(Err(Unavailable::Later("store-down".to_owned()))));
        house.happens(EventKind::DocumentAccepted, object).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Waiting, "document-later store-down".to_owned()));
        house.papers = Arc::new(Shelf(Ok(vec![0; 2_048])));
        house.settings.destinations.values_mut().for_each(|one| one.profile.stays.document_bytes = 1_024);
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Refused, "document-too-large".to_owned()));
        assert_eq!(house.triggers(), ["A05"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_go_to_their_own_system_after_the_stay() {
    for mut house in houses().await {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let archive = Arc::new(Hospital::default());
        let mut own = settings(&listener.local_addr().unwrap().to_string()).destinations.into_values().next().unwrap();
        own.profile.receiving_application = "GED".to_owned();
        tokio::spawn(serve(listener, ServerSettings::default(), Arc::clone(&archive) as _, std::future::pending()));
        for destination in house.settings.destinations.values_mut() {
            destination.profile.stays.documents = false;
            destination.documents = Some(Box::new(own.clone()));
        }
        // Silent at first: what follows for the same person waits for it.
        archive.answers.lock().unwrap().push(None);
        let object = file(6, KNOWN).as_object();
        house.happens(EventKind::PreadmissionCompleted, object).await;
        house.happens(EventKind::DocumentAccepted, object).await;
        house.work().await;
        assert_eq!((house.triggers(), house.ended().await.0), (vec!["A05".to_owned()], DeliveryState::Waiting));
        house.work().await;
        let seen = archive.seen.lock().unwrap().clone();
        assert_eq!((seen.len(), &seen[0]), (2, &seen[1]), "the same bytes");
        let header = Header::of(&hl7::read(&seen[0]).unwrap()).unwrap();
        assert_eq!((header.kind.as_str(), header.receiving_application.as_str()), ("MDM", "GED"));
        assert_eq!(house.ended().await, (DeliveryState::Settled, "AA".to_owned()));
        assert_eq!(house.triggers(), ["A05"], "and nowhere else");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stay_the_hospital_announced_is_changed_where_it_wants_that() {
    let id = file(7, KNOWN);
    for mut house in houses().await {
        for destination in house.settings.destinations.values_mut() {
            destination.profile.stays.announced = outbound::Announced::Correction;
        }
        now_is(id, 1, Stands::Accepted);
        house.happens(EventKind::PreadmissionCompleted, id.as_object()).await;
        house.happens(EventKind::PreadmissionAmended, id.as_object()).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Moot, "already-told".to_owned()));
        now_is(id, 2, Stands::Accepted);
        house.happens(EventKind::PreadmissionAmended, id.as_object()).await;
        house.work().await;
        now_is(id, 2, Stands::Cancelled);
        house.happens(EventKind::PreadmissionCancelled, id.as_object()).await;
        house.work().await;
        assert_eq!(house.triggers(), ["Z99", "Z99", "A38"]);
        for message in house.hospital.seen.lock().unwrap().iter().map(|bytes| hl7::read(bytes).unwrap()) {
            let zbe = message.first("ZBE").unwrap();
            assert_eq!((zbe.text(1), zbe.component(1, 2)), (Some("M-88123"), Some("GAM")), "the hospital's movement");
        }
        // A stay that the hospital did not announce by a message is told as one of ours.
        house.happens(EventKind::PreadmissionCompleted, file(8, ACCEPTED).as_object()).await;
        house.work().await;
        assert_eq!(house.triggers().split_off(3), ["A28", "A05"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hospital_without_an_interface_is_told_nothing() {
    for mut house in houses().await {
        house.settings.destinations.clear();
        house.happens(EventKind::PreadmissionCompleted, file(1, ACCEPTED).as_object()).await;
        house.work().await;
        assert_eq!(house.ended().await, (DeliveryState::Moot, "no-destination".to_owned()));
    }
}
