#![doc = include_str!("../README.md")]

pub mod i18n;
pub mod problem;
pub mod receipt;
pub mod session;
pub mod when;

mod assets;
mod body;
mod client;
mod csrf;
mod ctx;
mod front;
mod headers;
mod house_pages;
mod input;
mod limits;
mod page;
mod phone;
mod routes;
mod settings;
mod store;

pub use assets::OWN_LOCALES;
pub use ctx::{Caller, Ctx, PatientCaller, StaffCaller};
pub use front::{Front, front_desk};
pub use house_pages::{Contract, routes as house_routes};
pub use i18n::{I18n, Lang, Locale};
pub use input::{IdempotencyKey, configure_inputs, local_path};
pub use limits::Class;
pub use page::{page, page_with_status, see_other};
pub use phone::Phone;
pub use problem::{Problem, ProblemType};
pub use routes::{House, Operation, Policy, Routes};
pub use settings::Settings;
