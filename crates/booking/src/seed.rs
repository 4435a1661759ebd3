//! What an offline seed may say of services, practitioners and agendas. Codes, not ids: loading it twice changes
//! what is there instead of doubling it.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};
use kernel::{EstablishmentId, Finess, Rpps, SiteId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use storage::{Conn, StorageError, Tx, TxError};

/// The part of a scenario that booking reads.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(default)]
    pub services: Vec<Service>,
    #[serde(default)]
    pub practitioners: Vec<Practitioner>,
    #[serde(default)]
    pub agendas: Vec<Agenda>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// FINESS of the legal entity.
    #[schemars(with = "String")]
    pub establishment: Finess,
    /// Unique in the establishment: the code its own system knows it by.
    pub code: String,
    pub name: String,
    /// Code of TRE_R38, such as SM04.
    pub speciality: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub telephone: Option<String>,
    /// Coming appointments one patient may have here, 1 to 9.
    #[serde(default = "two")]
    pub max_active: i16,
    #[serde(default = "yes")]
    pub open: bool,
    pub visit_reasons: Vec<VisitReason>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitReason {
    /// Unique in the service.
    pub code: String,
    pub label: String,
    /// 5 to 480.
    pub minutes: i32,
    #[serde(default = "two_hours")]
    pub min_notice_minutes: i32,
    /// 1 to 366.
    #[serde(default = "sixty")]
    pub max_horizon_days: i32,
    #[serde(default = "one_day")]
    pub cancel_deadline_minutes: i32,
    /// What to bring and to do before.
    #[serde(default)]
    pub instructions: String,
    /// Whether patients book it online.
    #[serde(default = "yes")]
    pub open: bool,
    /// Messages must not name it.
    #[serde(default)]
    pub sensitive: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Practitioner {
    #[schemars(with = "String")]
    pub rpps: Rpps,
    /// Dr, Pr, or empty.
    #[serde(default)]
    pub title: String,
    pub given_name: String,
    pub family_name: String,
}

/// One practitioner in one service on one site.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agenda {
    /// FINESS of the legal entity, code of its service.
    #[schemars(with = "String")]
    pub establishment: Finess,
    pub service: String,
    #[schemars(with = "String")]
    pub practitioner: Rpps,
    /// FINESS of the site.
    #[schemars(with = "String")]
    pub site: Finess,
    #[serde(default = "yes")]
    pub open: bool,
    pub openings: Vec<Opening>,
    #[serde(default)]
    pub absences: Vec<Absence>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    Monday = 1,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Weekly hours, in the wall time of the site.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    pub days: Vec<Day>,
    pub from: Time,
    pub to: Time,
    /// Visits start every so many minutes from `from`.
    pub step_minutes: i32,
    pub valid_from: Date,
    /// Inclusive.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// Codes of the visit reasons received then; empty: all of the service.
    #[serde(default)]
    pub reasons: Vec<String>,
    #[serde(default)]
    pub on_holidays: bool,
}

/// Wall time of the site.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    pub from: DateTime,
    pub to: DateTime,
}

const fn yes() -> bool {
    true
}
const fn two() -> i16 {
    2
}
const fn two_hours() -> i32 {
    120
}
const fn sixty() -> i32 {
    60
}
const fn one_day() -> i32 {
    24 * 60
}

/// The ids behind the FINESS numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Directory {
    pub(crate) establishments: BTreeMap<Finess, EstablishmentId>,
    pub(crate) sites: BTreeMap<Finess, SiteId>,
}

impl Directory {
    fn read(conn: &mut Conn) -> Result<Self, StorageError> {
        let establishments = identity::read::establishments(conn)?.into_iter().map(|one| (one.finess, one.id));
        let sites = identity::read::sites(conn, None)?.into_iter().map(|one| (one.finess, one.id));
        Ok(Self { establishments: establishments.collect(), sites: sites.collect() })
    }
}

/// Why a scenario cannot be loaded: where, and what is wrong there.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("{place}: {what}")]
    Wrong { place: String, what: String },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl SeedError {
    pub(crate) fn wrong(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Wrong { place: place.into(), what: what.into() }
    }
}

impl TxError for SeedError {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Storage(error) => Some(error),
            Self::Wrong { .. } => None,
        }
    }
}

/// Writes the scenario: new codes are added, known ones changed, openings and absences of its agendas replaced.
/// What patients have booked is not touched. Its establishments and sites must be in the directory already.
pub fn load(tx: &mut Tx<'_>, scenario: &Scenario) -> Result<(), SeedError> {
    let directory = Directory::read(tx.conn())?;
    crate::store::seed::load(tx, crate::place::from_directory, &directory, scenario)
}
