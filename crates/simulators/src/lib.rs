#![doc = include_str!("../README.md")]

#[macro_use]
mod faults;

pub mod identity;
pub mod mailbox;
pub mod payfip;
mod paying;
pub mod sih;
#[cfg(test)]
mod testing;
pub mod vads;
