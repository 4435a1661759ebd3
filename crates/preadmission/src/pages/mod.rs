//! The room's pages: one file per screen. They work without JavaScript.

mod acting;
mod answer;
mod asked;
mod card;
mod check;
mod desk;
mod document;
mod fields;
mod file;
mod fill;
mod invitation;
mod list;
mod medical;
mod new;
mod open;
mod paper;
mod receipt;
mod relatives;
mod section;
mod shown;
mod signatories;
mod upload;

pub(crate) use fields::became;
pub(crate) use paper::person;

use ::web::{Class, Policy, Routes};

use crate::api::{CLERKS, documents::page};

/// Who reads medical questionnaires: they who care for patients, and no clerk.
const CARERS: Policy = Policy::Staff(&["care"]);

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = desk::routes(routes);
    routes
        .get("/preadmissions", Policy::Patient, list::show)
        .get("/preadmissions/new", Policy::Patient, new::show)
        .post("/preadmissions", Policy::Patient, new::create)
        .get("/preadmissions/{id}/open", Policy::Public, open::show)
        .post("/preadmissions/{id}/open", Policy::Patient, open::claim)
        .get("/preadmissions/{id}/open-for", Policy::Patient, acting::show)
        .post("/preadmissions/{id}/open-for", Policy::Patient, acting::claim)
        .get("/preadmissions/{id}/signatories", Policy::Patient, signatories::show)
        .post("/preadmissions/{id}/signatories", Policy::Patient, signatories::add)
        .post("/preadmissions/{id}/signatories/{name}", Policy::Patient, signatories::mark)
        .post("/preadmissions/{id}/secrecy", Policy::Patient, signatories::secrecy)
        .post("/preadmissions/{id}/signatories/{name}/invitation", Policy::Patient, signatories::ask_again)
        .get("/preadmissions/{id}/people/{name}", Policy::Patient, asked::show)
        .post("/preadmissions/{id}/people/{name}/invitation", Policy::Patient, asked::ask)
        .post("/preadmissions/{id}/people/{name}/revocation", Policy::Patient, asked::revoke)
        .get("/preadmissions/{id}/people/{name}/{number}", Policy::Patient, answer::show)
        .post("/preadmissions/{id}/people/{name}/{number}", Policy::Patient, answer::give)
        .get("/invitations/{id}", Policy::Public, invitation::show)
        .post("/invitations/{id}", Policy::Patient, invitation::identify)
        .post("/invitations/{id}/answer", Policy::Public, invitation::answer)
        .get("/preadmissions/{id}/relatives", Policy::Patient, relatives::show)
        .post("/preadmissions/{id}/relatives", Policy::Patient, relatives::add)
        .post("/preadmissions/{id}/relatives/{name}/removal", Policy::Patient, relatives::remove)
        .get("/preadmissions/{id}/medical", Policy::Patient, medical::show)
        .post("/preadmissions/{id}/medical", Policy::Patient, medical::submit)
        .get("/preadmissions/{id}/medical/{name}", Policy::Patient, medical::section)
        .post("/preadmissions/{id}/medical/{name}", Policy::Patient, medical::save)
        .get("/preadmissions/{id}/paper", Policy::Patient, paper::show)
        .get("/preadmissions/{id}/paper/trusted-person", Policy::Patient, paper::trusted)
        .get("/desk/preadmissions/{id}/paper", CLERKS, paper::show_at_desk)
        .get("/desk/preadmissions/{id}/fill", CLERKS, fill::show)
        .get("/desk/preadmissions/{id}/fill/{name}", CLERKS, fill::section)
        .post("/desk/preadmissions/{id}/fill/{name}", CLERKS, fill::save)
        .post("/desk/preadmissions/{id}/missing-documents/{name}", CLERKS, fill::missing)
        .post("/desk/preadmissions/{id}/submission", CLERKS, fill::submit)
        .get("/desk/medical-questionnaires", CARERS, medical::desk_list)
        .get("/desk/medical-questionnaires/{id}", CARERS, medical::desk_show)
        .get("/preadmissions/{id}", Policy::Patient, file::show)
        .get("/preadmissions/{id}/sections/{name}", Policy::Patient, section::show)
        .post("/preadmissions/{id}/sections/{name}", Policy::Patient, section::save)
        .get("/preadmissions/{id}/missing-documents/{name}", Policy::Patient, document::show)
        .post("/preadmissions/{id}/missing-documents/{name}", Policy::Patient, document::declare)
        .get("/preadmissions/{id}/documents/{name}", Policy::Patient, upload::show)
        .post("/preadmissions/{id}/documents/{name}", Policy::Patient, upload::send)
        .limited(Class::Uploading)
        .post("/preadmissions/{id}/documents/{document}/removal", Policy::Patient, upload::remove)
        .post("/preadmissions/{id}/documents/{document}/card", Policy::Patient, card::accept)
        .get("/preadmissions/{id}/documents/{document}/pages/{n}", Policy::Patient, page::own)
        .get("/desk/preadmissions/{id}/documents/{document}/pages/{n}", CLERKS, page::at_desk)
        .get("/preadmissions/{id}/check", Policy::Patient, check::show)
        .post("/preadmissions/{id}/submission", Policy::Patient, check::submit)
        .get("/preadmissions/{id}/receipt", Policy::Patient, receipt::show)
        .get("/preadmissions/{id}/receipt.{file}", Policy::Patient, receipt::file)
}
