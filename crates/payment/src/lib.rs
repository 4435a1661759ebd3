#![doc = include_str!("../README.md")]

pub mod domain;
pub mod payfip;
pub mod port;
pub mod vads;

mod store;

#[cfg(test)]
mod testing;
