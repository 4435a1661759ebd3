#![doc = include_str!("../README.md")]

pub mod domain;
pub mod payfip;
pub mod port;
pub mod vads;

mod commands;
mod failure;
mod room;
mod store;

pub use commands::{Heard, Judging};
pub use failure::Failure;
pub use room::{Doors, NotBegun, Payments, Wish};
pub use store::{
    attempts::Attempt,
    invoices::{Invoice, Name},
    lookups::{AskedBy, Lookup},
};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
