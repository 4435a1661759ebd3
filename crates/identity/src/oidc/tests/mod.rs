//! The token checks of the acceptance list (T11 to T36), with tokens made here by another library.

mod peer;
mod provider;
mod signer;
mod tokens;
