//! What a clerk does on the review screen: one form for each deed, and back to the screen.

use std::{future::Future, pin::Pin};

use ::web::{Ctx, IdempotencyKey, Problem, StaffCaller, page_with_status, see_other};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, http::StatusCode, web};
use askama::Template;
use jiff::{Timestamp, civil::Date};
use kernel::{DocumentId, PreadmissionId, digest};
use serde::Deserialize;
use storage::idempotency::{Answer, Key};

use super::{
    super::{Typed, status_words},
    history::changes,
};
use crate::{
    Preadmission,
    desk::{Clerk, deeds::Verdict},
    domain::{Refusal, answering::Signature},
    failure::Failure,
    read::Purpose,
    store::{
        clerks::NoteId,
        files::Asked,
        identities::{Choice, Proof, Read},
    },
};

#[derive(Template)]
#[template(path = "preadmission-desk-changed.html")]
struct ChangedPage<'a> {
    ctx: &'a Ctx,
    id: PreadmissionId,
    status: String,
    changes: Vec<(String, String)>,
}

/// A form about one file, and who sent it.
pub(in crate::pages::desk) struct Sent {
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: PreadmissionId,
    typed: Typed,
}

/// The file in an address, whatever else stands in it.
#[derive(Deserialize)]
struct OfFile {
    id: PreadmissionId,
}

type Parts = (web::Data<Preadmission>, StaffCaller, web::Path<OfFile>, web::Form<Vec<(String, String)>>);

impl FromRequest for Sent {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let parts = Parts::from_request(request, payload);
        Box::pin(async move {
            let (room, caller, of, form) = parts.await?;
            Ok(Self { room, caller, id: of.id, typed: Typed(form.into_inner()) })
        })
    }
}

impl Sent {
    fn get(&self, name: &str) -> &str {
        self.typed.get(name)
    }

    fn text(&self, name: &str) -> String {
        self.get(name).to_owned()
    }

    fn clerk(&self) -> Clerk {
        Clerk::from(&self.caller)
    }

    /// Back to the file; or, when it changed meanwhile, what changed.
    async fn back<T>(&self, result: Result<T, Failure>) -> Result<HttpResponse, Problem> {
        match result {
            Ok(_) => Ok(see_other(&format!("/desk/preadmissions/{}", self.id))),
            Err(Failure::Refused(Refusal::Changed)) => {
                let review = self.room.review(self.clerk(), self.id).await?;
                let since = self.get("seen").parse().ok().and_then(|at| Timestamp::from_microsecond(at).ok());
                let ctx = &self.caller.ctx;
                let changes = changes(ctx, &review.facts, since.unwrap_or(Timestamp::UNIX_EPOCH));
                let status = status_words(ctx, &review.facts);
                page_with_status(StatusCode::CONFLICT, &ChangedPage { ctx, id: self.id, status, changes })
            }
            Err(failure) => Err(failure.into()),
        }
    }
}

pub(in crate::pages::desk) async fn decide(
    sent: Sent,
    path: web::Path<(PreadmissionId, DocumentId)>,
) -> Result<HttpResponse, Problem> {
    let verdict = match sent.get("decision") {
        "accepted" => Verdict::Accept,
        "reconsidered" => Verdict::Reconsider,
        _ => Verdict::Refuse { reason: sent.text("reason"), comment: sent.text("comment") },
    };
    sent.back(sent.room.decide(sent.clerk(), path.into_inner(), sent.text("mark"), verdict).await).await
}

pub(in crate::pages::desk) async fn accept(sent: Sent) -> Result<HttpResponse, Problem> {
    let clerk = sent.clerk();
    sent.back(sent.room.accept(sent.id, clerk.staff, clerk.of, Some(sent.text("mark"))).await).await
}

pub(in crate::pages::desk) async fn refuse(sent: Sent) -> Result<HttpResponse, Problem> {
    let clerk = sent.clerk();
    let zone = sent.room.desk_zone(clerk.clone()).await?;
    let deadline = match sent.get("deadline") {
        "" => None,
        day => {
            let end = day.parse::<Date>().ok().and_then(|day| day.tomorrow().ok());
            let end = end.and_then(|next| zone.instant(next.into()));
            Some(end.ok_or(Failure::Refused(Refusal::DeadlineNotPossible))?)
        }
    };
    let named = sent.typed.0.iter().filter_map(|(name, _)| name.strip_prefix("section-").map(str::to_owned));
    let asked = Asked { sections: named.collect(), text: sent.text("text"), deadline };
    sent.back(sent.room.refuse(sent.id, asked, clerk.staff, clerk.of, Some(sent.text("mark"))).await).await
}

pub(in crate::pages::desk) async fn assign(sent: Sent) -> Result<HttpResponse, Problem> {
    let to = match sent.get("to") {
        "" | "me" => Some(sent.caller.staff),
        "nobody" => None,
        other => Some(other.parse().map_err(|_| Failure::Refused(Refusal::NotAColleague))?),
    };
    sent.back(sent.room.assign(sent.clerk(), sent.id, to).await).await
}

pub(in crate::pages::desk) async fn note(sent: Sent) -> Result<HttpResponse, Problem> {
    let (id, text, to_do) = (sent.id, sent.text("text"), sent.typed.has("to_do"));
    let request = digest::sha256(&[b"page note", id.uuid().as_bytes(), text.as_bytes(), &[u8::from(to_do)]]);
    let key = IdempotencyKey::parse(sent.get("idempotency_key"))?.0;
    let answer =
        move |_| Answer { status: 303, location: Some(format!("/desk/preadmissions/{id}")), body: String::new() };
    let key = Key { scope: sent.caller.staff.uuid(), key, request };
    sent.back(sent.room.note(key, sent.clerk(), id, (text, to_do), answer).await).await
}

pub(in crate::pages::desk) async fn finish(
    sent: Sent,
    path: web::Path<(PreadmissionId, NoteId)>,
) -> Result<HttpResponse, Problem> {
    let (id, note) = path.into_inner();
    sent.back(sent.room.finish(sent.clerk(), id, note).await).await
}

pub(in crate::pages::desk) async fn compare(sent: Sent) -> Result<HttpResponse, Problem> {
    let choice = Choice::from_text(sent.get("choice"));
    let choice = choice.ok_or_else(|| Problem::invalid("/choice", "preadmission-desk-filter-unknown"))?;
    sent.back(sent.room.compare(sent.clerk(), sent.id, choice).await).await
}

pub(in crate::pages::desk) async fn correct(sent: Sent) -> Result<HttpResponse, Problem> {
    sent.back(sent.room.correct(sent.clerk(), sent.id, (sent.text("field"), sent.text("value"))).await).await
}

/// Traits as they stand on the identity document.
pub(in crate::pages::desk) async fn read_identity(sent: Sent) -> Result<HttpResponse, Problem> {
    let proof = Proof::from_text(sent.get("proof"));
    let read = Read {
        proof: proof.ok_or_else(|| Problem::invalid("/proof", "preadmission-desk-filter-unknown"))?,
        birth_family: sent.text("birth_family"),
        given: sent.text("given"),
        birth_date: sent.text("birth_date"),
        sex: sent.text("sex"),
    };
    sent.back(sent.room.read_identity(sent.clerk(), sent.id, read).await).await
}

/// The desk writes down what a minor asked of a doctor or midwife, or that it holds no longer.
pub(in crate::pages::desk) async fn secrecy(sent: Sent) -> Result<HttpResponse, Problem> {
    let clerk = sent.clerk();
    sent.back(sent.room.mark_secret(sent.id, (clerk.staff, clerk.of), sent.get("secret") == "yes").await).await
}

/// The person in charge of a protected adult is asked to come, by a link of their own.
pub(in crate::pages::desk) async fn representative(sent: Sent) -> Result<HttpResponse, Problem> {
    let (clerk, said) = (sent.clerk(), (sent.text("name"), sent.text("contact")));
    sent.back(sent.room.ask_in_charge(sent.id, (clerk.staff, clerk.of), said).await).await
}

/// The form that patient and trusted person signed is at the desk, or somebody is it no longer.
pub(in crate::pages::desk) async fn mark_party(
    sent: Sent,
    path: web::Path<(PreadmissionId, String)>,
) -> Result<HttpResponse, Problem> {
    let asked = (sent.id, Purpose::named(&path.1).ok_or_else(Problem::not_found)?);
    let state = Signature::named(sent.get("state"));
    let state = state.ok_or_else(|| Problem::invalid("/state", "preadmission-desk-filter-unknown"))?;
    let clerk = sent.clerk();
    sent.back(sent.room.mark_party(asked, (clerk.staff, clerk.of), state).await).await
}

/// Whether the person that the hospital names now is the one of the file.
pub(in crate::pages::desk) async fn settle_merge(sent: Sent) -> Result<HttpResponse, Problem> {
    let same = match sent.get("choice") {
        "same" => true,
        "other" => false,
        _ => return Err(Problem::invalid("/choice", "preadmission-desk-filter-unknown")),
    };
    sent.back(sent.room.settle_merge(sent.clerk(), sent.id, same).await).await
}

/// Whether the stay that the hospital announced is the one of which the patient told before.
pub(in crate::pages::desk) async fn settle_meeting(sent: Sent) -> Result<HttpResponse, Problem> {
    let same = match sent.get("choice") {
        "same" => true,
        "other" => false,
        _ => return Err(Problem::invalid("/choice", "preadmission-desk-filter-unknown")),
    };
    let announced = sent.get("announced").parse().map_err(|_| Problem::not_found())?;
    sent.back(sent.room.settle_meeting(sent.clerk(), (sent.id, announced), same).await).await
}
