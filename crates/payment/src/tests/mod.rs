//! The room over real databases.

mod deeds;
mod money;
