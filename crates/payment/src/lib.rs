#![doc = include_str!("../README.md")]

pub mod domain;
pub mod payfip;
pub mod port;
pub mod vads;

mod commands;
mod failure;
mod store;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
