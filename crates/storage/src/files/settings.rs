//! Where files lie and how large they may be.

use std::path::PathBuf;

use reqwest::Url;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What is just coming in and, without `s3`, the objects. Absent: `files` in the data folder.
    #[serde(default)]
    pub folder: Option<PathBuf>,
    /// MiB of one file at most: 1 to 1024.
    pub largest_mib: u32,
    /// MiB of objects held in memory on their way to S3, all together: `largest_mib` + 1 to 4096.
    pub sending_mib: u32,
    /// Hours after which what was left half done is cleared away: 1 to 720.
    pub abandoned_hours: u32,
    #[serde(default)]
    pub s3: Option<S3>,
}

/// An S3-compatible store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3 {
    /// `https://…`; http to this very machine only.
    pub endpoint: String,
    pub bucket: String,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key_file: PathBuf,
    /// Certificates (PEM) of the authority that signed the store's, when it is the hospital's own.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Seconds one request may take: 1 to 300.
    pub timeout_seconds: u64,
}

impl Settings {
    /// What is wrong, each in one sentence.
    pub fn faults(&self) -> Vec<String> {
        let endpoint = self.s3.as_ref().is_none_or(|s3| is_private(&s3.endpoint));
        let timeout = self.s3.as_ref().is_none_or(|s3| (1..=300).contains(&s3.timeout_seconds));
        let checks = [
            ((1..=1024).contains(&self.largest_mib), "files.largest_mib must be from 1 to 1024"),
            (
                self.sending_mib > self.largest_mib && self.sending_mib <= 4096,
                "files.sending_mib must be more than files.largest_mib, and 4096 at most",
            ),
            ((1..=720).contains(&self.abandoned_hours), "files.abandoned_hours must be from 1 to 720"),
            (endpoint, "files.s3.endpoint must be an https address (http: on this machine only)"),
            (timeout, "files.s3.timeout_seconds must be from 1 to 300"),
        ];
        checks.iter().filter(|(holds, _)| !holds).map(|(_, fault)| (*fault).to_owned()).collect()
    }

    pub(super) fn largest(&self) -> u64 {
        u64::from(self.largest_mib) << 20
    }
}

fn is_private(endpoint: &str) -> bool {
    let Ok(url) = Url::parse(endpoint) else { return false };
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => {
            let bare = host.trim_start_matches('[').trim_end_matches(']');
            host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_private() {
        for good in
            ["https://s3.hospital.example", "http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"]
        {
            assert!(is_private(good), "{good}");
        }
        for bad in ["http://s3.hospital.example", "http://127.0.0.1.example", "ftp://localhost", "s3.example", ""] {
            assert!(!is_private(bad), "{bad}");
        }
    }

    #[test]
    fn every_fault_is_told() {
        let settings = Settings { folder: None, largest_mib: 0, sending_mib: 0, abandoned_hours: 0, s3: None };
        assert_eq!(settings.faults().len(), 3, "{:?}", settings.faults());
        let settings = Settings { largest_mib: 64, sending_mib: 64, abandoned_hours: 24, ..settings };
        assert_eq!(settings.faults().len(), 1);
    }
}
