//! The token checks of the acceptance list (T11 to T36), with tokens made here by another library.

pub(crate) mod peer;
mod provider;
pub(crate) mod signer;
mod tokens;
