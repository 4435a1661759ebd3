//! The room over real databases.

mod due;
mod money;
