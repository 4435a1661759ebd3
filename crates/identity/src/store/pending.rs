//! Logins and logouts that left for a provider. Few, short-lived, and bound to the browser that began them.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use kernel::{VisitId, digest};
use storage::{AsSql, Conn, StorageError, Tx, TxError};

use super::schema::{pending_logins, pending_logouts};
use crate::oidc::Pending;

/// FranceConnect's own interaction lives as long.
pub(crate) const LIVES: SignedDuration = SignedDuration::from_mins(30);
/// Tabs one browser may have under way.
const MOST_OF_A_VISIT: i64 = 10;
/// Whoever starts logins by the thousand fills this, not the disk.
const MOST: i64 = 20_000;

/// A login under way.
pub(crate) struct PendingLogin {
    pub(crate) visit: VisitId,
    pub(crate) provider: String,
    pub(crate) pending: Pending,
    pub(crate) return_to: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum PendingFault {
    #[error("too many logins are under way")]
    TooMany,
    #[error(transparent)]
    Storage(#[from] StorageError),
}
impl TxError for PendingFault {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Storage(error) => Some(error),
            Self::TooMany => None,
        }
    }
}

#[derive(Queryable)]
struct Row {
    _state_hash: Vec<u8>,
    visit: VisitId,
    provider: String,
    nonce: String,
    pkce_verifier: Option<String>,
    return_to: String,
    begun_at: Timestamp,
}

pub(crate) fn begin(tx: &mut Tx<'_>, state: &str, login: &PendingLogin) -> Result<(), PendingFault> {
    let now = tx.now();
    forget_old(tx.conn(), now)?;
    forget_surplus(tx.conn(), login.visit)?;
    let count: i64 = pending_logins::table.count().get_result(tx.conn()).map_err(StorageError::from)?;
    if count >= MOST {
        return Err(PendingFault::TooMany);
    }
    diesel::insert_into(pending_logins::table)
        .values((
            pending_logins::state_hash.eq(hashed(state)),
            pending_logins::visit.eq(login.visit.sql()),
            pending_logins::provider.eq(&login.provider),
            pending_logins::nonce.eq(&login.pending.nonce),
            pending_logins::pkce_verifier.eq(login.pending.pkce_verifier.as_deref()),
            pending_logins::return_to.eq(&login.return_to),
            pending_logins::begun_at.eq(now.sql()),
        ))
        .execute(tx.conn())
        .map_err(StorageError::from)?;
    Ok(())
}

/// The login this state began, for this browser and this provider, once. Another browser does not even use it up.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    state: &str,
    visit: VisitId,
    provider: &str,
) -> Result<Option<PendingLogin>, StorageError> {
    let now = tx.now();
    let mine = pending_logins::table
        .filter(pending_logins::state_hash.eq(hashed(state)))
        .filter(pending_logins::visit.eq(visit.sql()))
        .filter(pending_logins::provider.eq(provider));
    let row: Option<Row> =
        diesel::delete(mine).returning(pending_logins::all_columns).get_result(tx.conn()).optional()?;
    let fresh = row.filter(|row| now.duration_since(row.begun_at) < LIVES);
    Ok(fresh.map(|row| PendingLogin {
        visit: row.visit,
        provider: row.provider,
        pending: Pending { nonce: row.nonce, pkce_verifier: row.pkce_verifier },
        return_to: row.return_to,
    }))
}

pub(crate) fn begin_logout(tx: &mut Tx<'_>, state: &str) -> Result<(), StorageError> {
    let now = tx.now();
    diesel::delete(pending_logouts::table.filter(pending_logouts::begun_at.le((now - LIVES).sql())))
        .execute(tx.conn())?;
    diesel::insert_into(pending_logouts::table)
        .values((pending_logouts::state_hash.eq(hashed(state)), pending_logouts::begun_at.eq(now.sql())))
        .execute(tx.conn())?;
    Ok(())
}

/// Whether this state came back from a logout we began; once.
pub(crate) fn take_logout(tx: &mut Tx<'_>, state: &str) -> Result<bool, StorageError> {
    let now = tx.now();
    let fresh = pending_logouts::table
        .filter(pending_logouts::state_hash.eq(hashed(state)))
        .filter(pending_logouts::begun_at.gt((now - LIVES).sql()));
    Ok(diesel::delete(fresh).execute(tx.conn())? == 1)
}

fn forget_old(conn: &mut Conn, now: Timestamp) -> Result<(), StorageError> {
    diesel::delete(pending_logins::table.filter(pending_logins::begun_at.le((now - LIVES).sql()))).execute(conn)?;
    Ok(())
}

/// Leaves room for one more login of this browser: the oldest ones go.
fn forget_surplus(conn: &mut Conn, visit: VisitId) -> Result<(), StorageError> {
    let surplus: Vec<Vec<u8>> = pending_logins::table
        .filter(pending_logins::visit.eq(visit.sql()))
        .order(pending_logins::begun_at.desc())
        .offset(MOST_OF_A_VISIT - 1)
        .limit(MOST_OF_A_VISIT)
        .select(pending_logins::state_hash)
        .load(conn)?;
    for hash in surplus {
        diesel::delete(pending_logins::table.find(hash)).execute(conn)?;
    }
    Ok(())
}

fn hashed(state: &str) -> Vec<u8> {
    digest::sha256(&[state.as_bytes()]).to_vec()
}

#[cfg(test)]
pub(crate) fn count(conn: &mut Conn) -> Result<i64, StorageError> {
    Ok(pending_logins::table.count().get_result(conn)?)
}
