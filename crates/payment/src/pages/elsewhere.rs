//! What is not to be seen here: in another browser than the one where it began, too long after the paper was shown, or not
//! at all. Whoever just paid must not read that there is no such page; what is absent and what is somebody else's answer alike.

use ::web::{Ctx, Problem, page_with_status};
use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

#[derive(Template)]
#[template(path = "payment-elsewhere.html")]
struct Elsewhere<'a> {
    ctx: &'a Ctx,
    /// Of the words: `payment-elsewhere-{what}`.
    what: &'static str,
    /// Where who logs in looks.
    path: String,
}

impl Elsewhere<'_> {
    fn key(&self, part: &str) -> String {
        format!("payment-elsewhere-{}{part}", self.what)
    }
}

pub(super) fn payment(ctx: &Ctx, path: String) -> Result<HttpResponse, Problem> {
    page_with_status(StatusCode::NOT_FOUND, &Elsewhere { ctx, what: "payment", path })
}

pub(super) fn invoice(ctx: &Ctx, path: String) -> Result<HttpResponse, Problem> {
    page_with_status(StatusCode::NOT_FOUND, &Elsewhere { ctx, what: "invoice", path })
}
