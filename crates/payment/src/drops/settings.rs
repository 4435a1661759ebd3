//! `[payment.drops.NAME]`.

use std::path::PathBuf;

use kernel::Finess;
use serde::Deserialize;

use super::profile::Profile;
use crate::said::is_number;

/// A folder in which a hospital's system leaves its lists of invoices.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropSettings {
    /// Only files named `….csv` are taken: whoever writes one gives it this name when it is whole. `done` and `faulty` are
    /// made in it.
    pub folder: PathBuf,
    /// FINESS of the legal entity whose invoices these are.
    pub establishment: Finess,
    pub profile: Profile,
}

impl DropSettings {
    pub(crate) fn faults(&self, name: &str) -> Vec<String> {
        let place = format!("payment.drops.{name}");
        let mut faults: Vec<String> =
            self.profile.faults().into_iter().map(|what| format!("{place}.profile: {what}")).collect();
        if !is_number(name) {
            faults.push(format!("{place}: its name must be 1 to 40 letters, digits or signs"));
        }
        if self.folder.as_os_str().is_empty() {
            faults.push(format!("{place}: folder must be set"));
        }
        faults
    }
}
