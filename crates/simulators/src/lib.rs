#![doc = include_str!("../README.md")]

pub mod identity;
pub mod mailbox;
pub mod sih;
