//! `/preadmissions/{id}`: the file's home, a list of tasks with what is still to be done.

use ::web::{Ctx, PatientCaller, Problem, page};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::{PatientId, PreadmissionId};

use super::{
    answer, asked,
    shown::{StayShown, Tag, document_title, section_title, sentence},
};
use crate::{
    Preadmission,
    domain::{medical, situation::Situation},
    medical::Questionnaire,
    read::{AskedDocument, OpenedAs, PreadmissionFacts, Progress, Purpose},
};

struct Task {
    title: String,
    address: String,
    hint: String,
    tag: Tag,
    /// Whether it can be opened now.
    open: bool,
    /// The hospital asks for it again.
    again: bool,
}

impl Task {
    fn link(&self) -> (String, String) {
        (self.address.clone(), self.title.clone())
    }
}

/// How the questionnaire before anaesthesia stands: it is sent on its own.
struct MedicalShown {
    link: &'static str,
    tag: Tag,
    /// Until when it is to be sent; empty once it was.
    due: String,
}

impl MedicalShown {
    fn of(ctx: &Ctx, facts: &PreadmissionFacts, known: &Questionnaire) -> Self {
        if known.submitted_at.is_some() {
            let tag = Tag { words: ctx.t("preadmission-medical-is-sent"), tone: " good" };
            return Self { link: "preadmission-medical-read", tag, due: String::new() };
        }
        let progress = if known.answers.is_empty() { Progress::ToDo } else { Progress::InProgress };
        let due = ctx.moment(medical::due(facts.stay.entry_at), &facts.site.zone);
        Self { link: "preadmission-medical-link", tag: Tag::of(ctx, progress), due }
    }
}

#[derive(Template)]
#[template(path = "preadmission-file.html")]
struct FilePage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    sentence: &'static str,
    refusal: &'a str,
    deadline: String,
    /// What the hospital asks for again: address and title.
    to_correct: Vec<(String, String)>,
    sections: Vec<Task>,
    documents: Vec<Task>,
    done: usize,
    all: usize,
    is_open: bool,
    may_be_sent: bool,
    was_sent: bool,
    /// Who opened it, when it was not the patient, or who else fills it in; else empty.
    opened_as: String,
    /// How those who sign for a minor agree; none: nobody signs.
    consent: Option<Tag>,
    /// The questionnaire; none without anaesthesia.
    medical: Option<MedicalShown>,
    kept_until: String,
    /// Whether relatives may be named who are told of the stay.
    may_tell: bool,
    /// How it stands with the trusted person and with who is in charge of the patient, as far as they are named: address,
    /// title, words that lead there.
    people: Vec<(String, String, String, Tag)>,
    /// Where whoever reads the page co-signs as the patient's curator; empty: they do not.
    co_signs_at: String,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.file_of(caller.patient, *id).await?;
    let last_day = facts.site.zone.date(room.kept_until(&facts));
    let kept_until = ::web::when::long_day(caller.ctx.lang(), last_day);
    let medical = match facts.stay.surgery {
        true => Some(MedicalShown::of(&caller.ctx, &facts, &room.medical_of(caller.patient, *id).await?.1)),
        false => None,
    };
    page(&of(&caller, &facts, room.situation(&facts), (kept_until, medical)))
}

fn of<'a>(
    caller: &'a PatientCaller,
    facts: &'a PreadmissionFacts,
    situation: Situation,
    (kept_until, medical): (String, Option<MedicalShown>),
) -> FilePage<'a> {
    let ctx = &caller.ctx;
    let of = facts.completeness();
    let is_open = matches!(situation, Situation::Open | Situation::ToCorrect);
    let (done, all) = of.count();
    let section = |(section, progress): &(&'static crate::domain::catalogue::Section, _)| Task {
        title: section_title(ctx, section.name),
        address: format!("/preadmissions/{}/sections/{}", facts.id, section.name),
        hint: String::new(),
        tag: Tag::of(ctx, *progress),
        open: is_open && facts.may_write(section.name),
        again: *progress == Progress::ToCorrect,
    };
    let document = |document: &AskedDocument| Task {
        title: document_title(ctx, &document.kind),
        address: format!("/preadmissions/{}/documents/{}", facts.id, document.kind),
        hint: ctx.t(&format!("preadmission-why-{}", document.why)),
        tag: Tag::of(ctx, document.progress()),
        open: is_open && facts.may_give(&document.kind),
        again: document.progress() == Progress::ToCorrect,
    };
    let sections: Vec<_> = of.sections.iter().map(section).collect();
    let documents: Vec<_> = of.documents.iter().map(document).collect();
    FilePage {
        ctx,
        stay: StayShown::of(ctx, facts),
        sentence: sentence(situation),
        refusal: if situation == Situation::ToCorrect { &facts.refusal_text } else { "" },
        deadline: facts.deadline.map(|at| ctx.moment(at, &facts.site.zone)).unwrap_or_default(),
        to_correct: sections.iter().chain(&documents).filter(|task| task.again && task.open).map(Task::link).collect(),
        sections,
        documents,
        done,
        all,
        is_open,
        may_be_sent: is_open && of.may_be_sent(),
        was_sent: facts.submitted_at.is_some(),
        opened_as: opened_as(ctx, facts, caller.patient),
        medical,
        consent: facts.is_minor().then(|| Tag::of_consent(ctx, of.consent)),
        kept_until,
        may_tell: super::relatives::may_choose(facts),
        people: people(ctx, facts),
        co_signs_at: co_signs_at(facts, caller.patient).unwrap_or_default(),
    }
}

/// By whom it is filled in, as each of them is told.
fn opened_as(ctx: &Ctx, facts: &PreadmissionFacts, reader: PatientId) -> String {
    match (facts.opened_as, facts.representative()) {
        (OpenedAs::Myself, Some(one)) if one.patient == Some(reader) => ctx.t("preadmission-people-beside-the-patient"),
        (OpenedAs::Myself, Some(one)) => {
            ctx.t1("preadmission-people-beside-you", "name", one.identified_as.clone().unwrap_or_default())
        }
        (OpenedAs::Myself, None) => String::new(),
        (other, _) => ctx.t(&format!("preadmission-people-as-{}", other.name())),
    }
}

/// An adult's trusted person, and who is in charge of them, as far as they are named.
fn people(ctx: &Ctx, facts: &PreadmissionFacts) -> Vec<(String, String, String, Tag)> {
    let one = |purpose: Purpose| {
        let tag = asked::state_of(ctx, facts, purpose).filter(|_| !facts.is_minor())?;
        let words = |what: &str| ctx.t(&format!("preadmission-asked-{what}-{}", purpose.name()));
        Some((asked::address(facts.id, purpose), words("title"), words("link"), tag))
    };
    [Purpose::TrustedPerson, Purpose::Representative].into_iter().filter_map(one).collect()
}

/// A curator who opened the file to help answers on a page of their own.
fn co_signs_at(facts: &PreadmissionFacts, patient: PatientId) -> Option<String> {
    let mine = facts.living(Purpose::Representative).filter(|one| one.patient == Some(patient))?;
    (!mine.capacity.represents()).then(|| answer::address(facts.id, Purpose::Representative, mine.number))
}
