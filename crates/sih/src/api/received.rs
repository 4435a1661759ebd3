//! `/api/v1/desk/received`: what the SIH said, one file for its three verbs' views.

use actix_web::web::{Data, Json, Path, Query};
use serde::Serialize;
use storage::Db;
use utoipa::ToSchema;
use web::{Problem, StaffCaller};

use super::view::{HospitalView, SegmentView, segments};
use crate::{
    desk::{Item, ReceivedDetail, ReceivedQuestion, process_again, received, received_detail},
    inbound::Inbox,
    store::ReceivedId,
};

/// A message of the SIH, or a frame that is none.
#[derive(Serialize, ToSchema)]
pub(super) struct ReceivedView {
    id: String,
    #[schema(format = DateTime)]
    received_at: String,
    establishment: Option<HospitalView>,
    /// MSH-9; empty for a frame.
    #[schema(example = "ADT A05")]
    event: String,
    /// MSH-3 and MSH-4; empty for a frame.
    sender: String,
    /// MSH-10; empty for a frame.
    control_id: String,
    #[schema(example = "refused")]
    outcome: &'static str,
    /// Table 0357 and the field at fault.
    #[schema(example = "101 PV1-19")]
    error: String,
    reason: String,
    #[schema(format = DateTime)]
    processed_at: Option<String>,
}

/// With its segments and the acknowledgement that was sent; no segment when it could not be read.
#[derive(Serialize, ToSchema)]
pub(super) struct ReceivedDetailView {
    #[serde(flatten)]
    received: ReceivedView,
    message: Vec<SegmentView>,
    answer: Vec<SegmentView>,
}

/// Newest first, 50 at most.
#[derive(Serialize, ToSchema)]
pub(super) struct ReceivedListView {
    received: Vec<ReceivedView>,
    /// Value of `before` for the next page, when there may be one.
    before: Option<String>,
}

impl From<Item> for ReceivedView {
    fn from(item: Item) -> Self {
        Self {
            id: item.id.to_string(),
            received_at: item.received_at.to_string(),
            establishment: item.hospital.map(HospitalView::from),
            event: item.event,
            sender: item.sender,
            control_id: item.control_id,
            outcome: item.outcome,
            error: item.error,
            reason: item.reason,
            processed_at: item.processed_at.map(|at| at.to_string()),
        }
    }
}

impl From<ReceivedDetail> for ReceivedDetailView {
    fn from(detail: ReceivedDetail) -> Self {
        let (message, answer) = (segments(detail.message), segments(detail.answer));
        Self { received: detail.item.into(), message, answer }
    }
}

/// What the systems of the caller's establishments said.
#[utoipa::path(
    get, path = "/api/v1/desk/received", tag = "sih", params(ReceivedQuestion),
    responses((status = 200, body = ReceivedListView), (status = 422, description = "A filter that does not exist"))
)]
pub(super) async fn list(
    caller: StaffCaller,
    question: Query<ReceivedQuestion>,
    db: Data<Db>,
) -> Result<Json<ReceivedListView>, Problem> {
    let (items, next) = received(&db, &caller, &question).await?;
    let received = items.into_iter().map(ReceivedView::from).collect();
    Ok(Json(ReceivedListView { received, before: next.map(|id| id.to_string()) }))
}

/// One of them in full.
#[utoipa::path(
    get, path = "/api/v1/desk/received/{id}", tag = "sih", params(("id" = String, Path, description = "The message or frame")),
    responses((status = 200, body = ReceivedDetailView), (status = 404, description = "Absent, or of another establishment"))
)]
pub(super) async fn get(
    caller: StaffCaller,
    id: Path<ReceivedId>,
    db: Data<Db>,
) -> Result<Json<ReceivedDetailView>, Problem> {
    Ok(Json(received_detail(&db, &caller, *id).await?.into()))
}

/// Applies a refused message again with the present settings and directory.
#[utoipa::path(
    post, path = "/api/v1/desk/received/{id}/process", tag = "sih",
    params(("id" = String, Path, description = "The message")),
    responses(
        (status = 200, body = ReceivedDetailView, description = "Its outcome tells whether it is refused still"),
        (status = 404, description = "Absent, or of another establishment"),
        (status = 409, description = "It was not refused"),
    )
)]
pub(super) async fn process(
    caller: StaffCaller,
    id: Path<ReceivedId>,
    inbox: Data<Inbox>,
    db: Data<Db>,
) -> Result<Json<ReceivedDetailView>, Problem> {
    process_again(&inbox, &caller, *id).await?;
    Ok(Json(received_detail(&db, &caller, *id).await?.into()))
}
