//! Settings: what is compiled in, then a file, then the environment. All faults are told at once.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, de::DeserializeOwned};
use toml::{Table, Value};

const DEFAULT: &str = include_str!("../../../config/default.toml");
const DEMO: &str = include_str!("../../../config/demo.toml");
const PREFIX: &str = "PARVIS__";

#[derive(Debug, Clone)]
pub struct Settings {
    pub server: Server,
    pub database: Database,
    pub log: Log,
    pub web: web::Settings,
    pub work: Work,
    pub files: storage::files::Settings,
    pub identity: identity::Settings,
    pub booking: booking::Settings,
    pub preadmission: preadmission::Settings,
    pub payment: payment::Settings,
    pub sih: sih::Settings,
    pub notices: notices::Settings,
    pub demo: Option<Demo>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: std::net::SocketAddr,
    pub admin_listen: std::net::SocketAddr,
    pub threads: usize,
    pub data_folder: PathBuf,
    pub keys_folder: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: String,
    pub connections: u32,
    pub wait_ms: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub filter: String,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    pub first_wait_seconds: u64,
    pub longest_wait_seconds: u64,
    pub give_up_after_hours: u64,
}

/// Ports of the demo partners on 127.0.0.1.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demo {
    pub patients_port: u16,
    pub staff_port: u16,
    pub sih_mllp_port: u16,
    pub sih_http_port: u16,
    pub smtp_port: u16,
    pub mailbox_http_port: u16,
    pub payfip_port: u16,
    pub vads_port: u16,
}

/// What is wrong, all of it.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct Faults(pub Vec<String>);

/// Where settings come from, before they are understood.
pub struct Sources {
    merged: Table,
    demo: bool,
}

impl Sources {
    /// The defaults and the file.
    pub fn of_file(file: Option<&Path>) -> Result<Self, Faults> {
        let mut merged = parse("the defaults", DEFAULT)?;
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Faults(vec![format!("{} cannot be read: {error}", path.display())]))?;
            merge(&mut merged, parse(&path.display().to_string(), &text)?);
        }
        Ok(Self { merged, demo: false })
    }

    /// The defaults and the demonstration's values.
    pub fn of_demo() -> Result<Self, Faults> {
        let mut merged = parse("the defaults", DEFAULT)?;
        merge(&mut merged, parse("the demonstration", DEMO)?);
        Ok(Self { merged, demo: true })
    }

    /// `PARVIS__WEB__BASE_URL=…`; a value that reads as TOML is taken as such, anything else as text.
    #[must_use]
    pub fn with_environment(mut self, variables: impl Iterator<Item = (String, String)>) -> Self {
        let ours: BTreeMap<String, String> = variables.filter(|(name, _)| name.starts_with(PREFIX)).collect();
        for (name, text) in ours {
            let keys: Vec<String> = name.split("__").skip(1).map(str::to_ascii_lowercase).collect();
            let wrapped = format!("value = {text}");
            let value = wrapped.parse::<Table>().ok().and_then(|mut table| table.remove("value"));
            put(&mut self.merged, &keys, value.unwrap_or(Value::String(text)));
        }
        self
    }

    /// Sets one value, as the demonstration does for addresses it only knows once its partners listen.
    pub fn set(&mut self, path: &str, value: impl Into<Value>) {
        let keys: Vec<String> = path.split('.').map(str::to_owned).collect();
        put(&mut self.merged, &keys, value.into());
    }

    pub fn get(&self, path: &str) -> Option<&Value> {
        let mut keys = path.split('.');
        let first = self.merged.get(keys.next()?)?;
        keys.try_fold(first, |value, key| value.get(key))
    }

    /// Understands every section; tells everything that is wrong.
    pub fn settings(mut self) -> Result<Settings, Faults> {
        let mut faults = Vec::new();
        let demo = self.demo;
        let settings = (
            section(&mut self.merged, "server", &mut faults),
            section(&mut self.merged, "database", &mut faults),
            section(&mut self.merged, "log", &mut faults),
            section(&mut self.merged, "web", &mut faults),
            section(&mut self.merged, "work", &mut faults),
            section(&mut self.merged, "files", &mut faults),
            section(&mut self.merged, "identity", &mut faults),
            section(&mut self.merged, "booking", &mut faults),
            section(&mut self.merged, "preadmission", &mut faults),
            section(&mut self.merged, "payment", &mut faults),
            section(&mut self.merged, "sih", &mut faults),
            section(&mut self.merged, "notices", &mut faults),
        );
        let ports = if demo { section(&mut self.merged, "demo", &mut faults) } else { None };
        faults.extend(self.merged.keys().map(|key| format!("[{key}] is not a section")));
        let (
            Some(server),
            Some(database),
            Some(log),
            Some(web),
            Some(work),
            Some(files),
            Some(identity),
            Some(booking),
            Some(preadmission),
            Some(payment),
            Some(sih),
            Some(notices),
        ) = settings
        else {
            return Err(Faults(faults));
        };
        let settings = Settings {
            server,
            database,
            log,
            web,
            work,
            files,
            identity,
            booking,
            preadmission,
            payment,
            sih,
            notices,
            demo: ports,
        };
        faults.extend(settings.faults());
        if faults.is_empty() { Ok(settings) } else { Err(Faults(faults)) }
    }

    /// What is in force, for `check-config`. Secrets are files, so nothing needs a mask but a password in an address.
    pub fn shown(&self) -> String {
        let mut shown = self.merged.clone();
        if let Some(Value::String(url)) = shown.get_mut("database").and_then(|database| database.get_mut("url")) {
            *url = without_password(url);
        }
        shown.to_string()
    }
}

impl Settings {
    fn faults(&self) -> Vec<String> {
        let mut faults = self.web.faults();
        faults.extend(self.files.faults());
        faults.extend(self.identity.faults());
        faults.extend(self.booking.faults());
        faults.extend(self.preadmission.faults());
        faults.extend(self.payment.faults());
        faults.extend(self.sih.faults());
        if !(1..=64).contains(&self.database.connections) {
            faults.push("database.connections must be from 1 to 64".to_owned());
        }
        for (key, value) in
            [("name", &self.web.name), ("publisher", &self.web.publisher), ("dpo_email", &self.web.dpo_email)]
        {
            if value.trim().is_empty() {
                faults.push(format!("web.{key} must be set"));
            }
        }
        faults
    }

    pub fn storage(&self) -> storage::Options {
        let Database { url, connections, wait_ms } = self.database.clone();
        storage::Options { url, connections, wait: std::time::Duration::from_millis(wait_ms) }
    }

    pub fn pace(&self) -> storage::outbox::Pace {
        let seconds = std::time::Duration::from_secs;
        storage::outbox::Pace {
            first_wait: seconds(self.work.first_wait_seconds),
            longest_wait: seconds(self.work.longest_wait_seconds),
            give_up_after: seconds(self.work.give_up_after_hours * 3600),
            ..Default::default()
        }
    }
}

fn parse(what: &str, text: &str) -> Result<Table, Faults> {
    text.parse().map_err(|error: toml::de::Error| Faults(vec![format!("{what}: {}", error.message())]))
}

fn section<T: DeserializeOwned>(merged: &mut Table, name: &str, faults: &mut Vec<String>) -> Option<T> {
    let value = merged.remove(name).unwrap_or_else(|| Value::Table(Table::new()));
    match T::deserialize(value) {
        Ok(section) => Some(section),
        Err(error) => {
            let words: Vec<&str> = error.message().lines().collect();
            faults.push(format!("[{name}] {}", words.join(" ")));
            None
        }
    }
}

/// Later values replace earlier ones; tables are merged.
fn merge(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => merge(below, above),
            (_, value) => drop(base.insert(key, value)),
        }
    }
}

fn put(table: &mut Table, keys: &[String], value: Value) {
    match keys {
        [] => {}
        [last] => drop(table.insert(last.clone(), value)),
        [first, rest @ ..] => {
            let below = table.entry(first.clone()).or_insert_with(|| Value::Table(Table::new()));
            if !below.is_table() {
                *below = Value::Table(Table::new());
            }
            if let Value::Table(below) = below {
                put(below, rest, value);
            }
        }
    }
}

fn without_password(url: &str) -> String {
    let masked = url.split_once("://").and_then(|(scheme, rest)| {
        let (who, place) = rest.split_once('@')?;
        let (user, _) = who.split_once(':')?;
        Some(format!("{scheme}://{user}:***@{place}"))
    });
    masked.unwrap_or_else(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Settings, Faults> {
        let pairs: Vec<(String, String)> =
            pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Sources::of_demo().unwrap().with_environment(pairs.into_iter()).settings()
    }

    #[test]
    fn the_environment_replaces_single_values() {
        let settings =
            with(&[("PARVIS__DATABASE__CONNECTIONS", "3"), ("PARVIS__WEB__NAME", "Un nom"), ("OTHER", "x")]).unwrap();
        assert_eq!((settings.database.connections, settings.web.name.as_str()), (3, "Un nom"));
        assert_eq!(settings.database.wait_ms, 1000, "neighbours stay");
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let faults =
            with(&[("PARVIS__DATABASE__COLOUR", "blue"), ("PARVIS__LOG__FORMAT", "xml"), ("PARVIS__ATTIC__KEY", "1")])
                .unwrap_err();
        let text = faults.to_string();
        assert!(["colour", "xml", "[attic]"].iter().all(|word| text.contains(word)), "{text}");
        let faults = with(&[("PARVIS__DATABASE__CONNECTIONS", "0"), ("PARVIS__WEB__BASE_URL", "http://example.org")])
            .unwrap_err();
        assert_eq!(faults.0.len(), 2, "{faults}");
        let faults = with(&[("PARVIS__BOOKING__AGENDAS_TRUSTED_MS", "10001")]).unwrap_err();
        assert_eq!(faults.0, ["booking.agendas_trusted_ms must be from 0 to 10000"]);
    }

    #[test]
    fn the_defaults_alone_ask_for_what_must_be_set() {
        let faults = Sources::of_file(None).unwrap().settings().unwrap_err().to_string();
        assert!(faults.contains("identity"), "{faults}");
    }

    #[test]
    fn a_password_in_an_address_is_masked() {
        assert_eq!(without_password("postgresql://u:p@h/d"), "postgresql://u:***@h/d");
        assert_eq!(without_password("sqlite:var/x"), "sqlite:var/x");
    }
}
