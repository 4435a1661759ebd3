//! The room's pages: one file per screen. They work without JavaScript.

mod doors;
pub(crate) mod paper;

use ::web::{Policy, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/payments/notifications/{provider}", Policy::Partner, doors::notified)
        .post("/payments/notifications/{provider}", Policy::Partner, doors::notified)
        .get("/payments/{id}/back", Policy::Partner, doors::back)
        .post("/payments/{id}/back", Policy::Partner, doors::back)
        .get("/invoices/{id}/document", Policy::Patient, paper::handler)
}
