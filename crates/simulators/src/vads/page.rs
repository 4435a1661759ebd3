//! The payment page: a person of the demonstration says how the payment ends. And the list of all transactions.

use std::time::Duration;

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::Money;
use serde::Deserialize;

use super::{
    Desk, Faults,
    form::{self, Fields},
    ledger::{Choice, Taken, Transaction},
    result::{self, Told, Try},
};
use crate::paying::{self, Notice};

/// Transactions that the list shows.
const SHOWN: usize = 200;

/// What one button of the page sends.
#[derive(Deserialize)]
pub(super) struct Chosen {
    key: String,
    choice: Choice,
}

#[derive(Template)]
#[template(path = "vads/choice.html")]
struct ChoicePage {
    amount: Money,
    order: String,
    site: String,
    email: String,
    is_test: bool,
    key: String,
}

#[derive(Template)]
#[template(path = "vads/done.html")]
struct Done {
    title: &'static str,
    order: String,
    /// Whether another try may follow.
    may_retry: bool,
    key: String,
    back: String,
    /// What a form carries back; none: a link.
    by_post: Option<Vec<(String, String)>>,
}

#[derive(Template)]
#[template(path = "vads/left.html")]
struct Left;

#[derive(Template)]
#[template(path = "vads/refusal.html")]
struct Refused<'a> {
    why: &'a str,
}

#[derive(Template)]
#[template(path = "vads/list.html")]
struct List {
    transactions: Vec<Row>,
}

struct Row {
    date: String,
    site: String,
    order: String,
    amount: Money,
    mode: String,
    tries: String,
    notified: String,
}

fn text(fields: &Fields, name: &str) -> String {
    fields.get(name).cloned().unwrap_or_default()
}

fn amount(fields: &Fields) -> Money {
    Money::from_cents(text(fields, "vads_amount").parse().unwrap_or_default())
}

pub(super) async fn open(pairs: web::Form<Vec<(String, String)>>, desk: web::Data<Desk>) -> HttpResponse {
    if desk.faults().down {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let key = desk.world.secret();
    let fields = match form::read(pairs.into_inner(), &desk.shops) {
        Ok(fields) => fields,
        Err(wrong) => return refusal(wrong),
    };
    match desk.ledger.open(fields, key.clone()) {
        Ok(transaction) => choice_page(&transaction.fields, key),
        Err(Taken) => refusal("vads_trans_id (déjà utilisé)"),
    }
}

pub(super) async fn choose(form: web::Form<Chosen>, desk: web::Data<Desk>) -> HttpResponse {
    let Chosen { key, choice } = form.into_inner();
    let Ok(transaction) = desk.ledger.choose(&key, choice) else { return refusal("paiement déjà terminé") };
    let title = match choice {
        Choice::Pay => "Paiement accepté",
        Choice::RefusedByBank => "Paiement refusé",
        Choice::Abandon => "Paiement abandonné",
        Choice::Review => "Paiement en cours de vérification",
        Choice::Retry => return choice_page(&transaction.fields, key),
        Choice::Leave => return paying::page(StatusCode::OK, &Left),
    };
    let (faults, tried) = (desk.faults(), Try::new(choice, &desk.world));
    notify(&desk, &transaction, &tried, &faults);
    let (back, by_post) = way_back(&desk, &transaction.fields, &tried, &faults);
    let may_retry = matches!(choice, Choice::RefusedByBank | Choice::Review);
    let order = text(&transaction.fields, "vads_order_id");
    paying::page(StatusCode::OK, &Done { title, order, may_retry, key, back, by_post })
}

fn choice_page(fields: &Fields, key: String) -> HttpResponse {
    let page = ChoicePage {
        amount: amount(fields),
        order: text(fields, "vads_order_id"),
        site: text(fields, "vads_site_id"),
        email: text(fields, "vads_cust_email"),
        is_test: text(fields, "vads_ctx_mode") == "TEST",
        key,
    };
    paying::page(StatusCode::OK, &page)
}

fn refusal(why: &str) -> HttpResponse {
    paying::page(StatusCode::BAD_REQUEST, &Refused { why })
}

/// Where the browser goes, and what it carries there: by `vads_return_mode`.
fn way_back(desk: &Desk, form: &Fields, tried: &Try, faults: &Faults) -> (String, Option<Vec<(String, String)>>) {
    let address = text(form, "vads_url_return");
    let told = result::of(form, tried, Told::Browser, &desk.shops, faults);
    let told: Vec<_> = told.filter(|_| !faults.returned_bare).into_iter().flatten().collect();
    match (text(form, "vads_return_mode").as_str(), url::Url::parse(&address)) {
        ("POST", _) => (address, Some(told)),
        ("GET", Ok(mut url)) => {
            url.query_pairs_mut().extend_pairs(told);
            (url.into(), None)
        }
        _ => (address, None),
    }
}

/// Tells the shop's server, as often and as late as the switches say.
fn notify(desk: &web::Data<Desk>, transaction: &Transaction, tried: &Try, faults: &Faults) {
    let url = text(&transaction.fields, "vads_url_check");
    if faults.no_notification || url.is_empty() {
        return;
    }
    let form = |tried: &Try| result::of(&transaction.fields, tried, Told::Server, &desk.shops, faults);
    let times = if faults.notified_twice { 2 } else { 1 };
    let older = faults.older_after.then(|| Try::new(Choice::Abandon, &desk.world));
    let told = std::iter::repeat_n(form(tried), times).chain(older.as_ref().map(form)).flatten();
    let after = Duration::from_millis(faults.notification_after_ms.into());
    let notices =
        told.map(|fields| Notice { url: url.clone(), query: Vec::new(), form: fields.into_iter().collect(), after });
    let (there, fields) = (desk.clone(), transaction.fields.clone());
    desk.notifier.send(notices.collect(), move |answer| there.ledger.heard(&fields, answer));
}

pub(super) async fn list(desk: web::Data<Desk>) -> HttpResponse {
    let row = |transaction: Transaction| Row {
        date: text(&transaction.fields, "vads_trans_date"),
        site: text(&transaction.fields, "vads_site_id"),
        order: text(&transaction.fields, "vads_order_id"),
        amount: amount(&transaction.fields),
        mode: text(&transaction.fields, "vads_ctx_mode"),
        tries: transaction.choices.iter().map(|choice| in_words(*choice)).collect::<Vec<_>>().join(", "),
        notified: transaction.notified.join(", "),
    };
    let transactions = desk.ledger.latest(SHOWN).into_iter().map(row).collect();
    paying::page(StatusCode::OK, &List { transactions })
}

const fn in_words(choice: Choice) -> &'static str {
    match choice {
        Choice::Pay => "payé",
        Choice::RefusedByBank => "refusé",
        Choice::Abandon => "abandonné",
        Choice::Review => "en vérification",
        Choice::Leave | Choice::Retry => "quitté",
    }
}

pub(super) async fn json(desk: web::Data<Desk>) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(desk.ledger.latest(SHOWN))
}
