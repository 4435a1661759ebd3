//! The only diesel of the room: messages as they left and came, byte for byte.

mod inbound;
mod outbound;
mod schema;

pub(crate) use inbound::{
    Frame, Kept, NewReceived, Received, ReceivedId, Sight, Unreadable, erase_received, frame_by_id, frames,
    keep_received, keep_unreadable, messages as received_messages, processed, received, received_by_id,
};
#[cfg(test)]
pub(crate) use inbound::{counts, events};
pub(crate) use outbound::{
    Answered, Message, Sent, erase_sent, keep, keep_answer, last_refusal, messages, sent, was_rendered,
};
