//! The proof register: who did what, when, and a digest of it; sealed at most a second later, never changed after.
//!
//! * A **record** is written in the transaction of the act. Its content stays out: only `SHA-256(salt ‖ content)` is
//!   kept. Erasing the salt (and the data) makes that digest unlinkable while the chain still verifies.
//! * A **batch** is a Merkle tree (RFC 6962 §2.1) over the records not sealed yet. Its head names the batch before it
//!   and is signed with Ed25519 (RFC 8032).
//! * A **receipt** is a text signed at once with the same key, for the patient; `openssl` alone verifies it.

mod keyring;
mod merkle;
mod receipt;
mod record;
mod register;

pub use keyring::{KeyError, Keyring};
pub use receipt::Receipt;
pub use record::{ActView, act_of, forget};
pub(crate) use record::{Record, proof_records, record_row};
pub use register::{Batch, Verdict, export, seal, verify};
