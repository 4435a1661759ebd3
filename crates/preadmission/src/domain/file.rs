//! A file as it is now: its stay, its answers and documents, who was asked beside the patient, and what follows from these
//! without asking anybody.

use std::collections::{BTreeMap, BTreeSet};

use identity::read::{Establishment, Site};
use jiff::Timestamp;
use kernel::{
    DocumentId, EstablishmentId, FileId, InvitationId, ObjectId, PatientId, PreadmissionId, SiteId, StaffId, StayId,
    digest,
};

use super::{
    answering::{Capacity, Signature},
    catalogue::{self, Answers},
    completeness::{Completeness, Facts, StayFacts, age_at, is_minor},
    document::State as DocumentState,
    invitation::Purpose,
    people::OpenedAs,
    relatives::{News, Wish},
    rules::{Class, Rules},
    situation::days_before,
    status::Status,
};
use crate::announcement::{HospitalPerson, StayClass, Unit};

/// Who told of a stay first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Sih,
    Desk,
    Seed,
    Patient,
}

/// A planned stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    pub id: StayId,
    pub establishment: EstablishmentId,
    pub site: SiteId,
    /// None: opened by a patient, not known at the hospital yet.
    pub visit_number: Option<String>,
    pub folder_number: Option<String>,
    pub movement: Option<String>,
    /// The person as the hospital knows them; none when a patient opened it.
    pub person: Option<HospitalPerson>,
    pub class: StayClass,
    pub unit: Option<Unit>,
    pub entry_at: Timestamp,
    pub exit_at: Option<Timestamp>,
    pub label: String,
    pub practitioner: Option<String>,
    pub surgery: bool,
    pub origin: Origin,
    pub cancelled_at: Option<Timestamp>,
    /// Who said that it will not take place.
    pub cancelled_from: Option<Origin>,
    /// How often the hospital moved its entry.
    pub moves: i32,
}

impl Stay {
    /// A patient who told of it first said the day alone.
    pub fn is_hour_known(&self) -> bool {
        self.visit_number.is_some() || self.person.is_some()
    }
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Hospital,
    Franceconnect,
    Previous,
    Patient,
    Relative,
    Clerk,
    /// Read from the photo of a card, and found right by whoever fills in.
    Card,
}

impl Source {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::Franceconnect => "franceconnect",
            Self::Previous => "previous",
            Self::Patient => "patient",
            Self::Relative => "relative",
            Self::Clerk => "clerk",
            Self::Card => "card",
        }
    }
}

/// A kept answer; it may be wrong, and is then shown with its error.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    pub value: String,
    pub source: Source,
    pub saved_by: Option<ObjectId>,
    pub saved_at: Timestamp,
}

/// Prints nothing personal.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Answer(from {}, {})", self.source.name(), self.saved_at)
    }
}

/// One document, or the word that it is missing.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    pub file: PreadmissionId,
    pub kind: String,
    pub state: DocumentState,
    pub reason: Option<String>,
    pub reason_text: String,
    pub label: String,
    pub sha256: Option<Vec<u8>>,
    pub received_bytes: Option<i64>,
    pub kept_bytes: Option<i64>,
    pub pages: Option<i32>,
    pub received_by: Option<ObjectId>,
    /// In which quality they gave it: patient, relative or clerk.
    pub source: Source,
    /// The bytes as sent, until it is decided what they are: never shown to anybody.
    pub received_file: Option<FileId>,
    /// The rebuilt PDF, once it is clean.
    pub kept_file: Option<FileId>,
    /// What the square code on a card says.
    pub card_code: Option<String>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    /// When the hospital's system acknowledged it.
    pub told_at: Option<Timestamp>,
}

/// A picture of one page of a clean document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub number: i32,
    pub file: FileId,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    pub nearly_blank: bool,
}

/// Prints nothing personal.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({}, {}, {})", self.id, self.kind, self.state)
    }
}

/// Somebody else than the patient who is asked, by a link of their own, and answers.
#[derive(Clone, PartialEq, Eq)]
pub struct Party {
    /// From 1 for each purpose in a file, never given twice; the first holder of parental authority opened it.
    pub number: i32,
    pub capacity: Capacity,
    /// As whoever asked them calls them.
    pub name: String,
    pub state: Signature,
    pub patient: Option<PatientId>,
    /// The name under which they logged in.
    pub identified_as: Option<String>,
    pub changed_at: Timestamp,
}

impl Party {
    /// Another answer, when it may follow on the one they gave.
    pub fn after(&self, next: Signature) -> Option<Signature> {
        Some(next).filter(|next| self.state.may_become(*next, self.capacity.purpose()))
    }
}

/// Prints nothing personal.
impl std::fmt::Debug for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Party({} {}, {})", self.capacity.purpose().name(), self.number, self.state.name())
    }
}

/// Somebody else than the patient is asked to come, by a link of their own.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub file: PreadmissionId,
    pub purpose: Purpose,
    /// Which of those asked for this purpose, such as the number of the signatory.
    pub number: i32,
    /// How often they were asked: only the last link opens anything.
    pub round: i32,
    /// As whoever asked calls them.
    pub name: String,
    /// Telephone (E.164) or e-mail address; empty: the link is handed on by whoever asked.
    pub contact: String,
    pub asked_at: Timestamp,
    /// Until when an answer is awaited.
    pub expires_at: Timestamp,
    /// A later one took its place.
    pub is_replaced: bool,
}

impl Invitation {
    /// Whether its link still leads somewhere.
    pub fn is_open(&self, now: Timestamp) -> bool {
        !self.is_replaced && now < self.expires_at
    }
}

/// Prints nothing personal.
impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Invitation({}, {})", self.id, self.purpose.name())
    }
}

/// Somebody whom the patient wants told of the stay.
#[derive(Clone, PartialEq, Eq)]
pub struct Relative {
    /// From 1 in each file, never given twice.
    pub number: i32,
    pub name: String,
    /// What the patient wants to be called in these messages.
    pub called: String,
    pub ready: bool,
    pub cancelled: bool,
    pub wish: Wish,
    pub changed_at: Timestamp,
}

impl Relative {
    /// Whether they accepted, and the patient chose that they know.
    pub fn is_told(&self, news: News) -> bool {
        let chosen = match news {
            News::Ready => self.ready,
            News::Cancelled => self.cancelled,
        };
        chosen && self.wish == Wish::Accepted
    }
}

/// Prints nothing personal.
impl std::fmt::Debug for Relative {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Relative({}, {})", self.number, self.wish.name())
    }
}

/// A file and all that hangs on it.
#[derive(Debug, Clone)]
pub struct PreadmissionFacts {
    pub id: PreadmissionId,
    pub stay: Stay,
    pub establishment: Establishment,
    pub site: Site,
    pub patient: Option<PatientId>,
    pub status: Status,
    /// Rises with every submission, and with each correction of a cover once accepted.
    pub version: i32,
    pub rules_version: i32,
    pub rules: Rules,
    pub link_generation: i32,
    pub created_at: Timestamp,
    pub submitted_at: Option<Timestamp>,
    pub decided_at: Option<Timestamp>,
    pub decided_by: Option<StaffId>,
    /// Names of the sections that the hospital asks for again.
    pub to_correct: Vec<String>,
    pub refusal_text: String,
    /// Until when what was refused is awaited.
    pub deadline: Option<Timestamp>,
    pub answers: BTreeMap<String, Answer>,
    pub documents: Vec<Document>,
    /// Who opened it, seen from the patient.
    pub opened_as: OpenedAs,
    /// Kept from holders of parental authority.
    pub secret: bool,
    /// Who else was asked, of each purpose the latest last.
    pub people: Vec<Party>,
}

impl PreadmissionFacts {
    /// When it can be filled in, so many times 24 hours before the entry.
    pub fn opens_at(&self, opens_days_before: i64) -> Timestamp {
        days_before(self.stay.entry_at, opens_days_before)
    }

    /// What was answered, without who and when.
    pub fn values(&self) -> Answers {
        self.answers.iter().map(|(field, answer)| (field.clone(), answer.value.clone())).collect()
    }

    /// What was said in a field, when something was and it is not wrong.
    pub fn said(&self, field: &str) -> Option<&str> {
        let value = self.answers.get(field).map(|answer| answer.value.as_str()).filter(|value| !value.is_empty())?;
        catalogue::field(field).is_some_and(|field| field.fault(value).is_none()).then_some(value)
    }

    pub fn stay_facts(&self) -> StayFacts {
        let known = self.stay.person.as_ref().map(|person| person.birth_date.clone());
        let told = || self.answers.get("identity.birth-date").map(|answer| answer.value.clone());
        let day = self.site.zone.date(self.stay.entry_at);
        StayFacts {
            class: class_of(self.stay.class),
            sleeps: self.stay.class == StayClass::Inpatient,
            age: known.or_else(told).and_then(|birth| age_at(&birth, day)),
            surgery: self.stay.surgery,
        }
    }

    /// Below 18 at entry; somebody whose age is not known is an adult.
    pub fn is_minor(&self) -> bool {
        is_minor(&self.stay_facts())
    }

    /// As what this person reads and fills it in; none: it is not theirs. Who represents the patient does so beside whoever
    /// opened it; a stay kept secret is no parent's.
    pub fn acts_as(&self, patient: PatientId) -> Option<OpenedAs> {
        if self.representative().is_some_and(|one| one.patient == Some(patient)) {
            return Some(OpenedAs::Representative);
        }
        let opened = self.patient == Some(patient) && !(self.secret && self.opened_as != OpenedAs::Myself);
        opened.then_some(self.opened_as)
    }

    /// Whether it is this person's to read and fill in.
    pub fn is_of(&self, patient: PatientId) -> bool {
        self.acts_as(patient).is_some()
    }

    /// Whether a document of this kind may be given now. Once something is asked for again, what was accepted stays.
    pub fn may_give(&self, kind: &str) -> bool {
        let mut given = self.documents.iter().filter(|one| one.kind == kind && !one.state.is_over()).peekable();
        let accepted = given.peek().is_some() && given.all(|one| one.state == DocumentState::Accepted);
        self.status.is_open() && !(accepted && self.status == Status::Refused)
    }

    /// Whether a clerk may add a paper of this kind that was handed in: also before the file is opened, and while it is
    /// looked at.
    pub fn clerk_may_give(&self, kind: &str) -> bool {
        self.may_give(kind) || matches!(self.status, Status::Created | Status::Ready)
    }

    /// A parent opened it, and then it was kept from the parents: only the minor may go on.
    pub fn is_left_to_the_minor(&self) -> bool {
        self.secret && self.patient.is_some() && self.opened_as != OpenedAs::Myself
    }

    /// The patient asked that nobody is told of their presence (CSP art. R1112-45), or that the parents are not.
    pub fn is_silent(&self) -> bool {
        self.secret || self.answers.get("presence.secret").is_some_and(|answer| answer.value == "yes")
    }

    /// Rises with each refusal and each silence of those who were asked: what is told once of each.
    pub fn refusals_and_silences(&self) -> i32 {
        let weight = |one: &Party| match one.state {
            Signature::Refused => 10,
            Signature::NoAnswer => 1,
            _ => 0,
        };
        let turn = |one: &Party| match one.capacity.purpose() {
            Purpose::ParentalAuthority => 0,
            _ if weight(one) == 0 => 0,
            Purpose::TrustedPerson | Purpose::Relative => 100 * one.number,
            Purpose::Representative => 1000 * one.number,
        };
        self.people.iter().map(|one| weight(one) + turn(one)).sum()
    }

    /// Everybody who was asked for this purpose.
    pub fn asked(&self, purpose: Purpose) -> impl DoubleEndedIterator<Item = &Party> {
        self.people.iter().filter(move |one| one.capacity.purpose() == purpose)
    }

    pub fn party(&self, purpose: Purpose, number: i32) -> Option<&Party> {
        self.asked(purpose).find(|one| one.number == number)
    }

    /// Who may authorise for a minor.
    pub fn signatories(&self) -> impl DoubleEndedIterator<Item = &Party> {
        self.asked(Purpose::ParentalAuthority)
    }

    /// The last who was asked for this purpose: of trusted people and people in charge the one that counts.
    pub fn last(&self, purpose: Purpose) -> Option<&Party> {
        self.asked(purpose).next_back()
    }

    /// The same, unless they were taken back.
    pub fn living(&self, purpose: Purpose) -> Option<&Party> {
        self.last(purpose).filter(|one| one.state != Signature::Revoked)
    }

    /// The name of whom the patient's side wants asked for this purpose; none: nobody, or not said yet.
    pub fn wished(&self, purpose: Purpose) -> Option<&str> {
        match purpose {
            Purpose::TrustedPerson => self.said("trusted-person.wished").filter(|wished| *wished == "yes")?,
            Purpose::Representative if self.is_minor() => return None,
            Purpose::Representative => self.said("situation.protection")?,
            Purpose::ParentalAuthority | Purpose::Relative => return None,
        };
        self.said(self.fields_of(purpose).first()?)
    }

    /// Where the name of whom to ask for this purpose stands, then where to reach them.
    pub(crate) fn fields_of(&self, purpose: Purpose) -> &'static [&'static str] {
        match (purpose, self.said("situation.protection")) {
            (Purpose::TrustedPerson, _) => &["trusted-person.name", "trusted-person.email", "trusted-person.phone"],
            (Purpose::Representative, Some("represented")) => {
                &["situation.protector-name", "situation.protector-phone"]
            }
            (Purpose::Representative, Some("assisted")) => &["situation.curator-name", "situation.curator-phone"],
            _ => &[],
        }
    }

    /// The trusted person: designated by the patient, and co-signed by them.
    pub fn trusted_person(&self) -> Option<&Party> {
        self.last(Purpose::TrustedPerson).filter(|one| one.state.stands())
    }

    /// Who represents the protected adult for their person, and said so themselves.
    pub fn representative(&self) -> Option<&Party> {
        self.last(Purpose::Representative).filter(|one| one.state.stands() && one.capacity.represents())
    }

    /// Whether the curator of the protected adult co-signed.
    fn is_co_signed(&self) -> bool {
        self.last(Purpose::Representative).is_some_and(|one| one.state.stands() && !one.capacity.represents())
    }

    /// Where the answers of this person come from.
    pub fn source_of(&self, patient: PatientId) -> Source {
        if self.acts_as(patient) == Some(OpenedAs::Myself) { Source::Patient } else { Source::Relative }
    }

    /// What is still to be done.
    pub fn completeness(&self) -> Completeness {
        let mut documents: BTreeMap<String, Vec<DocumentState>> = BTreeMap::new();
        for document in self.documents.iter().filter(|document| !document.state.is_over()) {
            documents.entry(document.kind.clone()).or_default().push(document.state);
        }
        let signatures: Vec<Signature> = self.signatories().map(|one| one.state).collect();
        Completeness::compute(&Facts {
            signatures: (!self.secret).then_some(signatures.as_slice()),
            stay: self.stay_facts(),
            answers: &self.values(),
            designation: self.last(Purpose::TrustedPerson).map(|one| one.state),
            is_co_signed: self.is_co_signed(),
            documents: &documents,
            rules: &self.rules,
            to_correct: &self.untouched(),
        })
    }

    /// Changes with everything that a decision could rest on: who decides says which mark they saw.
    pub fn mark(&self) -> String {
        let mut told = format!("{} {} {}\n", self.status, self.version, self.stay.entry_at);
        for (field, answer) in &self.answers {
            told.push_str(&format!("{field} {} {}\n", answer.value.len(), answer.saved_at));
        }
        for document in &self.documents {
            told.push_str(&format!("{} {}\n", document.id, document.state));
        }
        digest::hex(&digest::sha256(&[told.as_bytes()])).chars().take(32).collect()
    }

    /// Whether a clerk has looked at everything that came, and nothing waits for the patient.
    pub fn is_all_decided(&self) -> bool {
        use DocumentState::{Accepted, NotAvailable};
        let mut living = self.documents.iter().filter(|document| !document.state.is_over());
        let fine = |state: DocumentState| matches!(state, Accepted | NotAvailable);
        let asked = self.completeness().documents;
        // A refused one for which another serves holds nothing back.
        living.all(|document| fine(document.state) || document.state.is_to_correct())
            && asked.iter().all(|one| fine(one.state) || !(one.blocks || one.state.is_to_correct()))
    }

    /// The longest waiting document that a clerk may look at.
    pub fn oldest_waiting(&self) -> Option<&Document> {
        let waiting = self.documents.iter().filter(|document| document.state == DocumentState::ToReview);
        waiting.min_by_key(|document| document.created_at)
    }

    /// Of the sections that the hospital asks for again, those where nothing was saved since.
    fn untouched(&self) -> BTreeSet<String> {
        let Some(decided_at) = self.decided_at.filter(|_| self.status == Status::Refused) else {
            return BTreeSet::new();
        };
        let touched = |section: &&String| {
            let start = format!("{section}.");
            self.answers.iter().any(|(field, answer)| field.starts_with(&start) && answer.saved_at > decided_at)
        };
        self.to_correct.iter().filter(|section| !touched(section)).cloned().collect()
    }

    /// Whether its patient may write in this section now: all while it is filled in, then only what is asked again.
    pub fn may_write(&self, section: &str) -> bool {
        match self.status {
            Status::InProgress => true,
            Status::Refused => self.to_correct.iter().any(|name| name == section),
            _ => false,
        }
    }
}

const fn class_of(class: StayClass) -> Class {
    match class {
        StayClass::Inpatient => Class::Inpatient,
        StayClass::Day => Class::Day,
        StayClass::External => Class::External,
    }
}
