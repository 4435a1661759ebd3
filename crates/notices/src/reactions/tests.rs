//! From an event to a settled delivery, against a relay and a gateway on the loopback.

use std::sync::Mutex;

use jiff::SignedDuration;
use kernel::{Id, ObjectId, PatientId, testing, testing::HeldClock};
use storage::{
    Event,
    outbox::{DeliveryFilter, DeliveryState, DeliveryView, Pace, Subscriptions, Worker, list},
    schedule::{Task, run_due},
    testing::{SERVER, TestDb},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use web::Lang;

use super::*;
use crate::{
    domain::facts::tests::{sample, words},
    mail::smtp::tests::settings as mail_settings,
    reminder::{Coming, Reminding},
    settings::{SmsMethod, SmsSettings},
    sms::tests::client,
};

/// A relay and a gateway in one: keeps what comes, and answers what the test put there first.
#[derive(Default)]
struct Outside {
    seen: Mutex<Vec<String>>,
    answers: Mutex<Vec<&'static str>>,
}

impl Outside {
    fn answer(&self, usual: &'static str) -> &'static str {
        self.answers.lock().unwrap().pop().unwrap_or(usual)
    }

    async fn relay(self: Arc<Self>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(self.clone().smtp(BufReader::new(stream)));
            }
        });
        port
    }

    async fn smtp(self: Arc<Self>, mut stream: BufReader<TcpStream>) {
        let mut message: Option<String> = None;
        stream.write_all(b"220 relay\r\n").await.unwrap();
        let mut line = String::new();
        while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
            let said = std::mem::take(&mut line);
            let answer = match (&mut message, said.as_str()) {
                (Some(_), ".\r\n") => {
                    let answer = self.answer("250 2.0.0 taken");
                    self.seen.lock().unwrap().push(format!("{answer}\n{}", message.take().unwrap()));
                    answer
                }
                (Some(message), text) => {
                    message.push_str(text);
                    continue;
                }
                (None, "DATA\r\n") => {
                    message = Some(String::new());
                    "354 go on"
                }
                (None, _) => "250 fine",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        }
    }

    async fn gateway(self: Arc<Self>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = Vec::new();
                while !request.ends_with(b"}") {
                    let mut bytes = [0; 4096];
                    let read = stream.read(&mut bytes).await.unwrap();
                    request.extend_from_slice(&bytes[..read]);
                }
                let status = self.answer("202 Accepted");
                self.seen.lock().unwrap().push(format!("{status}\n{}", String::from_utf8(request).unwrap()));
                let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        port
    }
}

/// The present facts of every appointment, as the test wants them.
type Present = Arc<Mutex<Facts>>;

struct House {
    test: TestDb,
    clock: Arc<HeldClock>,
    outside: Arc<Outside>,
    present: Present,
    worker: Worker,
}

const PATIENT: &str = "0193a5c0-0000-7000-8000-0000000000aa";

fn patient() -> PatientId {
    PATIENT.parse().unwrap()
}

impl House {
    async fn all(channel: Channel) -> Vec<Self> {
        let table = Subscriptions::default().listen(channel.name(), crate::EVENTS);
        // A world of its own for each: tests move the clock.
        let (world, clock) = testing::world();
        let mut all = vec![Self::new(TestDb::sqlite(world, table.clone()).unwrap(), clock, channel).await];
        if let Ok(server) = std::env::var(SERVER) {
            let (world, clock) = testing::world();
            let test = TestDb::postgresql(&server, world, table).unwrap();
            all.push(Self::new(test, clock, channel).await);
        }
        all
    }

    async fn new(test: TestDb, clock: Arc<HeldClock>, channel: Channel) -> Self {
        let outside = Arc::new(Outside::default());
        let way = match channel {
            Channel::Mail => Way::Mail(Mailer::new(&mail_settings(outside.clone().relay().await)).unwrap()),
            Channel::Sms => Way::Sms(Some(Box::new(gateway(outside.clone().gateway().await)))),
        };
        let present = Arc::new(Mutex::new(sample(Lang::Fr)));
        let shared = present.clone();
        let source: Source = Arc::new(move |_, (_, id), _| {
            let facts = Facts { object: id, ..shared.lock().unwrap().clone() };
            Ok(Some(Told { person: patient().as_object(), turn: 0, facts }))
        });
        let teller =
            Teller { db: test.db.clone(), i18n: Arc::new(words()), source, way, daily_limit: 3, new_invoices: false };
        let worker = Worker::new(test.db.clone(), Arc::new(teller), Pace::default()).await.unwrap();
        Self { test, clock, outside, present, worker }
    }

    async fn emit(&self, kind: EventKind, object: ObjectId) {
        let subject = patient().as_object();
        let event = Event { kind, establishment: Id::from_uuid(subject.uuid()), subject, object };
        self.test.db.write(move |tx| tx.emit(event)).await.unwrap();
    }

    async fn book(&self) -> ObjectId {
        let object = self.test.db.world().id();
        self.emit(EventKind::AppointmentBooked, object).await;
        object
    }

    async fn work(&self) -> Vec<DeliveryView> {
        self.worker.run_once().await.unwrap();
        let establishments = vec![Id::from_uuid(patient().uuid())];
        let filter = DeliveryFilter { establishments, limit: 100, ..DeliveryFilter::default() };
        let mut all = self.test.db.read(move |conn| list(conn, &filter)).await.unwrap();
        all.sort_by_key(|delivery| delivery.id);
        all
    }

    fn seen(&self) -> Vec<String> {
        self.outside.seen.lock().unwrap().clone()
    }

    fn now(&self, instant: &str) {
        self.clock.set(instant.parse().unwrap());
    }
}

fn gateway(port: u16) -> Gateway {
    let settings = SmsSettings {
        url: format!("http://127.0.0.1:{port}/sms"),
        method: SmsMethod::Post,
        header: None,
        token_file: None,
        body: r#"{"to":"{to}","text":"{text}","id":"{id}"}"#.into(),
        success: vec![202],
        timeout_seconds: 5,
    };
    Gateway::new(&settings, client()).unwrap()
}

fn last(deliveries: &[DeliveryView]) -> (DeliveryState, &str) {
    let delivery = deliveries.last().unwrap();
    (delivery.state, delivery.last_error.as_deref().or(delivery.acknowledgement.as_deref()).unwrap_or_default())
}

#[tokio::test]
async fn a_booking_is_told_by_mail_once_and_a_reminder_is_planned() {
    for house in House::all(Channel::Mail).await {
        let appointment = house.book().await;
        assert_eq!(last(&house.work().await), (DeliveryState::Settled, "SMTP 250"));
        house.emit(EventKind::AppointmentBooked, appointment).await;
        assert_eq!(last(&house.work().await), (DeliveryState::Moot, "notice-already-sent"));
        assert_eq!(house.seen().len(), 1);

        house.now("2026-12-01T07:29:59Z");
        assert_eq!(run_due(&house.test.db, &[standing()]).await.unwrap(), 0);
        house.now("2026-12-01T07:30:01Z");
        assert_eq!(run_due(&house.test.db, &[standing()]).await.unwrap(), 1);
        assert_eq!(last(&house.work().await).0, DeliveryState::Settled);
        assert_eq!(run_due(&house.test.db, &[standing()]).await.unwrap(), 0);
        let seen = house.seen();
        assert!(seen.len() == 2 && seen[1].contains("Nous vous attendons"), "{seen:?}");
    }
}

fn standing() -> Arc<dyn Task> {
    let coming = |_: &mut Conn, _| {
        let facts = sample(Lang::Fr);
        let establishment = Id::from_uuid(patient().uuid());
        Ok(Some(Coming { establishment, patient: patient(), starts_at: facts.starts_at }))
    };
    Arc::new(Reminding { coming })
}

fn gone() -> Arc<dyn Task> {
    Arc::new(Reminding { coming: |_, _| Ok(None) })
}

#[tokio::test]
async fn no_reminder_for_a_cancelled_appointment_nor_after_the_visit() {
    for house in House::all(Channel::Mail).await {
        house.book().await;
        house.work().await;
        house.now("2026-12-01T08:00:00Z");
        assert_eq!(run_due(&house.test.db, &[gone()]).await.unwrap(), 1);
        assert_eq!(house.work().await.len(), 1);

        house.now("2026-11-21T09:30:00Z");
        house.book().await;
        house.work().await;
        house.now("2026-12-03T06:00:00Z");
        assert_eq!(run_due(&house.test.db, &[standing()]).await.unwrap(), 1);
        assert_eq!(house.work().await.len(), 2);
    }
}

#[tokio::test]
async fn a_cancelled_appointment_is_never_confirmed() {
    for house in House::all(Channel::Sms).await {
        let appointment = house.book().await;
        house.emit(EventKind::AppointmentCancelled, appointment).await;
        house.present.lock().unwrap().visit().cancelled = true;
        let deliveries = house.work().await;
        let states: Vec<_> = deliveries.iter().map(|delivery| delivery.state).collect();
        assert_eq!(states, [DeliveryState::Moot, DeliveryState::Settled]);
        let seen = house.seen();
        assert!(seen.len() == 1 && seen[0].contains("annulé"), "{seen:?}");
    }
}

#[tokio::test]
async fn a_deferred_mail_keeps_its_message_id_and_a_late_one_is_not_sent() {
    for house in House::all(Channel::Mail).await {
        house.outside.answers.lock().unwrap().push("451 4.3.0 angela.dubois@exemple.fr is greylisted");
        house.book().await;
        // What the relay says may name the patient: only the codes are kept.
        assert_eq!(last(&house.work().await), (DeliveryState::Waiting, "relay-said 451 4.3.0"));
        house.clock.advance(SignedDuration::from_secs(5));
        assert_eq!(last(&house.work().await), (DeliveryState::Settled, "SMTP 250"));
        let seen = house.seen();
        let id = |message: &str| message.lines().find(|line| line.starts_with("Message-ID:")).unwrap().to_owned();
        assert_eq!(id(&seen[0]), id(&seen[1]));

        house.outside.answers.lock().unwrap().push("451 later");
        house.book().await;
        house.work().await;
        house.now("2026-12-03T07:30:01Z");
        let (state, why) = (house.work().await.pop().unwrap().state, house.seen().len());
        assert_eq!((state, why), (DeliveryState::Moot, 3));
    }
}

#[tokio::test]
async fn a_refusal_waits_for_a_person_and_does_not_hold_back_the_next() {
    for house in House::all(Channel::Sms).await {
        house.outside.answers.lock().unwrap().push("422 No");
        house.book().await;
        assert_eq!(last(&house.work().await), (DeliveryState::Refused, "gateway-said 422"));
        house.book().await;
        assert_eq!(last(&house.work().await), (DeliveryState::Settled, "HTTP 202"));
    }
}

#[tokio::test]
async fn the_daily_limit_of_one_person_is_kept_and_ends_at_midnight() {
    for house in House::all(Channel::Sms).await {
        for expected in [DeliveryState::Settled, DeliveryState::Settled, DeliveryState::Settled, DeliveryState::Moot] {
            house.book().await;
            assert_eq!(last(&house.work().await).0, expected);
        }
        assert_eq!(house.seen().len(), 3);
        house.now("2026-11-21T23:00:01Z");
        house.book().await;
        assert_eq!(last(&house.work().await).0, DeliveryState::Settled);
    }
}

#[tokio::test]
async fn without_a_usable_address_there_is_nothing_to_tell() {
    for house in House::all(Channel::Sms).await {
        for (phone, why) in [(None, "no-address"), (Some("01 40 00 00 00"), "unfit-address not-a-mobile")] {
            house.present.lock().unwrap().recipient.phone = phone.map(str::to_owned);
            house.book().await;
            assert_eq!(last(&house.work().await), (DeliveryState::Moot, why));
        }
        assert!(house.seen().is_empty());
    }
}

#[tokio::test]
async fn the_sms_carries_number_text_and_id() {
    for house in House::all(Channel::Sms).await {
        house.book().await;
        house.work().await;
        let seen = house.seen().remove(0);
        let body: serde_json::Value = serde_json::from_str(seen.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!(body["to"], "+33639981234");
        assert!(body["text"].as_str().unwrap().starts_with("RDV confirmé jeudi 3 décembre à 8 h 30"));
        assert_eq!(body["id"].as_str().unwrap().len(), 20);
    }
}
