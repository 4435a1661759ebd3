//! The way of a document: it arrives, is searched and rebuilt by a worker, and only then can be read.

mod arriving;
mod at_once;
mod checking;
mod commands;
mod parts;
mod reading;

pub(crate) use arriving::{Giver, Offer};
pub(crate) use at_once::AtOnce;
pub use checking::CONSUMER;
pub(crate) use commands::sweep;
pub(crate) use parts::NewUpload;

/// The owner of these files in the archive.
const OWNER: &str = "preadmission/document";
