//! Where providers call and from where payers come back: by GET or POST, with fields in the query or the body. Nothing that
//! arrives here is believed unless its signature is right; it only brings a look-up forward.

use ::web::Problem;
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use kernel::PaymentAttemptId;
use url::form_urlencoded;

use crate::{Payments, failure::Failure, store::lookups::AskedBy};

/// `/payments/notifications/{provider}`
pub(super) async fn notified(
    room: web::Data<Payments>,
    provider: web::Path<String>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let fields = fields(&request, &body);
    room.notified(&provider, &fields, AskedBy::Notification).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("OK"))
}

/// `/payments/{id}/back`: what a signed return says is taken like a notification, any other is a reason to ask. Where it
/// leads is the page that tells how things stand, whatever was found.
pub(super) async fn back(
    room: web::Data<Payments>,
    id: web::Path<PaymentAttemptId>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    match room.came_back(*id, &fields(&request, &body)).await {
        Ok(()) => {}
        Err(Failure::Storage(error)) => tracing::warn!(attempt = %id, %error, "a return was not looked at"),
        Err(_) => return Err(Problem::not_found()),
    }
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/payments/{id}"))).finish())
}

fn fields(request: &HttpRequest, body: &[u8]) -> Vec<(String, String)> {
    let query = form_urlencoded::parse(request.query_string().as_bytes());
    query.chain(form_urlencoded::parse(body)).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}
