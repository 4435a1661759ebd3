//! The limit: pgbench sends the statements of a booking, in their order, on the same tables.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use anyhow::{Context, ensure};
use diesel::connection::SimpleConnection;
use jiff::Timestamp;
use storage::{Conn, Db, StorageError};
use tokio::runtime::Runtime;

use crate::{
    Plan, fill,
    house::{Database, House},
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/booking.sql");
const CLIENTS: u64 = 16;
/// Sessions of its own, under names that SQL can make.
const SESSIONS: &str = "INSERT INTO sessions SELECT sha256(convert_to(n::text, 'UTF8')), 'patient', gen_random_uuid(), gen_random_uuid(),
    now(), now(), now() + interval '8 hours', '{\"acr\": \"eidas1\", \"name\": \"Camille\", \"roles\": [], \"provider\": \"x\",
    \"id_token\": null, \"establishments\": []}' FROM generate_series(0, 19999) AS n ON CONFLICT DO NOTHING";

pub(crate) struct Limit {
    url: String,
    logs: PathBuf,
    runtime: Runtime,
    db: Db,
}

/// What pgbench says of one run.
pub(crate) struct Outcome {
    a_second: f64,
    count: f64,
    /// Microseconds, in order.
    waits: Vec<u32>,
}

impl Limit {
    pub(crate) fn prepare(plan: &Plan, database: &Database) -> anyhow::Result<Self> {
        let (runtime, db) = (Runtime::new()?, database.open()?);
        runtime.block_on(db.write::<_, StorageError, _>(|tx| Ok(tx.conn().batch_execute(SESSIONS)?)))?;
        Ok(Self { url: database.url.clone(), logs: plan.folder.join("pgbench"), runtime, db })
    }

    pub(crate) fn run(&self, span: Duration) -> anyhow::Result<Outcome> {
        drop(fs::remove_dir_all(&self.logs));
        fs::create_dir_all(&self.logs)?;
        // Each run takes numbers, and so times, that none before it took.
        let own = |conn: &mut Conn| fill::count(conn, "appointments WHERE reference LIKE 'P%'");
        let first = u64::try_from(self.runtime.block_on(self.db.read(own))?)? * CLIENTS;
        let midnight = Timestamp::now().as_second() / 86_400 * 86_400 + 500 * 86_400;
        let output = Command::new("pgbench")
            .current_dir(&self.logs)
            .args(["-n", "-M", "prepared", "-j", "2", "-l", "--sampling-rate=0.2", "-f", SCRIPT, "-D", "i=0"])
            .args(["-c", &CLIENTS.to_string(), "-T", &span.as_secs().to_string()])
            .args(["-D", &format!("first={first}"), "-D", &format!("midnight={midnight}"), &self.url])
            .output()
            .context("pgbench cannot be run")?;
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success(), "pgbench failed: {}", String::from_utf8_lossy(&output.stderr));
        let after = |words: &str| {
            let rest = told.split(words).nth(1).and_then(|rest| rest.split_whitespace().next());
            let number = rest.and_then(|number| number.parse::<f64>().ok());
            number.with_context(|| format!("pgbench says nothing of {words:?}"))
        };
        let (a_second, count) = (after("tps = ")?, after("actually processed: ")?);
        Ok(Outcome { a_second, count, waits: waits(&self.logs)? })
    }

    /// Runs it for as long as the bookings ran, and sets their number beside it.
    pub(crate) fn measure(&self, plan: &Plan, house: &House, bookings: f64) -> anyhow::Result<()> {
        let before = house.spent();
        let Outcome { a_second, count, waits } = self.run(plan.span)?;
        let [_, database_us, _] = house.each_since(before, count);
        let at = |percent: usize| waits.get(waits.len() * percent / 100).map_or(0.0, |wait| f64::from(*wait) / 1000.0);
        let (p50, p99) = (at(50), at(99));
        println!(
            "| pgbench, {CLIENTS} clients, the same statements | {a_second:.0} | {p50:.1} | {p99:.1} | | {database_us:.0} | | |"
        );
        println!("\nHTTP / pgbench: **{:.2}**.", bookings / a_second);
        Ok(())
    }
}

/// How long its transactions took, in microseconds, in order: the third word of each line it wrote.
fn waits(logs: &std::path::Path) -> anyhow::Result<Vec<u32>> {
    let mut waits = Vec::new();
    for file in fs::read_dir(logs)? {
        let text = fs::read_to_string(file?.path())?;
        waits.extend(text.lines().filter_map(|line| line.split_whitespace().nth(2)?.parse::<u32>().ok()));
    }
    waits.sort_unstable();
    Ok(waits)
}
