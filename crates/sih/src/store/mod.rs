//! The only diesel of the room: messages as they left and came, byte for byte.

mod inbound;
mod outbound;
mod schema;

#[cfg(test)]
pub(crate) use inbound::counts;
pub(crate) use inbound::{Received, Unreadable, keep_received, keep_unreadable, received};
pub(crate) use outbound::{Message, keep, keep_answer, message, was_rendered};
