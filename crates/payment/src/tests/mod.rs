//! The room over real databases.

mod deeds;
mod desk;
mod drops;
mod due;
mod house;
mod kept;
mod money;
mod payer;
mod titles;
