//! What a clerk does on the review screen: one form for each deed, and back to the screen.

use ::web::{Ctx, IdempotencyKey, Problem, StaffCaller, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::{Timestamp, civil::Date};
use kernel::{DocumentId, PreadmissionId, digest};
use storage::idempotency::{Answer, Key};

use super::{
    super::{Typed, status_words},
    history::changes,
};
use crate::{
    Preadmission,
    desk::{Clerk, deeds::Verdict},
    domain::Refusal,
    failure::Failure,
    store::{
        clerks::NoteId,
        files::Asked,
        identities::{Choice, Proof, Read},
    },
};

type Form = web::Form<Vec<(String, String)>>;

#[derive(Template)]
#[template(path = "preadmission-desk-changed.html")]
struct ChangedPage<'a> {
    ctx: &'a Ctx,
    id: PreadmissionId,
    status: String,
    changes: Vec<(String, String)>,
}

/// Back to the file; or, when it changed meanwhile, what changed.
async fn back(
    room: &Preadmission,
    caller: &StaffCaller,
    id: PreadmissionId,
    (seen, result): (&str, Result<(), Failure>),
) -> Result<HttpResponse, Problem> {
    match result {
        Ok(()) => Ok(see_other(&format!("/desk/preadmissions/{id}"))),
        Err(Failure::Refused(Refusal::Changed)) => {
            let review = room.review(caller.into(), id).await?;
            let since = seen.parse().ok().and_then(|at| Timestamp::from_microsecond(at).ok());
            let ctx = &caller.ctx;
            let changes = changes(ctx, &review.facts, since.unwrap_or(Timestamp::UNIX_EPOCH));
            let status = status_words(ctx, &review.facts);
            page_with_status(StatusCode::CONFLICT, &ChangedPage { ctx, id, status, changes })
        }
        Err(failure) => Err(failure.into()),
    }
}

pub(in crate::pages::desk) async fn decide(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    path: web::Path<(PreadmissionId, DocumentId)>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let verdict = match typed.get("decision") {
        "accepted" => Verdict::Accept,
        "reconsidered" => Verdict::Reconsider,
        _ => Verdict::Refuse { reason: typed.get("reason").to_owned(), comment: typed.get("comment").to_owned() },
    };
    let (id, document) = path.into_inner();
    let result = room.decide((&caller).into(), (id, document), typed.get("mark").to_owned(), verdict).await;
    back(&room, &caller, id, (typed.get("seen"), result.map(drop))).await
}

pub(in crate::pages::desk) async fn accept(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let clerk = Clerk::from(&caller);
    let result = room.accept(*id, clerk.staff, clerk.of, Some(typed.get("mark").to_owned())).await;
    back(&room, &caller, *id, (typed.get("seen"), result.map(drop))).await
}

pub(in crate::pages::desk) async fn refuse(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let clerk = Clerk::from(&caller);
    let zone = room.desk_zone(clerk.clone()).await?;
    let deadline = match typed.get("deadline") {
        "" => None,
        day => {
            let end = day.parse::<Date>().ok().and_then(|day| day.tomorrow().ok());
            let end = end.and_then(|next| zone.instant(next.into()));
            Some(end.ok_or(Failure::Refused(Refusal::DeadlineNotPossible))?)
        }
    };
    let named = typed.0.iter().filter_map(|(name, _)| name.strip_prefix("section-").map(str::to_owned));
    let asked = Asked { sections: named.collect(), text: typed.get("text").to_owned(), deadline };
    let result = room.refuse(*id, asked, clerk.staff, clerk.of, Some(typed.get("mark").to_owned())).await;
    back(&room, &caller, *id, (typed.get("seen"), result.map(drop))).await
}

pub(in crate::pages::desk) async fn assign(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let to = match typed.get("to") {
        "" | "me" => Some(caller.staff),
        "nobody" => None,
        other => Some(other.parse().map_err(|_| Failure::Refused(Refusal::NotAColleague))?),
    };
    let result = room.assign((&caller).into(), *id, to).await;
    back(&room, &caller, *id, ("", result)).await
}

pub(in crate::pages::desk) async fn note(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let (text, to_do) = (typed.get("text").to_owned(), typed.has("to_do"));
    let request = digest::sha256(&[b"page note", id.uuid().as_bytes(), text.as_bytes(), &[u8::from(to_do)]]);
    let key = IdempotencyKey::parse(typed.get("idempotency_key"))?.0;
    let home = format!("/desk/preadmissions/{id}");
    let answer = move |_| Answer { status: 303, location: Some(home.clone()), body: String::new() };
    let key = Key { scope: caller.staff.uuid(), key, request };
    let result = room.note(key, (&caller).into(), *id, (text, to_do), answer).await;
    back(&room, &caller, *id, ("", result.map(drop))).await
}

pub(in crate::pages::desk) async fn finish(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    path: web::Path<(PreadmissionId, NoteId)>,
) -> Result<HttpResponse, Problem> {
    let (id, note) = path.into_inner();
    let result = room.finish((&caller).into(), id, note).await;
    back(&room, &caller, id, ("", result)).await
}

pub(in crate::pages::desk) async fn compare(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let choice = Choice::from_text(typed.get("choice"));
    let choice = choice.ok_or_else(|| Problem::invalid("/choice", "preadmission-desk-filter-unknown"))?;
    let result = room.compare((&caller).into(), *id, choice).await;
    back(&room, &caller, *id, ("", result)).await
}

pub(in crate::pages::desk) async fn correct(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let said = (typed.get("field").to_owned(), typed.get("value").to_owned());
    let result = room.correct((&caller).into(), *id, said).await;
    back(&room, &caller, *id, ("", result)).await
}

/// Traits as they stand on the identity document.
pub(in crate::pages::desk) async fn read_identity(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let proof = Proof::from_text(typed.get("proof"));
    let read = Read {
        proof: proof.ok_or_else(|| Problem::invalid("/proof", "preadmission-desk-filter-unknown"))?,
        birth_family: typed.get("birth_family").to_owned(),
        given: typed.get("given").to_owned(),
        birth_date: typed.get("birth_date").to_owned(),
        sex: typed.get("sex").to_owned(),
    };
    let result = room.read_identity((&caller).into(), *id, read).await;
    back(&room, &caller, *id, ("", result)).await
}

/// The desk writes down what a minor asked of a doctor or midwife, or that it holds no longer.
pub(in crate::pages::desk) async fn secrecy(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let secret = Typed(form.into_inner()).get("secret") == "yes";
    let clerk = Clerk::from(&caller);
    let result = room.mark_secret(*id, (clerk.staff, clerk.of), secret).await;
    back(&room, &caller, *id, ("", result.map(drop))).await
}

/// Whether the person that the hospital names now is the one of the file.
pub(in crate::pages::desk) async fn settle_merge(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let same = match Typed(form.into_inner()).get("choice") {
        "same" => true,
        "other" => false,
        _ => return Err(Problem::invalid("/choice", "preadmission-desk-filter-unknown")),
    };
    let result = room.settle_merge((&caller).into(), *id, same).await;
    back(&room, &caller, *id, ("", result)).await
}

/// Whether the stay that the hospital announced is the one of which the patient told before.
pub(in crate::pages::desk) async fn settle_meeting(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let same = match typed.get("choice") {
        "same" => true,
        "other" => false,
        _ => return Err(Problem::invalid("/choice", "preadmission-desk-filter-unknown")),
    };
    let announced = typed.get("announced").parse().map_err(|_| Problem::not_found())?;
    let result = room.settle_meeting((&caller).into(), (*id, announced), same).await;
    back(&room, &caller, *id, ("", result)).await
}
