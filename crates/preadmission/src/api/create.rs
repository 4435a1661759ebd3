//! `POST /api/v1/preadmissions`: a file for a stay that the hospital has not told of yet.

use ::web::{IdempotencyKey, PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use kernel::{SiteId, digest};
use serde::{Deserialize, Serialize};
use storage::idempotency::{Answer, Key};
use utoipa::ToSchema;

use super::views::ProblemView;
use crate::{Preadmission, announcement::StayClass, commands::UnknownStay};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPreadmission {
    #[schema(value_type = String, format = Uuid)]
    site: SiteId,
    #[schema(value_type = String, format = DateTime)]
    entry_at: Timestamp,
    /// `inpatient` (nights in hospital), `day` (in and out on one day), `external` (consultation or examination).
    #[serde(default = "inpatient")]
    #[schema(default = "inpatient")]
    class: String,
    /// The unit as the letter names it, 1 to 100 characters.
    unit: String,
}

fn inpatient() -> String {
    StayClass::default().name().to_owned()
}

#[derive(Serialize, ToSchema)]
#[schema(as = CreatedPreadmission)]
pub(super) struct CreatedView {
    #[schema(value_type = String, format = Uuid)]
    id: kernel::PreadmissionId,
}

#[utoipa::path(post, path = "/api/v1/preadmissions", tag = "preadmission", operation_id = "create_preadmission", request_body = NewPreadmission,
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible characters, new for each file")),
    responses(
        (status = 201, body = CreatedView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 422, body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    key: IdempotencyKey,
    new: web::Json<NewPreadmission>,
) -> Result<HttpResponse, Problem> {
    let unit = new.unit.trim().to_owned();
    if unit.is_empty() || unit.chars().count() > 100 {
        return Err(Problem::invalid("/unit", "unit"));
    }
    let class =
        StayClass::named(&new.class).ok_or_else(|| Problem::invalid("/class", "preadmission-new-wrong-class"))?;
    let asked = format!("{} {} {} {unit}", new.site, new.entry_at, class.name());
    let key = Key { scope: caller.patient.uuid(), key: key.0, request: digest::sha256(&[b"api", asked.as_bytes()]) };
    let wish = UnknownStay { site: new.site, entry_at: new.entry_at, class, unit };
    let answer = room
        .open_unknown(key, caller.patient, wish, |id| {
            let body = serde_json::to_string(&CreatedView { id }).unwrap_or_default();
            Answer { status: 201, location: Some(format!("/api/v1/preadmissions/{id}")), body }
        })
        .await?;
    let mut response = HttpResponse::Created();
    response.insert_header(("location", answer.location.unwrap_or_default()));
    Ok(response.content_type("application/json").body(answer.body))
}
