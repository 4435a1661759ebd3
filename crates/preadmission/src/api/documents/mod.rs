//! Documents of a file: sent, listed, taken back, looked at.

pub(crate) mod card;
pub(crate) mod list;
pub(crate) mod page;
pub(crate) mod remove;
pub(crate) mod send;
