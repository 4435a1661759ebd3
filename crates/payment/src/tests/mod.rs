//! The room over real databases.

mod drops;
mod money;
