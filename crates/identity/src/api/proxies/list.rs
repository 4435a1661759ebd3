//! `GET /api/v1/me/proxies`

use actix_web::web as actix;
use serde::Serialize;
use utoipa::ToSchema;
use web::{PatientCaller, Problem};

use super::ProxyView;
use crate::{Identity, proxies};

/// The latest first; what ended stays for a while.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct MyProxies {
    /// Those for whom the caller acts.
    acting: Vec<ProxyView>,
    /// Those who act for the caller, as far as the caller is surely the hospital's patient: every strict trait agrees.
    acted_for: Vec<ProxyView>,
}

/// For whom do I act, and who acts for me?
#[utoipa::path(get, path = "/api/v1/me/proxies", tag = "identity", operation_id = "list_proxies", responses(
    (status = 200, description = "Both lists", body = MyProxies),
))]
pub(in crate::api) async fn handler(
    caller: PatientCaller,
    room: actix::Data<Identity>,
) -> Result<actix::Json<MyProxies>, Problem> {
    let me = caller.patient;
    let mine = room.db.read(move |conn| proxies::of_patient(conn, me)).await?;
    let [acting, acted_for] = [mine.acting, mine.acted_for].map(|all| all.into_iter().map(ProxyView::from).collect());
    Ok(actix::Json(MyProxies { acting, acted_for }))
}
