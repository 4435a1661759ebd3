//! `/api/v1/desk/preadmissions/{id}/telling`: how the hospital's system took a file, for the clerk who accepted it; and
//! what it refused, sent again.

use actix_web::web::{Data, Json, Path};
use kernel::PreadmissionId;
use serde::Serialize;
use storage::Db;
use utoipa::ToSchema;
use web::{Problem, StaffCaller};

use crate::{
    desk::{tell_again, telling},
    read::Standing,
};

/// `nothing`, `waiting`, `sent`, `acknowledged` or `refused`.
#[derive(Serialize, ToSchema)]
pub(super) struct TellingView {
    #[schema(example = "acknowledged")]
    state: &'static str,
    /// When refused: the system's codes, or why nothing could be told.
    #[schema(example = "AE 101")]
    reason: Option<String>,
    /// What the system said beside its codes, as it stands in the acknowledgement.
    words: Option<String>,
}

impl From<Standing> for TellingView {
    fn from(standing: Standing) -> Self {
        let state = match standing {
            Standing::Nothing => "nothing",
            Standing::Waiting => "waiting",
            Standing::Sent => "sent",
            Standing::Acknowledged => "acknowledged",
            Standing::Refused(why) => {
                let words = Some(why.words).filter(|words| !words.is_empty());
                return Self { state: "refused", reason: Some(why.code), words };
            }
        };
        Self { state, reason: None, words: None }
    }
}

#[utoipa::path(
    get, path = "/api/v1/desk/preadmissions/{id}/telling", tag = "sih", operation_id = "telling_of_preadmission",
    params(("id" = String, Path, description = "The file", format = Uuid)),
    responses((status = 200, body = TellingView), (status = 404, description = "Absent, or of another establishment"))
)]
pub(super) async fn show(
    caller: StaffCaller,
    id: Path<PreadmissionId>,
    db: Data<Db>,
) -> Result<Json<TellingView>, Problem> {
    Ok(Json(telling(&db, &caller, *id).await?.into()))
}

/// Sends again what waits for a person: the same messages, or new ones if the file was corrected since.
#[utoipa::path(
    post, path = "/api/v1/desk/preadmissions/{id}/telling", tag = "sih", operation_id = "tell_preadmission_again",
    params(("id" = String, Path, description = "The file", format = Uuid)),
    responses(
        (status = 200, body = TellingView),
        (status = 404, description = "Absent, or of another establishment"),
        (status = 409, description = "Nothing about it waits for a person"),
    )
)]
pub(super) async fn again(
    caller: StaffCaller,
    id: Path<PreadmissionId>,
    db: Data<Db>,
) -> Result<Json<TellingView>, Problem> {
    tell_again(&db, &caller, *id).await?;
    Ok(Json(telling(&db, &caller, *id).await?.into()))
}
