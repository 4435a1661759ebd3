//! `POST /api/v1/desk/payments/{id}/look-up`: asks the provider how a payment stands.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::PaymentAttemptId;

use super::views::PaymentView;
use crate::{Payments, desk::Cashier};

#[utoipa::path(post, path = "/api/v1/desk/payments/{id}/look-up", tag = "payment", operation_id = "look_up_payment",
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = PaymentView), (status = 404, description = "Absent, or of another establishment.")))]
pub(in crate::api) async fn handler(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<PaymentAttemptId>,
) -> Result<HttpResponse, Problem> {
    let attempt = room.check_now(&Cashier::from(&caller), *id).await?;
    Ok(HttpResponse::Ok().json(PaymentView::of(&attempt, attempt.amount)))
}
