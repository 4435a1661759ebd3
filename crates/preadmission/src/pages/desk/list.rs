//! `/desk/preadmissions`: the team's files, the next to enter first.

use std::collections::HashMap;

use ::web::{Ctx, Problem, StaffCaller, page};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::StaffId;

use super::{colleagues, name_of, person_of, standing_tone, standing_words, status_name, status_words};
use crate::{
    Preadmission,
    desk::{
        Clerk, Line,
        question::{Question, place},
        views::View,
    },
    domain::{answering::Signature, status::Status},
    pages::shown::{Tag, document_title, entry},
    read::{Consent, PreadmissionFacts, Purpose},
    store::views::ViewId,
};

struct Shown {
    id: String,
    entry: String,
    unit: String,
    person: String,
    age: String,
    status: String,
    progress: String,
    waiting: String,
    assigned: String,
    standing: String,
    tone: &'static str,
    /// What those who were asked to answer did, when a clerk has to see to it.
    people: Option<Tag>,
}

struct Tab {
    words: String,
    address: String,
    count: i64,
    is_open: bool,
}

#[derive(Template)]
#[template(path = "preadmission-desk-list.html")]
struct List<'a> {
    ctx: &'a Ctx,
    question: &'a Question,
    tabs: Vec<Tab>,
    sites: Vec<(String, String)>,
    units: Vec<(String, String)>,
    colleagues: Vec<(String, String)>,
    lines: Vec<Shown>,
    next: Option<String>,
    views: Vec<ShownView>,
    /// Addresses and words of files of which the desk must say something.
    questions: Vec<(String, String)>,
    /// Whose team a view can be shared with.
    teams: Vec<(String, String)>,
}

struct ShownView {
    id: ViewId,
    name: String,
    address: String,
    count: i64,
    /// Who shares it; empty: one's own.
    from: String,
    is_shared: bool,
    is_open: bool,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    question: web::Query<Question>,
) -> Result<HttpResponse, Problem> {
    let (ctx, clerk) = (&caller.ctx, Clerk::from(&caller));
    let zone = room.desk_zone(clerk.clone()).await?;
    let wanted = question.wanted(caller.staff, &zone, ctx.now())?;
    let views = room.views(clerk.clone(), zone).await?;
    let teams = room.hospitals(clerk.clone()).await?;
    let questions = room.questions(clerk.clone()).await?;
    let list = room.worklist(clerk, wanted).await?;
    let all: i64 = list.counts.iter().map(|(_, count)| count).sum();
    let tab = |words: String, status: &str, count: i64| Tab {
        words,
        address: question.with(|other| other.status = status.to_owned()),
        count,
        is_open: question.status == status,
    };
    let count = |status: Status| list.counts.iter().find(|(one, _)| *one == status).map_or(0, |(_, count)| *count);
    let tabs = std::iter::once(tab(ctx.t("preadmission-desk-all"), "", all))
        .chain(Status::ALL.into_iter().map(|status| tab(status_name(ctx, status.name()), status.name(), count(status))))
        .collect();
    page(&List {
        ctx,
        question: &question,
        tabs,
        sites: list.sites.iter().map(|site| (site.id.to_string(), site.name.clone())).collect(),
        units: list.units,
        colleagues: colleagues(&list.names),
        lines: list.lines.iter().map(|line| shown(ctx, line, &list.names)).collect(),
        views: views.iter().map(|view| shown_view(view, &question, &list.names)).collect(),
        questions: questions.iter().map(|facts| asked(ctx, facts)).collect(),
        teams: teams.into_iter().map(|team| (team.id.to_string(), team.name)).collect(),
        next: list.next.map(|last| question.with(|other| other.after = place(last))),
    })
}

fn asked(ctx: &Ctx, facts: &PreadmissionFacts) -> (String, String) {
    let entry = entry(ctx, facts);
    (format!("/desk/preadmissions/{}", facts.id), format!("{}, {entry}", person_of(ctx, facts)))
}

fn shown_view(view: &View, question: &Question, names: &HashMap<StaffId, String>) -> ShownView {
    let first_page = Question { after: String::new(), ..question.clone() };
    ShownView {
        id: view.id,
        name: view.name.clone(),
        address: view.question.with(|_| ()),
        count: view.count,
        from: view.from.map(|by| name_of(names, by)).unwrap_or_default(),
        is_shared: view.is_shared,
        is_open: view.question == first_page,
    }
}

fn shown(ctx: &Ctx, line: &Line, names: &HashMap<StaffId, String>) -> Shown {
    let facts = &line.facts;
    let (done, asked) = facts.completeness().count();
    let waiting = facts.oldest_waiting().map(|document| {
        let since = ctx.moment(document.created_at, &facts.site.zone);
        format!("{} ({since})", document_title(ctx, &document.kind))
    });
    Shown {
        id: facts.id.to_string(),
        entry: entry(ctx, facts),
        unit: facts.stay.unit.as_ref().map(|unit| unit.label.clone()).unwrap_or_default(),
        person: person_of(ctx, facts),
        age: facts.stay_facts().age.map(|age| age.to_string()).unwrap_or_default(),
        status: status_words(ctx, facts),
        progress: format!("{done}/{asked}"),
        waiting: waiting.unwrap_or_default(),
        assigned: line.assigned.map(|id| name_of(names, id)).unwrap_or_default(),
        standing: standing_words(ctx, &line.standing),
        tone: standing_tone(&line.standing),
        people: people(ctx, facts),
    }
}

/// A refusal or a silence: of those who sign for a minor, else of who is in charge of an adult or of the trusted person.
fn people(ctx: &Ctx, facts: &PreadmissionFacts) -> Option<Tag> {
    let consent = facts.completeness().consent;
    let silent = facts.signatories().find(|one| one.state.fails() && one.state != Signature::Refused);
    let asked = [Purpose::Representative, Purpose::TrustedPerson];
    let failing = asked.into_iter().filter_map(|purpose| facts.last(purpose)).find(|one| one.state.fails());
    match (consent, silent, failing) {
        (Consent::Refused | Consent::Conflict | Consent::Undecided, ..) => Some(Tag::of_consent(ctx, consent)),
        (Consent::Awaited, Some(one), _) => Some(Tag::of_party(ctx, one)),
        (Consent::NotNeeded, _, Some(one)) => {
            let (tag, purpose) = (Tag::of_party(ctx, one), one.capacity.purpose().name());
            Some(Tag { words: ctx.t1(&format!("preadmission-desk-asked-{purpose}"), "state", tag.words), ..tag })
        }
        _ => None,
    }
}
