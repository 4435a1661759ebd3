//! The relying party: OpenID Connect Core 1.0, authorization code flow, over the crate `openidconnect`.
//!
//! Nothing here knows of cookies, pages or the database: [`Provider::begin`] says where to send the browser and what to
//! remember, [`Provider::redeem`] turns the code that came back into a verified [`Identity`].

mod description;
mod failure;
mod http;
mod provider;
mod redeem;
mod settings;
#[cfg(test)]
pub(crate) mod tests;

mod verify;

pub use failure::{LoginFailure, TokenFault};
pub use provider::{Begun, Identity, Pending, Provider};
pub use settings::{Algorithm, ClientAuth, Grant, Preset, ProviderSettings, ROLES, Roles, SettingsFault, Userinfo};
