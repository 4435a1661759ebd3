//! The room over real databases.

mod due;
mod house;
mod money;
mod payer;
mod titles;
