//! Ways to misbehave, for tests and for showing what a portal does then.

use actix_web::{HttpRequest, HttpResponse, web};

use super::Desk;
use crate::{faults::is_own_site, paying};

faults! {
    down: "plateforme en panne (HTTP 503)",
    unsigned: "résultat sans signature",
    forged: "résultat signé d’une autre clé",
    tampered: "résultat dont le montant change après la signature",
    other_amount: "résultat signé d’un autre montant",
    other_currency: "résultat signé dans une autre devise",
    other_order: "résultat signé d’une autre commande",
    other_site: "résultat signé d’une autre boutique",
    other_mode: "résultat de test pour un paiement réel, ou l’inverse",
    unknown_status: "résultat d’un état inconnu",
    credit: "résultat d’un remboursement",
    no_notification: "aucune notification",
    notified_twice: "deux notifications",
    older_after: "une notification d’abandon, plus ancienne, arrive après le résultat",
    returned_bare: "retour du navigateur sans résultat",
    ;
    notification_after_ms: "Attente avant la notification, en millisecondes",
}

pub(super) async fn page(desk: web::Data<Desk>) -> HttpResponse {
    let faults = desk.faults();
    paying::faults_page(faults.switches(), faults.amounts())
}

pub(super) async fn from_form(request: HttpRequest, form: web::Form<Faults>, desk: web::Data<Desk>) -> HttpResponse {
    if !is_own_site(&request) {
        return HttpResponse::Forbidden().finish();
    }
    desk.set_faults(form.into_inner());
    HttpResponse::SeeOther().insert_header(("Location", "/faults")).finish()
}

pub(super) async fn from_json(faults: web::Json<Faults>, desk: web::Data<Desk>) -> HttpResponse {
    desk.set_faults(faults.into_inner());
    HttpResponse::NoContent().finish()
}
