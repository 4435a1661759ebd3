//! The front desk: what every request passes before and after its handler.

mod arriving;
mod checks;
mod kept;
mod leaving;

use std::sync::Arc;

use actix_web::{
    Error, HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::HeaderValue,
    middleware::Next,
    web,
};
use jiff::SignedDuration;
use kernel::World;
use storage::Db;

use crate::{Ctx, I18n, Settings, assets::Addresses, body, headers, limits::RateLimits, routes::House, session};
use arriving::Arriving;
use checks::receive;
pub(crate) use kept::Kept;
use leaving::{answered, finish, from_error, log, refuse};

/// Bytes of a refused document that are read all the same.
const LONGEST_REST: u64 = 128 << 20;
pub(crate) const VISIT_COOKIE: &str = "__Host-parvis-visit";
pub(crate) const LANG_COOKIE: &str = "__Host-parvis-lang";

/// What the front desk knows and holds.
pub struct Front {
    settings: Settings,
    i18n: Arc<I18n>,
    house: House,
    db: Db,
    secret: [u8; 32],
    limits: RateLimits,
    policy: HeaderValue,
    assets: Addresses,
}

impl Front {
    /// `form_targets` are the origins of partners to which our forms lead; `secret` is shared by all nodes.
    pub fn new(
        settings: Settings,
        i18n: Arc<I18n>,
        house: House,
        db: Db,
        secret: [u8; 32],
        form_targets: &[String],
    ) -> Arc<Self> {
        let policy = HeaderValue::from_str(&headers::content_security_policy(form_targets))
            .unwrap_or(HeaderValue::from_static("default-src 'none'"));
        let limits = RateLimits::new(&settings.limits);
        let assets = Addresses::new();
        Arc::new(Self { settings, i18n, house, db, secret, limits, policy, assets })
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }
    pub fn i18n(&self) -> &I18n {
        &self.i18n
    }
    pub fn house(&self) -> &House {
        &self.house
    }
    pub fn world(&self) -> &World {
        self.db.world()
    }
    pub(crate) fn secret(&self) -> &[u8] {
        &self.secret
    }
    pub(crate) fn assets(&self) -> &Addresses {
        &self.assets
    }

    /// What is to be done now and then: ended sessions and idle addresses are forgotten.
    pub async fn tidy(&self) -> Result<(), storage::StorageError> {
        self.limits.forget_idle();
        let idle = self.idle();
        self.db.write(move |tx| session::sweep(tx, idle)).await.map(|_| ())
    }

    fn idle(&self) -> SignedDuration {
        SignedDuration::from_mins(self.settings.session.idle_minutes)
    }
}

/// The middleware around everything.
pub async fn front_desk<B: MessageBody + 'static>(
    front: web::Data<Front>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let front = front.into_inner();
    let started = front.world().monotonic();
    let arriving = Arriving::of(&front, &request);
    let (http, outcome) = match receive(&front, &arriving, request).await {
        // Not cloned before: actix writes the path's values into the request while it routes, and panics if it is shared.
        Ok(request) => match next.call(request).await {
            Ok(response) => (response.request().clone(), answered(response)),
            // Handlers answer with their refusals; only a service that is not ready errs, and leaves no request to answer.
            Err(error) => return Err(from_error(&error).into()),
        },
        Err((http, problem)) => (http, Err(problem)),
    };
    // Refused or answered early: what is still on its way of a document comes to its end first.
    let rest = http.extensions().get::<body::Shared>().cloned();
    if let Some(rest) = rest {
        rest.drain(LONGEST_REST).await;
    }
    let ctx = http.extensions().get::<Ctx>().cloned().unwrap_or_else(|| arriving.anonymous(front.clone()));
    let mut response = match outcome {
        Ok(response) => response,
        Err(problem) => refuse(&front, &ctx, &arriving, &problem, kept::kept(&http)),
    };
    finish(&front, &arriving, &mut response);
    log(&front, &arriving, &response, started);
    Ok(ServiceResponse::new(http, response))
}
