//! `/invoices/{id}`: one's own invoice, and the form that pays it. `/pay/{id}`: the same for a browser that showed its
//! paper; of whom and for what it is, is not said there.

use ::web::{Ctx, PatientCaller, Phone, Problem, page, page_with_status};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::{InvoiceId, PatientId, PaymentAttemptId};

use super::shown::{self, InvoiceShown};
use crate::{Payments, failure::Failure, payer::Payer, store::invoices::Invoice};

#[derive(Template)]
#[template(path = "payment-invoice.html")]
pub(super) struct InvoicePage<'a> {
    ctx: &'a Ctx,
    invoice: InvoiceShown,
    hospital: String,
    phone: Phone,
    /// By login: all of it is shown.
    own: bool,
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
    let invoice = room.own_invoice(caller.patient, *id).await?;
    page(&InvoicePage::of(&room, &caller.ctx, &invoice, Typed::default()).await?)
}

pub(super) async fn by_paper(
    room: web::Data<Payments>,
    ctx: Ctx,
    id: web::Path<InvoiceId>,
) -> Result<HttpResponse, Problem> {
    let invoice = room.shown_invoice(ctx.visit(), *id).await?;
    page(&InvoicePage::of(&room, &ctx, &invoice, Typed::default()).await?)
}

/// The page again, with what was filled in and what is wrong with it.
pub(super) async fn again(
    room: &Payments,
    ctx: &Ctx,
    invoice: &Invoice,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &InvoicePage::of(room, ctx, invoice, typed).await?)
}

impl<'a> InvoicePage<'a> {
    async fn of(room: &Payments, ctx: &'a Ctx, invoice: &Invoice, typed: Typed) -> Result<Self, Problem> {
        let payer = Payer::of(ctx);
        let hospital = room.hospital(invoice.establishment).await?;
        let (creditor, is_rehearsal) = match room.creditor_of(invoice).await? {
            Some((name, creditor)) => (name, !creditor.mode.is_real()),
            None => (String::new(), false),
        };
        let own = payer.owns(invoice);
        let (form, refused) = match room.could_begin(invoice).await? {
            Ok(terms) => (Some(pay_form(room, ctx, invoice, (terms.partial_payment, typed)).await?), None),
            Err(refusal) => (None, Some(shown::words(ctx, &Failure::from(refusal).into()))),
        };
        Ok(Self {
            ctx,
            invoice: InvoiceShown::of(ctx, invoice, &creditor),
            phone: shown::phone(ctx, &hospital),
            hospital: hospital.name,
            own,
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

async fn pay_form(
    room: &Payments,
    ctx: &Ctx,
    invoice: &Invoice,
    (in_parts, typed): (bool, Typed),
) -> Result<PayForm, Problem> {
    let payer = Payer::of(ctx);
    let known = match payer.patient {
        Some(patient) if typed.email.is_none() => email_of(room, patient).await?,
        _ => None,
    };
    let others = if payer.owns(invoice) { room.together_with(invoice).await? } else { Vec::new() };
    Ok(PayForm {
        key: ctx.fresh_key(),
        email: typed.email.or(known).unwrap_or_default(),
        amount: in_parts.then(|| typed.amount.unwrap_or_default()),
        others: others.iter().map(|other| InvoiceShown::of(ctx, other, "")).collect(),
        chosen: typed.others,
        wrong: typed.wrong,
    })
}

async fn email_of(room: &Payments, patient: PatientId) -> Result<Option<String>, Problem> {
    let facts = room.db.read(move |conn| identity::read::patient(conn, patient)).await?;
    Ok(facts.and_then(|facts| facts.email))
}
