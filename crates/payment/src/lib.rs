#![doc = include_str!("../README.md")]

pub mod domain;
pub mod payfip;
pub mod port;

#[cfg(test)]
mod testing;
