//! Documents in parts, resumed after an outage: tus 1.0.0 (core, creation, expiration, termination), tus.io/protocols.

pub(super) mod append;
pub(super) mod ask;
pub(super) mod create;
pub(super) mod headers;
pub(super) mod remove;
pub(super) mod show;
