//! What the interface shows, as JSON.

use std::collections::BTreeMap;

use kernel::{DocumentId, PreadmissionId, SiteId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    commands::shown_fields,
    domain::card,
    read::{Document, Party, PreadmissionFacts, Purpose},
};

/// A refusal (RFC 9457); `type` is an address of `/problems`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemView {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Preadmissions)]
pub(crate) struct ListView {
    pub(crate) items: Vec<FileView>,
}

/// A file: what is in it, and what is still to be done.
#[derive(Serialize, ToSchema)]
#[schema(as = Preadmission)]
pub(crate) struct FileView {
    #[schema(value_type = String, format = Uuid)]
    id: PreadmissionId,
    /// CREATED, IN_PROGRESS, READY, REFUSED, COMPLETED or CANCELLED.
    status: &'static str,
    /// Rises with every submission, and with each correction of a cover once accepted.
    version: i32,
    stay: StayView,
    sections: Vec<SectionView>,
    documents: Vec<AskedView>,
    /// Documents that came, and words that one is missing.
    given: Vec<GivenView>,
    /// Who opened the file, seen from the patient: self, holder, representative or relative.
    opened_as: &'static str,
    /// not-needed, awaited, given, undecided, refused or conflict.
    consent: &'static str,
    /// Holders of parental authority who were asked, the first of whom opened the file.
    signatories: Vec<PartyView>,
    /// The last whom the patient designated as trusted person.
    trusted_person: Option<PartyView>,
    /// The last who was asked as representative or curator of a protected adult.
    person_in_charge: Option<PartyView>,
    may_be_sent: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    submitted_at: Option<String>,
    /// What the hospital says when it asks for something again.
    #[serde(skip_serializing_if = "String::is_empty")]
    refusal: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    deadline: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct StayView {
    /// inpatient, day or external.
    class: &'static str,
    hospital: String,
    #[schema(value_type = String, format = Uuid)]
    site: SiteId,
    site_name: String,
    unit: String,
    #[schema(value_type = String, format = DateTime)]
    entry_at: String,
    time_zone: String,
    label: String,
}

#[derive(Serialize, ToSchema)]
struct SectionView {
    name: &'static str,
    /// to-do, optional, in-progress, done or to-correct.
    progress: &'static str,
    /// Whether the file waits for it.
    blocks: bool,
    fields: Vec<FieldView>,
}

#[derive(Serialize, ToSchema)]
struct FieldView {
    name: &'static str,
    required: bool,
    value: String,
    /// hospital, franceconnect, previous, patient, relative, clerk or card.
    source: Option<&'static str>,
    /// Why the kept value cannot be used.
    error: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
struct AskedView {
    /// Code of the guide, such as CN_RECTO.
    kind: String,
    /// Any one of these serves as well.
    or: Vec<String>,
    why: String,
    blocks: bool,
    state: &'static str,
}

/// Somebody else than the patient who is asked, by a link of their own.
#[derive(Serialize, ToSchema)]
struct PartyView {
    number: i32,
    /// Of a holder of parental authority mother, father, guardian, ase or other; of who is in charge of an adult the measure,
    /// once they said it.
    capacity: Option<&'static str>,
    /// As whoever asked them calls them.
    name: String,
    /// The name under which they logged in.
    identified_as: Option<String>,
    /// awaited, signed, refused, no-answer, not-reachable, sole-holder, paper or revoked.
    state: &'static str,
    #[schema(value_type = String, format = DateTime)]
    changed_at: String,
}

impl From<&Party> for PartyView {
    fn from(one: &Party) -> Self {
        Self {
            number: one.number,
            capacity: one.capacity.word(),
            name: one.name.clone(),
            identified_as: one.identified_as.clone(),
            state: one.state.name(),
            changed_at: one.changed_at.to_string(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct GivenView {
    #[schema(value_type = String, format = Uuid)]
    id: DocumentId,
    kind: String,
    state: &'static str,
    label: String,
    reason: Option<String>,
    reason_text: String,
    /// Who gave it or said that it is missing: patient, relative or clerk.
    source: &'static str,
    /// Bytes as sent; none: a word that it is missing.
    received_bytes: Option<i64>,
    /// Pages, once it is clean.
    pages: Option<i32>,
    /// What was read on the photo of a card.
    card: Option<CardView>,
}

/// The square code on a card of a complementary cover: a suggestion, until it is accepted.
#[derive(Serialize, ToSchema)]
struct CardView {
    /// Its text as it is, control characters included; at most 4,000 bytes.
    code: String,
    /// What the code names, and numbers that prove themselves, by the full name of their field.
    values: BTreeMap<&'static str, String>,
}

impl CardView {
    fn of(document: &Document) -> Option<Self> {
        let code = document.card_code.clone().filter(|_| document.state.is_clean())?;
        Some(Self { values: card::understood(&code).into_iter().collect(), code })
    }
}

impl From<&Document> for GivenView {
    fn from(document: &Document) -> Self {
        Self {
            id: document.id,
            kind: document.kind.clone(),
            state: document.state.name(),
            label: document.label.clone(),
            reason: document.reason.clone(),
            reason_text: document.reason_text.clone(),
            source: document.source.name(),
            received_bytes: document.received_bytes,
            pages: document.pages,
            card: CardView::of(document),
        }
    }
}

impl From<&PreadmissionFacts> for FileView {
    fn from(facts: &PreadmissionFacts) -> Self {
        use crate::announcement::StayClass;
        let of = facts.completeness();
        let stay = StayView {
            class: match facts.stay.class {
                StayClass::Inpatient => "inpatient",
                StayClass::Day => "day",
                StayClass::External => "external",
            },
            hospital: facts.establishment.name.clone(),
            site: facts.site.id,
            site_name: facts.site.name.clone(),
            unit: facts.stay.unit.as_ref().map(|unit| unit.label.clone()).unwrap_or_default(),
            entry_at: facts.stay.entry_at.to_string(),
            time_zone: facts.site.zone.name().to_owned(),
            label: facts.stay.label.clone(),
        };
        let sections = of.sections.iter().map(|(section, progress)| SectionView {
            name: section.name,
            progress: progress.name(),
            blocks: section.blocks,
            fields: fields(facts, section),
        });
        let asked = of.documents.iter().map(|document| AskedView {
            kind: document.kind.clone(),
            or: document.or.clone(),
            why: document.why.clone(),
            blocks: document.blocks,
            state: document.state.name(),
        });
        Self {
            id: facts.id,
            status: facts.status.name(),
            version: facts.version,
            stay,
            sections: sections.collect(),
            documents: asked.collect(),
            given: facts.documents.iter().filter(|one| !one.state.is_over()).map(GivenView::from).collect(),
            opened_as: facts.opened_as.name(),
            consent: of.consent.name(),
            signatories: facts.signatories().map(PartyView::from).collect(),
            trusted_person: facts.last(Purpose::TrustedPerson).map(PartyView::from),
            person_in_charge: facts.last(Purpose::Representative).map(PartyView::from),
            may_be_sent: facts.status.is_open() && of.may_be_sent(),
            submitted_at: facts.submitted_at.map(|at| at.to_string()),
            refusal: facts.refusal_text.clone(),
            deadline: facts.deadline.map(|at| at.to_string()),
        }
    }
}

fn fields(facts: &PreadmissionFacts, section: &'static crate::domain::catalogue::Section) -> Vec<FieldView> {
    let answers = facts.values();
    let view = |field: &'static crate::domain::catalogue::Field| {
        let answer = facts.answers.get(field.name);
        let value = answer.map(|answer| answer.value.clone()).unwrap_or_default();
        FieldView {
            name: field.name,
            required: field.required,
            error: field.fault_among(&value, &answers).map(crate::domain::value::Fault::name),
            source: answer.map(|answer| answer.source.name()),
            value,
        }
    };
    shown_fields(facts, section).into_iter().map(view).collect()
}

/// Answers by the full name of their field.
#[derive(Deserialize, ToSchema)]
pub(crate) struct TypedFields(pub(crate) BTreeMap<String, String>);
