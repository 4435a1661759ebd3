//! What an offline seed may say of invoices, and what they become: the same reading as for a hospital's system.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use jiff::{ToSpan, tz::TimeZone};
use kernel::Finess;
use schemars::JsonSchema;
use serde::Deserialize;
use storage::{
    Db, StorageError, Tx, TxError,
    files::{FileError, Files},
};

use crate::{
    commands,
    failure::Failure,
    papers,
    said::{Said, SaidPerson, is_number},
    sheet::sheet,
    store::invoices::{self, Name},
};

/// The part of a scenario that payment reads.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(default)]
    pub invoices: Vec<SeededInvoice>,
}

/// An invoice, issued so many days before the day of loading.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeededInvoice {
    /// FINESS of the legal entity.
    #[schemars(with = "String")]
    pub establishment: Finess,
    /// The system that tells of it, 1 to 40 visible characters.
    pub source: String,
    /// Unique in its source, 1 to 40 visible characters.
    pub number: String,
    pub patient: SaidPerson,
    #[serde(default)]
    pub visit_number: Option<String>,
    /// `regie` or `titre`.
    pub kind: String,
    /// A key of `[payment.creditors]` of this establishment.
    pub creditor: String,
    /// 6 to 30 letters and digits.
    pub refdet: String,
    /// What it is for, as the patient reads it.
    pub label: String,
    pub amount_cents: i64,
    /// Days before the day of loading, 0 to 3650; its accounting year is the year of that day.
    pub issued_days_ago: i32,
    /// Days after the day of loading, 0 to 365.
    #[serde(default)]
    pub due_in_days: Option<i32>,
    /// `payable`, `titled`, `cancelled`, `settled-elsewhere`.
    pub state: String,
    /// Only the patient may see it.
    #[serde(default)]
    pub confidential: bool,
}

/// Prints nothing personal.
impl std::fmt::Debug for SeededInvoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SeededInvoice({:?})", self.number)
    }
}

/// Why a scenario cannot be loaded: where, and what is wrong there.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("invoice {number}: {what}")]
    Wrong { number: String, what: String },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl TxError for SeedError {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Storage(error) => Some(error),
            Self::Wrong { .. } => None,
        }
    }
}

/// Tells of the invoices. A known number is the same invoice, told of anew.
pub fn load(tx: &mut Tx<'_>, scenario: &Scenario) -> Result<(), SeedError> {
    let establishments = identity::read::establishments(tx.conn())?;
    for invoice in &scenario.invoices {
        let wrong = |what: String| SeedError::Wrong { number: invoice.number.clone(), what };
        let establishment = establishments.iter().find(|one| one.finess == invoice.establishment);
        let establishment =
            establishment.ok_or_else(|| wrong(format!("no establishment {}", invoice.establishment)))?.id;
        if !is_number(&invoice.source) || !is_number(&invoice.number) {
            return Err(wrong("source and number are 1 to 40 visible characters".to_owned()));
        }
        let said = invoice.said(tx).ok_or_else(|| wrong("its days are out of range".to_owned()))?;
        let said = said.read(is_number).map_err(|faults| wrong(faults.join(", ")))?;
        let name = Name { establishment, source: invoice.source.clone(), number: invoice.number.clone() };
        commands::hear(tx, &name, &said).map_err(|failure| match failure {
            Failure::Storage(error) => SeedError::Storage(error),
            refused => wrong(refused.to_string()),
        })?;
    }
    Ok(())
}

impl SeededInvoice {
    fn said(&self, tx: &Tx<'_>) -> Option<Said> {
        let today = tx.now().to_zoned(TimeZone::UTC).date();
        let days = |days: i32| today.checked_add(days.days()).ok();
        let issued_on = (0..=3650).contains(&self.issued_days_ago).then(|| days(-self.issued_days_ago)).flatten()?;
        let due_on = match self.due_in_days {
            Some(left) if (0..=365).contains(&left) => Some(days(left)?.to_string()),
            Some(_) => return None,
            None => None,
        };
        Some(Said {
            version: None,
            patient: self.patient.clone(),
            visit_number: self.visit_number.clone(),
            kind: self.kind.clone(),
            creditor: self.creditor.clone(),
            exercice: issued_on.year().to_string(),
            refdet: self.refdet.clone(),
            label: self.label.clone(),
            amount_cents: self.amount_cents,
            issued_on: issued_on.to_string(),
            due_on,
            state: self.state.clone(),
            confidential: self.confidential,
        })
    }
}

/// Gives every invoice of the scenario its paper: a page with its own words. Afterwards, for files come in outside of any
/// transaction.
pub async fn papers(db: &Db, files: &Files, scenario: &Scenario) -> Result<(), PaperFault> {
    let establishments = db.read::<_, StorageError, _>(identity::read::establishments).await?;
    for seeded in &scenario.invoices {
        let Some(home) = establishments.iter().find(|one| one.finess == seeded.establishment) else { continue };
        let name = Name { establishment: home.id, source: seeded.source.clone(), number: seeded.number.clone() };
        let found = db.read(move |conn| invoices::named(conn, &name)).await?;
        let Some(invoice) = found.filter(|invoice| invoice.document.is_none()) else { continue };
        let lines = [
            format!("{} : facture {}", home.name, invoice.number),
            invoice.label.clone(),
            format!("Montant : {}", invoice.account.amount).replace(['\u{a0}', '\u{202f}'], " "),
            format!("Référence à rappeler : {}", invoice.refdet),
            format!("Émise le {}", invoice.issued_on.strftime("%d/%m/%Y")),
        ];
        let bytes = stream::iter([Ok::<_, Infallible>(Bytes::from(sheet(&lines)?))]);
        let draft = files.receive(papers::arriving(), bytes).await?;
        db.write(move |tx| papers::replace(tx, invoice.id, &draft)).await?;
    }
    Ok(())
}

/// Why a scenario has no papers.
#[derive(Debug, thiserror::Error)]
pub enum PaperFault {
    #[error("a page cannot be made: {0}")]
    Page(#[from] lopdf::Error),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Failed(#[from] Failure),
    #[error(transparent)]
    Storage(#[from] StorageError),
}
