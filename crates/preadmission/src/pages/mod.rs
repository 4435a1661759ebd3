//! The room's pages: one file per screen. They work without JavaScript.

mod acting;
mod check;
mod desk;
mod document;
mod fields;
mod file;
mod fill;
mod list;
mod medical;
mod new;
mod open;
mod receipt;
mod section;
mod shown;
mod signatories;
mod signature;
mod upload;

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
        .get("/preadmissions/{id}/signatures/{name}", Policy::Public, signature::show)
        .post("/preadmissions/{id}/signatures/{name}", Policy::Patient, signature::sign)
        .post("/preadmissions/{id}/signatures/{name}/person", Policy::Patient, signature::identify)
        .get("/preadmissions/{id}/medical", Policy::Patient, medical::show)
        .post("/preadmissions/{id}/medical", Policy::Patient, medical::submit)
        .get("/preadmissions/{id}/medical/{name}", Policy::Patient, medical::section)
        .post("/preadmissions/{id}/medical/{name}", Policy::Patient, medical::save)
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
        .get("/preadmissions/{id}/documents/{document}/pages/{n}", Policy::Patient, page::own)
        .get("/desk/preadmissions/{id}/documents/{document}/pages/{n}", CLERKS, page::at_desk)
        .get("/preadmissions/{id}/check", Policy::Patient, check::show)
        .post("/preadmissions/{id}/submission", Policy::Patient, check::submit)
        .get("/preadmissions/{id}/receipt", Policy::Patient, receipt::show)
        .get("/preadmissions/{id}/receipt.txt", Policy::Patient, receipt::text)
        .get("/preadmissions/{id}/receipt.sig", Policy::Patient, receipt::signature)
        .get("/preadmissions/{id}/receipt.pem", Policy::Patient, receipt::key)
}
