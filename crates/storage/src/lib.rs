#![doc = include_str!("../README.md")]

pub mod files;
pub mod idempotency;
pub mod outbox;
pub mod proof;
pub mod schedule;
pub mod secret;
pub mod sql;
#[cfg(feature = "testing")]
pub mod testing;

mod conn;
mod db;
mod error;
mod migrations;
mod pool;
mod rest;
mod tx;
mod writer;

pub use conn::{Conn, Locked, MultiBackend, Portable, Prepared};
pub use db::{Db, Options};
#[doc(hidden)]
pub use diesel;
pub use error::{StorageError, TxError};
pub use migrations::{check_schema, migrate};
pub use sql::{AsSql, Sql};
#[cfg(test)]
mod tests;

pub use tx::{Act, Event, Tx};
