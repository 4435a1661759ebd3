//! Letting a request in: known route, allowed pace, session, policy, form of ours.

use std::sync::Arc;

use actix_web::{HttpMessage, dev::ServiceRequest, web};

use super::{Arriving, Front, kept::keep};
use crate::{
    Ctx, Policy, Problem, body, csrf, problem,
    routes::{Found, Operation},
    session::{self, Kind, Session},
    store,
};

type Refused = (actix_web::HttpRequest, Problem);

/// Lets the request in: known route, allowed pace, session, policy, form of ours. The body is paced from here on.
pub(super) async fn receive(
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
        Err(problem) => {
            keep(front, arriving, &problem, &mut request).await;
            Err((request.request().clone(), problem))
        }
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

pub(super) async fn read_whole(request: &mut ServiceRequest, limit: usize) -> Result<web::Bytes, Problem> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_given_twice_is_seen() {
        assert!(repeats_a_name("a=1&b=2&a=3") && repeats_a_name("a&a"));
        assert!(!repeats_a_name("") && !repeats_a_name("a=1&b=1&"));
    }
}
