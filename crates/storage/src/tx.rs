//! One transaction: its connection, its instant, and what the house writes beside a room's own rows.

use diesel::{QuerySource, query_builder::InsertStatement};
use jiff::Timestamp;
use kernel::{EstablishmentId, EventKind, Id, ObjectId, ProofRecordId, ScheduleId, World};
use serde_json::Value;

use crate::{
    Conn, StorageError, TxError,
    idempotency::{Answer, Key},
    outbox::{Emitted, Subscriptions},
    proof::Record,
    rest::{Either, Rest},
    schedule,
};

/// The transaction in which a work runs. `now` does not move while it lasts.
pub struct Tx<'c> {
    conn: &'c mut Conn,
    world: &'c World,
    subscriptions: &'c Subscriptions,
    now: Timestamp,
    rest: Rest,
    effects: Vec<Effect>,
}

/// What this process does once the transaction is kept.
type Effect = Box<dyn FnOnce() + Send>;

/// A work that is done and waits for the commit.
pub(crate) struct Done<T> {
    value: T,
    effects: Vec<Effect>,
}

impl<T> Done<T> {
    /// The commit is known.
    pub(crate) fn committed(self) -> T {
        for effect in self.effects {
            effect();
        }
        self.value
    }
}

/// Something that happened, told to whoever listens. Ids only.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    pub kind: EventKind,
    pub establishment: EstablishmentId,
    /// Whom deliveries are kept in order for: the patient.
    pub subject: ObjectId,
    /// What it happened to.
    pub object: ObjectId,
}

/// An act of a person, to be proven later.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// `appointment.booked`, `login`…
    pub kind: &'a str,
    /// A pseudonym: the patient's or the clerk's id, never a name.
    pub actor: ObjectId,
    pub object: ObjectId,
    /// What was done, in full; only its salted digest is kept.
    pub content: &'a Value,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(conn: &'c mut Conn, world: &'c World, subscriptions: &'c Subscriptions) -> Self {
        Self { conn, world, subscriptions, now: world.now(), rest: Rest::default(), effects: Vec::new() }
    }

    /// The connection. Transactions do not nest: the whole work is one.
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn id<K>(&self) -> Id<K> {
        self.world.id()
    }

    pub fn world(&self) -> &'c World {
        self.world
    }

    /// Writes the event and one delivery for each consumer that listens to it.
    pub fn emit(&mut self, event: Event) -> Result<(), StorageError> {
        self.rest.events.push(Emitted::new(self.world, self.subscriptions, event));
        Ok(())
    }

    /// Writes the act into the proof register.
    pub fn record(&mut self, act: Act<'_>) -> Result<ProofRecordId, StorageError> {
        let record = Record::new(self.world, act);
        let id = record.id;
        self.rest.records.push(record);
        Ok(id)
    }

    /// Plans `kind` for `subject` at `due`; planning it again moves it.
    pub fn schedule(&mut self, kind: &str, subject: ObjectId, due: Timestamp) -> Result<ScheduleId, StorageError> {
        schedule::plan(self.conn, self.world, kind, subject, due)
    }

    /// Forgets what was planned and has not run yet.
    pub fn unschedule(&mut self, kind: &str, subject: ObjectId) -> Result<(), StorageError> {
        schedule::forget(self.conn, kind, subject)
    }

    pub(crate) fn keep_answer(&mut self, key: &Key, answer: &Answer) {
        self.rest.answers.push((key.clone(), answer.clone()));
    }

    /// Does the work, then writes what it left to be written.
    pub(crate) fn run<T, E: TxError>(mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<Done<T>, E> {
        let value = work(&mut self)?;
        self.rest.write(self.conn, self.now)?;
        Ok(Done { value, effects: self.effects })
    }

    /// What this process is to do when the commit is known and before anybody is told: to forget what it remembers of
    /// the rows. Short, for the writer waits; not done when nothing was kept.
    pub fn once_committed(&mut self, effect: impl FnOnce() + Send + 'static) {
        self.effects.push(Box::new(effect));
    }

    /// An insert of rows that nothing in this transaction reads again: written with the rest when the work is done. What
    /// a constraint says to it is told to the caller of `write`.
    pub fn insert_last<T, V>(&mut self, insert: InsertStatement<T, V>)
    where
        T: QuerySource + 'static,
        V: 'static,
        InsertStatement<T, V>: Either,
    {
        self.rest.own.push(Box::new(insert));
    }

    /// One statement; how many rows it changed.
    pub fn execute<Q>(&mut self, statement: Q) -> Result<usize, StorageError>
    where
        Q: diesel::RunQueryDsl<Conn> + diesel::query_dsl::methods::ExecuteDsl<Conn>,
    {
        Ok(statement.execute(self.conn)?)
    }
}
