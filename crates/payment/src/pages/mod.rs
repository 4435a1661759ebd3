//! The room's pages: one file per screen. They work without JavaScript.

mod desk;
mod doors;
mod elsewhere;
mod invoice;
mod invoices;
mod paper;
mod payment;
mod receipt;
mod shown;
mod start;

use ::web::{Class, Policy, Routes};

use crate::api::get_document;

pub(crate) fn routes(routes: Routes) -> Routes {
    desk::routes(routes)
        // A provider tells of everybody's payments from one address.
        .get("/payments/notifications/{provider}", Policy::Partner, doors::notified)
        .limited(Class::Partner)
        .post("/payments/notifications/{provider}", Policy::Partner, doors::notified)
        .limited(Class::Partner)
        .get("/payments/{id}/back", Policy::Partner, doors::back)
        .post("/payments/{id}/back", Policy::Partner, doors::back)
        .get("/invoices", Policy::Patient, invoices::show)
        .get("/invoices/{id}", Policy::Patient, invoice::show)
        .get("/invoices/{id}/document", Policy::Patient, get_document::handler)
        .get("/pay", Policy::Public, paper::ask)
        .post("/pay", Policy::Public, paper::find)
        .limited(Class::Login)
        .get("/pay/{id}", Policy::Public, invoice::by_paper)
        .get("/payments", Policy::Public, start::came_again)
        .post("/payments", Policy::Public, start::start)
        .get("/payments/{id}", Policy::Public, payment::show)
        .post("/payments/{id}/continuation", Policy::Public, start::go_on)
        .get("/payments/{id}/receipt", Policy::Public, receipt::show)
        .get("/payments/{id}/receipt.{file}", Policy::Public, receipt::file)
}
