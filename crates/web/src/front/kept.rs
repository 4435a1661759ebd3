//! A form that came too late is not lost: its values stand in the answer, to be sent again after the login.

use actix_web::{HttpMessage, HttpRequest, dev::ServiceRequest, http::header, web};

use super::{Arriving, Front, checks::read_whole};
use crate::{Problem, problem};

/// Names and values as they were typed, without the token of the page.
#[derive(Clone)]
pub(crate) struct Kept(pub(crate) Vec<(String, String)>);

/// Keeps what was typed when only the session or the token of an ordinary form is missing. A browser must say that
/// the form is of this site: no other site gets a page here that carries its values.
pub(super) async fn keep(front: &Front, arriving: &Arriving, problem: &Problem, request: &mut ServiceRequest) {
    let late = problem.kind == &problem::LOGIN_REQUIRED || problem.kind == &problem::FOREIGN_FORM;
    let says = |name: &str, value: &str| request.headers().get(name).is_some_and(|said| said == value);
    let ours = says("sec-fetch-site", "same-origin")
        && says(header::CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded");
    if !late || !ours || arriving.is_api() {
        return;
    }
    // A body that cannot be read whole is not kept: the refusal stands as it is.
    let Ok(whole) = read_whole(request, front.settings.body.limit).await else { return };
    let text = String::from_utf8_lossy(&whole);
    if let Ok(pairs) = web::Query::<Vec<(String, String)>>::from_query(&text) {
        let typed = pairs.into_inner().into_iter().filter(|(name, _)| name != "csrf").collect();
        request.extensions_mut().insert(Kept(typed));
    }
}

pub(super) fn kept(request: &HttpRequest) -> Option<Kept> {
    request.extensions().get::<Kept>().cloned()
}
