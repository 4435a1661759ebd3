//! The same for programs, under `/api/v1`.

mod access_log;
mod contact;
mod me;
mod proxies;

use utoipa::OpenApi;
use web::{Policy, Routes};

/// Who looked at the papers of those who act for others.
pub(crate) const CLERKS: Policy = Policy::Staff(&["admissions"]);

#[derive(OpenApi)]
#[openapi(paths(
    me::show,
    contact::put,
    access_log::show,
    proxies::list::handler,
    proxies::end::handler,
    proxies::list_at_desk::handler,
    proxies::end_at_desk::handler,
))]
struct ApiDoc;

pub(crate) fn document() -> utoipa::openapi::OpenApi {
    ApiDoc::openapi()
}

pub(crate) fn routes(table: Routes) -> Routes {
    table
        .get("/api/v1/me", Policy::Patient, me::show)
        .put("/api/v1/me/contact", Policy::Patient, contact::put)
        .get("/api/v1/me/access-log", Policy::Patient, access_log::show)
        .get("/api/v1/me/proxies", Policy::Patient, proxies::list::handler)
        .post("/api/v1/me/proxies/{id}/revocation", Policy::Patient, proxies::end::handler)
        .get("/api/v1/desk/proxies", CLERKS, proxies::list_at_desk::handler)
        .post("/api/v1/desk/proxies/{id}/revocation", CLERKS, proxies::end_at_desk::handler)
}
