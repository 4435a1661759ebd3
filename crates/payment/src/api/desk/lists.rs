//! `GET /api/v1/desk/invoice-lists`: files of invoices that were taken from folders, and what was wrong with their lines.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Payments,
    desk::Cashier,
    store::lists::{Fault, List},
};

#[derive(Serialize, ToSchema)]
#[schema(as = InvoiceListFault)]
struct FaultView {
    /// In the file, from 1.
    line: u64,
    /// fields, columns, csv, older, reused, refused, large, charset, titles or missing.
    what: &'static str,
    /// Names of fields, never what stands in them.
    fields: Vec<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = InvoiceList)]
struct ListView {
    /// The system that left it, a key of `payment.drops`.
    source: String,
    file_name: String,
    #[schema(value_type = String, format = DateTime)]
    taken_at: Timestamp,
    /// Lines that were heard.
    heard: i64,
    /// Lines that were not.
    faulty: i64,
    /// The first 1,000 of them.
    faults: Vec<FaultView>,
}

/// The latest 50 files of the last 90 days.
#[derive(Serialize, ToSchema)]
#[schema(as = InvoiceLists)]
struct ListsView {
    items: Vec<ListView>,
}

#[utoipa::path(get, path = "/api/v1/desk/invoice-lists", tag = "payment", operation_id = "list_invoice_lists",
    responses((status = 200, body = ListsView)))]
pub(in crate::api) async fn handler(room: web::Data<Payments>, caller: StaffCaller) -> Result<HttpResponse, Problem> {
    let lists = room.lists(&Cashier::from(&caller)).await?;
    Ok(HttpResponse::Ok().json(ListsView { items: lists.into_iter().map(ListView::from).collect() }))
}

impl From<List> for ListView {
    fn from(list: List) -> Self {
        let faults =
            list.faults.into_iter().map(|Fault { line, what, fields }| FaultView { line, what: what.as_str(), fields });
        Self {
            source: list.source,
            file_name: list.file_name,
            taken_at: list.taken_at,
            heard: list.heard,
            faulty: list.faulty,
            faults: faults.collect(),
        }
    }
}
