//! The room under `/api/v1`: one file per verb.

pub(crate) mod get_document;
mod get_invoice;
mod get_payment;
mod list_invoices;
mod start_payment;
mod views;

use ::web::{Policy, Routes};
use utoipa::OpenApi;

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
    )
)]
pub struct Contract;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/invoices", Policy::Patient, list_invoices::handler)
        .get("/api/v1/invoices/{id}", Policy::Patient, get_invoice::handler)
        .get("/api/v1/invoices/{id}/document", Policy::Patient, get_document::handler)
        .post("/api/v1/payments", Policy::Patient, start_payment::handler)
        .get("/api/v1/payments/{id}", Policy::Patient, get_payment::handler)
}
