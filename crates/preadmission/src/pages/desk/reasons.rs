//! `/desk/preadmissions/reasons`: the hospital's own words for refusing a kind of document.

use ::web::{Ctx, Problem, StaffCaller, page, see_other};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::EstablishmentId;
use serde::Deserialize;

use super::Typed;
use crate::{
    Preadmission,
    desk::{Clerk, Reason, reasons_of},
    domain::rules::KINDS,
    failure::Failure,
    pages::shown::document_title,
    store::reasons::Own,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Which {
    establishment: String,
    kind: String,
}

#[derive(Template)]
#[template(path = "preadmission-desk-reasons.html")]
struct Reasons<'a> {
    ctx: &'a Ctx,
    hospitals: Vec<(String, String)>,
    establishment: String,
    kinds: Vec<(&'static str, String)>,
    kind: String,
    reasons: Vec<Shown>,
}

struct Shown {
    code: String,
    fr: String,
    en: String,
    active: bool,
}

/// A shipped reason in the caller's language; a code that is not shipped stands for itself.
pub(super) fn shipped_words(ctx: &Ctx, code: &str) -> String {
    in_language(ctx, ctx.lang(), code)
}

/// The hospital's own words for a reason, else the shipped ones, else its code.
pub(crate) fn words_of(ctx: &Ctx, reasons: &[Reason], code: &str) -> String {
    let own = reasons.iter().find(|reason| reason.code == code).and_then(|reason| reason.words(ctx.lang()));
    own.map_or_else(|| shipped_words(ctx, code), str::to_owned)
}

fn in_language(ctx: &Ctx, lang: ::web::Lang, code: &str) -> String {
    let (i18n, key) = (ctx.front().i18n(), format!("preadmission-desk-reason-{code}"));
    if i18n.has(lang, &key) { i18n.text(lang, &key, &[]) } else { code.to_owned() }
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    which: web::Query<Which>,
) -> Result<HttpResponse, Problem> {
    let ctx = &caller.ctx;
    let hospitals = room.hospitals((&caller).into()).await?;
    let named = |id: &EstablishmentId| which.establishment.is_empty() || which.establishment == id.to_string();
    let hospital = hospitals.iter().find(|one| named(&one.id)).ok_or(Failure::Unknown)?;
    let kind = KINDS.iter().find(|kind| **kind == which.kind).or(KINDS.first()).copied().unwrap_or_default();
    let (id, of) = (hospital.id, kind.to_owned());
    let reasons: Result<Vec<Reason>, Failure> = room.db.read(move |conn| Ok(reasons_of(conn, id, &of)?)).await;
    let shown = |reason: Reason| {
        let (fr, en) = reason.own.unwrap_or_else(|| {
            (in_language(ctx, ::web::Lang::Fr, &reason.code), in_language(ctx, ::web::Lang::En, &reason.code))
        });
        Shown { code: reason.code, fr, en, active: reason.active }
    };
    page(&Reasons {
        ctx,
        establishment: hospital.id.to_string(),
        hospitals: hospitals.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
        kinds: KINDS.iter().map(|kind| (*kind, document_title(ctx, kind))).collect(),
        kind: kind.to_owned(),
        reasons: reasons?.into_iter().map(shown).collect(),
    })
}

pub(super) async fn save(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let own = Own {
        kind: typed.get("kind").to_owned(),
        code: typed.get("code").to_owned(),
        fr: typed.get("fr").to_owned(),
        en: typed.get("en").to_owned(),
        active: typed.has("active"),
    };
    let wrong = || Problem::invalid("/establishment", "preadmission-desk-filter-unknown");
    let establishment: EstablishmentId = typed.get("establishment").parse().map_err(|_| wrong())?;
    let back = format!("/desk/preadmissions/reasons?establishment={establishment}&kind={}", own.kind);
    room.save_reason(Clerk::from(&caller), establishment, own).await?;
    Ok(see_other(&back))
}
