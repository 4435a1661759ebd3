#![doc = include_str!("../README.md")]

pub mod acknowledgement;
pub mod hl7;
pub mod mllp;
pub mod outbound;

mod api;
mod desk;
mod inbound;
mod pages;
mod problems;
mod reactions;
mod settings;
mod store;

pub use api::{ROLE, openapi, routes};
pub use inbound::Door;
pub use reactions::{CONSUMER, EVENTS, Interfaces};
pub use settings::{Destination, Settings};

/// The room's words.
pub const LOCALES: web::Locale =
    web::Locale { room: "sih", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };
