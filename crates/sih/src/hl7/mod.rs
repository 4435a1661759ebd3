//! HL7 v2.5 in its ER7 writing (chapter 2): a model of values, a reader that trusts nothing, a writer that cannot
//! write a broken message. It knows no message type; those are in `outbound` and `inbound`.

mod charset;
mod delimiters;
mod escape;
mod header;
mod lengths;
mod model;
mod outline;
mod read;
mod time;
mod write;

pub use charset::{BadText, Charset};
pub use header::Header;
pub use model::{Component, Field, Message, Repetition, Segment, Value, components};
pub use outline::{Outline, outline};
pub use read::{Limits, ReadError, read, read_within, salvage_control_id};
pub use time::{birth_date, known_date, moment, timestamp};
pub use write::WriteError;

#[cfg(test)]
mod tests;
