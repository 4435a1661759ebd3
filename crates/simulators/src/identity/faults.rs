//! Ways to misbehave, for tests and for showing what a service does then: a page with switches, or JSON by PUT.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{Desk, answers};
use crate::faults::{Amount, Switch};

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
    ;
    slow_ms: "Attente du service de jetons, en millisecondes",
}

#[derive(Template)]
#[template(path = "identity/faults.html")]
struct Page<'a> {
    desk: &'a Desk,
    switches: Vec<Switch>,
    amounts: Vec<Amount>,
}

pub(super) async fn page(desk: web::Data<Desk>) -> HttpResponse {
    let faults = desk.faults();
    answers::page(StatusCode::OK, &Page { desk: &desk, switches: faults.switches(), amounts: faults.amounts() })
}

pub(super) async fn from_form(faults: web::Form<Faults>, desk: web::Data<Desk>) -> HttpResponse {
    desk.set_faults(faults.into_inner());
    answers::redirect("/faults", &[])
}

pub(super) async fn from_json(faults: web::Json<Faults>, desk: web::Data<Desk>) -> HttpResponse {
    desk.set_faults(faults.into_inner());
    HttpResponse::NoContent().finish()
}
