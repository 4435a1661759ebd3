//! The `[preadmission.antivirus]` section.

use std::{fmt, path::PathBuf, str::FromStr};

use serde::Deserialize;

/// Whether files are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// By ClamAV's daemon.
    Clamd,
    /// Not at all: for a demonstration.
    None,
}

/// Units, ranges and what each is for stand in the module's table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub mode: Mode,
    pub address: Address,
    pub at_once: usize,
    pub connect_seconds: u64,
    pub answer_seconds: u64,
    pub failures: u32,
    pub rest_seconds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::Clamd,
            // Where Debian's package listens.
            address: Address::Unix("/run/clamav/clamd.ctl".into()),
            at_once: 4,
            connect_seconds: 5,
            answer_seconds: 90,
            failures: 5,
            rest_seconds: 30,
        }
    }
}

impl Settings {
    /// What is wrong with these settings, in words, all at once.
    pub fn faults(&self) -> Vec<String> {
        let ranges: [(&str, u64, u64, u64); 5] = [
            ("at_once", self.at_once as u64, 1, 64),
            ("connect_seconds", self.connect_seconds, 1, 60),
            ("answer_seconds", self.answer_seconds, 5, 600),
            ("failures", self.failures.into(), 1, 100),
            ("rest_seconds", self.rest_seconds, 1, 3_600),
        ];
        let wrong = ranges.iter().filter(|(_, value, least, most)| !(least..=most).contains(&value));
        let fault = |key, least, most| format!("preadmission.antivirus.{key} must be from {least} to {most}");
        wrong.map(|(key, _, least, most)| fault(key, least, most)).collect()
    }
}

/// Where the daemon listens: `tcp:HOST:PORT` or `unix:/PATH`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Address {
    /// `HOST:PORT`. Nothing on the way is encrypted: the same machine, or a network nobody else hears.
    Tcp(String),
    Unix(PathBuf),
}

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not tcp:HOST:PORT or unix:/PATH")]
pub struct NotAnAddress(String);

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let wrong = || NotAnAddress(text.to_owned());
        match text.split_once(':').ok_or_else(wrong)? {
            ("tcp", place) if is_host_and_port(place) => Ok(Self::Tcp(place.to_owned())),
            ("unix", path) if path.starts_with('/') => Ok(Self::Unix(path.into())),
            _ => Err(wrong()),
        }
    }
}

fn is_host_and_port(place: &str) -> bool {
    place.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

impl TryFrom<String> for Address {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<Self, NotAnAddress> {
        text.parse()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(place) => write!(f, "tcp:{place}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}
