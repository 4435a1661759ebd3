//! Patients who book, each in a session, with form token and a fresh key.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use kernel::{PatientId, VisitId};
use storage::StorageError;
use web::session::{Details, Principal};

use crate::{
    Plan, crowd,
    fill::{self, kind},
    house::{Database, House},
    http::Line,
    limit::Limit,
};

const CLIENTS: usize = 64;
const PATIENTS: u64 = 20_000;
/// Half hours of one day, from 8 o'clock on.
const TIMES_OF_A_DAY: u64 = 20;
const ZONE: &str = "Europe/Paris";

/// A patient who is logged in.
pub(crate) struct Caller {
    pub(crate) cookies: String,
    pub(crate) token: String,
}

/// Opens sessions in the database as a login does, and asks the house for their form tokens as a program does.
pub(crate) fn callers(database: &Database, first: u64, number: u64) -> anyhow::Result<Vec<Caller>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let db = database.open()?;
    let mut cookies = Vec::new();
    for from in (first..first + number).step_by(500) {
        let opened = db.write::<_, StorageError, _>(move |tx| {
            (from..(from + 500).min(first + number))
                .map(|patient| {
                    let who =
                        Principal::Patient(PatientId::from_uuid(fill::uuid(kind::PATIENT, fill::BOOKED + patient)));
                    let visit: VisitId = tx.id();
                    web::session::open(tx, who, visit, &Details { name: "Camille".into(), ..Details::default() }, 8)
                })
                .collect::<Result<Vec<_>, _>>()
        });
        cookies.extend(runtime.block_on(opened)?);
    }
    std::thread::scope(|scope| {
        let parts: Vec<_> =
            cookies.chunks(cookies.len().div_ceil(8)).map(|part| scope.spawn(|| tokens(part))).collect();
        let mut all = Vec::new();
        for part in parts {
            all.extend(part.join().map_err(|_| anyhow::anyhow!("a client stopped short"))??);
        }
        Ok(all)
    })
}

fn tokens(cookies: &[String]) -> anyhow::Result<Vec<Caller>> {
    let mut line = Line::open(crate::http::DOOR)?;
    let caller = |cookie: &String| {
        let cookies = format!("__Host-parvis-session={cookie}");
        let answer = line.get("/api/v1/session", &cookies)?;
        let shown: serde_json::Value = serde_json::from_slice(&answer.body)?;
        let token = shown.get("csrf_token").and_then(|token| token.as_str()).context("no form token")?.to_owned();
        Ok(Caller { cookies, token })
    };
    cookies.iter().map(caller).collect()
}

impl Caller {
    fn book(&self, line: &mut Line, key: u64, reason: u64, agenda: u64, starts_at: Timestamp) -> anyhow::Result<u16> {
        let (reason, agenda) = (fill::uuid(kind::REASON, reason), fill::uuid(kind::AGENDA, agenda));
        let headers = format!("X-CSRF-Token: {}\r\nIdempotency-Key: {key:032x}\r\n", self.token);
        let body = format!(r#"{{"slot":{{"visit_reason":"{reason}","agenda":"{agenda}","starts_at":"{starts_at}"}}}}"#);
        Ok(line.post("/api/v1/appointments", &self.cookies, &headers, &body)?.status)
    }
}

/// A number that no earlier run used as a key or as a place in the agendas: what was booked stays booked.
fn fresh(database: &Database) -> anyhow::Result<u64> {
    let of = format!("allocations WHERE agenda_id >= {}", literal(database, kind::AGENDA, fill::BOOKED));
    let runtime = tokio::runtime::Runtime::new()?;
    let taken = runtime.block_on(database.open()?.read(move |conn| fill::count(conn, &of)))?;
    Ok(u64::try_from(taken)?.next_multiple_of(fill::AGENDAS) + PATIENTS)
}

fn literal(database: &Database, kind: u64, number: u64) -> String {
    let id = fill::uuid(kind, number);
    if database.is_sqlite() { format!("x'{}'", id.simple()) } else { format!("'{id}'") }
}

/// So many half hours after 8 o'clock, three days from now, the nights left out.
fn half_hour(zone: &TimeZone, count: u64) -> anyhow::Result<Timestamp> {
    let day = i64::try_from(3 + count / TIMES_OF_A_DAY)?;
    let today = Timestamp::now().to_zoned(zone.clone()).date();
    let eight = today.checked_add(day.days())?.at(8, 0, 0, 0);
    let minutes = i64::try_from(count % TIMES_OF_A_DAY * 30)?;
    Ok(eight.checked_add(minutes.minutes())?.to_zoned(zone.clone())?.timestamp())
}

/// The n-th free time: one agenda after the other, then the next half hour. A patient's next is in another service.
fn place(zone: &TimeZone, n: u64) -> anyhow::Result<(u64, Timestamp)> {
    let agenda = (n + n / PATIENTS * fill::OF_A_SERVICE) % fill::AGENDAS;
    Ok((agenda, half_hour(zone, n / fill::AGENDAS)?))
}

pub(crate) fn measure(plan: &Plan, house: &House, database: &Database) -> anyhow::Result<()> {
    let callers = callers(database, 0, PATIENTS)?;
    let (zone, next) = (TimeZone::get(ZONE)?, AtomicU64::new(fresh(database)?));
    let client = |_| {
        |line: &mut Line| {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let (agenda, starts_at) = place(&zone, n)?;
            let caller = callers.get(usize::try_from(n % PATIENTS)?).context("a patient")?;
            let reason = fill::BOOKED + agenda / fill::OF_A_SERVICE;
            caller.book(line, n, reason, fill::BOOKED + agenda, starts_at).map(Some)
        }
    };
    let limit = (!database.is_sqlite()).then(|| Limit::prepare(plan, database)).transpose()?;
    // Both sides warm up first: caches, plans, and pages that a checkpoint has made dear to change.
    crowd::ask(CLIENTS, crate::WARM_UP, client)?;
    if let Some(limit) = &limit {
        limit.run(crate::WARM_UP)?;
    }
    let before = house.spent();
    let outcome = crowd::ask(CLIENTS, plan.span, client)?;
    let [house_us, database_us, both] = house.each_since(before, outcome.count());
    println!("| bookings | a second | p50 ms | p99 ms | CPU µs each: house | database | together | answers |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    println!(
        "| HTTP, {CLIENTS} clients | {outcome} | {house_us:.0} | {database_us:.0} | {both:.0} | {:?} |",
        outcome.statuses
    );
    if let Some(limit) = &limit {
        limit.measure(plan, house, outcome.per_second())?;
    }
    println!();
    Ok(())
}

/// Many patients, four agendas, two mornings; then the database is asked whether any two times overlap.
pub(crate) fn contend(plan: &Plan, house: &House, database: &Database) -> anyhow::Result<()> {
    let callers = callers(database, PATIENTS, 1000)?;
    let next = AtomicU64::new(1 << 40 | u64::from(house.pid) << 24);
    let eight = half_hour(&TimeZone::get(ZONE)?, 30 * TIMES_OF_A_DAY)?;
    let client = |_| {
        |line: &mut Line| {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let draw = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
            let starts_at = eight + SignedDuration::from_mins(i64::try_from(draw % 48 * 5 + draw / 48 % 2 * 1440)?);
            let caller = callers.get(usize::try_from(draw / 96 % 1000)?).context("a patient")?;
            caller.book(line, n, fill::CONTENDED, fill::CONTENDED + draw % 4, starts_at).map(Some)
        }
    };
    let outcome = crowd::ask(CLIENTS, plan.span.min(Duration::from_secs(5)), client)?;
    let contended = literal(database, kind::AGENDA, fill::CONTENDED);
    let taken = format!("allocations WHERE agenda_id >= {contended}");
    let pairs = format!(
        "allocations AS one JOIN allocations AS other ON one.agenda_id = other.agenda_id AND one.id < other.id
            AND one.starts_at < other.ends_at AND other.starts_at < one.ends_at WHERE one.agenda_id >= {contended}"
    );
    let runtime = tokio::runtime::Runtime::new()?;
    let (taken, pairs) = runtime.block_on(
        database
            .open()?
            .read(move |conn| Ok::<_, StorageError>((fill::count(conn, &taken)?, fill::count(conn, &pairs)?))),
    )?;
    println!("| {CLIENTS} clients on 4 agendas | requests | answers | times taken | overlaps in the database |");
    println!("| --- | --- | --- | --- | --- |");
    println!("| {} | {:.0} | {:?} | {taken} | {pairs} |\n", database.name, outcome.count(), outcome.statuses);
    ensure!(pairs == 0, "times overlap");
    Ok(())
}
