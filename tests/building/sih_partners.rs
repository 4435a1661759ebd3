//! Our SIU messages judged by programs that others wrote: `hl7apy` behind its own MLLP server, `hl7apy` and `hl7types`
//! on files. They run when `PARVIS_TEST_PYTHON` names a Python that has them (`tests/run` sees to it).

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use kernel::{Rpps, World};
use sih::{
    acknowledgement::{Acknowledgement, Code, control_id},
    hl7::{Charset, Message, Segment},
    mllp::{Client, ClientSettings},
    outbound::{Cause, Coded, Envelope, Person, Place, Processing, Professional, Profile, Sex, StayProfile, Visit, booking},
};

use crate::house::root;

const CHARSETS: [(Charset, &str); 2] = [(Charset::Utf8, "utf-8"), (Charset::Latin9, "iso8859-15")];

fn python(program: &str) -> Option<Command> {
    let mut command = Command::new(std::env::var_os("PARVIS_TEST_PYTHON")?);
    command.arg(root().join("tests/partners/sih").join(program));
    Some(command)
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("parvis-sih-partners-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn profile(charset: Charset) -> Profile {
    Profile {
        sending_application: "PARVIS".to_owned(),
        sending_facility: "CH-VALMONT".to_owned(),
        receiving_application: "AGENDA".to_owned(),
        receiving_facility: "CH-VALMONT".to_owned(),
        domain_oid: "1.2.250.1.999.7.1".to_owned(),
        charset,
        processing: Processing::Test,
        version: "2.5^FRA^2.11".to_owned(),
        stays: StayProfile::default(),
    }
}

/// S12 with all a person may have, and S15 with the least.
fn messages(world: &World, charset: Charset) -> Vec<(String, Message)> {
    let visit = Visit {
        id: world.id(),
        starts_at: "2026-12-03T07:30:00Z".parse().unwrap(),
        ends_at: "2026-12-03T07:50:00Z".parse().unwrap(),
        zone: "Indian/Reunion".parse().unwrap(),
        reason: Coded { code: "DER-1".to_owned(), label: "Première consultation".to_owned() },
        place: Place {
            unit: Coded { code: "3310".to_owned(), label: "Dermatologie".to_owned() },
            room: Some("A1".to_owned()),
            finess: "750712184".parse().unwrap(),
        },
        professional: Professional {
            rpps: Rpps::with_key("1000999002").unwrap(),
            family: "GRONDIN".to_owned(),
            given: "Éloïse".to_owned(),
        },
        cause: Cause::Patient,
        comment: Some("Accès | fauteuil & ascenseur\nMerci ~ à vous".to_owned()),
    };
    let full = Person {
        id: world.id(),
        birth_family: "D'ARÇON & FILS".to_owned(),
        used_family: Some("CŒURDACIER".to_owned()),
        given: "Zoé".to_owned(),
        sex: Sex::Female,
        birth_date: "1951-00-00".to_owned(),
        birth_place: Some("97411".to_owned()),
        birth_country: Some("99100".to_owned()),
        phone: Some("+262692000001".to_owned()),
        mail: Some("zoe@example.org".to_owned()),
    };
    let bare = Person {
        used_family: None,
        birth_date: String::new(),
        birth_place: None,
        birth_country: None,
        phone: None,
        mail: None,
        ..full.clone()
    };
    let envelope = || Envelope { control_id: control_id(world), at: world.now() };
    let (one, other) = (envelope(), envelope());
    let profile = profile(charset);
    let (told, cancelled) =
        (booking::booked(&profile, &one, &visit, &full), booking::cancelled(&profile, &other, &visit, &bare));
    vec![(one.control_id, told), (other.control_id, cancelled)]
}

/// The same without a segment that the standard requires.
fn mutilated(message: &Message) -> Message {
    Message::new(message.segments().iter().filter(|segment| segment.name() != "SCH").cloned().collect::<Vec<Segment>>())
}

#[test]
fn validators_accept_our_messages_and_no_broken_one() {
    let Some(_) = python("validate.py") else { return };
    let (world, folder) = (World::system(), folder("files"));
    for (charset, name) in CHARSETS {
        for (id, message) in messages(&world, charset) {
            let judge = |message: &Message, file: String| {
                let path = folder.join(file);
                std::fs::write(&path, message.encode(charset).unwrap()).unwrap();
                python("validate.py").unwrap().arg(path).output().unwrap()
            };
            let good = judge(&message, format!("{name}-{id}.hl7"));
            assert_eq!(good.status.code(), Some(0), "{}", String::from_utf8_lossy(&good.stdout));
            let bad = judge(&mutilated(&message), format!("{name}-{id}-broken.hl7"));
            let said = String::from_utf8_lossy(&bad.stdout);
            assert_eq!(bad.status.code(), Some(1), "{said}");
            assert!(said.contains("hl7apy:") && said.contains("hl7types:"), "{said}");
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// The peer's process; it ends with the test.
struct Peer {
    child: Child,
    address: String,
}

impl Peer {
    fn start(folder: &std::path::Path, encoding: &str) -> Option<Self> {
        let mut command = python("mllp_server.py")?;
        command.arg("--folder").arg(folder).args(["--encoding", encoding]).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().strip_prefix("listening ").unwrap_or_else(|| panic!("it said {line:?}"));
        Some(Self { address: format!("127.0.0.1:{port}"), child })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_foreign_mllp_server_takes_our_messages_byte_for_byte() {
    let world = World::system();
    for (charset, encoding) in CHARSETS {
        let folder = folder(encoding);
        let Some(peer) = Peer::start(&folder, encoding) else { return };
        let client = Client::new(peer.address.clone(), ClientSettings::default());
        for (id, message) in messages(&world, charset) {
            let bytes = message.encode(charset).unwrap();
            let (answer, _) = client.exchange(&bytes, &id, async {}).await.unwrap();
            assert_eq!(Acknowledgement::of(&answer).unwrap().code, Code::Accepted);
            assert_eq!(std::fs::read(folder.join(format!("{id}.hl7"))).unwrap(), bytes);
            let broken = mutilated(&message).encode(charset).unwrap();
            let (answer, _) = client.exchange(&broken, &id, async {}).await.unwrap();
            assert_eq!(Acknowledgement::of(&answer).unwrap().code, Code::Error);
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
