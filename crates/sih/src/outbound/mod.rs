//! Messages we send: pure builders, from facts to segments. One file per room whose events they tell.

pub mod booking;
mod decision;
mod facts;
pub mod files;
mod identity;
mod loading;
pub mod payment;
pub mod preadmission;
mod profile;

pub use decision::{Decision, Trigger, decide};
pub use facts::{Cause, Coded, Facts, Person, Place, Professional, Sex, Told, Visit};
pub use loading::appointment;
pub use profile::{Announced, Envelope, MovementDate, Processing, Profile, StayProfile};
