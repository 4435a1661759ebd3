//! `/services`: what a search found.

use std::collections::HashMap;

use ::web::{Ctx, Problem, page};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::{EstablishmentId, ServiceId};
use serde::Deserialize;
use storage::{Conn, StorageError};

use crate::{
    Booking,
    store::catalogue::{self, ServiceFilter},
};

/// Fields of a form: an empty one is a wish not made.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Search {
    /// Plain words.
    q: String,
    speciality: String,
    establishment: String,
}

struct Card {
    id: ServiceId,
    name: String,
    speciality: &'static str,
    hospital: String,
}

#[derive(Template)]
#[template(path = "booking-services.html")]
struct Services<'a> {
    ctx: &'a Ctx,
    text: &'a str,
    /// The speciality or the hospital that was chosen.
    chosen: String,
    cards: Vec<Card>,
}

pub(super) async fn show(
    room: web::Data<Booking>,
    ctx: Ctx,
    search: web::Query<Search>,
) -> Result<HttpResponse, Problem> {
    let filter = filter(&search)?;
    let (speciality, establishment) = (filter.speciality, filter.establishment);
    let (cards, hospitals) = room.db.read(move |conn| cards(conn, &filter)).await?;
    let hospital = match establishment {
        Some(id) => Some(hospitals.get(&id).cloned().ok_or_else(Problem::not_found)?),
        None => None,
    };
    let chosen = speciality.map(|one| one.label().to_owned()).into_iter().chain(hospital);
    let chosen = chosen.collect::<Vec<_>>().join(", ");
    page(&Services { ctx: &ctx, text: search.q.trim(), chosen, cards })
}

fn filter(search: &Search) -> Result<ServiceFilter, Problem> {
    let text = search.q.chars().take(100).collect();
    let speciality = match search.speciality.as_str() {
        "" => None,
        code => Some(code.parse().map_err(|_| Problem::not_found())?),
    };
    let establishment = match search.establishment.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Problem::not_found())?),
    };
    Ok(ServiceFilter { establishment, speciality, text })
}

type Hospitals = HashMap<EstablishmentId, String>;

fn cards(conn: &mut Conn, filter: &ServiceFilter) -> Result<(Vec<Card>, Hospitals), StorageError> {
    let hospitals: Hospitals =
        identity::read::establishments(conn)?.into_iter().map(|one| (one.id, one.name)).collect();
    let services = catalogue::services(conn, filter)?;
    let card = |service: catalogue::Service| Card {
        id: service.facts.id,
        name: service.facts.name,
        speciality: service.facts.speciality.label(),
        hospital: hospitals.get(&service.establishment).cloned().unwrap_or_default(),
    };
    Ok((services.into_iter().map(card).collect(), hospitals))
}
