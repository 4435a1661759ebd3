//! The room under `/api/v1`: one file per verb.

mod desk;

use ::web::{Class, Policy, Routes};
use utoipa::OpenApi;

/// Who counts payments and decides on them.
pub(crate) const CASHIERS: Policy = Policy::Staff(&["cashier"]);

/// Who reads the figures.
pub(crate) const COUNTERS: Policy = Policy::Staff(&["cashier", "dpo"]);

/// The room's part of the contract.
#[derive(OpenApi)]
#[openapi(
    tags((name = "payment", description = "Invoices and their online payment")),
    paths(
        desk::list::handler,
        desk::check::handler,
        desk::import::handler,
        desk::report::handler,
        desk::figures::handler,
    )
)]
pub struct Contract;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/desk/payments", CASHIERS, desk::list::handler)
        .post("/api/v1/desk/payments/{id}/look-up", CASHIERS, desk::check::handler)
        .post("/api/v1/desk/payment-reports", CASHIERS, desk::import::handler)
        .limited(Class::Uploading)
        .get("/api/v1/desk/payment-reports/{id}", CASHIERS, desk::report::handler)
        .get("/api/v1/desk/payment-figures", COUNTERS, desk::figures::handler)
}
