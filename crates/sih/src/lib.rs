#![doc = include_str!("../README.md")]

pub mod hl7;
pub mod mllp;
