//! Ways to misbehave, for tests and for showing what a portal does then.

use actix_web::{HttpRequest, HttpResponse, web};

use super::Desk;
use crate::{faults::is_own_site, paying};

faults! {
    down: "service en panne (page d’erreur, HTTP 503)",
    unavailable: "service fermé (TechIndisponibiliteErreur)",
    dysfunction: "erreur interne (TechDysfonctionnementErreur, code 999)",
    protocol: "message jugé incorrect (TechProtocolaireErreur)",
    lost_answer: "demande traitée, réponse perdue",
    garbage: "réponse illisible",
    huge: "réponse de quatre mégaoctets",
    unknown_too_early: "opération inconnue (P1) alors qu’elle existe",
    other_amount: "résultat avec un autre montant",
    other_refdet: "résultat avec une autre référence de dette",
    other_creditor: "résultat d’un autre numéro client",
    other_mode: "résultat d’un autre type de saisie",
    other_operation: "résultat d’une autre opération",
    unknown_letter: "résultat d’une lettre inconnue",
    no_time: "résultat sans date ni heure",
    short_exercice: "exercice tronqué dans le résultat",
    no_notification: "aucune notification",
    notified_twice: "deux notifications",
    notified_in_query: "notification dans l’adresse et non dans le corps",
    notified_as_id_op: "notification qui écrit idOp au lieu d’idop",
    returned_by_post: "retour du navigateur par un formulaire",
    ;
    slow_ms: "Attente avant chaque réponse du service, en millisecondes",
    notification_after_ms: "Attente avant la notification, en millisecondes",
    result_after_s: "Temps pendant lequel le résultat n’est pas encore connu (P5), en secondes",
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
