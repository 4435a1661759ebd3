//! Marks in every field of a file, its questionnaire, its people, its documents, its messages: they stand in no line of the
//! log, and after the purge in no table, no byte of the database and no file.

use std::path::Path;

use jiff::SignedDuration;
use preadmission::domain::{
    catalogue::{self, Section},
    medical,
    value::Kind,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sih::mllp::{Client, ClientSettings};
use simulators::sih::{Stay, Word};
use storage::{StorageError, diesel};

use crate::{
    app::{On, TestApp},
    browser::Browser,
    documents::{self, Phone, sample, under},
    log::{self, MARK},
    medical::fill_medical,
    people::{self, CHILD, MOTHER, add_other_parent, id_of, open_for},
    preadmission::{desk, fill, opened, send},
    relatives::add_relative,
    stays::{ENTRY, decide, followed},
    trusted,
};

/// A mark that tells where it was planted.
pub(crate) fn mark(place: &str) -> String {
    let letters: String = place.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{MARK}{}", letters.to_ascii_uppercase())
}

/// A value that the field takes, with a mark when its kind can bear one.
fn fitting(field: &catalogue::Field) -> String {
    if let Kind::Choice(words) = field.kind {
        return words[0].to_owned();
    }
    let mark = mark(field.name);
    let others = ["2030-01-01", "0639980108", "21231", "279035121518989", "012110000", "12"].map(str::to_owned);
    let candidates = [mark.clone(), format!("{mark}@example.org")].into_iter().chain(others);
    let fits = |value: &String| field.kind.read(value).is_ok();
    candidates.into_iter().find(fits).unwrap_or_else(|| panic!("no value for {}", field.name))
}

/// Every field of every section: first with a mark whatever it asks for, as it would be typed wrong; then with a value
/// that it takes.
async fn plant(browser: &mut Browser, id: &str) {
    for section in catalogue::SECTIONS {
        for value in [|field: &catalogue::Field| mark(field.name), fitting] {
            let typed: Value = section.fields.iter().map(|one| (one.name.to_owned(), json!(value(one)))).collect();
            let path = format!("/api/v1/preadmissions/{id}/sections/{}", section.name);
            let saved = browser.call(Method::PUT, &path, None, typed).await;
            assert_eq!(saved.status, StatusCode::OK, "{}: {}", section.name, saved.text);
            assert!(section.fields.is_empty() || saved.text.contains(section.fields[0].name));
        }
    }
}

async fn plant_medical(browser: &mut Browser, id: &str) {
    for section in medical::SECTIONS {
        // What hangs on an answer is asked once the answer is there.
        for _ in 0..2 {
            let short = |name: &'static str| name.split_once('.').expect("of a section").1;
            let asked = asked(browser, id, section).await;
            let typed: Vec<(&str, String)> = section
                .fields
                .iter()
                .filter(|field| asked.contains(&field.name.to_owned()))
                .map(|field| (short(field.name), fitting(field)))
                .collect();
            let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let said = fill_medical(browser, id, section.name, &typed).await;
            assert!(said.status.is_success() || said.status == StatusCode::UNPROCESSABLE_ENTITY, "{}", said.text);
        }
    }
}

async fn asked(browser: &mut Browser, id: &str, section: &Section) -> Vec<String> {
    let page = browser.open(&format!("/preadmissions/{id}/medical/{}", section.name)).await;
    let shown = |field: &&catalogue::Field| page.text.contains(&format!("name=\"{}\"", field.name));
    section.fields.iter().filter(shown).map(|field| field.name.to_owned()).collect()
}

/// A photograph that says where it was taken, and a mark in its comment.
fn photo() -> Vec<u8> {
    let plain = sample("turned_gps.jpg");
    let comment = mark("exif");
    let length = u16::try_from(comment.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], b"\xFF\xFE", &length, comment.as_bytes(), &plain[2..]].concat()
}

/// What the file still waits for is said to be missing, with a mark.
async fn without_papers(browser: &mut Browser, id: &str) {
    let file = browser.open(&format!("/api/v1/preadmissions/{id}")).await.json();
    let is_open = |state: &Value| state == "awaited" || state == "refused";
    for asked in file["documents"].as_array().expect("documents").iter().filter(|one| is_open(&one["state"])) {
        let kind = asked["kind"].as_str().unwrap();
        let path = format!("/api/v1/preadmissions/{id}/missing-documents/{kind}");
        let said = json!({ "reason": "other", "text": mark(&format!("missing-{kind}")) });
        let done = browser.call(Method::PUT, &path, None, said).await;
        assert!(done.status.is_success(), "{kind}: {}", done.text);
    }
}

/// The hospital says things that have no use here, that cannot be taken, and that cannot be read.
async fn speak(app: &TestApp) {
    let address = app.building.settings.sih.listen.clone().unwrap();
    let client = Client::new(address, ClientSettings::default());
    let header = |id: &str, trigger: &str| {
        format!("MSH|^~\\&|GAM|CH-VALMONT|PARVIS|CH|20261121||ADT^{trigger}^ADT_A05|{id}|T|2.5||||||UNICODE UTF-8\r")
    };
    let useless = format!("{}EVN||20261121\rPID|1||9^^^GAM^PI||{}^Z^^^^^L\r", header("P-1", "A31"), mark("a31"));
    let refused =
        format!("{}EVN||20261121\rPID|1||9^^^GAM^PI||{}^Z^^^^^L\rPV1|1|I\r", header("P-2", "A05"), mark("a05"));
    let unreadable = format!("{}pid|{}\r", header("P-3", "A05"), mark("frame"));
    for (id, bytes) in [("P-1", useless), ("P-2", refused), ("P-3", unreadable)] {
        client.exchange(bytes.as_bytes(), id, async {}).await.unwrap();
    }
}

/// A file with marks everywhere, from its announcement to the hospital's acknowledgement; its id.
async fn whole_file(app: &TestApp) -> String {
    let stay = Stay {
        word: Word::Announced,
        finess: "990001000".to_owned(),
        visit: mark("visit"),
        ipp: mark("ipp"),
        family: "EXEMPLE".to_owned(),
        given: "Camille".to_owned(),
        born: "1984-03-12".to_owned(),
        sex: "F".to_owned(),
        phone: "0639980107".to_owned(),
        entry: ENTRY.to_owned(),
        label: mark("label"),
    };
    assert_eq!(app.partners.sih.partner.tell(&stay).await.unwrap(), "AA");
    app.deliver().await;
    let mut camille = app.patient("camille").await;
    let id = followed(app, &mut camille).await;
    plant(&mut camille, &id).await;
    // The questionnaire before anaesthesia is asked for an operation.
    let operation = opened(app, &mut camille, "VN1").await;
    plant_medical(&mut camille, &operation).await;
    people_around(&mut camille, &operation).await;
    let mut phone = Phone { browser: &mut camille, file: id.clone() };
    let sent = phone.send("CN_RECTO", &[(&format!("{}.jpg", mark("filename")), &photo())]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.first("main"));
    without_papers(&mut camille, &id).await;
    app.deliver().await;
    send(&mut camille, &id).await;

    let mut clerk = app.staff("adrien").await;
    let home = format!("/api/v1/desk/preadmissions/{id}");
    let token = clerk.open("/api/v1/desk/session").await.json()["csrf_token"].as_str().unwrap().to_owned();
    let headers = [("x-csrf-token", token.as_str()), ("sec-fetch-site", "same-origin"), ("idempotency-key", "marks")];
    let note = json!({ "text": mark("note"), "to_do": true }).to_string();
    let url = format!("{}{home}/notes", app.base);
    let noted = clerk.send(Method::POST, &url, &headers, Some(("application/json", note))).await;
    assert_eq!(noted.status, StatusCode::CREATED, "{}", noted.text);
    let page = clerk.open(&format!("/desk/preadmissions/{id}")).await;
    let form = page.form(&format!("/desk/preadmissions/{id}/identity"));
    let form = form.with("field", "complementary-cover.member").with("value", &mark("correction"));
    let form = crate::browser::Form { action: format!("/desk/preadmissions/{id}/corrections"), ..form };
    clerk.submit(&page, &form).await;
    read_and_search(&mut clerk, &id).await;
    refuse_a_paper(&mut clerk, &id).await;
    decide(&mut clerk, &id, "refusal", json!({ "sections": ["remarks"], "text": mark("refusal") })).await;
    app.clock.advance(SignedDuration::from_mins(1));
    plant_again(&mut camille, &id).await;
    without_papers(&mut camille, &id).await;
    send(&mut camille, &id).await;
    accept_papers(&mut clerk, &id).await;
    decide(&mut clerk, &id, "acceptance", json!({})).await;
    app.deliver().await;
    id
}

async fn plant_again(browser: &mut Browser, id: &str) {
    let path = format!("/api/v1/preadmissions/{id}/sections/remarks");
    let said = browser.call(Method::PUT, &path, None, json!({ "remarks.text": mark("remarks.text-again") })).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text);
}

/// The clerk's decision on one document.
async fn decided(clerk: &mut Browser, id: &str, document: &str, said: Value) {
    let home = format!("/api/v1/desk/preadmissions/{id}");
    let mut said = said;
    said["seen"] = clerk.open(&home).await.json()["mark"].clone();
    let done = desk(clerk, &format!("{home}/documents/{document}/decision"), &said).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
}

async fn given(clerk: &mut Browser, id: &str) -> Vec<Value> {
    let file = clerk.open(&format!("/api/v1/desk/preadmissions/{id}")).await.json();
    file["given"].as_array().expect("documents").clone()
}

/// The word that a paper is missing is refused, with a mark.
async fn refuse_a_paper(clerk: &mut Browser, id: &str) {
    let missing =
        given(clerk, id).await.into_iter().find(|one| one["state"] == "not-available").expect("a missing one");
    let reason = clerk.open(&format!("/api/v1/desk/preadmissions/{id}")).await.json()["reasons"]
        [missing["kind"].as_str().unwrap()][0]
        .clone();
    let said = json!({ "decision": "refused", "reason": reason, "comment": mark("comment") });
    decided(clerk, id, missing["id"].as_str().unwrap(), said).await;
}

async fn accept_papers(clerk: &mut Browser, id: &str) {
    for one in given(clerk, id).await.into_iter().filter(|one| one["state"] == "to-review") {
        decided(clerk, id, one["id"].as_str().unwrap(), json!({ "decision": "accepted" })).await;
    }
}

/// Whom the patient wants beside them: a relative who is told of the stay, and a trusted person.
async fn people_around(browser: &mut Browser, id: &str) {
    let contact = |who: &str| format!("{}@example.org", mark(&format!("contact-of-{who}")).to_ascii_lowercase());
    let (name, called, told) = (mark("relative-name"), mark("relative-called"), contact("relative"));
    let said: [(&str, &str); 4] = [("name", &name), ("called", &called), ("contact", &told), ("cancelled", "yes")];
    let listed = add_relative(browser, id, &said).await;
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.first("main"));
    let trusted_name = mark("trusted-name");
    let named: [(&str, &str); 3] = [("wished", "yes"), ("name", &trusted_name), ("phone", "0639980109")];
    fill(browser, id, "trusted-person", &named).await;
    let asked = trusted::ask(browser, id, &contact("trusted")).await;
    assert!(asked.text.contains("Lien envoyé par courriel"), "{}", asked.first("main"));
}

/// What the clerk reads on an identity document; and a list that they keep, without whom they searched for.
async fn read_and_search(clerk: &mut Browser, id: &str) {
    let home = format!("/desk/preadmissions/{id}");
    let page = clerk.open(&home).await;
    let form = page.form(&format!("{home}/identity-document"));
    let form = form.with("proof", "card").with("birth_family", &mark("read-family")).with("given", &mark("read-given"));
    let read = clerk.submit(&page, &form.with("birth_date", "1984-03-12").with("sex", "F")).await;
    assert!(read.text.contains(&mark("read-family")), "{}", read.first("main"));
    let page = clerk.open(&format!("/desk/preadmissions?days=30&text={}", mark("searched"))).await;
    let kept = clerk.submit(&page, &page.form("/desk/preadmissions/views").with("name", "Ma liste")).await;
    assert!(kept.text.contains("Ma liste"), "{}", kept.first("main"));
}

/// A child's file, and the other parent who is invited to sign.
async fn child_with_parents(app: &TestApp) {
    let (_, birth) = CHILD;
    people::announce(app, "VNC", (&mark("child"), birth), true).await;
    let mut mother = app.patient("camille").await;
    let home = open_for(app, &mut mother, "VNC", MOTHER).await;
    let contact = format!("{}@example.org", mark("contact-of-parent").to_ascii_lowercase());
    add_other_parent(app, &mut mother, &id_of(&home), (&mark("parent"), &contact)).await;
}

/// The file of somebody whom a relative helps.
async fn helped_by_a_relative(app: &TestApp) {
    people::announce(app, "VNA", (&mark("helped"), "1940-02-02"), false).await;
    let mut daughter = app.patient("helene").await;
    let said = [("role", "relative"), ("day", "2"), ("month", "2"), ("year", "1940"), ("stated", "yes")];
    let id = id_of(&open_for(app, &mut daughter, "VNA", &said).await);
    fill(&mut daughter, &id, "contact", &[("city", &mark("relative-city"))]).await;
}

/// Marks in these bytes, whatever the case, and as a database prints bytes.
fn found(bytes: &[u8], place: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).to_ascii_uppercase();
    let plain = text.match_indices(MARK).map(|(at, _)| text[at..].chars().take(60).collect::<String>());
    let hex = data_encoding::HEXUPPER.encode(MARK.as_bytes());
    let printed = text.match_indices(&hex).map(|(at, _)| text[at..].chars().take(120).collect::<String>());
    let mut all: Vec<String> = plain.chain(printed).map(|what| format!("{what} in {place}")).collect();
    all.dedup();
    all
}

/// Every file of the installation but those of the demo partners.
pub(crate) fn in_files(folder: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    under(folder, &mut paths);
    let ours = paths.into_iter().filter(|path| !path.components().any(|part| part.as_os_str() == "simulators"));
    ours.flat_map(|path| found(&std::fs::read(&path).unwrap(), &path.display().to_string())).collect()
}

#[derive(diesel::QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

#[derive(diesel::QueryableByName)]
struct Bytes {
    #[diesel(sql_type = diesel::sql_types::Binary)]
    bytes: Vec<u8>,
}

async fn texts(app: &TestApp, query: String) -> Vec<String> {
    use diesel::RunQueryDsl;
    let rows = app.building.db.read::<_, StorageError, _>(move |conn| Ok(diesel::sql_query(query).load::<Text>(conn)?));
    rows.await.unwrap().into_iter().map(|row| row.text).collect()
}

/// Every row of every table, as PostgreSQL prints it.
async fn in_rows(app: &TestApp) -> Vec<String> {
    let tables = "SELECT tablename::text AS text FROM pg_tables WHERE schemaname = 'public'".to_owned();
    let mut all = Vec::new();
    for table in texts(app, tables).await {
        for row in texts(app, format!("SELECT t::text AS text FROM \"{table}\" t")).await {
            all.extend(found(row.as_bytes(), &table));
        }
    }
    all
}

/// The files of tables, indexes and long values, once dead rows are given back: what autovacuum does in time.
async fn in_heap(app: &TestApp) -> Vec<String> {
    use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection};
    let url = app.building.settings.database.url.clone();
    let mut conn = PgConnection::establish(&url).unwrap();
    conn.batch_execute("VACUUM FULL").unwrap();
    conn.batch_execute("CHECKPOINT").unwrap();
    let of_tables = "SELECT c.oid::regclass::text AS text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace \
        WHERE relkind IN ('r', 't', 'i') AND nspname IN ('public', 'pg_toast')";
    let relations: Vec<Text> = diesel::sql_query(of_tables).load(&mut conn).unwrap();
    assert!(relations.len() > 50, "{}", relations.len());
    let mut all = Vec::new();
    for relation in relations {
        let query = "SELECT pg_read_binary_file(pg_relation_filepath($1::text::regclass)) AS bytes";
        let read: Bytes =
            diesel::sql_query(query).bind::<diesel::sql_types::Text, _>(&relation.text).get_result(&mut conn).unwrap();
        all.extend(found(&read.bytes, &relation.text));
    }
    all
}

pub(crate) async fn everywhere(app: &TestApp, on: On) -> Vec<String> {
    let mut all = in_files(&app.folder);
    if on == On::Postgresql {
        all.extend(in_rows(app).await);
        all.extend(in_heap(app).await);
    }
    all
}

#[actix_web::test]
async fn no_mark_is_logged_and_none_outlives_the_purge() {
    for on in On::all() {
        let app = documents::app(on, None).await;
        let id = whole_file(&app).await;
        child_with_parents(&app).await;
        helped_by_a_relative(&app).await;
        speak(&app).await;
        app.deliver().await;
        let before = everywhere(&app, on).await;
        let places =
            ["VISIT", "IPP", "LABEL", "FILENAME", "NOTE", "CORRECTION", "COMMENT", "REMARKSTEXTAGAIN", "A31", "A05"];
        let people = [
            "FRAME",
            "PARENT",
            "CONTACTOFPARENT",
            "MEDICALHISTORYDISEASES",
            "MISSING",
            "CHILD",
            "HELPED",
            "RELATIVECITY",
            "RELATIVENAME",
            "RELATIVECALLED",
            "CONTACTOFRELATIVE",
            "TRUSTEDNAME",
            "CONTACTOFTRUSTED",
            "READFAMILY",
            "READGIVEN",
        ];
        for place in places.into_iter().chain(people) {
            assert!(before.iter().any(|one| one.contains(&mark(place))), "{place} was planted: {before:#?}");
        }
        for field in catalogue::SECTIONS.iter().flat_map(|section| section.fields) {
            let planted = fitting(field).to_ascii_uppercase();
            assert!(
                !planted.contains(MARK) || before.iter().any(|one| one.contains(&mark(field.name))),
                "{}",
                field.name
            );
        }
        assert!(!before.iter().any(|one| one.contains("SEARCHED")), "a kept list keeps nobody's name");
        assert!(!before.iter().any(|one| one.contains("EXIF")), "the bytes of a document stand nowhere readable");

        // Answers under an idempotency key live a day, and the workers drop them.
        app.clock.advance(SignedDuration::from_hours(25));
        app.building.db.write(storage::idempotency::sweep).await.unwrap();
        app.building.db.write(preadmission::sweep).await.unwrap();
        storage::proof::seal(&app.building.db, &app.building.keyring).await.unwrap();
        app.building.purge().run("2027-06-01T07:00:00Z".parse().unwrap()).await.unwrap();
        let mut camille = app.patient("camille").await;
        assert_eq!(camille.open(&format!("/preadmissions/{id}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(everywhere(&app, on).await, Vec::<String>::new());
        let mut objects = Vec::new();
        under(&app.folder.join("files"), &mut objects);
        assert_eq!(objects, Vec::<std::path::PathBuf>::new(), "no object is left");
        assert!(!log::ours().is_empty(), "the log is heard");
        assert_eq!(log::marked(), Vec::<String>::new());
        app.stop().await;
    }
}
