#![doc = include_str!("../README.md")]

pub mod acknowledgement;
pub mod hl7;
pub mod inbound;
pub mod mllp;
pub mod outbound;
pub mod read;

mod api;
mod desk;
mod pages;
mod problems;
mod purge;
mod reactions;
mod settings;
mod store;

pub use api::{ROLE, openapi, routes};
pub use inbound::{Announce, Door, Inbox};
pub use purge::purge;
pub use reactions::{CONSUMER, EVENTS, Interfaces, StaySources};
pub use settings::{Destination, PaymentsTo, Settings};

/// The room's words.
pub const LOCALES: web::Locale =
    web::Locale { room: "sih", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };
