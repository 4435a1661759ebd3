//! Invoices, as their hospitals tell of them and as payments change them.

use diesel::prelude::*;
use jiff::{Timestamp, civil::Date};
use kernel::{EstablishmentId, FileId, InvoiceId, Money, PatientId};
use serde_json::Value;
use storage::{AsSql, Conn, Locked, StorageError, Tx};

use super::{schema::invoices, unreadable};
use crate::domain::{
    announce::{Announcement, Kind, Person, Standing},
    invoice::{Account, State},
    terms::{Exercice, Refdet},
};

/// One invoice.
#[derive(Debug, Clone, PartialEq)]
pub struct Invoice {
    pub id: InvoiceId,
    pub establishment: EstablishmentId,
    pub source: String,
    pub number: String,
    pub version: i64,
    pub patient: Option<PatientId>,
    pub person: Person,
    pub visit_number: Option<String>,
    pub kind: Kind,
    pub creditor: String,
    pub exercice: Exercice,
    pub refdet: Refdet,
    pub label: String,
    pub account: Account,
    /// What the hospital's books last said.
    pub standing: Standing,
    pub issued_on: Date,
    pub due_on: Option<Date>,
    /// What the hospital said while a payer was at it.
    pub held: Option<Announcement>,
    /// Of the announcement last heard, as its source counts them.
    pub told_version: Option<i64>,
    /// The hospital's own paper.
    pub document: Option<FileId>,
    /// What the hospital last said: only the patient may see it.
    pub confidential: bool,
    /// It was so once, or its stay is: no proxy sees it, ever.
    pub secret: bool,
    pub created_at: Timestamp,
    /// When the hospital or a payment last changed it.
    pub changed_at: Timestamp,
}

impl Invoice {
    pub(crate) fn name(&self) -> Name {
        Name { establishment: self.establishment, source: self.source.clone(), number: self.number.clone() }
    }

    /// Whether something is due and nobody is at it.
    pub(crate) fn is_payable(&self) -> bool {
        self.account.state == State::Payable && self.account.due() > Money::ZERO
    }

    pub(crate) fn is_disputed(&self) -> bool {
        self.account.state == State::Disputed
    }

    /// Whether an announcement tells nothing new.
    pub(crate) fn says(&self, said: &Announcement) -> bool {
        let latest = self.held.clone().unwrap_or_else(|| self.announcement());
        latest == *said
    }

    /// The hospital's own words, as far as they stand.
    fn announcement(&self) -> Announcement {
        Announcement {
            person: self.person.clone(),
            visit_number: self.visit_number.clone(),
            kind: self.kind,
            creditor: self.creditor.clone(),
            exercice: self.exercice.clone(),
            refdet: self.refdet.clone(),
            label: self.label.clone(),
            amount: self.account.amount,
            issued_on: self.issued_on,
            due_on: self.due_on,
            standing: self.standing,
            confidential: self.confidential,
        }
    }
}

/// What names an invoice at its hospital.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub establishment: EstablishmentId,
    /// The system that tells of it.
    pub source: String,
    pub number: String,
}

type Row = (
    (InvoiceId, EstablishmentId, String, String, i64),
    (Option<PatientId>, Value, Option<String>),
    (String, String, String, String, String),
    (i64, i64, String, String),
    (Date, Option<Date>, Option<Value>),
    (Option<i64>, Option<FileId>),
    (bool, bool, Timestamp, Timestamp),
);

macro_rules! columns {
    () => {
        (
            (invoices::id, invoices::establishment_id, invoices::source, invoices::number, invoices::version),
            (invoices::patient_id, invoices::person, invoices::visit_number),
            (invoices::kind, invoices::creditor, invoices::exercice, invoices::refdet, invoices::label),
            (invoices::amount_cents, invoices::received_cents, invoices::state, invoices::standing),
            (invoices::issued_on, invoices::due_on, invoices::held),
            (invoices::told_version, invoices::document_id),
            (invoices::confidential, invoices::secret, invoices::created_at, invoices::changed_at),
        )
    };
}

impl TryFrom<Row> for Invoice {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        let (id, establishment, source, number, version) = row.0;
        let (patient, person, visit_number) = row.1;
        let (kind, creditor, exercice, refdet, label) = row.2;
        let (amount, received, state, standing) = row.3;
        let (issued_on, due_on, held) = row.4;
        let (told_version, document) = row.5;
        let (confidential, secret, created_at, changed_at) = row.6;
        let read = |what: &str| unreadable(&format!("an invoice with an unknown {what}"));
        Ok(Self {
            id,
            establishment,
            source,
            number,
            version,
            patient,
            person: serde_json::from_value(person).map_err(|_| read("person"))?,
            visit_number,
            kind: serde_json::from_value(kind.into()).map_err(|_| read("kind"))?,
            creditor,
            exercice: exercice.parse().map_err(|_| read("exercice"))?,
            refdet: refdet.parse().map_err(|_| read("refdet"))?,
            label,
            account: Account {
                state: State::named(&state).ok_or_else(|| read("state"))?,
                amount: Money::from_cents(amount),
                received: Money::from_cents(received),
            },
            standing: serde_json::from_value(standing.into()).map_err(|_| read("standing"))?,
            issued_on,
            due_on,
            held: held.map(serde_json::from_value).transpose().map_err(|_| read("held announcement"))?,
            told_version,
            document,
            confidential,
            secret,
            created_at,
            changed_at,
        })
    }
}

/// How many wait for a person: more came in than was due, or something else than was asked.
pub(crate) fn count_to_review(conn: &mut Conn) -> Result<i64, StorageError> {
    // As its partial index says it: with bound values neither database would read it.
    let waiting = diesel::dsl::sql::<diesel::sql_types::Bool>("state IN ('overpaid', 'disputed')");
    Ok(invoices::table.filter(waiting).count().get_result(conn)?)
}

fn all(rows: Vec<Row>) -> Result<Vec<Invoice>, StorageError> {
    rows.into_iter().map(Invoice::try_from).collect()
}

pub(crate) fn find(conn: &mut Conn, id: InvoiceId) -> Result<Option<Invoice>, StorageError> {
    let row: Option<Row> = invoices::table.find(id.sql()).select(columns!()).first(conn).optional()?;
    row.map(Invoice::try_from).transpose()
}

/// Those of one patient, the latest first.
pub(crate) fn of_patient(conn: &mut Conn, patient: PatientId) -> Result<Vec<Invoice>, StorageError> {
    let mine = invoices::table.filter(invoices::patient_id.eq(Some(patient).sql()));
    all(mine.select(columns!()).order((invoices::issued_on.desc(), invoices::id.desc())).load(conn)?)
}

/// The one of this name.
pub(crate) fn named(conn: &mut Conn, name: &Name) -> Result<Option<Invoice>, StorageError> {
    let row: Option<Row> = invoices::table
        .filter(invoices::establishment_id.eq(name.establishment.sql()))
        .filter(invoices::source.eq(&name.source))
        .filter(invoices::number.eq(&name.number))
        .select(columns!())
        .first(conn)
        .optional()?;
    row.map(Invoice::try_from).transpose()
}

/// Those, in no order.
pub(crate) fn of_ids(conn: &mut Conn, ids: &[InvoiceId]) -> Result<Vec<Invoice>, StorageError> {
    all(invoices::table.filter(invoices::id.eq_any(ids.iter().map(|id| id.sql()))).select(columns!()).load(conn)?)
}

/// Those that a cashier has to look at, the one that waits longest first.
pub(crate) fn to_review(conn: &mut Conn, of: &[EstablishmentId], most: i64) -> Result<Vec<Invoice>, StorageError> {
    let theirs = invoices::table.filter(invoices::establishment_id.eq_any(of.iter().map(|id| id.sql())));
    // As literals, for the index that holds nothing else.
    let odd = diesel::dsl::sql::<diesel::sql_types::Bool>("invoices.state IN ('overpaid', 'disputed')");
    all(theirs.filter(odd).select(columns!()).order((invoices::changed_at, invoices::id)).limit(most).load(conn)?)
}

/// The one of this name, held until the transaction ends.
pub(crate) fn hold_named(tx: &mut Tx<'_>, name: &Name) -> Result<Option<Invoice>, StorageError> {
    let query = invoices::table
        .filter(invoices::establishment_id.eq(name.establishment.sql()))
        .filter(invoices::source.eq(&name.source))
        .filter(invoices::number.eq(&name.number))
        .select(columns!());
    let rows: Vec<Row> = Locked { query, skip: false }.load(tx.conn())?;
    rows.into_iter().next().map(Invoice::try_from).transpose()
}

/// These, held until the transaction ends; always in one order, so that two payers cannot wait for each other.
pub(crate) fn hold(tx: &mut Tx<'_>, ids: &[InvoiceId]) -> Result<Vec<Invoice>, StorageError> {
    let these = invoices::table.filter(invoices::id.eq_any(ids.iter().map(|id| id.sql())));
    let query = these.select(columns!()).order(invoices::id);
    all(Locked { query, skip: false }.load(tx.conn())?)
}

/// What the announcement says, as columns.
macro_rules! told {
    ($said:expr) => {
        (
            invoices::person.eq(json(&$said.person)?.sql()),
            invoices::ipp.eq($said.person.ipp.as_str()),
            invoices::birth_date.eq($said.person.birth_date.as_str()),
            invoices::visit_number.eq($said.visit_number.as_deref()),
            invoices::kind.eq(kind_name($said.kind)),
            invoices::creditor.eq($said.creditor.as_str()),
            invoices::exercice.eq($said.exercice.as_str()),
            invoices::refdet.eq($said.refdet.as_str()),
            invoices::label.eq($said.label.as_str()),
            invoices::amount_cents.eq($said.amount.cents()),
            invoices::issued_on.eq($said.issued_on.sql()),
            invoices::due_on.eq($said.due_on.sql()),
            invoices::standing.eq(standing_name($said.standing)),
            invoices::confidential.eq($said.confidential),
        )
    };
}

pub(crate) const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Regie => "regie",
        Kind::Titre => "titre",
    }
}

pub(crate) const fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Payable => "payable",
        Standing::Titled => "titled",
        Standing::Cancelled => "cancelled",
        Standing::SettledElsewhere => "settled-elsewhere",
    }
}

/// The state of an invoice that is told of for the first time.
const fn first_state(standing: Standing) -> State {
    match standing {
        Standing::Payable => State::Payable,
        Standing::Titled => State::Titled,
        Standing::Cancelled => State::Cancelled,
        Standing::SettledElsewhere => State::SettledElsewhere,
    }
}

fn json(value: &impl serde::Serialize) -> Result<Value, StorageError> {
    serde_json::to_value(value).map_err(|error| unreadable(&error.to_string()))
}

pub(crate) fn add(tx: &mut Tx<'_>, name: &Name, said: &Announcement) -> Result<InvoiceId, StorageError> {
    let (id, now): (InvoiceId, _) = (tx.id(), tx.now());
    tx.execute(diesel::insert_into(invoices::table).values((
        invoices::id.eq(id.sql()),
        invoices::establishment_id.eq(name.establishment.sql()),
        invoices::source.eq(&name.source),
        invoices::number.eq(&name.number),
        invoices::version.eq(1),
        told!(said),
        invoices::received_cents.eq(0),
        invoices::state.eq(first_state(said.standing).name()),
        invoices::secret.eq(said.confidential),
        invoices::created_at.eq(now.sql()),
        invoices::changed_at.eq(now.sql()),
    )))
    // Another node heard the same: run again, this one sees the invoice.
    .map_err(|error| match error.refusal() {
        Some("invoices_establishment_id_source_number_key") => StorageError::Crossed,
        _ => error,
    })?;
    Ok(id)
}

/// Takes over what the hospital says, with the state it leads to.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    invoice: &Invoice,
    said: &Announcement,
    state: State,
) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(diesel::update(invoices::table.find(invoice.id.sql())).set((
        told!(said),
        invoices::version.eq(invoice.version + 1),
        invoices::state.eq(state.name()),
        invoices::held.eq(None::<Value>.sql()),
        invoices::changed_at.eq(now.sql()),
    )))?;
    if said.confidential { keep_secret(tx, invoice.id) } else { Ok(()) }
}

/// No proxy sees it any more, ever.
pub(crate) fn keep_secret(tx: &mut Tx<'_>, id: InvoiceId) -> Result<(), StorageError> {
    tx.execute(diesel::update(invoices::table.find(id.sql())).set(invoices::secret.eq(true)))?;
    Ok(())
}

/// The patient has another number from here on, also in what the hospital said while a payer was at it.
pub(crate) fn renumber(tx: &mut Tx<'_>, invoice: &Invoice, ipp: &str) -> Result<(), StorageError> {
    let renamed = |person: &Person| Person { ipp: ipp.to_owned(), ..person.clone() };
    let held = invoice.held.as_ref().map(|held| Announcement { person: renamed(&held.person), ..held.clone() });
    tx.execute(diesel::update(invoices::table.find(invoice.id.sql())).set((
        invoices::person.eq(json(&renamed(&invoice.person))?.sql()),
        invoices::ipp.eq(ipp),
        invoices::held.eq(held.as_ref().map(json).transpose()?.sql()),
    )))?;
    Ok(())
}

/// Those of a visit.
pub(crate) fn of_visit(
    conn: &mut Conn,
    establishment: EstablishmentId,
    visit_number: &str,
) -> Result<Vec<Invoice>, StorageError> {
    let its = invoices::table
        .filter(invoices::establishment_id.eq(establishment.sql()))
        .filter(invoices::visit_number.eq(visit_number));
    all(its.select(columns!()).order(invoices::id).load(conn)?)
}

/// Those under one of the hospital's numbers of patients.
pub(crate) fn of_number(
    conn: &mut Conn,
    establishment: EstablishmentId,
    ipp: &str,
) -> Result<Vec<Invoice>, StorageError> {
    let theirs =
        invoices::table.filter(invoices::establishment_id.eq(establishment.sql())).filter(invoices::ipp.eq(ipp));
    all(theirs.select(columns!()).load(conn)?)
}

/// Those under one of the hospital's numbers of patients, held until the transaction ends.
pub(crate) fn hold_under(
    tx: &mut Tx<'_>,
    establishment: EstablishmentId,
    ipp: &str,
) -> Result<Vec<Invoice>, StorageError> {
    let theirs =
        invoices::table.filter(invoices::establishment_id.eq(establishment.sql())).filter(invoices::ipp.eq(ipp));
    let query = theirs.select(columns!()).order(invoices::id);
    all(Locked { query, skip: false }.load(tx.conn())?)
}

/// Keeps what the hospital says for the end of the attempt; the latest word counts.
pub(crate) fn keep_for_later(tx: &mut Tx<'_>, id: InvoiceId, said: &Announcement) -> Result<(), StorageError> {
    let held = Some(json(said)?);
    tx.execute(diesel::update(invoices::table.find(id.sql())).set(invoices::held.eq(held.sql())))?;
    Ok(())
}

/// What payments made of it. What the hospital said meanwhile is in the caller's hands from here on.
pub(crate) fn account(tx: &mut Tx<'_>, id: InvoiceId, account: Account) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(diesel::update(invoices::table.find(id.sql())).set((
        invoices::received_cents.eq(account.received.cents()),
        invoices::state.eq(account.state.name()),
        invoices::held.eq(None::<Value>.sql()),
        invoices::changed_at.eq(now.sql()),
    )))?;
    Ok(())
}

/// Remembers which announcement was the last: an older one that arrives late is refused.
pub(crate) fn heard(tx: &mut Tx<'_>, id: InvoiceId, version: i64) -> Result<(), StorageError> {
    tx.execute(diesel::update(invoices::table.find(id.sql())).set(invoices::told_version.eq(Some(version))))?;
    Ok(())
}

/// Those of nobody yet, of people born on this day.
pub(crate) fn unclaimed(conn: &mut Conn, birth_date: &str) -> Result<Vec<Invoice>, StorageError> {
    let those = invoices::table.filter(invoices::patient_id.is_null()).filter(invoices::birth_date.eq(birth_date));
    all(those.select(columns!()).order(invoices::id).load(conn)?)
}

/// What an establishment told of people born on this day, and to whom it went.
pub(crate) fn people_born(
    conn: &mut Conn,
    establishment: EstablishmentId,
    birth_date: &str,
) -> Result<Vec<(Person, Option<PatientId>)>, StorageError> {
    let theirs = invoices::table
        .filter(invoices::establishment_id.eq(establishment.sql()))
        .filter(invoices::birth_date.eq(birth_date));
    let rows: Vec<(Value, Option<PatientId>)> = theirs.select((invoices::person, invoices::patient_id)).load(conn)?;
    let read = |(person, patient)| Ok((serde_json::from_value(person).map_err(|_| unreadable("a person"))?, patient));
    rows.into_iter().map(read).collect()
}

/// Its paper from here on.
pub(crate) fn has_document(tx: &mut Tx<'_>, id: InvoiceId, file: Option<FileId>) -> Result<(), StorageError> {
    tx.execute(diesel::update(invoices::table.find(id.sql())).set(invoices::document_id.eq(file.sql())))?;
    Ok(())
}

/// Whose it is from here on.
pub(crate) fn belongs_to(tx: &mut Tx<'_>, id: InvoiceId, patient: Option<PatientId>) -> Result<(), StorageError> {
    tx.execute(diesel::update(invoices::table.find(id.sql())).set(invoices::patient_id.eq(patient.sql())))?;
    Ok(())
}
