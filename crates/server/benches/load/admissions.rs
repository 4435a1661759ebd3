//! Pre-admission: many large documents at once, files sent, the worklist of a large hospital, and photos in the press.

use std::{
    fs,
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use diesel::connection::SimpleConnection;
use jiff::{SignedDuration, Timestamp};
use kernel::{StaffId, VisitId, World};
use preadmission::press;
use serde_json::{Value, json};
use storage::StorageError;
use web::session::{Details, Principal};

use crate::{
    Plan,
    booking::{Caller, callers},
    crowd,
    fill::{self, Words, kind},
    house::{Database, House},
    http::Line,
    machine,
};

const MB: usize = 1_000_000;
/// Uploads at the same time, each of so many bytes.
const UPLOADS: u64 = 60;
const UPLOAD: usize = 9 * MB;
/// Memory that the house may take for them, all of it counted, MB.
const MOST_MEMORY: f64 = 128.0;
/// Files that are filled in, and then sent by so many patients at a time.
const SENT: u64 = 400;
const SENDERS: usize = 16;
/// Stays of the worklist, and clerks who look at it at the same time.
const STAYS: u64 = 10_000;
const CLERKS: usize = 8;
/// First of the numbers of its patients, and of its stays.
const FIRST: u64 = 500_000;
const ONCE: Duration = Duration::from_secs(600);

/// A patient with an open file.
struct Patient {
    caller: Caller,
    file: String,
}

pub(crate) fn measure(plan: &Plan, house: &House, database: &Database) -> anyhow::Result<()> {
    fill_worklist(database)?;
    people(database)?;
    let callers = callers(database, FIRST, UPLOADS + SENT)?;
    let mut patients = callers.into_iter().map(open).collect::<anyhow::Result<Vec<_>>>()?;
    let senders = patients.split_off(usize::try_from(UPLOADS)?);
    uploads(house, &patients)?;
    submissions(house, &senders)?;
    worklist(house, database)?;
    places(house)?;
    if database.is_sqlite() {
        photos(plan)?;
    }
    Ok(())
}

/// Patients with an age; the others of these measurements need none.
fn people(database: &Database) -> anyhow::Result<()> {
    let words = Words { sqlite: database.is_sqlite() };
    let first = fill::BOOKED + FIRST;
    let series = fill::series("one", first, first + UPLOADS + SENT);
    let (id, names, now) = (words.id(kind::PATIENT, "one.n"), words.json("[\"Camille\"]"), words.at("0"));
    let insert = format!(
        "INSERT INTO patients (id, issuer, client_id, subject, family_name, given_names, given_name_array, gender, birthdate,
            language, created_at, last_login_at)
         WITH RECURSIVE {series} SELECT {id}, 'bench', 'bench', 'S' || one.n, 'MESURE', 'Camille', {names}, 'female', '1984-03-12',
            'fr', {now}, {now} FROM one ON CONFLICT DO NOTHING"
    );
    // A WITH before ON CONFLICT needs a WHERE on SQLite (https://sqlite.org/lang_upsert.html §2.2).
    run(database, insert.replace("FROM one ON", "FROM one WHERE true ON"))
}

/// Stays as the hospital's messages bring them, a minute apart, with files that nobody opened.
fn fill_worklist(database: &Database) -> anyhow::Result<()> {
    let words = Words { sqlite: database.is_sqlite() };
    let number = "one.n";
    let (stay, file) = (words.id(kind::STAY, number), words.id(kind::FILE, number));
    let (establishment, site) = (words.id(kind::ESTABLISHMENT, "0"), words.id(kind::SITE, "0"));
    let now = Timestamp::now().as_second();
    let (entry, made) = (words.at(&format!("{now} + 86400 + one.n * 60")), words.at(&now.to_string()));
    let person = words.json(
        "{\"ipp\": \"1\", \"birth_family\": \"MESURE\", \"given\": \"Camille\", \"birth_date\": \"1984-03-12\", \"sex\": \"F\"}",
    );
    let (none, no, series) = (words.json("[]"), words.bool(false), fill::series("one", 0, STAYS));
    run(
        database,
        format!(
            "INSERT INTO stays (id, establishment_id, site_id, visit_number, person, class, unit_code, unit_label, entry_at, label,
                surgery, origin, created_at, search)
             WITH RECURSIVE {series} SELECT {stay}, {establishment}, {site}, 'VN' || one.n, {person}, 'day', 'U' || one.n % 40,
                'Unité ' || one.n % 40, {entry}, 'Bilan', {no}, 'sih', {made}, 'mesure camille' FROM one WHERE true
                ON CONFLICT DO NOTHING;
             INSERT INTO preadmissions (id, establishment_id, stay_id, status, version, rules_version, link_generation, created_at,
                to_correct, refusal_text)
             WITH RECURSIVE {series} SELECT {file}, {establishment}, {stay}, 'CREATED', 0, 0, 1, {made}, {none}, '' FROM one
                WHERE true ON CONFLICT DO NOTHING;"
        ),
    )?;
    if !database.is_sqlite() {
        // What PostgreSQL does by itself within a minute of so many new rows.
        let (runtime, db) = (tokio::runtime::Runtime::new()?, database.open()?);
        let tidy = "VACUUM ANALYZE stays, preadmissions";
        runtime.block_on(db.read::<_, StorageError, _>(move |conn| Ok(conn.batch_execute(tidy)?)))?;
    }
    Ok(())
}

fn run(database: &Database, statements: String) -> anyhow::Result<()> {
    let (runtime, db) = (tokio::runtime::Runtime::new()?, database.open()?);
    let work = db.write::<_, StorageError, _>(move |tx| Ok(tx.conn().batch_execute(&statements)?));
    Ok(runtime.block_on(work)?)
}

impl Caller {
    fn headers(&self) -> String {
        format!("X-CSRF-Token: {}\r\nIdempotency-Key: {}\r\n", self.token, World::system().uuid())
    }

    fn put(&self, line: &mut Line, path: &str, body: &Value) -> anyhow::Result<()> {
        let answer =
            line.send("PUT", path, &self.cookies, &self.headers(), "application/json", body.to_string().as_bytes())?;
        ensure!(answer.status == 200, "{path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        Ok(())
    }
}

fn open(caller: Caller) -> anyhow::Result<Patient> {
    let mut line = Line::open(crate::http::DOOR)?;
    let entry = Timestamp::now() + SignedDuration::from_hours(240);
    let wish = json!({ "site": fill::uuid(kind::SITE, 0), "entry_at": entry, "unit": "Cardiologie" });
    let answer = line.post("/api/v1/preadmissions", &caller.cookies, &caller.headers(), &wish.to_string())?;
    let made: Value = serde_json::from_slice(&answer.body)?;
    let file = made.get("id").and_then(Value::as_str).with_context(|| format!("no file: {made}"))?.to_owned();
    Ok(Patient { caller, file })
}

/// All at the same moment, in one piece each, as a form without JavaScript sends them.
fn uploads(house: &House, patients: &[Patient]) -> anyhow::Result<()> {
    let grain: Vec<u8> =
        (0_u32..).map(|at| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).take(UPLOAD).collect();
    let head = "--part\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nCN_RECTO\r\n--part\r\n\
                Content-Disposition: form-data; name=\"file\"; filename=\"recto.jpg\"\r\n\r\n\u{0}";
    let body = [head.trim_end_matches('\0').as_bytes(), b"\xFF\xD8\xFF", &grain, b"\r\n--part--\r\n"].concat();
    let before = machine::peak_mb(house.pid);
    let (spent, turn) = (house.spent(), AtomicUsize::new(0));
    let turn = &turn;
    let outcome = crowd::ask(patients.len(), ONCE, |_| {
        let body = body.as_slice();
        move |line: &mut Line| {
            let Some(patient) = patients.get(turn.fetch_add(1, Ordering::Relaxed)) else { return Ok(None) };
            let path = format!("/api/v1/preadmissions/{}/documents", patient.file);
            let caller = &patient.caller;
            let kind = "multipart/form-data; boundary=part";
            Ok(Some(line.send("POST", &path, &caller.cookies, &caller.headers(), kind, body)?.status))
        }
    })?;
    ensure!(outcome.statuses.keys().all(|status| *status == 201), "not all were received: {:?}", outcome.statuses);
    let [own, _, _] = house.each_since(spent, outcome.count());
    let peak = machine::peak_mb(house.pid);
    let sent = outcome.count() * f64::from(u32::try_from(body.len())?) / 1e6;
    println!(
        "| {UPLOADS} uploads of 9 MB at once | MB/s | p50 / p99 ms | CPU of the house, ms each | peak memory, MB: before, after |"
    );
    println!("| --- | --- | --- | --- | --- |");
    println!(
        "| form in one piece | {:.0} | {:.0} / {:.0} | {:.0} | {before:.0}, **{:.0}** |\n",
        sent / outcome.took.as_secs_f64(),
        outcome.wait_ms(50),
        outcome.wait_ms(99),
        own / 1000.0,
        peak
    );
    ensure!(peak <= MOST_MEMORY, "more than {MOST_MEMORY} MB of memory");
    Ok(())
}

const SECTIONS: [(&str, &[(&str, &str)]); 9] = [
    (
        "identity",
        &[
            ("identity.birth-family", "MESURE"),
            ("identity.given", "Camille"),
            ("identity.birth-date", "1984-03-12"),
            ("identity.sex", "F"),
            ("identity.birth-place", "21231"),
        ],
    ),
    (
        "contact",
        &[
            ("contact.address", "1 rue des Mesures"),
            ("contact.postcode", "21000"),
            ("contact.city", "Mesures"),
            ("contact.mobile", "06 39 98 01 02"),
        ],
    ),
    ("situation", &[("situation.protection", "none")]),
    ("attending-physician", &[("attending-physician.declared", "no")]),
    ("person-to-notify", &[("person-to-notify.wished", "no")]),
    ("trusted-person", &[("trusted-person.wished", "no")]),
    ("private-room", &[("private-room.wished", "no")]),
    ("presence", &[("presence.secret", "no")]),
    ("consents", &[("consents.dmp-feeding", "permit"), ("consents.dmp-consultation", "deny")]),
];

/// Fills files in and sends them: what makes them READY is what is measured.
fn submissions(house: &House, patients: &[Patient]) -> anyhow::Result<()> {
    let mut line = Line::open(crate::http::DOOR)?;
    for Patient { caller, file } in patients {
        for (section, fields) in SECTIONS {
            let typed: serde_json::Map<String, Value> =
                fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
            caller.put(
                &mut line,
                &format!("/api/v1/preadmissions/{file}/sections/{section}"),
                &Value::Object(typed),
            )?;
        }
        for document in ["CN_RECTO", "CN_VERSO"] {
            let path = format!("/api/v1/preadmissions/{file}/missing-documents/{document}");
            caller.put(&mut line, &path, &json!({ "reason": "on-the-day" }))?;
        }
    }
    let (spent, turn) = (house.spent(), AtomicUsize::new(0));
    let turn = &turn;
    let outcome = crowd::ask(SENDERS, ONCE, |_| {
        move |line: &mut Line| {
            let Some(Patient { caller, file }) = patients.get(turn.fetch_add(1, Ordering::Relaxed)) else {
                return Ok(None);
            };
            let path = format!("/api/v1/preadmissions/{file}/submission");
            let answer = line.post(&path, &caller.cookies, &caller.headers(), "")?;
            ensure!(answer.status == 200, "{}", String::from_utf8_lossy(&answer.body));
            Ok(Some(answer.status))
        }
    })?;
    let [own, theirs, both] = house.each_since(spent, outcome.count());
    println!(
        "| {SENT} files sent, {SENDERS} at a time | a second | p50 ms | p99 ms | CPU µs: house | database | together |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    println!("| POST …/submission | {outcome} | {own:.0} | {theirs:.0} | {both:.0} |\n");
    Ok(())
}

/// The first page, the next ones by their cursor, and a search, as the desk shows them and as a program asks.
fn worklist(house: &House, database: &Database) -> anyhow::Result<()> {
    let cookies = clerk(database)?;
    let mut line = Line::open(crate::http::DOOR)?;
    let mut pages = vec![("first page", "/desk/preadmissions".to_owned())];
    let mut next = String::new();
    for _ in 0..100 {
        let answer = line.get(&format!("/api/v1/desk/preadmissions{next}"), &cookies)?;
        let list: Value = serde_json::from_slice(&answer.body)?;
        let Some(place) = list.get("next").and_then(Value::as_str) else { break };
        next = format!("?after={place}");
    }
    ensure!(!next.is_empty(), "the worklist has one page only");
    pages.push(("after a hundred pages", format!("/desk/preadmissions{next}")));
    pages.push(("those that wait", "/desk/preadmissions?status=READY".to_owned()));
    pages.push(("a name searched", "/desk/preadmissions?text=mesure".to_owned()));
    println!(
        "| worklist of {STAYS} stays, {CLERKS} clerks | a second | p50 ms | p99 ms | CPU µs: house | database | together |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for (name, path) in pages {
        let left = AtomicUsize::new(200);
        let (left, path, cookies, spent) = (&left, path.as_str(), cookies.as_str(), house.spent());
        let outcome = crowd::ask(CLERKS, ONCE, |_| {
            move |line: &mut Line| {
                if left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err() {
                    return Ok(None);
                }
                let answer = line.get(path, cookies)?;
                ensure!(
                    answer.status == 200 && answer.body.len() > 10_000,
                    "{path}: {} {}",
                    answer.status,
                    answer.body.len()
                );
                Ok(Some(answer.status))
            }
        })?;
        let [own, theirs, both] = house.each_since(spent, outcome.count());
        println!("| {name} | {outcome} | {own:.0} | {theirs:.0} | {both:.0} |");
    }
    println!();
    Ok(())
}

/// A place of birth while its name is typed: two letters, a name that many have, a whole one, a country, none.
fn places(house: &House) -> anyhow::Result<()> {
    let names = ["sa", "saint", "neuilly-sur-seine", "liban", "xyz"];
    println!("| a place of birth searched, {CLERKS} at a time | a second | p50 ms | p99 ms | CPU µs |");
    println!("| --- | --- | --- | --- | --- |");
    for name in names {
        let left = AtomicUsize::new(2_000);
        let (left, path, spent) = (&left, format!("/api/v1/places?name={name}&on=1984-03-12"), house.spent());
        let path = path.as_str();
        let outcome = crowd::ask(CLERKS, ONCE, |_| {
            move |line: &mut Line| {
                if left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err() {
                    return Ok(None);
                }
                let answer = line.get(path, "")?;
                ensure!(answer.status == 200, "{path}: {}", answer.status);
                Ok(Some(answer.status))
            }
        })?;
        let [own, ..] = house.each_since(spent, outcome.count());
        println!("| {name} | {outcome} | {own:.0} |");
    }
    println!();
    Ok(())
}

fn clerk(database: &Database) -> anyhow::Result<String> {
    let (runtime, db) = (tokio::runtime::Runtime::new()?, database.open()?);
    let opened = db.write::<_, StorageError, _>(|tx| {
        let (who, visit): (StaffId, VisitId) = (tx.id(), tx.id());
        let details = Details {
            name: "Camille".into(),
            roles: vec!["admissions".into()],
            establishments: vec![kernel::EstablishmentId::from_uuid(fill::uuid(kind::ESTABLISHMENT, 0))],
            ..Details::default()
        };
        web::session::open(tx, Principal::Staff(who), visit, &details, 8)
    });
    Ok(format!("__Host-parvis-desk={}", runtime.block_on(opened)?))
}

/// A worker of the press alone, as the house starts it, and the CPU time it takes.
fn photos(plan: &Plan) -> anyhow::Result<()> {
    let folder = plan.folder.join("photos");
    fs::create_dir_all(&folder)?;
    let grain =
        |x: u32, y: u32| (x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(40_503)) >> 27).to_le_bytes()[0];
    let picture = image::RgbImage::from_fn(4032, 3024, |x, y| {
        let light = ((x / 16 + y / 16) % 160).to_le_bytes()[0].saturating_add(grain(x, y));
        image::Rgb([light, light.saturating_add(20), 90])
    });
    let jpeg = folder.join("photo.jpg");
    picture.save(&jpeg)?;
    let heic = folder.join("photo.heic");
    let made = Command::new("heif-enc").args(["-q", "60", "-o"]).arg(&heic).arg(&jpeg).output();
    println!("| photo of 12 megapixels in the press | MB | CPU s | s |");
    println!("| --- | --- | --- | --- |");
    for (name, path) in [("JPEG", jpeg), ("HEIC", heic)] {
        if name == "HEIC" && !made.as_ref().is_ok_and(|output| output.status.success()) {
            println!("| HEIC | not measured: no heif-enc here (Debian: libheif-examples) | | |");
            continue;
        }
        let (cpu, took) = pressed(plan, &path)?;
        println!(
            "| {name} | {:.1} | {cpu:.2} | {took:.2} |",
            f64::from(u32::try_from(fs::metadata(&path)?.len())?) / 1e6
        );
    }
    println!();
    Ok(())
}

fn pressed(plan: &Plan, photo: &std::path::Path) -> anyhow::Result<(f64, f64)> {
    let limits = serde_json::to_string(&press::Limits::default())?;
    let (began, before) = (Instant::now(), machine::cpu_of_ended_children());
    let mut worker = Command::new(&plan.parvis);
    worker.args(["press", &limits, "paper"]).env_clear().stdin(fs::File::open(photo)?).stdout(Stdio::piped());
    let output = worker.output()?;
    ensure!(output.stdout.len() > 100_000, "the press gave nothing: {:?}", output.status);
    let cpu = machine::cpu_of_ended_children() - before;
    Ok((f64::from(u32::try_from(cpu)?) / 1e6, began.elapsed().as_secs_f64()))
}
