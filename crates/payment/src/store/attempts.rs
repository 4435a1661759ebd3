//! Attempts and the invoices they are for.

use std::collections::HashMap;

use diesel::{expression::SqlLiteral, prelude::*};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{EstablishmentId, Id, InvoiceId, Money, ObjectId, PatientId, PaymentAttemptId, VisitId};
use serde_json::{Value, json};
use storage::{AsSql, Conn, Locked, StorageError, Tx, sql::Instant};

use super::{
    clearings::About,
    invoices::{self, Invoice},
    schema::{
        invoices as bills, payment_attempts as attempts, payment_resolutions as resolutions, payment_shares as shares,
    },
    unreadable,
};
use crate::domain::{
    attempt::State,
    compare::Difference,
    creditor::Mode,
    terms::{Email, Exercice, Refdet},
};

/// Characters of a provider's refusal that are kept.
pub(crate) const LONGEST_REFUSAL: usize = 500;

/// Ids of one question.
pub(crate) const CHUNK: usize = 1_000;

/// One try to pay.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    pub id: PaymentAttemptId,
    pub establishment: EstablishmentId,
    /// The creditor's key in the settings.
    pub creditor: String,
    pub provider: String,
    /// The creditor as the provider numbers it.
    pub creditor_number: String,
    pub mode: Mode,
    pub amount: Money,
    pub refdet: Refdet,
    pub exercice: Exercice,
    pub email: Email,
    pub patient: Option<PatientId>,
    /// The browser that started it.
    pub visit: VisitId,
    pub state: State,
    pub reference: Option<String>,
    /// In what the provider's answer differs from what was asked; names of [`Difference`].
    pub differences: Vec<String>,
    pub authorisation: Option<String>,
    /// When the payer was done, as the provider says.
    pub ended_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// Its number among the attempts of this creditor on this day (UTC), 1 to 899999; no other has it.
    pub rank: i32,
    /// When the provider is asked next.
    pub look_at: Option<Timestamp>,
}

impl Attempt {
    /// Money that differs from what was asked: it closes nothing until a cashier decides.
    pub fn is_odd(&self) -> bool {
        self.state.is_settled() && self.mode.is_real() && !self.differences.is_empty()
    }

    /// A pseudonym of who pays: the patient, or the browser of somebody who did not log in.
    pub(crate) fn payer(&self) -> ObjectId {
        self.patient.map_or_else(|| self.visit.as_object(), Id::as_object)
    }
}

/// Numbers of one day: 1 to this, which the six digits of a shop's payment hold (those from 900000 on are its bank's).
const RANKS: u128 = 899_999;

/// What one invoice has of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) attempt: PaymentAttemptId,
    pub(crate) invoice: InvoiceId,
    pub(crate) amount: Money,
}

type Row = (
    (PaymentAttemptId, EstablishmentId, String, String, String, String),
    (i64, String, String, String),
    (Option<PatientId>, VisitId, String, Option<String>),
    (Value, Option<String>, Option<Timestamp>, Timestamp, (i32, Option<Timestamp>)),
);

macro_rules! columns {
    () => {
        (
            (
                attempts::id,
                attempts::establishment_id,
                attempts::creditor,
                attempts::provider,
                attempts::creditor_number,
                attempts::mode,
            ),
            (attempts::amount_cents, attempts::refdet, attempts::exercice, attempts::email),
            (attempts::patient_id, attempts::visit_id, attempts::state, attempts::reference),
            (
                attempts::differences,
                attempts::authorisation,
                attempts::ended_at,
                attempts::created_at,
                (attempts::rank, attempts::look_at),
            ),
        )
    };
}

impl TryFrom<Row> for Attempt {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        let (id, establishment, creditor, provider, creditor_number, mode) = row.0;
        let (amount, refdet, exercice, email) = row.1;
        let (patient, visit, state, reference) = row.2;
        let (differences, authorisation, ended_at, created_at, (rank, look_at)) = row.3;
        let read = |what: &str| unreadable(&format!("an attempt with an unknown {what}"));
        Ok(Self {
            id,
            establishment,
            creditor,
            provider,
            creditor_number,
            mode: Mode::named(&mode).ok_or_else(|| read("mode"))?,
            amount: Money::from_cents(amount),
            refdet: refdet.parse().map_err(|_| read("refdet"))?,
            exercice: exercice.parse().map_err(|_| read("exercice"))?,
            email: email.parse().map_err(|_| read("e-mail"))?,
            patient,
            visit,
            state: State::named(&state).ok_or_else(|| read("state"))?,
            reference,
            differences: serde_json::from_value(differences).map_err(|_| read("difference"))?,
            authorisation,
            ended_at,
            created_at,
            rank,
            look_at,
        })
    }
}

pub(crate) fn find(conn: &mut Conn, id: PaymentAttemptId) -> Result<Option<Attempt>, StorageError> {
    let row: Option<Row> = attempts::table.find(id.sql()).select(columns!()).first(conn).optional()?;
    row.map(Attempt::try_from).transpose()
}

/// Held until the transaction ends: of two answers at once the second sees what the first made of it.
pub(crate) fn hold(tx: &mut Tx<'_>, id: PaymentAttemptId) -> Result<Option<Attempt>, StorageError> {
    let query = attempts::table.filter(attempts::id.eq(id.sql())).select(columns!());
    let rows: Vec<Row> = Locked { query, skip: false }.load(tx.conn())?;
    rows.into_iter().next().map(Attempt::try_from).transpose()
}

/// The attempt that a provider names.
pub(crate) fn of_reference(
    conn: &mut Conn,
    provider: &str,
    reference: &str,
) -> Result<Option<PaymentAttemptId>, StorageError> {
    let named = attempts::table.filter(attempts::provider.eq(provider)).filter(attempts::reference.eq(reference));
    Ok(named.select(attempts::id).first(conn).optional()?)
}

/// The one that keeps an invoice from being paid by another.
pub(crate) fn active_of(conn: &mut Conn, invoice: InvoiceId) -> Result<Option<Attempt>, StorageError> {
    let row: Option<Row> = attempts::table
        .inner_join(shares::table.on(shares::attempt_id.eq(attempts::id)))
        .filter(shares::invoice_id.eq(invoice.sql()))
        .filter(shares::is_active.eq(true))
        .select(columns!())
        .first(conn)
        .optional()?;
    row.map(Attempt::try_from).transpose()
}

/// Every attempt of an invoice, the latest first.
pub(crate) fn of_invoice(conn: &mut Conn, invoice: InvoiceId) -> Result<Vec<Attempt>, StorageError> {
    let rows: Vec<Row> = attempts::table
        .inner_join(shares::table.on(shares::attempt_id.eq(attempts::id)))
        .filter(shares::invoice_id.eq(invoice.sql()))
        .select(columns!())
        .order(attempts::created_at.desc())
        .load(conn)?;
    rows.into_iter().map(Attempt::try_from).collect()
}

/// The first of its invoices: what the provider is told it is for.
pub(crate) fn first_invoice(conn: &mut Conn, id: PaymentAttemptId) -> Result<Option<Invoice>, StorageError> {
    Ok(invoices_of(conn, id)?.into_iter().next())
}

/// All its invoices.
pub(crate) fn invoices_of(conn: &mut Conn, id: PaymentAttemptId) -> Result<Vec<Invoice>, StorageError> {
    Ok(parts_of(conn, id)?.into_iter().map(|(invoice, _)| invoice).collect())
}

/// All its invoices, with what each has of it.
pub(crate) fn parts_of(conn: &mut Conn, id: PaymentAttemptId) -> Result<Vec<(Invoice, Money)>, StorageError> {
    let mut parts = Vec::new();
    for share in shares_of(conn, id)? {
        parts.extend(invoices::find(conn, share.invoice)?.map(|invoice| (invoice, share.amount)));
    }
    Ok(parts)
}

/// What each invoice has of an attempt, in the order in which invoices are held.
pub(crate) fn shares_of(conn: &mut Conn, id: PaymentAttemptId) -> Result<Vec<Share>, StorageError> {
    let its = shares::table.filter(shares::attempt_id.eq(id.sql())).order(shares::invoice_id);
    let rows: Vec<(InvoiceId, i64)> = its.select((shares::invoice_id, shares::amount_cents)).load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(invoice, cents)| Share { attempt: id, invoice, amount: Money::from_cents(cents) })
        .collect())
}

/// These, the earliest first.
pub(crate) fn of_ids(conn: &mut Conn, ids: &[PaymentAttemptId]) -> Result<Vec<Attempt>, StorageError> {
    let these = attempts::table.filter(attempts::id.eq_any(ids.iter().map(|id| id.sql())));
    let rows: Vec<Row> = these.select(columns!()).order((attempts::created_at, attempts::id)).load(conn)?;
    rows.into_iter().map(Attempt::try_from).collect()
}

/// Payments of a stretch of time.
#[derive(Debug, Clone)]
pub(crate) struct Stretch {
    pub(crate) of: Vec<EstablishmentId>,
    /// The creditor's key; empty: of every creditor.
    pub(crate) creditor: String,
    /// The first instant, and the first after it.
    pub(crate) bounds: (Timestamp, Timestamp),
}

/// The instant to which a payment belongs: when it was paid, as far as the provider told; else when it began. Word for word
/// as in the index.
fn counted_at() -> SqlLiteral<Instant> {
    diesel::dsl::sql("COALESCE(payment_attempts.ended_at, payment_attempts.created_at)")
}

/// Those of a stretch, the earliest first.
macro_rules! of_stretch {
    ($stretch:expr) => {{
        let Stretch { of, creditor, bounds: (from, until) } = $stretch;
        let is_theirs = attempts::creditor.eq(creditor.clone());
        attempts::table
            .filter(attempts::establishment_id.eq_any(of.iter().map(|id| id.sql())))
            .filter(counted_at().ge(from.sql()))
            .filter(counted_at().lt(until.sql()))
            .filter(is_theirs.or(creditor.is_empty().into_sql::<diesel::sql_types::Bool>()))
            .select(columns!())
            .order((counted_at(), attempts::id))
    }};
}

pub(crate) fn of_period(conn: &mut Conn, stretch: &Stretch) -> Result<Vec<Attempt>, StorageError> {
    let rows: Vec<Row> = of_stretch!(stretch).load(conn)?;
    rows.into_iter().map(Attempt::try_from).collect()
}

/// Some of a stretch, after so many others.
pub(crate) fn page_of_period(
    conn: &mut Conn,
    stretch: &Stretch,
    (after, most): (i64, i64),
) -> Result<Vec<Attempt>, StorageError> {
    let rows: Vec<Row> = of_stretch!(stretch).offset(after).limit(most).load(conn)?;
    rows.into_iter().map(Attempt::try_from).collect()
}

/// How the database means to find the payments of a stretch, in its own words.
#[cfg(test)]
pub(crate) fn plan_of_period(conn: &mut Conn, stretch: &Stretch) -> Result<Vec<String>, StorageError> {
    storage::testing::explain(conn, of_stretch!(stretch).limit(100))
}

/// The number of each invoice of these attempts with its part, in one order for ever.
pub(crate) fn numbers_of(
    conn: &mut Conn,
    these: &[PaymentAttemptId],
) -> Result<HashMap<PaymentAttemptId, Vec<(String, Money)>>, StorageError> {
    let mut numbers: HashMap<PaymentAttemptId, Vec<(String, Money)>> = HashMap::new();
    for chunk in these.chunks(CHUNK) {
        let rows: Vec<(PaymentAttemptId, String, i64)> = shares::table
            .inner_join(bills::table.on(bills::id.eq(shares::invoice_id)))
            .filter(shares::attempt_id.eq_any(chunk.iter().map(|id| id.sql())))
            .select((shares::attempt_id, bills::number, shares::amount_cents))
            .order((shares::attempt_id, shares::invoice_id))
            .load(conn)?;
        for (id, number, cents) in rows {
            numbers.entry(id).or_default().push((number, Money::from_cents(cents)));
        }
    }
    Ok(numbers)
}

/// Those that began before an instant and have no result yet, the earliest first.
pub(crate) fn unfinished(
    conn: &mut Conn,
    of: &[EstablishmentId],
    (before, most): (Timestamp, i64),
) -> Result<Vec<Attempt>, StorageError> {
    let rows: Vec<Row> = attempts::table
        .filter(attempts::establishment_id.eq_any(of.iter().map(|id| id.sql())))
        // As literals, for the index that holds nothing else.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("payment_attempts.state IN ('created', 'redirected')"))
        .filter(attempts::created_at.lt(before.sql()))
        // Of those that are said to be paid a report is awaited.
        .filter(attempts::ended_at.is_null())
        .select(columns!())
        .order(attempts::created_at)
        .limit(most)
        .load(conn)?;
    rows.into_iter().map(Attempt::try_from).collect()
}

/// Money of these invoices that differs from what was asked and that nobody decided on.
pub(crate) fn odd_of(conn: &mut Conn, these: &[InvoiceId]) -> Result<Vec<(InvoiceId, Attempt)>, StorageError> {
    let rows: Vec<(InvoiceId, Row)> = attempts::table
        .inner_join(shares::table.on(shares::attempt_id.eq(attempts::id)))
        .left_join(resolutions::table.on(resolutions::attempt_id.eq(attempts::id.nullable())))
        .filter(shares::invoice_id.eq_any(these.iter().map(|id| id.sql())))
        .filter(attempts::state.eq_any(SETTLED))
        .filter(resolutions::id.is_null())
        .select((shares::invoice_id, columns!()))
        .order(attempts::created_at)
        .load(conn)?;
    let all: Result<Vec<(InvoiceId, Attempt)>, StorageError> =
        rows.into_iter().map(|(invoice, row)| Ok((invoice, Attempt::try_from(row)?))).collect();
    Ok(all?.into_iter().filter(|(_, attempt)| attempt.is_odd()).collect())
}

const SETTLED: [&str; 2] = [State::Paid.name(), State::DebitAccepted.name()];

/// What money paid of an invoice, the latest first.
pub(crate) fn money_of(conn: &mut Conn, invoice: InvoiceId) -> Result<Vec<Share>, StorageError> {
    let rows: Vec<(PaymentAttemptId, i64)> = attempts::table
        .inner_join(shares::table.on(shares::attempt_id.eq(attempts::id)))
        .filter(shares::invoice_id.eq(invoice.sql()))
        .filter(attempts::mode.eq(Mode::Production.name()))
        .filter(attempts::state.eq_any(SETTLED))
        .select((attempts::id, shares::amount_cents))
        .order(attempts::created_at.desc())
        .load(conn)?;
    Ok(rows.into_iter().map(|(attempt, cents)| Share { attempt, invoice, amount: Money::from_cents(cents) }).collect())
}

/// Those of these invoices for which a direct debit was registered: the money is still to come.
pub(crate) fn debited_of(conn: &mut Conn, these: &[InvoiceId]) -> Result<Vec<InvoiceId>, StorageError> {
    Ok(attempts::table
        .inner_join(shares::table.on(shares::attempt_id.eq(attempts::id)))
        .filter(shares::invoice_id.eq_any(these.iter().map(|id| id.sql())))
        .filter(attempts::mode.eq(Mode::Production.name()))
        .filter(attempts::state.eq(State::DebitAccepted.name()))
        .select(shares::invoice_id)
        .load(conn)?)
}

/// When its state last changed.
pub(crate) fn changed_at(conn: &mut Conn, id: PaymentAttemptId) -> Result<Timestamp, StorageError> {
    Ok(attempts::table.find(id.sql()).select(attempts::changed_at).first(conn)?)
}

fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// A number for this creditor's day, drawn with the random bits of the id: payers who start at once seldom meet. Of two
/// that draw the same, one is run again.
pub(crate) fn rank_of(id: PaymentAttemptId) -> i32 {
    i32::try_from(id.uuid().as_u128() % RANKS + 1).unwrap_or(1)
}

/// Writes a new attempt with what each invoice has of it.
pub(crate) fn add(tx: &mut Tx<'_>, attempt: &Attempt, parts: &[Share]) -> Result<(), StorageError> {
    tx.execute(diesel::insert_into(attempts::table).values((
        attempts::id.eq(attempt.id.sql()),
        attempts::establishment_id.eq(attempt.establishment.sql()),
        attempts::creditor.eq(&attempt.creditor),
        attempts::provider.eq(&attempt.provider),
        attempts::creditor_number.eq(&attempt.creditor_number),
        attempts::mode.eq(attempt.mode.name()),
        attempts::amount_cents.eq(attempt.amount.cents()),
        attempts::refdet.eq(attempt.refdet.as_str()),
        attempts::exercice.eq(attempt.exercice.as_str()),
        attempts::email.eq(attempt.email.as_str()),
        attempts::patient_id.eq(attempt.patient.sql()),
        attempts::visit_id.eq(attempt.visit.sql()),
        (
            attempts::state.eq(attempt.state.name()),
            attempts::differences.eq(json!(attempt.differences).sql()),
            attempts::created_at.eq(attempt.created_at.sql()),
            attempts::changed_at.eq(attempt.created_at.sql()),
            attempts::day.eq(day_of(attempt.created_at).sql()),
            attempts::rank.eq(attempt.rank),
            attempts::look_at.eq(attempt.look_at.sql()),
        ),
    )))
    .map_err(|error| match error.refusal() {
        Some("payment_attempts_provider_creditor_number_day_rank_key") => StorageError::Crossed,
        _ => error,
    })?;
    for part in parts {
        tx.execute(diesel::insert_into(shares::table).values((
            shares::attempt_id.eq(attempt.id.sql()),
            shares::invoice_id.eq(part.invoice.sql()),
            shares::amount_cents.eq(part.amount.cents()),
            shares::is_active.eq(true),
        )))?;
    }
    Ok(())
}

/// The provider took it: what it calls the attempt, kept before the payer leaves.
pub(crate) fn sent(
    tx: &mut Tx<'_>,
    id: PaymentAttemptId,
    reference: &str,
    look_at: Option<Timestamp>,
) -> Result<bool, StorageError> {
    let now = tx.now();
    let created = attempts::table.find(id.sql()).filter(attempts::state.eq(State::Created.name()));
    let changed = tx.execute(diesel::update(created).set((
        attempts::state.eq(State::Redirected.name()),
        attempts::reference.eq(Some(reference)),
        attempts::look_at.eq(look_at.sql()),
        attempts::changed_at.eq(now.sql()),
    )))?;
    Ok(changed == 1)
}

/// How an attempt stands after an answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct After<'a> {
    pub(crate) state: State,
    pub(crate) differences: &'a [Difference],
    pub(crate) authorisation: Option<&'a str>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) look_at: Option<Timestamp>,
}

pub(crate) fn change(tx: &mut Tx<'_>, id: PaymentAttemptId, after: &After<'_>) -> Result<(), StorageError> {
    let now = tx.now();
    let differences: Vec<&str> = after.differences.iter().map(|difference| difference.name()).collect();
    tx.execute(diesel::update(attempts::table.find(id.sql())).set((
        attempts::state.eq(after.state.name()),
        attempts::differences.eq(json!(differences).sql()),
        attempts::authorisation.eq(after.authorisation),
        attempts::ended_at.eq(after.ended_at.sql()),
        attempts::look_at.eq(after.look_at.sql()),
        attempts::alerted_at.eq(None::<Timestamp>.sql()),
        attempts::alerted_for.eq(None::<About>),
        attempts::cleared_at.eq(None::<Timestamp>.sql()),
        attempts::changed_at.eq(now.sql()),
    )))?;
    Ok(())
}

/// The payer's browser said that it was paid; a report is waited for until then.
pub(crate) fn await_report(
    tx: &mut Tx<'_>,
    id: PaymentAttemptId,
    said_at: Timestamp,
    until: Option<Timestamp>,
) -> Result<(), StorageError> {
    tx.execute(diesel::update(attempts::table.find(id.sql())).set((
        attempts::ended_at.eq(Some(said_at).sql()),
        attempts::look_at.eq(until.sql()),
        attempts::changed_at.eq(said_at.sql()),
    )))?;
    Ok(())
}

/// A person is to look at it; whether that is new. A cashier clears it up, or the next change of its state; what a
/// cashier saw to is not told again, unless it is something else.
pub(crate) fn alert(tx: &mut Tx<'_>, id: PaymentAttemptId, about: About) -> Result<bool, StorageError> {
    let now = tx.now();
    let is_other = attempts::cleared_at.is_not_null().and(attempts::alerted_for.ne(Some(about)));
    let calm = attempts::table.find(id.sql()).filter(attempts::alerted_at.is_null().or(is_other));
    let changed = tx.execute(diesel::update(calm).set((
        attempts::alerted_at.eq(Some(now).sql()),
        attempts::alerted_for.eq(Some(about)),
        attempts::cleared_at.eq(None::<Timestamp>.sql()),
    )))?;
    Ok(changed == 1)
}

/// The provider refused to begin, in these words.
pub(crate) fn refused(tx: &mut Tx<'_>, id: PaymentAttemptId, words: &str) -> Result<(), StorageError> {
    let words: String = words.chars().take(LONGEST_REFUSAL).collect();
    tx.execute(diesel::update(attempts::table.find(id.sql())).set(attempts::refusal.eq(Some(words))))?;
    Ok(())
}

pub(crate) fn refusal_of(conn: &mut Conn, id: PaymentAttemptId) -> Result<Option<String>, StorageError> {
    Ok(attempts::table.find(id.sql()).select(attempts::refusal).first(conn)?)
}

/// A cashier saw to it.
pub(crate) fn clear(tx: &mut Tx<'_>, id: PaymentAttemptId) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(diesel::update(attempts::table.find(id.sql())).set(attempts::cleared_at.eq(Some(now).sql())))?;
    Ok(())
}

/// What a person is, or was, to look at, and whether a cashier saw to it.
pub(crate) fn alert_of(conn: &mut Conn, id: PaymentAttemptId) -> Result<Option<(About, bool)>, StorageError> {
    let its = attempts::table.find(id.sql()).select((attempts::alerted_for, attempts::cleared_at.is_not_null()));
    let (about, is_cleared): (Option<About>, bool) = its.first(conn)?;
    Ok(about.map(|about| (about, is_cleared)))
}

/// Those at which a person is to look, the latest first.
pub(crate) fn alerted(conn: &mut Conn, of: &[EstablishmentId], most: i64) -> Result<Vec<Attempt>, StorageError> {
    let rows: Vec<Row> = attempts::table
        .filter(attempts::alerted_at.is_not_null())
        .filter(attempts::cleared_at.is_null())
        .filter(attempts::establishment_id.eq_any(of.iter().map(|one| one.sql())))
        .select(columns!())
        .order(attempts::created_at.desc())
        .limit(most)
        .load(conn)?;
    rows.into_iter().map(Attempt::try_from).collect()
}

/// How many there are, wherever.
pub(crate) fn count_alerted(conn: &mut Conn) -> Result<i64, StorageError> {
    let alerted = attempts::table.filter(attempts::alerted_at.is_not_null()).filter(attempts::cleared_at.is_null());
    Ok(alerted.count().get_result(conn)?)
}

/// Its invoices may be paid by another attempt again.
pub(crate) fn let_go(tx: &mut Tx<'_>, id: PaymentAttemptId) -> Result<(), StorageError> {
    let its = shares::table.filter(shares::attempt_id.eq(id.sql()));
    tx.execute(diesel::update(its).set(shares::is_active.eq(false)))?;
    Ok(())
}

pub(crate) fn look_again(
    tx: &mut Tx<'_>,
    id: PaymentAttemptId,
    look_at: Option<Timestamp>,
) -> Result<(), StorageError> {
    tx.execute(diesel::update(attempts::table.find(id.sql())).set(attempts::look_at.eq(look_at.sql())))?;
    Ok(())
}

/// What is due to be asked about, the longest due first.
macro_rules! due {
    ($now:expr, $most:expr) => {
        attempts::table
            .filter(attempts::look_at.le($now.sql()))
            .select(attempts::id)
            .order(attempts::look_at)
            .limit($most)
    };
}

/// How the database means to find what is due, in its own words.
#[cfg(test)]
pub(crate) fn plan_of_due(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<String>, StorageError> {
    storage::testing::explain(conn, due!(now, most))
}

/// Each is asked about as soon as somebody can.
pub(crate) fn ask_at_once(tx: &mut Tx<'_>, ids: &[PaymentAttemptId]) -> Result<(), StorageError> {
    let now = tx.now();
    for chunk in ids.chunks(CHUNK) {
        let these = attempts::table.filter(attempts::id.eq_any(chunk.iter().map(|id| id.sql())));
        tx.execute(diesel::update(these).set(attempts::look_at.eq(Some(now).sql())))?;
    }
    Ok(())
}

/// Takes what is due to be asked about, for as long as `until`: no other node asks meanwhile, and after a crash
/// somebody does.
pub(crate) fn take_due(tx: &mut Tx<'_>, most: i64, until: Timestamp) -> Result<Vec<PaymentAttemptId>, StorageError> {
    let now = tx.now();
    let due: Vec<PaymentAttemptId> = Locked { query: due!(now, most), skip: true }.load(tx.conn())?;
    let these = attempts::table.filter(attempts::id.eq_any(due.iter().map(|id| id.sql())));
    tx.execute(diesel::update(these).set(attempts::look_at.eq(Some(until).sql())))?;
    Ok(due)
}
