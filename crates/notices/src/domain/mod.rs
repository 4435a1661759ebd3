//! Pure: what is said, to whom, and whether it still should be. No clock, no network, no database.

pub mod calendar;
pub mod facts;
pub mod letter;
pub mod phone;
pub mod plan;
pub mod sms;
