//! The cashier's desk for programs.

pub(super) mod check;
pub(super) mod clear;
pub(super) mod figures;
pub(super) mod import;
pub(super) mod list;
pub(super) mod lists;
pub(super) mod report;
pub(super) mod to_review;
pub(super) mod views;
