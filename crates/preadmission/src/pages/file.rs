//! `/preadmissions/{id}`: the file's home, a list of tasks with what is still to be done.

use ::web::{Ctx, PatientCaller, Problem, page};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::PreadmissionId;

use super::shown::{StayShown, Tag, document_title, section_title, sentence};
use crate::{
    Preadmission,
    domain::situation::Situation,
    read::{AskedDocument, OpenedAs, PreadmissionFacts},
};

struct Task {
    title: String,
    address: String,
    hint: String,
    tag: Tag,
    /// Whether it can be opened now.
    open: bool,
}

#[derive(Template)]
#[template(path = "preadmission-file.html")]
struct FilePage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    sentence: &'static str,
    refusal: &'a str,
    deadline: String,
    sections: Vec<Task>,
    documents: Vec<Task>,
    done: usize,
    all: usize,
    is_open: bool,
    may_be_sent: bool,
    was_sent: bool,
    is_over: bool,
    /// Who opened it, when it was not the patient; else empty.
    opened_as: String,
    /// How those who sign for a minor agree; none: nobody signs.
    consent: Option<Tag>,
    /// Anaesthesia is planned: there is a questionnaire.
    has_medical: bool,
    kept_until: String,
    /// Whether relatives may be named who are told of the stay.
    may_tell: bool,
    /// How the designation of a trusted person stands; none: nobody is named.
    trusted: Option<Tag>,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.file_of(caller.patient, *id).await?;
    let last_day = facts.site.zone.date(room.kept_until(&facts));
    let kept_until = ::web::when::long_day(caller.ctx.lang(), last_day);
    page(&of(&caller.ctx, &facts, room.situation(&facts), kept_until))
}

fn of<'a>(ctx: &'a Ctx, facts: &'a PreadmissionFacts, situation: Situation, kept_until: String) -> FilePage<'a> {
    let of = facts.completeness();
    let is_open = matches!(situation, Situation::Open | Situation::ToCorrect);
    let (done, all) = of.count();
    let section = |(section, progress): &(&'static crate::domain::catalogue::Section, _)| Task {
        title: section_title(ctx, section.name),
        address: format!("/preadmissions/{}/sections/{}", facts.id, section.name),
        hint: String::new(),
        tag: Tag::of(ctx, *progress),
        open: is_open && facts.may_write(section.name),
    };
    let document = |document: &AskedDocument| Task {
        title: document_title(ctx, &document.kind),
        address: format!("/preadmissions/{}/documents/{}", facts.id, document.kind),
        hint: ctx.t(&format!("preadmission-why-{}", document.why)),
        tag: Tag::of(ctx, document.progress()),
        open: is_open && facts.may_give(&document.kind),
    };
    FilePage {
        ctx,
        stay: StayShown::of(ctx, facts),
        sentence: sentence(situation),
        refusal: if situation == Situation::ToCorrect { &facts.refusal_text } else { "" },
        deadline: facts.deadline.map(|at| ctx.moment(at, &facts.site.zone)).unwrap_or_default(),
        sections: of.sections.iter().map(section).collect(),
        documents: of.documents.iter().map(document).collect(),
        done,
        all,
        is_open,
        may_be_sent: is_open && of.may_be_sent(),
        was_sent: facts.submitted_at.is_some(),
        is_over: situation == Situation::Over,
        opened_as: match facts.opened_as {
            OpenedAs::Myself => String::new(),
            other => ctx.t(&format!("preadmission-people-as-{}", other.name())),
        },
        has_medical: facts.stay.surgery,
        consent: facts.is_minor().then(|| Tag::of_consent(ctx, of.consent)),
        kept_until,
        may_tell: super::relatives::may_choose(facts),
        trusted: super::trusted::state_of(ctx, facts).filter(|_| !facts.is_minor()),
    }
}
