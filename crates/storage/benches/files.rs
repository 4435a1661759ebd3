//! How fast files come in and go out, through encryption, to and from a folder; and what memory many at once take.
//!
//! `cargo bench -p storage --bench files`: SQLite and the folder lie in the machine's temporary folder (`TMPDIR`).
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program that measures: it reads the machine's clock and prints its figures"
)]

use std::{convert::Infallible, error::Error, fs, time::Instant};

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, future::try_join_all, stream};
use kernel::{FileId, World};
use storage::{
    files::{Arriving, FileError, Files, Settings},
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
