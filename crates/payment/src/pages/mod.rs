//! The room's pages: one file per screen. They work without JavaScript.

mod desk;
mod doors;

use ::web::{Policy, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    desk::routes(routes)
        .get("/payments/notifications/{provider}", Policy::Partner, doors::notified)
        .post("/payments/notifications/{provider}", Policy::Partner, doors::notified)
        .get("/payments/{id}/back", Policy::Partner, doors::back)
        .post("/payments/{id}/back", Policy::Partner, doors::back)
}
