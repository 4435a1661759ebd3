//! `/invoices/{id}`: one's own invoice, and the form that pays it. `/pay/{id}`: the same for a browser that showed its
//! paper; of whom and for what it is, is not said there.

use ::web::{Ctx, PatientCaller, Phone, Problem, page, page_with_status, when};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use identity::proxies::Quality;
use kernel::{InvoiceId, PatientId, PaymentAttemptId, Zone};

use super::{
    elsewhere,
    shown::{self, InvoiceShown},
};
use crate::{Payments, domain::news::News, failure::Failure, payer::Payer, store::invoices::Invoice};

#[derive(Template)]
#[template(path = "payment-invoice.html")]
pub(super) struct InvoicePage<'a> {
    ctx: &'a Ctx,
    invoice: InvoiceShown,
    hospital: String,
    phone: Phone,
    /// By login, their own or of somebody for whom they act: all of it is shown.
    own: bool,
    /// Of somebody for whom the reader acts: the name, and the words why.
    whose: Option<(String, String)>,
    /// The money that came in for it, as far as the reader may know.
    payments: Vec<Made>,
    /// Where this page is, also when it answers a form.
    path: String,
    /// Until when it is here.
    kept: String,
    document: bool,
    form: Option<PayForm>,
    /// Why it cannot be paid here now: title and detail.
    refused: Option<(String, String)>,
    under_way: Option<PaymentAttemptId>,
    /// A report is to confirm what a payer's browser said.
    is_announced: bool,
    /// The creditor is being tried out: a payment settles nothing.
    is_rehearsal: bool,
}

/// A payment that was made.
struct Made {
    news: News,
    amount: String,
    at: String,
    /// Of its page, for whoever began it.
    path: Option<String>,
}

impl Made {
    fn key(&self) -> String {
        format!("payment-made-{}", self.news.name())
    }
}

/// What is filled in to pay.
pub(super) struct PayForm {
    key: String,
    email: String,
    /// Where parts may be paid.
    amount: Option<String>,
    others: Vec<InvoiceShown>,
    chosen: Vec<InvoiceId>,
    wrong: Wrong,
}

impl PayForm {
    /// More than one looks over at a glance.
    fn are_many(&self) -> bool {
        self.others.len() > 5
    }

    fn is_chosen(&self, id: &InvoiceId) -> bool {
        self.chosen.contains(id)
    }
}

/// What is wrong in what was filled in.
#[derive(Default)]
pub(super) struct Wrong {
    pub(super) email: bool,
    /// In words; empty: nothing.
    pub(super) amount: String,
}

impl Wrong {
    fn any(&self) -> bool {
        self.email || !self.amount.is_empty()
    }
}

/// What was filled in before.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) email: Option<String>,
    pub(super) amount: Option<String>,
    pub(super) others: Vec<InvoiceId>,
    pub(super) wrong: Wrong,
}

pub(super) async fn show(
    room: web::Data<Payments>,
    caller: PatientCaller,
    id: web::Path<InvoiceId>,
) -> Result<HttpResponse, Problem> {
    let seen = room.seen_invoice(caller.patient, *id).await?;
    page(&InvoicePage::of(&room, &caller.ctx, (&seen.invoice, Some(seen.quality)), Typed::default()).await?)
}

pub(super) async fn by_paper(
    room: web::Data<Payments>,
    ctx: Ctx,
    id: web::Path<InvoiceId>,
) -> Result<HttpResponse, Problem> {
    let invoice = match room.shown_invoice(ctx.visit(), *id).await {
        Err(Failure::Unknown) => return elsewhere::invoice(&ctx, "/invoices".to_owned()),
        known => known?,
    };
    page(&InvoicePage::of(&room, &ctx, (&invoice, None), Typed::default()).await?)
}

/// The page again, with what was filled in and what is wrong with it.
pub(super) async fn again(
    room: &Payments,
    ctx: &Ctx,
    invoice: &Invoice,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    let seen = room.look_for(Payer::of(ctx).patient, invoice.id).await?.map(|seen| seen.quality);
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &InvoicePage::of(room, ctx, (invoice, seen), typed).await?)
}

impl<'a> InvoicePage<'a> {
    /// `seen` is as what the reader sees it by login; none: they showed its paper.
    async fn of(
        room: &Payments,
        ctx: &'a Ctx,
        (invoice, seen): (&Invoice, Option<Option<Quality>>),
        typed: Typed,
    ) -> Result<Self, Problem> {
        let payer = Payer::of(ctx);
        let hospital = room.hospital(invoice.establishment).await?;
        let zone = hospital.zone.clone();
        let (creditor, is_rehearsal) = match room.creditor_of(invoice).await? {
            Some((name, creditor)) => (name, !creditor.mode.is_real()),
            None => (String::new(), false),
        };
        let own = seen.is_some();
        let why = |quality: Quality| ctx.t(&format!("payment-as-{}", quality.as_str()));
        let (form, refused) = match room.could_begin(invoice).await? {
            Ok(terms) => (Some(pay_form(room, ctx, invoice, (own, terms.partial_payment, typed)).await?), None),
            Err(refusal) => (None, Some(ctx.words(&Failure::from(refusal).into()))),
        };
        Ok(Self {
            ctx,
            payments: payments(room, ctx, (payer, own), (invoice, &zone)).await?,
            path: format!("/{}/{}", if own { "invoices" } else { "pay" }, invoice.id),
            invoice: InvoiceShown::of(ctx, invoice, &creditor).debited(&room.debited_of(vec![invoice.id]).await?),
            phone: shown::phone(ctx, &hospital),
            hospital: hospital.name,
            own,
            whose: seen.flatten().map(|quality| (shown::name(invoice), why(quality))),
            kept: if own { kept(room, ctx, invoice, &zone).await? } else { String::new() },
            document: own && invoice.document.is_some(),
            form,
            refused,
            under_way: room.under_way(payer, invoice.id).await?,
            is_announced: room.is_announced(invoice).await?,
            is_rehearsal,
        })
    }

    fn state_key(&self) -> String {
        format!("payment-state-{}", self.invoice.state)
    }

    fn means_key(&self) -> String {
        match self.is_announced {
            true => "payment-state-paying-announced".to_owned(),
            false => format!("payment-state-{}-means", self.invoice.state),
        }
    }

    fn is_wrong(&self) -> bool {
        self.form.as_ref().is_some_and(|form| form.wrong.any())
    }
}

/// By login all of them, by the paper those that this browser made.
async fn payments(
    room: &Payments,
    ctx: &Ctx,
    (payer, own): (Payer, bool),
    (invoice, zone): (&Invoice, &Zone),
) -> Result<Vec<Made>, Problem> {
    let mut made = Vec::new();
    for payment in room.money_of(invoice).await? {
        let (attempt, began) = (&payment.attempt, payer.began(&payment.attempt));
        let part = payment.parts.iter().find(|(one, _)| one.id == invoice.id).map(|(_, amount)| *amount);
        if !own && !began {
            continue;
        }
        made.push(Made {
            news: payment.news,
            amount: ctx.money(part.unwrap_or(attempt.amount)),
            at: ctx.moment(attempt.ended_at.unwrap_or(attempt.created_at), zone),
            path: began.then(|| format!("/payments/{}", attempt.id)),
        });
    }
    Ok(made)
}

async fn pay_form(
    room: &Payments,
    ctx: &Ctx,
    invoice: &Invoice,
    (own, in_parts, typed): (bool, bool, Typed),
) -> Result<PayForm, Problem> {
    let payer = Payer::of(ctx);
    let known = match payer.patient {
        Some(patient) if typed.email.is_none() => email_of(room, patient).await?,
        _ => None,
    };
    let others = match own {
        true => room.together_with(payer, invoice).await?,
        false => Vec::new(),
    };
    Ok(PayForm {
        key: ctx.fresh_key(),
        email: typed.email.or(known).unwrap_or_default(),
        amount: in_parts.then(|| typed.amount.unwrap_or_default()),
        others: others.iter().map(|other| InvoiceShown::of(ctx, other, "")).collect(),
        chosen: typed.others,
        wrong: typed.wrong,
    })
}

/// Until when it is here, in words.
async fn kept(room: &Payments, ctx: &Ctx, invoice: &Invoice, zone: &Zone) -> Result<String, Problem> {
    Ok(match room.kept_until(invoice.id).await? {
        Some(until) => ctx.t1("payment-kept-until", "day", when::plain_day(ctx.lang(), zone.date(until)).as_str()),
        None => ctx.t("payment-kept-open"),
    })
}

async fn email_of(room: &Payments, patient: PatientId) -> Result<Option<String>, Problem> {
    let facts = room.db.read(move |conn| identity::read::patient(conn, patient)).await?;
    Ok(facts.and_then(|facts| facts.email))
}
