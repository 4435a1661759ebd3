//! Pages that belong to no room: refusals, legal notices, accessibility, help, language, files.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web,
};
use askama::Template;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{OpenApi, ToSchema};

use crate::{
    Caller, Ctx, Front, Lang, Policy, Problem, Routes,
    assets::ICON,
    ctx::own_cookie,
    front::{Kept, LANG_COOKIE},
    input::{in_query, local_path},
    page, page_with_status, problem, see_other,
    settings::AccessibilityState,
};

/// The front desk's own table.
pub fn routes() -> Routes {
    Routes::new("web")
        .get("/assets/{file}", Policy::Asset, asset)
        .get("/favicon.ico", Policy::Asset, icon)
        .get("/robots.txt", Policy::Asset, robots)
        .post("/language", Policy::Public, language)
        .get("/help", Policy::Public, help)
        .get("/accessibility", Policy::Public, accessibility)
        .get("/legal", Policy::Public, legal)
        .get("/privacy", Policy::Public, privacy)
        .get("/problems", Policy::Public, problems)
        .get("/problems/{slug}", Policy::Public, problem_page)
        .get("/api/v1/session", Policy::Public, session)
        .get("/api/v1/desk/session", Policy::Public, desk_session)
}

// Refusals -----------------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "refusal.html")]
struct Refusal<'a> {
    ctx: &'a Ctx,
    title: String,
    detail: String,
    is_ours: bool,
}

fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

pub(crate) fn as_page(ctx: &Ctx, problem: &Problem) -> HttpResponse {
    let (title, detail) = ctx.words(problem);
    let is_ours = problem.kind.status >= 500;
    let template = Refusal { ctx, title, detail, is_ours };
    page_with_status(status(problem), &template).unwrap_or_else(|_| HttpResponse::new(status(problem)))
}

#[derive(Template)]
#[template(path = "kept.html")]
struct KeptForm<'a> {
    ctx: &'a Ctx,
    title: String,
    needs_login: bool,
    login: &'static str,
    typed: Vec<(String, String)>,
}

/// What was typed stands in the page, and goes again with one press of a button: after the login, in a page of its
/// own, or at once when the page was only too old.
pub(crate) fn as_kept(ctx: &Ctx, problem: &Problem, kept: Kept, desk: bool) -> HttpResponse {
    let (title, _) = ctx.words(problem);
    let login = if desk { "/desk/login" } else { "/login" };
    let needs_login = problem.kind == &problem::LOGIN_REQUIRED;
    let template = KeptForm { ctx, title, needs_login, login, typed: kept.0 };
    page_with_status(status(problem), &template).unwrap_or_else(|_| HttpResponse::new(status(problem)))
}

/// RFC 9457. `instance` is the request's number, the same that the log has.
pub(crate) fn as_json(ctx: &Ctx, problem: &Problem) -> HttpResponse {
    let (title, detail) = ctx.words(problem);
    let mut members: Map<String, Value> = problem.members.clone();
    for (name, value) in [
        ("type", json!(ctx.url(&format!("/problems/{}", problem.kind.slug)))),
        ("title", json!(title)),
        ("status", json!(problem.kind.status)),
        ("detail", json!(detail)),
        ("instance", json!(format!("urn:parvis:request:{}", ctx.request_id()))),
    ] {
        members.insert(name.to_owned(), value);
    }
    // An absent thing and somebody else's must not differ by one byte.
    if problem.kind == &problem::NOT_FOUND {
        members.remove("instance");
    }
    HttpResponse::build(status(problem))
        .content_type("application/problem+json")
        .body(Value::Object(members).to_string())
}

/// A page that needs a login leads there, and back afterwards.
pub(crate) fn to_login(ctx: &Ctx, desk: bool) -> HttpResponse {
    let login = if desk { "/desk/login" } else { "/login" };
    match local_path(ctx.here()) {
        Some(here) => see_other(&format!("{login}?return_to={}", in_query(here))),
        None => see_other(login),
    }
}

// Files --------------------------------------------------------------------------------------------------------------

async fn asset(front: web::Data<Front>, file: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (kind, content) = front.assets().at(&format!("/assets/{file}")).ok_or_else(Problem::not_found)?;
    Ok(kept(kind, content))
}

async fn icon() -> HttpResponse {
    kept("image/svg+xml", ICON)
}

fn kept(kind: &str, content: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(content)
}

async fn robots() -> HttpResponse {
    let text = "User-agent: *\nDisallow: /api/\nDisallow: /appointments\nDisallow: /checkout\nDisallow: /desk\n";
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}

// Language -----------------------------------------------------------------------------------------------------------

#[derive(Deserialize)]
struct LanguageForm {
    lang: String,
    return_to: String,
}

async fn language(form: web::Form<LanguageForm>) -> Result<HttpResponse, Problem> {
    let lang = Lang::from_code(&form.lang).ok_or_else(|| Problem::invalid("/lang", "language"))?;
    let mut cookie = own_cookie(LANG_COOKIE, lang.code().to_owned());
    cookie.set_max_age(actix_web::cookie::time::Duration::days(365));
    let mut response = see_other(local_path(&form.return_to).unwrap_or("/"));
    response.add_cookie(&cookie).map_err(Problem::unexpected)?;
    Ok(response)
}

// Notices ------------------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "help.html")]
struct Help<'a> {
    ctx: &'a Ctx,
}

async fn help(ctx: Ctx) -> Result<HttpResponse, Problem> {
    page(&Help { ctx: &ctx })
}

#[derive(Template)]
#[template(path = "accessibility.html")]
struct Accessibility<'a> {
    ctx: &'a Ctx,
    state: &'static str,
}

async fn accessibility(ctx: Ctx) -> Result<HttpResponse, Problem> {
    let state = match ctx.settings().accessibility_state {
        AccessibilityState::Non => "web-accessibility-none",
        AccessibilityState::Partiel => "web-accessibility-partial",
        AccessibilityState::Total => "web-accessibility-total",
    };
    page(&Accessibility { ctx: &ctx, state })
}

#[derive(Template)]
#[template(path = "legal.html")]
struct Legal<'a> {
    ctx: &'a Ctx,
}

async fn legal(ctx: Ctx) -> Result<HttpResponse, Problem> {
    page(&Legal { ctx: &ctx })
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct Privacy<'a> {
    ctx: &'a Ctx,
}

async fn privacy(ctx: Ctx) -> Result<HttpResponse, Problem> {
    page(&Privacy { ctx: &ctx })
}

// The catalogue of refusals -------------------------------------------------------------------------------------------

struct Listed {
    slug: &'static str,
    status: u16,
    title: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "problems.html")]
struct Problems<'a> {
    ctx: &'a Ctx,
    problems: Vec<Listed>,
}

fn catalogue(ctx: &Ctx) -> Vec<Listed> {
    let listed = |kind: &'static problem::ProblemType| {
        let (title, detail) = ctx.words(&Problem::new(kind));
        Listed { slug: kind.slug, status: kind.status, title, detail }
    };
    ctx.front().house().problems().map(listed).collect()
}

async fn problems(ctx: Ctx) -> Result<HttpResponse, Problem> {
    page(&Problems { ctx: &ctx, problems: catalogue(&ctx) })
}

async fn problem_page(ctx: Ctx, slug: web::Path<String>) -> Result<HttpResponse, Problem> {
    let problems: Vec<Listed> = catalogue(&ctx).into_iter().filter(|listed| listed.slug == *slug).collect();
    if problems.is_empty() {
        return Err(Problem::not_found());
    }
    page(&Problems { ctx: &ctx, problems })
}

// For programs --------------------------------------------------------------------------------------------------------

/// Who the caller is, and the token for `X-CSRF-Token`.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
struct SessionView {
    /// `anonymous`, `patient` or `staff`.
    caller: &'static str,
    csrf_token: String,
    /// `fr` or `en`.
    language: &'static str,
    roles: Vec<String>,
}

/// The front desk's part of the contract.
#[derive(OpenApi)]
#[openapi(paths(session, desk_session), tags((name = "web", description = "The session and its token")))]
pub struct Contract;

#[utoipa::path(get, path = "/api/v1/session", tag = "web", operation_id = "session", responses((status = 200, body = SessionView)))]
async fn session(ctx: Ctx) -> web::Json<SessionView> {
    web::Json(view(&ctx))
}

#[utoipa::path(get, path = "/api/v1/desk/session", tag = "web", operation_id = "desk_session", responses((status = 200, body = SessionView)))]
async fn desk_session(ctx: Ctx) -> web::Json<SessionView> {
    web::Json(view(&ctx))
}

fn view(ctx: &Ctx) -> SessionView {
    let caller = match ctx.caller() {
        Caller::Anonymous => "anonymous",
        Caller::Patient(_) => "patient",
        Caller::Staff(_) => "staff",
    };
    let roles = ctx.session().map(|session| session.details.roles.clone()).unwrap_or_default();
    SessionView { caller, csrf_token: ctx.csrf(), language: ctx.lang().code(), roles }
}
