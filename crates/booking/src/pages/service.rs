//! `/services/{id}`: why one comes, how long it takes, what to bring.

use ::web::{Ctx, Phone, Problem, page, when};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::{ServiceId, VisitReasonId};
use storage::{Conn, StorageError};

use super::shown::phone;
use crate::{
    Booking,
    store::catalogue::{self, Reason},
};

struct Card {
    id: VisitReasonId,
    label: String,
    duration: String,
    instructions: String,
    open: bool,
}

impl From<Reason> for Card {
    fn from(reason: Reason) -> Self {
        Self {
            id: reason.id,
            label: reason.label,
            duration: when::duration(reason.minutes.into()),
            instructions: reason.instructions,
            open: reason.open,
        }
    }
}

#[derive(Template)]
#[template(path = "booking-service.html")]
struct ServicePage<'a> {
    ctx: &'a Ctx,
    name: String,
    hospital: String,
    description: String,
    telephone: Phone,
    reasons: Vec<Card>,
}

type Found = (catalogue::Service, String, Vec<Reason>);

fn find(conn: &mut Conn, id: ServiceId) -> Result<Option<Found>, StorageError> {
    let Some(service) = catalogue::service(conn, id)? else { return Ok(None) };
    let hospital = identity::read::establishment(conn, service.establishment)?;
    let reasons = catalogue::reasons(conn, id)?;
    Ok(Some((service, hospital.map(|one| one.name).unwrap_or_default(), reasons)))
}

pub(super) async fn show(
    room: web::Data<Booking>,
    ctx: Ctx,
    id: web::Path<ServiceId>,
) -> Result<HttpResponse, Problem> {
    let found = room.db.read(move |conn| find(conn, *id)).await?;
    let (service, hospital, reasons) = found.ok_or_else(Problem::not_found)?;
    let telephone = phone(&ctx, &[service.facts.telephone.as_deref()]);
    page(&ServicePage {
        ctx: &ctx,
        name: service.facts.name,
        hospital,
        description: service.description,
        telephone,
        reasons: reasons.into_iter().map(Card::from).collect(),
    })
}
