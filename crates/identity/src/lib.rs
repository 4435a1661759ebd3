mod admit;
pub mod directory;
mod domain;
pub mod oidc;
pub mod read;
mod store;
pub mod traces;
