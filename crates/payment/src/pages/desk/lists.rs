//! `/desk/invoice-lists`: files of invoices that were taken from a folder, with each line that was not heard and why.

use ::web::{Ctx, Problem, StaffCaller, page};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::activations;
use crate::{
    Payments,
    desk::Cashier,
    store::lists::{Fault, List, What},
};

struct Shown {
    file: String,
    source: String,
    at: String,
    heard: i64,
    faulty: i64,
    /// Line and words.
    faults: Vec<(u64, String)>,
}

impl Shown {
    /// Lines beyond those that are kept.
    fn others(&self) -> i64 {
        self.faulty - i64::try_from(self.faults.len()).unwrap_or(self.faulty)
    }
}

#[derive(Template)]
#[template(path = "payment-desk-lists.html")]
struct ListsPage<'a> {
    ctx: &'a Ctx,
    activations: Vec<(String, String)>,
    lists: Vec<Shown>,
}

pub(super) async fn show(room: web::Data<Payments>, caller: StaffCaller) -> Result<HttpResponse, Problem> {
    let (ctx, cashier) = (&caller.ctx, Cashier::from(&caller));
    let (zone, kept) = (room.desk_zone(&cashier).await?, room.kept_by(&cashier).await?);
    let shown = |list: List| Shown {
        at: ctx.moment(list.taken_at, &zone),
        faults: list.faults.iter().map(|fault| (fault.line, words(ctx, fault))).collect(),
        file: list.file_name,
        source: list.source,
        heard: list.heard,
        faulty: list.faulty,
    };
    let lists = room.lists(&cashier).await?.into_iter().map(shown).collect();
    page(&ListsPage { ctx, activations: activations(ctx, &kept, &zone), lists })
}

fn words(ctx: &Ctx, fault: &Fault) -> String {
    let words = ctx.t(&format!("payment-list-fault-{}", fault.what.as_str()));
    if !matches!(fault.what, What::Fields | What::Missing) {
        return words;
    }
    let name = |field: &String| ctx.t(&format!("payment-list-field-{}", field.replace(['.', '_'], "-")));
    let named: Vec<String> = fault.fields.iter().map(name).collect();
    format!("{words} {}", named.join(", "))
}
