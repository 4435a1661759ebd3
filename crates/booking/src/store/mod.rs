//! The only place of this room that speaks to the database.

pub(crate) mod appointments;
pub(crate) mod busy;
pub(crate) mod catalogue;
pub(crate) mod facts;
pub(crate) mod holds;
pub(crate) mod plans;
mod schema;
pub(crate) mod seed;
#[cfg(test)]
mod tests;
