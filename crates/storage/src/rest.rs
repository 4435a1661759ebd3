//! What waits until the work of the transaction is done, and then goes in one statement, which on PostgreSQL saves a way
//! there and back for each: rows of a room that nothing in the transaction reads again, and what the house writes
//! beside them (events, deliveries, proof records, the answer).

use diesel::{pg::Pg, prelude::*, query_builder::QueryFragment, sqlite::Sqlite};
use jiff::Timestamp;

use crate::{
    AsSql, Conn, StorageError,
    conn::{Prepared, Together},
    idempotency::{Answer, Key, answer_row, idempotency_answers},
    outbox::{Emitted, deliveries, delivery_row, event_row, events},
    proof::{Record, proof_records, record_row},
};

/// A statement for either database.
pub trait Either: QueryFragment<Pg> + QueryFragment<Sqlite> {}
impl<T: QueryFragment<Pg> + QueryFragment<Sqlite>> Either for T {}

#[derive(Default)]
pub(crate) struct Rest {
    /// Before all others: events and records tell of them.
    pub(crate) own: Vec<Box<dyn Either>>,
    pub(crate) events: Vec<Emitted>,
    pub(crate) records: Vec<Record>,
    pub(crate) answers: Vec<(Key, Answer)>,
}

impl Rest {
    pub(crate) fn write(&self, conn: &mut Conn, now: Timestamp) -> Result<(), StorageError> {
        let events: Vec<_> = self.events.iter().map(|one| event_row!(one, now)).collect();
        let each =
            |one: &Emitted| one.deliveries.iter().map(|(id, to)| delivery_row!(one, *id, *to, now)).collect::<Vec<_>>();
        let deliveries: Vec<_> = self.events.iter().flat_map(each).collect();
        let records: Vec<_> = self.records.iter().map(|one| record_row!(one, now)).collect();
        let answers: Vec<_> = self.answers.iter().map(|(key, answer)| answer_row!(key, answer, now)).collect();
        match conn {
            Conn::Sqlite(conn) => {
                for statement in &self.own {
                    let statement: &dyn QueryFragment<Sqlite> = statement.as_ref();
                    Prepared(statement).execute(conn)?;
                }
                for row in &events {
                    diesel::insert_into(events::table).values(row).execute(conn)?;
                }
                for row in &deliveries {
                    diesel::insert_into(deliveries::table).values(row).execute(conn)?;
                }
                for row in &records {
                    diesel::insert_into(proof_records::table).values(row).execute(conn)?;
                }
                for row in &answers {
                    diesel::insert_into(idempotency_answers::table).values(row).execute(conn)?;
                }
            }
            Conn::Pg(conn) => {
                let parts: [(bool, &dyn QueryFragment<Pg>); 4] = [
                    (events.is_empty(), &diesel::insert_into(events::table).values(&events)),
                    (deliveries.is_empty(), &diesel::insert_into(deliveries::table).values(&deliveries)),
                    (records.is_empty(), &diesel::insert_into(proof_records::table).values(&records)),
                    (answers.is_empty(), &diesel::insert_into(idempotency_answers::table).values(&answers)),
                ];
                let own = self.own.iter().map(|statement| -> &dyn QueryFragment<Pg> { statement.as_ref() });
                let filled = parts.into_iter().filter(|(empty, _)| !empty).map(|(_, part)| part);
                let parts: Vec<_> = own.chain(filled).collect();
                if !parts.is_empty() {
                    Together(parts).send(conn)?;
                }
            }
        }
        Ok(())
    }
}
