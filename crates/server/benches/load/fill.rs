//! A group of hospitals of any size, by SQL that both databases read. Kept in the folder: a second run finds it.
//!
//! Three kinds of agendas: those that are searched (a year of appointments, the coming two weeks 97 % full), those that are
//! booked (every day of a year, so that free times do not run out), and the few that all fight for.

use std::time::Instant;

use anyhow::ensure;
use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt};
use jiff::{Timestamp, ToSpan, Unit, civil::Weekday, tz::TimeZone};
use storage::{Conn, StorageError};

use crate::{Plan, house, house::Database};

pub(crate) const BOOKED: u64 = 1_000_000;
pub(crate) const CONTENDED: u64 = 2_000_000;
pub(crate) const AGENDAS: u64 = 400;
pub(crate) const OF_A_SERVICE: u64 = 40;
/// Agendas whose appointments are written in one transaction.
const STRIDE: u64 = 100;

/// Ids that say what they are of: the kind in the upper bits, the number below.
pub(crate) mod kind {
    pub(crate) const ESTABLISHMENT: u64 = 1;
    pub(crate) const SITE: u64 = 2;
    pub(crate) const SERVICE: u64 = 3;
    pub(crate) const PRACTITIONER: u64 = 4;
    pub(crate) const REASON: u64 = 5;
    pub(crate) const AGENDA: u64 = 6;
    pub(crate) const OPENING: u64 = 7;
    pub(crate) const APPOINTMENT: u64 = 8;
    pub(crate) const ALLOCATION: u64 = 9;
    pub(crate) const PATIENT: u64 = 10;
    pub(crate) const STAY: u64 = 11;
    pub(crate) const FILE: u64 = 12;
}

pub(crate) fn uuid(kind: u64, number: u64) -> uuid::Uuid {
    uuid::Uuid::from_u128(u128::from(kind << 40 | number))
}

/// How one database spells what the other spells differently.
pub(crate) struct Words {
    pub(crate) sqlite: bool,
}

impl Words {
    pub(crate) fn id(&self, kind: u64, number: &str) -> String {
        let value = format!("{} + ({number})", kind << 40);
        if self.sqlite {
            format!("unhex(printf('%032x', {value}))")
        } else {
            format!("lpad(to_hex({value}), 32, '0')::uuid")
        }
    }
    /// An instant of so many seconds since 1970.
    pub(crate) fn at(&self, seconds: &str) -> String {
        if self.sqlite { format!("({seconds}) * 1000000") } else { format!("to_timestamp({seconds})") }
    }
    pub(crate) fn json(&self, text: &str) -> String {
        if self.sqlite { format!("'{text}'") } else { format!("'{text}'::jsonb") }
    }
    fn first_day(&self) -> &'static str {
        if self.sqlite { "0" } else { "date '1970-01-01'" }
    }
    pub(crate) fn bool(&self, value: bool) -> &'static str {
        match (self.sqlite, value) {
            (true, true) => "1",
            (true, false) => "0",
            (false, true) => "true",
            (false, false) => "false",
        }
    }
    fn faster(&self) -> &'static str {
        if self.sqlite {
            "PRAGMA cache_size = -1000000;"
        } else {
            "SET session_replication_role = replica; SET synchronous_commit = off;"
        }
    }
}

/// Brings the schema up to date and the data to the size of the plan; says what is there.
pub(crate) fn fill(plan: &Plan, database: &Database) -> anyhow::Result<String> {
    ensure!(house::parvis(plan, database, &["migrate"]).output()?.status.success(), "parvis migrate failed");
    let runtime = tokio::runtime::Runtime::new()?;
    let db = database.open()?;
    let agendas = AGENDAS * plan.scale;
    let words = Words { sqlite: database.is_sqlite() };
    let known = runtime.block_on(db.read(|conn| count(conn, "agendas WHERE open")))?;
    let began = Instant::now();
    if known == 0 {
        let mut steps = vec![group(&words)];
        if !plan.wants_only("admissions") {
            if plan.scale > 1 && !words.sqlite {
                // What keeps times apart is half the work of filling and has no part in a search.
                steps.push("ALTER TABLE allocations DROP CONSTRAINT allocations_no_overlap, DROP CONSTRAINT allocations_one_place;".into());
            }
            steps.push(kind_of_agendas(&words, 0, agendas, Hours::Office));
            steps.push(kind_of_agendas(&words, BOOKED, AGENDAS, Hours::EveryDay { from: 480, to: 1080, step: 30 }));
            steps.push(kind_of_agendas(&words, CONTENDED, 4, Hours::EveryDay { from: 480, to: 1080, step: 5 }));
            for from in (0..agendas).step_by(usize::try_from(STRIDE)?) {
                steps.push(appointments(&words, from, from + STRIDE));
            }
        }
        for step in steps {
            let faster = words.faster();
            runtime.block_on(
                db.write::<_, StorageError, _>(move |tx| Ok(tx.conn().batch_execute(&format!("{faster} {step}"))?)),
            )?;
        }
        if !words.sqlite {
            runtime.block_on(db.read::<_, StorageError, _>(|conn| Ok(conn.batch_execute("VACUUM ANALYZE")?)))?;
        }
    }
    let filled = if known == 0 { format!(", filled in {} s", began.elapsed().as_secs()) } else { String::new() };
    let (agendas, rows) = runtime
        .block_on(db.read(|conn| Ok::<_, StorageError>((count(conn, "agendas")?, count(conn, "appointments")?))))?;
    Ok(format!("{rows} appointments in {agendas} agendas{filled}."))
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many rows there are, of a table or of anything that may follow FROM.
pub(crate) fn count(conn: &mut Conn, from: &str) -> Result<i64, StorageError> {
    Ok(sql_query(format!("SELECT count(*) AS count FROM {from}")).get_result::<Count>(conn)?.count)
}

fn group(words: &Words) -> String {
    let (establishment, site) = (words.id(kind::ESTABLISHMENT, "0"), words.id(kind::SITE, "0"));
    format!(
        "INSERT INTO establishments VALUES ({establishment}, '990001000', 'Centre hospitalier des mesures', 'CH Mesures')
            ON CONFLICT DO NOTHING;
         INSERT INTO sites VALUES ({site}, {establishment}, '990001109', 'Site des mesures', {}, '21000', 'Mesures',
            'Europe/Paris', '', '') ON CONFLICT DO NOTHING;",
        words.json("[\"1 rue des Mesures\"]")
    )
}

#[derive(Clone, Copy)]
enum Hours {
    /// Monday to Friday, 9 to 12 and 14 to 17, every half hour.
    Office,
    /// From and to so many minutes after midnight, holidays too, for a year ahead.
    EveryDay { from: u64, to: u64, step: u64 },
}

/// Services of forty practitioners, each with an agenda.
fn kind_of_agendas(words: &Words, first: u64, number: u64, hours: Hours) -> String {
    let services = number.div_ceil(OF_A_SERVICE);
    let (yes, no) = (words.bool(true), words.bool(false));
    let (days, halves, step, horizon, notice) = match hours {
        Hours::Office => (5, 2, 30, 60, 120),
        Hours::EveryDay { step, .. } => (7, 1, step, 366, 0),
    };
    let (from, to) = match hours {
        Hours::Office => ("540 + half.n * 300".to_owned(), "720 + half.n * 300".to_owned()),
        Hours::EveryDay { from, to, .. } => (from.to_string(), to.to_string()),
    };
    let always = words.bool(matches!(hours, Hours::EveryDay { .. }));
    let (establishment, site) = (words.id(kind::ESTABLISHMENT, "0"), words.id(kind::SITE, "0"));
    let (series, days) = (series("one", first, first + number), series("day", 1, days + 1));
    let (halves, services) = (self::series("half", 0, halves), self::series("one", first, first + services));
    let service = words.id(kind::SERVICE, &format!("{first} + (one.n - {first}) / {OF_A_SERVICE}"));
    let (own, reason) = (words.id(kind::SERVICE, "one.n"), words.id(kind::REASON, "one.n"));
    let (practitioner, agenda) = (words.id(kind::PRACTITIONER, "one.n"), words.id(kind::AGENDA, "one.n"));
    let opening = words.id(kind::OPENING, "one.n * 100 + day.n * 10 + half.n");
    let (first_day, reasons) = (words.first_day(), words.json("[]"));
    format!(
        "INSERT INTO services WITH RECURSIVE {services} SELECT {own}, {establishment}, 'S' || one.n, 'Service ' || one.n, 'SM04',
            '', NULL, 'service', 9, {yes} FROM one;
         INSERT INTO visit_reasons WITH RECURSIVE {services} SELECT {reason}, {own}, 'R', 'Consultation', 0, 30, {notice},
            {horizon}, 1440, '', {yes}, {no} FROM one;
         INSERT INTO practitioners WITH RECURSIVE {series} SELECT {practitioner}, 10000000000 + one.n, 'Dr', 'Camille', 'Mesure'
            FROM one;
         INSERT INTO agendas WITH RECURSIVE {series} SELECT {agenda}, {establishment}, {service}, {practitioner}, {site}, {yes}, 1, 1
            FROM one;
         INSERT INTO openings WITH RECURSIVE {series}, {days}, {halves} SELECT {opening}, {agenda}, day.n, {from}, {to}, {step},
            {first_day}, NULL, {reasons}, {always} FROM one CROSS JOIN day CROSS JOIN half;"
    )
}

/// The numbers from the first up to the last, without it.
pub(crate) fn series(name: &str, first: u64, last: u64) -> String {
    format!("{name}(n) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT n + 1 FROM {name} WHERE n + 1 < {last})")
}

/// Fifty-two weeks of sixty half hours, the present one is the 45th. A number drawn from agenda and place says which are taken.
fn appointments(words: &Words, from: u64, to: u64) -> String {
    let monday = this_monday() - 44 * 7 * 86_400;
    let (agendas, places) = (series("a", from, to), series("s", 0, 52 * 60));
    let number = "(t.a * 10000 + t.s)";
    let (id, allocation) = (words.id(kind::APPOINTMENT, number), words.id(kind::ALLOCATION, number));
    let (patient, agenda) = (words.id(kind::PATIENT, "t.a * 100 + t.s % 100"), words.id(kind::AGENDA, "t.a"));
    let service = format!("t.a / {OF_A_SERVICE}");
    let (reason, service) = (words.id(kind::REASON, &service), words.id(kind::SERVICE, &service));
    let (start, end, booked) = (words.at("t.at"), words.at("t.at + 1800"), words.at("t.at - 2000000"));
    let establishment = words.id(kind::ESTABLISHMENT, "0");
    let taken = format!(
        "WITH RECURSIVE {agendas}, {places}, t AS (SELECT a.n AS a, s.n AS s, {monday} + s.n / 60 * 604800 + s.n % 60 / 12 * 86400
            + s.n % 12 * 1800 + CASE WHEN s.n % 12 < 6 THEN 28800 ELSE 36000 END AS at FROM a CROSS JOIN s
            WHERE (a.n * 48271 + s.n * 16807) * 69621 % 2147483647 % 100
                < CASE WHEN s.n < 2640 THEN 78 WHEN s.n < 2760 THEN 97 ELSE 85 END)"
    );
    format!(
        "INSERT INTO appointments (id, establishment_id, patient_id, service_id, reason_id, agenda_id, starts_at, ends_at, state,
            rank, sequence, reference, cancel_deadline_minutes, booked_at, cancelled_at)
         {taken} SELECT {id}, {establishment}, {patient}, {service}, {reason}, {agenda}, {start}, {end}, 'booked',
            CASE WHEN t.s >= 2640 THEN (t.s - 2640) / 100 + 1 END, 0, 'B' || {number}, 1440, {booked}, NULL FROM t;
         INSERT INTO allocations (id, agenda_id, starts_at, ends_at, hold_id, appointment_id, patient_id, expires_at)
         {taken} SELECT {allocation}, {agenda}, {start}, {end}, NULL, {id}, {patient}, NULL FROM t;"
    )
}

/// Its midnight, in seconds since 1970 (UTC).
fn this_monday() -> i64 {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let monday = today.checked_sub(i64::from(today.weekday().since(Weekday::Monday)).days()).unwrap_or(today);
    let since = monday.since((Unit::Day, jiff::civil::date(1970, 1, 1)));
    since.map_or(0, |span| i64::from(span.get_days()) * 86_400)
}
