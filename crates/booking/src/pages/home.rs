//! `/`: choose a speciality, a hospital, or search in plain words.

use ::web::{Ctx, Problem, page};
use actix_web::{HttpResponse, web};
use askama::Template;
use identity::read::Establishment;

use crate::{Booking, domain::Speciality, store::catalogue};

#[derive(Template)]
#[template(path = "booking-home.html")]
struct Home<'a> {
    ctx: &'a Ctx,
    specialities: Vec<Speciality>,
    establishments: Vec<Establishment>,
}

pub(super) async fn show(room: web::Data<Booking>, ctx: Ctx) -> Result<HttpResponse, Problem> {
    let found = room.db.read(|conn| Ok((catalogue::specialities(conn)?, identity::read::establishments(conn)?)));
    let (specialities, establishments) = found.await.map_err(|error: storage::StorageError| Problem::from(error))?;
    page(&Home { ctx: &ctx, specialities, establishments })
}
