#![doc = include_str!("../README.md")]

pub mod contact;
pub mod directory;
pub mod oidc;
pub mod proxies;
pub mod read;
pub mod same_person;
pub mod seed;
pub mod traces;

mod admit;
mod api;
mod domain;
mod pages;
mod problems;
mod room;
mod settings;
mod store;
#[cfg(test)]
mod tests;

pub use room::{Identity, OpenFault};
pub use settings::Settings;

/// The room's words.
pub const LOCALE: web::Locale =
    web::Locale { room: "identity", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };

/// The room's route table.
pub fn routes() -> web::Routes {
    api::routes(pages::routes(web::Routes::new("identity"))).problems(problems::ALL)
}

/// The room's part of the OpenAPI document.
pub fn api() -> utoipa::openapi::OpenApi {
    api::document()
}
