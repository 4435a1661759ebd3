//! Messages we send: pure builders, from facts to segments. One file per room whose events they tell.

pub mod booking;
mod facts;
mod identity;
mod profile;

pub use facts::{Cause, Coded, Person, Place, Professional, Sex, Visit};
pub use profile::{Envelope, Processing, Profile};
