//! The house under load, measured from outside: see ../README.md. Prints its figures as Markdown.
//!
//! `load --parvis FILE --folder FOLDER [--postgresql URL --postmaster PID] [--scale N] [--seconds N] [--only NAMES]`
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program that measures: it reads the machine's clock and prints its figures"
)]

mod admissions;
mod booking;
mod crowd;
mod fill;
mod house;
mod http;
mod limit;
mod machine;
mod search;
mod start;

use std::{collections::HashMap, path::PathBuf, time::Duration};

use anyhow::{Context, ensure};
use house::{Database, House};

/// How long each side works before it is measured.
pub(crate) const WARM_UP: Duration = Duration::from_secs(5);

/// What is to be measured, and with what.
pub(crate) struct Plan {
    pub(crate) parvis: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) databases: Vec<Database>,
    /// Agendas that are searched: 400 for each, with 2,500 appointments.
    pub(crate) scale: u64,
    pub(crate) span: Duration,
    only: Option<String>,
}

impl Plan {
    fn of_arguments() -> anyhow::Result<Option<Self>> {
        let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
        let mut given = HashMap::new();
        while let Some(name) = words.next() {
            given.insert(name.clone(), words.next().with_context(|| format!("{name} wants a value"))?);
        }
        let Some(parvis) = given.remove("--parvis") else { return Ok(None) };
        let folder = PathBuf::from(given.remove("--folder").context("--folder is missing")?);
        let number = |text: Option<String>, usual: u64| text.map_or(Ok(usual), |text| text.parse::<u64>());
        let (scale, seconds) = (number(given.remove("--scale"), 1)?, number(given.remove("--seconds"), 15)?);
        let mut databases = vec![Database::sqlite(&folder)];
        if let Some(url) = given.remove("--postgresql") {
            let postmaster = given.remove("--postmaster").context("--postmaster is missing")?.trim().parse()?;
            databases.insert(0, Database::postgresql(url, postmaster));
        }
        let only = given.remove("--only");
        ensure!(
            scale == 1 || only.as_deref() == Some("search"),
            "a larger --scale is for --only search: its data lack guards"
        );
        ensure!(given.is_empty(), "unknown: {:?}", given.keys());
        Ok(Some(Self { parvis: parvis.into(), folder, databases, scale, span: Duration::from_secs(seconds), only }))
    }

    fn wants_only(&self, name: &str) -> bool {
        self.only.as_deref() == Some(name)
    }

    fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.split(',').any(|one| one == name))
    }
}

fn main() -> anyhow::Result<()> {
    let Some(plan) = Plan::of_arguments()? else {
        println!("Run crates/server/benches/run: it brings what this program needs.");
        return Ok(());
    };
    for database in &plan.databases {
        println!("\n### {}\n", database.name);
        let filled = fill::fill(&plan, database)?;
        println!("{filled}\n");
        if plan.wants("start") {
            start::measure(&plan, database)?;
        }
        let house = House::start(&plan, database)?;
        if plan.wants("book") {
            booking::measure(&plan, &house, database)?;
        }
        if plan.wants("contend") {
            booking::contend(&plan, &house, database)?;
        }
        if plan.wants("admissions") {
            admissions::measure(&plan, &house, database)?;
        }
        if plan.wants("search") {
            search::measure(&plan, &house, database)?;
        }
        drop(house);
    }
    Ok(())
}
