//! The room over real databases.

mod house;
mod money;
mod payer;
