//! The admissions desk under `/api/v1/desk`.

pub(super) mod assign;
pub(super) mod decide;
pub(super) mod figures;
pub(super) mod get;
pub(super) mod identity;
pub(super) mod list;
pub(super) mod meet;
pub(super) mod note;
pub(super) mod remind;
pub(super) mod saved_views;
pub(super) mod views;
