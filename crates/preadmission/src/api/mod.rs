//! The room under `/api/v1`: one file per verb.

mod accept;
mod claim;
mod create;
mod declare_missing;
pub(crate) mod documents;
pub(crate) mod form;
mod get;
mod list;
mod refuse;
mod save_section;
mod submit;
mod uploads;
pub(crate) mod views;

use ::web::{Class, Policy, Routes};
use utoipa::OpenApi;

/// Who decides on files at the desk.
pub(crate) const CLERKS: Policy = Policy::Staff(&["admissions"]);

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
        documents::send::handler,
        documents::list::handler,
        documents::remove::handler,
        documents::page::own,
        documents::page::at_desk,
        uploads::create::handler,
        uploads::show::handler,
        uploads::append::handler,
        uploads::remove::handler,
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
        .get("/api/v1/preadmissions/{id}/documents", Policy::Patient, documents::list::handler)
        .post("/api/v1/preadmissions/{id}/documents", Policy::Patient, documents::send::handler)
        .limited(Class::Uploading)
        .delete("/api/v1/preadmissions/{id}/documents/{document}", Policy::Patient, documents::remove::handler)
        .get("/api/v1/preadmissions/{id}/documents/{document}/pages/{n}", Policy::Patient, documents::page::own)
        .get("/api/v1/desk/preadmissions/{id}/documents/{document}/pages/{n}", CLERKS, documents::page::at_desk)
        .post("/api/v1/preadmissions/{id}/uploads", Policy::Patient, uploads::create::handler)
        .get("/api/v1/preadmissions/{id}/uploads/{upload}", Policy::Patient, uploads::show::handler)
        .patch("/api/v1/preadmissions/{id}/uploads/{upload}", Policy::Patient, uploads::append::handler)
        .limited(Class::Uploading)
        .delete("/api/v1/preadmissions/{id}/uploads/{upload}", Policy::Patient, uploads::remove::handler)
}
