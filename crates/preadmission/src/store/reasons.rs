//! Why an establishment refuses a kind of document: its own words over the shipped ones.

use diesel::prelude::*;
use kernel::{EstablishmentId, StaffId};
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::schema::preadmission_reasons as reasons;

/// One reason in an establishment's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) kind: String,
    pub(crate) code: String,
    pub(crate) fr: String,
    pub(crate) en: String,
    pub(crate) active: bool,
}

pub(crate) fn own(conn: &mut Conn, establishment: EstablishmentId) -> Result<Vec<Own>, StorageError> {
    let rows: Vec<(String, String, String, String, bool)> = reasons::table
        .filter(reasons::establishment_id.eq(establishment.sql()))
        .select((reasons::kind, reasons::code, reasons::fr, reasons::en, reasons::active))
        .order((reasons::kind, reasons::code))
        .load(conn)?;
    Ok(rows.into_iter().map(|(kind, code, fr, en, active)| Own { kind, code, fr, en, active }).collect())
}

pub(crate) fn save(
    tx: &mut Tx<'_>,
    establishment: EstablishmentId,
    reason: &Own,
    by: StaffId,
) -> Result<(), StorageError> {
    let now = tx.now();
    let kept = (
        reasons::fr.eq(reason.fr.clone()),
        reasons::en.eq(reason.en.clone()),
        reasons::active.eq(reason.active),
        reasons::changed_by.eq(by.sql()),
        reasons::changed_at.eq(now.sql()),
    );
    let insert = diesel::insert_into(reasons::table)
        .values((
            reasons::establishment_id.eq(establishment.sql()),
            reasons::kind.eq(reason.kind.clone()),
            reasons::code.eq(reason.code.clone()),
            kept.clone(),
        ))
        .on_conflict((reasons::establishment_id, reasons::kind, reasons::code))
        .do_update()
        .set(kept);
    tx.execute(Portable(insert))?;
    Ok(())
}
