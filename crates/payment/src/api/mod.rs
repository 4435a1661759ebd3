//! The room under `/api/v1`: one file per verb.

mod caller;
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
    )
)]
pub struct Contract;

pub(crate) fn routes(routes: Routes) -> Routes {
    systems(patients(routes))
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
