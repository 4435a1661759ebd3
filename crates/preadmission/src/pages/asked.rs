//! `/preadmissions/{id}/people/{purpose}`: how it stands with the trusted person, or with who is in charge of the patient,
//! seen by whoever asks, asks again or takes it back; also once the file was sent.

use ::web::{Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::{PatientId, PreadmissionId};
use serde::Deserialize;

use super::{
    acting::wrong_key,
    shown::{StayShown, Tag},
    signatories::how_asked,
};
use crate::{
    Preadmission,
    answering::{may_ask, may_take_back},
    domain::{answering::Signature, trusted::OnPaper},
    failure::Failure,
    read::{Invitation, OpenedAs, PreadmissionFacts, Purpose, Status},
};

#[derive(Template)]
#[template(path = "preadmission-asked.html")]
struct AskedPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    purpose: &'static str,
    title: String,
    is_trusted: bool,
    /// Whom the file names, or named last; empty: nobody.
    name: String,
    state: Option<Tag>,
    /// How their link went, while an answer is awaited.
    asked: String,
    /// Why nobody can be asked by a link; empty: somebody can.
    on_paper: &'static str,
    /// What the link is for; none: nobody may be asked now.
    how: Option<String>,
    ask: String,
    revoke: Option<String>,
    /// The section in which somebody is named, and the words that lead there; none: it is closed.
    change: Option<(&'static str, String)>,
    typed: Typed,
    wrong: &'static str,
}

/// As typed; wrong or not it is shown again.
#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    contact: String,
}

pub(super) type Path = web::Path<(PreadmissionId, String)>;

/// An adult's file, and for what somebody is asked in it; a minor designates nobody and has holders of parental authority.
async fn adults_file(
    room: &Preadmission,
    caller: &PatientCaller,
    path: Path,
) -> Result<(PreadmissionFacts, Purpose), Problem> {
    let (id, purpose) = path.into_inner();
    let purpose = Purpose::named(&purpose);
    let purpose = purpose.filter(|one| matches!(one, Purpose::TrustedPerson | Purpose::Representative));
    let facts = room.file_of(caller.patient, id).await?;
    purpose.filter(|_| !facts.is_minor()).map(|purpose| (facts, purpose)).ok_or_else(Problem::not_found)
}

pub(super) fn address(id: PreadmissionId, purpose: Purpose) -> String {
    format!("/preadmissions/{id}/people/{}", purpose.name())
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: Path,
) -> Result<HttpResponse, Problem> {
    let (facts, purpose) = adults_file(&room, &caller, path).await?;
    let asked = room.invitations_of(facts.id).await?;
    page(&asked_page(&caller, &room, (&facts, purpose, &asked), (Typed::default(), "")))
}

/// As what this person asks: whoever is shown the page has the file.
fn acts_as(facts: &PreadmissionFacts, patient: PatientId) -> OpenedAs {
    facts.acts_as(patient).unwrap_or(OpenedAs::Relative)
}

fn asked_page<'a>(
    caller: &'a PatientCaller,
    room: &Preadmission,
    (facts, purpose, asked): (&PreadmissionFacts, Purpose, &[Invitation]),
    (typed, wrong): (Typed, &'static str),
) -> AskedPage<'a> {
    let (ctx, acts_as) = (&caller.ctx, acts_as(facts, caller.patient));
    let (known, living, named) = (facts.last(purpose), facts.living(purpose), facts.wished(purpose));
    let is_over = facts.status == Status::Cancelled || facts.stay.entry_at <= room.db.now();
    let name = named.or(known.map(|one| one.name.as_str())).unwrap_or_default().to_owned();
    let link = |number| asked.iter().rfind(|one| one.purpose == purpose && one.number == number);
    let waiting = known.filter(|one| one.state == Signature::Awaited).and_then(|one| link(one.number));
    let why = may_ask(facts, acts_as, purpose).err();
    let may_ask = why.is_none() && !is_over && named.is_some() && living.is_none_or(|one| !one.state.stands());
    let may_revoke = living.is_some() && may_take_back(facts, acts_as, purpose);
    let section = if purpose == Purpose::TrustedPerson { "trusted-person" } else { "situation" };
    let words = |what: &str| ctx.t(&format!("preadmission-asked-{what}-{}", purpose.name()));
    let of_name = |what: &str| ctx.t1(&format!("preadmission-asked-{what}-{}", purpose.name()), "name", name.as_str());
    AskedPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        purpose: purpose.name(),
        title: words("title"),
        is_trusted: purpose == Purpose::TrustedPerson,
        state: state_of(ctx, facts, purpose),
        asked: waiting.map(|last| how_asked(ctx, facts, last)).unwrap_or_default(),
        on_paper: why.filter(|_| purpose == Purpose::TrustedPerson).map(why_key).unwrap_or_default(),
        how: may_ask.then(|| of_name("how")),
        ask: if living.is_some() { ctx.t("preadmission-people-ask-again") } else { words("ask") },
        revoke: may_revoke.then(|| of_name("revoke")),
        change: (!is_over && facts.may_write(section)).then(|| (section, words("change"))),
        name,
        typed,
        wrong,
    }
}

const fn why_key(why: OnPaper) -> &'static str {
    match why {
        OnPaper::Minor | OnPaper::NotThePatient => "preadmission-trusted-only-the-patient",
        OnPaper::NeedsLeave => "preadmission-trusted-needs-leave",
    }
}

/// How it stands: also of somebody who is wished and was not asked yet.
pub(super) fn state_of(ctx: &Ctx, facts: &PreadmissionFacts, purpose: Purpose) -> Option<Tag> {
    if let Some(one) = facts.last(purpose) {
        return Some(Tag::of_party(ctx, one));
    }
    facts.wished(purpose)?;
    Some(Tag { words: ctx.t("preadmission-asked-not-yet"), tone: "" })
}

pub(super) async fn ask(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: Path,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let ((facts, purpose), typed) = (adults_file(&room, &caller, path).await?, typed.into_inner());
    match room.ask((facts.id, purpose), caller.patient, typed.contact.clone()).await {
        Ok(()) => Ok(see_other(&address(facts.id, purpose))),
        Err(Failure::Refused(refusal)) => {
            let wrong = wrong_key(refusal).ok_or(Failure::Refused(refusal))?;
            let asked = room.invitations_of(facts.id).await?;
            let page = asked_page(&caller, &room, (&facts, purpose, &asked), (typed, wrong));
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(failure) => Err(failure.into()),
    }
}

pub(super) async fn revoke(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: Path,
) -> Result<HttpResponse, Problem> {
    let (facts, purpose) = adults_file(&room, &caller, path).await?;
    room.take_back((facts.id, purpose), caller.patient).await?;
    Ok(see_other(&address(facts.id, purpose)))
}
