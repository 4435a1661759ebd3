use actix_web::web::{Data, Json, Path};
use kernel::DeliveryId;
use storage::Db;
use web::{Problem, StaffCaller};

use super::view::DetailView;
use crate::desk::{detail, replay_one};

/// Sends a refused or dead delivery again: the same bytes under the same MSH-10.
#[utoipa::path(
    post, path = "/api/v1/desk/deliveries/{id}/replay", tag = "sih",
    params(("id" = String, Path, description = "The delivery")),
    responses(
        (status = 200, body = DetailView),
        (status = 404, description = "Absent, or of another establishment"),
        (status = 409, description = "It does not wait for a person"),
    )
)]
pub(super) async fn handler(
    caller: StaffCaller,
    id: Path<DeliveryId>,
    db: Data<Db>,
) -> Result<Json<DetailView>, Problem> {
    replay_one(&db, &caller, *id).await?;
    Ok(Json(detail(&db, &caller, *id).await?.into()))
}
