//! `[payment.providers.vads]`: the bank's page and its shops.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use secrecy::SecretString;
use url::Url;

use super::{Keys, Vads};
use crate::port::{self, Provider};

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The bank's payment page.
    pub page: Url,
    /// By the shop's number (`vads_site_id`).
    #[serde(default)]
    pub shops: BTreeMap<String, Shop>,
}

/// Where the keys of one shop's forms lie.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shop {
    pub test_key_file: PathBuf,
    pub production_key_file: PathBuf,
}

/// `vads_site_id`: 8 digits.
fn is_shop(number: &str) -> bool {
    number.len() == 8 && number.bytes().all(|b| b.is_ascii_digit())
}

impl port::Section for Section {
    fn faults(&self) -> Vec<String> {
        let wrong = self.shops.keys().filter(|shop| !is_shop(shop));
        wrong.map(|shop| format!("shops.{shop}: a shop (vads_site_id) is 8 digits")).collect()
    }

    fn creditor_fault(&self, number: &str) -> Option<String> {
        let is_known = self.shops.contains_key(number);
        (!is_known).then(|| "number must be a shop of payment.providers.vads.shops".to_owned())
    }

    fn page(&self) -> &Url {
        &self.page
    }

    fn open(&self, _http: &reqwest::Client) -> Result<Arc<dyn Provider>, String> {
        let keys = |(number, shop): (&String, &Shop)| {
            let (test, production) = (key(&shop.test_key_file)?, key(&shop.production_key_file)?);
            Ok((number.clone(), Keys { test, production }))
        };
        let shops = self.shops.iter().map(keys).collect::<Result<_, String>>()?;
        Ok(Arc::new(Vads::new(self.page.clone(), shops)))
    }
}

fn key(file: &Path) -> Result<SecretString, String> {
    let read = storage::secret::read(file).map(SecretString::from);
    read.map_err(|error| format!("{} cannot be used: {error}", file.display()))
}
