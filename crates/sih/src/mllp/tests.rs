//! Client and server against each other and against ill-behaved partners, on the loopback.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::{FutureExt, SinkExt, StreamExt, future::BoxFuture};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_util::codec::Framed;

use super::*;

const MESSAGE: &[u8] = b"MSH|^~\\&|A|B|C|D|1||SIU^S12|ID1|T|2.5\r";

fn acknowledgement(id: &str) -> Bytes {
    format!("MSH|^~\\&|C|D|A|B|1||ACK|X1|T|2.5\rMSA|AA|{id}\r").into()
}

fn quick() -> ClientSettings {
    let one = ClientSettings { connect_seconds: 1, send_seconds: 1, acknowledge_seconds: 1, ..Default::default() };
    ClientSettings { rest_seconds: 0, ..one }
}

/// Hands each frame to the test, answers what it was told to.
struct Told {
    answer: Answer,
    seen: mpsc::UnboundedSender<Frame>,
}

impl Handler for Told {
    fn handle<'a>(&'a self, frame: Frame) -> BoxFuture<'a, Answer> {
        self.seen.send(frame).unwrap();
        std::future::ready(self.answer.clone()).boxed()
    }
}

async fn server(settings: ServerSettings, answer: Answer) -> (String, mpsc::UnboundedReceiver<Frame>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (seen, frames) = mpsc::unbounded_channel();
    tokio::spawn(serve(listener, settings, Arc::new(Told { answer, seen }), std::future::pending()));
    (address, frames)
}

/// A partner written by hand: for each connection, for each message, the bytes to answer; empty closes.
async fn partner(answers: Vec<Vec<Bytes>>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, connections) = (listener.local_addr().unwrap().to_string(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        for answers in answers {
            let mut framed = Framed::new(listener.accept().await.unwrap().0, Codec::new(1000));
            counted.fetch_add(1, Ordering::SeqCst);
            for answer in answers {
                let _ = framed.next().await;
                let _ = framed.send(&*answer).await;
            }
        }
    });
    (address, connections)
}

#[tokio::test]
async fn a_connection_is_kept_while_it_is_healthy() {
    let acks = ["ID1", "ID2"].map(acknowledgement).to_vec();
    let (address, connections) = partner(vec![acks, vec![acknowledgement("ID3")]]).await;
    let client = Client::new(address, quick());
    for (count, id) in [(1, "ID1"), (1, "ID2"), (2, "ID3")] {
        let (answer, raw) = client.exchange(MESSAGE, id, async {}).await.unwrap();
        assert_eq!(answer.first("MSA").unwrap().text(2), Some(id));
        assert_eq!(raw, acknowledgement(id));
        assert_eq!(connections.load(Ordering::SeqCst), count, "the partner closed after the second");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_late_acknowledgement_is_never_taken_for_the_next() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(listener.local_addr().unwrap().to_string(), quick());
    let late = tokio::spawn(async move {
        let mut first = Framed::new(listener.accept().await.unwrap().0, Codec::new(1000));
        let _ = first.next().await;
        let mut second = Framed::new(listener.accept().await.unwrap().0, Codec::new(1000));
        let _ = second.next().await;
        let _ = first.send(&*acknowledgement("ID1")).await;
        let _ = second.send(&*acknowledgement("ID2")).await;
        assert!(first.next().await.is_none(), "the client closed the socket at the time-out");
    });
    assert!(matches!(client.exchange(MESSAGE, "ID1", async {}).await, Err(ExchangeError::AcknowledgeTimeout)));
    assert!(client.exchange(MESSAGE, "ID2", async {}).await.is_ok());
    late.await.unwrap();
}

#[tokio::test]
async fn an_acknowledgement_that_came_too_early_is_not_believed() {
    let early = b"MSH|^~\\&|C|D|A|B|1||ACK|X1|T|2.5\rMSA|AE|ID2\r".as_slice();
    let double = Bytes::from([&acknowledgement("ID1")[..], b"\x1c\x0d\x0b", early].concat());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(listener.local_addr().unwrap().to_string(), quick());
    tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.unwrap();
        let _ = first.read(&mut [0; 1000]).await;
        let _ = first.write_all(&[b"\x0b", &double[..], b"\x1c\x0d"].concat()).await;
        let mut second = Framed::new(listener.accept().await.unwrap().0, Codec::new(1000));
        let _ = second.next().await;
        let _ = second.send(&*acknowledgement("ID2")).await;
        let _ = second.next().await;
    });
    assert!(client.exchange(MESSAGE, "ID1", async {}).await.is_ok());
    let (_, raw) = client.exchange(MESSAGE, "ID2", async {}).await.unwrap();
    assert_eq!(raw, acknowledgement("ID2"));
}

#[tokio::test]
async fn each_bad_answer_has_its_error() {
    let answers = [acknowledgement("OTHER"), Bytes::from_static(b"Bonjour"), Bytes::from_static(b"MSH|^~\\&|A\r")];
    let (address, _) = partner(answers.iter().map(|answer| vec![answer.clone()]).chain([vec![]]).collect()).await;
    let client = Client::new(address, quick());
    assert!(matches!(client.exchange(MESSAGE, "ID1", async {}).await, Err(ExchangeError::Foreign)));
    assert!(matches!(client.exchange(MESSAGE, "ID1", async {}).await, Err(ExchangeError::Unreadable)));
    assert!(matches!(client.exchange(MESSAGE, "ID1", async {}).await, Err(ExchangeError::Unreadable)));
    let closed = client.exchange(MESSAGE, "ID1", async {}).await;
    assert!(matches!(closed, Err(ExchangeError::Closed | ExchangeError::Frame(_))), "{closed:?}");
    assert!(matches!(client.exchange(MESSAGE, "ID1", async {}).await, Err(ExchangeError::Unreachable(_))));
}

#[tokio::test]
async fn messages_to_one_destination_wait_for_each_other() {
    let (address, mut frames) = server(ServerSettings::default(), Answer::Send(acknowledgement("ID1"))).await;
    let client = Client::new(address, quick());
    let both = tokio::join!(client.exchange(MESSAGE, "ID1", async {}), client.exchange(MESSAGE, "ID1", async {}));
    assert!(both.0.is_ok() && both.1.is_ok());
    for _ in 0..2 {
        assert_eq!(frames.recv().await.unwrap(), Frame { bytes: Bytes::from_static(MESSAGE), fault: None });
    }
}

#[tokio::test]
async fn those_who_wait_behind_a_silence_do_not_wait_for_it_again() {
    let (address, mut frames) = server(ServerSettings::default(), Answer::Nothing).await;
    let client = Client::new(address, ClientSettings { rest_seconds: 1, ..quick() });
    let all = futures_util::future::join_all((0..5).map(|_| client.exchange(MESSAGE, "ID1", async {}))).await;
    let codes: Vec<&str> = all.iter().map(|one| one.as_ref().unwrap_err().code()).collect();
    assert_eq!(codes, ["acknowledge-timeout", "resting", "resting", "resting", "resting"]);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let again = client.exchange(MESSAGE, "ID1", async {}).await.unwrap_err();
    assert_eq!(again.code(), "acknowledge-timeout", "then it is tried again");
    assert!(frames.recv().await.is_some() && frames.recv().await.is_some() && frames.try_recv().is_err());
}

#[tokio::test]
async fn a_broken_frame_is_handed_over_and_answered() {
    let settings = ServerSettings { max_frame: 8, frame_seconds: 1, ..ServerSettings::default() };
    let (address, mut frames) = server(settings, Answer::Send(Bytes::from_static(b"AR"))).await;
    for (sent, seen, fault) in [
        (&b"\x0b1234567890"[..], &b"12345678"[..], Fault::TooLarge),
        (b"\x0b123", b"123", Fault::Unterminated),
        (b"hello", b"hello", Fault::Unframed),
    ] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(sent).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, b"\x0bAR\x1c\x0d", "answered, then closed");
        assert_eq!(frames.recv().await.unwrap(), Frame { bytes: Bytes::copy_from_slice(seen), fault: Some(fault) });
    }
}

#[tokio::test]
async fn idle_and_surplus_connections_are_closed() {
    let settings = ServerSettings { idle_seconds: 1, max_connections: 1, ..ServerSettings::default() };
    let (address, _frames) = server(settings, Answer::Nothing).await;
    let mut first = TcpStream::connect(&address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut surplus = TcpStream::connect(&address).await.unwrap();
    let closed = tokio::time::timeout(Duration::from_millis(500), surplus.read(&mut [0; 1])).await;
    assert!(matches!(closed, Ok(Ok(0) | Err(_))), "{closed:?}");
    let idle = tokio::time::timeout(Duration::from_secs(3), first.read(&mut [0; 1])).await;
    assert!(matches!(idle, Ok(Ok(0))), "{idle:?}");
    let again = tokio::time::timeout(Duration::from_millis(300), async {
        TcpStream::connect(&address).await.unwrap().read(&mut [0; 1]).await
    });
    assert!(again.await.is_err(), "the place is free again");
}
