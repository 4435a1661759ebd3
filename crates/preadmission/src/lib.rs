#![doc = include_str!("../README.md")]

pub mod announcement;
pub mod antivirus;
pub mod api;
pub mod domain;
pub mod press;
pub mod problems;
pub mod read;
pub mod seed;

mod acting;
mod announce;
mod answering;
mod card;
mod commands;
pub mod desk;
mod documents;
mod failure;
mod inviting;
mod links;
mod medical;
mod meeting;
mod merging;
mod pages;
mod purge;
mod relatives;
mod reminder;
mod room;
mod settings;
mod standing;
mod store;

use ::web::{Locale, Routes};
pub use documents::CONSUMER;
pub use links::Links;
pub use purge::Purged;
pub use room::Preadmission;
pub use settings::Settings;
use std::sync::Arc;

use storage::{StorageError, Tx, schedule::Task};

/// The room's words.
pub const LOCALE: Locale =
    Locale { room: "preadmission", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };

/// The visible table of all that the room answers. Its handlers find the [`Preadmission`] among actix's data.
pub fn routes() -> Routes {
    pages::routes(api::routes(Routes::new("preadmission"))).problems(problems::ALL)
}

/// What is to be done now and then: files that came in parts and never to their end are forgotten.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, StorageError> {
    documents::sweep(tx)
}

/// What the room does when it is due.
pub fn tasks(settings: &Settings) -> Vec<Arc<dyn Task>> {
    vec![Arc::new(reminder::Reminding::new(settings)), Arc::new(inviting::Unanswered)]
}

/// A hospital's system says something of a planned stay: one decision, in the transaction of the message. A stay of
/// which its patient told before is known by its entry, at most so many days away ([`Settings::same_stay_days`]).
pub fn announce(
    tx: &mut Tx<'_>,
    notice: &announcement::Notice,
    same_stay_days: i64,
) -> Result<announcement::Outcome, StorageError> {
    announce::announce(tx, notice, (read::Origin::Sih, same_stay_days))
}
