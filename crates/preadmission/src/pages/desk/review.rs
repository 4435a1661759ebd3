//! `/desk/preadmissions/{id}`: page images beside the data that they prove, decisions, notes, identities, history.

use ::web::{Ctx, IdempotencyKey, Problem, StaffCaller, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::{Timestamp, civil::Date};
use kernel::{DocumentId, PreadmissionId, digest};
use serde::Deserialize;
use storage::idempotency::{Answer, Key};

use super::{Typed, colleagues, name_of, people::People, person_of, standing_tone, standing_words, status_words};
use crate::{
    Preadmission,
    announcement::HospitalPerson,
    desk::{Clerk, Review, Standing, deeds::Verdict},
    domain::{Refusal, catalogue, compare::Compared},
    failure::Failure,
    pages::{
        fields::said,
        shown::{document_title, section_title},
    },
    read::{Document, DocumentState, PreadmissionFacts, Status},
    store::{
        clerks::NoteId,
        decisions::{Choice, Correction},
        files::Asked,
        merges::Merge,
    },
};

/// How the images are shown: everything in the address, so that no script is needed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct View {
    /// `large`: as wide as it is, to be scrolled.
    size: String,
    /// Degrees clockwise: 90, 180 or 270.
    turn: String,
    /// `off`: no shortcuts.
    keys: String,
}

impl View {
    fn with(&self, size: &str, turn: &str, keys: &str) -> String {
        format!("?size={size}&turn={turn}&keys={keys}")
    }

    fn turned(&self) -> &'static str {
        match self.turn.as_str() {
            "90" => "90",
            "180" => "180",
            "270" => "270",
            _ => "0",
        }
    }

    fn next_turn(&self) -> &'static str {
        match self.turned() {
            "0" => "90",
            "90" => "180",
            "180" => "270",
            _ => "0",
        }
    }
}

struct ShownDocument {
    id: DocumentId,
    title: String,
    state: String,
    tone: &'static str,
    why: String,
    /// Addresses of its pages; empty while nobody may read it.
    pages: Vec<String>,
    is_checking: bool,
    may_be_decided: bool,
    may_be_reconsidered: bool,
    /// The first to be decided: shortcuts are its own.
    is_first: bool,
    proves: Vec<Proved>,
    reasons: Vec<(String, String)>,
}

/// What the patient wrote, and what a clerk read.
struct Proved {
    field: &'static str,
    label: String,
    value: String,
    corrected: String,
    may_be_corrected: bool,
}

struct ShownNote {
    id: NoteId,
    text: String,
    who: String,
    when: String,
    is_open: bool,
}

#[derive(Template)]
#[template(path = "preadmission-desk-review.html")]
struct ReviewPage<'a> {
    ctx: &'a Ctx,
    view: View,
    facts: &'a PreadmissionFacts,
    person: String,
    entry: String,
    age: String,
    unit: String,
    status: String,
    mark: String,
    seen: String,
    standing: String,
    standing_tone: &'static str,
    /// What the hospital's system said, when it refused.
    refused: Option<&'a str>,
    assigned: Option<String>,
    is_mine: bool,
    colleagues: Vec<(String, String)>,
    notes: Vec<ShownNote>,
    documents: Vec<ShownDocument>,
    compared: &'a [Compared],
    chosen: Option<(String, String)>,
    /// As the hospital names the person now, while the desk has not said whether that is the same one.
    merged: Option<String>,
    alike: Vec<(String, String)>,
    history: Vec<(String, String)>,
    sections: Vec<(&'static str, String)>,
    is_ready: bool,
    may_be_accepted: bool,
    key: String,
    people: People,
}

#[derive(Template)]
#[template(path = "preadmission-desk-changed.html")]
struct ChangedPage<'a> {
    ctx: &'a Ctx,
    id: PreadmissionId,
    status: String,
    changes: Vec<(String, String)>,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    view: web::Query<View>,
) -> Result<HttpResponse, Problem> {
    let review = room.review((&caller).into(), *id).await?;
    page(&review_page(&caller, &review, view.into_inner()))
}

fn review_page<'a>(caller: &'a StaffCaller, review: &'a Review, view: View) -> ReviewPage<'a> {
    let (ctx, facts) = (&caller.ctx, &review.facts);
    let zone = &facts.site.zone;
    let when = |at: Timestamp| ctx.moment(at, zone);
    let first = facts.documents.iter().find(|one| one.state == DocumentState::ToReview).map(|one| one.id);
    let living = facts.documents.iter().filter(|one| !one.state.is_over());
    let note = |note: &crate::store::clerks::Note| ShownNote {
        id: note.id,
        text: note.text.clone(),
        who: name_of(&review.names, note.by),
        when: when(note.at),
        is_open: note.to_do && note.done_at.is_none(),
    };
    let chosen = review.chosen.map(|(choice, by, at)| {
        let words = ctx.t(&format!("preadmission-desk-choice-{}", choice.as_str()));
        (words, format!("{}, {}", name_of(&review.names, by), when(at)))
    });
    let other = |facts: &PreadmissionFacts| {
        let words = format!("{}, {} ({})", person_of(ctx, facts), when(facts.stay.entry_at), status_words(ctx, facts));
        (format!("/desk/preadmissions/{}", facts.id), words)
    };
    ReviewPage {
        ctx,
        person: person_of(ctx, facts),
        entry: when(facts.stay.entry_at),
        age: facts.stay_facts().age.map(|age| age.to_string()).unwrap_or_default(),
        unit: facts.stay.unit.as_ref().map(|unit| unit.label.clone()).unwrap_or_default(),
        status: status_words(ctx, facts),
        mark: facts.mark(),
        seen: ctx.now().as_microsecond().to_string(),
        standing: standing_words(ctx, &review.standing),
        standing_tone: standing_tone(&review.standing),
        refused: match &review.standing {
            Standing::Refused { words, .. } => Some(words),
            _ => None,
        },
        assigned: review.assigned.map(|id| name_of(&review.names, id)),
        is_mine: review.assigned == Some(caller.staff),
        colleagues: colleagues(
            &review
                .names
                .iter()
                .filter(|(id, _)| review.colleagues.contains(id))
                .map(|(id, name)| (*id, name.clone()))
                .collect(),
        ),
        notes: review.notes.iter().map(note).collect(),
        documents: living.map(|one| shown_document(ctx, review, one, first)).collect(),
        compared: &review.compared,
        chosen,
        merged: review.merges.iter().find(|met| met.outcome == Merge::Conflict).map(|met| {
            let HospitalPerson { birth_family, given, birth_date, ipp, .. } = &met.person;
            format!("{birth_family} {given}, {birth_date} ({ipp})")
        }),
        alike: review.alike.iter().map(other).collect(),
        history: history(ctx, review),
        sections: facts
            .completeness()
            .sections
            .iter()
            .map(|(one, _)| (one.name, section_title(ctx, one.name)))
            .collect(),
        is_ready: facts.status == Status::Ready,
        may_be_accepted: facts.status == Status::Ready && facts.is_all_decided(),
        key: ctx.fresh_key(),
        people: People::of(ctx, facts),
        view,
        facts,
    }
}

/// Sections whose data a kind of document proves.
fn proves(kind: &str) -> &'static [&'static str] {
    match kind {
        "CN_RECTO" | "CN_VERSO" | "JUSTIFICATIF_ID" | "LIVRET_FAMILLE" => &["identity"],
        "ATTEST_VITALE" | "FEUILLE_AT" => &["compulsory-cover"],
        "MUTUELLE" | "MUTUELLE_RECTO" | "MUTUELLE_VERSO" => &["complementary-cover"],
        "JUSTIFICATIF_DOM" => &["contact"],
        "PERS_CONFIANCE" => &["trusted-person"],
        "PERS_PREVENIR" => &["person-to-notify"],
        "MESURE_PROTECTION" | "ARRET_TRAVAIL" => &["situation"],
        "DIRECTIVES" => &["advance-directives"],
        _ => &[],
    }
}

fn shown_document(ctx: &Ctx, review: &Review, document: &Document, first: Option<DocumentId>) -> ShownDocument {
    use DocumentState::{Accepted, Checking, Infected, NotAvailable, Received, Refused, ToReview, Undecided};
    let facts = &review.facts;
    let is_ready = facts.status == Status::Ready;
    let pages = document.pages.filter(|_| document.state.is_clean()).unwrap_or_default();
    let address = |page| format!("/desk/preadmissions/{}/documents/{}/pages/{page}", facts.id, document.id);
    let reasons = review.reasons.get(&document.kind).map(Vec::as_slice).unwrap_or_default();
    let offered = reasons.iter().filter(|reason| reason.active);
    let words = |code: &str| reason_words(ctx, review, &document.kind, code);
    let why = match (document.state, document.reason.as_deref()) {
        (NotAvailable, Some(reason)) => ctx.t(&format!("preadmission-absence-{reason}")),
        (_, Some(reason)) => words(reason),
        _ => String::new(),
    };
    ShownDocument {
        id: document.id,
        title: document_title(ctx, &document.kind),
        state: ctx.t(&format!("preadmission-desk-state-{}", document.state.name())),
        tone: match document.state {
            Accepted => " good",
            Refused | Infected => " bad",
            _ => "",
        },
        why: [why, document.reason_text.clone()].join(" ").trim().to_owned(),
        pages: (1..=pages).map(address).collect(),
        is_checking: matches!(document.state, Received | Checking | Undecided),
        may_be_decided: is_ready && matches!(document.state, ToReview | NotAvailable),
        may_be_reconsidered: is_ready && document.state == Accepted,
        is_first: first == Some(document.id),
        proves: proves(&document.kind).iter().flat_map(|section| proved(ctx, review, section)).collect(),
        reasons: offered.map(|reason| (reason.code.clone(), words(&reason.code))).collect(),
    }
}

/// The hospital's own words for a reason, else the shipped ones, else its code.
fn reason_words(ctx: &Ctx, review: &Review, kind: &str, code: &str) -> String {
    super::words_of(ctx, review.reasons.get(kind).map(Vec::as_slice).unwrap_or_default(), code)
}

fn proved(ctx: &Ctx, review: &Review, section: &str) -> Vec<Proved> {
    let Some(section) = catalogue::find(section) else { return Vec::new() };
    let facts = &review.facts;
    let is_cover = section.name.ends_with("-cover");
    let read = |one: &Correction| {
        let when = ctx.moment(one.at, &facts.site.zone);
        format!("{} ({}, {when})", one.value, name_of(&review.names, one.by))
    };
    let answers = facts.values();
    let line = |field: &'static catalogue::Field| {
        let corrected = review.corrections.iter().find(|one| one.field == field.name);
        Proved {
            field: field.name,
            label: ctx.t(&field.key()),
            value: said(ctx, field, &answers),
            corrected: corrected.map(read).unwrap_or_default(),
            may_be_corrected: is_cover,
        }
    };
    crate::commands::shown_fields(facts, section).into_iter().map(line).collect()
}

/// What happened, the newest first: each status, and each decision on a document.
fn history(ctx: &Ctx, review: &Review) -> Vec<(String, String)> {
    let zone = &review.facts.site.zone;
    let steps = review.steps.iter().map(|step| {
        let staff = step.actor.filter(|_| step.channel == crate::store::steps::Channel::Clerk);
        let who = match staff {
            Some(actor) => name_of(&review.names, kernel::StaffId::from_uuid(actor.uuid())),
            None => ctx.t(&format!("preadmission-desk-channel-{}", step.channel.as_str())),
        };
        let status = super::status_name(ctx, step.status.name());
        (step.at, format!("{status} ({}), {who}", ctx.t1("preadmission-desk-version", "version", step.version)))
    });
    let decisions = review.decisions.iter().map(|one| {
        let what = ctx.t(&format!("preadmission-desk-decided-{}", one.decided.as_str()));
        let why = one.reason.as_deref().map(|code| reason_words(ctx, review, &one.kind, code)).unwrap_or_default();
        let who = name_of(&review.names, one.by);
        let said = format!("{}: {what}. {why} {}", document_title(ctx, &one.kind), one.comment);
        (one.at, format!("{} ({who})", said.trim()))
    });
    let merges = review.merges.iter().map(|met| {
        let what = ctx.t(&format!("preadmission-desk-merge-{}", met.outcome.as_str()));
        (met.at, format!("{what} ({} → {})", met.old_number, met.person.ipp))
    });
    let mut all: Vec<(Timestamp, String)> = steps.chain(decisions).chain(merges).collect();
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(at, words)| (ctx.moment(at, zone), words)).collect()
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

/// What was saved, sent or decided since an instant.
fn changes(ctx: &Ctx, facts: &PreadmissionFacts, since: Timestamp) -> Vec<(String, String)> {
    let zone = &facts.site.zone;
    let documents = facts.documents.iter().filter(|one| one.changed_at >= since).map(|one| {
        let state = ctx.t(&format!("preadmission-desk-state-{}", one.state.name()));
        (one.changed_at, format!("{}: {state}", document_title(ctx, &one.kind)))
    });
    let answers = facts.answers.iter().filter(|(_, answer)| answer.saved_at >= since).map(|(field, answer)| {
        let words = catalogue::field(field).map(|field| ctx.t(&field.key())).unwrap_or_default();
        (answer.saved_at, words)
    });
    let mut all: Vec<(Timestamp, String)> = documents.chain(answers).collect();
    all.sort();
    all.into_iter().map(|(at, words)| (ctx.moment(at, zone), words)).collect()
}

pub(super) async fn decide(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    path: web::Path<(PreadmissionId, DocumentId)>,
    form: web::Form<Vec<(String, String)>>,
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

pub(super) async fn accept(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let clerk = Clerk::from(&caller);
    let result = room.accept(*id, clerk.staff, clerk.of, Some(typed.get("mark").to_owned())).await;
    back(&room, &caller, *id, (typed.get("seen"), result.map(drop))).await
}

pub(super) async fn refuse(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: web::Form<Vec<(String, String)>>,
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

pub(super) async fn assign(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: web::Form<Vec<(String, String)>>,
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

pub(super) async fn note(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: web::Form<Vec<(String, String)>>,
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

pub(super) async fn finish(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    path: web::Path<(PreadmissionId, NoteId)>,
) -> Result<HttpResponse, Problem> {
    let (id, note) = path.into_inner();
    let result = room.finish((&caller).into(), id, note).await;
    back(&room, &caller, id, ("", result)).await
}

pub(super) async fn compare(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let choice = Choice::from_text(typed.get("choice"));
    let choice = choice.ok_or_else(|| Problem::invalid("/choice", "preadmission-desk-filter-unknown"))?;
    let result = room.compare((&caller).into(), *id, choice).await;
    back(&room, &caller, *id, ("", result)).await
}

pub(super) async fn correct(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let said = (typed.get("field").to_owned(), typed.get("value").to_owned());
    let result = room.correct((&caller).into(), *id, said).await;
    back(&room, &caller, *id, ("", result)).await
}

pub(super) async fn settle_merge(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let same = match Typed(form.into_inner()).get("choice") {
        "same" => true,
        "other" => false,
        _ => return Err(Problem::invalid("/choice", "preadmission-desk-filter-unknown")),
    };
    let result = room.settle_merge((&caller).into(), *id, same).await;
    back(&room, &caller, *id, ("", result)).await
}
