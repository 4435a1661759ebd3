use actix_web::web::{Data, Json, Query};
use serde::Serialize;
use storage::Db;
use utoipa::ToSchema;
use web::{Problem, StaffCaller};

use super::view::DeliveryView;
use crate::desk::{Question, lines};

/// Newest first, 50 at most.
#[derive(Serialize, ToSchema)]
pub(super) struct DeliveriesView {
    deliveries: Vec<DeliveryView>,
    /// Value of `before` for the next page, when there may be one.
    before: Option<String>,
}

/// Deliveries of the caller's establishments.
#[utoipa::path(
    get, path = "/api/v1/desk/deliveries", tag = "sih", params(Question),
    responses((status = 200, body = DeliveriesView), (status = 422, description = "A filter that does not exist"))
)]
pub(super) async fn handler(
    caller: StaffCaller,
    question: Query<Question>,
    db: Data<Db>,
) -> Result<Json<DeliveriesView>, Problem> {
    let wanted = question.wanted(&caller.establishments)?;
    let lines = lines(&db, &caller, &wanted).await?;
    let before = lines.last().filter(|_| wanted.is_full(lines.len())).map(|line| line.delivery.id.to_string());
    Ok(Json(DeliveriesView { deliveries: lines.into_iter().map(DeliveryView::from).collect(), before }))
}
