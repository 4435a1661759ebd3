//! `parvis seed`: what a scenario file may say. Its JSON Schema is `config/scenario.schema.json`.

use identity::directory::{self, NewEstablishment, NewSite};
use kernel::{Finess, Zone};
use schemars::JsonSchema;
use serde::Deserialize;
use storage::{Db, StorageError, Tx, TxError, files::Files};

use booking::seed::SeedError as BookingFault;
use payment::seed::SeedError as InvoiceFault;
use preadmission::seed::SeedError as StayFault;

/// A hospital group and its agendas. Everything is found again by its codes: loading twice changes, never doubles.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Scenario {
    pub establishments: Vec<Establishment>,
    #[serde(flatten)]
    pub booking: booking::seed::Scenario,
    #[serde(flatten)]
    pub preadmission: preadmission::seed::Scenario,
    #[serde(flatten)]
    pub payment: payment::seed::Scenario,
}

/// A hospital as a legal entity.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Establishment {
    /// FINESS of the legal entity (EJ): 9 characters with their key.
    #[schemars(with = "String", regex(pattern = r"^(2[AB]|[0-9]{2})[0-9]{7}$"))]
    pub finess: Finess,
    pub name: String,
    pub short_name: String,
    pub sites: Vec<Site>,
}

/// A place where patients go.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// FINESS of the site (ET).
    #[schemars(with = "String", regex(pattern = r"^(2[AB]|[0-9]{2})[0-9]{7}$"))]
    pub finess: Finess,
    pub name: String,
    pub address_lines: Vec<String>,
    pub postcode: String,
    pub city: String,
    /// IANA name, such as `Europe/Paris`: opening hours are wall time there.
    #[schemars(with = "String")]
    pub time_zone: Zone,
    /// E.164, such as `+33380000001`.
    #[serde(default)]
    pub help_telephone: String,
    /// How to get there and in, in plain words.
    #[serde(default)]
    pub access_notes: String,
}

/// Reads a scenario; what is wrong is told with its place in the file.
pub fn parse(text: &str) -> Result<Scenario, serde_json::Error> {
    serde_json::from_str(text)
}

/// The JSON Schema of scenario files.
pub fn schema() -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(Scenario))?)
}

/// Why a scenario cannot be loaded: where, and what is wrong there.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error(transparent)]
    Booking(#[from] BookingFault),
    #[error(transparent)]
    Stays(#[from] StayFault),
    #[error(transparent)]
    Invoices(#[from] InvoiceFault),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl TxError for SeedError {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Booking(fault) => fault.storage(),
            Self::Stays(fault) => fault.storage(),
            Self::Invoices(fault) => fault.storage(),
            Self::Storage(error) => Some(error),
        }
    }
}

/// Writes the scenario, and the papers that go with it.
pub async fn load_whole(db: &Db, files: &Files, scenario: Scenario, same_stay_days: i64) -> anyhow::Result<()> {
    let invoices = scenario.payment.clone();
    load(db, scenario, same_stay_days).await?;
    Ok(payment::seed::papers(db, files, &invoices).await?)
}

/// Writes the scenario in one transaction: all of it, or nothing.
pub async fn load(db: &Db, scenario: Scenario, same_stay_days: i64) -> Result<(), SeedError> {
    db.write(move |tx| {
        write_directory(tx, &scenario.establishments)?;
        booking::seed::load(tx, &scenario.booking)?;
        preadmission::seed::load(tx, &scenario.preadmission, same_stay_days)?;
        Ok(payment::seed::load(tx, &scenario.payment)?)
    })
    .await
}

fn write_directory(tx: &mut Tx<'_>, establishments: &[Establishment]) -> Result<(), StorageError> {
    for Establishment { finess, name, short_name, sites } in establishments {
        let new = NewEstablishment { finess: finess.clone(), name: name.clone(), short_name: short_name.clone() };
        let establishment = directory::upsert_establishment(tx, &new)?;
        for site in sites.iter().cloned() {
            let new = NewSite {
                establishment,
                finess: site.finess,
                name: site.name,
                address_lines: site.address_lines,
                postcode: site.postcode,
                city: site.city,
                zone: site.time_zone,
                help_phone: site.help_telephone,
                access_notes: site.access_notes,
            };
            directory::upsert_site(tx, &new)?;
        }
    }
    Ok(())
}
