//! The worker as a real process: its limits, its ends, and bytes that nobody meant.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Once,
    time::Duration,
};

use kernel::{Random as _, testing::Dice};
use lopdf::{Document, Object, Stream, dictionary};
use tokio::time::timeout;

use super::*;

/// The program of `examples/press.rs`, built once.
fn worker() -> PathBuf {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "-p", "preadmission", "--example", "press"]);
        assert!(build.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success());
    });
    let tests = std::env::current_exe().unwrap();
    tests.parent().unwrap().parent().unwrap().join("examples/press")
}

fn settings(change: fn(&mut Settings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings);
    settings
}

fn press(change: fn(&mut Settings)) -> Press {
    Press::of_program(worker(), settings(change))
}

/// A press whose worker is a shell script that pays no heed to its arguments.
fn script(name: &str, lines: &str, change: fn(&mut Settings)) -> Press {
    let path = std::env::temp_dir().join(format!("parvis_press_{}_{name}", std::process::id()));
    fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    Press::of_program(path, settings(change))
}

async fn through(press: &Press, received: &[u8]) -> Result<Made, Failure> {
    through_as(press, received, Subject::Paper).await
}

async fn through_as(press: &Press, received: &[u8], subject: Subject) -> Result<Made, Failure> {
    let mut pressing = press.start(received, subject).await?;
    let mut made = Made { pages: Vec::new(), code: None, kept: Vec::new() };
    while let Some(piece) = pressing.next().await? {
        match piece {
            Piece::Page(page) => {
                assert!(made.kept.is_empty(), "a page after the kept file");
                made.pages.push(page);
            }
            Piece::Code(code) => made.code = Some(code),
            Piece::Kept(part) => made.kept.extend(part),
        }
    }
    Ok(made)
}

fn refusal(outcome: Result<Made, Failure>) -> Unfit {
    match outcome {
        Err(Failure::Unfit(unfit)) => unfit,
        other => panic!("{other:?}"),
    }
}

fn is_interrupted(outcome: &Result<Made, Failure>) -> bool {
    matches!(outcome, Err(Failure::Interrupted(_)))
}

#[tokio::test]
async fn a_worker_gives_what_the_press_makes() {
    let press = press(|_| {});
    for name in ["turned_gps.jpg", "photo.heic", "photo.webp", "transparent.png", "form.pdf", "owner_only.pdf"] {
        let (made, here) = (through(&press, &file(name)).await.unwrap(), pressed(file(name)).unwrap());
        assert_eq!((made.pages, made.kept), (here.pages, here.kept), "{name}");
    }
    for (name, expected) in [("locked.pdf", Unfit::Locked), ("attachment_packed.pdf", Unfit::Attachment)] {
        assert_eq!(refusal(through(&press, &file(name)).await), expected, "{name}");
    }
    assert_eq!(refusal(through(&press, b"").await), Unfit::Empty);
}

/// The code comes through the pipe; and in the worker's own time, when it is looked for where nothing but noise is.
#[tokio::test]
async fn a_worker_reads_the_code_of_a_card() {
    let press = press(|settings| settings.limits.cpu_seconds = 10);
    let card = super::card::photo(&super::card::Card::default());
    assert_eq!(through_as(&press, &card, Subject::Card).await.unwrap().code.as_deref(), Some(super::card::TEXT));
    assert_eq!(through_as(&press, &card, Subject::Paper).await.unwrap().code, None);
    let made = through_as(&press, &super::card::noise(), Subject::Card).await.unwrap();
    assert_eq!((made.code, made.pages.len()), (None, 1));
}

#[tokio::test]
async fn more_bytes_than_allowed_are_not_even_taken() {
    let press = press(|settings| settings.limits.received_mb = 1);
    let received = [file("plain.pdf"), vec![b' '; 20 << 20]].concat();
    assert_eq!(refusal(through(&press, &received).await), Unfit::TooLarge);
}

/// Sets its limits on itself before it reads, as `/proc` tells of a worker that waits for its file.
#[test]
fn a_worker_is_confined_before_it_reads_a_byte() {
    let limits = serde_json::to_string(&Limits::default()).unwrap();
    let mut child = Command::new(worker())
        .args(["press", &limits, "paper"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let told = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap();
    let is_confined = || told("status").contains("NoNewPrivs:\t1");
    for _ in 0..500 {
        if is_confined() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let (confined, limits, environment) = (is_confined(), told("limits"), told("environ"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(confined);
    assert_eq!(environment, "");
    let line = |name: &str| -> Vec<String> {
        let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().take(2).map(str::to_owned).collect()
    };
    let expected = [
        ("Max address space", ["1073741824", "1073741824"]),
        ("Max cpu time", ["20", "21"]),
        ("Max file size", ["0", "0"]),
        ("Max core file size", ["0", "0"]),
        ("Max open files", ["3", "3"]),
        ("Max processes", ["0", "0"]),
    ];
    for (name, values) in expected {
        assert_eq!(line(name), values, "{name}");
    }
}

#[tokio::test]
async fn a_bomb_is_refused_within_little_memory_and_a_glutton_is_stopped() {
    let press = press(|settings| settings.limits.memory_mb = 256);
    assert_eq!(refusal(through(&press, &file("bomb.png")).await), Unfit::TooManyPixels);
    // 56 megapixels are allowed, and shrinking them takes more than 256 MiB.
    let mut png = std::io::Cursor::new(Vec::new());
    RgbImage::new(8_000, 7_000).write_to(&mut png, ImageFormat::Png).unwrap();
    assert_eq!(refusal(through(&press, png.get_ref()).await), Unfit::TooMuchMemory);
    assert!(through(&press, &file("plain.pdf")).await.is_ok(), "and the next file is served");
}

/// A page that takes minutes to paint.
fn endless() -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let strokes = b"0 0 m 595 842 l 595 0 l 0 842 l 300 900 l b* ".repeat(250_000);
    let mut stream = Stream::new(dictionary! {}, strokes);
    stream.compress().unwrap();
    let contents = document.add_object(stream);
    let tree = document.new_object_id();
    let media = vec![0.into(), 0.into(), 595.into(), 842.into()];
    let page = dictionary! { "Type" => "Page", "Parent" => tree, "MediaBox" => media, "Contents" => contents };
    let kids: Vec<Object> = vec![document.add_object(page).into()];
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => 1 }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[tokio::test]
async fn a_worker_that_works_without_end_is_stopped() {
    let press = press(|settings| settings.limits.cpu_seconds = 1);
    assert_eq!(refusal(through(&press, &endless()).await), Unfit::TookTooLong);
    assert!(through(&press, &file("plain.pdf")).await.is_ok(), "and the next file is served");
}

#[tokio::test]
async fn a_worker_that_says_nothing_is_killed() {
    let press = script("silent", "exec sleep 600", |settings| settings.silence_seconds = 1);
    let outcome = timeout(Duration::from_secs(20), through(&press, b"%PDF-")).await;
    assert_eq!(refusal(outcome.expect("it was waited for")), Unfit::TookTooLong);
}

#[tokio::test]
async fn a_worker_that_others_kill_says_nothing_of_the_file_and_frees_its_place() {
    let press = script("killed", "kill -9 $$", |settings| settings.at_once = 1);
    for _ in 0..3 {
        let outcome = timeout(Duration::from_secs(20), through(&press, &file("plain.pdf"))).await.unwrap();
        assert!(is_interrupted(&outcome), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_worker_that_lies_is_not_believed() {
    for (name, lines) in [
        ("noise", "cat > /dev/null; head -c 100000 /dev/urandom"),
        ("huge", r"cat > /dev/null; printf 'P\377\377\377\377'"),
        ("short", r"cat > /dev/null; printf 'K\000\000\000\011abc'"),
        ("quiet", "cat > /dev/null"),
    ] {
        let press = script(name, lines, |_| {});
        let outcome = through(&press, &file("plain.pdf")).await;
        assert!(is_interrupted(&outcome), "{name}: {outcome:?}");
    }
    let absent = Press::of_program("/nowhere/press".into(), Settings::default());
    assert!(is_interrupted(&through(&absent, b"%PDF-").await));
}

#[tokio::test]
async fn no_more_workers_than_settled_run_at_once() {
    let press = press(|settings| settings.at_once = 1);
    let received = file("plain.pdf");
    let first = press.start(received.as_slice(), Subject::Paper).await.unwrap();
    let second = timeout(Duration::from_millis(300), press.start(received.as_slice(), Subject::Paper)).await;
    assert!(second.is_err(), "a second worker was started");
    drop(first);
    timeout(Duration::from_secs(20), press.start(received.as_slice(), Subject::Paper)).await.unwrap().unwrap();
}

/// A file with some bytes changed, lost, doubled or moved.
fn mutated(mut bytes: Vec<u8>, dice: &Dice) -> Vec<u8> {
    let throw = |most: usize| {
        let mut drawn = [0; 4];
        dice.fill(&mut drawn);
        u32::from_be_bytes(drawn) as usize % most.max(1)
    };
    for _ in 0..=throw(8) {
        let (at, length) = (throw(bytes.len()), throw(32));
        let end = (at + length).min(bytes.len());
        match throw(5) {
            0 => bytes[at..end].iter_mut().for_each(|byte| *byte = throw(256) as u8),
            1 => bytes[at..end].iter_mut().for_each(|byte| *byte ^= 1 << throw(8)),
            2 => drop(bytes.drain(at..end)),
            3 => bytes.extend_from_within(at..end),
            _ => bytes[at..end].fill(0xFF),
        }
        if bytes.is_empty() {
            return bytes;
        }
    }
    bytes
}

#[tokio::test]
async fn whatever_bytes_arrive_an_answer_comes_in_time() {
    let press = press(|settings| {
        settings.silence_seconds = 20;
        settings.limits.cpu_seconds = 5;
    });
    let dice = Dice::new(20_261_122);
    let mut kept = 0;
    for name in
        ["turned_gps.jpg", "transparent.png", "photo.webp", "photo.heic", "plain.pdf", "form.pdf", "owner_only.pdf"]
    {
        for round in 0..12 {
            let received = mutated(file(name), &dice);
            match timeout(Duration::from_secs(60), through(&press, &received)).await.expect("an answer in time") {
                Ok(made) => {
                    assert!(made.kept.starts_with(b"%PDF-1.5") && !made.pages.is_empty(), "{name} {round}");
                    kept += 1;
                }
                Err(Failure::Unfit(_)) => {}
                Err(Failure::Interrupted(why)) => panic!("{name} {round}: {why}"),
            }
        }
    }
    assert!(kept > 10, "the mutations leave nothing to press: they test the sniffing only");
}
