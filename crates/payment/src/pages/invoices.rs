//! `/invoices`: one's own and those of whom one acts for, what is due on top.

use ::web::{Ctx, PatientCaller, Problem, page};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::shown::InvoiceShown;
use crate::Payments;

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
    let mut all = Vec::new();
    for invoice in room.invoices_of(caller.patient).await? {
        let creditor = room.name_of_creditor(&invoice).await?;
        all.push(InvoiceShown::of(ctx, &invoice, &creditor));
    }
    for (invoice, _) in room.invoices_for_others(caller.patient).await? {
        let creditor = room.name_of_creditor(&invoice).await?;
        all.push(InvoiceShown::of(ctx, &invoice, &creditor).for_another(&invoice));
    }
    let (over, due) = all.into_iter().partition(|invoice| invoice.is_over);
    page(&Invoices { ctx, due, over })
}
