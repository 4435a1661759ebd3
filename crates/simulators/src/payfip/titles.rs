//! The DGFiP's page for titles (*titres de recette*), opened by an address with parameters. It sends the browser back with a
//! form that nothing protects, and tells nobody else; what was paid stands in the accountant's report of the day.

use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;
use kernel::Money;
use serde::Deserialize;

use super::{
    Creditor, Desk,
    ledger::Choice,
    page::{in_words, refusal},
    rules::{self, Code},
};
use crate::paying;

/// More than any demonstration needs; the oldest is forgotten.
const MOST: usize = 10_000;

/// What the address says, and what the form of the page says again.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Title {
    numcli: String,
    exer: String,
    refdet: String,
    #[serde(default)]
    objet: String,
    /// Cents.
    montant: String,
    mel: String,
    urlcl: String,
    saisie: String,
}

impl Title {
    /// In the order in which the page sends them back.
    fn fields(&self) -> [(&'static str, &str); 8] {
        [
            ("numcli", &self.numcli),
            ("exer", &self.exer),
            ("refdet", &self.refdet),
            ("objet", &self.objet),
            ("montant", &self.montant),
            ("mel", &self.mel),
            ("saisie", &self.saisie),
            ("urlcl", &self.urlcl),
        ]
    }

    fn amount(&self) -> Money {
        Money::from_cents(self.montant.parse().unwrap_or_default())
    }

    /// Test and activation move no money.
    fn is_real(&self) -> bool {
        matches!(self.saisie.as_str(), "A" | "M")
    }
}

/// What one button of the page sends.
#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(flatten)]
    title: Title,
    choice: Choice,
}

/// A title that was paid.
struct Paid {
    at: Timestamp,
    refdet: String,
    amount: Money,
}

#[derive(Default)]
pub(super) struct Collected(Mutex<Vec<Paid>>);

impl Collected {
    fn rows(&self) -> MutexGuard<'_, Vec<Paid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, paid: Paid) {
        let mut rows = self.rows();
        if rows.len() >= MOST {
            rows.remove(0);
        }
        rows.push(paid);
    }
}

#[derive(Template)]
#[template(path = "payfip/title.html")]
struct TitlePage<'a> {
    title: &'a Title,
    creditor: &'a Creditor,
}

#[derive(Template)]
#[template(path = "payfip/title_done.html")]
struct Done<'a> {
    words: &'static str,
    title: &'a Title,
    /// What the form carries back.
    result: Vec<(&'static str, String)>,
}

/// Whether the page would take it; who is paid.
fn check<'a>(title: &Title, creditors: &'a [Creditor]) -> Result<&'a Creditor, Code> {
    let creditor = rules::known(&title.numcli, creditors)?;
    if !rules::is_refdet(&title.refdet) || !rules::is_year(&title.exer) {
        return Err(Code::R3);
    }
    if !rules::is_mail(&title.mel) {
        return Err(Code::A2);
    }
    rules::amount(&title.montant, creditor.most_cents)?;
    if !["T", "X", "A", "M"].contains(&title.saisie.as_str()) {
        return Err(Code::S1);
    }
    if !rules::is_address(&title.urlcl) {
        return Err(Code::D1);
    }
    Ok(creditor)
}

pub(super) async fn open(title: web::Query<Title>, desk: web::Data<Desk>) -> HttpResponse {
    match check(&title, &desk.creditors) {
        Ok(creditor) => paying::page(StatusCode::OK, &TitlePage { title: &title, creditor }),
        Err(code) => refusal(code),
    }
}

pub(super) async fn choose(form: web::Form<Chosen>, desk: web::Data<Desk>) -> HttpResponse {
    let Chosen { title, choice } = form.into_inner();
    if let Err(code) = check(&title, &desk.creditors) {
        return refusal(code);
    }
    let letter = choice.letter().unwrap_or('A');
    let (now, is_money) = (desk.world.now(), matches!(letter, 'P' | 'V'));
    if is_money && title.is_real() {
        desk.titles.add(Paid { at: now, refdet: title.refdet.clone(), amount: title.amount() });
    }
    let ended = desk.ledger.zone().zoned(now);
    let told = title.fields().map(|(name, value)| (name, value.to_owned())).into_iter();
    let told = told.filter(|(name, _)| *name != "urlcl").chain([
        ("resultrans", letter.to_string()),
        ("dattrans", ended.strftime("%d%m%Y").to_string()),
        ("heurtrans", ended.strftime("%H%M").to_string()),
    ]);
    let result = told.chain(is_money.then(|| ("numauto", desk.numauto()))).collect();
    paying::page(StatusCode::OK, &Done { words: in_words(letter), title: &title, result })
}

/// What the accountant tells of the money: lines typed in the first column, as the *régie*'s report has them.
pub(super) async fn report(desk: web::Data<Desk>) -> HttpResponse {
    let mut text = "EN-TETE;Titres;;\r\n".to_owned();
    for paid in desk.titles.rows().iter() {
        let day = desk.ledger.zone().zoned(paid.at).strftime("%d/%m/%Y").to_string();
        let (euros, cents) = (paid.amount.cents() / 100, paid.amount.cents() % 100);
        text.push_str(&format!("LIGNE;{day};{};{euros},{cents:02}\r\n", paid.refdet));
    }
    text.push_str("PIED-DE-PAGE;;;\r\n");
    HttpResponse::Ok()
        .content_type("text/csv; charset=us-ascii")
        .insert_header(("Cache-Control", "no-store"))
        .insert_header(("Content-Disposition", "attachment; filename=\"titres.csv\""))
        .body(text)
}
