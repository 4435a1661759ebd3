//! `GET /api/v1/places`: communes and countries by the beginning of their name, as they were called on a day of birth.

use ::web::{Ctx, Problem};
use actix_web::{HttpResponse, http::header, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::places::{self, Born, Place},
    pages::became,
};

/// Places of one answer.
const MOST: usize = 20;
/// Characters; the longest name of a commune has 45.
const LONGEST: usize = 100;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// Two characters or more, without regard to accents, case and hyphens; at most 100.
    name: String,
    /// A day of birth: `1962-11-05`, `1962-11`, `1962`; parts written `00`, and a missing one, are unknown.
    #[serde(default)]
    on: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Places)]
pub(crate) struct PlacesView {
    items: Vec<PlaceView>,
}

/// A place under the name that it had on that day.
#[derive(Serialize, ToSchema)]
#[schema(as = Place)]
struct PlaceView {
    /// Of the Code officiel géographique; those of countries begin with 99.
    code: &'static str,
    name: &'static str,
    /// The name with the department, or the country it belongs to.
    label: String,
    /// Number of the department; none: a country.
    department: Option<&'static str>,
    /// What took its place and when, in words.
    became: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/places", tag = "preadmission", operation_id = "list_places", params(Search),
    responses((status = 200, body = PlacesView), (status = 422, body = super::views::ProblemView, content_type = "application/problem+json")))]
pub(super) async fn handler(ctx: Ctx, search: web::Query<Search>) -> Result<HttpResponse, Problem> {
    if search.name.chars().count() > LONGEST {
        return Err(Problem::invalid("/name", "name"));
    }
    let view = |place: &'static Place| PlaceView {
        code: place.code,
        name: place.name,
        label: place.label(),
        department: place.department(),
        became: became(&ctx, place),
    };
    let found = places::search(&search.name, &Born::of(&search.on), MOST);
    // Nothing of a person is in the answer, but a day of birth is in the question: only the browser keeps it.
    let kept = (header::CACHE_CONTROL, "private, max-age=86400");
    let view = PlacesView { items: found.into_iter().map(view).collect() };
    Ok(HttpResponse::Ok().insert_header(kept).insert_header((header::VARY, "accept-language, cookie")).json(view))
}
