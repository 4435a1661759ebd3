//! Files of invoices that were taken from a folder, and what was wrong with their lines: nothing of a person.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use kernel::{EstablishmentId, Id};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::{invoice_list_faults as faults, invoice_lists as lists};

storage::text_enum! {
    /// What was wrong with a line, or with the whole file.
    pub(crate) enum What {
        /// Fields that break a rule.
        Fields = "fields",
        /// Not as many columns as titles.
        Columns = "columns",
        Csv = "csv",
        /// A newer version of the invoice is known.
        Older = "older",
        /// The version said something else before.
        Reused = "reused",
        Refused = "refused",
        Large = "large",
        Charset = "charset",
        Titles = "titles",
        /// Fields without a column.
        Missing = "missing",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// In the file, from 1.
    pub line: u64,
    pub what: What,
    /// Names of fields.
    pub fields: Vec<String>,
}

/// A file as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List {
    pub source: String,
    pub file_name: String,
    pub taken_at: Timestamp,
    pub heard: i64,
    /// Lines that were not heard; the first of them are kept.
    pub faulty: i64,
    pub faults: Vec<Fault>,
}

#[derive(Debug, Clone, Copy)]
enum ListKind {}

/// Lines of one file that are kept.
const MOST_LINES: usize = 1_000;

/// How long a file is remembered.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Keeps what came of a file; one of the same name takes its place, as it does in the folder.
pub(crate) fn keep(tx: &mut Tx<'_>, of: EstablishmentId, list: &List) -> Result<(), StorageError> {
    let known = lists::table
        .filter(lists::establishment_id.eq(of.sql()))
        .filter(lists::source.eq(&list.source))
        .filter(lists::file_name.eq(&list.file_name));
    tx.execute(diesel::delete(known))?;
    let id: Id<ListKind> = tx.id();
    tx.execute(diesel::insert_into(lists::table).values((
        lists::id.eq(id.sql()),
        lists::establishment_id.eq(of.sql()),
        lists::source.eq(&list.source),
        lists::file_name.eq(&list.file_name),
        lists::taken_at.eq(list.taken_at.sql()),
        lists::heard.eq(list.heard),
        lists::faulty.eq(list.faulty),
    )))?;
    for (rank, fault) in (1..).zip(list.faults.iter().take(MOST_LINES)) {
        tx.execute(diesel::insert_into(faults::table).values((
            faults::list_id.eq(id.sql()),
            faults::rank.eq(rank),
            faults::line.eq(i64::try_from(fault.line).unwrap_or(i64::MAX)),
            faults::what.eq(fault.what),
            faults::fields.eq(fault.fields.join(" ")),
        )))?;
    }
    Ok(())
}

type ListRow = (Id<ListKind>, String, String, Timestamp, i64, i64);

/// The latest first.
pub(crate) fn latest(conn: &mut Conn, of: &[EstablishmentId], most: i64) -> Result<Vec<List>, StorageError> {
    let rows: Vec<ListRow> = lists::table
        .filter(lists::establishment_id.eq_any(of.iter().map(|id| id.sql())))
        .select((lists::id, lists::source, lists::file_name, lists::taken_at, lists::heard, lists::faulty))
        .order(lists::taken_at.desc())
        .limit(most)
        .load(conn)?;
    let with_faults = |(id, source, file_name, taken_at, heard, faulty): ListRow| {
        let faults = faults_of(conn, id)?;
        Ok(List { source, file_name, taken_at, heard, faulty, faults })
    };
    rows.into_iter().map(with_faults).collect()
}

fn faults_of(conn: &mut Conn, id: Id<ListKind>) -> Result<Vec<Fault>, StorageError> {
    let its = faults::table.filter(faults::list_id.eq(id.sql())).order(faults::rank);
    let rows: Vec<(i64, What, String)> = its.select((faults::line, faults::what, faults::fields)).load(conn)?;
    let fault = |(line, what, fields): (i64, What, String)| Fault {
        line: line.unsigned_abs(),
        what,
        fields: fields.split_whitespace().map(str::to_owned).collect(),
    };
    Ok(rows.into_iter().map(fault).collect())
}

/// Forgets files that were taken long ago.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<usize, StorageError> {
    let now = tx.now();
    erase(tx, now)
}

/// What is kept no longer at this instant.
pub(crate) fn erase(tx: &mut Tx<'_>, as_of: Timestamp) -> Result<usize, StorageError> {
    let until = as_of.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    tx.execute(diesel::delete(lists::table.filter(lists::taken_at.le(until.sql()))))
}
