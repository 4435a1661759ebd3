//! `/api/v1/desk/preadmission-views`: lists kept under a name, a clerk's own or shared with the team of an establishment.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::{EstablishmentId, StaffId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Preadmission,
    api::views::ProblemView,
    desk::{Clerk, question::Question, views::View},
    store::views::ViewId,
};

#[derive(Serialize, ToSchema)]
#[schema(as = DeskViews)]
pub(in crate::api) struct SavedViews {
    items: Vec<SavedView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DeskView)]
struct SavedView {
    #[schema(value_type = String, format = Uuid)]
    id: ViewId,
    name: String,
    /// What it asks of `GET /api/v1/desk/preadmissions`.
    question: Question,
    /// Files of the team in it now.
    count: i64,
    is_shared: bool,
    /// The colleague who shares it; none: one's own.
    #[schema(value_type = Option<String>, format = Uuid)]
    shared_by: Option<StaffId>,
}

impl From<View> for SavedView {
    fn from(view: View) -> Self {
        let View { id, name, question, count, from, is_shared } = view;
        Self { id, name, question, count, is_shared, shared_by: from }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDeskView)]
pub(in crate::api) struct NewView {
    /// 1 to 60 characters. One of the same name gives way.
    name: String,
    /// The establishment whose team sees it, too.
    #[schema(value_type = Option<String>, format = Uuid)]
    team: Option<EstablishmentId>,
    question: Question,
}

#[utoipa::path(get, path = "/api/v1/desk/preadmission-views", tag = "preadmission", operation_id = "list_desk_views",
    responses((status = 200, body = SavedViews)))]
pub(in crate::api) async fn list(room: web::Data<Preadmission>, caller: StaffCaller) -> Result<HttpResponse, Problem> {
    let clerk = Clerk::from(&caller);
    let zone = room.desk_zone(clerk.clone()).await?;
    let views = room.views(clerk, zone).await?;
    Ok(HttpResponse::Ok().json(SavedViews { items: views.into_iter().map(SavedView::from).collect() }))
}

#[utoipa::path(post, path = "/api/v1/desk/preadmission-views", tag = "preadmission", operation_id = "save_desk_view",
    request_body = NewView,
    responses(
        (status = 204),
        (status = 404, description = "A team of which one is not.", body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Twenty views are kept already.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "A name or a filter that cannot be.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn save(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    new: web::Json<NewView>,
) -> Result<HttpResponse, Problem> {
    let NewView { name, team, question } = new.into_inner();
    room.save_view(&caller, (name, team), question).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[utoipa::path(delete, path = "/api/v1/desk/preadmission-views/{view}", tag = "preadmission",
    operation_id = "remove_desk_view", description = "One's own alone.", params(("view" = String, Path, format = Uuid)),
    responses((status = 204), (status = 404, body = ProblemView, content_type = "application/problem+json")))]
pub(in crate::api) async fn remove(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    view: web::Path<ViewId>,
) -> Result<HttpResponse, Problem> {
    room.remove_view((&caller).into(), *view).await?;
    Ok(HttpResponse::NoContent().finish())
}
