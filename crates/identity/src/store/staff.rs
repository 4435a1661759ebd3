//! People of the desk. Their rights are those of their latest login; what is kept here only tells who they were.

use std::collections::BTreeSet;

use diesel::prelude::*;
use kernel::StaffId;
use serde_json::Value;
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::{patients::AccountKey, schema::staff};
use crate::domain::granted::Granted;

/// The account of a member of staff, made or brought up to date.
pub(crate) fn log_in(
    tx: &mut Tx<'_>,
    key: &AccountKey,
    name: &str,
    granted: &Granted,
) -> Result<StaffId, StorageError> {
    let (id, now) = (tx.id::<kernel::entity::Staff>(), tx.now());
    let roles = Value::from_iter(granted.roles.iter().map(String::as_str));
    let establishments: BTreeSet<&str> = granted.establishments.iter().map(kernel::Finess::as_str).collect();
    let establishments = Value::from_iter(establishments);
    let present = (
        staff::name.eq(name),
        staff::roles.eq(roles.sql()),
        staff::establishments.eq(establishments.sql()),
        staff::last_login_at.eq(now.sql()),
    );
    let row = (
        staff::id.eq(id.sql()),
        staff::issuer.eq(&key.issuer),
        staff::client_id.eq(&key.client_id),
        staff::subject.eq(&key.subject),
        present.clone(),
        staff::created_at.eq(now.sql()),
    );
    let of_key = (staff::issuer, staff::client_id, staff::subject);
    let statement = diesel::insert_into(staff::table).values(row).on_conflict(of_key).do_update().set(present);
    Portable(statement).execute(tx.conn())?;
    find(tx.conn(), key)
}

fn find(conn: &mut Conn, key: &AccountKey) -> Result<StaffId, StorageError> {
    Ok(staff::table
        .filter(staff::issuer.eq(&key.issuer))
        .filter(staff::client_id.eq(&key.client_id))
        .filter(staff::subject.eq(&key.subject))
        .select(staff::id)
        .first(conn)?)
}

/// The name to show for a member of staff.
pub(crate) fn name(conn: &mut Conn, id: StaffId) -> Result<Option<String>, StorageError> {
    Ok(staff::table.find(id.sql()).select(staff::name).first(conn).optional()?)
}
