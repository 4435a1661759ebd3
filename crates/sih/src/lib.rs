#![doc = include_str!("../README.md")]

pub mod acknowledgement;
pub mod hl7;
pub mod mllp;
pub mod outbound;

mod inbound;
mod reactions;
mod settings;
mod store;

pub use inbound::Door;
pub use reactions::{CONSUMER, EVENTS, Interfaces};
pub use settings::{Destination, Settings};
