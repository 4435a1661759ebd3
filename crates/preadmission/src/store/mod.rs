//! The only place of this room that speaks to the database.

pub(crate) mod answers;
pub(crate) mod documents;
pub(crate) mod erasure;
pub(crate) mod files;
pub(crate) mod rules;
mod schema;
pub(crate) mod stays;
