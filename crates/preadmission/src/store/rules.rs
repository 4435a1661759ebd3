//! The tables of rules, by establishment and version.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{EstablishmentId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::document_rules;
use crate::domain::rules::Rules;

/// The version that a new file keeps.
pub(crate) fn current(conn: &mut Conn, establishment: EstablishmentId) -> Result<i32, StorageError> {
    let newest: Option<i32> = document_rules::table
        .filter(document_rules::establishment_id.eq(establishment.sql()))
        .select(diesel::dsl::max(document_rules::version))
        .first(conn)?;
    Ok(newest.unwrap_or(0))
}

/// The table of one version; 0 is the shipped one.
pub(crate) fn of_version(conn: &mut Conn, establishment: EstablishmentId, version: i32) -> Result<Rules, StorageError> {
    if version == 0 {
        return Rules::shipped().map_err(|fault| unreadable(&fault));
    }
    let rules: serde_json::Value =
        document_rules::table.find((establishment.sql(), version)).select(document_rules::rules).first(conn)?;
    read(&rules)
}

fn read(rules: &serde_json::Value) -> Result<Rules, StorageError> {
    Rules::read(&rules.to_string()).map_err(|fault| unreadable(&fault))
}

/// A version with who published it and when.
type Published = (i32, Rules, StaffId, Timestamp);

/// In their order, without the shipped one.
pub(crate) fn published(conn: &mut Conn, establishment: EstablishmentId) -> Result<Vec<Published>, StorageError> {
    let rows: Vec<(i32, serde_json::Value, StaffId, Timestamp)> = document_rules::table
        .filter(document_rules::establishment_id.eq(establishment.sql()))
        .select((document_rules::version, document_rules::rules, document_rules::made_by, document_rules::made_at))
        .order(document_rules::version)
        .load(conn)?;
    rows.into_iter().map(|(version, rules, by, at)| Ok((version, read(&rules)?, by, at))).collect()
}

/// A new version, which files opened from now on keep. Its number.
pub(crate) fn publish(
    tx: &mut Tx<'_>,
    establishment: EstablishmentId,
    rules: &Rules,
    by: StaffId,
) -> Result<i32, StorageError> {
    let version = current(tx.conn(), establishment)?.saturating_add(1);
    let (now, json) = (tx.now(), serde_json::to_value(rules).map_err(|fault| unreadable(&fault))?);
    tx.execute(diesel::insert_into(document_rules::table).values((
        document_rules::establishment_id.eq(establishment.sql()),
        document_rules::version.eq(version),
        document_rules::rules.eq(json.sql()),
        document_rules::made_by.eq(by.sql()),
        document_rules::made_at.eq(now.sql()),
    )))
    // Somebody published at the same moment: run again, this one sees it.
    .map_err(|error| match error.refusal() {
        Some("document_rules_establishment_id_version_key" | "document_rules_pkey") => StorageError::Crossed,
        _ => error,
    })?;
    Ok(version)
}

/// A row that this program cannot read: written by a newer one, or by hand.
pub(super) fn unreadable(what: &dyn std::fmt::Display) -> StorageError {
    StorageError::Query(diesel::result::Error::DeserializationError(what.to_string().into()))
}
