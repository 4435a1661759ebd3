//! One act, as the register keeps it.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{ObjectId, ProofRecordId, World, digest};

use crate::{AsSql, Conn, StorageError, Tx, tx::Act};

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
    use crate::sql::{Instant, Uuid};

    proof_records (id) {
        id -> Uuid,
        kind -> Text,
        actor -> Uuid,
        object -> Uuid,
        at -> Instant,
        commitment -> Binary,
        salt -> Nullable<Binary>,
        batch -> Nullable<BigInt>,
        leaf -> Nullable<Integer>,
    }
}

/// An act as written, without its content.
#[derive(Debug, Clone, Queryable)]
pub struct ActView {
    pub id: ProofRecordId,
    pub kind: String,
    pub actor: ObjectId,
    pub object: ObjectId,
    pub at: Timestamp,
    pub commitment: Vec<u8>,
    pub batch: Option<i64>,
}

impl ActView {
    /// The line that is hashed into the tree and exported: fixed order, fixed spelling.
    pub(super) fn line(&self) -> String {
        format!(
            "{}\t{}\t{}\t{}\t{}\t{}",
            self.id,
            self.at.as_microsecond(),
            self.kind,
            self.actor,
            self.object,
            digest::hex(&self.commitment)
        )
    }
}

/// An act that is to be written.
pub(crate) struct Record {
    pub(crate) id: ProofRecordId,
    pub(crate) kind: String,
    pub(crate) actor: ObjectId,
    pub(crate) object: ObjectId,
    pub(crate) commitment: [u8; 32],
    pub(crate) salt: [u8; 32],
}

impl Record {
    pub(crate) fn new(world: &World, act: Act<'_>) -> Self {
        let (id, salt) = (world.id(), world.bytes32());
        let commitment = commit(&salt, act.content);
        Self { id, kind: act.kind.to_owned(), actor: act.actor, object: act.object, commitment, salt }
    }
}

macro_rules! record_row {
    ($one:expr, $now:expr) => {{
        use $crate::proof::proof_records as row;
        (
            row::id.eq($one.id.sql()),
            row::kind.eq(&$one.kind),
            row::actor.eq($one.actor.sql()),
            row::object.eq($one.object.sql()),
            row::at.eq($now.sql()),
            row::commitment.eq($one.commitment.as_slice()),
            row::salt.eq(Some($one.salt.as_slice())),
        )
    }};
}
pub(crate) use record_row;

/// `serde_json` writes the keys of an object in their order, so the same content gives the same bytes.
fn commit(salt: &[u8], content: &serde_json::Value) -> [u8; 32] {
    digest::sha256(&[salt, content.to_string().as_bytes()])
}

/// The latest act of one kind upon one object.
pub fn act_of(conn: &mut Conn, kind: &str, object: ObjectId) -> Result<Option<ActView>, StorageError> {
    use proof_records as row;
    Ok(row::table
        .filter(row::object.eq(object.sql()))
        .filter(row::kind.eq(kind))
        .order(row::id.desc())
        .select((row::id, row::kind, row::actor, row::object, row::at, row::commitment, row::batch))
        .first(conn)
        .optional()?)
}

/// Erases the salts of all acts upon an object whose data are erased: their digests can be linked to nothing any more,
/// and the chain still holds.
pub fn forget(tx: &mut Tx<'_>, object: ObjectId) -> Result<(), StorageError> {
    use proof_records as row;
    let salted = row::table.filter(row::object.eq(object.sql())).filter(row::salt.is_not_null());
    tx.execute(diesel::update(salted).set(row::salt.eq(None::<Vec<u8>>)))?;
    Ok(())
}
