//! Sealing the register, exporting it, and finding out whether it was touched.

use data_encoding::HEXLOWER;
use diesel::prelude::*;
use jiff::Timestamp;

use super::{
    Keyring,
    merkle::{Hash, leaf, root},
    record::{ActView, proof_records},
};
use crate::{AsSql, Conn, Db, StorageError};

/// Records of one batch at most.
const LARGEST: i64 = 5000;

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer, Text};
    use crate::sql::Instant;

    proof_batches (number) {
        number -> BigInt,
        previous -> Binary,
        root -> Binary,
        leaves -> Integer,
        sealed_at -> Instant,
        key_id -> Text,
        signature -> Binary,
    }
}

/// A sealed batch.
#[derive(Debug, Clone, Queryable)]
pub struct Batch {
    pub number: i64,
    pub previous: Vec<u8>,
    pub root: Vec<u8>,
    pub leaves: i32,
    pub sealed_at: Timestamp,
    pub key_id: String,
    pub signature: Vec<u8>,
}

impl Batch {
    /// The text whose signature seals the batch, and whose hash the next one names.
    pub fn head(&self) -> String {
        format!(
            "parvis proof batch 1\nnumber {}\nprevious {}\nroot {}\nleaves {}\nsealed {}\nkey {}\n",
            self.number,
            HEXLOWER.encode(&self.previous),
            HEXLOWER.encode(&self.root),
            self.leaves,
            self.sealed_at.as_microsecond(),
            self.key_id
        )
    }

    fn hash(&self) -> Hash {
        kernel::digest::sha256(&[self.head().as_bytes()])
    }
}

/// Seals what is not sealed yet; how many records that was. A node that comes second finds nothing, or is refused.
pub async fn seal(db: &Db, keyring: &std::sync::Arc<Keyring>) -> Result<usize, StorageError> {
    let keyring = keyring.clone();
    let sealed = db
        .write(move |tx| {
            let now = tx.now();
            let open = unsealed(tx.conn())?;
            if open.is_empty() {
                return Ok(0);
            }
            let batch = next_batch(tx.conn(), &open, &keyring, now)?;
            insert(tx.conn(), &batch)?;
            for (place, act) in (0_i32..).zip(&open) {
                use proof_records as row;
                tx.execute(
                    diesel::update(row::table.find(act.id.sql()))
                        .set((row::batch.eq(Some(batch.number)), row::leaf.eq(Some(place)))),
                )?;
            }
            Ok(open.len())
        })
        .await;
    match sealed {
        Err(StorageError::Refused(name)) if name == "proof_batches_number_key" => Ok(0),
        outcome => outcome,
    }
}

fn unsealed(conn: &mut Conn) -> Result<Vec<ActView>, StorageError> {
    use proof_records as row;
    Ok(row::table
        .filter(row::batch.is_null())
        .order(row::id)
        .limit(LARGEST)
        .select((row::id, row::kind, row::actor, row::object, row::at, row::commitment, row::batch))
        .load(conn)?)
}

fn next_batch(conn: &mut Conn, acts: &[ActView], keyring: &Keyring, now: Timestamp) -> Result<Batch, StorageError> {
    let last: Option<Batch> = proof_batches::table.order(proof_batches::number.desc()).first(conn).optional()?;
    let leaves: Vec<Hash> = acts.iter().map(|act| leaf(act.line().as_bytes())).collect();
    let mut batch = Batch {
        number: last.as_ref().map_or(1, |last| last.number + 1),
        previous: last.as_ref().map_or([0; 32], Batch::hash).to_vec(),
        root: root(&leaves).to_vec(),
        leaves: i32::try_from(acts.len()).unwrap_or(i32::MAX),
        sealed_at: now,
        key_id: keyring.signer_id().to_owned(),
        signature: Vec::new(),
    };
    batch.signature = keyring.sign(batch.head().as_bytes());
    Ok(batch)
}

fn insert(conn: &mut Conn, batch: &Batch) -> Result<(), StorageError> {
    use proof_batches as row;
    diesel::insert_into(row::table)
        .values((
            row::number.eq(batch.number),
            row::previous.eq(&batch.previous),
            row::root.eq(&batch.root),
            row::leaves.eq(batch.leaves),
            row::sealed_at.eq(batch.sealed_at.sql()),
            row::key_id.eq(&batch.key_id),
            row::signature.eq(&batch.signature),
        ))
        .execute(conn)?;
    Ok(())
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub batches: usize,
    pub records: usize,
    /// Records written since the last seal.
    pub unsealed: usize,
    /// What does not hold, in words; empty when all does.
    pub faults: Vec<String>,
}

/// Recomputes every leaf, root, link and signature. A register whose *end* was cut off still verifies here: only
/// an exported head kept elsewhere, or a patient's receipt, shows that.
pub fn verify(conn: &mut Conn, keyring: &Keyring) -> Result<Verdict, StorageError> {
    let mut verdict = Verdict { batches: 0, records: 0, unsealed: 0, faults: Vec::new() };
    let mut previous: Hash = [0; 32];
    for batch in batches(conn)? {
        verdict.batches += 1;
        let expected = i64::try_from(verdict.batches).unwrap_or(i64::MAX);
        let acts = acts_of(conn, batch.number)?;
        verdict.records += acts.len();
        verdict.faults.extend(faults_of(&batch, expected, &previous, &acts, keyring));
        previous = batch.hash();
    }
    verdict.unsealed = count_unsealed(conn)?;
    Ok(verdict)
}

fn faults_of(batch: &Batch, expected: i64, previous: &Hash, acts: &[ActView], keyring: &Keyring) -> Vec<String> {
    let leaves: Vec<Hash> = acts.iter().map(|act| leaf(act.line().as_bytes())).collect();
    let checks = [
        (batch.number == expected, "is out of sequence"),
        (batch.previous == previous, "does not follow the batch before it"),
        (usize::try_from(batch.leaves) == Ok(leaves.len()), "has records missing or added"),
        (batch.root == root(&leaves), "has a record that was changed"),
        (keyring.verify(&batch.key_id, batch.head().as_bytes(), &batch.signature), "is not signed by the house"),
    ];
    let failed = checks.iter().filter(|(holds, _)| !holds);
    failed.map(|(_, fault)| format!("batch {} {fault}", batch.number)).collect()
}

fn batches(conn: &mut Conn) -> Result<Vec<Batch>, StorageError> {
    Ok(proof_batches::table.order(proof_batches::number).load(conn)?)
}

fn acts_of(conn: &mut Conn, batch: i64) -> Result<Vec<ActView>, StorageError> {
    use proof_records as row;
    Ok(row::table
        .filter(row::batch.eq(Some(batch)))
        .order(row::leaf)
        .select((row::id, row::kind, row::actor, row::object, row::at, row::commitment, row::batch))
        .load(conn)?)
}

fn count_unsealed(conn: &mut Conn) -> Result<usize, StorageError> {
    let count: i64 = proof_records::table.filter(proof_records::batch.is_null()).count().get_result(conn)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// The whole register as text: each batch's head and signature, then its records, one a line. `line` gets each line.
pub fn export(conn: &mut Conn, mut line: impl FnMut(&str)) -> Result<(), StorageError> {
    for batch in batches(conn)? {
        batch.head().lines().for_each(&mut line);
        line(&format!("signature {}", HEXLOWER.encode(&batch.signature)));
        for act in acts_of(conn, batch.number)? {
            line(&act.line());
        }
    }
    Ok(())
}
