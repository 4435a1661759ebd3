//! What the desk's interface shows, as JSON.

use std::collections::{BTreeMap, HashMap};

use kernel::{PreadmissionId, StaffId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::views::FileView,
    desk::{Line, Review, count::Counted},
    domain::compare::Compared,
    store::meetings::{Meeting, Met},
};

#[derive(Serialize, ToSchema)]
#[schema(as = DeskPreadmissions)]
pub(in crate::api) struct WorklistView {
    pub(super) items: Vec<LineView>,
    /// Value of `after` for the next page, when there is one.
    pub(super) next: Option<String>,
    /// By status, files of the whole team in the period.
    pub(super) counts: BTreeMap<&'static str, i64>,
}

/// One line of the worklist.
#[derive(Serialize, ToSchema)]
#[schema(as = DeskPreadmissionLine)]
pub(in crate::api) struct LineView {
    #[schema(value_type = String, format = Uuid)]
    id: PreadmissionId,
    status: &'static str,
    #[schema(format = DateTime)]
    entry_at: String,
    unit: String,
    /// As the hospital writes it; empty when a patient opened the file.
    patient: String,
    /// Years at the day of entry.
    age: Option<i16>,
    done: usize,
    asked: usize,
    /// Since when the longest waiting document waits for a clerk.
    #[schema(format = DateTime)]
    waiting_since: Option<String>,
    assigned_to: Option<AssigneeView>,
    /// nothing, waiting, sent, acknowledged or refused.
    interface: &'static str,
    #[schema(format = DateTime)]
    submitted_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DeskColleague)]
pub(in crate::api) struct AssigneeView {
    #[schema(value_type = String, format = Uuid)]
    id: StaffId,
    name: String,
}

impl LineView {
    pub(super) fn of(line: &Line, names: &HashMap<StaffId, String>) -> Self {
        let facts = &line.facts;
        let (done, asked) = facts.completeness().count();
        let person = facts.stay.person.as_ref();
        Self {
            id: facts.id,
            status: facts.status.name(),
            entry_at: facts.stay.entry_at.to_string(),
            unit: facts.stay.unit.as_ref().map(|unit| unit.label.clone()).unwrap_or_default(),
            patient: person.map(|person| format!("{} {}", person.birth_family, person.given)).unwrap_or_default(),
            age: facts.stay_facts().age,
            done,
            asked,
            waiting_since: facts.oldest_waiting().map(|document| document.created_at.to_string()),
            assigned_to: line.assigned.map(|id| assignee(id, names)),
            interface: line.standing.name(),
            submitted_at: facts.submitted_at.map(|at| at.to_string()),
        }
    }
}

fn assignee(id: StaffId, names: &HashMap<StaffId, String>) -> AssigneeView {
    AssigneeView { id, name: names.get(&id).cloned().unwrap_or_default() }
}

/// A file as the desk sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = DeskPreadmission)]
pub(in crate::api) struct ReviewView {
    #[serde(flatten)]
    file: FileView,
    /// Goes with every decision; changes when the file does.
    mark: String,
    assigned_to: Option<AssigneeView>,
    /// nothing, waiting, sent, acknowledged or refused.
    interface: &'static str,
    notes: Vec<NoteView>,
    /// Other files that may be the same.
    #[schema(value_type = Vec<String>)]
    alike: Vec<PreadmissionId>,
    /// Of which the desk must say whether they are of one stay.
    in_doubt: Vec<DoubtView>,
    /// Numbers of covers as clerks read them, beside the patient's.
    corrections: BTreeMap<String, String>,
    /// By kind, codes of the reasons for which a document can be refused.
    reasons: BTreeMap<String, Vec<String>>,
    identity: IdentityView,
}

/// Strict traits side by side, and what comparing came to.
#[derive(Serialize, ToSchema)]
#[schema(as = DeskIdentity)]
struct IdentityView {
    traits: Vec<TraitView>,
    /// The document that was read last: card, passport, permit or birth-record.
    read_on: Option<&'static str>,
    read_by: Option<AssigneeView>,
    /// same, other or cell; the last one counts.
    choice: Option<&'static str>,
    chosen_by: Option<AssigneeView>,
    /// Another document was read since the choice was made.
    choice_is_old: bool,
}

/// One trait as each side says it; empty where a side says nothing.
#[derive(Serialize, ToSchema)]
#[schema(as = DeskTrait)]
struct TraitView {
    /// birth-family, given, birth-date or sex.
    name: &'static str,
    hospital: String,
    franceconnect: String,
    typed: String,
    document: String,
    differs: bool,
}

impl From<&Compared> for TraitView {
    fn from(line: &Compared) -> Self {
        let Compared { name, hospital, franceconnect, typed, document, differs } = line.clone();
        Self { name, hospital, franceconnect, typed, document, differs }
    }
}

impl IdentityView {
    fn of(review: &Review) -> Self {
        let (reading, last) = (review.reading.as_ref(), review.chosen.last());
        Self {
            traits: review.compared.iter().map(TraitView::from).collect(),
            read_on: reading.map(|one| one.read.proof.as_str()),
            read_by: reading.map(|one| assignee(one.by, &review.names)),
            choice: last.map(|one| one.choice.as_str()),
            chosen_by: last.map(|one| assignee(one.by, &review.names)),
            choice_is_old: review.choice_is_old(),
        }
    }
}

/// Two files of which the desk must say whether they are of one stay.
#[derive(Serialize, ToSchema)]
#[schema(as = DeskPreadmissionDoubt)]
struct DoubtView {
    /// The file that the patient opened.
    #[schema(value_type = String, format = Uuid)]
    opened: PreadmissionId,
    /// The file of the hospital's announcement.
    #[schema(value_type = String, format = Uuid)]
    announced: PreadmissionId,
}

impl DoubtView {
    fn of(one: &Meeting) -> Option<Self> {
        let announced = one.announced.filter(|_| one.outcome == Met::Asked)?;
        Some(Self { opened: one.file, announced })
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = DeskPreadmissionNote)]
struct NoteView {
    id: String,
    text: String,
    to_do: bool,
    done: bool,
    by: AssigneeView,
    #[schema(format = DateTime)]
    made_at: String,
}

impl ReviewView {
    pub(super) fn of(review: &Review) -> Self {
        let note = |note: &crate::store::clerks::Note| NoteView {
            id: note.id.to_string(),
            text: note.text.clone(),
            to_do: note.to_do,
            done: note.done_at.is_some(),
            by: assignee(note.by, &review.names),
            made_at: note.at.to_string(),
        };
        let codes = |reasons: &Vec<crate::desk::Reason>| {
            reasons.iter().filter(|reason| reason.active).map(|reason| reason.code.clone()).collect()
        };
        Self {
            file: FileView::from(&review.facts),
            mark: review.facts.mark(),
            assigned_to: review.assigned.map(|id| assignee(id, &review.names)),
            interface: review.standing.name(),
            notes: review.notes.iter().map(note).collect(),
            in_doubt: review.meetings.iter().filter_map(DoubtView::of).collect(),
            alike: review.alike.iter().map(|other| other.id).collect(),
            corrections: review.corrections.iter().map(|one| (one.field.clone(), one.value.clone())).collect(),
            identity: IdentityView::of(review),
            reasons: review.reasons.iter().map(|(kind, reasons)| (kind.clone(), codes(reasons))).collect(),
        }
    }
}

/// Figures with the statements that read their facts.
#[derive(Serialize, ToSchema)]
#[schema(as = PreadmissionFigures)]
pub(crate) struct FiguresView {
    /// First and last month of entry.
    from: String,
    until: String,
    days_ahead: i64,
    rows: Vec<FigureView>,
    /// `$1` the establishment, `$2` and `$3` the bounds of the period.
    statements: [&'static str; 4],
}

#[derive(Serialize, ToSchema)]
#[schema(as = PreadmissionMonth)]
struct FigureView {
    month: String,
    finess: String,
    establishment: String,
    counts: BTreeMap<&'static str, usize>,
    /// Sent files by who sent them first: patient, relative or clerk.
    channels: BTreeMap<String, usize>,
    documents: BTreeMap<String, usize>,
    refusals: BTreeMap<String, usize>,
    /// Medians, in seconds.
    to_send: Option<i64>,
    to_answer: Option<i64>,
}

impl From<&Counted> for FiguresView {
    fn from(counted: &Counted) -> Self {
        let row =
            |(month, finess, name, figures): &(String, String, String, crate::domain::figures::Figures)| FigureView {
                month: month.clone(),
                finess: finess.clone(),
                establishment: name.clone(),
                counts: figures.counts().into_iter().collect(),
                channels: figures.channels.clone(),
                documents: figures.documents.clone(),
                refusals: figures.reasons.clone(),
                to_send: figures.to_send,
                to_answer: figures.to_answer,
            };
        Self {
            from: counted.from.clone(),
            until: counted.until.clone(),
            days_ahead: counted.days_ahead,
            rows: counted.rows.iter().map(row).collect(),
            statements: crate::store::figures::ALL,
        }
    }
}
