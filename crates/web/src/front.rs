//! The front desk: what every request passes before and after its handler.

use std::{net::IpAddr, sync::Arc};

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderValue},
    },
    middleware::Next,
    web,
};
use jiff::SignedDuration;
use kernel::{VisitId, World, digest};
use storage::Db;

use crate::{
    Ctx, I18n, Lang, Policy, Problem, Settings, assets, body, client, csrf,
    ctx::{Arrival, own_cookie},
    headers, house_pages,
    limits::RateLimits,
    problem,
    routes::{Found, House, Operation, allowed},
    session::{self, Kind, Session},
    store,
};

const VISIT_COOKIE: &str = "__Host-parvis-visit";
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
    css_path: String,
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
        let css_path = format!("/assets/parvis-{}.css", assets::css_version());
        Arc::new(Self { settings, i18n, house, db, secret, limits, policy, css_path })
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
    pub(crate) fn css_path(&self) -> &str {
        &self.css_path
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
    let ctx = http.extensions().get::<Ctx>().cloned().unwrap_or_else(|| arriving.anonymous(front.clone()));
    let mut response = match outcome {
        Ok(response) => response,
        Err(problem) => refuse(&front, &ctx, &arriving, &problem),
    };
    finish(&front, &arriving, &mut response);
    log(&front, &arriving, &response, started);
    Ok(ServiceResponse::new(http, response))
}

/// What can be said of a request before anything is looked up.
struct Arriving {
    address: IpAddr,
    pattern: Option<String>,
    method: Method,
    path: String,
    lang: Lang,
    request_id: String,
    visit_cookie: String,
    new_visit: bool,
}

impl Arriving {
    fn of(front: &Front, request: &ServiceRequest) -> Self {
        let known = request.cookie(VISIT_COOKIE).map(|cookie| cookie.value().to_owned());
        let known = known.filter(|value| value.len() == 43 && value.is_ascii());
        let chosen = request.cookie(LANG_COOKIE).and_then(|cookie| Lang::from_code(cookie.value()));
        let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            address: client::address(request, &front.settings.trusted_proxies),
            pattern: request.match_pattern(),
            method: request.method().clone(),
            path: request.path().to_owned(),
            lang: chosen.unwrap_or_else(|| Lang::negotiate(accepted.unwrap_or_default())),
            request_id: front.world().uuid().simple().to_string(),
            new_visit: known.is_none(),
            visit_cookie: known.unwrap_or_else(|| front.world().secret()),
        }
    }

    fn is_api(&self) -> bool {
        self.path.starts_with("/api/") || self.path.starts_with("/fhir/")
    }

    fn is_desk(&self) -> bool {
        self.path == "/desk" || self.path.starts_with("/desk/") || self.path.starts_with("/api/v1/desk/")
    }

    fn is_asset(&self) -> bool {
        self.path.starts_with("/assets/")
    }

    fn changes_something(&self) -> bool {
        ![Method::GET, Method::HEAD, Method::OPTIONS].contains(&self.method)
    }

    fn anonymous(&self, front: Arc<Front>) -> Ctx {
        self.ctx(front, None)
    }

    fn ctx(&self, front: Arc<Front>, session: Option<Session>) -> Ctx {
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

type Refused = (actix_web::HttpRequest, Problem);

/// Lets the request in: known route, allowed pace, session, policy, form of ours. The body is paced from here on.
async fn receive(
    front: &Arc<Front>,
    arriving: &Arriving,
    mut request: ServiceRequest,
) -> Result<ServiceRequest, Refused> {
    let operation = match admit(front, arriving, &request) {
        Ok(operation) => operation,
        Err(problem) => return Err((request.request().clone(), problem)),
    };
    let session = match session_of(front, arriving, operation, &request).await {
        Ok(session) => session,
        Err(problem) => return Err((request.request().clone(), problem)),
    };
    let ctx = arriving.ctx(front.clone(), session);
    request.extensions_mut().insert(ctx.clone());
    let payload = body::Paced::new(request.take_payload(), &front.settings.body).into_payload();
    request.set_payload(payload);
    let checked = match check_policy(operation.policy, &ctx) {
        Ok(()) if arriving.changes_something() => check_form(front, &ctx, &mut request).await,
        outcome => outcome,
    };
    match checked {
        Ok(()) => Ok(request),
        Err(problem) => Err((request.request().clone(), problem)),
    }
}

fn admit<'f>(front: &'f Front, arriving: &Arriving, request: &ServiceRequest) -> Result<&'f Operation, Problem> {
    let pattern = arriving.pattern.as_deref().ok_or_else(Problem::not_found)?;
    let operation = match front.house.find(pattern, &arriving.method) {
        Found::Operation(operation) => operation,
        Found::OtherMethods => return Err(Problem::new(&problem::METHOD_NOT_ALLOWED)),
        Found::Nothing => return Err(Problem::not_found()),
    };
    if !front.limits.allows(operation.class, arriving.address) {
        return Err(Problem::new(&problem::TOO_MANY_REQUESTS).retry_after(30));
    }
    if repeats_a_name(request.query_string()) {
        return Err(Problem::new(&problem::MALFORMED));
    }
    Ok(operation)
}

/// The same name twice in a query or form: two readers could read two things.
fn repeats_a_name(pairs: &str) -> bool {
    let mut names: Vec<&str> =
        pairs.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split('=').next().unwrap_or(pair)).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| matches!(pair, [one, other] if one == other))
}

async fn session_of(
    front: &Front,
    arriving: &Arriving,
    operation: &Operation,
    request: &ServiceRequest,
) -> Result<Option<Session>, Problem> {
    let kind = if arriving.is_desk() { Kind::Staff } else { Kind::Patient };
    let cookie = request.cookie(kind.cookie()).map(|cookie| cookie.value().to_owned());
    let Some(cookie) = cookie.filter(|value| value.len() == 43 && operation.policy != Policy::Asset) else {
        return Ok(None);
    };
    let (now, idle, name) = (front.world().now(), front.idle(), cookie.clone());
    let found = front.db.read(move |conn| store::sessions::find(conn, &name, kind, now, idle)).await?;
    if found.as_ref().is_some_and(|session| session::is_due(session, now)) {
        front.db.write(move |tx| store::sessions::touch(tx, &cookie)).await?;
    }
    Ok(found)
}

fn check_policy(policy: Policy, ctx: &Ctx) -> Result<(), Problem> {
    let refused = |kind| Err(Problem::new(kind));
    match policy {
        Policy::Asset | Policy::Public => Ok(()),
        Policy::Patient if ctx.is_patient() => Ok(()),
        Policy::AnyStaff if ctx.is_staff() => Ok(()),
        Policy::Staff(_) if !ctx.is_staff() => refused(&problem::LOGIN_REQUIRED),
        Policy::Staff(roles) if roles.iter().any(|role| ctx.has_role(role)) => Ok(()),
        Policy::Staff(_) => refused(&problem::ROLE_REQUIRED),
        Policy::Patient | Policy::AnyStaff => refused(&problem::LOGIN_REQUIRED),
    }
}

/// Whether a request that changes something was made by a page of ours.
async fn check_form(front: &Front, ctx: &Ctx, request: &mut ServiceRequest) -> Result<(), Problem> {
    if !csrf::comes_from_here(request.headers(), front.settings.origin()) {
        return Err(Problem::new(&problem::FOREIGN_FORM));
    }
    let in_header = request.headers().get("x-csrf-token").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let token = match in_header {
        Some(token) => Some(token),
        None => token_in_form(front, request).await?,
    };
    match token {
        Some(token) if ctx.csrf_holds(&token) => Ok(()),
        _ => Err(Problem::new(&problem::FOREIGN_FORM)),
    }
}

/// Reads an ordinary form to find its token, and puts it back for the handler.
async fn token_in_form(front: &Front, request: &mut ServiceRequest) -> Result<Option<String>, Problem> {
    if request.content_type() != "application/x-www-form-urlencoded" {
        return Ok(None);
    }
    let whole = read_whole(request, front.settings.body.limit).await?;
    let text = std::str::from_utf8(&whole).map_err(|_| Problem::new(&problem::MALFORMED))?;
    if repeats_a_name(text) {
        return Err(Problem::new(&problem::MALFORMED));
    }
    // The token's alphabet needs no decoding.
    let token = text.split('&').find_map(|pair| pair.strip_prefix("csrf=")).map(str::to_owned);
    request.set_payload(actix_web::dev::Payload::from(whole));
    Ok(token)
}

async fn read_whole(request: &mut ServiceRequest, limit: usize) -> Result<web::Bytes, Problem> {
    use futures_util::StreamExt;
    let mut payload = request.take_payload();
    let mut whole = web::BytesMut::new();
    while let Some(part) = payload.next().await {
        match part {
            Ok(bytes) if whole.len() + bytes.len() <= limit => whole.extend_from_slice(&bytes),
            Ok(_) => return Err(Problem::new(&problem::TOO_LARGE)),
            Err(error) if body::is_late(&error) => return Err(Problem::new(&problem::TOO_SLOW)),
            Err(_) => return Err(Problem::new(&problem::MALFORMED)),
        }
    }
    Ok(whole.freeze())
}

/// A handler's answer, or the refusal that it carries.
fn answered<B: MessageBody + 'static>(response: ServiceResponse<B>) -> Result<HttpResponse, Problem> {
    match response.response().error().map(from_error) {
        Some(problem) => Err(problem),
        None => Ok(response.into_parts().1.map_into_boxed_body()),
    }
}

/// The refusal inside an error; errors of actix become the nearest refusal of ours.
fn from_error(error: &Error) -> Problem {
    match error.as_error::<Problem>() {
        Some(problem) => problem.again(),
        None => match error.as_response_error().status_code().as_u16() {
            404 => Problem::not_found(),
            405 => Problem::new(&problem::METHOD_NOT_ALLOWED),
            408 => Problem::new(&problem::TOO_SLOW),
            413 => Problem::new(&problem::TOO_LARGE),
            415 => Problem::new(&problem::UNSUPPORTED_MEDIA),
            400..=499 => Problem::new(&problem::MALFORMED),
            _ => Problem::unexpected(error.to_string()),
        },
    }
}

fn refuse(front: &Front, ctx: &Ctx, arriving: &Arriving, problem: &Problem) -> HttpResponse {
    if problem.kind.status >= 500 {
        // The one place where a failure is told, with all its causes.
        tracing::error!(
            request = arriving.request_id,
            route = arriving.pattern,
            problem = problem.kind.slug,
            cause = problem.cause().map(ToString::to_string)
        );
    }
    let mut response = if arriving.is_api() {
        house_pages::as_json(ctx, problem)
    } else if problem.kind == &problem::LOGIN_REQUIRED && arriving.method == Method::GET {
        house_pages::to_login(ctx, arriving.is_desk())
    } else {
        house_pages::as_page(ctx, problem)
    };
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.kind == &problem::METHOD_NOT_ALLOWED {
        let pattern = arriving.pattern.as_deref().unwrap_or_default();
        response.headers_mut().insert(header::ALLOW, allowed(&front.house, pattern));
    }
    response
}

fn finish(front: &Front, arriving: &Arriving, response: &mut HttpResponse) {
    headers::put(response.headers_mut(), &front.policy, &arriving.request_id);
    if arriving.new_visit && !arriving.is_asset() {
        // A cookie that is refused here would only mean a form that says it is too old.
        let _ = response.add_cookie(&own_cookie(VISIT_COOKIE, arriving.visit_cookie.clone()));
    }
}

/// One line a request: the route's pattern, never its values.
fn log(front: &Front, arriving: &Arriving, response: &HttpResponse, started: std::time::Duration) {
    let took = front.world().monotonic().saturating_sub(started);
    tracing::info!(
        request = arriving.request_id,
        method = %arriving.method,
        route = arriving.pattern.as_deref().unwrap_or("-"),
        status = response.status().as_u16(),
        took_ms = took.as_secs_f64() * 1000.0,
        "answered"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_given_twice_is_seen() {
        assert!(repeats_a_name("a=1&b=2&a=3") && repeats_a_name("a&a"));
        assert!(!repeats_a_name("") && !repeats_a_name("a=1&b=1&"));
    }
}
