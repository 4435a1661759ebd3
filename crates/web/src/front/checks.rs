//! Letting a request in: known route, allowed pace, session, policy, form of ours.

use std::sync::Arc;

use actix_web::{HttpMessage, dev::ServiceRequest, web};

use super::{Arriving, Front, kept::keep};
use crate::{
    Ctx, Policy, Problem, body, csrf,
    limits::Class,
    problem,
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
    let body = body::Shared::new(body::Paced::new(request.take_payload(), &front.settings.body, operation.class));
    request.set_payload(body.payload());
    if operation.class == Class::Uploading {
        request.extensions_mut().insert(body);
    }
    let checked = match check_policy(operation.policy, &ctx) {
        Ok(()) if arriving.changes_something() && operation.policy != Policy::Partner => {
            check_form(front, &ctx, &mut request).await
        }
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
    let knows_sessions = !matches!(operation.policy, Policy::Asset | Policy::Partner);
    let Some(cookie) = cookie.filter(|value| value.len() == 43 && knows_sessions) else {
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
        Policy::Asset | Policy::Public | Policy::Partner => Ok(()),
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
    match request.content_type() {
        "application/x-www-form-urlencoded" => {}
        "multipart/form-data" => return token_in_first_part(request).await,
        _ => return Ok(None),
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

/// Of a form with files, which is never held whole: the token is its first part, as our pages write it. What was read is
/// put back before the rest.
async fn token_in_first_part(request: &mut ServiceRequest) -> Result<Option<String>, Problem> {
    use futures_util::{StreamExt, stream};
    let mut payload = request.take_payload();
    let mut head = web::BytesMut::new();
    while head.len() < LONGEST_FIRST_PART
        && let Some(part) = payload.next().await
    {
        head.extend_from_slice(&part.map_err(|error| unreadable(&error))?);
    }
    let token = first_part(&head, "csrf").map(str::to_owned);
    let whole = stream::iter([Ok(head.freeze())]).chain(payload);
    request.set_payload(actix_web::dev::Payload::Stream { payload: Box::pin(whole) });
    Ok(token)
}

/// Bytes in which the first part of a form must end.
const LONGEST_FIRST_PART: usize = 1024;

/// The value of the first part of a multipart form, if that is its name (RFC 7578 §4.2).
fn first_part<'h>(head: &'h [u8], name: &str) -> Option<&'h str> {
    let head = head.get(..LONGEST_FIRST_PART).unwrap_or(head);
    // Later bytes may be a file's.
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?,
    };
    let (headers, rest) = text.split_once("\r\n\r\n")?;
    let named = headers.contains(&format!("form-data; name=\"{name}\"\r\n"))
        || headers.ends_with(&format!("form-data; name=\"{name}\""));
    if named { rest.split_once("\r\n").map(|(value, _)| value) } else { None }
}

fn unreadable(error: &actix_web::error::PayloadError) -> Problem {
    Problem::new(if body::is_late(error) { &problem::TOO_SLOW } else { &problem::MALFORMED })
}

pub(super) async fn read_whole(request: &mut ServiceRequest, limit: usize) -> Result<web::Bytes, Problem> {
    use futures_util::StreamExt;
    let mut payload = request.take_payload();
    let mut whole = web::BytesMut::new();
    while let Some(part) = payload.next().await {
        match part {
            Ok(bytes) if whole.len() + bytes.len() <= limit => whole.extend_from_slice(&bytes),
            Ok(_) => return Err(Problem::new(&problem::TOO_LARGE)),
            Err(error) => return Err(unreadable(&error)),
        }
    }
    Ok(whole.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_files_shows_its_token_first() {
        let form =
            |first: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{first}\"\r\n\r\ntoken\r\n--x\r\n");
        let with_file = [form("csrf").as_bytes(), b"\xFF\xD8\xFF"].concat();
        assert_eq!(first_part(&with_file, "csrf"), Some("token"));
        assert_eq!(first_part(form("file").as_bytes(), "csrf"), None);
        let as_file = form("file\"; filename=\"csrf");
        for other in ["", "--x", "--x\r\n\r\ntoken\r\n", as_file.as_str()] {
            assert_eq!(first_part(other.as_bytes(), "csrf"), None, "{other}");
        }
        let late = format!("--x\r\nX: {}\r\n{}", "a".repeat(2000), form("csrf"));
        assert_eq!(first_part(late.as_bytes(), "csrf"), None);
    }

    #[test]
    fn a_name_given_twice_is_seen() {
        assert!(repeats_a_name("a=1&b=2&a=3") && repeats_a_name("a&a"));
        assert!(!repeats_a_name("") && !repeats_a_name("a=1&b=1&"));
    }
}
