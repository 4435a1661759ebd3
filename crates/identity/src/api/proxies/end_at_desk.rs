//! `POST /api/v1/desk/proxies/{id}/revocation`

use actix_web::{HttpResponse, web as actix};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Problem, StaffCaller};

use crate::{
    Identity,
    proxies::{self, ProxyId},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Why {
    /// 1 to 500 characters; the desk alone reads it.
    reason: String,
}

/// End it at the desk. What ended before stays as it is.
#[utoipa::path(post, path = "/api/v1/desk/proxies/{id}/revocation", tag = "identity", operation_id = "end_desk_proxy",
    params(("id" = String, Path, format = Uuid)), request_body = Why, responses(
    (status = 204, description = "Ended"),
    (status = 404, description = "None of the desk's establishments"),
    (status = 422, description = "No reason"),
))]
pub(in crate::api) async fn handler(
    caller: StaffCaller,
    id: actix::Path<ProxyId>,
    why: actix::Json<Why>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let (by, of, reason, today) = (caller.staff, caller.establishments, why.into_inner().reason, room.today());
    room.db.write(move |tx| proxies::end_at_desk(tx, *id, (by, &of), (&reason, today))).await?;
    Ok(HttpResponse::NoContent().finish())
}
