//! The room under `/api/v1`: one file per verb.

mod caller;
mod desk;
pub(crate) mod get_document;
mod get_invoice;
mod get_payment;
mod give_token;
mod list_invoices;
mod put_invoice;
mod put_paper;
mod read_announced;
mod start_payment;
mod views;

use ::web::{Class, Policy, Routes};
use utoipa::OpenApi;

use crate::systems::TOKEN_PATH;

/// Who counts payments and decides on them.
pub(crate) const CASHIERS: Policy = Policy::Staff(&["cashier"]);

/// Who reads the figures.
pub(crate) const COUNTERS: Policy = Policy::Staff(&["cashier", "dpo"]);

/// The room's part of the contract.
#[derive(OpenApi)]
#[openapi(
    tags((name = "payment", description = "Invoices and their online payment")),
    paths(
        list_invoices::handler,
        get_invoice::handler,
        get_document::handler,
        start_payment::handler,
        get_payment::handler,
        give_token::handler,
        put_invoice::handler,
        read_announced::handler,
        put_paper::handler,
        desk::list::handler,
        desk::to_review::handler,
        desk::check::handler,
        desk::clear::payment,
        desk::clear::creditor,
        desk::clear::doubt,
        desk::lists::handler,
        desk::import::handler,
        desk::report::handler,
        desk::figures::handler,
    )
)]
pub struct Contract;

pub(crate) fn routes(routes: Routes) -> Routes {
    staff(systems(patients(routes)))
}

/// What patients' programs call.
fn patients(routes: Routes) -> Routes {
    routes
        .get("/api/v1/invoices", Policy::Patient, list_invoices::handler)
        .get("/api/v1/invoices/{id}", Policy::Patient, get_invoice::handler)
        .get("/api/v1/invoices/{id}/document", Policy::Patient, get_document::handler)
        .post("/api/v1/payments", Policy::Patient, start_payment::handler)
        .get("/api/v1/payments/{id}", Policy::Patient, get_payment::handler)
}

/// What the hospital's systems call.
fn systems(routes: Routes) -> Routes {
    const INVOICE: &str = "/api/v1/establishments/{id}/invoices/{source}/{number}";
    const PAPER: &str = "/api/v1/establishments/{id}/invoices/{source}/{number}/document";
    routes
        .post(TOKEN_PATH, Policy::Partner, give_token::handler)
        .limited(Class::Login)
        .put(INVOICE, Policy::Partner, put_invoice::handler)
        .limited(Class::Partner)
        .get(INVOICE, Policy::Partner, read_announced::handler)
        .limited(Class::Partner)
        .put(PAPER, Policy::Partner, put_paper::handler)
        .limited(Class::Uploading)
}

/// What the desk calls.
fn staff(routes: Routes) -> Routes {
    routes
        .get("/api/v1/desk/payments", CASHIERS, desk::list::handler)
        .get("/api/v1/desk/payments/to-review", CASHIERS, desk::to_review::handler)
        .post("/api/v1/desk/payments/{id}/look-up", CASHIERS, desk::check::handler)
        .post("/api/v1/desk/payments/{id}/clearing", CASHIERS, desk::clear::payment)
        .post("/api/v1/desk/creditor-alerts/{id}/clearing", CASHIERS, desk::clear::creditor)
        .post("/api/v1/desk/invoice-doubts/{id}/clearing", CASHIERS, desk::clear::doubt)
        .get("/api/v1/desk/invoice-lists", CASHIERS, desk::lists::handler)
        .post("/api/v1/desk/payment-reports", CASHIERS, desk::import::handler)
        .limited(Class::Uploading)
        .get("/api/v1/desk/payment-reports/{id}", CASHIERS, desk::report::handler)
        .get("/api/v1/desk/payment-figures", COUNTERS, desk::figures::handler)
}
