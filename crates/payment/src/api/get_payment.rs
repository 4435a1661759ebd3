//! `GET /api/v1/payments/{id}`: how a payment stands. The provider is asked again when it was not just asked.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::PaymentAttemptId;

use super::views::{PaymentView, ProblemView};
use crate::{Payments, payer::Payer};

#[utoipa::path(get, path = "/api/v1/payments/{id}", tag = "payment", operation_id = "get_payment",
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = PaymentView), (status = 404, body = ProblemView, content_type = "application/problem+json")))]
pub(super) async fn handler(
    room: web::Data<Payments>,
    caller: PatientCaller,
    id: web::Path<PaymentAttemptId>,
) -> Result<HttpResponse, Problem> {
    let payment = room.progress(Payer::of(&caller.ctx), *id).await?;
    Ok(HttpResponse::Ok().json(PaymentView::from(payment)))
}
