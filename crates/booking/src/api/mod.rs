//! The room under `/api/v1`: one file per verb.

mod book_appointment;
mod cancel_appointment;
mod get_appointment;
mod get_hold;
mod get_service;
mod keep_hold;
mod list_appointments;
mod list_practitioners;
mod list_services;
mod list_visit_reasons;
mod release_hold;
mod search_slots;
pub(crate) mod views;

use ::web::{Class, Policy, Routes};
use utoipa::OpenApi;

/// The room's part of the contract.
#[derive(OpenApi)]
#[openapi(
    tags((name = "booking", description = "Services, free times, holds and appointments")),
    paths(
        list_services::handler,
        get_service::handler,
        list_practitioners::handler,
        list_visit_reasons::handler,
        search_slots::handler,
        keep_hold::handler,
        get_hold::handler,
        release_hold::handler,
        book_appointment::handler,
        list_appointments::handler,
        get_appointment::handler,
        cancel_appointment::handler,
    )
)]
pub struct Contract;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/services", Policy::Public, list_services::handler)
        .limited(Class::Searching)
        .get("/api/v1/services/{id}", Policy::Public, get_service::handler)
        .get("/api/v1/practitioners", Policy::Public, list_practitioners::handler)
        .get("/api/v1/visit-reasons", Policy::Public, list_visit_reasons::handler)
        .get("/api/v1/slots", Policy::Public, search_slots::handler)
        .limited(Class::Searching)
        .post("/api/v1/holds", Policy::Public, keep_hold::handler)
        .get("/api/v1/holds/{id}", Policy::Public, get_hold::handler)
        .delete("/api/v1/holds/{id}", Policy::Public, release_hold::handler)
        .post("/api/v1/appointments", Policy::Patient, book_appointment::handler)
        .get("/api/v1/appointments", Policy::Patient, list_appointments::handler)
        .get("/api/v1/appointments/{id}", Policy::Patient, get_appointment::handler)
        .post("/api/v1/appointments/{id}/cancellation", Policy::Patient, cancel_appointment::handler)
}
