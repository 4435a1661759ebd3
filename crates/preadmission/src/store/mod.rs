//! The only place of this room that speaks to the database.

pub(crate) mod answers;
pub(crate) mod clerks;
pub(crate) mod decisions;
pub(crate) mod documents;
pub(crate) mod erasure;
pub(crate) mod figures;
pub(crate) mod files;
pub(crate) mod identities;
pub(crate) mod invitations;
pub(crate) mod medical;
pub(crate) mod meetings;
pub(crate) mod merges;
pub(crate) mod pages;
pub(crate) mod people;
pub(crate) mod reasons;
pub(crate) mod relatives;
pub(crate) mod reminders;
pub(crate) mod rules;
mod schema;
pub(crate) mod stays;
pub(crate) mod steps;
#[cfg(test)]
mod tests;
pub(crate) mod uploads;
pub(crate) mod views;
pub(crate) mod worklist;
