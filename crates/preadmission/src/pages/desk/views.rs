//! `/desk/preadmissions/views`: keeping a list under a name, and letting it go.

use ::web::{Problem, StaffCaller, see_other};
use actix_web::{HttpResponse, web};

use super::Typed;
use crate::{Preadmission, desk::question::Question, store::views::ViewId};

pub(super) async fn save(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let question = Question::read(|name| typed.get(name).to_owned());
    let team = match typed.get("team") {
        "" => None,
        id => Some(id.parse().map_err(|_| Problem::not_found())?),
    };
    room.save_view(&caller, (typed.get("name").to_owned(), team), question.clone()).await?;
    Ok(see_other(&question.with(|_| ())))
}

pub(super) async fn remove(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    view: web::Path<ViewId>,
) -> Result<HttpResponse, Problem> {
    room.remove_view((&caller).into(), *view).await?;
    Ok(see_other("/desk/preadmissions"))
}
