//! Pure: what is said, to whom, and whether it still should be. No clock, no network, no database.

pub(crate) mod calendar;
pub(crate) mod facts;
pub(crate) mod letter;
pub(crate) mod plan;
pub(crate) mod sms;
