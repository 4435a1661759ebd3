#![doc = include_str!("../README.md")]

pub mod api;
pub mod desk;
pub mod domain;
pub mod people;
pub mod port;
pub mod problems;
pub mod read;
pub mod seed;
pub mod settings;

mod commands;
mod drops;
mod failure;
mod graph;
mod linking;
mod merging;
mod pages;
mod papers;
mod payer;
mod providers;
mod proxies;
mod purge;
mod reports;
mod room;
mod said;
mod sheet;
mod store;
mod systems;

use ::web::{Locale, Routes};
pub use commands::{Heard, Judging};
pub use failure::Failure;
pub use graph::states;
pub use merging::{Followed, follow_merge};
pub use payer::Payer;
pub use purge::Purged;
pub use room::{Begun, NotBegun, Payments, SettingsFault, Wish};
pub use said::{Said, SaidPerson};
pub use settings::Settings;
pub use store::{
    attempts::Attempt,
    invoices::{Invoice, Name},
    lookups::{AskedBy, Lookup},
};
pub use systems::{KeyFault, Right, SystemSettings};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

/// The providers: a line for the folder and a word in the list are all that the house knows of one.
pub mod payfip;
pub mod titres;
pub mod vads;
providers::providers! { payfip, titres, vads }

/// The room's words.
pub const LOCALE: Locale =
    Locale { room: "payment", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };

/// The visible table of all that the room answers. Its handlers find the [`Payments`] among actix's data.
pub fn routes() -> Routes {
    pages::routes(api::routes(Routes::new("payment"))).problems(problems::ALL)
}

/// What is to be done now and then: forgets which papers were shown, which tries to guess them failed, the proofs and tokens
/// of calling systems that hold no longer, and old lists of invoices. How many.
pub fn sweep(tx: &mut storage::Tx<'_>) -> Result<usize, storage::StorageError> {
    Ok(store::papers::sweep(tx)? + store::access::sweep(tx)? + store::lists::sweep(tx)?)
}
