//! The command line as operators and newcomers meet it: real processes.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};

use crate::house::root;

/// The program, built once for all tests of this file.
pub(crate) fn parvis() -> PathBuf {
    static BUILT: std::sync::Once = std::sync::Once::new();
    BUILT.call_once(|| {
        let built = Command::new(env!("CARGO")).args(["build", "--quiet", "-p", "server"]).current_dir(root()).status();
        assert!(built.unwrap().success());
    });
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.join("parvis")
}

pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("parvis_commands_{}_{name}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A port that nobody gets by chance: below those the system hands out to connections (32768 and up).
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    free_port_from(20_000, &NEXT)
}

/// Of 12000 ports from the first on. Programs that take several ports in a row keep theirs apart from these.
pub(crate) fn free_port_from(first: u16, next: &AtomicU16) -> u16 {
    loop {
        let port = first + (std::process::id() as u16).wrapping_add(next.fetch_add(1, Ordering::Relaxed)) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A demonstration beside any other: its own folder and ports.
pub(crate) fn demo(folder: &Path, port: u16) -> Command {
    let mut command = Command::new(parvis());
    command.current_dir(folder).env("PARVIS__SERVER__LISTEN", format!("127.0.0.1:{port}"));
    command.env("PARVIS__SERVER__ADMIN_LISTEN", format!("127.0.0.1:{}", free_port()));
    command.env("PARVIS__WEB__BASE_URL", format!("http://localhost:{port}"));
    for name in ["PATIENTS", "STAFF", "SIH_MLLP", "SIH_HTTP", "MAILBOX_HTTP", "PAYFIP", "VADS"] {
        command.env(format!("PARVIS__DEMO__{name}_PORT"), "0");
    }
    command.env("PARVIS__DEMO__SMTP_PORT", "0");
    command.env("PARVIS__SIH__LISTEN", "127.0.0.1:0");
    command
}

pub(crate) struct Running(pub(crate) Child);
impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts it and waits for the line that says it is ready.
fn start(mut command: Command) -> Running {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.find_map(|line| line.ok().filter(|line| line.starts_with("Ready in")));
    if ready.is_none() {
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        panic!("it did not start: {told}");
    }
    Running(child)
}

fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    assert_eq!(told.lines().count(), 1, "one clear sentence: {told}");
    told
}

#[test]
fn what_cannot_start_says_why_in_one_sentence() {
    let folder = folder("refusals");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let told = refusal(&demo(&folder, port).output().unwrap());
    assert!(told.contains(&port.to_string()) && told.contains("taken"), "{told}");

    let told =
        refusal(&demo(&folder, free_port()).env("PARVIS__DEMO__SIH_MLLP_PORT", port.to_string()).output().unwrap());
    assert!(told.contains(&port.to_string()) && told.contains("taken"), "{told}");

    let told = refusal(&demo(&folder, free_port()).env("PARVIS__DATABASE__COLOUR", "blue").output().unwrap());
    assert!(told.contains("database") && told.contains("colour"), "{told}");

    std::fs::write(folder.join("in-the-way"), "").unwrap();
    let told =
        refusal(&demo(&folder, free_port()).env("PARVIS__SERVER__DATA_FOLDER", "in-the-way/var").output().unwrap());
    assert!(told.contains("in-the-way"), "{told}");

    let output =
        Command::new(parvis()).args(["serve", "--config", "absent.toml"]).current_dir(&folder).output().unwrap();
    assert!(refusal(&output).contains("absent.toml"));
    let output = Command::new(parvis()).arg("dance").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    std::fs::remove_dir_all(folder).unwrap();
}

#[actix_web::test]
async fn a_second_start_finds_its_data_again() {
    let (folder, port) = (folder("again"), free_port());
    let first = start(demo(&folder, port));
    let mut browser = crate::browser::Browser::new(&format!("http://localhost:{port}"));
    let page = browser.log_in("/login?return_to=/appointments", "camille").await;
    assert!(page.url.ends_with("/appointments"), "{}", page.url);
    // As a power cut would: no goodbye.
    drop(first);
    let second = start(demo(&folder, port));
    let mut browser = browser.reopened();
    let page = browser.open("/appointments").await;
    assert!(page.url.ends_with("/appointments"), "the session is still there: {}", page.url);
    drop(second);
    let verified = Command::new(parvis())
        .args(["proof", "verify", "--config"])
        .arg(settings_of(&folder))
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(verified.status.success(), "{verified:?}");
    assert!(String::from_utf8_lossy(&verified.stdout).contains("holds"));
    std::fs::remove_dir_all(folder).unwrap();
}

#[actix_web::test]
async fn keys_are_rotated_and_what_is_old_is_erased() {
    let folder = folder("keys");
    drop(start(demo(&folder, free_port())));
    let settings = settings_of(&folder);
    let run = |args: &[&str]| {
        let (command, options) = args.split_at(if args[0] == "keys" { 2 } else { 1 });
        let mut parvis = Command::new(parvis());
        parvis.args(command).arg("--config").arg(&settings).args(options).current_dir(&folder);
        let output = parvis.output().unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    // The papers of the demonstration's invoices.
    assert_eq!(run(&["keys", "list"]), "files-0001.kek  14 files  current\n");
    assert!(run(&["keys", "rotate", "--destroy-old"]).starts_with("files-0002.kek is current; 14 files"));
    assert!(run(&["keys", "list"]).contains("files-0002.kek  14 files  current"));
    let erased = |day: &str| run(&["purge", "--as-of", day]);
    assert!(erased("2020-01-01").starts_with("Erased: 0 files, 0 documents, 0 messages, 0 notices"));
    assert!(!erased("2999-01-01").starts_with("Erased: 0 files"), "the stays of the demonstration are long over");
    assert!(erased("2999-01-01").starts_with("Erased: 0 files"));
    std::fs::remove_dir_all(folder).unwrap();
}

/// A settings file as a hospital would write one, over the data that the demonstration left.
fn settings_of(folder: &Path) -> PathBuf {
    let text = r#"
[web]
base_url = "https://rdv.example.org"
name = "Essai"
help_telephone = "03 00 00 00 00"
publisher = "Essai"
dpo_email = "dpo@example.org"
[identity.providers.fc]
preset = "franceconnect"
issuer = "https://idp.example.org/api/v2"
client_id = "parvis"
client_secret_file = "var/keys/demo-demo.secret"
[notices]
daily_limit = 5
[notices.mail]
host = "relay.example.org"
port = 587
tls = "starttls"
from = "rdv@example.org"
timeout_seconds = 10
connections = 2
"#;
    let path = folder.join("parvis.toml");
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_hospital_checks_its_settings_before_it_opens() {
    let folder = folder("settings");
    let path = settings_of(&folder);
    let check = |extra: &str| {
        let text = std::fs::read_to_string(&path).unwrap() + extra;
        let with = folder.join("with.toml");
        std::fs::write(&with, text).unwrap();
        Command::new(parvis()).args(["check-config", "--config"]).arg(with).current_dir(&folder).output().unwrap()
    };
    let good = check("");
    assert!(good.status.success(), "{good:?}");
    assert!(String::from_utf8_lossy(&good.stdout).contains("rdv.example.org"));
    let masked = check("[database]\nurl = \"postgresql://parvis:hunter2@db/parvis\"\n");
    assert!(!String::from_utf8_lossy(&masked.stdout).contains("hunter2"));
    assert!(refusal(&check("[attic]\nkey = 1\n")).contains("attic"));
    std::fs::remove_dir_all(folder).unwrap();
}

/// Killed without warning while patients book, again and again: what was acknowledged is there, and the SIH heard of
/// each booking under one control id.
#[actix_web::test]
async fn killed_at_any_point_nothing_acknowledged_is_lost() {
    let (folder, port, sih) = (folder("killed"), free_port(), free_port());
    let command = || {
        let mut command = demo(&folder, port);
        command.env("PARVIS__DEMO__SIH_HTTP_PORT", sih.to_string());
        command
    };
    let mut running = start(command());
    let base = format!("http://localhost:{port}");
    let mut booked = Vec::new();
    let mut browsers = Vec::new();
    for citizen in ["camille", "helene", "marie-france", "letizia"] {
        let mut browser = crate::browser::Browser::new(&base);
        browser.log_in("/login?return_to=/appointments", citizen).await;
        browsers.push(browser);
    }
    for (round, mut browser) in browsers.into_iter().enumerate() {
        browser = browser.reopened();
        let slot = crate::journey::first_slot(&mut browser).await;
        let key = format!("round-{round}");
        let answer = browser.call(reqwest::Method::POST, "/api/v1/appointments", Some(&key), slot.clone()).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        // Killed at another moment of the delivery in each round.
        tokio::time::sleep(Duration::from_millis(40 * round as u64)).await;
        drop(running);
        running = start(command());
        let mut browser = browser.reopened();
        let again = browser.call(reqwest::Method::POST, "/api/v1/appointments", Some(&key), slot).await;
        assert_eq!(again.text, answer.text, "the same key has the same answer after the restart");
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        let kept = browser.open(&format!("/api/v1/appointments/{id}")).await;
        assert_eq!(kept.json()["id"], id.as_str(), "{}", kept.text);
        booked.push(id);
    }
    let client = server::client::http(None).unwrap();
    let mut controls = std::collections::BTreeSet::new();
    for _ in 0..400 {
        let shown = client.get(format!("http://127.0.0.1:{sih}/messages.json")).send().await.unwrap();
        let messages: serde_json::Value = shown.json().await.unwrap();
        controls = messages.as_array().unwrap().iter().map(|message| message["control_id"].to_string()).collect();
        if controls.len() >= booked.len() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        controls.len(),
        booked.len(),
        "one control id for each booking, however often it was sent: {controls:?}"
    );
    drop(running);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_partner_on_any_free_port_tells_both_of_its_doors() {
    let folder = folder("simulate");
    let mut command = Command::new(parvis());
    command.args(["simulate", "sih", "--listen", "127.0.0.1:0", "--folder"]).arg(&folder).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let _running = Running(child);
    let said: Vec<String> = lines.map_while(Result::ok).take(2).collect();
    let doors = ["Page: http://", "MLLP: "].into_iter().zip(&said).map(|(start, line)| {
        line.strip_prefix(start).unwrap_or_else(|| panic!("{said:?}")).trim_end_matches('/').to_owned()
    });
    for door in doors {
        assert!(!door.ends_with(":0"), "{door}");
        std::net::TcpStream::connect(&door).unwrap_or_else(|error| panic!("{door}: {error}"));
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// The house hears the demo SIH on any free port, and takes what it announces.
#[actix_web::test]
async fn the_demo_sih_finds_a_door_on_any_free_port() {
    let (folder, port, sih) = (folder("any_door"), free_port(), free_port());
    let mut command = demo(&folder, port);
    command.env("PARVIS__DEMO__SIH_HTTP_PORT", sih.to_string());
    let running = start(command);
    let entry = kernel::World::system().now().to_zoned(jiff::tz::TimeZone::UTC).date() + jiff::ToSpan::days(20);
    let entry = format!("{entry}T07:30");
    let stay = [
        ("word", "announced"),
        ("finess", "990001000"),
        ("visit", "VN90"),
        ("ipp", "4711"),
        ("family", "EXEMPLE"),
        ("given", "Camille"),
        ("born", "1984-03-12"),
        ("sex", "F"),
        ("phone", ""),
        ("entry", &entry),
        ("label", ""),
    ];
    let (client, base) = (server::client::http(None).unwrap(), format!("http://127.0.0.1:{sih}"));
    let told = client.post(format!("{base}/stays")).form(&stay).send().await.unwrap();
    let status = told.status();
    assert_eq!(status, 303, "{}", told.text().await.unwrap());
    let shown = client.get(format!("{base}/messages.json")).send().await.unwrap();
    let messages: serde_json::Value = shown.json().await.unwrap();
    assert_eq!((&messages[0]["sent"], &messages[0]["acknowledgement"]), (&true.into(), &"AA".into()));
    drop(running);
    std::fs::remove_dir_all(folder).unwrap();
}
