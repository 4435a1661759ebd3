//! The payment page: a person of the demonstration says how the payment ends. And the list of all operations.

use std::time::Duration;

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::SignedDuration;
use kernel::Money;
use serde::Deserialize;

use super::{
    Creditor, Desk, Faults,
    ledger::{Choice, Followed, Operation},
    rules::Code,
};
use crate::paying::{self, Notice};

/// Operations that the list shows.
const SHOWN: usize = 200;

#[derive(Deserialize)]
pub(super) struct Opened {
    idop: String,
}

/// What one button of the page sends.
#[derive(Deserialize)]
pub(super) struct Chosen {
    idop: String,
    key: String,
    choice: Choice,
}

#[derive(Template)]
#[template(path = "payfip/choice.html")]
struct ChoicePage<'a> {
    operation: &'a Operation,
    creditor: Option<&'a Creditor>,
    amount: Money,
    key: String,
}

#[derive(Template)]
#[template(path = "payfip/done.html")]
struct Done<'a> {
    operation: &'a Operation,
    title: &'static str,
    /// Who gave up may think again.
    may_resume: bool,
    key: String,
    /// The address of the way back, and whether a form goes there.
    back: String,
    by_post: bool,
}

#[derive(Template)]
#[template(path = "payfip/left.html")]
struct Left;

#[derive(Template)]
#[template(path = "payfip/refusal.html")]
struct Refused {
    code: &'static str,
    words: &'static str,
}

#[derive(Template)]
#[template(path = "payfip/list.html")]
struct List {
    operations: Vec<Row>,
}

struct Row {
    created_at: String,
    numcli: String,
    refdet: String,
    amount: Money,
    saisie: String,
    result: String,
    notified: String,
}

pub(super) async fn open(query: web::Query<Opened>, desk: web::Data<Desk>) -> HttpResponse {
    let key = desk.world.secret();
    match desk.ledger.open(&query.idop, key.clone(), desk.world.now()) {
        Ok(operation) => choice_page(&desk, &operation, key),
        Err(code) => refusal(code),
    }
}

pub(super) async fn choose(form: web::Form<Chosen>, desk: web::Data<Desk>) -> HttpResponse {
    let Chosen { idop, key, choice } = form.into_inner();
    let (faults, now) = (desk.faults(), desk.world.now());
    let known_at = now + SignedDuration::from_secs(faults.result_after_s.into());
    let chosen = desk.ledger.choose((&idop, &key), choice, (desk.numauto(), known_at), now);
    match chosen {
        Err(code) => refusal(code),
        Ok((operation, Followed::Again)) => choice_page(&desk, &operation, key),
        Ok((_, Followed::Left)) => paying::page(StatusCode::OK, &Left),
        Ok((operation, Followed::Ended(outcome))) => {
            notify(&desk, &operation, &faults);
            let page = Done {
                operation: &operation,
                title: in_words(outcome.letter),
                may_resume: outcome.letter == 'A',
                key,
                back: way_back(&operation, &faults),
                by_post: faults.returned_by_post,
            };
            paying::page(StatusCode::OK, &page)
        }
    }
}

pub(super) const fn in_words(letter: char) -> &'static str {
    match letter {
        'P' => "Paiement accepté",
        'V' => "Prélèvement enregistré",
        'R' => "Paiement refusé",
        'Z' => "Prélèvement refusé",
        _ => "Paiement abandonné",
    }
}

fn choice_page(desk: &Desk, operation: &Operation, key: String) -> HttpResponse {
    let cents = i64::try_from(operation.asked.montant).unwrap_or(i64::MAX);
    let creditor = desk.creditor(&operation.asked.numcli);
    paying::page(StatusCode::OK, &ChoicePage { operation, creditor, amount: Money::from_cents(cents), key })
}

pub(super) fn refusal(code: Code) -> HttpResponse {
    paying::page(StatusCode::BAD_REQUEST, &Refused { code: code.name(), words: code.words() })
}

/// `urlredirect`, with the operation's name in the query of a link; a form carries it itself.
fn way_back(operation: &Operation, faults: &Faults) -> String {
    let address = &operation.asked.urlredirect;
    match url::Url::parse(address) {
        Ok(mut url) if !faults.returned_by_post => {
            url.query_pairs_mut().append_pair("idop", &operation.id);
            url.into()
        }
        _ => address.clone(),
    }
}

/// Says that something happened, and nothing of what.
fn notify(desk: &web::Data<Desk>, operation: &Operation, faults: &Faults) {
    let times = match (faults.no_notification, faults.notified_twice) {
        (true, _) => 0,
        (false, true) => 2,
        (false, false) => 1,
    };
    let notices = (0..times).map(|_| notice(operation, faults)).collect();
    let (told, id) = (desk.clone(), operation.id.clone());
    desk.notifier.send(notices, move |answer| told.ledger.heard(&id, answer));
}

fn notice(operation: &Operation, faults: &Faults) -> Notice {
    let name = if faults.notified_as_id_op { "idOp" } else { "idop" };
    let pair = vec![(name.to_owned(), operation.id.clone())];
    let (query, form) = if faults.notified_in_query { (pair, Vec::new()) } else { (Vec::new(), pair) };
    let after = Duration::from_millis(faults.notification_after_ms.into());
    Notice { url: operation.asked.urlnotif.clone(), query, form, after }
}

pub(super) async fn list(desk: web::Data<Desk>) -> HttpResponse {
    let row = |operation: Operation| Row {
        created_at: desk.ledger.zone().zoned(operation.created_at).strftime("%d/%m/%Y %H:%M:%S").to_string(),
        numcli: operation.asked.numcli,
        refdet: operation.asked.refdet,
        amount: Money::from_cents(i64::try_from(operation.asked.montant).unwrap_or(i64::MAX)),
        saisie: operation.asked.saisie,
        result: operation.outcome.map_or_else(|| "–".to_owned(), |outcome| outcome.letter.to_string()),
        notified: operation.notified.join(", "),
    };
    let operations = desk.ledger.latest(SHOWN).into_iter().map(row).collect();
    paying::page(StatusCode::OK, &List { operations })
}

pub(super) async fn json(desk: web::Data<Desk>) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(desk.ledger.latest(SHOWN))
}
