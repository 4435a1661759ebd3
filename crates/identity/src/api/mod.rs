//! The same for programs, under `/api/v1`.

mod access_log;
mod contact;
mod me;

use utoipa::OpenApi;
use web::{Policy, Routes};

#[derive(OpenApi)]
#[openapi(paths(me::show, contact::put, access_log::show))]
struct ApiDoc;

pub(crate) fn document() -> utoipa::openapi::OpenApi {
    ApiDoc::openapi()
}

pub(crate) fn routes(table: Routes) -> Routes {
    table.get("/api/v1/me", Policy::Patient, me::show).put("/api/v1/me/contact", Policy::Patient, contact::put).get(
        "/api/v1/me/access-log",
        Policy::Patient,
        access_log::show,
    )
}
