#![doc = include_str!("../README.md")]

pub mod acknowledgement;
pub mod hl7;
pub mod mllp;
pub mod outbound;
