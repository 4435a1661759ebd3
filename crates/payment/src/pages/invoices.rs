//! `/invoices`: one's own and those of whom one acts for, what is due on top.

use ::web::{Ctx, PatientCaller, Problem, page};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::shown::InvoiceShown;
use crate::{Payments, store::invoices::Invoice};

#[derive(Template)]
#[template(path = "payment-invoices.html")]
struct Invoices<'a> {
    ctx: &'a Ctx,
    due: Vec<InvoiceShown>,
    over: Vec<InvoiceShown>,
}

impl Invoices<'_> {
    fn state_key(&self, invoice: &InvoiceShown) -> String {
        format!("payment-state-{}", invoice.state)
    }
}

pub(super) async fn show(room: web::Data<Payments>, caller: PatientCaller) -> Result<HttpResponse, Problem> {
    let ctx = &caller.ctx;
    let own = room.invoices_of(caller.patient).await?.into_iter().map(|invoice| (invoice, false));
    let others = room.invoices_for_others(caller.patient).await?.into_iter().map(|(invoice, _)| (invoice, true));
    let known: Vec<(Invoice, bool)> = own.chain(others).collect();
    let debited = room.debited_of(known.iter().map(|(invoice, _)| invoice.id).collect()).await?;
    let mut all = Vec::new();
    for (invoice, is_anothers) in &known {
        let creditor = room.name_of_creditor(invoice).await?;
        let shown = InvoiceShown::of(ctx, invoice, &creditor).debited(&debited);
        all.push(if *is_anothers { shown.for_another(invoice) } else { shown });
    }
    let (over, due) = all.into_iter().partition(|invoice| invoice.is_over);
    page(&Invoices { ctx, due, over })
}
