//! Our SIU, ADT, MDM and DFT messages judged by programs that others wrote: `hl7apy` behind its own MLLP server, `hl7apy` and `hl7types`
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
    outbound::{
        Cause, Coded, Envelope, Person, Place, Processing, Professional, Profile, Sex, StayProfile, Visit, booking,
        payment::{self, Codes, Debtor, Means, PaymentTold, ShareTold},
        preadmission::{
            self, Address, Answers, Attending, Cover, CoverKind, Deed, Dmp, DocumentTold, Number, Relative, Role,
            Stands, Stay, StayClass, StayTold,
        },
    },
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
    let mut all = vec![(one.control_id, told), (other.control_id, cancelled)];
    all.extend(of_a_file(world, &profile, &visit, &full));
    all.extend(of_payments(world, &profile));
    all
}

/// DFT of two invoices of one visit by card, and of one without a visit by direct debit.
fn of_payments(world: &World, profile: &Profile) -> Vec<(String, Message)> {
    let share = |rank: usize, visit: Option<&str>| ShareTold {
        rank,
        source: "GEF".to_owned(),
        number: format!("F2026 & {rank}"),
        refdet: format!("FACT202600012{rank}"),
        visit: visit.map(str::to_owned),
        amount: kernel::Money::from_cents(9_999_999),
    };
    let debtor = |shares| Debtor {
        person: ::payment::read::Person {
            ipp: "300412".to_owned(),
            birth_family: "D'ARÇON & FILS".to_owned(),
            given: "Zoé".to_owned(),
            birth_date: "1951".to_owned(),
            sex: "F".to_owned(),
        },
        shares,
    };
    let told = |means, authorisation: Option<&str>, shares| PaymentTold {
        id: world.id(),
        finess: "750712184".parse().unwrap(),
        zone: "Indian/Reunion".parse().unwrap(),
        means,
        paid_at: world.now(),
        settled_at: world.now(),
        authorisation: authorisation.map(str::to_owned),
        debtors: vec![debtor(shares)],
    };
    let both = [
        told(Means::Card, Some("112233445566-tip"), vec![share(1, Some("88123")), share(2, Some("88123"))]),
        told(Means::DirectDebit, None, vec![share(1, None)]),
    ];
    let message = |told: &PaymentTold| {
        let envelope = Envelope { control_id: control_id(world), at: world.now() };
        let message = payment::message(profile, &envelope, told, &told.debtors[0], &Codes::default());
        (envelope.control_id, message)
    };
    both.iter().map(message).collect()
}

/// A28, A05, Z99, A38 and MDM of an accepted file with every answer, and A05 with none.
fn of_a_file(world: &World, profile: &Profile, visit: &Visit, person: &Person) -> Vec<(String, Message)> {
    let told = file(world, visit, person);
    let bare = StayTold { ipp: None, answers: Answers::default(), ..told.clone() };
    let deeds = [Deed::Identity, Deed::Admission, Deed::Correction, Deed::Cancellation];
    let wanted = deeds.map(|deed| (&told, deed)).into_iter().chain([(&bare, Deed::Admission)]);
    let envelope = || Envelope { control_id: control_id(world), at: world.now() };
    let mut messages: Vec<_> = wanted
        .map(|(told, deed)| {
            let envelope = envelope();
            let message = preadmission::message(profile, &envelope, told, deed);
            (envelope.control_id, message)
        })
        .collect();
    let document = DocumentTold {
        stay: told,
        id: world.id(),
        kind: Coded { code: "CN_RECTO".to_owned(), label: "Carte d'identité, recto".to_owned() },
        received_at: world.now(),
        accepted_at: world.now(),
    };
    let envelope = envelope();
    let message = preadmission::document(profile, &envelope, &document, b"%PDF-1.7 fictional");
    messages.push((envelope.control_id, message));
    for (_, message) in &messages {
        assert_eq!(preadmission::rules::check(message), Ok(()));
    }
    messages
}

fn file(world: &World, visit: &Visit, person: &Person) -> StayTold {
    let relative = |role, given: &str| Relative {
        id: control_id(world),
        role,
        family: "GRONDIN & FILS".to_owned(),
        given: given.to_owned(),
        relationship: Some("SPO".to_owned()),
        phone: Some("+262262000002".to_owned()),
        address: None,
    };
    let cover = |kind, payer: &str, number: &str| Cover {
        kind,
        payer: payer.to_owned(),
        payer_name: "CGSS".to_owned(),
        from: "2026-01-01".parse().ok(),
        until: None,
        insured_family: "D'ARÇON".to_owned(),
        insured_given: "Zoé".to_owned(),
        quality: "00".to_owned(),
        number: Some(number.to_owned()),
    };
    StayTold {
        file: world.id(),
        version: 1,
        stands: Stands::Accepted,
        finess: visit.place.finess.clone(),
        person: person.clone(),
        ipp: Some("300412".to_owned()),
        stay: Stay {
            visit: Number::Hospital("88123".to_owned()),
            folder: None,
            movement: None,
            class: StayClass::AmbulatorySurgery,
            unit: Some(visit.place.unit.clone()),
            site: Some(visit.place.finess.clone()),
            zone: visit.zone.clone(),
            planned_at: visit.starts_at,
            ends_at: Some(visit.ends_at),
            created_at: world.now(),
            label: "Cataracte | œil droit".to_owned(),
        },
        answers: Answers {
            address: Some(Address {
                lines: vec!["7 quai des Ormes".to_owned(), "Bâtiment C".to_owned()],
                postcode: "97400".to_owned(),
                city: "SAINT-DENIS".to_owned(),
                country: "FRA".to_owned(),
            }),
            marital_status: Some("M".to_owned()),
            activity: Some("1".to_owned()),
            category: Some("37".to_owned()),
            attending: Some(Attending::Known(visit.professional.clone())),
            relatives: vec![relative(Role::ToNotify, "Paul"), relative(Role::Trusted, "Anne")],
            covers: vec![
                cover(CoverKind::Amo, "019740000", "258022923202347"),
                cover(CoverKind::Amc, "99100001", "M1"),
            ],
            private_room: Some(true),
            confidential: false,
            sms: Some(true),
            dmp: Dmp { feeding: Some((true, world.now())), consultation: Some((false, world.now())) },
        },
    }
}

/// The same without a segment that the standard requires.
fn mutilated(message: &Message) -> Message {
    let required = if message.first("SCH").is_some() { "SCH" } else { "PID" };
    let kept = message.segments().iter().filter(|segment| segment.name() != required);
    Message::new(kept.cloned().collect::<Vec<Segment>>())
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
