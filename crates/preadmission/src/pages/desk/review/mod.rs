//! `/desk/preadmissions/{id}`: page images beside the data that they prove, decisions, notes, identities, history.

mod document;
mod history;
mod people;
mod posts;

use ::web::{Ctx, Problem, StaffCaller, page};
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use kernel::PreadmissionId;
pub(super) use posts::{
    accept, assign, compare, correct, decide, finish, mark_party, note, read_identity, refuse, representative, secrecy,
    settle_meeting, settle_merge,
};
use serde::Deserialize;

use self::{
    document::ShownDocument,
    people::{People, Reread},
};
use super::{colleagues, name_of, person_of, standing_tone, standing_words, status_words};
use crate::{
    Preadmission,
    announcement::HospitalPerson,
    desk::{Review, Standing},
    domain::compare::Compared,
    meeting::may_join,
    pages::shown::{entry, section_title},
    read::{DocumentState, PreadmissionFacts, Status},
    store::{
        clerks::{Note, NoteId},
        meetings::{Meeting, Met},
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
    /// `off`: no shortcuts (WCAG 2.1.4).
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

    fn is_large(&self) -> bool {
        self.size == "large"
    }

    fn has_keys(&self) -> bool {
        self.keys != "off"
    }
}

struct ShownNote {
    id: NoteId,
    text: String,
    who: String,
    when: String,
    is_open: bool,
}

/// A strict trait as the hospital, FranceConnect, the patient and the document say it, in words.
struct ShownTrait {
    title: String,
    said: [String; 4],
    differs: bool,
}

impl ShownTrait {
    fn of(ctx: &Ctx, line: &Compared) -> Self {
        let Compared { name, hospital, franceconnect, typed, document, differs } = line;
        let words = |value: &String| match *name {
            "birth-date" => birth_words(ctx, value),
            "sex" if ["F", "M", "U"].contains(&value.as_str()) => {
                ctx.t(&format!("preadmission-choice-{}", value.to_ascii_lowercase()))
            }
            _ => value.clone(),
        };
        Self {
            title: ctx.t(&format!("preadmission-desk-trait-{name}")),
            said: [hospital, franceconnect, typed, document].map(words),
            differs: *differs,
        }
    }
}

/// A whole birth date in words; one whose month or day is not known, as it is written.
fn birth_words(ctx: &Ctx, text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), |date| ::web::when::plain_day(ctx.lang(), date))
}

/// A file that the patient opened and one that the hospital announced, of which the desk must say whether they are one.
struct ShownMeeting {
    opened: PreadmissionId,
    announced: PreadmissionId,
    /// The other of the two: its address and words.
    other: (String, String),
    may_join: bool,
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
    people: People,
    notes: Vec<ShownNote>,
    has_open_notes: bool,
    documents: Vec<ShownDocument>,
    compared: Vec<ShownTrait>,
    reread: Reread,
    /// As the hospital names the person now, while the desk has not said whether that is the same one.
    merged: Option<String>,
    meetings: Vec<ShownMeeting>,
    alike: Vec<(String, String)>,
    history: Vec<(String, String)>,
    looks: Vec<(String, String)>,
    sections: Vec<(&'static str, String)>,
    next: Option<String>,
    /// Papers that were handed in may be added.
    may_add: bool,
    is_ready: bool,
    may_be_accepted: bool,
    key: String,
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
    let mut living: Vec<_> = facts.documents.iter().filter(|one| !one.state.is_over()).collect();
    // What waits for a decision comes first.
    living.sort_by_key(|one| one.state != DocumentState::ToReview);
    let note = |note: &Note| ShownNote {
        id: note.id,
        text: note.text.clone(),
        who: name_of(&review.names, note.by),
        when: when(note.at),
        is_open: note.to_do && note.done_at.is_none(),
    };
    let notes: Vec<ShownNote> = review.notes.iter().map(note).collect();
    let other = |facts: &PreadmissionFacts| {
        let words = format!("{}, {} ({})", person_of(ctx, facts), entry(ctx, facts), status_words(ctx, facts));
        (format!("/desk/preadmissions/{}", facts.id), words)
    };
    let known = review.names.iter().filter(|(id, _)| review.colleagues.contains(id));
    let sections = facts.completeness().sections;
    ReviewPage {
        ctx,
        person: person_of(ctx, facts),
        entry: entry(ctx, facts),
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
        colleagues: colleagues(&known.map(|(id, name)| (*id, name.clone())).collect()),
        people: People::of(ctx, review),
        has_open_notes: notes.iter().any(|note| note.is_open),
        notes,
        documents: living.into_iter().map(|one| ShownDocument::of(ctx, review, one, first)).collect(),
        compared: review.compared.iter().map(|one| ShownTrait::of(ctx, one)).collect(),
        reread: Reread::of(ctx, review),
        merged: review.merges.iter().find(|met| met.outcome == Merge::Conflict).map(|met| {
            let HospitalPerson { birth_family, given, birth_date, ipp, .. } = &met.person;
            format!("{birth_family} {given}, {} ({ipp})", birth_words(ctx, birth_date))
        }),
        meetings: shown_meetings(review, other),
        alike: review.alike.iter().map(other).collect(),
        history: history::history(ctx, review),
        looks: history::looks(ctx, review),
        sections: sections.iter().map(|(one, _)| (one.name, section_title(ctx, one.name))).collect(),
        next: review.next.map(|id| format!("/desk/preadmissions/{id}")),
        may_add: facts.stay.entry_at > ctx.now() && !matches!(facts.status, Status::Completed | Status::Cancelled),
        is_ready: facts.status == Status::Ready,
        may_be_accepted: facts.status == Status::Ready && facts.is_all_decided(),
        key: ctx.fresh_key(),
        view,
        facts,
    }
}

fn shown_meetings(review: &Review, words: impl Fn(&PreadmissionFacts) -> (String, String)) -> Vec<ShownMeeting> {
    let shown = |one: &Meeting| {
        let announced = one.announced?;
        let other = review.beside.iter().find(|facts| facts.id == one.file || facts.id == announced)?;
        let may_join = match review.facts.id == announced {
            true => may_join(other, &review.facts),
            false => may_join(&review.facts, other),
        };
        Some(ShownMeeting { opened: one.file, announced, other: words(other), may_join })
    };
    review.meetings.iter().filter(|one| one.outcome == Met::Asked).filter_map(shown).collect()
}
