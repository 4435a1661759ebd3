//! The room under `/api/v1`: one file per verb.

mod accept;
mod cancel;
mod claim;
mod create;
mod declare_missing;
mod desk;
mod get;
mod list;
mod refuse;
mod save_section;
mod submit;
pub(crate) mod views;

use ::web::{Policy, Routes};
use utoipa::OpenApi;

/// Who decides on files at the desk.
pub(crate) const CLERKS: Policy = Policy::Staff(&["admissions"]);

/// Who reads the figures.
pub(crate) const COUNTERS: Policy = Policy::Staff(&["admissions", "dpo"]);

/// The room's part of the contract.
#[derive(OpenApi)]
#[openapi(
    tags((name = "preadmission", description = "Files of planned stays: sections, documents, submission, decisions")),
    paths(
        list::handler,
        create::handler,
        get::handler,
        claim::handler,
        save_section::handler,
        declare_missing::handler,
        submit::handler,
        accept::handler,
        refuse::handler,
        cancel::handler,
        desk::list::handler,
        desk::get::handler,
        desk::decide::handler,
        desk::assign::handler,
        desk::note::handler,
        desk::figures::handler,
    )
)]
pub struct Contract;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/preadmissions", Policy::Patient, list::handler)
        .post("/api/v1/preadmissions", Policy::Patient, create::handler)
        .get("/api/v1/preadmissions/{id}", Policy::Patient, get::handler)
        .post("/api/v1/preadmissions/{id}/claim", Policy::Patient, claim::handler)
        .put("/api/v1/preadmissions/{id}/sections/{name}", Policy::Patient, save_section::handler)
        .put("/api/v1/preadmissions/{id}/missing-documents/{name}", Policy::Patient, declare_missing::handler)
        .post("/api/v1/preadmissions/{id}/submission", Policy::Patient, submit::handler)
        .post("/api/v1/desk/preadmissions/{id}/acceptance", CLERKS, accept::handler)
        .post("/api/v1/desk/preadmissions/{id}/refusal", CLERKS, refuse::handler)
        .post("/api/v1/desk/preadmissions/{id}/cancellation", CLERKS, cancel::handler)
        .get("/api/v1/desk/preadmissions", CLERKS, desk::list::handler)
        .get("/api/v1/desk/preadmissions/{id}", CLERKS, desk::get::handler)
        .post("/api/v1/desk/preadmissions/{id}/documents/{document}/decision", CLERKS, desk::decide::handler)
        .put("/api/v1/desk/preadmissions/{id}/assignment", CLERKS, desk::assign::handler)
        .post("/api/v1/desk/preadmissions/{id}/notes", CLERKS, desk::note::handler)
        .get("/api/v1/desk/preadmission-figures", COUNTERS, desk::figures::handler)
}
