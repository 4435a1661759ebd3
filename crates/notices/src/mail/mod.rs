//! E-mail: the message as mail systems want it, and the way to the relay.

pub(crate) mod mime;
pub(crate) mod smtp;

#[cfg(test)]
mod partners;
