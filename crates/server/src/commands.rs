//! The commands of operation.

use std::{io::Write, path::Path, sync::Arc};

use anyhow::{Context, bail};
use jiff::{civil::Date, tz::TimeZone};
use kernel::World;
use storage::{
    Db, StorageError,
    files::KeyCount,
    proof::{self, Keyring},
};

use crate::{
    building::{self, Building},
    cli::print,
    purge::Erased,
    scenario,
    settings::Settings,
    subscriptions::subscriptions,
    work,
};

/// The runtime of commands that are not a web server.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

fn open(settings: &Settings) -> anyhow::Result<(Db, Arc<Keyring>)> {
    let world = World::system();
    storage::check_schema(&settings.database.url)?;
    let keyring = Arc::new(Keyring::open(&settings.server.keys_folder, &world)?);
    Ok((Db::open(&settings.storage(), world, subscriptions())?, keyring))
}

pub(crate) fn serve(settings: Settings, with_work: bool) -> anyhow::Result<()> {
    actix_web::rt::System::new().block_on(async {
        prepare(&settings)?;
        let building = Building::open(settings, World::system())?;
        let doors = building.doors().await?;
        let working = if with_work { Some(building.work().await?) } else { None };
        building.listen(doors).await?;
        drop(working);
        Ok(())
    })
}

/// SQLite is migrated at start; PostgreSQL only by `parvis migrate`, as several nodes may start at once.
fn prepare(settings: &Settings) -> anyhow::Result<()> {
    if settings.database.url.starts_with("sqlite:") {
        building::make_folder(&settings.server.data_folder)?;
        storage::migrate(&settings.database.url)?;
    }
    storage::check_schema(&settings.database.url)?;
    Ok(())
}

pub(crate) fn work(settings: Settings) -> anyhow::Result<()> {
    actix_web::rt::System::new().block_on(async {
        prepare(&settings)?;
        let building = Building::open(settings, World::system())?;
        let working = building.work().await?;
        work::until_told_to_stop().await?;
        drop(working);
        Ok(())
    })
}

pub(crate) fn migrate(settings: &Settings) -> anyhow::Result<()> {
    if settings.database.url.starts_with("sqlite:") {
        building::make_folder(&settings.server.data_folder)?;
    }
    match storage::migrate(&settings.database.url)? {
        done if done.is_empty() => print("The schema is up to date."),
        done => print(&format!("Migrations run: {}.", done.join(", "))),
    }
}

pub(crate) fn routes(json: bool) -> anyhow::Result<String> {
    let house = building::house();
    let operations: Vec<_> = house.operations().collect();
    if json {
        return Ok(serde_json::to_string_pretty(&operations)?);
    }
    let line = |operation: &&web::Operation| {
        format!("{:6} {:55} {:14} {:?}", operation.method.as_str(), operation.path, operation.room, operation.policy)
    };
    Ok(operations.iter().map(line).collect::<Vec<_>>().join("\n"))
}

pub(crate) fn seed(settings: Settings, file: &Path) -> anyhow::Result<()> {
    prepare(&settings)?;
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let scenario = scenario::parse(&text).with_context(|| format!("{} is no scenario", file.display()))?;
    let (db, _) = open(&settings)?;
    let files = building::open_files(&settings, &db)?;
    runtime()?.block_on(scenario::load_whole(&db, &files, scenario, settings.preadmission.same_stay_days))?;
    print("The scenario is loaded.")
}

pub(crate) fn verify(settings: Settings) -> anyhow::Result<String> {
    let (db, keyring) = open(&settings)?;
    let verdict = runtime()?.block_on(db.read::<_, StorageError, _>(move |conn| proof::verify(conn, &keyring)))?;
    if !verdict.faults.is_empty() {
        bail!("the proof register does not hold: {}", verdict.faults.join("; "));
    }
    let proof::Verdict { batches, records, unsealed, .. } = verdict;
    Ok(format!("The proof register holds: {records} records in {batches} batches, {unsealed} not sealed yet."))
}

/// Works in the house while nothing listens and nothing is delivered.
fn in_the_house(
    settings: Settings,
    work: impl AsyncFnOnce(Building) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    storage::check_schema(&settings.database.url)?;
    runtime()?.block_on(async { work(Building::open(settings, World::system())?).await })
}

pub(crate) fn purge(settings: Settings, as_of: Option<Date>) -> anyhow::Result<String> {
    in_the_house(settings, async |building| {
        let as_of = match as_of {
            Some(day) => day.to_zoned(TimeZone::UTC)?.timestamp(),
            None => building.db.now(),
        };
        let erased = building.purge().run(as_of).await?;
        let Erased { files, documents, messages, notices, invoices, payments, proxies } = erased;
        Ok(format!(
            "Erased: {files} files, {documents} documents, {messages} messages, {notices} notices, {invoices} invoices, \
             {payments} payments, {proxies} proxies."
        ))
    })
}

pub(crate) fn list_keys(settings: Settings) -> anyhow::Result<String> {
    let line = |key: &KeyCount| {
        let current = if key.current { "  current" } else { "" };
        format!("files-{:04}.kek  {} files{current}", key.version, key.files)
    };
    in_the_house(settings, async |building| {
        Ok(building.files.key_counts().await?.iter().map(line).collect::<Vec<_>>().join("\n"))
    })
}

pub(crate) fn rotate_keys(settings: Settings, destroy_old: bool) -> anyhow::Result<String> {
    in_the_house(settings, async |building| {
        let files = building.files;
        let version = files.new_key().await?;
        let rewrapped = files.rotate().await?;
        let mut told = vec![format!("files-{version:04}.kek is current; {rewrapped} files were wrapped anew.")];
        let old = files.key_counts().await?.into_iter().filter(|key| destroy_old && !key.current && key.files == 0);
        for key in old {
            files.destroy_key(key.version).await?;
            told.push(format!("files-{:04}.kek is destroyed.", key.version));
        }
        Ok(told.join("\n"))
    })
}

pub(crate) fn export(settings: Settings) -> anyhow::Result<()> {
    let (db, _) = open(&settings)?;
    let written = runtime()?.block_on(db.read::<_, StorageError, _>(|conn| {
        let mut out = std::io::stdout().lock();
        let mut failed = None;
        proof::export(conn, |line| {
            if failed.is_none() {
                failed = writeln!(out, "{line}").err();
            }
        })?;
        Ok(failed)
    }))?;
    written.map_or(Ok(()), |error| Err(error.into()))
}
