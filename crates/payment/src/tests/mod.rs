//! The room over real databases.

mod money;
mod titles;
