//! `/api/v1/desk/deliveries`: the same as the desk's screens, for programs.

mod drop;
mod get;
mod list;
mod received;
mod replay;
mod telling;
mod view;

use utoipa::OpenApi;
use web::{Policy, Routes};

use crate::{pages, problems};

/// The role of those who look after the interfaces.
pub const ROLE: &str = "interfaces";

const POLICY: Policy = Policy::Staff(&[ROLE]);

/// Who accepted a file sees how it is told, and sends again what was refused.
const CLERKS: Policy = Policy::Staff(&["admissions"]);

/// The room's table of routes.
pub fn routes() -> Routes {
    Routes::new("sih")
        .get("/desk/deliveries", POLICY, pages::deliveries::show)
        .get("/desk/deliveries/{id}", POLICY, pages::delivery::show)
        .post("/desk/deliveries/{id}/replay", POLICY, pages::delivery::replay)
        .post("/desk/deliveries/{id}/drop", POLICY, pages::delivery::drop)
        .get("/api/v1/desk/deliveries", POLICY, list::handler)
        .get("/api/v1/desk/deliveries/{id}", POLICY, get::handler)
        .post("/api/v1/desk/deliveries/{id}/replay", POLICY, replay::handler)
        .post("/api/v1/desk/deliveries/{id}/drop", POLICY, drop::handler)
        .get("/desk/received", POLICY, pages::received::list)
        .get("/desk/received/{id}", POLICY, pages::received::show)
        .post("/desk/received/{id}/process", POLICY, pages::received::process)
        .get("/api/v1/desk/received", POLICY, received::list)
        .get("/api/v1/desk/received/{id}", POLICY, received::get)
        .post("/api/v1/desk/received/{id}/process", POLICY, received::process)
        .get("/api/v1/desk/preadmissions/{id}/telling", CLERKS, telling::show)
        .post("/api/v1/desk/preadmissions/{id}/telling", CLERKS, telling::again)
        .post("/desk/preadmissions/{id}/telling", CLERKS, pages::telling::again)
        .problems(problems::ALL)
}

#[derive(OpenApi)]
#[openapi(paths(list::handler, get::handler, replay::handler, drop::handler, received::list, received::get, received::process, telling::show, telling::again), tags((name = "sih", description = "Interfaces: messages to other systems")))]
struct Document;

/// The room's part of the contract.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
