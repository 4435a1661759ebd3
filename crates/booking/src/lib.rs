//! Booking.

pub mod domain;
pub mod read;
pub mod seed;

mod availability;
mod failure;
mod place;
mod store;
