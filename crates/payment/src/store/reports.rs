//! Reports of money that were imported, line by line, with what each line found here.

use diesel::prelude::*;
use jiff::{Timestamp, civil::Date};
use kernel::{EstablishmentId, Id, Money, PaymentAttemptId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx, each_backend};

use super::schema::{payment_report_absences as absences, payment_report_lines as lines, payment_reports as reports};
use crate::domain::report::Line;

#[derive(Debug, Clone, Copy)]
pub enum ReportKind {}
pub(crate) type ReportId = Id<ReportKind>;

/// Rows of one insert.
const CHUNK: usize = 1_000;

storage::text_enum! {
    pub(crate) enum Found {
        /// Money there and here.
        Matched = "matched",
        /// Money there that waits here: the provider is asked.
        Waiting = "waiting",
        /// Money that the report alone confirms, of a provider that cannot be asked.
        Confirmed = "confirmed",
        /// Money there that nobody here knows of.
        Unknown = "unknown",
    }
}

/// A report as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) id: ReportId,
    pub(crate) establishment: EstablishmentId,
    /// The creditor's key.
    pub(crate) creditor: String,
    /// The profile's key.
    pub(crate) profile: String,
    pub(crate) file_name: String,
    pub(crate) digest: Vec<u8>,
    pub(crate) from: Date,
    pub(crate) until: Date,
    pub(crate) window_days: i32,
    pub(crate) by: StaffId,
    pub(crate) at: Timestamp,
}

/// A line with what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) number: i32,
    pub(crate) refdet: String,
    pub(crate) amount: Money,
    pub(crate) day: Date,
    pub(crate) authorisation: Option<String>,
    pub(crate) found: Found,
    pub(crate) attempt: Option<PaymentAttemptId>,
    /// What a cashier did about it.
    pub(crate) note: Option<String>,
}

type ReportRow = ((ReportId, EstablishmentId, String, String, String, Vec<u8>), (Date, Date, i32, StaffId, Timestamp));

macro_rules! report_columns {
    () => {
        (
            (
                reports::id,
                reports::establishment_id,
                reports::creditor,
                reports::profile,
                reports::file_name,
                reports::digest,
            ),
            (reports::from_day, reports::until_day, reports::window_days, reports::staff_id, reports::imported_at),
        )
    };
}

impl From<ReportRow> for Report {
    fn from(row: ReportRow) -> Self {
        let (id, establishment, creditor, profile, file_name, digest) = row.0;
        let (from, until, window_days, by, at) = row.1;
        Self { id, establishment, creditor, profile, file_name, digest, from, until, window_days, by, at }
    }
}

pub(crate) fn find(conn: &mut Conn, id: ReportId) -> Result<Option<Report>, StorageError> {
    let row: Option<ReportRow> = reports::table.find(id.sql()).select(report_columns!()).first(conn).optional()?;
    Ok(row.map(Report::from))
}

/// The same file for the same creditor, when it was imported before.
pub(crate) fn same(
    conn: &mut Conn,
    (establishment, creditor): (EstablishmentId, &str),
    digest: &[u8],
) -> Result<Option<ReportId>, StorageError> {
    let its = reports::table
        .filter(reports::establishment_id.eq(establishment.sql()))
        .filter(reports::creditor.eq(creditor))
        .filter(reports::digest.eq(digest));
    Ok(its.select(reports::id).first(conn).optional()?)
}

/// The latest first.
pub(crate) fn latest(conn: &mut Conn, of: &[EstablishmentId], most: i64) -> Result<Vec<Report>, StorageError> {
    let theirs = reports::table.filter(reports::establishment_id.eq_any(of.iter().map(|id| id.sql())));
    let rows: Vec<ReportRow> = theirs
        .select(report_columns!())
        .order((reports::imported_at.desc(), reports::id.desc()))
        .limit(most)
        .load(conn)?;
    Ok(rows.into_iter().map(Report::from).collect())
}

pub(crate) fn add(
    tx: &mut Tx<'_>,
    report: &Report,
    told: &[(&Line, Found, Option<PaymentAttemptId>)],
    absent: &[PaymentAttemptId],
) -> Result<(), StorageError> {
    tx.execute(diesel::insert_into(reports::table).values((
        reports::id.eq(report.id.sql()),
        reports::establishment_id.eq(report.establishment.sql()),
        reports::creditor.eq(&report.creditor),
        reports::profile.eq(&report.profile),
        reports::file_name.eq(&report.file_name),
        reports::digest.eq(&report.digest),
        reports::from_day.eq(report.from.sql()),
        reports::until_day.eq(report.until.sql()),
        reports::window_days.eq(report.window_days),
        reports::staff_id.eq(report.by.sql()),
        reports::imported_at.eq(report.at.sql()),
    )))
    // Two cashiers at once: run again, this one sees the other's.
    .map_err(|error| match error.refusal() {
        Some("payment_reports_establishment_id_creditor_digest_key") => StorageError::Crossed,
        _ => error,
    })?;
    for chunk in told.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(line, found, attempt)| {
                (
                    lines::report_id.eq(report.id.sql()),
                    lines::number.eq(line.number),
                    lines::refdet.eq(&line.refdet),
                    lines::amount_cents.eq(line.amount.cents()),
                    lines::day.eq(line.day.sql()),
                    lines::authorisation.eq(line.authorisation.as_deref()),
                    lines::outcome.eq(*found),
                    lines::attempt_id.eq(attempt.sql()),
                )
            })
            .collect();
        each_backend!(tx.conn(), real => diesel::insert_into(lines::table).values(rows).execute(real))?;
    }
    for chunk in absent.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|attempt| (absences::report_id.eq(report.id.sql()), absences::attempt_id.eq(attempt.sql())))
            .collect();
        each_backend!(tx.conn(), real => diesel::insert_into(absences::table).values(rows).execute(real))?;
    }
    Ok(())
}

/// How many lines found what.
pub(crate) fn counts(conn: &mut Conn, report: ReportId) -> Result<Vec<(Found, i64, i64)>, StorageError> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::Text)]
        outcome: Found,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        lines: i64,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        cents: i64,
    }
    let statement = "SELECT outcome, COUNT(*) AS lines, CAST(SUM(amount_cents) AS BIGINT) AS cents \
                     FROM payment_report_lines WHERE report_id = $1 GROUP BY outcome ORDER BY outcome";
    let rows: Vec<Count> = diesel::sql_query(statement).bind::<storage::sql::Uuid, _>(report.sql()).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.outcome, row.lines, row.cents)).collect())
}

type LineRow = (i32, String, i64, Date, Option<String>, Found, Option<PaymentAttemptId>, Option<String>);

/// Lines with one of these outcomes, after so many of them.
pub(crate) fn lines_of(
    conn: &mut Conn,
    report: ReportId,
    found: &[Found],
    (after, most): (i64, i64),
) -> Result<Vec<Row>, StorageError> {
    let rows: Vec<LineRow> = lines::table
        .filter(lines::report_id.eq(report.sql()))
        .filter(lines::outcome.eq_any(found.iter().copied()))
        .select((
            lines::number,
            lines::refdet,
            lines::amount_cents,
            lines::day,
            lines::authorisation,
            lines::outcome,
            lines::attempt_id,
            lines::note,
        ))
        // What nobody saw to yet comes first.
        .order((lines::note.is_not_null(), lines::number))
        .offset(after)
        .limit(most)
        .load(conn)?;
    let row = |(number, refdet, cents, day, authorisation, found, attempt, note): LineRow| Row {
        number,
        refdet,
        amount: Money::from_cents(cents),
        day,
        authorisation,
        found,
        attempt,
        note,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// How many payments here are not in the report, and their sum.
pub(crate) fn count_absent(conn: &mut Conn, report: ReportId) -> Result<(i64, i64), StorageError> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        payments: i64,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        cents: i64,
    }
    let statement = "SELECT COUNT(*) AS payments, CAST(COALESCE(SUM(amount_cents), 0) AS BIGINT) AS cents \
                     FROM payment_report_absences JOIN payment_attempts ON payment_attempts.id = attempt_id \
                     WHERE report_id = $1";
    let count: Count = diesel::sql_query(statement).bind::<storage::sql::Uuid, _>(report.sql()).get_result(conn)?;
    Ok((count.payments, count.cents))
}

/// Money here that is not in the report, after so many of them, and whether a report had it since.
pub(crate) fn absent_of(
    conn: &mut Conn,
    report: ReportId,
    (after, most): (i64, i64),
) -> Result<Vec<(PaymentAttemptId, bool)>, StorageError> {
    let ids: Vec<PaymentAttemptId> = absences::table
        .filter(absences::report_id.eq(report.sql()))
        .select(absences::attempt_id)
        .order(absences::attempt_id)
        .offset(after)
        .limit(most)
        .load(conn)?;
    let since: Vec<Option<PaymentAttemptId>> = lines::table
        .filter(lines::attempt_id.eq_any(ids.iter().map(|id| Some(*id).sql())))
        .select(lines::attempt_id)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| (id, since.contains(&Some(id)))).collect())
}

/// Money of a line that nobody here knows of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stray {
    pub(crate) report: ReportId,
    pub(crate) refdet: String,
    pub(crate) amount: Money,
    pub(crate) day: Date,
}

/// Money that nobody here knows of and nobody has seen to, the oldest first.
pub(crate) fn unknown(conn: &mut Conn, of: &[EstablishmentId], most: i64) -> Result<Vec<Stray>, StorageError> {
    let rows: Vec<(ReportId, String, i64, Date)> = lines::table
        .inner_join(reports::table.on(reports::id.eq(lines::report_id)))
        .filter(reports::establishment_id.eq_any(of.iter().map(|id| id.sql())))
        // As literals, for the index that holds nothing else.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>(
            "payment_report_lines.outcome = 'unknown' AND payment_report_lines.note IS NULL",
        ))
        .select((lines::report_id, lines::refdet, lines::amount_cents, lines::day))
        .order((lines::day, lines::report_id, lines::number))
        .limit(most)
        .load(conn)?;
    let stray = |(report, refdet, cents, day)| Stray { report, refdet, amount: Money::from_cents(cents), day };
    Ok(rows.into_iter().map(stray).collect())
}

/// Somebody saw to a line. False: there is none that waits.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    (report, number): (ReportId, i32),
    (by, note): (StaffId, &str),
) -> Result<bool, StorageError> {
    let now = tx.now();
    let line = lines::table
        .find((report.sql(), number))
        .filter(lines::outcome.eq(Found::Unknown))
        .filter(lines::note.is_null());
    let changed = tx.execute(diesel::update(line).set((
        lines::note.eq(Some(note)),
        lines::noted_by.eq(Some(by).sql()),
        lines::noted_at.eq(Some(now).sql()),
    )))?;
    Ok(changed == 1)
}
