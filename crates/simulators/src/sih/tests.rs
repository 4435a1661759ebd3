//! Through both doors, as Parvis and as a person at its page.

use std::io::{Read, Write};

use sih::{
    acknowledgement::Acknowledgement,
    mllp::{Client, ClientSettings, ExchangeError},
};

use super::*;

fn settings(name: &str) -> Settings {
    let folder = std::env::temp_dir().join(format!("parvis-sih-simulator-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    Settings {
        mllp_port: 0,
        http_port: 0,
        folder,
        conduct: Conduct::Normal,
        slowness: Duration::from_millis(1500),
        zone: "Europe/Paris".parse().unwrap(),
        portal: None,
    }
}

fn message(id: &str) -> Vec<u8> {
    format!(
        "MSH|^~\\&|PARVIS|CH|AGENDA|CH|1||SIU^S12^SIU_S12|{id}|T|2.5||||||UNICODE UTF-8\rPID|1||P1||D'ARÇON^<b>Zoé\r"
    )
    .into_bytes()
}

fn client(running: &Running) -> Client {
    let quick = ClientSettings { acknowledge_seconds: 1, rest_seconds: 0, ..ClientSettings::default() };
    Client::new(running.mllp_addr.to_string(), quick)
}

async fn code(client: &Client, id: &str) -> Result<String, ExchangeError> {
    let (answer, _) = client.exchange(&message(id), id, async {}).await?;
    let read = Acknowledgement::of(&answer).unwrap();
    Ok(format!("{} {}", read.code.name(), read.error.map_or_else(String::new, |error| error.to_string())))
}

/// A request written by hand: no HTTP client belongs in this crate.
async fn http(running: &Running, request: String) -> String {
    let address = running.http_addr;
    let asking = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    asking.await.unwrap()
}

async fn get(running: &Running, path: &str) -> String {
    http(running, format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).await
}

#[tokio::test]
async fn each_conduct_as_the_sender_sees_it() {
    let running = start(settings("conducts"), World::system()).await.unwrap();
    let client = client(&running);
    assert_eq!(code(&client, "A").await.unwrap(), "AA ");
    running.partner.behave(Conduct::Down);
    assert_eq!(code(&client, "B").await.unwrap(), "AR 207");
    running.partner.behave(Conduct::Rejecting);
    assert_eq!(code(&client, "B").await.unwrap(), "AE 101");
    running.partner.behave(Conduct::Foreign);
    assert!(matches!(code(&client, "C").await, Err(ExchangeError::Foreign)));
    for conduct in [Conduct::Silent, Conduct::Slow] {
        running.partner.behave(conduct);
        assert!(matches!(code(&client, "D").await, Err(ExchangeError::AcknowledgeTimeout)));
    }
    running.partner.behave(Conduct::Normal);
    for id in ["B", "C", "D"] {
        assert_eq!(code(&client, id).await.unwrap(), "AA ", "{id}");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_repeated_message_gets_the_same_answer_even_after_a_restart() {
    let settings = settings("repeated");
    let running = start(settings.clone(), World::system()).await.unwrap();
    let (_, first) = client(&running).exchange(&message("A"), "A", async {}).await.unwrap();
    let (_, again) = client(&running).exchange(&message("A"), "A", async {}).await.unwrap();
    running.stop().await;
    let running = start(settings, World::system()).await.unwrap();
    let (_, restarted) = client(&running).exchange(&message("A"), "A", async {}).await.unwrap();
    assert_eq!((&again, &restarted), (&first, &first));
    let repeats: Vec<_> = running.partner.entries().iter().map(|entry| (entry.number, entry.repeats)).collect();
    assert_eq!(repeats, [(1, None), (2, Some(1)), (3, Some(1))]);
    running.stop().await;
}

#[tokio::test]
async fn its_pages_show_and_switch() {
    let running = start(settings("pages"), World::system()).await.unwrap();
    let client = client(&running);
    code(&client, "PAGE-1").await.unwrap();
    let list = get(&running, "/").await;
    assert!(list.contains("Démonstration – données fictives") && list.contains("PAGE-1") && list.contains("ARÇON"));
    let detail = get(&running, "/messages/1").await;
    assert!(detail.contains("PID-5") && detail.contains("MSA-2") && !detail.contains("<b>Zoé"), "{detail}");
    assert!(get(&running, "/messages/2").await.starts_with("HTTP/1.1 404"));
    let json = get(&running, "/messages.json").await;
    let body: serde_json::Value = serde_json::from_str(json.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!((&body[0]["surname"], &body[0]["acknowledgement"]), (&"D'ARÇON".into(), &"AA".into()));
    let form = "conduct=down";
    let posted = format!(
        "POST /conduct HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    assert!(http(&running, posted).await.starts_with("HTTP/1.1 303"));
    assert_eq!(code(&client, "PAGE-2").await.unwrap(), "AR 207");
    running.stop().await;
}

#[tokio::test]
async fn unreadable_bytes_are_kept_and_answered() {
    let running = start(settings("unreadable"), World::system()).await.unwrap();
    let answer = client(&running).exchange(b"MSH|^~\\&|A|B|C|D|1||X|BAD-1|P\rpid|", "BAD-1", async {}).await.unwrap().0;
    assert_eq!(Acknowledgement::of(&answer).unwrap().code.name(), "AR");
    assert_eq!(running.partner.entries().len(), 1);
    running.stop().await;
}

#[tokio::test]
async fn what_cannot_start_says_why() {
    let running = start(settings("first"), World::system()).await.unwrap();
    let taken = Settings { mllp_port: running.mllp_addr.port(), ..settings("second") };
    assert!(
        matches!(start(taken, World::system()).await, Err(StartError::Port { port, .. }) if port == running.mllp_addr.port())
    );
    let torn = settings("torn");
    std::fs::create_dir_all(&torn.folder).unwrap();
    std::fs::write(torn.folder.join("sih.jsonl"), "{\"number\": 1, \"recei").unwrap();
    assert!(start(torn, World::system()).await.is_ok(), "a half-written last line was never answered");
    let spoiled = settings("spoiled");
    std::fs::create_dir_all(&spoiled.folder).unwrap();
    std::fs::write(spoiled.folder.join("sih.jsonl"), "hello\n").unwrap();
    assert!(matches!(start(spoiled, World::system()).await, Err(StartError::Spoiled { line: 1, .. })));
    running.stop().await;
}

/// Two of them: what one announces, the other receives as a portal would.
#[tokio::test]
async fn a_stay_is_announced_corrected_and_cancelled() {
    let portal = start(settings("portal"), World::system()).await.unwrap();
    let hospital = Hospital { finess: "990001000".to_owned(), facility: "CH-VALMONT".to_owned() };
    let known = Portal { address: portal.mllp_addr.to_string(), hospitals: vec![hospital] };
    let running = start(Settings { portal: Some(known), ..settings("gam") }, World::system()).await.unwrap();
    let form = "finess=990001000&visit=V-1&ipp=77&family=LE+GOFF&given=Ma%C3%ABlys&born=1958-02-14&sex=F&phone=0639980123&entry=2026-12-10T07%3A30&label=Cataracte";
    let post = async |form: String| {
        let request = format!(
            "POST /stays HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        http(&running, request).await
    };
    for word in ["announced", "corrected", "cancelled"] {
        assert!(post(format!("word={word}&{form}")).await.starts_with("HTTP/1.1 303"), "{word}");
    }
    let seen: Vec<String> =
        portal.partner.entries().iter().map(|entry| String::from_utf8(entry.message.clone()).unwrap()).collect();
    for (message, part) in seen.iter().zip(["ADT^A05^ADT_A05", "ADT^Z99^ADT_A01", "ADT^A38^ADT_A38"]) {
        assert!(message.contains(part) && message.contains("V-1^^^CH-VALMONT&990001000&M^VN"), "{message}");
    }
    assert!(seen[0].contains("|202612100730|") && seen[1].contains("|UPDATE|N|A05|"), "{seen:?}");
    let sent: Vec<_> = running.partner.entries().iter().map(|entry| (entry.sent, entry.code.clone())).collect();
    assert_eq!(sent, vec![(true, "AA".to_owned()); 3]);
    assert!(get(&running, "/").await.contains("envoyé"));
    let foreign = form.replace("990001000", "990002008");
    assert!(post(format!("word=announced&{foreign}")).await.starts_with("HTTP/1.1 502"));
    running.stop().await;
    portal.stop().await;
}
