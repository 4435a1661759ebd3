//! `/preadmissions/{id}/documents/{name}`: one kind of document; what was sent of it, and a form for more.

use ::web::{Ctx, IdempotencyKey, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::{DocumentId, PreadmissionId};
use storage::StorageError;

use super::{
    card::CardShown,
    desk::words_of,
    shown::{StayShown, Tag, document_title, sentence, sentences},
};
use crate::{
    Preadmission,
    api::form,
    desk::{Reason, reasons_of},
    documents::{Giver, Offer},
    domain::{Refusal, card::KINDS, situation::Situation},
    failure::Failure,
    press::Unfit,
    read::{self, Document, DocumentState, PreadmissionFacts, Source},
};

/// A document that was sent.
struct Sent {
    id: DocumentId,
    label: String,
    /// Somebody at the desk added it.
    from_desk: bool,
    state: String,
    tone: &'static str,
    /// Why it is refused, or not decided yet.
    reason: String,
    /// Numbers of the pages that can be looked at.
    pages: Vec<i32>,
    nearly_blank: bool,
    may_go: bool,
}

#[derive(Template)]
#[template(path = "preadmission-upload.html")]
struct UploadPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    sentence: &'static str,
    kind: String,
    title: String,
    why: String,
    /// What may be given instead: code, title, and what became of one that was.
    or: Vec<(String, String, Option<Tag>)>,
    /// The kind that is asked for, which this one may stand for.
    asked: String,
    sent: Vec<Sent>,
    card: Option<CardShown>,
    is_open: bool,
    limits: Limits,
    key: String,
    /// What was refused of what has just come, in words.
    refused: Vec<String>,
}

struct Limits {
    megabytes: String,
    count: String,
    pages: String,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, kind) = path.into_inner();
    let facts = room.file_of(caller.patient, id).await?;
    page(&of(&caller.ctx, &room, &facts, &kind, Vec::new()).await?)
}

pub(super) async fn send(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let (id, kind) = path.into_inner();
    room.file_of(caller.patient, id).await?;
    let by = Giver::Holder(caller.patient);
    let refused = give_all(&room, &caller.ctx, (id, by, Some(kind.clone())), (&request, payload)).await?;
    let Some((status, _)) = refused.first() else {
        return Ok(see_other(&format!("/preadmissions/{id}/documents/{kind}")));
    };
    let status = *status;
    let facts = room.file_of(caller.patient, id).await?;
    let words = refused.into_iter().map(|(_, words)| words).collect();
    page_with_status(status, &of(&caller.ctx, &room, &facts, &kind, words).await?)
}

/// Takes the files of a form, all of one kind, which the form names when it is not known. What was refused of them.
pub(super) async fn give_all(
    room: &Preadmission,
    ctx: &Ctx,
    (file, by, known): (PreadmissionId, Giver, Option<String>),
    (request, payload): (&HttpRequest, web::Payload),
) -> Result<Vec<(StatusCode, String)>, Problem> {
    let sent_at = ctx.now();
    let mut fields = form::open(request, payload, room.most_of_a_form());
    let (mut kind, mut key, mut count) = (known.clone().unwrap_or_default(), String::new(), 0);
    let mut refused = Vec::new();
    while let Some(field) = form::next(&mut fields).await? {
        match field.name() {
            Some("idempotency_key") => key = IdempotencyKey::parse(&form::text(field).await?)?.0,
            Some("kind") if known.is_none() => kind = form::text(field).await?,
            Some("file") => {
                count += 1;
                let offer = Offer::new(file, by.clone(), &kind, &form::file_name(&field), sent_at);
                let label = offer.label().to_owned();
                // The others go on when one of several is refused.
                if let Err(failure) = room.give(offer, format!("{key}-{count}"), field).await {
                    refused.push(told(ctx, &label, failure)?);
                }
            }
            _ => {}
        }
    }
    if count == 0 {
        refused.push(told(ctx, "", Failure::Unfit(Unfit::Empty))?);
    }
    Ok(refused)
}

pub(super) async fn remove(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, DocumentId)>,
) -> Result<HttpResponse, Problem> {
    let (file, document) = path.into_inner();
    let facts = room.file_of(caller.patient, file).await?;
    let kind = facts.documents.into_iter().find(|one| one.id == document).map(|one| one.kind);
    room.withdraw(caller.patient, file, document).await?;
    Ok(see_other(&format!("/preadmissions/{file}/documents/{}", kind.unwrap_or_default())))
}

/// The refusals that this page tells beside the form; others are pages of their own.
fn told(ctx: &Ctx, label: &str, failure: Failure) -> Result<(StatusCode, String), Problem> {
    let words = match &failure {
        Failure::Unfit(unfit) => ctx.t(&reason_key(&format!("unfit-{unfit}"))),
        Failure::Refused(
            Refusal::SentBefore | Refusal::TooManyOfKind | Refusal::FileSetFull | Refusal::TooManyAtOnce,
        ) => String::new(),
        _ => return Err(failure.into()),
    };
    let problem = Problem::from(failure);
    let words = if words.is_empty() { ctx.t(&format!("problem-{}-detail", problem.kind.slug)) } else { words };
    let status = StatusCode::from_u16(problem.kind.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    Ok((status, if label.is_empty() { words } else { format!("{label} : {words}") }))
}

fn reason_key(code: &str) -> String {
    format!("preadmission-document-{}", code.replace('_', "-"))
}

async fn of<'a>(
    ctx: &'a Ctx,
    room: &Preadmission,
    facts: &PreadmissionFacts,
    kind: &str,
    refused: Vec<String>,
) -> Result<UploadPage<'a>, Problem> {
    let asked = facts.completeness().documents;
    let asked = asked.into_iter().find(|one| one.kind == kind || one.or.iter().any(|other| other == kind));
    let asked = asked.ok_or_else(Problem::not_found)?;
    let situation = room.situation(facts);
    let is_open = matches!(situation, Situation::Open | Situation::ToCorrect) && facts.may_give(kind);
    let reasons = reasons(room, facts, kind).await?;
    let mut sent = Vec::new();
    let given = |one: &&Document| one.kind == kind && one.received_bytes.is_some() && !one.state.is_over();
    for document in facts.documents.iter().filter(given) {
        let id = document.id;
        let pages = room.db.read::<_, StorageError, _>(move |conn| read::pages(conn, id)).await?;
        sent.push(shown(ctx, document, (&pages, &reasons), is_open));
    }
    let settings = &room.settings;
    Ok(UploadPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        sentence: sentence(situation),
        title: document_title(ctx, kind),
        why: ctx.t(&format!("preadmission-why-{}", asked.why)),
        or: asked
            .or
            .iter()
            .filter(|other| *other != kind)
            .map(|other| (other.clone(), document_title(ctx, other), given_instead(ctx, facts, other)))
            .collect(),
        asked: asked.kind,
        kind: kind.to_owned(),
        sent,
        card: CardShown::of(ctx, facts).filter(|_| KINDS.contains(&kind)),
        is_open,
        limits: Limits {
            megabytes: settings.press.limits.received_mb.to_string(),
            count: settings.documents.per_kind.to_string(),
            pages: settings.press.limits.pages.to_string(),
        },
        key: ctx.fresh_key(),
        refused,
    })
}

/// What became of a document of another kind: one that is to be sent again before all.
fn given_instead(ctx: &Ctx, facts: &PreadmissionFacts, kind: &str) -> Option<Tag> {
    let given = || facts.documents.iter().filter(|one| one.kind == kind).map(|one| one.state);
    let state = given().find(|state| state.is_to_correct()).or_else(|| given().find(|state| state.is_given()))?;
    Some(Tag { words: state_words(ctx, state), tone: tone(state) })
}

fn state_words(ctx: &Ctx, state: DocumentState) -> String {
    ctx.t(&format!("preadmission-document-state-{state}"))
}

const fn tone(state: DocumentState) -> &'static str {
    match state {
        DocumentState::Accepted => " good",
        state if state.is_to_correct() => " bad",
        _ => "",
    }
}

/// Why the hospital refuses such a document, in its words.
async fn reasons(room: &Preadmission, facts: &PreadmissionFacts, kind: &str) -> Result<Vec<Reason>, StorageError> {
    let (establishment, kind) = (facts.establishment.id, kind.to_owned());
    room.db.read(move |conn| reasons_of(conn, establishment, &kind)).await
}

/// The clerk's reason, and what they wrote beside it.
fn said_by_clerk(ctx: &Ctx, document: &Document, reasons: &[Reason]) -> String {
    let code = document.reason.as_deref().filter(|_| document.state == DocumentState::Refused);
    let reason = code.map(|code| words_of(ctx, reasons, code)).unwrap_or_default();
    sentences(&[&reason, &document.reason_text])
}

fn shown(ctx: &Ctx, document: &Document, (pages, reasons): (&[read::Page], &[Reason]), is_open: bool) -> Sent {
    let reason = match document.reason.as_deref() {
        // Found by this program; a clerk's reason comes with words of its own.
        Some(code) if code.starts_with("unfit-") || code.starts_with("doubt-") || code == "infected" => {
            ctx.t(&reason_key(code))
        }
        _ => said_by_clerk(ctx, document, reasons),
    };
    let clean = document.state.is_clean();
    Sent {
        id: document.id,
        label: if document.label.is_empty() { ctx.t("preadmission-upload-unnamed") } else { document.label.clone() },
        from_desk: document.source == Source::Clerk,
        state: state_words(ctx, document.state),
        tone: tone(document.state),
        reason,
        pages: pages.iter().filter(|_| clean).map(|page| page.number).collect(),
        nearly_blank: clean && pages.iter().any(|page| page.nearly_blank),
        may_go: is_open && document.state != DocumentState::Accepted,
    }
}
