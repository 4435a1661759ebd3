//! Our mails and calendars before software that others wrote: `tests/partners/mail`. They run when
//! `PARVIS_TEST_PYTHON` names a Python that has `tests/partners/requirements.txt` (`tests/run` sees to it).

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::Value;
use web::Lang;

use super::{
    mime::tests::written,
    smtp::{Mailer, tests::settings},
};
use crate::{
    answer::Answer,
    domain::{
        calendar,
        facts::{
            Facts, Kind,
            tests::{sample, words},
        },
    },
    settings::{MailSettings, Tls},
};

fn script(name: &str) -> Option<Command> {
    let mut command = Command::new(std::env::var_os("PARVIS_TEST_PYTHON")?);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/partners/mail").join(name));
    Some(command)
}

struct Server {
    process: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    port: u16,
    ca: Option<PathBuf>,
}

impl Server {
    fn start(arguments: &[&str]) -> Option<Self> {
        let mut command = script("smtp_server.py")?;
        let mut process =
            command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the partner starts");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let port = u16::try_from(first["port"].as_u64().unwrap()).unwrap();
        Some(Self { process, lines, port, ca: first["ca"].as_str().map(PathBuf::from) })
    }

    fn settings(&self, tls: Tls) -> MailSettings {
        MailSettings { tls, ca_file: self.ca.clone(), timeout_seconds: 10, ..settings(self.port) }
    }

    fn received(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

async fn send(settings: &MailSettings, facts: &Facts) -> Answer {
    Mailer::new(settings).unwrap().send(written(Kind::Booked, facts).unwrap()).await
}

fn with_password(settings: MailSettings, password: &str) -> MailSettings {
    let file = std::env::temp_dir().join(format!("parvis-password-{}-{password}", std::process::id()));
    std::fs::write(&file, format!("{password}\n")).unwrap();
    MailSettings { username: Some("parvis".into()), password_file: Some(file), ..settings }
}

#[tokio::test]
async fn a_real_server_reads_our_mail() {
    let Some(mut server) = Server::start(&[]) else { return };
    let facts = sample(Lang::Fr);
    assert!(matches!(send(&server.settings(Tls::None), &facts).await, Answer::Accepted(_)));
    let mail = server.received();
    assert_eq!(mail["to"], serde_json::json!(["angela.dubois@exemple.fr"]));
    assert_eq!(
        mail["subject"].as_str().unwrap().replace('\u{a0}', " "),
        "Votre rendez-vous du jeudi 3 décembre 2026 à 8 h 30"
    );
    assert_eq!(mail["message_id"], "<01JDTESTMESSAGE00042@exemple.fr>");
    assert_eq!(mail["defects"], serde_json::json!([]));
    let parts: Vec<_> = mail["parts"].as_array().unwrap().iter().map(|part| part["type"].as_str().unwrap()).collect();
    assert_eq!(parts, ["text/plain", "text/html", "text/calendar", "text/calendar"]);
    assert_eq!(
        (&mail["parts"][2]["method"], &mail["parts"][3]["file"]),
        (&"REQUEST".into(), &"rendez-vous.ics".into())
    );
    assert!(mail["parts"][0]["content"].as_str().unwrap().contains("Dr Élise Fournier"));
}

#[tokio::test]
async fn tls_is_required_and_trusted_or_nothing_is_said() {
    for (name, tls) in [("starttls", Tls::Starttls), ("implicit", Tls::Implicit)] {
        let Some(mut server) = Server::start(&["--tls", name]) else { return };
        let facts = sample(Lang::Fr);
        let untrusting = MailSettings { ca_file: None, ..server.settings(tls) };
        assert_eq!(send(&untrusting, &facts).await, Answer::Later("relay-untrusted".into()), "{name}");
        assert_eq!(send(&server.settings(tls), &facts).await, Answer::Accepted("SMTP 250".into()), "{name}");
        assert_eq!(server.received()["tls"], true);
    }
    let Some(plain) = Server::start(&[]) else { return };
    let refused = send(&plain.settings(Tls::Starttls), &sample(Lang::Fr)).await;
    assert_eq!(refused, Answer::Later("relay-unfit".into()));
}

#[tokio::test]
async fn a_wrong_password_is_asked_again_and_a_right_one_sends() {
    let Some(mut server) = Server::start(&["--tls", "starttls", "--user", "parvis:right"]) else { return };
    let (facts, settings) = (sample(Lang::Fr), server.settings(Tls::Starttls));
    assert!(matches!(send(&with_password(settings.clone(), "wrong"), &facts).await, Answer::Later(_)));
    assert!(matches!(send(&with_password(settings, "right"), &facts).await, Answer::Accepted(_)));
    assert_eq!(server.received()["tls"], true);
}

#[tokio::test]
async fn what_a_real_server_says_is_told_apart_without_the_address() {
    let Some(server) = Server::start(&[]) else { return };
    for (address, expected) in [
        ("refused@exemple.fr", Answer::Refused("relay-said 550 5.1.1".into())),
        ("later@exemple.fr", Answer::Later("relay-said 451 4.7.1".into())),
    ] {
        let mut facts = sample(Lang::Fr);
        facts.recipient.email = Some(address.into());
        assert_eq!(send(&server.settings(Tls::None), &facts).await, expected);
    }
}

#[test]
fn another_program_reads_our_calendars() {
    if script("calendars.py").is_none() {
        return;
    }
    let folder = std::env::temp_dir().join(format!("parvis-calendars-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let now = "2026-11-21T10:00:00Z".parse().unwrap();
    let mut facts = sample(Lang::Fr);
    facts.place.name = "Hôpital \"Saint;Jean\", à l'Étang".into();
    facts.visit().service = "Néphrologie ; dialyse, \\ suivi".into();
    let paths = [Kind::Booked, Kind::Cancelled].map(|kind| {
        facts.visit().revision = u32::from(kind == Kind::Cancelled);
        let path = folder.join(format!("{}.ics", kind.name()));
        std::fs::write(&path, calendar::invitation(kind, &facts, "rdv@exemple.fr", &words(), now).unwrap()).unwrap();
        path
    });
    let judged = |paths: &[&PathBuf]| {
        let output = script("calendars.py").unwrap().args(paths).output().expect("the partner starts");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, said) = judged(&[&paths[0], &paths[1]]);
    assert_eq!(code, Some(0), "{said}");
    // The judge does refuse: the cancellation before the booking.
    assert_eq!(judged(&[&paths[1], &paths[0]]).0, Some(1));
}
