//! The way of a document, from the telephone to the clerk's eye: real presses, a real antivirus, both databases.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use data_encoding::BASE64;
use futures_util::{StreamExt, future::join, stream};
use jiff::SignedDuration;
use kernel::DocumentId;
use reqwest::{Method, StatusCode};
use storage::{
    StorageError, diesel,
    files::{FileError, FileState},
};
use tokio::sync::oneshot;

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    commands::parvis,
    preadmission::opened,
};

const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/preadmission/src/press/tests/files");

pub(crate) fn sample(name: &str) -> Vec<u8> {
    fs::read(Path::new(FILES).join(name)).unwrap()
}

pub(crate) async fn app(on: On, antivirus: Option<&str>) -> TestApp {
    let program = parvis().display().to_string();
    TestApp::start_with(on, |sources| {
        sources.set("preadmission.press.program", program);
        if let Some(address) = antivirus {
            sources.set("preadmission.antivirus.mode", "clamd");
            sources.set("preadmission.antivirus.address", address);
        }
    })
    .await
}

const BOUNDARY: &str = "----parvis";

/// The form of the page, as a browser without JavaScript sends it.
pub(crate) fn form(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    for (name, bytes) in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/jpeg\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}

pub(crate) fn multipart() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

pub(crate) struct Phone<'a> {
    pub(crate) browser: &'a mut Browser,
    pub(crate) file: String,
}

impl Phone<'_> {
    pub(crate) fn page(&self, kind: &str) -> String {
        format!("/preadmissions/{}/documents/{kind}", self.file)
    }

    /// Sends files with the form of this kind's page; the answer, before any redirect.
    pub(crate) async fn send(&mut self, kind: &str, files: &[(&str, &[u8])]) -> Page {
        let address = self.page(kind);
        let page = self.browser.open(&address).await;
        let shown = page.form(&address);
        // The empty choice of a file is what the form shows, not what it sends.
        let fields: Vec<_> = shown.fields.iter().filter(|(name, _)| name != "file").collect();
        assert_eq!(fields[0].0, "csrf", "the token is the first part");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(kind, form(&fields, files)).await
    }

    async fn post(&mut self, kind: &str, body: impl Into<reqwest::Body>) -> Page {
        let url = format!("{}{}", self.browser.base, self.page(kind));
        let headers = [("sec-fetch-site", "same-origin")];
        self.browser.try_send(Method::POST, &url, &headers, Some((&multipart(), body.into()))).await.unwrap()
    }

    /// What the interface lists of one kind.
    pub(crate) async fn given(&mut self, kind: &str) -> Vec<(String, String, Option<String>)> {
        let list = self.browser.open(&format!("/api/v1/preadmissions/{}/documents", self.file)).await.json();
        let of_kind = list["items"].as_array().unwrap().iter().filter(|one| one["kind"] == kind);
        let text = |one: &serde_json::Value, key: &str| one[key].as_str().map(str::to_owned);
        of_kind.map(|one| (text(one, "id").unwrap(), text(one, "state").unwrap(), text(one, "reason"))).collect()
    }

    pub(crate) async fn states(&mut self, kind: &str) -> Vec<String> {
        self.given(kind).await.into_iter().map(|(_, state, _)| state).collect()
    }

    /// A request of the protocol of parts.
    pub(crate) async fn tus(
        &mut self,
        method: Method,
        address: &str,
        headers: &[(&str, &str)],
        body: Option<reqwest::Body>,
    ) -> Result<Page, reqwest::Error> {
        let token = self.browser.csrf().await;
        let url = self.browser.absolute(address, &self.browser.base.clone());
        let mut all = vec![("x-csrf-token", token.as_str()), ("tus-resumable", "1.0.0")];
        all.extend_from_slice(headers);
        self.browser.try_send(method, &url, &all, body.map(|body| ("application/offset+octet-stream", body))).await
    }

    pub(crate) async fn announce(&mut self, size: usize) -> Page {
        self.announce_with(size, "kind Q05fUkVDVE8=,filename cmVjdG8uanBn").await
    }

    async fn announce_with(&mut self, size: usize, about: &str) -> Page {
        let address = format!("/api/v1/preadmissions/{}/uploads", self.file);
        let size = size.to_string();
        let headers = [("upload-length", size.as_str()), ("upload-metadata", about)];
        self.tus(Method::POST, &address, &headers, None).await.unwrap()
    }

    pub(crate) async fn part(&mut self, address: &str, offset: usize, bytes: &[u8]) -> Page {
        let offset = offset.to_string();
        self.tus(Method::PATCH, address, &[("upload-offset", &offset)], Some(bytes.to_vec().into())).await.unwrap()
    }

    pub(crate) async fn offset(&mut self, address: &str) -> usize {
        let page = self.tus(Method::HEAD, address, &[], None).await.unwrap();
        assert_eq!(page.status, StatusCode::NO_CONTENT);
        page.headers["upload-offset"].to_str().unwrap().parse().unwrap()
    }
}

/// How many files there are in each state, whatever they are.
async fn stored(app: &TestApp) -> Vec<(String, i64)> {
    use diesel::{QueryableByName, RunQueryDsl, sql_types};
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = sql_types::Text)]
        state: String,
        #[diesel(sql_type = sql_types::BigInt)]
        number: i64,
    }
    app.building.files.clear_doomed().await.unwrap();
    let counted = app.building.db.read::<_, StorageError, _>(|conn| {
        let query = "SELECT state, count(*) AS number FROM files GROUP BY state ORDER BY state";
        Ok(diesel::sql_query(query).load::<Counted>(conn)?)
    });
    counted.await.unwrap().into_iter().map(|row| (row.state, row.number)).collect()
}

fn kept(number: i64) -> Vec<(String, i64)> {
    vec![(FileState::Stored.as_str().to_owned(), number)]
}

/// Every file under a folder.
pub(crate) fn under(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { under(&path, found) } else { found.push(path) }
    }
}

pub(crate) fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[actix_web::test]
async fn a_photo_goes_from_the_telephone_to_the_clerk() {
    for on in On::all() {
        let app = app(on, None).await;
        let mut camille = app.patient("camille").await;
        let file = opened(&app, &mut camille, "VN1").await;
        let mut phone = Phone { browser: &mut camille, file: file.clone() };
        let empty = phone.browser.open(&phone.page("CN_RECTO")).await;
        assert!(empty.text.contains("15 Mo") && empty.text.contains("10 fichiers"), "{}", empty.first("main"));
        assert!(empty.text.contains("Je n’ai pas ce document"));

        let photo = sample("turned_gps.jpg");
        assert!(contains(&photo, b"Exif"), "the sample has what must go");
        let sent = phone.send("CN_RECTO", &[("recto.jpg", &photo)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.first("main"));
        let (id, state, _) = phone.given("CN_RECTO").await.remove(0);
        assert_eq!(state, "received");
        let picture = format!("/preadmissions/{file}/documents/{id}/pages/1");
        assert_eq!(
            phone.browser.open(&picture).await.status,
            StatusCode::NOT_FOUND,
            "nobody reads what is not checked"
        );
        let again = phone.send("CN_RECTO", &[("autre nom.jpg", &photo)]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(again.first(".summary").contains("déjà envoyé"), "{}", again.first("main"));

        app.deliver().await;
        assert_eq!(phone.states("CN_RECTO").await, ["to-review"]);
        let shown = phone.browser.open(&picture).await;
        assert_eq!(shown.status, StatusCode::OK);
        for (name, value) in
            [("content-type", "image/jpeg"), ("cache-control", "no-store"), ("x-content-type-options", "nosniff")]
        {
            assert_eq!(shown.headers[name], value, "{name}");
        }
        let address = phone.browser.absolute(&picture, &app.base);
        let bytes = phone.browser.bytes(&address).await;
        assert!(bytes.starts_with(b"\xFF\xD8\xFF") && !contains(&bytes, b"Exif") && !contains(&bytes, b"GPS"));
        let document: DocumentId = id.parse().unwrap();
        let pdf = app.building.preadmission().kept_pdf(document, 1 << 24).await.unwrap();
        assert!(pdf.starts_with(b"%PDF") && contains(&pdf, &bytes), "the archive holds what the viewer shows");
        assert!(matches!(app.building.preadmission().kept_pdf(document, 10).await, Err(FileError::TooLarge(10))));

        let at_desk = format!("/desk{picture}");
        let mut clerk = app.staff("adrien").await;
        assert_eq!(clerk.open(&at_desk).await.status, StatusCode::OK);
        for page in ["0", "2"] {
            let absent = at_desk.replace("pages/1", &format!("pages/{page}"));
            assert_eq!(clerk.open(&absent).await.status, StatusCode::NOT_FOUND);
        }
        let elsewhere = app.staff("odile").await.open(&at_desk).await.status;
        assert!([StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&elsewhere));
        assert_eq!(app.patient("helene").await.open(&picture).await.status, StatusCode::NOT_FOUND);
        assert_eq!(views(&app).await, 1, "that of the clerk");

        assert_eq!(stored(&app).await, kept(2), "a picture and the PDF; what was sent is gone");
        let mut found = Vec::new();
        under(&app.folder.join("files"), &mut found);
        assert_eq!(found.len(), 2, "{found:?}");
        for path in found {
            let raw = fs::read(&path).unwrap();
            assert!(![&b"%PDF"[..], b"JFIF", b"Exif"].iter().any(|mark| contains(&raw, mark)), "{path:?} is readable");
        }

        let page = phone.browser.open(&phone.page("CN_RECTO")).await;
        let removal = page.form(&format!("/preadmissions/{file}/documents/{id}/removal"));
        assert!(page.all("button").iter().any(|words| words == "Supprimer recto.jpg"), "{}", page.first("main"));
        let page = phone.browser.submit(&page, &removal).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.first("main"));
        assert!(phone.states("CN_RECTO").await.is_empty());
        assert_eq!(phone.browser.open(&picture).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stored(&app).await, Vec::new(), "not a byte is left");
        app.stop().await;
    }
}

async fn views(app: &TestApp) -> i64 {
    use diesel::{QueryableByName, RunQueryDsl, sql_types::BigInt};
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let counted = app.building.db.read::<_, StorageError, _>(|conn| {
        Ok(diesel::sql_query("SELECT count(*) AS number FROM document_views").get_result::<Counted>(conn)?)
    });
    counted.await.unwrap().number
}

/// A file that broke off, shorter than what it is known by: received, then refused in words like any broken one.
#[actix_web::test]
async fn a_very_short_file_is_refused_and_not_the_connection() {
    let app = app(On::Sqlite, None).await;
    let mut browser = app.patient("camille").await;
    let file = opened(&app, &mut browser, "VN1").await;
    let mut phone = Phone { browser: &mut browser, file };
    for bytes in [b"\xff\xd8\xff".to_vec(), [b"%PDF-1.7\n".as_slice(), &[b'%'; 400]].concat()] {
        let sent = phone.send("CN_RECTO", &[("coupee", &bytes)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        app.deliver().await;
        let told: Vec<_> =
            phone.given("CN_RECTO").await.into_iter().map(|(_, state, reason)| (state, reason)).collect();
        assert_eq!(told, [("refused".to_owned(), Some("unfit-broken".to_owned()))]);
    }
    app.stop().await;
}

#[actix_web::test]
async fn what_is_refused_says_why_and_the_rest_goes_on() {
    let app = app(On::Sqlite, None).await;
    let mut camille = app.patient("camille").await;
    let file = opened(&app, &mut camille, "VN1").await;
    let mut phone = Phone { browser: &mut camille, file };
    let large = [b"\xFF\xD8\xFF".as_slice(), &vec![7; 16 << 20]].concat();
    let refused = phone.send("CN_RECTO", &[("grande.jpg", &large)]).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.first(".summary").contains("trop lourd"), "{}", refused.first("main"));
    let table: [(&str, &[u8], StatusCode, &str); 3] = [
        ("a.gif", b"GIF89a...", StatusCode::UNSUPPORTED_MEDIA_TYPE, "GIF"),
        ("a.docx", b"PK\x03\x04aaaa", StatusCode::UNSUPPORTED_MEDIA_TYPE, "compressés"),
        ("", b"", StatusCode::UNPROCESSABLE_ENTITY, "Choisissez"),
    ];
    for (name, bytes, status, words) in table {
        let page = phone.send("CN_RECTO", &[(name, bytes)]).await;
        assert_eq!(page.status, status, "{name}: {}", page.first("main"));
        assert!(page.first(".summary").contains(words), "{name}: {}", page.first("main"));
    }
    assert_eq!(stored(&app).await, Vec::new());
    let mixed = phone.send("CN_RECTO", &[("a.gif", b"GIF89a..."), ("b.pdf", &sample("plain.pdf"))]).await;
    assert_eq!(mixed.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    phone.send("CN_RECTO", &[("protégé.pdf", &sample("locked.pdf"))]).await;
    phone.send("CN_RECTO", &[("vide.png", &sample("blank.png"))]).await;
    app.deliver().await;
    assert_eq!(phone.states("CN_RECTO").await, ["to-review", "refused", "to-review"]);
    let page = phone.browser.open(&phone.page("CN_RECTO")).await;
    assert!(
        page.text.contains("protégé par un mot de passe") && page.text.contains("semble vide"),
        "{}",
        page.first("main")
    );
    // A new one takes the place of the refused.
    phone.send("CN_RECTO", &[("photo.heic", &sample("photo.heic"))]).await;
    app.deliver().await;
    assert_eq!(phone.states("CN_RECTO").await, ["to-review", "to-review", "to-review"]);

    let nowhere = phone.send_to_nothing().await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    let unsigned = phone.post("CN_RECTO", form(&[("csrf", "forged")], &[("b.pdf", &sample("linear.pdf"))])).await;
    assert_eq!(unsigned.status, StatusCode::FORBIDDEN);
    let late = phone.post("CN_RECTO", form(&[("other", "x"), ("csrf", "forged")], &[])).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    app.stop().await;
}

/// The second file of a form comes when the first has been refused; others come in parts, chosen before that or after.
#[actix_web::test]
async fn what_was_on_its_way_does_not_hide_a_refusal() {
    for on in On::all() {
        let app = app(on, None).await;
        let (mut camille, mut other) = (app.patient("camille").await, app.patient("camille").await);
        let file = opened(&app, &mut camille, "VN1").await;
        let mut elsewhere = Phone { browser: &mut other, file: file.clone() };
        let mut phone = Phone { browser: &mut camille, file };
        let (token, blank) = (phone.browser.csrf().await, sample("blank.png"));
        let fields = [("csrf", token.as_str()), ("idempotency_key", "k")];
        let mut first = form(&fields, &[("a.pdf", &sample("locked.pdf")), ("b.png", &blank)]);
        let second = first.split_off(first.len() - blank.len());
        let (refused, is_refused) = oneshot::channel();
        let body = stream::once(async { Ok(first) }).chain(stream::once(async { is_refused.await.map(|()| second) }));
        let sent = join(phone.post("CN_RECTO", reqwest::Body::wrap_stream(body)), async {
            while elsewhere.states("CN_RECTO").await.is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            app.clock.advance(SignedDuration::from_secs(2));
            app.deliver().await;
            refused.send(()).unwrap();
        });
        assert_eq!(sent.await.0.status, StatusCode::SEE_OTHER);
        app.deliver().await;
        assert_eq!(phone.states("CN_RECTO").await, ["refused", "to-review"]);

        app.clock.advance(SignedDuration::from_secs(1));
        let waited =
            |milliseconds: &str| format!("kind Q05fUkVDVE8=,waited {}", BASE64.encode(milliseconds.as_bytes()));
        for (name, about, states) in [
            ("plain.pdf", waited("1500"), ["refused", "to-review", "to-review"]),
            ("linear.pdf", waited("500"), ["to-review", "to-review", "to-review"]),
        ] {
            let bytes = sample(name);
            let announced =
                phone.announce_with(bytes.len(), &about).await.headers["location"].to_str().unwrap().to_owned();
            assert_eq!(phone.part(&announced, 0, &bytes).await.status, StatusCode::NO_CONTENT);
            app.deliver().await;
            assert_eq!(phone.states("CN_RECTO").await, states, "{name}");
        }
        app.stop().await;
    }
}

impl Phone<'_> {
    /// A kind that this file does not ask for.
    async fn send_to_nothing(&mut self) -> Page {
        let token = self.browser.csrf().await;
        self.post("LIVRET_FAMILLE", form(&[("csrf", &token), ("idempotency_key", "k")], &[("a.pdf", b"%PDF-")])).await
    }
}

#[actix_web::test]
async fn a_program_sends_lists_and_takes_back() {
    let app = app(On::Sqlite, None).await;
    let mut camille = app.patient("camille").await;
    let file = opened(&app, &mut camille, "VN1").await;
    let mut phone = Phone { browser: &mut camille, file: file.clone() };
    let url = format!("{}/api/v1/preadmissions/{file}/documents", app.base);
    let token = phone.browser.csrf().await;
    let mut created = Vec::new();
    for _ in 0..2 {
        let body = form(&[("kind", "CN_RECTO")], &[("recto.pdf", &sample("plain.pdf"))]);
        let headers = [("x-csrf-token", token.as_str()), ("idempotency-key", "one")];
        let page =
            phone.browser.try_send(Method::POST, &url, &headers, Some((&multipart(), body.into()))).await.unwrap();
        assert_eq!(page.status, StatusCode::CREATED, "{}", page.text);
        created.push(page.json()["id"].clone());
    }
    assert_eq!(created[0], created[1], "the same key, the same document");
    assert_eq!(phone.states("CN_RECTO").await, ["received"]);
    let one = format!("/api/v1/preadmissions/{file}/documents/{}", created[0].as_str().unwrap());
    let gone = phone.browser.call(Method::DELETE, &one, None, serde_json::json!({})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text);
    assert!(phone.states("CN_RECTO").await.is_empty());
    app.deliver().await;
    assert!(phone.states("CN_RECTO").await.is_empty(), "a check that comes too late changes nothing");
    app.stop().await;
}

/// The first half of a body, and then nothing.
fn broken(bytes: &[u8]) -> reqwest::Body {
    let half = bytes[..bytes.len() / 2].to_vec();
    // The half has left before the line breaks: a client writes nothing after a fault of its own.
    let cut = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        Err(std::io::Error::other("out of reach"))
    };
    reqwest::Body::wrap_stream(stream::iter([Ok(half)]).chain(stream::once(cut)))
}

#[actix_web::test]
async fn a_form_cut_in_the_middle_leaves_nothing() {
    let app = app(On::Sqlite, None).await;
    let mut camille = app.patient("camille").await;
    let file = opened(&app, &mut camille, "VN1").await;
    let mut phone = Phone { browser: &mut camille, file };
    let token = phone.browser.csrf().await;
    let photo = [sample("turned_gps.jpg"), vec![0; 3 << 20]].concat();
    let body = form(&[("csrf", &token), ("idempotency_key", "k")], &[("a.jpg", &photo)]);
    let url = format!("{}{}", app.base, phone.page("CN_RECTO"));
    let headers = [("sec-fetch-site", "same-origin")];
    let cut = phone.browser.try_send(Method::POST, &url, &headers, Some((&multipart(), broken(&body)))).await;
    assert!(cut.is_err());
    for _ in 0..100 {
        if stored(&app).await.is_empty() {
            break;
        }
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(stored(&app).await, Vec::new());
    assert!(phone.states("CN_RECTO").await.is_empty());
    app.stop().await;
}

/// A browser shows an answer only once it has sent everything: who is refused is heard to the end, on a line that lives on.
#[actix_web::test]
async fn a_refusal_waits_for_the_end_of_the_body() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let app = app(On::Sqlite, None).await;
    let mut camille = app.patient("camille").await;
    let file = opened(&app, &mut camille, "VN1").await;
    let address = app.base.strip_prefix("http://").unwrap().replace("localhost", "127.0.0.1");
    let session = camille.cookies.values().flatten().map(|(name, value)| format!("{name}={value}"));
    let session = session.collect::<Vec<_>>().join("; ");
    let body = form(&[("csrf", "forged")], &[("a.jpg", &[b"\xFF\xD8\xFF".as_slice(), &vec![7; 3 << 20]].concat())]);
    for (cookies, status) in [(String::new(), "401"), (session, "403")] {
        let mut line = tokio::net::TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "POST /preadmissions/{file}/documents/CN_RECTO HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\n\
             Cookie: {cookies}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
            multipart(),
            body.len()
        );
        line.write_all(head.as_bytes()).await.unwrap();
        for piece in body.chunks(body.len().div_ceil(4)) {
            line.write_all(piece).await.expect("the house listens to the end");
            actix_web::rt::time::sleep(Duration::from_millis(700)).await;
        }
        let mut answer = vec![0; 12];
        line.read_exact(&mut answer).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), format!("HTTP/1.1 {status}"));
    }
    app.stop().await;
}

#[actix_web::test]
async fn parts_go_on_where_the_line_broke() {
    for on in On::all() {
        let app = app(on, None).await;
        let mut camille = app.patient("camille").await;
        let file = opened(&app, &mut camille, "VN1").await;
        let mut phone = Phone { browser: &mut camille, file: file.clone() };
        let photo = [sample("turned_gps.jpg"), vec![0; 700_000]].concat();
        let announced = phone.announce(photo.len()).await;
        assert_eq!(announced.status, StatusCode::CREATED, "{}", announced.text);
        let address = announced.headers["location"].to_str().unwrap().to_owned();
        let first = phone.part(&address, 0, &photo[..300_000]).await;
        assert_eq!(first.status, StatusCode::NO_CONTENT, "{}", first.text);
        let cut = phone
            .tus(Method::PATCH, &address, &[("upload-offset", "300000")], Some(broken(&photo[300_000..600_000])))
            .await;
        assert!(cut.is_err());
        let mut here = 300_000;
        for _ in 0..100 {
            here = phone.offset(&address).await;
            if here > 300_000 {
                break;
            }
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(here, 450_000, "what came before the line broke is not sent again");
        let wrong = phone.part(&address, 300_000, &photo[300_000..600_000]).await;
        assert_eq!(
            (wrong.status, wrong.json()["type"].as_str().unwrap().ends_with("/upload-offset")),
            (StatusCode::CONFLICT, true)
        );
        let beyond = phone.part(&address, here, &vec![0; photo.len()]).await;
        assert_eq!(beyond.status, StatusCode::PAYLOAD_TOO_LARGE);
        let theirs = app.patient("helene").await.open(&address).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND);
        assert!(phone.states("CN_RECTO").await.is_empty(), "nothing before the last part");
        let last = phone.part(&address, here, &photo[here..]).await;
        assert_eq!(last.status, StatusCode::NO_CONTENT, "{}", last.text);
        assert_eq!(phone.offset(&address).await, photo.len());
        let missed = phone.part(&address, photo.len(), b"").await;
        assert_eq!(missed.status, StatusCode::NO_CONTENT, "asked again, it is done once");
        app.deliver().await;
        assert_eq!(phone.states("CN_RECTO").await, ["to-review"]);
        assert_eq!(stored(&app).await, kept(2), "no part is left");

        // The very same again is told at the end and leaves nothing; what is no picture, with its first part.
        let again = phone.announce(photo.len()).await.headers["location"].to_str().unwrap().to_owned();
        let twice = phone.part(&again, 0, &photo).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "{}", twice.text);
        let gif = phone.announce(9).await.headers["location"].to_str().unwrap().to_owned();
        let no_picture = phone.part(&gif, 0, b"GIF89a").await;
        assert_eq!(
            (no_picture.status, no_picture.json()["code"].as_str()),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, Some("gif"))
        );
        for gone in [&again, &gif] {
            assert_eq!(phone.browser.open(gone).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(phone.announce(16 << 20).await.status, StatusCode::PAYLOAD_TOO_LARGE);

        let forgotten = phone.announce(photo.len()).await.headers["location"].to_str().unwrap().to_owned();
        phone.part(&forgotten, 0, &photo[..1000]).await;
        assert_eq!(stored(&app).await, kept(3));
        app.clock.advance(SignedDuration::from_hours(25));
        app.building.db.write::<_, StorageError, _>(preadmission::sweep).await.unwrap();
        assert_eq!(stored(&app).await, kept(2), "given up after a day");
        app.stop().await;
    }
}

/// A document of this file that went through its check, and another one on its way in parts: their ids.
pub(crate) async fn checked(app: &TestApp, browser: &mut Browser, file: &str) -> (String, String) {
    let mut phone = Phone { browser, file: file.to_owned() };
    phone.send("CN_RECTO", &[("recto.pdf", &sample("plain.pdf"))]).await;
    app.deliver().await;
    let (document, state, _) = phone.given("CN_RECTO").await.remove(0);
    assert_eq!(state, "to-review");
    let announced = phone.announce(1000).await;
    let upload = announced.headers["location"].to_str().unwrap().rsplit('/').next().unwrap().to_owned();
    (document, upload)
}

/// A private ClamAV with one signature: EICAR, anywhere in a file.
struct Clamd {
    program: String,
    folder: PathBuf,
    running: Option<Child>,
}

/// The test file all engines know, in two parts so that none takes this source for it (eicar.org).
const EICAR: [&str; 2] = [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];

impl Clamd {
    fn prepare() -> Option<Self> {
        let program = std::env::var("PARVIS_TEST_CLAMD").ok().filter(|program| !program.is_empty())?;
        let folder = std::env::temp_dir().join(format!("parvis_house_clamd_{}", std::process::id()));
        fs::create_dir_all(folder.join("signatures")).unwrap();
        let hex = kernel::digest::hex(EICAR.concat().as_bytes());
        fs::write(folder.join("signatures/local.ndb"), format!("Local.Eicar:0:*:{hex}\n")).unwrap();
        let at = |name: &str| folder.join(name).display().to_string();
        let lines = format!(
            "DatabaseDirectory {}\nLocalSocket {}\nTemporaryDirectory {}\nForeground yes\nStreamMaxLength 30M\nScanImage no\nAlertEncryptedDoc yes\nAlertExceedsMax yes\n",
            at("signatures"),
            at("socket"),
            folder.display(),
        );
        fs::write(folder.join("clamd.conf"), lines).unwrap();
        Some(Self { program, folder, running: None })
    }

    fn address(&self) -> String {
        format!("unix:{}", self.folder.join("socket").display())
    }

    async fn start(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg("--config-file").arg(self.folder.join("clamd.conf")).stdout(Stdio::null()).stderr(Stdio::null());
        self.running = Some(command.spawn().unwrap());
        for _ in 0..300 {
            if std::os::unix::net::UnixStream::connect(self.folder.join("socket")).is_ok() {
                return;
            }
            actix_web::rt::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("clamd did not come up");
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        if let Some(running) = &mut self.running {
            drop(running.kill());
            drop(running.wait());
        }
        drop(fs::remove_dir_all(&self.folder));
    }
}

#[actix_web::test]
async fn every_answer_says_which_protocol_of_parts_is_spoken() {
    let mut app = app(On::Sqlite, None).await;
    app.may_leave_open = true;
    let mut camille = app.patient("camille").await;
    let file = opened(&app, &mut camille, "VN1").await;
    let mut phone = Phone { browser: &mut camille, file: file.clone() };
    let door = format!("/api/v1/preadmissions/{file}/uploads");
    let says = |page: &Page| {
        let said = |name: &str| page.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!([said("tus-resumable"), said("tus-version")], [Some("1.0.0".into()), Some("1.0.0".into())]);
        page.status
    };
    let asked = phone.tus(Method::OPTIONS, &door, &[], None).await.unwrap();
    assert_eq!(says(&asked), StatusCode::NO_CONTENT);
    assert_eq!(asked.headers["tus-extension"], "creation,expiration,termination");
    assert_eq!(asked.headers["tus-max-size"], (15 << 20).to_string().as_str());
    let announced = phone.announce(3 << 20).await;
    assert_eq!(says(&announced), StatusCode::CREATED);
    let address = announced.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(says(&phone.part(&address, 7, b"elsewhere").await), StatusCode::CONFLICT);
    let (token, url) = (phone.browser.csrf().await, format!("{}{door}", phone.browser.base));
    let old = [("x-csrf-token", token.as_str()), ("tus-resumable", "0.2.2")];
    let old = phone.browser.try_send(Method::POST, &url, &old, None).await.unwrap();
    assert_eq!(says(&old), StatusCode::PRECONDITION_FAILED);
    let unproven = phone.browser.try_send(Method::POST, &url, &[], None).await.unwrap();
    assert_eq!(says(&unproven), StatusCode::FORBIDDEN, "no token: refused before any room is asked");
    assert_eq!(says(&phone.tus(Method::DELETE, &address, &[], None).await.unwrap()), StatusCode::NO_CONTENT);
    let mut stranger = app.patient("helene").await;
    let mut phone = Phone { browser: &mut stranger, file };
    assert_eq!(says(&phone.tus(Method::OPTIONS, &door, &[], None).await.unwrap()), StatusCode::NOT_FOUND);
    app.stop().await;
}

#[actix_web::test]
async fn a_daemon_that_is_down_only_delays_and_malware_is_never_shown() {
    let Some(mut clamd) = Clamd::prepare() else { return };
    let app = app(On::Sqlite, Some(&clamd.address())).await;
    let mut camille = app.patient("camille").await;
    let file = opened(&app, &mut camille, "VN1").await;
    let mut phone = Phone { browser: &mut camille, file: file.clone() };
    phone.send("CN_RECTO", &[("recto.jpg", &sample("turned_gps.jpg"))]).await;
    app.deliver().await;
    assert_eq!(phone.states("CN_RECTO").await, ["undecided"]);
    let page = phone.browser.open(&phone.page("CN_RECTO")).await;
    assert!(page.text.contains("plus de temps que prévu") && !page.text.contains("efusé"), "{}", page.first("main"));
    assert_eq!(stored(&app).await, kept(1), "kept as it was sent, for the next try");

    clamd.start().await;
    app.clock.advance(SignedDuration::from_mins(11));
    app.deliver().await;
    assert_eq!(
        phone.given("CN_RECTO").await.into_iter().map(|(_, state, reason)| (state, reason)).collect::<Vec<_>>(),
        [("to-review".to_owned(), None)]
    );

    let poisoned = [sample("turned_gps.jpg"), EICAR.concat().into_bytes()].concat();
    phone.send("CN_VERSO", &[("verso.jpg", &poisoned)]).await;
    phone.send("CN_RECTO", &[("protégé.pdf", &sample("locked.pdf"))]).await;
    app.deliver().await;
    let (id, state, _) = phone.given("CN_VERSO").await.remove(0);
    assert_eq!(state, "infected");
    assert_eq!(phone.states("CN_RECTO").await, ["to-review", "refused"], "by its name, not for the engine's doubt");
    let picture = format!("/preadmissions/{file}/documents/{id}/pages/1");
    assert_eq!(phone.browser.open(&picture).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.staff("adrien").await.open(&format!("/desk{picture}")).await.status, StatusCode::NOT_FOUND);
    let page = phone.browser.open(&phone.page("CN_VERSO")).await;
    assert!(page.text.contains("programme dangereux"), "{}", page.first("main"));
    assert_eq!(stored(&app).await, kept(2), "of what is refused nothing is kept");
    app.stop().await;
}
