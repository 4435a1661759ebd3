//! E-mail: the message as mail systems want it, and the way to the relay.

pub mod mime;
pub mod smtp;
