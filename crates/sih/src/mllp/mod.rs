//! MLLP, the framing of HL7 v2 on TCP: `0x0B` message `0x1C 0x0D`. It carries bytes and knows no HL7 beyond
//! what the client needs to be sure that an acknowledgement answers *its* message.

mod client;
mod codec;
mod server;

pub use client::{Client, ClientSettings, ExchangeError};
pub use codec::{Codec, Fault, Frame, FrameError};
pub use server::{Answer, Handler, ServerSettings, serve};

#[cfg(test)]
mod tests;
