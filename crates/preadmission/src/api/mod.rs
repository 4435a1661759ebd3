//! The room under `/api/v1`: one file per verb.

mod accept;
mod cancel;
mod claim;
mod claim_for;
mod create;
mod declare_missing;
mod desk;
pub(crate) mod documents;
pub(crate) mod form;
mod get;
mod list;
mod list_places;
mod people;
mod refuse;
mod representative;
mod save_section;
mod secrecy;
mod signatories;
mod submit;
mod uploads;
pub(crate) mod views;

use ::web::{Class, Policy, Routes};
use utoipa::OpenApi;

/// Who decides on files at the desk.
pub(crate) const CLERKS: Policy = Policy::Staff(&["admissions"]);

/// Who reads the figures.
pub(crate) const COUNTERS: Policy = Policy::Staff(&["admissions", "dpo"]);

/// Who sees to data protection.
pub(crate) const GUARDS: Policy = Policy::Staff(&["dpo"]);

/// The room's part of the contract.
#[derive(OpenApi)]
#[openapi(
    tags((name = "preadmission", description = "Files of planned stays: sections, documents, submission, decisions")),
    paths(
        list_places::handler,
        list::handler,
        create::handler,
        get::handler,
        claim::handler,
        claim_for::handler,
        signatories::add,
        signatories::ask_again,
        people::identify,
        people::show,
        people::answer,
        people::ask,
        people::revoke,
        people::mark,
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
        desk::meet::handler,
        desk::figures::handler,
        desk::saved_views::list,
        desk::saved_views::save,
        desk::saved_views::remove,
        desk::identity::read,
        desk::identity::compare,
        desk::remind::remind,
        desk::remind::preview,
        secrecy::handler,
        representative::handler,
        documents::send::handler,
        documents::send::at_desk,
        documents::list::handler,
        documents::remove::handler,
        documents::card::handler,
        documents::page::own,
        documents::page::at_desk,
        uploads::ask::handler,
        uploads::create::handler,
        uploads::show::handler,
        uploads::append::handler,
        uploads::remove::handler,
    )
)]
pub struct Contract;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/places", Policy::Public, list_places::handler)
        .limited(Class::Searching)
        .get("/api/v1/preadmissions", Policy::Patient, list::handler)
        .post("/api/v1/preadmissions", Policy::Patient, create::handler)
        .get("/api/v1/preadmissions/{id}", Policy::Patient, get::handler)
        .post("/api/v1/preadmissions/{id}/claim", Policy::Patient, claim::handler)
        .post("/api/v1/preadmissions/{id}/claim-for", Policy::Patient, claim_for::handler)
        .post("/api/v1/preadmissions/{id}/signatories", Policy::Patient, signatories::add)
        .post("/api/v1/preadmissions/{id}/signatories/{number}/invitation", Policy::Patient, signatories::ask_again)
        .post("/api/v1/invitations/{id}/identification", Policy::Patient, people::identify)
        .get("/api/v1/preadmissions/{id}/people/{name}/{number}", Policy::Patient, people::show)
        .put("/api/v1/preadmissions/{id}/people/{name}/{number}", Policy::Patient, people::answer)
        .post("/api/v1/preadmissions/{id}/people/{name}/invitation", Policy::Patient, people::ask)
        .post("/api/v1/preadmissions/{id}/people/{name}/revocation", Policy::Patient, people::revoke)
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
        .post("/api/v1/desk/preadmissions/{id}/identity-document", CLERKS, desk::identity::read)
        .post("/api/v1/desk/preadmissions/{id}/identity", CLERKS, desk::identity::compare)
        .get("/api/v1/desk/preadmission-views", CLERKS, desk::saved_views::list)
        .post("/api/v1/desk/preadmission-views", CLERKS, desk::saved_views::save)
        .delete("/api/v1/desk/preadmission-views/{view}", CLERKS, desk::saved_views::remove)
        .post("/api/v1/desk/preadmission-reminders", CLERKS, desk::remind::remind)
        .post("/api/v1/desk/preadmission-reminders/preview", CLERKS, desk::remind::preview)
        .post("/api/v1/desk/preadmissions/{id}/meeting", CLERKS, desk::meet::handler)
        .get("/api/v1/desk/preadmission-figures", COUNTERS, desk::figures::handler)
        .put("/api/v1/desk/preadmissions/{id}/secrecy", CLERKS, secrecy::handler)
        .post("/api/v1/desk/preadmissions/{id}/representative", CLERKS, representative::handler)
        .put("/api/v1/desk/preadmissions/{id}/people/{name}", CLERKS, people::mark)
        .get("/api/v1/preadmissions/{id}/documents", Policy::Patient, documents::list::handler)
        .post("/api/v1/preadmissions/{id}/documents", Policy::Patient, documents::send::handler)
        .limited(Class::Uploading)
        .post("/api/v1/desk/preadmissions/{id}/documents", CLERKS, documents::send::at_desk)
        .limited(Class::Uploading)
        .delete("/api/v1/preadmissions/{id}/documents/{document}", Policy::Patient, documents::remove::handler)
        .post("/api/v1/preadmissions/{id}/documents/{document}/card", Policy::Patient, documents::card::handler)
        .get("/api/v1/preadmissions/{id}/documents/{document}/pages/{n}", Policy::Patient, documents::page::own)
        .get("/api/v1/desk/preadmissions/{id}/documents/{document}/pages/{n}", CLERKS, documents::page::at_desk)
        .options("/api/v1/preadmissions/{id}/uploads", Policy::Patient, uploads::ask::handler)
        .post("/api/v1/preadmissions/{id}/uploads", Policy::Patient, uploads::create::handler)
        .get("/api/v1/preadmissions/{id}/uploads/{upload}", Policy::Patient, uploads::show::handler)
        .patch("/api/v1/preadmissions/{id}/uploads/{upload}", Policy::Patient, uploads::append::handler)
        .limited(Class::Uploading)
        .delete("/api/v1/preadmissions/{id}/uploads/{upload}", Policy::Patient, uploads::remove::handler)
        .answering("/api/v1/preadmissions/{id}/uploads", uploads::headers::SPOKEN)
}
