//! The room's pages: one file per screen. They work without JavaScript.

mod check;
mod desk;
mod document;
mod file;
mod list;
mod new;
mod open;
mod receipt;
mod section;
mod shown;

use ::web::{Policy, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = desk::routes(routes);
    routes
        .get("/preadmissions", Policy::Patient, list::show)
        .get("/preadmissions/new", Policy::Patient, new::show)
        .post("/preadmissions", Policy::Patient, new::create)
        .get("/preadmissions/{id}/open", Policy::Public, open::show)
        .post("/preadmissions/{id}/open", Policy::Patient, open::claim)
        .get("/preadmissions/{id}", Policy::Patient, file::show)
        .get("/preadmissions/{id}/sections/{name}", Policy::Patient, section::show)
        .post("/preadmissions/{id}/sections/{name}", Policy::Patient, section::save)
        .get("/preadmissions/{id}/missing-documents/{name}", Policy::Patient, document::show)
        .post("/preadmissions/{id}/missing-documents/{name}", Policy::Patient, document::declare)
        .get("/preadmissions/{id}/check", Policy::Patient, check::show)
        .post("/preadmissions/{id}/submission", Policy::Patient, check::submit)
        .get("/preadmissions/{id}/receipt", Policy::Patient, receipt::show)
        .get("/preadmissions/{id}/receipt.txt", Policy::Patient, receipt::text)
        .get("/preadmissions/{id}/receipt.sig", Policy::Patient, receipt::signature)
        .get("/preadmissions/{id}/receipt.pem", Policy::Patient, receipt::key)
}
