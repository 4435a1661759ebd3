//! `GET /api/v1/desk/preadmissions/{id}/telling`: how the hospital's system took a file, for the clerk who accepted it.

use actix_web::web::{Data, Json, Path};
use kernel::PreadmissionId;
use serde::Serialize;
use storage::{Db, StorageError};
use utoipa::ToSchema;
use web::{Problem, StaffCaller};

use crate::read::{Standing, standing};

/// `nothing`, `waiting`, `sent`, `acknowledged` or `refused`.
#[derive(Serialize, ToSchema)]
pub(super) struct TellingView {
    #[schema(example = "acknowledged")]
    state: &'static str,
    /// When refused: the system's codes, or why nothing could be told.
    #[schema(example = "AE 101")]
    reason: Option<String>,
}

impl From<Standing> for TellingView {
    fn from(standing: Standing) -> Self {
        let state = match standing {
            Standing::Nothing => "nothing",
            Standing::Waiting => "waiting",
            Standing::Sent => "sent",
            Standing::Acknowledged => "acknowledged",
            Standing::Refused(reason) => return Self { state: "refused", reason: Some(reason) },
        };
        Self { state, reason: None }
    }
}

#[utoipa::path(
    get, path = "/api/v1/desk/preadmissions/{id}/telling", tag = "sih", operation_id = "telling_of_preadmission",
    params(("id" = String, Path, description = "The file", format = Uuid)),
    responses((status = 200, body = TellingView), (status = 404, description = "Absent, or of another establishment"))
)]
pub(super) async fn handler(
    caller: StaffCaller,
    id: Path<PreadmissionId>,
    db: Data<Db>,
) -> Result<Json<TellingView>, Problem> {
    let stands = db.read::<_, StorageError, _>(move |conn| {
        let file = preadmission::read::preadmission(conn, *id)?;
        let mine = file.filter(|file| caller.establishments.contains(&file.establishment.id));
        mine.map(|_| standing(conn, id.as_object())).transpose()
    });
    stands.await?.map(|standing| Json(standing.into())).ok_or_else(Problem::not_found)
}
