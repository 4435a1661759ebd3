//! Through the socket, as a hospital's interface engine speaks.

use identity::directory::{NewEstablishment, NewSite, upsert_establishment, upsert_site};
use kernel::{EventKind, testing};
use preadmission::announcement::{Notice, Outcome};
use storage::{
    Db, Event, Tx,
    outbox::Subscriptions,
    testing::{TestDb, databases},
};

use super::*;
use crate::{
    acknowledgement::Acknowledgement,
    mllp::{Client, ClientSettings, ExchangeError},
    settings::tests::FINESS,
};

const ADT: &[u8] = b"MSH|^~\\&|GAM|CH-VALMONT|PARVIS|CH-VALMONT|20261121||ADT^A31^ADT_A05|GAM-1|P|2.5||||||8859/15\r\
    EVN||20261121\rPID|1||P1^^^GAM^PI||D'\xe9T\xe9^L\xe9a\r";

/// Stands for the room of pre-admissions: its mark is an event, written in the same transaction.
fn announced(tx: &mut Tx<'_>, notice: &Notice) -> Result<Outcome, StorageError> {
    let mark = |tx: &mut Tx<'_>| {
        let event =
            Event { kind: EventKind::PreadmissionCreated, establishment: tx.id(), subject: tx.id(), object: tx.id() };
        tx.emit(event)
    };
    match notice {
        Notice::Planned(stay) if stay.visit_number == "FORBIDDEN" => {
            mark(tx)?;
            Err(StorageError::Refused("stays_told_whole".to_owned()))
        }
        Notice::Planned(_) => mark(tx).map(|_| Outcome::Opened),
        Notice::Cancelled { .. } => Ok(Outcome::Cancelled),
        Notice::Merged(_) => Ok(Outcome::Changed),
    }
}

async fn directory(db: &Db) {
    let new = |finess: &str| NewEstablishment {
        finess: finess.parse().unwrap(),
        name: "CH de Valmont".to_owned(),
        short_name: "Valmont".to_owned(),
    };
    let hospital = new(FINESS);
    db.write::<_, StorageError, _>(move |tx| {
        let establishment = upsert_establishment(tx, &hospital)?;
        let site = NewSite {
            establishment,
            finess: hospital.finess.clone(),
            name: "Valmont".to_owned(),
            address_lines: vec![],
            postcode: "21000".to_owned(),
            city: "DIJON".to_owned(),
            zone: kernel::Zone::clone(&"Europe/Paris".parse().map_err(|_| StorageError::Refused("zone".to_owned()))?),
            help_phone: String::new(),
            access_notes: String::new(),
        };
        upsert_site(tx, &site).map(|_| ())
    })
    .await
    .unwrap();
}

fn stay(trigger: &str, id: &str, visit: &str) -> Vec<u8> {
    format!(
        "MSH|^~\\&|GAM|CH-VALMONT|PARVIS|CH-VALMONT|20261121||ADT^{trigger}^ADT_A05|{id}|P|2.5\r\
         EVN||20261121\rPID|1||77^^^CH^PI||LE GOFF^Ma^^^^^L||1984|F\r\
         PV1|1|I|||||||||||||||||{visit}^^^CH^VN\rPV2||||||||20261203080000\r"
    )
    .into_bytes()
}

async fn outcomes(test: &TestDb) -> Vec<String> {
    let sight = store::Sight { finess: vec![FINESS.to_owned()], unassigned: true };
    let kept = test.db.read(move |conn| store::received_messages(conn, &sight, None, None, 50)).await.unwrap();
    kept.iter().rev().map(|one| one.outcome.as_str().to_owned()).collect()
}

async fn marks(test: &TestDb) -> i64 {
    test.db.read::<_, StorageError, _>(store::events).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stay_has_its_effect_once_with_its_message() {
    for (test, address) in doors().await {
        let first = tell(address, &stay("A05", "S-1", "V1"), "S-1").await.unwrap();
        assert_eq!(first.0, "AA 0");
        let again = String::from_utf8(stay("A05", "S-1", "V1")).unwrap().replace("|20261121||", "|20261122||");
        assert_eq!(tell(address, again.as_bytes(), "S-1").await.unwrap(), first, "sent again with a new MSH-7");
        assert_eq!(tell(address, &stay("A38", "S-2", "V1"), "S-2").await.unwrap().0, "AA 0");
        assert_eq!(tell(address, &stay("A01", "S-3", "V1"), "S-3").await.unwrap().0, "AA 0");
        assert_eq!(outcomes(&test).await, ["opened", "cancelled", "ignored"]);
        assert_eq!(marks(&test).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_message_under_a_used_control_id_is_quarantined() {
    for (test, address) in doors().await {
        tell(address, &stay("A05", "S-1", "V1"), "S-1").await.unwrap();
        assert_eq!(tell(address, &stay("A05", "S-1", "V2"), "S-1").await.unwrap().0, "AE 205");
        assert_eq!((kept(&test).await, marks(&test).await), ((1, 1), 1));
        let sight = store::Sight { finess: vec![FINESS.to_owned()], unassigned: false };
        let frames = test.db.read(move |conn| store::frames(conn, &sight, None, 5)).await.unwrap();
        assert_eq!(frames.len(), 1, "shown to that hospital");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_kept_without_effect() {
    for (test, address) in doors().await {
        let unknown = String::from_utf8(stay("A05", "S-1", "V1")).unwrap().replace("|GAM|", "|DPI|");
        assert_eq!(tell(address, unknown.as_bytes(), "S-1").await.unwrap().0, "AE 204");
        assert_eq!(tell(address, &stay("A05", "S-2", ""), "S-2").await.unwrap().0, "AE 101");
        let refused = tell(address, &stay("A05", "S-3", "FORBIDDEN"), "S-3").await.unwrap();
        assert_eq!(refused.0, "AE 199", "the rooms' own rules");
        assert_eq!(tell(address, &stay("A05", "S-3", "FORBIDDEN"), "S-3").await.unwrap(), refused);
        assert_eq!(outcomes(&test).await, ["refused"; 3]);
        assert_eq!((kept(&test).await, marks(&test).await), ((3, 0), 0));
    }
}

/// The database has it and the answer never left: the sender asks again.
#[tokio::test(flavor = "multi_thread")]
async fn killed_between_keeping_and_answering() {
    for (test, address) in doors().await {
        let settings = crate::settings::tests::with_sender(FINESS);
        let message = hl7::read(&stay("A05", "S-1", "V1")).unwrap();
        let header = Header::of(&message).unwrap();
        let dying = Inbox::new(test.db.clone(), &settings, Some(Arc::new(announced)));
        let answer = dying.take(&header, message, stay("A05", "S-1", "V1").into()).await.unwrap();
        drop(dying);
        assert_eq!(tell(address, &stay("A05", "S-1", "V1"), "S-1").await.unwrap().1, answer);
        assert_eq!((outcomes(&test).await, marks(&test).await), (vec!["opened".to_owned()], 1));
    }
}

async fn doors() -> Vec<(TestDb, SocketAddr)> {
    let (world, _) = testing::world();
    let mut doors = Vec::new();
    for test in databases(&world, &Subscriptions::default()).unwrap() {
        directory(&test.db).await;
        let mut settings = crate::settings::tests::with_sender(FINESS);
        settings.server.max_frame = 2_000;
        let inbox = Arc::new(Inbox::new(test.db.clone(), &settings, Some(Arc::new(announced))));
        let door = Door::open(&settings, inbox).await.unwrap().unwrap();
        let address = door.address().unwrap();
        tokio::spawn(door.run(std::future::pending()));
        doors.push((test, address));
    }
    doors
}

async fn tell(address: SocketAddr, bytes: &[u8], id: &str) -> Result<(String, Vec<u8>), ExchangeError> {
    let client = Client::new(address.to_string(), ClientSettings { acknowledge_seconds: 3, ..Default::default() });
    let (answer, raw) = client.exchange(bytes, id, async {}).await?;
    let read = Acknowledgement::of(&answer).unwrap();
    Ok((format!("{} {}", read.code.name(), read.error.unwrap_or_default()), raw))
}

/// Rows of (messages, unreadable frames).
async fn kept(test: &TestDb) -> (i64, i64) {
    test.db.read::<_, StorageError, _>(store::counts).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_kept_and_a_repeated_one_answered_the_same() {
    for (test, address) in doors().await {
        let (said, first) = tell(address, ADT, "GAM-1").await.unwrap();
        assert_eq!(said, "AA 0");
        let sender = ["GAM", "CH-VALMONT", "GAM-1"];
        let stored = test.db.read(move |conn| store::received(conn, sender)).await.unwrap();
        assert_eq!(stored.map(|kept| kept.answer), Some(first.clone()), "kept before it was answered");
        assert_eq!(tell(address, ADT, "GAM-1").await.unwrap().1, first);
        assert_eq!(kept(&test).await, (1, 0));
        let other = String::from_utf8_lossy(ADT).replace("|GAM|", "|DPI|").into_bytes();
        let other = other.iter().copied().filter(u8::is_ascii).collect::<Vec<_>>();
        assert_ne!(tell(address, &other, "GAM-1").await.unwrap().1, first, "another sender's GAM-1 is another message");
        assert_eq!(kept(&test).await, (2, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_message_on_many_connections_at_once_is_kept_once() {
    for (test, address) in doors().await {
        let all = (0..8).map(|_| tokio::spawn(tell(address, ADT, "GAM-1")));
        let answers = futures_util::future::join_all(all).await;
        let first = answers[0].as_ref().unwrap().as_ref().unwrap().1.clone();
        assert!(answers.iter().all(|answer| answer.as_ref().unwrap().as_ref().unwrap().1 == first));
        assert_eq!(kept(&test).await, (1, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_kept_and_refused() {
    for (test, address) in doors().await {
        for (place, (bytes, id)) in [
            (&b"MSH|^~\\&|GAM|CH|P|C|1||ADT^A31|BAD-1|P|2.5\rpid|1\r"[..], "BAD-1"),
            (b"MSH|^~\\&|GAM|CH|P|C|1||ADT^A31|BAD-2|P|2.5||||||UNICODE UTF-8\rPID|\xff\r", "BAD-2"),
            (b"MSH|^~\\&|GAM|CH|P|C|1|||BAD-3|P|2.5\r", "BAD-3"),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(tell(address, bytes, id).await.unwrap().0, "AR 207", "{id}");
            assert_eq!(kept(&test).await, (0, i64::try_from(place).unwrap() + 1));
        }
        let large = [b"MSH|^~\\&|GAM|CH|P|C|1||ADT^A31|BAD-4|P|2.5\rNTE|".as_slice(), &[b'x'; 3_000]].concat();
        assert_eq!(tell(address, &large, "BAD-4").await.unwrap().0, "AR 207");
        // Not even a MSH-10 to answer to: the AR has an empty MSA-2, which is nobody's message.
        assert!(matches!(tell(address, b"GET / HTTP/1.1", "BAD-5").await, Err(ExchangeError::Foreign)));
        assert_eq!(kept(&test).await, (0, 5));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_is_not_acknowledged() {
    for (_test, address) in doors().await {
        let answer = tell(address, b"MSH|^~\\&|GAM|CH|P|C|1||ACK|1|P|2.5\rMSA|AA|X\r", "1").await;
        assert!(matches!(answer, Err(ExchangeError::Closed)), "{answer:?}");
    }
}

#[tokio::test]
async fn a_taken_port_is_an_error_and_no_setting_no_door() {
    let (test, address) = doors().await.remove(0);
    let settings = Settings { listen: Some(address.to_string()), ..Settings::default() };
    let inbox = Arc::new(Inbox::new(test.db.clone(), &settings, None));
    assert!(Door::open(&settings, inbox.clone()).await.is_err());
    assert!(Door::open(&Settings::default(), inbox).await.unwrap().is_none());
}
