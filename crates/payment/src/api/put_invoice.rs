//! `PUT /api/v1/establishments/{id}/invoices/{source}/{number}`

use ::web::{Problem, problem};
use actix_web::{HttpRequest, HttpResponse, web};
use kernel::EstablishmentId;
use serde_json::json;

use super::{
    caller::{self, SystemCaller},
    read_announced::{HospitalInvoice, view_of},
};
use crate::{Heard, Payments, said::Said};

/// Tell of an invoice, or of a change of it.
///
/// The same again changes nothing. `version` rises with each change at the source: an older one, or the same with other
/// contents, is refused. While a payer is at it a change is held, and counts from the end of the payment.
#[utoipa::path(put, path = "/api/v1/establishments/{id}/invoices/{source}/{number}", tag = "payment",
    params(
        ("id" = String, Path, description = "Establishment"),
        ("source" = String, Path, description = "A source of the calling system's, 1 to 40 visible ASCII characters"),
        ("number" = String, Path, description = "Of the invoice, unique in its source, 1 to 40 visible ASCII characters"),
    ),
    request_body = Said,
    responses(
        (status = 201, description = "Heard for the first time", body = HospitalInvoice),
        (status = 200, description = "Changed, held, or the same as before", body = HospitalInvoice),
        (status = 401, description = "No token, or none that holds; WWW-Authenticate says which"),
        (status = 403, description = "The system lacks the right `invoices`"),
        (status = 404, description = "Not an establishment or a source of this system"),
        (status = 409, description = "A newer version is known, or this one with other contents"),
        (status = 410, description = "It was here and was erased: its number opens nothing any more"),
        (status = 422, description = "Fields that break a rule, by pointer"),
    )
)]
pub(super) async fn handler(
    caller: SystemCaller,
    address: web::Path<(EstablishmentId, String, String)>,
    request: HttpRequest,
    body: web::Bytes,
    room: web::Data<Payments>,
) -> Result<HttpResponse, Problem> {
    let (name, finess) = caller.invoice(&room, address.into_inner()).await?;
    let said: Said = caller::json(&request, &body)?;
    let version = said.version.ok_or_else(|| invalid(&["/version"]))?;
    let announcement = said.read(|key| room.has_creditor(&finess, key)).map_err(|faults| invalid(&faults))?;
    let heard = room.hear_version(name.clone(), announcement, version).await?;
    let invoice = room.invoice_named(name).await?.ok_or_else(Problem::not_found)?;
    let mut answer = match heard {
        Heard::Added(_) => HttpResponse::Created(),
        Heard::Changed(_) | Heard::Same(_) | Heard::Held(_) => HttpResponse::Ok(),
    };
    Ok(answer.json(view_of(&invoice)))
}

fn invalid(pointers: &[&str]) -> Problem {
    let errors: Vec<_> = pointers
        .iter()
        .map(|pointer| json!({ "pointer": pointer, "code": pointer.rsplit('/').next().unwrap_or_default() }))
        .collect();
    Problem::new(&problem::INVALID).member("errors", errors)
}
