//! How fast files come in and go out, through encryption, to and from a folder; and what memory many at once take.
//!
//! `cargo bench -p storage --bench files`: SQLite and the folder lie in the machine's temporary folder. Once more with
//! `TMPDIR=/dev/shm` it tells what is left when no disk has to be waited for.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program that measures: it reads the machine's clock and prints its figures"
)]

use std::{convert::Infallible, error::Error, fs, io::Write, path::Path, time::Instant};

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, future::try_join_all, stream};
use kernel::{FileId, World, digest};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use storage::{
    files::{Arriving, FRAME, FileError, Files, Settings},
    outbox::Subscriptions,
    testing::TestDb,
};

const MB: usize = 1_000_000;
/// What a socket brings at once.
const PIECE: usize = 64 << 10;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    drop(rustls::crypto::ring::default_provider().install_default());
    let world = World::system();
    let folder = std::env::temp_dir().join(format!("parvis-bench-files-{}", std::process::id()));
    let test = TestDb::sqlite(world.clone(), Subscriptions::default())?;
    let settings = Settings { folder: None, largest_mib: 1024, sending_mib: 2048, abandoned_hours: 24, s3: None };
    let files = Files::open(&settings, &folder, &folder.join("keys"), test.db.clone(), reqwest::Client::new())?;

    bare(&folder)?;
    let rest = resident_mb("VmHWM");
    let started = Instant::now();
    try_join_all((0..60).map(|_| store(&files, &test, 9 * MB))).await?;
    println!(
        "60 files of 9 MB at once: {:.0} MB/s, peak memory {rest:.0} -> {:.0} MB",
        rate(540, started),
        resident_mb("VmHWM")
    );
    for _ in 0..3 {
        let started = Instant::now();
        let id = store(&files, &test, 500 * MB).await?;
        let receiving = rate(500, started);
        let started = Instant::now();
        let stream = files.open_file(id).await?.read().await?;
        let read: usize = stream.try_fold(0, |sum, piece| async move { Ok(sum + piece.len()) }).await?;
        println!("one of {} MB: in at {receiving:.0} MB/s, out at {:.0} MB/s", read / MB, rate(500, started));
    }
    fs::remove_dir_all(folder)?;
    Ok(())
}

/// What the parts of the work take alone: the limit of the whole.
fn bare(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut frame: Vec<u8> = (0..FRAME).map(|at| at.to_le_bytes()[0]).collect();
    let started = Instant::now();
    let mut hash = digest::Sha256::default();
    (0..FRAMES).for_each(|_| hash.update(&frame));
    let _unread = std::hint::black_box(hash.finish());
    println!("SHA-256 alone: {:.0} MB/s", of_frames(started));
    let key = UnboundKey::new(&AES_256_GCM, &[7; 32]).map_err(|_| "no cipher")?;
    let (key, started) = (LessSafeKey::new(key), Instant::now());
    for count in 0..FRAMES {
        let [a, b, c, d] = count.to_be_bytes();
        let nonce = Nonce::assume_unique_for_key([0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d]);
        let sealed = key.seal_in_place_separate_tag(nonce, Aad::empty(), &mut frame);
        sealed.map(drop).map_err(|_| "no cipher")?;
    }
    println!("AES-256-GCM alone: {:.0} MB/s", of_frames(started));
    let path = folder.join("bare");
    let (mut file, started) = (fs::File::create(&path)?, Instant::now());
    for _ in 0..FRAMES {
        file.write_all(&frame)?;
    }
    file.sync_all()?;
    println!("writing and syncing alone: {:.0} MB/s", of_frames(started));
    Ok(fs::remove_file(path)?)
}

/// Frames of about 500 MB.
const FRAMES: u32 = 1_907;

fn of_frames(since: Instant) -> f64 {
    f64::from(FRAMES) * 0.262_144 / since.elapsed().as_secs_f64()
}

fn pieces(size: usize) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let piece = Bytes::from((0..PIECE).map(|at| at.to_le_bytes()[0]).collect::<Vec<u8>>());
    stream::iter((0..size).step_by(PIECE).map(move |at| Ok(piece.slice(..PIECE.min(size - at)))))
}

async fn store(files: &Files, test: &TestDb, size: usize) -> Result<FileId, FileError> {
    let arriving = Arriving { owner: "bench/file", content_type: "application/octet-stream".into() };
    let draft = files.receive(arriving, pieces(size)).await?;
    Ok(test.db.write(move |tx| draft.keep(tx)).await?)
}

fn rate(megabytes: u32, since: Instant) -> f64 {
    f64::from(megabytes) / since.elapsed().as_secs_f64()
}

fn resident_mb(what: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    let kib: f64 = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default();
    kib * 1024.0 / 1e6
}
