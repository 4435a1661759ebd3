use std::path::Path;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::*;

fn folder(name: &str) -> PathBuf {
    let unique = World::system().uuid();
    std::env::temp_dir().join(format!("parvis-mailbox-{name}-{unique}"))
}

async fn mailbox(folder: &Path) -> Handle {
    start(Settings { folder: folder.into(), smtp_port: 0, http_port: 0 }, World::system()).await.unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test's own client")]
fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

async fn messages(mailbox: &Handle) -> Vec<Value> {
    let url = format!("http://{}/messages.json", mailbox.http_addr);
    client().get(url).send().await.unwrap().json().await.unwrap()
}

async fn page(mailbox: &Handle, path: &str) -> (u16, String) {
    let answer = client().get(format!("http://{}{path}", mailbox.http_addr)).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn set_fault(mailbox: &Handle, fault: &str) {
    let url = format!("http://{}/faults", mailbox.http_addr);
    assert_eq!(client().post(url).form(&[("fault", fault)]).send().await.unwrap().status(), 303);
}

/// Says each line and gives back the code of each answer (the last line of it).
async fn talk(mailbox: &Handle, lines: &[&str]) -> Vec<String> {
    let mut stream = BufReader::new(TcpStream::connect(mailbox.smtp_addr).await.unwrap());
    let mut answers = vec![heard(&mut stream).await];
    for line in lines {
        stream.write_all(line.as_bytes()).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
        answers.push(heard(&mut stream).await);
    }
    answers.into_iter().map(|answer| answer.chars().take(3).collect()).collect()
}

async fn heard(stream: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        let read = stream.read_line(&mut line).await.unwrap();
        if read == 0 || line.as_bytes().get(3) != Some(&b'-') {
            return line;
        }
    }
}

const LETTER: &str = "Subject: =?utf-8?B?UmVuZGV6LXZvdXMgw6A=?= 8 h\r\nMessage-ID: <42@exemple.fr>\r\n\
    MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
    --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBonjour\r\n..pointill\u{e9}\r\n\
    --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Bonjour<script>alert(1)</script></p>\r\n\
    --b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nATTENDEE;CN=\"a:b\":mailto:x@y.z\r\nLOCATION:Une\r\n  rue\\, ici\r\nEND:VCALENDAR\r\n\
    --b--\r\n.";

async fn send_letter(mailbox: &Handle) -> Vec<String> {
    talk(mailbox, &["EHLO test", "MAIL FROM:<h@exemple.fr> SIZE=500", "RCPT TO:<p@exemple.fr>", "DATA", LETTER, "QUIT"])
        .await
}

#[tokio::test]
async fn a_mail_is_kept_shown_and_found_again() {
    let folder = folder("mail");
    let first = mailbox(&folder).await;
    assert_eq!(send_letter(&first).await, ["220", "250", "250", "250", "354", "250", "221"]);

    let kept = messages(&first).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["subject"], "Rendez-vous à 8 h");
    assert_eq!(kept[0]["to"], json!(["p@exemple.fr"]));
    assert_eq!(kept[0]["id"], "42@exemple.fr");
    assert_eq!(kept[0]["text"], "Bonjour\n.pointill\u{e9}");
    assert!(kept[0]["calendar"].as_str().unwrap().starts_with("BEGIN:VCALENDAR"));

    let (status, list) = page(&first, "/").await;
    assert!(status == 200 && list.contains("Rendez-vous à 8 h") && list.contains("Démonstration – données fictives"));
    let (_, detail) = page(&first, "/messages/1").await;
    assert!(detail.contains("<dt>ATTENDEE;CN=&#34;a:b&#34;</dt><dd>mailto:x@y.z</dd>"), "{detail}");
    assert!(detail.contains("<dd>Une rue, ici</dd>") && !detail.contains("<script>"), "{detail}");
    let html = client().get(format!("http://{}/messages/1/html", first.http_addr)).send().await.unwrap();
    assert!(html.headers()["content-security-policy"].to_str().unwrap().starts_with("sandbox;"));
    assert_eq!(page(&first, "/messages/2").await.0, 404);
    first.stop().await;

    let again = mailbox(&folder).await;
    assert_eq!(messages(&again).await, kept);
    again.stop().await;
}

#[tokio::test]
async fn a_line_cut_by_a_crash_is_left_behind() {
    let folder = folder("torn");
    let first = mailbox(&folder).await;
    send_letter(&first).await;
    first.stop().await;
    let path = folder.join("messages.jsonl");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend_from_slice(b"{\"number\":2,\"at\":\"2026");
    std::fs::write(&path, bytes).unwrap();

    let again = mailbox(&folder).await;
    send_letter(&again).await;
    again.stop().await;
    let last = mailbox(&folder).await;
    let numbers: Vec<_> = messages(&last).await.iter().map(|message| message["number"].clone()).collect();
    assert_eq!(numbers, [json!(2), json!(1)]);
    last.stop().await;
}

#[tokio::test]
async fn the_order_of_commands_is_kept() {
    let mailbox = mailbox(&folder("order")).await;
    let answers = talk(
        &mailbox,
        &[
            "MAIL FROM:<a@b.c>",
            "EHLO",
            "HELO me",
            "RCPT TO:<a@b.c>",
            "DATA",
            "MAIL FROM:a@b.c",
            "MAIL FROM:<a@b.c> SIZE=99999999",
            "mail from:<>",
            "MAIL FROM:<a@b.c>",
            "RCPT TO:<>",
            "RCPT TO:<a@b.c>",
            "RSET",
            "DATA",
            "NOOP",
            "STARTTLS",
        ],
    )
    .await;
    let expected = [
        "220", "503", "501", "250", "503", "503", "501", "552", "250", "503", "501", "250", "250", "503", "250", "500",
    ];
    assert_eq!(answers, expected);
    assert!(messages(&mailbox).await.is_empty());
    mailbox.stop().await;
}

#[tokio::test]
async fn a_bare_line_feed_does_not_end_a_message() {
    let mailbox = mailbox(&folder("smuggle")).await;
    let smuggled = "Subject: one\r\n\r\none\n.\nMAIL FROM:<evil@b.c>\r\n.";
    let answers = talk(&mailbox, &["EHLO t", "MAIL FROM:<a@b.c>", "RCPT TO:<a@b.c>", "DATA", smuggled, "QUIT"]).await;
    assert_eq!(answers, ["220", "250", "250", "250", "354", "250", "221"]);
    assert_eq!(messages(&mailbox).await.len(), 1);
    mailbox.stop().await;
}

#[tokio::test]
async fn too_large_a_message_is_refused() {
    let mailbox = mailbox(&folder("large")).await;
    let line = "x".repeat(1000) + "\r\n";
    let large = line.repeat(11_000) + ".";
    let answers = talk(&mailbox, &["EHLO t", "MAIL FROM:<a@b.c>", "RCPT TO:<a@b.c>", "DATA", &large, "NOOP"]).await;
    assert_eq!(answers, ["220", "250", "250", "250", "354", "552", "250"]);
    assert!(messages(&mailbox).await.is_empty());
    mailbox.stop().await;
}

#[tokio::test]
async fn faults_of_the_smtp_door() {
    let mailbox = mailbox(&folder("faults")).await;
    let lines = ["EHLO t", "MAIL FROM:<a@b.c>", "RCPT TO:<a@b.c>"];
    for (fault, code) in [("defer", "451"), ("reject", "550"), ("none", "250")] {
        set_fault(&mailbox, fault).await;
        assert_eq!(talk(&mailbox, &lines).await.last().unwrap(), code, "{fault}");
    }
    set_fault(&mailbox, "down").await;
    assert_eq!(talk(&mailbox, &[]).await, [""]);
    mailbox.stop().await;
}

#[tokio::test]
async fn sms_are_taken_once_and_checked() {
    let mailbox = mailbox(&folder("sms")).await;
    let url = format!("http://{}/sms", mailbox.http_addr);
    let post = async |body: Value| client().post(&url).json(&body).send().await.unwrap().status().as_u16();
    let good = json!({"to": "+33639980000", "text": "RDV jeudi <b>", "id": "m1"});
    assert_eq!(post(good.clone()).await, 202);
    assert_eq!(post(good.clone()).await, 202);
    assert_eq!(post(json!({"to": "0639980000", "text": "x", "id": "m2"})).await, 422);
    assert_eq!(post(json!({"to": "+33639980000", "text": ""})).await, 422);
    assert_eq!(post(json!({"to": 1})).await, 400);
    for (fault, status) in [("defer", 503), ("reject", 422), ("down", 503), ("none", 202)] {
        set_fault(&mailbox, fault).await;
        assert_eq!(post(good.clone()).await, status, "{fault}");
    }
    let kept = messages(&mailbox).await;
    assert_eq!((kept.len(), kept[0]["channel"].as_str(), kept[0]["id"].as_str()), (1, Some("sms"), Some("m1")));
    let (_, list) = page(&mailbox, "/").await;
    assert!(list.contains("RDV jeudi &#60;b&#62;"), "{list}");
    let forged = client().post(format!("http://{}/faults", mailbox.http_addr)).header("sec-fetch-site", "cross-site");
    assert_eq!(forged.form(&[("fault", "down")]).send().await.unwrap().status(), 403);
    mailbox.stop().await;
}

#[tokio::test]
async fn what_prevents_a_start_is_said() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let settings = Settings { folder: folder("taken"), smtp_port: 0, http_port: port };
    let fault = start(settings, World::system()).await.unwrap_err();
    assert_eq!(fault.to_string(), format!("port {port} is taken by another program (mailbox simulator, HTTP)"));

    let file = folder("file");
    std::fs::write(&file, b"").unwrap();
    let settings = Settings { folder: file, smtp_port: 0, http_port: 0 };
    assert!(matches!(start(settings, World::system()).await, Err(StartFault::Folder { .. })));
}
