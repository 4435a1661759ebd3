//! `/desk/deliveries/{id}`: one delivery in full, to be replayed or dropped.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;
use kernel::DeliveryId;
use serde::Deserialize;
use storage::Db;
use web::{Ctx, Problem, StaffCaller, page_with_status, see_other};

use crate::{
    desk::{Detail, detail, drop_one, replay_one},
    problems::DeskFailure,
};

#[derive(Template)]
#[template(path = "delivery.html")]
struct Delivery<'a> {
    ctx: &'a Ctx,
    detail: Detail,
    /// The reason given was not one.
    reason_needed: bool,
    reason: String,
}

pub(crate) async fn show(caller: StaffCaller, id: Path<DeliveryId>, db: Data<Db>) -> Result<HttpResponse, Problem> {
    let detail = detail(&db, &caller, *id).await?;
    shown(&caller.ctx, StatusCode::OK, detail, None)
}

fn shown(ctx: &Ctx, status: StatusCode, detail: Detail, refused: Option<String>) -> Result<HttpResponse, Problem> {
    let reason_needed = refused.is_some();
    page_with_status(status, &Delivery { ctx, detail, reason_needed, reason: refused.unwrap_or_default() })
}

pub(crate) async fn replay(caller: StaffCaller, id: Path<DeliveryId>, db: Data<Db>) -> Result<HttpResponse, Problem> {
    replay_one(&db, &caller, *id).await?;
    Ok(see_other(&format!("/desk/deliveries/{id}")))
}

#[derive(Deserialize)]
pub(crate) struct Drop {
    #[serde(default)]
    reason: String,
}

pub(crate) async fn drop(
    caller: StaffCaller,
    id: Path<DeliveryId>,
    form: Form<Drop>,
    db: Data<Db>,
) -> Result<HttpResponse, Problem> {
    match drop_one(&db, &caller, *id, &form.reason).await {
        Ok(()) => Ok(see_other(&format!("/desk/deliveries/{id}"))),
        Err(DeskFailure::NoReason) => {
            let detail = detail(&db, &caller, *id).await?;
            shown(&caller.ctx, StatusCode::UNPROCESSABLE_ENTITY, detail, Some(form.into_inner().reason))
        }
        Err(failure) => Err(failure.into()),
    }
}
