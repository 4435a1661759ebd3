//! Booking.

pub mod domain;
