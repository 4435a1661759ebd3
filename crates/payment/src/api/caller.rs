//! Who calls with a token in its hands (RFC 6750 §2.1).

use std::{future::Future, pin::Pin};

use ::web::{Problem, problem};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};
use kernel::{EstablishmentId, Finess};

use crate::{Payments, problems, store::invoices::Name, systems::Barred};

/// A calling system, known by its token.
pub(super) struct SystemCaller {
    name: String,
}

impl SystemCaller {
    /// The invoice that an address names, if this system may speak of it.
    pub(super) async fn invoice(
        &self,
        room: &Payments,
        address: (EstablishmentId, String, String),
    ) -> Result<(Name, Finess), Problem> {
        Ok(room.name_for(&self.name, address).await?)
    }
}

impl From<Barred> for Problem {
    fn from(barred: Barred) -> Self {
        match barred {
            Barred::Right => Self::new(&problems::RIGHT_MISSING)
                .challenge("Bearer realm=\"parvis\", error=\"insufficient_scope\", scope=\"invoices\""),
            Barred::Unknown => Self::not_found(),
            Barred::Storage(error) => error.into(),
        }
    }
}

impl FromRequest for SystemCaller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let token = token(request);
        let room = request.app_data::<Data<Payments>>().cloned();
        Box::pin(async move {
            let room = room.ok_or_else(|| Problem::unexpected("a building without its room of payment"))?;
            let challenge = "Bearer realm=\"parvis\"";
            let token = token.ok_or_else(|| Problem::new(&problems::TOKEN_REQUIRED).challenge(challenge))?;
            let holder = room.holder(&token).await?;
            let challenge = "Bearer realm=\"parvis\", error=\"invalid_token\"";
            let name = holder.ok_or_else(|| Problem::new(&problems::TOKEN_INVALID).challenge(challenge))?;
            Ok(Self { name })
        })
    }
}

/// The one token of the one header; its scheme in any case (RFC 9110 §11.1).
fn token(request: &HttpRequest) -> Option<String> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let (Some(value), None) = (headers.next(), headers.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// The body of a request as JSON, once its caller is known.
pub(super) fn json<T: serde::de::DeserializeOwned>(request: &HttpRequest, body: &[u8]) -> Result<T, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let media = kind.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(&problem::UNSUPPORTED_MEDIA));
    }
    serde_json::from_slice(body)
        .map_err(|error| Problem::new(if error.is_data() { &problem::INVALID } else { &problem::MALFORMED }))
}
