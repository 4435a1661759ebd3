//! Ways to misbehave, for tests and for showing what a service does then: a page with switches, or JSON by PUT.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Desk, answers};

macro_rules! faults {
    ($($name:ident: $label:literal),+ $(,)?) => {
        /// Which ways to misbehave are on. All off by default.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Faults {
            $(#[serde(deserialize_with = "switch")] pub $name: bool,)+
            /// Milliseconds the token endpoint waits before it answers.
            pub slow_ms: u32,
        }

        impl Faults {
            /// Name, explanation and state of each switch.
            fn switches(&self) -> Vec<(&'static str, &'static str, bool)> {
                vec![$((stringify!($name), $label, self.$name)),+]
            }
        }
    };
}

faults! {
    wrong_nonce: "jeton d’identité avec un autre nonce",
    no_nonce: "jeton d’identité sans nonce",
    wrong_audience: "jeton d’identité pour un autre service",
    wrong_issuer: "jeton d’identité d’un autre émetteur",
    expired: "jeton d’identité expiré",
    bad_signature: "signature abîmée",
    no_kid: "jetons sans nom de clé",
    rotated_key: "clé de signature renouvelée",
    low_acr: "niveau de garantie insuffisant",
    wrong_callback_issuer: "autre émetteur dans l’adresse de retour",
    other_subject_in_userinfo: "informations d’une autre personne",
    userinfo_as_json: "informations non signées",
    userinfo_500: "panne du service d’informations",
    token_500: "panne du service de jetons",
    changed_traits: "adresse électronique et nom changés depuis la dernière fois",
    new_subject: "nouvel identifiant pour la même personne",
}

/// JSON says true; a form says "on" for what is ticked and nothing for the rest.
fn switch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Json(bool),
        Form(String),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Json(on) => on,
        Either::Form(text) => text == "on",
    })
}

#[derive(Template)]
#[template(path = "identity/faults.html")]
struct Page<'a> {
    desk: &'a Desk,
    switches: Vec<(&'static str, &'static str, bool)>,
    slow_ms: u32,
}

pub(super) async fn page(desk: web::Data<Desk>) -> HttpResponse {
    let faults = desk.faults();
    answers::page(StatusCode::OK, &Page { desk: &desk, switches: faults.switches(), slow_ms: faults.slow_ms })
}

pub(super) async fn from_form(faults: web::Form<Faults>, desk: web::Data<Desk>) -> HttpResponse {
    desk.set_faults(faults.into_inner());
    answers::redirect("/faults", &[])
}

pub(super) async fn from_json(faults: web::Json<Faults>, desk: web::Data<Desk>) -> HttpResponse {
    desk.set_faults(faults.into_inner());
    HttpResponse::NoContent().finish()
}
