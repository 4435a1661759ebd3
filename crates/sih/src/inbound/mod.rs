//! The door through which the SIH speaks to us. Everything is kept with its effect before it is acknowledged, what comes
//! twice is answered twice the same, and what nobody can read is kept too and refused with AR.

mod door;
mod inbox;
mod refusal;
mod sender;
pub mod stay;

pub use door::Door;
pub use inbox::{Announce, Inbox};
pub use refusal::Refusal;
pub use sender::Sender;
pub(crate) use sender::faults as sender_faults;
