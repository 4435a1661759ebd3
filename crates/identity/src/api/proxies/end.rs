//! `POST /api/v1/me/proxies/{id}/revocation`

use actix_web::{HttpResponse, web as actix};
use web::{PatientCaller, Problem};

use crate::{
    Identity,
    proxies::{self, ProxyId},
};

/// End it: as who acts, or of age as the person for whom they act. What ended before stays as it is.
#[utoipa::path(post, path = "/api/v1/me/proxies/{id}/revocation", tag = "identity", operation_id = "end_proxy",
    params(("id" = String, Path, format = Uuid)), responses(
    (status = 204, description = "Ended"),
    (status = 404, description = "None of the caller's"),
    (status = 409, description = "Parental authority over the caller, who is a minor"),
))]
pub(in crate::api) async fn handler(
    caller: PatientCaller,
    id: actix::Path<ProxyId>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let (me, today) = (caller.patient, room.today());
    room.db.write(move |tx| proxies::end_own(tx, *id, me, today)).await?;
    Ok(HttpResponse::NoContent().finish())
}
