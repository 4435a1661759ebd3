use actix_web::web::{Data, Json, Path};
use kernel::DeliveryId;
use serde::Deserialize;
use storage::Db;
use utoipa::ToSchema;
use web::{Problem, StaffCaller};

use super::view::DetailView;
use crate::desk::{detail, drop_one};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DropDelivery {
    /// What was done instead, without naming anybody: 1 to 500 characters.
    reason: String,
}

/// Gives up a refused or dead delivery for good.
#[utoipa::path(
    post, path = "/api/v1/desk/deliveries/{id}/drop", tag = "sih",
    params(("id" = String, Path, description = "The delivery")), request_body = DropDelivery,
    responses(
        (status = 200, body = DetailView),
        (status = 404, description = "Absent, or of another establishment"),
        (status = 409, description = "It does not wait for a person"),
        (status = 422, description = "The reason is missing or too long"),
    )
)]
pub(super) async fn handler(
    caller: StaffCaller,
    id: Path<DeliveryId>,
    body: Json<DropDelivery>,
    db: Data<Db>,
) -> Result<Json<DetailView>, Problem> {
    drop_one(&db, &caller, *id, &body.reason).await?;
    Ok(Json(detail(&db, &caller, *id).await?.into()))
}
