//! `GET /api/v1/me`

use actix_web::web as actix;
use kernel::PatientId;
use serde::Serialize;
use utoipa::ToSchema;
use web::{PatientCaller, Problem};

use crate::{
    Identity,
    read::{self, PatientFacts},
};

/// The caller, as their identity provider and they themselves told us.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    #[schema(value_type = String, format = Uuid)]
    id: PatientId,
    /// Birth name.
    family_name: String,
    /// All first names in one text: it cannot be split.
    given_names: String,
    /// The first names one by one, when the provider tells them apart.
    given_name_array: Vec<String>,
    /// Name in use.
    preferred_username: Option<String>,
    /// `female`, `male` or `unspecified`.
    gender: Option<String>,
    /// Text as given; 1 January may stand for an unknown day.
    birthdate: Option<String>,
    /// Text such as `1962-11-00`.
    idp_birthdate: Option<String>,
    /// INSEE code of the commune; empty when born abroad.
    birthplace: Option<String>,
    /// INSEE code of the country.
    birthcountry: Option<String>,
    /// Where we write: the address chosen here, else the provider's.
    email: Option<String>,
    /// E.164.
    phone: Option<String>,
    /// `fr` or `en`.
    language: String,
}

impl From<PatientFacts> for Me {
    fn from(facts: PatientFacts) -> Self {
        Self {
            id: facts.id,
            family_name: facts.family_name,
            given_names: facts.given_names,
            given_name_array: facts.given_name_array,
            preferred_username: facts.preferred_username,
            gender: facts.gender,
            birthdate: facts.birthdate,
            idp_birthdate: facts.idp_birthdate,
            birthplace: facts.birthplace,
            birthcountry: facts.birthcountry,
            email: facts.email,
            phone: facts.phone,
            language: facts.language,
        }
    }
}

/// Who am I?
#[utoipa::path(get, path = "/api/v1/me", tag = "identity", responses(
    (status = 200, description = "The caller", body = Me),
    (status = 401, description = "No session"),
))]
pub(super) async fn show(caller: PatientCaller, room: actix::Data<Identity>) -> Result<actix::Json<Me>, Problem> {
    let id = caller.patient;
    let facts = room.db.read(move |conn| read::patient(conn, id)).await?.ok_or_else(Problem::not_found)?;
    Ok(actix::Json(facts.into()))
}
