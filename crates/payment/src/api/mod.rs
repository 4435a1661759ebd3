//! The room under `/api/v1`: one file per verb.

use ::web::Routes;
use utoipa::OpenApi;

/// The room's part of the contract.
#[derive(OpenApi)]
#[openapi(tags((name = "payment", description = "Invoices and their online payment")))]
pub struct Contract;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
}
