//! Through the socket, as a hospital's interface engine speaks.

use kernel::testing;
use storage::{
    outbox::Subscriptions,
    testing::{TestDb, databases},
};

use super::*;
use crate::{
    acknowledgement::Acknowledgement,
    mllp::{Client, ClientSettings, ExchangeError},
};

const ADT: &[u8] = b"MSH|^~\\&|GAM|CH-VALMONT|PARVIS|CH-VALMONT|20261121||ADT^A31^ADT_A05|GAM-1|P|2.5||||||8859/15\r\
    EVN||20261121\rPID|1||P1^^^GAM^PI||D'\xe9T\xe9^L\xe9a\r";

async fn doors() -> Vec<(TestDb, SocketAddr)> {
    let (world, _) = testing::world();
    let mut doors = Vec::new();
    for test in databases(&world, &Subscriptions::default()).unwrap() {
        let mut settings = Settings { listen: Some("127.0.0.1:0".to_owned()), ..Settings::default() };
        settings.server.max_frame = 2_000;
        let door = Door::open(&settings, test.db.clone()).await.unwrap().unwrap();
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
        assert_eq!(stored.as_deref(), Some(&*first), "kept before it was answered");
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
    assert!(Door::open(&settings, test.db.clone()).await.is_err());
    assert!(Door::open(&Settings::default(), test.db.clone()).await.unwrap().is_none());
}
