//! The room under `/api/v1`: one file per verb.

mod caller;
mod get_invoice;
mod give_token;
mod put_invoice;
mod put_paper;

use ::web::{Class, Policy, Routes};
use utoipa::OpenApi;

use crate::systems::TOKEN_PATH;

/// The room's part of the contract.
#[derive(OpenApi)]
#[openapi(
    tags((name = "payment", description = "Invoices and their online payment")),
    paths(give_token::handler, put_invoice::handler, get_invoice::handler, put_paper::handler)
)]
pub struct Contract;

pub(crate) fn routes(routes: Routes) -> Routes {
    systems(routes)
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
        .get(INVOICE, Policy::Partner, get_invoice::handler)
        .limited(Class::Partner)
        .put(PAPER, Policy::Partner, put_paper::handler)
        .limited(Class::Uploading)
}
