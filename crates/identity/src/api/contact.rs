//! `PUT /api/v1/me/contact`

use actix_web::{HttpResponse, web as actix};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use web::{Lang, PatientCaller, Problem, problem};

use crate::{
    Identity,
    contact::{self, Change},
    domain::contact::ContactFault,
};

/// How the caller wants to be reached; an empty text removes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewContact {
    email: String,
    /// As people write it: `06 12 34 56 78` or `+33612345678`.
    phone: String,
    /// `fr` or `en`.
    language: String,
}

/// Change how I am reached.
#[utoipa::path(put, path = "/api/v1/me/contact", tag = "identity", request_body = NewContact, responses(
    (status = 204, description = "Kept"),
    (status = 401, description = "No session"),
    (status = 422, description = "An address or a number that cannot be used"),
))]
pub(super) async fn put(
    caller: PatientCaller,
    new: actix::Json<NewContact>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let language = Lang::from_code(&new.language).ok_or_else(|| Problem::invalid("/language", "language"))?;
    let change = Change::read(&new.email, &new.phone, language).map_err(|faults| refusal(&faults))?;
    contact::change(&room, caller.patient, change).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn refusal(faults: &[ContactFault]) -> Problem {
    let errors: Vec<_> = faults
        .iter()
        .map(|fault| match fault {
            ContactFault::Email => json!({ "pointer": "/email", "code": "email" }),
            ContactFault::Phone => json!({ "pointer": "/phone", "code": "phone" }),
        })
        .collect();
    Problem::new(&problem::INVALID).member("errors", errors)
}
