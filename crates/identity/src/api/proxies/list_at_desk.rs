//! `GET /api/v1/desk/proxies`

use actix_web::web as actix;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Problem, StaffCaller};

use super::ProxyView;
use crate::{Identity, proxies};

#[derive(Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Asked {
    /// The hospital's number of the patient.
    ipp: String,
}

/// As the desk sees it.
#[derive(Serialize, ToSchema)]
struct DeskProxy {
    #[serde(flatten)]
    proxy: ProxyView,
    /// Who of the desk accepted the file that showed it last; none: nobody here.
    accepted_by: Option<String>,
    /// Why the desk ended it, in its words.
    reason: Option<String>,
}

/// The latest first.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct DeskProxies {
    items: Vec<DeskProxy>,
}

/// Who acts for this patient at my establishments? The look stands in the access log of those whom it concerns.
#[utoipa::path(get, path = "/api/v1/desk/proxies", tag = "identity", operation_id = "list_desk_proxies", params(Asked),
    responses((status = 200, description = "Who acts, and who did", body = DeskProxies)))]
pub(in crate::api) async fn handler(
    caller: StaffCaller,
    asked: actix::Query<Asked>,
    room: actix::Data<Identity>,
) -> Result<actix::Json<DeskProxies>, Problem> {
    let (by, of, ipp) = (caller.staff, caller.establishments, asked.into_inner().ipp);
    let found = room.db.write(move |tx| proxies::look_at(tx, (by, &of), ipp.trim())).await?;
    let items = found.into_iter().map(|mut shown| DeskProxy {
        accepted_by: shown.accepted_by.take(),
        reason: shown.proxy.ended.as_ref().map(|ended| ended.reason.clone()).filter(|words| !words.is_empty()),
        proxy: shown.into(),
    });
    Ok(actix::Json(DeskProxies { items: items.collect() }))
}
