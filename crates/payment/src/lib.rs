#![doc = include_str!("../README.md")]

pub mod api;
pub mod domain;
pub mod payfip;
pub mod port;
pub mod problems;
pub mod settings;
pub mod vads;

mod commands;
pub mod desk;
mod failure;
mod pages;
mod room;
mod store;

use ::web::{Locale, Routes};
pub use commands::{Heard, Judging};
pub use failure::Failure;
pub use room::{NotBegun, Payments, SettingsFault, Wish};
pub use settings::Settings;
pub use store::{
    attempts::Attempt,
    invoices::{Invoice, Name},
    lookups::{AskedBy, Lookup},
};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

/// The room's words.
pub const LOCALE: Locale =
    Locale { room: "payment", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };

/// The visible table of all that the room answers. Its handlers find the [`Payments`] among actix's data.
pub fn routes() -> Routes {
    pages::routes(api::routes(Routes::new("payment"))).problems(problems::ALL)
}
