//! The room's pages: one file per screen. They work without JavaScript.

mod appointment;
mod appointments;
mod cancellation;
mod checkout;
mod home;
mod receipt;
mod refusal;
mod service;
mod services;
mod shown;
mod slots;

use ::web::{Class, Policy, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/", Policy::Public, home::show)
        .get("/services", Policy::Public, services::show)
        .limited(Class::Searching)
        .get("/services/{id}", Policy::Public, service::show)
        .get("/slots", Policy::Public, slots::show)
        .limited(Class::Searching)
        .post("/holds", Policy::Public, slots::keep)
        .get("/checkout/{hold}", Policy::Public, checkout::show)
        .post("/appointments", Policy::Patient, checkout::book)
        .get("/appointments", Policy::Patient, appointments::show)
        .get("/appointments/{id}", Policy::Patient, appointment::show)
        .get("/appointments/{id}/receipt", Policy::Patient, receipt::show)
        .get("/appointments/{id}/receipt.{file}", Policy::Patient, receipt::file)
        .get("/appointments/{id}/cancellation", Policy::Patient, cancellation::ask)
        .post("/appointments/{id}/cancellation", Policy::Patient, cancellation::cancel)
}
