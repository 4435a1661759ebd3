use actix_web::web::{Data, Json, Path};
use kernel::DeliveryId;
use storage::Db;
use web::{Problem, StaffCaller};

use super::view::DetailView;
use crate::desk::detail;

/// One delivery with its HL7 message and acknowledgement.
#[utoipa::path(
    get, path = "/api/v1/desk/deliveries/{id}", tag = "sih", params(("id" = String, Path, description = "The delivery")),
    responses((status = 200, body = DetailView), (status = 404, description = "Absent, or of another establishment"))
)]
pub(super) async fn handler(
    caller: StaffCaller,
    id: Path<DeliveryId>,
    db: Data<Db>,
) -> Result<Json<DetailView>, Problem> {
    Ok(Json(detail(&db, &caller, *id).await?.into()))
}
