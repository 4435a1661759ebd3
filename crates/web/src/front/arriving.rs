//! What can be said of a request before anything is looked up.

use std::{net::IpAddr, sync::Arc};

use actix_web::{
    dev::ServiceRequest,
    http::{Method, header},
};
use kernel::{VisitId, digest};

use super::{Front, LANG_COOKIE, VISIT_COOKIE};
use crate::{Ctx, Lang, client, ctx::Arrival, session::Session};

pub(super) struct Arriving {
    pub(super) address: IpAddr,
    pub(super) pattern: Option<String>,
    pub(super) method: Method,
    pub(super) path: String,
    here: String,
    pub(super) lang: Lang,
    pub(super) request_id: String,
    pub(super) visit_cookie: String,
    pub(super) new_visit: bool,
}

impl Arriving {
    pub(super) fn of(front: &Front, request: &ServiceRequest) -> Self {
        let known = request.cookie(VISIT_COOKIE).map(|cookie| cookie.value().to_owned());
        let known = known.filter(|value| value.len() == 43 && value.is_ascii());
        let chosen = request.cookie(LANG_COOKIE).and_then(|cookie| Lang::from_code(cookie.value()));
        let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            address: client::address(request, &front.settings.trusted_proxies),
            pattern: request.match_pattern(),
            method: request.method().clone(),
            path: request.path().to_owned(),
            here: request.uri().path_and_query().map_or_else(|| request.path(), |here| here.as_str()).to_owned(),
            lang: chosen.unwrap_or_else(|| Lang::negotiate(accepted.unwrap_or_default())),
            request_id: front.world().uuid().simple().to_string(),
            new_visit: known.is_none(),
            visit_cookie: known.unwrap_or_else(|| front.world().secret()),
        }
    }

    pub(super) fn is_api(&self) -> bool {
        self.path.starts_with("/api/") || self.path.starts_with("/fhir/")
    }

    pub(super) fn is_desk(&self) -> bool {
        self.path == "/desk" || self.path.starts_with("/desk/") || self.path.starts_with("/api/v1/desk/")
    }

    pub(super) fn is_asset(&self) -> bool {
        self.path.starts_with("/assets/")
    }

    pub(super) fn changes_something(&self) -> bool {
        ![Method::GET, Method::HEAD, Method::OPTIONS].contains(&self.method)
    }

    pub(super) fn anonymous(&self, front: Arc<Front>) -> Ctx {
        self.ctx(front, None)
    }

    pub(super) fn ctx(&self, front: Arc<Front>, session: Option<Session>) -> Ctx {
        let visit = match &session {
            Some(session) => session.visit,
            None => visit_of(&front.secret, &self.visit_cookie),
        };
        let bound_to = session.as_ref().map_or(&self.visit_cookie, |session| &session.cookie).clone();
        let arrival = Arrival {
            lang: self.lang,
            session,
            visit,
            bound_to,
            path: self.path.clone(),
            here: self.here.clone(),
            request_id: self.request_id.clone(),
            address: self.address,
        };
        Ctx::new(front, arrival)
    }
}

/// A visit's id tells nothing of its cookie.
fn visit_of(secret: &[u8], cookie: &str) -> VisitId {
    let digest = digest::keyed(secret, &[b"visit", cookie.as_bytes()]);
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = from;
    }
    VisitId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
