//! The desk's front page: what this person can do here.

use actix_web::HttpResponse;
use askama::Template;
use web::{Problem, StaffCaller, page};

use crate::{Identity, read};

#[derive(Template)]
#[template(path = "desk_home.html")]
struct DeskHome<'a> {
    ctx: &'a web::Ctx,
    roles: Vec<String>,
    establishments: Vec<String>,
}

pub(super) async fn home(caller: StaffCaller, room: actix_web::web::Data<Identity>) -> Result<HttpResponse, Problem> {
    let ctx = &caller.ctx;
    let held = crate::oidc::ROLES.iter().filter(|role| ctx.has_role(role));
    let roles = held.map(|role| ctx.t(&format!("identity-role-{role}"))).collect();
    let mine = caller.establishments.clone();
    let all = room.db.read(read::establishments).await?;
    let establishments = all.into_iter().filter(|one| mine.contains(&one.id)).map(|one| one.name).collect();
    page(&DeskHome { ctx, roles, establishments })
}
