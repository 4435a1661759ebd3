#![doc = include_str!("../README.md")]

pub mod api;
pub mod domain;
pub mod problems;
pub mod read;
pub mod seed;

mod availability;
mod failure;
mod pages;
mod place;
mod recent;
mod room;
mod store;
#[cfg(test)]
mod tests;

use ::web::{Locale, Routes};
pub use room::{Booking, Settings};

/// The room's words.
pub const LOCALE: Locale =
    Locale { room: "booking", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };

/// The visible table of all that the room answers. Its handlers find the [`Booking`] among actix's data.
pub fn routes() -> Routes {
    pages::routes(api::routes(Routes::new("booking"))).problems(problems::ALL)
}

/// What is to be done now and then: forgets holds that ended more than a day ago. How many there were.
pub fn sweep(tx: &mut storage::Tx<'_>) -> Result<usize, storage::StorageError> {
    store::holds::sweep(tx)
}
