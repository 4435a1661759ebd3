use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use diesel::prelude::*;
use futures_util::{Stream, StreamExt, TryStreamExt, future::join_all, stream};
use jiff::SignedDuration;
use kernel::{FileId, digest, testing::HeldClock};

use super::all;
use crate::{
    AsSql, StorageError,
    files::{Arriving, Draft, FRAME, FileError, Files, KeyCount, Settings, Swept, doom},
    testing::TestDb,
};

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
    use crate::sql::Uuid;

    files (id) {
        id -> Uuid,
        object -> Text,
        state -> Text,
        size -> Nullable<BigInt>,
        wrapped_key -> Nullable<Binary>,
        kek_version -> Nullable<Integer>,
    }
}

pub(crate) fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    #[expect(clippy::disallowed_methods, reason = "a test stands in for the server, where clients are built")]
    reqwest::Client::builder().no_proxy().build().unwrap()
}

pub(crate) fn settings() -> Settings {
    Settings { folder: None, largest_mib: 8, sending_mib: 16, abandoned_hours: 24, s3: None }
}

/// A folder that goes with this value.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("parvis-files-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    fn object(&self, name: &str) -> PathBuf {
        self.0.join("files/objects").join(name)
    }

    /// Every file but the keys.
    fn contents(&self) -> Vec<PathBuf> {
        below(&self.0.join("files"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

struct House {
    test: TestDb,
    clock: Arc<HeldClock>,
    folder: Folder,
    files: Files,
}

/// The place of files on each database of this machine.
fn houses() -> Vec<House> {
    let (databases, _, clock) = all();
    let house = |test: TestDb| {
        let folder = Folder::new();
        let files = open(&test, &folder).unwrap();
        House { clock: clock.clone(), test, folder, files }
    };
    databases.into_iter().map(house).collect()
}

fn open(test: &TestDb, folder: &Folder) -> Result<Files, FileError> {
    Files::open(&settings(), &folder.0, &folder.keys(), test.db.clone(), client())
}

pub(crate) fn arriving() -> Arriving {
    Arriving { owner: "preadmission/document", content_type: "application/pdf".into() }
}

pub(crate) fn content(size: usize) -> Vec<u8> {
    (0..size).map(|at| u8::try_from((at * 31 + at / 251) % 256).unwrap()).collect()
}

/// In pieces that fit nothing.
pub(crate) fn pieces(content: &[u8]) -> impl Stream<Item = Result<Bytes, std::io::Error>> + use<> {
    let pieces: Vec<_> = content.chunks(77_777).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

impl House {
    async fn keep(&self, draft: Draft) -> Result<FileId, StorageError> {
        self.test.db.write(move |tx| draft.keep(tx)).await
    }

    async fn store(&self, content: &[u8]) -> FileId {
        let draft = self.files.receive(arriving(), pieces(content)).await.unwrap();
        self.keep(draft).await.unwrap()
    }

    async fn doom(&self, id: FileId) {
        self.test.db.write(move |tx| doom(tx, id)).await.unwrap();
    }

    async fn object(&self, id: FileId) -> String {
        let object = files::table.find(id.sql()).select(files::object);
        self.test.db.read::<_, StorageError, _>(move |conn| Ok(object.first(conn)?)).await.unwrap()
    }

    async fn wrapped(&self, id: FileId) -> Vec<u8> {
        let wrapped = files::table.find(id.sql()).select(files::wrapped_key.assume_not_null());
        self.test.db.read::<_, StorageError, _>(move |conn| Ok(wrapped.first(conn)?)).await.unwrap()
    }

    async fn states(&self) -> Vec<String> {
        let states = files::table.select(files::state).order(files::id);
        self.test.db.read::<_, StorageError, _>(move |conn| Ok(states.load(conn)?)).await.unwrap()
    }
}

pub(crate) async fn read(files: &Files, id: FileId) -> Result<Vec<u8>, FileError> {
    let stream = files.open_file(id).await?.read().await?;
    Ok(stream.try_collect::<Vec<Bytes>>().await?.concat())
}

async fn read_range(files: &Files, id: FileId, range: std::ops::Range<u64>) -> Result<Vec<u8>, FileError> {
    let stream = files.open_file(id).await?.read_range(range).await?;
    Ok(stream.try_collect::<Vec<Bytes>>().await?.concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_in_comes_out_whole_and_in_part() {
    for house in houses() {
        for size in [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME] {
            let content = content(size);
            let draft = house.files.receive(arriving(), pieces(&content)).await.unwrap();
            assert_eq!((draft.size, draft.sha256), (size as u64, digest::sha256(&[&content])));
            assert!(matches!(house.files.open_file(draft.id).await, Err(FileError::Unknown)), "not kept yet");
            let id = house.keep(draft).await.unwrap();
            assert!(read(&house.files, id).await.unwrap() == content, "{size} bytes");
            let opened = house.files.open_file(id).await.unwrap();
            assert_eq!((opened.size, opened.content_type.as_str()), (size as u64, "application/pdf"));

            let raw = fs::read(house.folder.object(&house.object(id).await)).unwrap();
            assert_eq!(raw.len(), size + 16 * size.div_ceil(FRAME).max(1), "a tag for each frame, nothing else");
            assert!(size < 1000 || !raw.windows(32).any(|part| part == &content[..32]), "it is encrypted");
        }
        assert!(house.folder.contents().iter().all(|path| !path.to_string_lossy().contains("incoming")));
    }
}

/// What a sender sent that is not on the disk yet is in memory: never more than a frame of it, and frames are small, for
/// sixty people send at once.
#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_a_frame_is_in_memory() {
    const { assert!(60 * FRAME <= 16 << 20) };
    let house = houses().remove(0);
    let (mut taken, mut most) = (0, 0);
    let folder = house.folder.0.join("files/incoming");
    let measured = pieces(&content(8 * FRAME + 500)).inspect(|piece| {
        let on_disk: u64 = below(&folder).iter().map(|path| fs::metadata(path).unwrap().len()).sum();
        most = most.max(taken - on_disk.min(taken));
        taken += piece.as_ref().unwrap().len() as u64;
    });
    house.files.receive(arriving(), measured).await.unwrap();
    assert!(taken == 8 * FRAME as u64 + 500 && most <= FRAME as u64, "{most} of {taken}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_is_what_it_asks_for() {
    let house = houses().remove(0);
    let content = content(2 * FRAME + 500);
    let id = house.store(&content).await;
    let (frame, end) = (FRAME as u64, content.len() as u64);
    let ranges = [
        (0, 1),
        (0, end),
        (frame - 1, frame),
        (frame - 1, frame + 1),
        (frame, frame + 1),
        (2 * frame - 3, 2 * frame + 3),
        (end - 1, end),
        (10, 10),
        (end, end + 9),
        (end - 4, end + 9),
    ];
    for (start, stop) in ranges {
        let (from, to) = (start.min(end), stop.min(end));
        let expected = &content[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()];
        let found = read_range(&house.files, id, start..stop).await.unwrap();
        assert!(found == expected, "{start}..{stop}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_was_touched_does_not_open() {
    let house = houses().remove(0);
    let content = content(2 * FRAME + 500);
    let (id, other) = (house.store(&content).await, house.store(&content).await);
    let path = house.folder.object(&house.object(id).await);
    let raw = fs::read(&path).unwrap();
    let sealed = FRAME + 16;
    let mut flipped = raw.clone();
    flipped[sealed + 5] ^= 1;
    let swapped = [&raw[sealed..2 * sealed], &raw[..sealed], &raw[2 * sealed..]].concat();
    let foreign = fs::read(house.folder.object(&house.object(other).await)).unwrap();
    assert_eq!(foreign.len(), raw.len());
    let touched = [
        ("a flipped bit", flipped.clone()),
        ("its end cut off", raw[..raw.len() - 1].to_vec()),
        ("its last frame cut off", raw[..2 * sealed].to_vec()),
        ("a byte more", [raw.as_slice(), b"x"].concat()),
        ("its frames swapped", swapped),
        ("another file's object", foreign),
    ];
    for (what, bytes) in touched {
        fs::write(&path, bytes).unwrap();
        assert!(matches!(read(&house.files, id).await, Err(FileError::Damaged(of)) if of == id), "{what}");
    }
    fs::write(&path, &flipped).unwrap();
    assert!(
        read_range(&house.files, id, 0..FRAME as u64).await.unwrap() == content[..FRAME],
        "the first frame is whole"
    );
    fs::write(&path, &raw).unwrap();
    assert!(read(&house.files, id).await.unwrap() == content);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_breaks_off_leaves_nothing() {
    for house in houses() {
        let large = house.files.receive(arriving(), pieces(&content((8 << 20) + 1))).await;
        assert!(matches!(large, Err(FileError::TooLarge(limit)) if limit == 8 << 20));
        let broken = pieces(&content(2 * FRAME)).chain(stream::iter([Err(std::io::Error::other("gone"))]));
        let broken = house.files.receive(arriving(), broken).await;
        assert!(matches!(broken, Err(FileError::Broken(_))));
        assert_eq!((house.states().await, house.folder.contents()), (vec![], vec![]));

        let draft = house.files.receive(arriving(), pieces(b"refused by a scan")).await.unwrap();
        house.files.discard(draft.id).await.unwrap();
        assert_eq!((house.states().await, house.folder.contents()), (vec![], vec![]));
        let id = house.store(b"kept").await;
        house.files.discard(id).await.unwrap();
        assert_eq!(read(&house.files, id).await.unwrap(), b"kept", "what is kept is not discarded");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_do_not_mix() {
    for house in houses() {
        let contents: Vec<Vec<u8>> = (0..16).map(|place| content(FRAME / 2 * (place % 5) + place)).collect();
        let ids = join_all(contents.iter().map(|content| house.store(content))).await;
        let (sweep, found) = tokio::join!(house.files.sweep(), join_all(ids.iter().map(|id| read(&house.files, *id))));
        assert_eq!(sweep.unwrap(), Swept::default());
        for (expected, found) in contents.iter().zip(found) {
            assert!(found.unwrap() == *expected);
        }
    }
}

/// What a program leaves that is killed: before the last byte, before the object has its name, before the row is kept.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_program_leaves_is_swept() {
    for house in houses() {
        let kept = house.store(b"kept").await;
        let endless = pieces(&content(3 * FRAME)).chain(stream::pending());
        let killed = tokio::time::timeout(Duration::from_millis(800), house.files.receive(arriving(), endless)).await;
        assert!(killed.is_err());
        let half = house.folder.0.join("files/incoming").join(house.test.db.world().uuid().to_string());
        fs::write(&half, b"a frame or two").unwrap();
        let draft = house.files.receive(arriving(), pieces(b"never kept")).await.unwrap();
        let rolled_back = draft.clone();
        let failed = house.test.db.write(move |tx| {
            rolled_back.keep(tx)?;
            Err::<(), _>(StorageError::Busy)
        });
        assert!(failed.await.is_err());
        assert_eq!(house.states().await, ["stored", "writing", "writing"]);

        house.clock.advance(SignedDuration::from_hours(23));
        assert_eq!(house.files.sweep().await.unwrap(), Swept::default(), "perhaps still on their way");
        assert_eq!(house.states().await.len(), 3);
        house.clock.advance(SignedDuration::from_hours(2));
        assert_eq!(house.files.sweep().await.unwrap().cleared, 2);
        assert_eq!(house.states().await, ["stored"]);
        assert_eq!(house.folder.contents(), [house.folder.object(&house.object(kept).await)]);
        let late = house.keep(draft).await.unwrap_err();
        assert_eq!(late.refusal(), Some("files_draft_is_gone"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_and_objects_are_compared() {
    for house in houses() {
        let (kept, lost) = (house.store(b"kept").await, house.store(b"lost").await);
        let day = house.folder.object(&house.object(kept).await).parent().unwrap().to_owned();
        let stray = day.join(house.test.db.world().uuid().to_string());
        let foreign = day.join("README");
        fs::write(&stray, b"nobody's").unwrap();
        fs::write(&foreign, b"not ours").unwrap();
        fs::remove_file(house.folder.object(&house.object(lost).await)).unwrap();
        let expected = Swept { cleared: 0, strays: 0, missing: vec![lost] };
        assert_eq!(house.files.sweep().await.unwrap(), expected, "a young stray may be about to get its row");
        house.clock.advance(SignedDuration::from_hours(25));
        assert_eq!(house.files.sweep().await.unwrap(), Swept { strays: 1, ..expected });
        assert!(!stray.exists() && foreign.exists());
        assert_eq!(house.states().await, ["stored", "stored"], "a loss is told, never hidden");
        assert!(matches!(read(&house.files, lost).await, Err(FileError::Missing(id)) if id == lost));
        assert_eq!(read(&house.files, kept).await.unwrap(), b"kept");
    }
}

fn holds(paths: &[PathBuf], bytes: &[u8]) -> bool {
    paths.iter().any(|path| fs::read(path).unwrap().windows(bytes.len()).any(|part| part == bytes))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_file_is_nowhere() {
    const MARKER: &[u8] = b"PARVIS-MARKER-Marie-Exemple-1950";
    for house in houses() {
        let (id, kept) = (house.store(&MARKER.repeat(5000)).await, house.store(b"kept").await);
        let (wrapped, object) = (house.wrapped(id).await, house.folder.object(&house.object(id).await));
        let undone = house.test.db.write(move |tx| {
            doom(tx, id)?;
            Err::<(), _>(StorageError::Busy)
        });
        assert!(undone.await.is_err());
        assert!(read(&house.files, id).await.is_ok(), "erased with its transaction or not at all");

        let database = house.test.url.strip_prefix("sqlite:").map(|path| Path::new(path).parent().unwrap());
        let raw = || database.map(below).unwrap_or_default();
        assert_eq!(holds(&raw(), &wrapped), database.is_some(), "the search finds what is there");
        house.doom(id).await;
        house.doom(id).await;
        assert!(matches!(house.files.open_file(id).await, Err(FileError::Unknown)), "at once");
        assert!(object.exists(), "without its key it is noise; the sweeper comes later");
        fs::remove_file(&object).unwrap();
        assert_eq!(house.files.sweep().await.unwrap().cleared, 1, "an object that is gone is fine");
        assert_eq!(house.states().await, ["stored"]);
        for secret in [wrapped.as_slice(), MARKER] {
            assert!(!holds(&raw(), secret), "not in the database's files, the log included");
            assert!(!holds(&house.folder.contents(), secret), "not in the folder");
        }
        assert_eq!(read(&house.files, kept).await.unwrap(), b"kept");
        let second = house.store(b"second").await;
        let object = house.folder.object(&house.object(second).await);
        house.doom(second).await;
        house.files.clear_doomed().await.unwrap();
        assert!(!object.exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_while_files_are_read() {
    for house in houses() {
        let content = content(2 * FRAME + 7);
        let old = house.store(&content).await;
        for _ in 0..3 {
            house.store(b"another").await;
        }
        let other_node = open(&house.test, &house.folder).unwrap();
        let mut reading = Box::pin(house.files.open_file(old).await.unwrap().read().await.unwrap());
        let mut read_so_far = reading.next().await.unwrap().unwrap().to_vec();

        assert_eq!(house.files.new_key().await.unwrap(), 2);
        let new = house.store(b"under the new key").await;
        let counts = |first, second| {
            [
                KeyCount { version: 1, files: first, current: false },
                KeyCount { version: 2, files: second, current: true },
            ]
        };
        assert_eq!(house.files.key_counts().await.unwrap(), counts(4, 1));
        assert!(matches!(house.files.destroy_key(1).await, Err(FileError::KeyInUse(1))));
        assert!(matches!(house.files.destroy_key(2).await, Err(FileError::KeyInUse(2))));
        let before = house.wrapped(old).await;
        assert_eq!(house.files.rotate().await.unwrap(), 4);
        assert_ne!(house.wrapped(old).await, before);
        assert_eq!(house.files.rotate().await.unwrap(), 0);
        assert_eq!(house.files.key_counts().await.unwrap(), counts(0, 5));
        house.files.destroy_key(1).await.unwrap();
        assert_eq!(house.files.key_counts().await.unwrap(), counts(0, 5)[1..]);
        assert!(!house.folder.keys().join("files-0001.kek").exists());

        while let Some(piece) = reading.next().await {
            read_so_far.extend(piece.unwrap());
        }
        assert!(read_so_far == content, "whoever reads reads on");
        assert!(read(&house.files, old).await.unwrap() == content);
        // The other node still holds the first key only.
        assert_eq!(read(&other_node, new).await.unwrap(), b"under the new key");
        let draft = other_node.receive(arriving(), pieces(b"from the other node")).await.unwrap();
        let id = house.keep(draft).await.unwrap();
        assert_eq!(read(&house.files, id).await.unwrap(), b"from the other node");
        assert_eq!(house.files.key_counts().await.unwrap()[0].files, 6);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_slept_through_a_rotation_never_uses_a_destroyed_key() {
    for house in houses() {
        let sleeper = open(&house.test, &house.folder).unwrap();
        house.store(b"before").await;
        house.files.new_key().await.unwrap();
        house.files.rotate().await.unwrap();
        house.files.destroy_key(1).await.unwrap();
        let draft = sleeper.receive(arriving(), pieces(b"after")).await.unwrap();
        let id = house.keep(draft).await.unwrap();
        assert_eq!(read(&house.files, id).await.unwrap(), b"after");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_missing_or_another_is_named() {
    for house in houses() {
        let id = house.store(b"wrapped under the first key").await;
        house.files.new_key().await.unwrap();
        let first = house.folder.keys().join("files-0001.kek");
        let aside = house.folder.keys().join("aside");
        fs::rename(&first, &aside).unwrap();
        let files = open(&house.test, &house.folder).unwrap();
        let error = read(&files, id).await.unwrap_err();
        assert_eq!(error.to_string(), "the key-encryption key files-0001.kek is not in the folder of keys");
        assert!(matches!(files.rotate().await, Err(FileError::KeyMissing(1))));

        // An emptied folder gets a first key that is not the one that was.
        fs::remove_file(house.folder.keys().join("files-0002.kek")).unwrap();
        let files = open(&house.test, &house.folder).unwrap();
        assert!(matches!(read(&files, id).await, Err(FileError::KeyDiffers(1))));
        let refused = files.receive(arriving(), pieces(b"x")).await.unwrap_err();
        assert!(matches!(refused, FileError::KeyDiffers(1) | FileError::KeyMissing(2)), "{refused}");

        fs::rename(&aside, &first).unwrap();
        assert_eq!(read(&open(&house.test, &house.folder).unwrap(), id).await.unwrap(), b"wrapped under the first key");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_what_must_never_happen_to_a_file() {
    for house in houses() {
        let id = house.store(b"stored").await;
        let db = &house.test.db;
        let row = move || files::table.find(id.sql());
        let changed =
            db.write::<_, StorageError, _>(move |tx| tx.execute(diesel::update(row()).set(files::size.eq(Some(1)))));
        assert_eq!(changed.await.unwrap_err().refusal(), Some("a_file_is_never_changed"));
        let back =
            db.write::<_, StorageError, _>(move |tx| tx.execute(diesel::update(row()).set(files::state.eq("writing"))));
        assert_eq!(back.await.unwrap_err().refusal(), Some("a_file_is_never_changed"));
        let deleted = db.write::<_, StorageError, _>(move |tx| tx.execute(diesel::delete(row())));
        assert_eq!(deleted.await.unwrap_err().refusal(), Some("a_file_is_doomed_first"));
        let keyless = db.write::<_, StorageError, _>(move |tx| {
            let none = (files::wrapped_key.eq(None::<Vec<u8>>), files::kek_version.eq(None::<i32>));
            tx.execute(diesel::update(row()).set(none))
        });
        assert_eq!(keyless.await.unwrap_err().refusal(), Some("files_doomed_have_no_key"));
        house.doom(id).await;
        let revived =
            db.write::<_, StorageError, _>(move |tx| tx.execute(diesel::update(row()).set(files::state.eq("stored"))));
        assert_eq!(revived.await.unwrap_err().refusal(), Some("a_file_is_never_changed"));
    }
}
