//! Sending an answer off: refusals written for whoever asked, headers, cookies, one line in the log.

use actix_web::{
    Error, HttpResponse,
    body::MessageBody,
    dev::ServiceResponse,
    http::{
        Method,
        header::{self, HeaderName, HeaderValue},
    },
};

use super::{Arriving, Front, Kept, VISIT_COOKIE};
use crate::{
    Ctx, Problem,
    ctx::own_cookie,
    headers, house_pages, problem,
    routes::{Found, allowed},
};

/// A handler's answer, or the refusal that it carries.
pub(super) fn answered<B: MessageBody + 'static>(response: ServiceResponse<B>) -> Result<HttpResponse, Problem> {
    match response.response().error().map(from_error) {
        Some(problem) => Err(problem),
        None => Ok(response.into_parts().1.map_into_boxed_body()),
    }
}

/// The refusal inside an error; errors of actix become the nearest refusal of ours.
pub(super) fn from_error(error: &Error) -> Problem {
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

pub(super) fn refuse(
    front: &Front,
    ctx: &Ctx,
    arriving: &Arriving,
    problem: &Problem,
    kept: Option<Kept>,
) -> HttpResponse {
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
    } else if let Some(kept) = kept {
        house_pages::as_kept(ctx, problem, kept, arriving.is_desk())
    } else if problem.kind == &problem::LOGIN_REQUIRED && arriving.method == Method::GET {
        house_pages::to_login(ctx, arriving.is_desk())
    } else {
        house_pages::as_page(ctx, problem)
    };
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(challenge) = problem.challenge {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if problem.kind == &problem::METHOD_NOT_ALLOWED {
        let pattern = arriving.pattern.as_deref().unwrap_or_default();
        response.headers_mut().insert(header::ALLOW, allowed(&front.house, pattern));
    }
    response
}

pub(super) fn finish(front: &Front, arriving: &Arriving, response: &mut HttpResponse) {
    headers::put(response.headers_mut(), &front.policy, &arriving.request_id);
    for (name, value) in own_headers(front, arriving) {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if arriving.new_visit && !arriving.is_asset() {
        // A cookie that is refused here would only mean a form that says it is too old.
        let _ = response.add_cookie(&own_cookie(VISIT_COOKIE, arriving.visit_cookie.clone()));
    }
}

/// Those of the operation that was asked for, whether it was let in or not.
fn own_headers(front: &Front, arriving: &Arriving) -> &'static [(&'static str, &'static str)] {
    match arriving.pattern.as_deref().map(|pattern| front.house.find(pattern, &arriving.method)) {
        Some(Found::Operation(operation)) => operation.headers,
        _ => &[],
    }
}

/// One line a request: the route's pattern, never its values.
pub(super) fn log(front: &Front, arriving: &Arriving, response: &HttpResponse, started: std::time::Duration) {
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
