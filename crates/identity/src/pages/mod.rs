//! The screens of the room. Login and logout exist twice, for patients and for the desk, over the same steps.

mod access_log;
mod callback;
mod desk;
mod desk_proxies;
mod failed;
mod login;
mod logout;
mod me;
mod proxies;

use web::{Class, Policy, Routes};

use crate::api::CLERKS;

/// The rows of the pages, in the room's table.
pub(crate) fn routes(table: Routes) -> Routes {
    table
        .get("/login", Policy::Public, login::for_patients)
        .post("/login/{provider}", Policy::Public, login::leave_as_patient)
        .limited(Class::Login)
        .get("/login/{provider}/callback", Policy::Public, callback::as_patient)
        .limited(Class::Login)
        .get("/login/{provider}/failed", Policy::Public, failed::for_patients)
        .post("/logout", Policy::Public, logout::patient)
        .get("/logout/done", Policy::Public, logout::patient_done)
        .get("/desk", Policy::AnyStaff, desk::home)
        .get("/desk/login", Policy::Public, login::for_staff)
        .post("/desk/login/{provider}", Policy::Public, login::leave_as_staff)
        .limited(Class::Login)
        .get("/desk/login/{provider}/callback", Policy::Public, callback::as_staff)
        .limited(Class::Login)
        .get("/desk/login/{provider}/failed", Policy::Public, failed::for_staff)
        .post("/desk/logout", Policy::Public, logout::staff)
        .get("/desk/logout/done", Policy::Public, logout::staff_done)
        .get("/me", Policy::Patient, me::show)
        .post("/me", Policy::Patient, me::change)
        .get("/me/access-log", Policy::Patient, access_log::show)
        .get("/me/proxies", Policy::Patient, proxies::show)
        .post("/me/proxies/{id}/revocation", Policy::Patient, proxies::end)
        .get("/desk/proxies", CLERKS, desk_proxies::show)
        .post("/desk/proxies/{id}/revocation", CLERKS, desk_proxies::end)
}
