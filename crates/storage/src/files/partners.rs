//! The place of files on an S3-compatible server that others wrote: `tests/partners/s3`. Runs when `PARVIS_TEST_PYTHON`
//! names a Python that has `tests/partners/requirements.txt` (`tests/run` sees to it).

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use object_store::{Error, ObjectStoreExt, PutMode, PutPayload, path::Path as Object};
use serde_json::Value;

use super::{FRAME, FileError, Files, S3, Settings, Swept, doom, objects::Objects, s3};
use crate::tests::{
    all,
    files::{Folder, arriving, client, content, pieces, read, settings},
};

struct Server {
    process: Child,
    told: Value,
}

impl Server {
    fn start() -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/partners/s3/s3_server.py");
        let mut command = Command::new(std::env::var_os("PARVIS_TEST_PYTHON")?);
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("the partner starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told = serde_json::from_str(&line).expect("the partner tells its address");
        Some(Self { process, told })
    }

    fn settings(&self, folder: &Folder) -> Settings {
        let secret = folder.0.join("s3.secret");
        std::fs::write(&secret, "a secret\n").unwrap();
        let of = |key: &str| self.told[key].as_str().unwrap().to_owned();
        let s3 = S3 {
            endpoint: of("endpoint"),
            bucket: of("bucket"),
            region: of("region"),
            access_key_id: "parvis".into(),
            secret_access_key_file: secret,
            ca_file: None,
            timeout_seconds: 10,
        };
        let settings = Settings { s3: Some(s3), ..settings() };
        assert_eq!(settings.faults(), Vec::<String>::new());
        settings
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_given_once_on_s3() {
    let Some(server) = Server::start() else { return };
    let folder = Folder::new();
    let settings = server.settings(&folder);
    let store = s3::open(settings.s3.as_ref().unwrap(), client()).unwrap();
    let (name, world) = ("2026-11-22/taken", kernel::World::system());
    let put = async |bytes: &'static [u8]| {
        store.put_opts(&Object::from(name), PutPayload::from_static(bytes), PutMode::Create.into()).await
    };
    put(b"first").await.unwrap();
    assert!(matches!(put(b"second").await, Err(Error::AlreadyExists { .. })));
    assert_eq!(store.get(&Object::from(name)).await.unwrap().bytes().await.unwrap().as_ref(), b"first");

    let objects = Objects::open(&settings, &folder.0, client()).unwrap();
    let publish = async |bytes: &[u8]| {
        let mut incoming = objects.begin(&world.uuid().to_string()).unwrap();
        incoming.write(bytes).unwrap();
        objects.publish(incoming, name).await
    };
    assert!(matches!(publish(b"another length").await, Err(FileError::Unavailable(_))));
    publish(b"first").await.expect("put before, and only the answer was lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_live_and_die_on_s3() {
    let Some(server) = Server::start() else { return };
    let (databases, world, clock) = all();
    for test in databases {
        let folder = Folder::new();
        let settings = server.settings(&folder);
        let files = Files::open(&settings, &folder.0, &folder.0.join("keys"), test.db.clone(), client()).unwrap();
        let mut ids = Vec::new();
        for size in [0, 1, FRAME, 2 * FRAME + 5] {
            let content = content(size);
            let draft = files.receive(arriving(), pieces(&content)).await.unwrap();
            let id = test.db.write(move |tx| draft.keep(tx)).await.unwrap();
            assert!(read(&files, id).await.unwrap() == content, "{size} bytes");
            ids.push(id);
        }
        let large = content(2 * FRAME + 5);
        let part = files.open_file(ids[3]).await.unwrap().read_range(FRAME as u64 - 1..FRAME as u64 + 2).await.unwrap();
        let part: Vec<_> = futures_util::TryStreamExt::try_collect(part).await.unwrap();
        let part: Vec<bytes::Bytes> = part;
        assert!(part.concat() == large[FRAME - 1..FRAME + 2]);

        let store = s3::open(settings.s3.as_ref().unwrap(), client()).unwrap();
        let object = async |id| {
            test.db.read(move |conn| super::table::in_state(conn, id, super::FileState::Stored)).await.unwrap().object
        };
        let (erased, lost, stray) = (ids[1], ids[2], format!("2026-11-20/{}", world.uuid()));
        let gone = Object::from(object(erased).await);
        store.delete(&Object::from(object(lost).await)).await.unwrap();
        store.put(&Object::from(stray.as_str()), PutPayload::from_static(b"nobody's")).await.unwrap();
        files.receive(arriving(), pieces(b"never kept")).await.unwrap();
        test.db.write(move |tx| doom(tx, erased)).await.unwrap();
        clock.advance(jiff::SignedDuration::from_hours(25));
        assert_eq!(files.sweep().await.unwrap(), Swept { cleared: 2, strays: 1, missing: vec![lost] });
        assert!(matches!(store.head(&gone).await, Err(Error::NotFound { .. })));
        assert!(matches!(read(&files, lost).await, Err(FileError::Missing(id)) if id == lost));
        assert!(read(&files, ids[3]).await.unwrap() == large);

        // The next database meets an empty bucket.
        for id in [ids[0], ids[2], ids[3]] {
            test.db.write(move |tx| doom(tx, id)).await.unwrap();
        }
        assert_eq!(files.clear_doomed().await.unwrap(), 3);
        assert_eq!(std::fs::read_dir(folder.0.join("files/incoming")).unwrap().count(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_down_is_told_as_such() {
    let Some(server) = Server::start() else { return };
    let (databases, ..) = all();
    let folder = Folder::new();
    let settings = server.settings(&folder);
    let files = Files::open(&settings, &folder.0, &folder.0.join("keys"), databases[0].db.clone(), client()).unwrap();
    drop(server);
    let down = files.receive(arriving(), pieces(b"nowhere to go")).await.unwrap_err();
    assert!(matches!(down, FileError::Unavailable(_)) && down.is_passing(), "{down}");
    assert!(!format!("{down} {down:?}").contains("a secret"));
}
