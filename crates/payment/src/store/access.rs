//! What proved a calling system once, and what it was given for it.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::digest;
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::schema::{payment_assertions as assertions, payment_tokens as tokens};

/// Whether this is the first use of an assertion that holds until `expires_at`.
pub(crate) fn is_first_use(
    tx: &mut Tx<'_>,
    system: &str,
    jti: &str,
    expires_at: Timestamp,
) -> Result<bool, StorageError> {
    // No name of a system has a line feed.
    let digest = digest::sha256(&[system.as_bytes(), b"\n", jti.as_bytes()]).to_vec();
    let insert = diesel::insert_into(assertions::table)
        .values((assertions::digest.eq(digest), assertions::expires_at.eq(expires_at.sql())))
        .on_conflict(assertions::digest)
        .do_nothing();
    Ok(tx.execute(Portable(insert))? == 1)
}

pub(crate) fn give(tx: &mut Tx<'_>, token: &str, system: &str, expires_at: Timestamp) -> Result<(), StorageError> {
    tx.execute(diesel::insert_into(tokens::table).values((
        tokens::digest.eq(stored(token)),
        tokens::system.eq(system),
        tokens::expires_at.eq(expires_at.sql()),
    )))?;
    Ok(())
}

/// The system that holds this token now.
pub(crate) fn holder(conn: &mut Conn, token: &str, now: Timestamp) -> Result<Option<String>, StorageError> {
    let held = tokens::table.find(stored(token)).filter(tokens::expires_at.gt(now.sql()));
    Ok(held.select(tokens::system).first(conn).optional()?)
}

/// Forgets what holds no longer.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<usize, StorageError> {
    let now = tx.now();
    let proofs = tx.execute(diesel::delete(assertions::table.filter(assertions::expires_at.le(now.sql()))))?;
    let given = tx.execute(diesel::delete(tokens::table.filter(tokens::expires_at.le(now.sql()))))?;
    Ok(proofs + given)
}

fn stored(token: &str) -> Vec<u8> {
    digest::sha256(&[token.as_bytes()]).to_vec()
}
