//! What the handlers of this room hold: the database and the providers.

use std::path::Path;

use jiff::civil::Date;
use kernel::Zone;
use secrecy::SecretString;
use storage::Db;

use crate::{
    domain::return_to::Side,
    oidc::{Provider, ProviderSettings, SettingsFault},
    settings::Settings,
};

/// The room at work; the server hands it to actix as `web::Data`.
pub struct Identity {
    pub(crate) db: Db,
    pub(crate) zone: Zone,
    providers: Vec<Provider>,
}

/// Why a provider could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    #[error("identity.providers.{provider}: {fault}")]
    Provider { provider: String, fault: SettingsFault },
    #[error("identity.time_zone: {0}")]
    Zone(#[from] kernel::zone::UnknownZone),
}

impl Identity {
    /// `base_url` is the site's own address; `client` builds the HTTP client of one provider: its private CA, no
    /// redirects. Nothing is asked of any provider yet.
    pub fn open(
        settings: &Settings,
        base_url: &str,
        db: Db,
        client: impl Fn(&ProviderSettings) -> reqwest::Client,
    ) -> Result<Self, OpenFault> {
        let zone = settings.time_zone.parse()?;
        let mut providers = Vec::new();
        for (name, settings) in &settings.providers {
            let refuse = |fault| OpenFault::Provider { provider: name.clone(), fault };
            let secret = secret(&settings.client_secret_file).map_err(refuse)?;
            let (http, world) = (client(settings), db.world().clone());
            let provider =
                Provider::new(name.clone(), settings.clone(), secret, base_url, http, world).map_err(refuse)?;
            providers.push(provider);
        }
        Ok(Self { db, zone, providers })
    }

    /// The day in the patients' zone.
    pub(crate) fn today(&self) -> Date {
        self.zone.date(self.db.now())
    }

    /// The providers of one side of the house.
    pub(crate) fn providers(&self, side: Side) -> impl Iterator<Item = &Provider> {
        self.providers.iter().filter(move |provider| provider.settings().is_for_staff() == (side == Side::Desk))
    }

    pub(crate) fn provider(&self, side: Side, name: &str) -> Option<&Provider> {
        self.providers(side).find(|provider| provider.name() == name)
    }
}

fn secret(path: &Path) -> Result<SecretString, SettingsFault> {
    storage::secret::read(path).map(SecretString::from).map_err(|_| SettingsFault::Secret)
}
