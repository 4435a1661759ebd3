//! The program under test, as an operator starts it, and the database behind it.

use std::{
    fs::File,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use kernel::World;
use storage::{Db, Options};

use crate::{Plan, http::Line, machine};

const SETTINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/bench.toml");
const ADMIN: &str = "127.0.0.1:18081";

pub(crate) struct Database {
    pub(crate) name: &'static str,
    pub(crate) url: String,
    pub(crate) postmaster: Option<u32>,
}

impl Database {
    pub(crate) fn sqlite(folder: &Path) -> Self {
        let url = format!("sqlite:{}", folder.join("parvis.sqlite").display());
        Self { name: "SQLite", url, postmaster: None }
    }

    pub(crate) fn postgresql(url: String, postmaster: u32) -> Self {
        Self { name: "PostgreSQL", url, postmaster: Some(postmaster) }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.postmaster.is_none()
    }

    /// The database as the house itself opens it.
    pub(crate) fn open(&self) -> anyhow::Result<Db> {
        let options = Options { url: self.url.clone(), connections: 4, wait: Duration::from_secs(60) };
        Ok(Db::open(&options, World::system(), storage::outbox::Subscriptions::default())?)
    }
}

/// A running house; it stops with this value.
pub(crate) struct House {
    child: Child,
    pub(crate) pid: u32,
    postmaster: Option<u32>,
    /// From the start of the process until it said it was ready.
    pub(crate) ready: Duration,
}

/// CPU time spent until now, in microseconds.
#[derive(Clone, Copy)]
pub(crate) struct Spent {
    house: u64,
    database: u64,
}

impl House {
    pub(crate) fn start(plan: &Plan, database: &Database) -> anyhow::Result<Self> {
        Self::start_as(plan, database, &["serve"])
    }

    pub(crate) fn start_as(plan: &Plan, database: &Database, words: &[&str]) -> anyhow::Result<Self> {
        ensure!(Line::open(ADMIN).is_err(), "{ADMIN} is taken by another program");
        let began = Instant::now();
        let mut command = parvis(plan, database, words);
        let log = File::create(plan.folder.join(format!("{}.log", database.name)))?;
        let child = command.stderr(log).stdout(Stdio::null()).spawn().context("parvis does not start")?;
        let mut house = Self { pid: child.id(), child, postmaster: database.postmaster, ready: Duration::ZERO };
        while !is_ready() {
            ensure!(house.child.try_wait()?.is_none(), "parvis stopped: see its log in {}", plan.folder.display());
            ensure!(began.elapsed() < Duration::from_secs(20), "parvis does not become ready");
            std::thread::sleep(Duration::from_millis(2));
        }
        house.ready = began.elapsed();
        Ok(house)
    }

    pub(crate) fn spent(&self) -> Spent {
        Spent { house: machine::cpu(self.pid), database: self.postmaster.map_or(0, machine::cpu_of_family) }
    }

    /// CPU since then for each of `count`, in microseconds: house, database, together.
    pub(crate) fn each_since(&self, before: Spent, count: f64) -> [f64; 3] {
        let now = self.spent();
        let each = |now: u64, before: u64| {
            f64::from(u32::try_from(now.saturating_sub(before)).unwrap_or(u32::MAX)) / count.max(1.0)
        };
        let (house, database) = (each(now.house, before.house), each(now.database, before.database));
        [house, database, house + database]
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // It ends here in any case; how does not matter any more.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn is_ready() -> bool {
    Line::open(ADMIN).and_then(|mut line| line.get("/readyz", "")).is_ok_and(|answer| answer.status == 200)
}

/// A command of the program under test, with the settings of the measurements.
pub(crate) fn parvis(plan: &Plan, database: &Database, words: &[&str]) -> Command {
    let mut command = Command::new(&plan.parvis);
    command.args(words).args(["--config", SETTINGS]);
    command.env("PARVIS__DATABASE__URL", &database.url);
    command.env("PARVIS__SERVER__DATA_FOLDER", plan.folder.as_os_str());
    command.env("PARVIS__SERVER__KEYS_FOLDER", plan.folder.join("keys"));
    command
}
