//! The house is killed (SIGKILL) at each step of a document's way to the clerk, while the clerk accepts the file and while
//! the hospital's system is told, and started again: nothing is lost, the hospital takes each message once, and once what was
//! begun and never finished is old enough to be swept, nothing is left over. On SQLite with a folder; on PostgreSQL with S3.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use futures_util::{StreamExt, future::join, stream};
use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use storage::{
    Db, Options, StorageError,
    diesel::{self, QueryableByName, RunQueryDsl, sql_types},
    files::{Files, S3, Settings, Swept},
    outbox::Subscriptions,
    testing::TestDb,
};

use crate::{
    browser::Browser,
    commands::{Running, demo, folder, free_port, parvis},
    documents::{Phone, form, multipart, sample},
    house::root,
    preadmission::{desk, fill, fill_all, send},
    stays::{decide, telling},
};

/// How many rows there are, of anything that may follow FROM.
pub(crate) async fn count(db: &Db, from: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = sql_types::BigInt)]
        number: i64,
    }
    let query = format!("SELECT count(*) AS number FROM {from}");
    let counted = db.read::<_, StorageError, _>(move |conn| {
        Ok(diesel::sql_query(query.as_str()).get_result::<Counted>(conn)?.number)
    });
    counted.await.unwrap()
}

/// The first half of a body; the rest never comes.
fn half_of(bytes: &[u8]) -> reqwest::Body {
    let half = Ok::<_, std::io::Error>(bytes[..bytes.len() / 2].to_vec());
    reqwest::Body::wrap_stream(stream::iter([half]).chain(stream::pending()))
}

/// A demonstration that can be killed and started again over the same data.
struct House {
    folder: PathBuf,
    url: String,
    port: u16,
    admin: u16,
    /// The pages of the hospital's system, which keeps what it heard over every kill.
    sih: u16,
    s3: Option<S3>,
    running: Option<Running>,
}

impl House {
    async fn start(&mut self, press: &Path) {
        let mut command = demo(&self.folder, self.port);
        command.env("PARVIS__SERVER__ADMIN_LISTEN", format!("127.0.0.1:{}", self.admin));
        command.env("PARVIS__DEMO__SIH_HTTP_PORT", self.sih.to_string());
        command.env("PARVIS__DATABASE__URL", &self.url);
        command.env("PARVIS__PREADMISSION__PRESS__PROGRAM", press);
        if let Some(s3) = &self.s3 {
            for (key, value) in [
                ("ENDPOINT", s3.endpoint.as_str()),
                ("BUCKET", &s3.bucket),
                ("REGION", &s3.region),
                ("ACCESS_KEY_ID", &s3.access_key_id),
                ("SECRET_ACCESS_KEY_FILE", &s3.secret_access_key_file.display().to_string()),
                ("TIMEOUT_SECONDS", "10"),
            ] {
                command.env(format!("PARVIS__FILES__S3__{key}"), value);
            }
        }
        let errors = self.folder.join("stderr");
        command.stdout(Stdio::null()).stderr(File::create(&errors).unwrap());
        self.running = Some(Running(command.spawn().unwrap()));
        let client = server::client::http(None).unwrap();
        let url = format!("http://127.0.0.1:{}/readyz", self.admin);
        for attempt in 0.. {
            match client.get(&url).send().await {
                Ok(answer) if answer.status().is_success() => return,
                _ if attempt < 600 => tokio::time::sleep(Duration::from_millis(100)).await,
                other => panic!("not ready: {other:?}: {:?}", fs::read_to_string(&errors)),
            }
        }
    }

    fn kill(&mut self) {
        drop(self.running.take().expect("a house that runs"));
    }

    /// What the hospital's system was told, oldest first: type, control id, and whether it had taken it before.
    async fn heard(&self) -> Vec<(String, String, bool)> {
        let url = format!("http://127.0.0.1:{}/messages.json", self.sih);
        let shown: Value = server::client::http(None).unwrap().get(url).send().await.unwrap().json().await.unwrap();
        let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
        let all = shown.as_array().unwrap().iter().rev().filter(|one| one["sent"] == false);
        all.map(|one| (text(one, "message_type"), text(one, "control_id"), !one["repeats"].is_null())).collect()
    }

    /// From now on it keeps what it hears and answers ten seconds later.
    async fn hesitates(&self) {
        let url = format!("http://127.0.0.1:{}/conduct", self.sih);
        let client = server::client::http(None).unwrap();
        let answer = client.post(url).form(&[("conduct", "slow")]).send().await.unwrap();
        assert!(!answer.status().is_client_error(), "{}", answer.status());
    }

    fn db(&self, world: kernel::World) -> Db {
        let options = Options { url: self.url.clone(), connections: 2, wait: Duration::from_secs(10) };
        Db::open(&options, world, Subscriptions::default()).unwrap()
    }

    async fn count(&self, from: &str) -> i64 {
        count(&self.db(kernel::World::system()), from).await
    }

    async fn wait_for(&self, from: &str, number: i64) {
        for _ in 0..600 {
            if self.count(from).await >= number {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("never {number} in {from}");
    }

    /// The sweep as it is a day and an hour from now, in this process; the house does not run.
    async fn sweep(&self) -> Swept {
        let (world, clock) = kernel::testing::world();
        clock.advance(kernel::World::system().now().duration_since(world.now()) + SignedDuration::from_hours(25));
        let db = self.db(world);
        db.write::<_, StorageError, _>(preadmission::sweep).await.unwrap();
        let settings =
            Settings { folder: None, largest_mib: 64, sending_mib: 72, abandoned_hours: 24, s3: self.s3.clone() };
        let data = self.folder.join("var");
        let files = Files::open(&settings, &data, &data.join("keys"), db, server::client::http(None).unwrap()).unwrap();
        files.sweep().await.unwrap();
        files.sweep().await.unwrap()
    }
}

/// An S3-compatible server that others wrote.
struct Store(Child);

impl Store {
    fn start(folder: &Path) -> Option<(Self, S3)> {
        let mut command = Command::new(std::env::var_os("PARVIS_TEST_PYTHON")?);
        command.arg(root().join("tests/partners/s3/s3_server.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.stderr(Stdio::null()).spawn().expect("the partner starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).expect("the partner tells its address");
        let secret = folder.join("s3.secret");
        fs::write(&secret, "a secret\n").unwrap();
        let of = |key: &str| told[key].as_str().unwrap().to_owned();
        let s3 = S3 {
            endpoint: of("endpoint"),
            bucket: of("bucket"),
            region: of("region"),
            access_key_id: "parvis".into(),
            secret_access_key_file: secret,
            ca_file: None,
            timeout_seconds: 10,
        };
        Some((Self(process), s3))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        drop(self.0.wait());
    }
}

/// A press whose worker is a script: it leaves a mark, and ends soon after its house was killed.
fn script(folder: &Path, name: &str, lines: &str) -> (PathBuf, PathBuf) {
    let (path, mark) = (folder.join(name), folder.join(format!("{name}.mark")));
    let text = format!(
        "#!/bin/sh\n{}\ntouch {}\nsleep 25\n",
        lines.replace("PARVIS", &parvis().display().to_string()),
        mark.display()
    );
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    (path, mark)
}

async fn there(mark: &Path) {
    for _ in 0..600 {
        if mark.exists() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{} never came", mark.display());
}

async fn state(phone: &mut Phone<'_>, kind: &str, wanted: &str) {
    for _ in 0..600 {
        if phone.states(kind).await == [wanted] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{kind} never becomes {wanted}: {:?}", phone.given(kind).await);
}

/// A file for a stay that the hospital has not told of.
async fn open_file(browser: &mut Browser) -> String {
    let page = browser.open("/preadmissions/new").await;
    let day = kernel::World::system().now().to_zoned(jiff::tz::TimeZone::UTC).date() + jiff::ToSpan::days(20);
    let form = page.form("/preadmissions").with("day", &day.day().to_string()).with("month", &day.month().to_string());
    // Of the hospital whose clerk accepts it.
    let (before, _) = page.text.split_once(">Hôpital des Tilleuls").expect("a place to go to");
    let (_, site) = before.rsplit_once("value=\"").unwrap();
    let site = site.split('"').next().unwrap();
    let form = form
        .with("year", &day.year().to_string())
        .with("unit", "Cardiologie")
        .with("class", "inpatient")
        .with("site", site);
    let home = browser.submit(&page, &form).await;
    assert_eq!(home.status, StatusCode::OK, "{}: {}", home.url, home.first("main"));
    home.url.rsplit('/').next().unwrap().to_owned()
}

async fn killed_at_each_step(mut house: House) {
    let real = parvis();
    house.start(&real).await;
    let mut camille = Browser::new(&format!("http://localhost:{}", house.port));
    camille.log_in("/login?return_to=/preadmissions", "camille").await;
    let file = open_file(&mut camille).await;
    fill_all(&mut camille, &file).await;
    let mut phone = Phone { browser: &mut camille, file: file.clone() };
    let photo = [sample("turned_gps.jpg"), vec![0; 3 << 20]].concat();

    // While it is received: half a form has come. It was never answered, and nothing says that it is there.
    let token = phone.browser.csrf().await;
    let body = form(&[("csrf", &token), ("idempotency_key", "k")], &[("a.jpg", &photo)]);
    let url = format!("{}{}", phone.browser.base, phone.page("CN_RECTO"));
    let (headers, kind) = ([("sec-fetch-site", "same-origin")], multipart());
    let half = phone.browser.try_send(Method::POST, &url, &headers, Some((&kind, half_of(&body))));
    let outcome = join(half, async {
        house.wait_for("files WHERE state = 'writing'", 1).await;
        house.kill();
    });
    assert!(outcome.await.0.is_err());
    house.start(&real).await;
    assert_eq!(phone.states("CN_RECTO").await, ["not-available"]);

    // Between two parts, and within the second: what was answered is there, and it goes on from there.
    let announced = phone.announce(photo.len()).await.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(phone.part(&announced, 0, &photo[..1 << 20]).await.status, StatusCode::NO_CONTENT);
    let offset = [("upload-offset", "1048576")];
    let half = phone.tus(Method::PATCH, &announced, &offset, Some(half_of(&photo[1 << 20..2 << 20])));
    let outcome = join(half, async {
        house.wait_for("files WHERE state = 'writing'", 2).await;
        house.kill();
    });
    assert!(outcome.await.0.is_err());
    let (starts, started) = script(&house.folder, "starts", "cat > /dev/null");
    house.start(&starts).await;
    for from in [1 << 20, 2 << 20, 3 << 20] {
        assert_eq!(phone.offset(&announced).await, from);
        let end = (from + (1 << 20)).min(photo.len());
        assert_eq!(phone.part(&announced, from, &photo[from..end]).await.status, StatusCode::NO_CONTENT);
    }

    // While it is checked; while its pages are there and nothing says so; and the next house ends it.
    there(&started).await;
    assert_eq!(phone.states("CN_RECTO").await, ["checking"]);
    house.kill();
    // Through a pipe: a press may write no file.
    let lines = "PARVIS \"$@\" | head -c -1";
    let (ends, ended) = script(&house.folder, "ends", lines);
    let before = house.count("files WHERE state = 'writing'").await;
    house.start(&ends).await;
    there(&ended).await;
    house.wait_for("files WHERE state = 'writing'", before + 2).await;
    house.kill();
    house.start(&real).await;
    state(&mut phone, "CN_RECTO", "to-review").await;

    killed_while_told(&mut house, &real, (&mut camille, &file)).await;
    house.kill();

    // What was begun and never finished is swept; a second sweep finds nothing more, and nothing is missing.
    assert_eq!(house.sweep().await, Swept::default());
    let of_documents = "files WHERE owner = 'preadmission/document'";
    assert_eq!(house.count(of_documents).await, 2, "one page and the PDF");
    assert_eq!(house.count(&format!("{of_documents} AND state = 'stored'")).await, 2);
    assert_eq!(house.count("files WHERE state <> 'stored'").await, 0);
    assert_eq!((house.count("uploads").await, house.count("upload_parts").await), (0, 0));
    let left = |name: &str| fs::read_dir(house.folder.join("var/files").join(name)).map_or(0, Iterator::count);
    assert_eq!(left("incoming"), 0);
    fs::remove_dir_all(&house.folder).unwrap();
}

/// Killed while the hospital's system has a message and has not answered, and while the clerk accepts.
async fn killed_while_told(house: &mut House, real: &Path, (camille, file): (&mut Browser, &str)) {
    fill(camille, file, "private-room", &[("wished", "no")]).await;
    send(camille, file).await;
    let mut clerk = Browser::new(&format!("http://localhost:{}", house.port));
    clerk.log_in("/desk/login?return_to=/desk", "adrien").await;
    let path = format!("/api/v1/desk/preadmissions/{file}");
    let seen = clerk.open(&path).await.json();
    let given = seen["given"].as_array().unwrap().iter().find(|one| one["state"] == "to-review").expect("a document");
    let decision = format!("documents/{}/decision", given["id"].as_str().unwrap());
    decide(&mut clerk, file, &decision, json!({ "decision": "accepted", "seen": seen["mark"] })).await;

    // It was sent, kept there, and not acknowledged: the same message comes again, and is taken once.
    house.hesitates().await;
    decide(&mut clerk, file, "acceptance", json!({})).await;
    wait_until(async || !house.heard().await.is_empty()).await;
    house.kill();
    house.start(real).await;
    acknowledged(&mut clerk, file).await;
    wait_until(async || house.heard().await.iter().any(|(kind, ..)| kind.starts_with("MDM"))).await;
    let heard = house.heard().await;
    assert_eq!((heard[0].1.as_str(), heard[1].2), (heard[1].1.as_str(), true), "the same control id: {heard:?}");
    assert_eq!(taken(&heard), ["ADT^A28^ADT_A05", "ADT^A05^ADT_A05", "MDM^T02^MDM_T02"]);

    // While a corrected file is accepted: either it is not, or the hospital hears of it.
    decide(&mut clerk, file, "refusal", json!({ "sections": ["contact"], "text": "À compléter." })).await;
    fill(camille, file, "contact", &[("address", "2 rue des Tests")]).await;
    send(camille, file).await;
    for pause in [0, 2, 5, 10, 20, 50, 2000] {
        let (mut accepting, acceptance, nothing) = (clerk.reopened(), format!("{path}/acceptance"), json!({}));
        let accept = desk(&mut accepting, &acceptance, &nothing);
        let accepted = tokio::time::timeout(Duration::from_millis(pause), accept)
            .await
            .is_ok_and(|it| it.status == StatusCode::OK);
        house.kill();
        house.start(real).await;
        let status = clerk.open(&path).await.json()["status"].clone();
        assert!(status == "COMPLETED" || (status == "READY" && !accepted), "{pause} ms: {status}");
        if status == "COMPLETED" {
            break;
        }
    }
    wait_until(async || house.heard().await.iter().any(|(kind, ..)| kind.starts_with("ADT^Z99"))).await;
    acknowledged(&mut clerk, file).await;
    let heard = house.heard().await;
    let all = taken(&heard);
    assert_eq!(all, ["ADT^A28^ADT_A05", "ADT^A05^ADT_A05", "MDM^T02^MDM_T02", "ADT^Z99^ADT_A01"]);
}

/// What the hospital's system took, without what came again.
fn taken(heard: &[(String, String, bool)]) -> Vec<&str> {
    heard.iter().filter(|(_, _, again)| !again).map(|(kind, ..)| kind.as_str()).collect()
}

pub(crate) async fn wait_until(holds: impl AsyncFn() -> bool) {
    for _ in 0..1200 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it never holds");
}

async fn acknowledged(clerk: &mut Browser, file: &str) {
    for _ in 0..1200 {
        if telling(clerk, file).await["state"] == "acknowledged" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never acknowledged: {}", telling(clerk, file).await);
}

#[actix_web::test]
async fn killed_at_each_step_nothing_is_lost_and_nothing_left_over() {
    let folder = folder("killed_folder");
    let url = format!("sqlite:{}", folder.join("parvis.sqlite").display());
    killed_at_each_step(House {
        folder,
        url,
        port: free_port(),
        admin: free_port(),
        sih: free_port(),
        s3: None,
        running: None,
    })
    .await;
}

#[actix_web::test]
async fn killed_at_each_step_with_postgresql_and_s3() {
    let Ok(server) = std::env::var(storage::testing::SERVER) else { return };
    let folder = folder("killed_s3");
    let Some((_store, s3)) = Store::start(&folder) else { return };
    let (world, _) = kernel::testing::world();
    let database = TestDb::postgresql(&server, world, Default::default()).unwrap();
    let url = database.url.clone();
    killed_at_each_step(House {
        folder,
        url,
        port: free_port(),
        admin: free_port(),
        sih: free_port(),
        s3: Some(s3),
        running: None,
    })
    .await;
}
