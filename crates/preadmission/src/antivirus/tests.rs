//! The client against ClamAV's own daemon with a local signature, and against daemons that fail. The former runs when
//! `PARVIS_TEST_CLAMD` names the program (`tests/run` sees to it).

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use kernel::{Clock as _, testing};
use lopdf::{Document, Object, Stream, dictionary};
use tokio::{io::AsyncReadExt, net::TcpListener, task::JoinSet, time::sleep};

use super::*;
use crate::press;

/// The test file all engines know, in two parts so that none takes this source for it (eicar.org).
const EICAR: [&str; 2] = [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];

fn eicar() -> Vec<u8> {
    EICAR.concat().into_bytes()
}

fn settings(address: Address) -> Settings {
    Settings { address, answer_seconds: 20, ..Settings::default() }
}

fn antivirus(address: Address) -> Antivirus {
    Antivirus::new(settings(address), testing::world().0)
}

/// A private daemon in a folder of its own, with one signature: EICAR, anywhere in a file.
struct Daemon {
    child: Child,
    folder: PathBuf,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Daemon {
    async fn start(name: &str) -> Option<Self> {
        let program = std::env::var_os("PARVIS_TEST_CLAMD")?;
        let folder = std::env::temp_dir().join(format!("parvis_clamd_{}_{name}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(folder.join("signatures")).unwrap();
        let signature = format!("Local.Eicar:0:*:{}\n", kernel::digest::hex(&eicar()));
        fs::write(folder.join("signatures/local.ndb"), signature).unwrap();
        let at = |name: &str| folder.join(name).display().to_string();
        let lines = [
            format!("DatabaseDirectory {}", at("signatures")),
            format!("LocalSocket {}", at("socket")),
            format!("TemporaryDirectory {}", folder.display()),
            "Foreground yes\nStreamMaxLength 2M\nMaxRecursion 10\nMaxThreads 4\nScanImage no".to_owned(),
            "AlertEncryptedDoc yes\nAlertExceedsMax yes\n".to_owned(),
        ];
        fs::write(folder.join("clamd.conf"), lines.join("\n")).unwrap();
        let child = Command::new(program)
            .arg("--config-file")
            .arg(folder.join("clamd.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let daemon = Self { child, folder };
        for _ in 0..300 {
            if antivirus(daemon.address()).is_up().await {
                return Some(daemon);
            }
            sleep(Duration::from_millis(100)).await;
        }
        panic!("clamd did not come up");
    }

    fn address(&self) -> Address {
        Address::Unix(self.folder.join("socket"))
    }
}

/// One member, stored (APPNOTE 4.3.7).
fn zipped(name: &str, body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len()).unwrap().to_le_bytes();
    let crc = crc32(body).to_le_bytes();
    let length = u16::try_from(name.len()).unwrap().to_le_bytes();
    let common = [&[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..], &crc, &size, &size, &length, &[0, 0]].concat();
    let local = [b"PK\x03\x04", common.as_slice(), name.as_bytes(), body].concat();
    let central = [b"PK\x01\x02\x14\0", common.as_slice(), &[0; 14], name.as_bytes()].concat();
    let (start, long) = (u32::try_from(local.len()).unwrap(), u32::try_from(central.len()).unwrap());
    let end = [b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &long.to_le_bytes()[..], &start.to_le_bytes(), &[0, 0]].concat();
    [local, central, end].concat()
}

/// ISO 3309.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

/// A PDF that carries the file as an attachment, written as qpdf does: the checksum, in hexadecimal, before the filter.
fn attached(body: &[u8], compressed: bool) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let sum = Object::String(vec![0x5A; 16], lopdf::StringFormat::Hexadecimal);
    let entries = dictionary! { "Type" => "EmbeddedFile", "Params" => dictionary! { "CheckSum" => sum } };
    let mut file = Stream::new(entries, body.to_vec());
    if compressed {
        file.compress().unwrap();
    }
    let file = document.add_object(file);
    let spec =
        dictionary! { "Type" => "Filespec", "F" => Object::string_literal("a"), "EF" => dictionary! { "F" => file } };
    let names: Vec<Object> = vec![Object::string_literal("a"), document.add_object(spec).into()];
    let tree = document.new_object_id();
    let media = vec![0.into(), 0.into(), 595.into(), 842.into()];
    let kids: Vec<Object> =
        vec![document.add_object(dictionary! { "Type" => "Page", "Parent" => tree, "MediaBox" => media }).into()];
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => 1 }.into());
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog",
        "Pages" => tree,
        "Names" => dictionary! { "EmbeddedFiles" => dictionary! { "Names" => names } },
    });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn is_infected(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Infected(name) if name.starts_with("Local.Eicar"))
}

#[tokio::test]
async fn eicar_in_seven_wrappings_is_stopped_by_the_engine_or_by_the_press() {
    let photo = press::tests::file("turned_gps.jpg");
    let wrapped = [
        ("bare", eicar()),
        ("in text", [b"Bonjour,\r\n".as_slice(), &eicar(), b"\r\nmerci"].concat()),
        ("zipped", zipped("a.com", &eicar())),
        ("zipped thrice", zipped("c.zip", &zipped("b.zip", &zipped("a.com", &eicar())))),
        ("after a photo", [photo.as_slice(), &eicar()].concat()),
        ("attached to a PDF", attached(&eicar(), false)),
        ("attached to a PDF and compressed", attached(&[eicar(), vec![b'\n'; 600]].concat(), true)),
    ];
    let daemon = Daemon::start("eicar").await;
    for (what, bytes) in &wrapped {
        // By the press: refused, or made anew without it.
        let kept = press::tests::kept(bytes.clone());
        assert!(kept.as_ref().is_err() || *what == "after a photo", "{what}");
        let Some(daemon) = &daemon else { continue };
        // By the engine, but for what it is known to miss; and it finds nothing in what is kept.
        let antivirus = antivirus(daemon.address());
        let verdict = antivirus.scan(bytes.as_slice()).await.unwrap();
        assert!(is_infected(&verdict) || *what == "attached to a PDF and compressed", "{what}: {verdict:?}");
        if let Ok(kept) = kept {
            assert_eq!(antivirus.scan(kept.as_slice()).await.unwrap(), Verdict::Clean, "{what}");
        }
    }
    assert_eq!(press::tests::kept(wrapped[6].1.clone()), Err(press::Unfit::Attachment));
}

#[tokio::test]
async fn the_real_daemon_is_understood() {
    let Some(daemon) = Daemon::start("real").await else { return };
    let antivirus = antivirus(daemon.address());
    let verdict = async |bytes: &[u8]| antivirus.scan(bytes).await.unwrap();
    assert_eq!(verdict(&press::tests::file("plain.pdf")).await, Verdict::Clean);
    assert_eq!(verdict(b"").await, Verdict::Clean);
    assert!(is_infected(&verdict(&eicar()).await));
    assert_eq!(verdict(&press::tests::file("locked.pdf")).await, Verdict::Undecided(Doubt::Encrypted));
    // Deeper than MaxRecursion, larger than StreamMaxLength.
    let deep = (0..14).fold(b"x".to_vec(), |inner, _| zipped("a.zip", &inner));
    assert_eq!(verdict(&deep).await, Verdict::Undecided(Doubt::BeyondLimits));
    let large = vec![b'x'; 9 << 20];
    assert_eq!(verdict(&large).await, Verdict::Undecided(Doubt::TooLarge));
    // More files at once than calls allowed.
    let mut scans = JoinSet::new();
    for number in 0..24 {
        let (antivirus, bytes) = (antivirus.clone(), if number % 2 == 0 { b"Bonjour".to_vec() } else { eicar() });
        scans.spawn(async move { (number, antivirus.scan(bytes.as_slice()).await.unwrap()) });
    }
    while let Some(done) = scans.join_next().await {
        let (number, verdict) = done.unwrap();
        assert_eq!(is_infected(&verdict), number % 2 == 1, "{number}: {verdict:?}");
    }
    // A source that breaks is the caller's trouble, and the daemon goes on.
    assert!(antivirus.scan(Broken).await.is_err());
    assert!(antivirus.is_up().await);
}

/// A store that fails in the middle.
struct Broken;

impl AsyncRead for Broken {
    fn poll_read(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        _: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::task::Poll::Ready(Err(io::Error::other("disk")))
    }
}

#[tokio::test]
async fn a_daemon_that_is_down_is_left_alone_for_a_while() {
    let (world, clock) = testing::world();
    let address = Address::Unix("/nowhere/clamd".into());
    let antivirus = Antivirus::new(Settings { failures: 2, rest_seconds: 30, ..settings(address) }, world);
    let verdict = async || antivirus.scan(&b"x"[..]).await.unwrap();
    let before = clock.monotonic();
    assert_eq!(verdict().await, Verdict::Undecided(Doubt::Unreachable));
    assert_eq!(verdict().await, Verdict::Undecided(Doubt::Unreachable));
    assert_eq!(verdict().await, Verdict::Undecided(Doubt::Resting));
    clock.advance(jiff::SignedDuration::from_secs(31));
    assert!(clock.monotonic() > before + Duration::from_secs(30));
    assert_eq!(verdict().await, Verdict::Undecided(Doubt::Unreachable), "somebody tries again");
    assert_eq!(verdict().await, Verdict::Undecided(Doubt::Resting));
    assert!(!antivirus.is_up().await);
}

#[tokio::test]
async fn a_daemon_that_is_silent_or_hangs_up_leaves_the_file_undecided() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address::Tcp(listener.local_addr().unwrap().to_string());
    let daemon = tokio::spawn(async move {
        // The first call is heard to its end and never answered, the second is hung up on.
        let (mut first, _) = listener.accept().await.unwrap();
        let mut heard = vec![0; 64];
        let _ = first.read(&mut heard).await;
        drop(listener.accept().await.unwrap());
        (first, heard)
    });
    let antivirus = Antivirus::new(Settings { answer_seconds: 1, ..settings(address) }, testing::world().0);
    assert_eq!(antivirus.scan(&b"x"[..]).await.unwrap(), Verdict::Undecided(Doubt::TimedOut));
    assert_eq!(antivirus.scan(&b"x"[..]).await.unwrap(), Verdict::Undecided(Doubt::Unreachable));
    let (_, heard) = daemon.await.unwrap();
    assert!(heard.starts_with(b"zINSTREAM\0"));
}

#[test]
fn addresses_and_faults_are_told() {
    for text in ["tcp:127.0.0.1:3310", "tcp:[::1]:3310", "unix:/run/clamav/clamd.ctl"] {
        assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
    }
    for text in ["", "clamd", "tcp:3310", "tcp:host:", "tcp::3310", "tcp:host:99999", "unix:relative", "http:a:1"] {
        assert!(text.parse::<Address>().is_err(), "{text}");
    }
    assert_eq!(Settings::default().faults(), Vec::<String>::new());
    assert_eq!(Settings { at_once: 0, failures: 0, ..Settings::default() }.faults().len(), 2);
    let read: Settings = serde_json::from_value(serde_json::json!({ "address": "tcp:clamav:3310" })).unwrap();
    assert_eq!(read.address, Address::Tcp("clamav:3310".to_owned()));
    assert!(serde_json::from_value::<Settings>(serde_json::json!({ "adress": "tcp:clamav:3310" })).is_err());
}
