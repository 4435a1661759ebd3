//! Files: their rows, and every change of their status.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{EstablishmentId, EventKind, ObjectId, PatientId, PreadmissionId, StaffId, StayId};
use serde_json::{Value, json};
use storage::{Act, AsSql, Conn, Event, StorageError, Tx};

use super::{
    answers, documents, people, rules,
    rules::unreadable,
    schema::{preadmissions, stays as stay_rows},
    stays,
    steps::{self, By, Step},
};
use crate::{
    domain::{
        Refusal,
        people::OpenedAs,
        status::{Change, Status},
    },
    failure::Failure,
    read::{DocumentState, PreadmissionFacts, Rules, SecretStay, Source},
};

storage::text_enum! {
    pub(crate) enum StatusText {
        Created = "CREATED",
        InProgress = "IN_PROGRESS",
        Ready = "READY",
        Refused = "REFUSED",
        Completed = "COMPLETED",
        Cancelled = "CANCELLED",
    }
}

impl From<Status> for StatusText {
    fn from(status: Status) -> Self {
        match status {
            Status::Created => Self::Created,
            Status::InProgress => Self::InProgress,
            Status::Ready => Self::Ready,
            Status::Refused => Self::Refused,
            Status::Completed => Self::Completed,
            Status::Cancelled => Self::Cancelled,
        }
    }
}
impl From<StatusText> for Status {
    fn from(text: StatusText) -> Self {
        match text {
            StatusText::Created => Self::Created,
            StatusText::InProgress => Self::InProgress,
            StatusText::Ready => Self::Ready,
            StatusText::Refused => Self::Refused,
            StatusText::Completed => Self::Completed,
            StatusText::Cancelled => Self::Cancelled,
        }
    }
}

/// The kinds of act in the proof register.
pub(crate) const CLAIMED: &str = "preadmission.opened";
pub(crate) const SUBMITTED: &str = "preadmission.submitted";
pub(crate) const ACCEPTED: &str = "preadmission.accepted";
pub(crate) const REFUSED: &str = "preadmission.refused";
pub(crate) const SIGNATURE: &str = "preadmission.signature";
pub(crate) const MEDICAL: &str = "preadmission.medical";
pub(crate) const INVITED: &str = "preadmission.invited";
pub(crate) const RELATIVE: &str = "preadmission.relative";
pub(crate) const TRUSTED: &str = "preadmission.trusted-person";
pub(crate) const IN_CHARGE: &str = "preadmission.person-in-charge";
pub(crate) const SECRECY: &str = "preadmission.secrecy";
pub(crate) const DOCUMENT_RECEIVED: &str = "preadmission.document-received";
pub(crate) const DOCUMENT_MISSING: &str = "preadmission.document-missing";
pub(crate) const DOCUMENT_WITHDRAWN: &str = "preadmission.document-withdrawn";
pub(crate) const CANCELLED: &str = "preadmission.cancelled";
pub(crate) const CONSENTED: &str = "preadmission.consent";

type Row = (
    PreadmissionId,
    (EstablishmentId, StayId),
    Option<PatientId>,
    StatusText,
    (i32, i32, i32),
    Timestamp,
    Option<Timestamp>,
    (Option<Timestamp>, Option<StaffId>),
    (Value, String, Option<Timestamp>),
    (String, bool),
);

macro_rules! columns {
    () => {
        (
            preadmissions::id,
            (preadmissions::establishment_id, preadmissions::stay_id),
            preadmissions::patient_id,
            preadmissions::status,
            (preadmissions::version, preadmissions::rules_version, preadmissions::link_generation),
            preadmissions::created_at,
            preadmissions::submitted_at,
            (preadmissions::decided_at, preadmissions::decided_by),
            (preadmissions::to_correct, preadmissions::refusal_text, preadmissions::deadline),
            (preadmissions::opened_as, preadmissions::secret),
        )
    };
}

/// An erased file is there for nobody.
pub(crate) fn find(conn: &mut Conn, id: PreadmissionId) -> Result<Option<PreadmissionFacts>, StorageError> {
    let row: Option<Row> = preadmissions::table
        .find(id.sql())
        .filter(preadmissions::purged_at.is_null())
        .select(columns!())
        .first(conn)
        .optional()?;
    row.map(|row| with_all(conn, row)).transpose()
}

/// Those of one patient, the latest first.
pub(crate) fn of_patient(conn: &mut Conn, patient: PatientId) -> Result<Vec<PreadmissionFacts>, StorageError> {
    let mine = preadmissions::table
        .filter(preadmissions::patient_id.eq(Some(patient).sql()))
        .filter(preadmissions::purged_at.is_null());
    let rows: Vec<Row> = mine.select(columns!()).order(preadmissions::created_at.desc()).load(conn)?;
    all_of(conn, rows)
}

/// Those that this person fills in: their own, and of whom they represent.
pub(crate) fn filled_in_by(conn: &mut Conn, patient: PatientId) -> Result<Vec<PreadmissionFacts>, StorageError> {
    let mut all = of_patient(conn, patient)?;
    let others: Vec<PreadmissionId> = people::represented_by(conn, patient)?;
    let others: Vec<_> = others.into_iter().filter(|id| all.iter().all(|mine| mine.id != *id)).collect();
    all.extend(of_ids(conn, &others)?);
    all.sort_by_key(|facts| std::cmp::Reverse(facts.created_at));
    Ok(all)
}

/// The file of a visit of this establishment.
pub(crate) fn of_visit(
    conn: &mut Conn,
    establishment: EstablishmentId,
    visit_number: &str,
) -> Result<Option<PreadmissionId>, StorageError> {
    let Some(stay) = stays::of_visit(conn, establishment, visit_number)? else { return Ok(None) };
    let file = preadmissions::table.filter(preadmissions::stay_id.eq(stay.id.sql()));
    Ok(file.select(preadmissions::id).first(conn).optional()?)
}

/// Stays kept from holders of parental authority. Their partial index holds nothing else.
pub(crate) fn secret_stays(conn: &mut Conn) -> Result<Vec<SecretStay>, StorageError> {
    let secret = diesel::dsl::sql::<diesel::sql_types::Bool>("preadmissions.secret IS TRUE");
    let found: Vec<(EstablishmentId, Option<String>, Option<Value>)> = preadmissions::table
        .inner_join(stay_rows::table)
        .filter(secret)
        .filter(preadmissions::purged_at.is_null())
        .select((stay_rows::establishment_id, stay_rows::visit_number, stay_rows::person))
        .load(conn)?;
    let read = |(establishment, visit, person): (_, Option<String>, Option<Value>)| {
        let ipp = person.as_ref().and_then(|one| one.get("ipp")?.as_str()).unwrap_or_default().to_owned();
        Some(SecretStay { establishment, visit_number: visit?, ipp })
    };
    Ok(found.into_iter().filter_map(read).collect())
}

pub(crate) fn of_stay(conn: &mut Conn, stay: StayId) -> Result<Option<PreadmissionFacts>, StorageError> {
    let its =
        preadmissions::table.filter(preadmissions::stay_id.eq(stay.sql())).filter(preadmissions::purged_at.is_null());
    let row: Option<Row> = its.select(columns!()).first(conn).optional()?;
    row.map(|row| with_all(conn, row)).transpose()
}

/// All of these, in the order of `ids`.
pub(crate) fn of_ids(conn: &mut Conn, ids: &[PreadmissionId]) -> Result<Vec<PreadmissionFacts>, StorageError> {
    let these = preadmissions::table
        .filter(preadmissions::id.eq_any(ids.iter().map(|id| id.sql())))
        .filter(preadmissions::purged_at.is_null());
    let rows: Vec<Row> = these.select(columns!()).load(conn)?;
    let mut found: HashMap<_, _> = all_of(conn, rows)?.into_iter().map(|facts| (facts.id, facts)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Those of these establishments, in the order of `ids`; at most 50.
pub(crate) fn at_desks(
    conn: &mut Conn,
    mut ids: Vec<PreadmissionId>,
    of: &[EstablishmentId],
) -> Result<Vec<PreadmissionId>, StorageError> {
    if ids.is_empty() {
        return Ok(ids);
    }
    let theirs: Vec<PreadmissionId> = preadmissions::table
        .filter(preadmissions::id.eq_any(ids.iter().map(|id| id.sql())))
        .filter(preadmissions::establishment_id.eq_any(of.iter().map(|id| id.sql())))
        .filter(preadmissions::purged_at.is_null())
        .select(preadmissions::id)
        .load(conn)?;
    ids.retain(|id| theirs.contains(id));
    ids.truncate(50);
    Ok(ids)
}

fn with_all(conn: &mut Conn, row: Row) -> Result<PreadmissionFacts, StorageError> {
    all_of(conn, vec![row])?.pop().ok_or_else(|| unreadable(&"a file without its facts"))
}

/// Everything that hangs on these files: one question for each kind of thing, however many files.
fn all_of(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<PreadmissionFacts>, StorageError> {
    let ids: Vec<PreadmissionId> = rows.iter().map(|row| row.0).collect();
    let stays: Vec<StayId> = rows.iter().map(|row| row.1.1).collect();
    let mut stays: HashMap<_, _> = stays::of_ids(conn, &stays)?.into_iter().map(|stay| (stay.id, stay)).collect();
    let (mut answers, mut documents) = (answers::of_files(conn, &ids)?, documents::of_files(conn, &ids)?);
    let mut people = people::of_files(conn, &ids)?;
    let sites = identity::read::sites(conn, None)?;
    let hospitals = identity::read::establishments(conn)?;
    let mut tables: HashMap<(EstablishmentId, i32), Rules> = HashMap::new();
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, (establishment, stay)) = (row.0, row.1);
        let (version, rules_version, link_generation) = row.4;
        let stay = stays.remove(&stay).ok_or_else(|| unreadable(&"a file without its stay"))?;
        let site = sites.iter().find(|site| site.id == stay.site).cloned();
        let hospital = hospitals.iter().find(|one| one.id == establishment).cloned();
        let rules = match tables.get(&(establishment, rules_version)) {
            Some(rules) => rules.clone(),
            None => rules::of_version(conn, establishment, rules_version)?,
        };
        tables.insert((establishment, rules_version), rules.clone());
        found.push(PreadmissionFacts {
            id,
            stay,
            establishment: hospital.ok_or_else(|| unreadable(&"a file without its establishment"))?,
            site: site.ok_or_else(|| unreadable(&"a stay without its site"))?,
            patient: row.2,
            status: row.3.into(),
            version,
            rules_version,
            rules,
            link_generation,
            created_at: row.5,
            submitted_at: row.6,
            decided_at: row.7.0,
            decided_by: row.7.1,
            to_correct: serde_json::from_value(row.8.0).map_err(|fault| unreadable(&fault))?,
            refusal_text: row.8.1,
            deadline: row.8.2,
            answers: answers.remove(&id).unwrap_or_default(),
            documents: documents.remove(&id).unwrap_or_default(),
            opened_as: OpenedAs::named(&row.9.0).ok_or_else(|| unreadable(&"opened in an unknown way"))?,
            secret: row.9.1,
            people: people.remove(&id).unwrap_or_default(),
        });
    }
    Ok(found)
}

/// The file of a new stay; its patient, when a patient opens it.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    establishment: EstablishmentId,
    stay: StayId,
    patient: Option<PatientId>,
) -> Result<PreadmissionId, StorageError> {
    let (id, now): (PreadmissionId, _) = (tx.id(), tx.now());
    let rules_version = rules::current(tx.conn(), establishment)?;
    let status = patient.map_or(StatusText::Created, |_| StatusText::InProgress);
    tx.execute(diesel::insert_into(preadmissions::table).values((
        preadmissions::id.eq(id.sql()),
        preadmissions::establishment_id.eq(establishment.sql()),
        preadmissions::stay_id.eq(stay.sql()),
        preadmissions::patient_id.eq(patient.sql()),
        preadmissions::status.eq(status),
        preadmissions::version.eq(0),
        preadmissions::rules_version.eq(rules_version),
        preadmissions::link_generation.eq(1),
        preadmissions::created_at.eq(now.sql()),
        preadmissions::opened_at.eq(patient.map(|_| now).sql()),
        preadmissions::to_correct.eq(json!([]).sql()),
        preadmissions::refusal_text.eq(""),
    )))?;
    let by = patient.map_or(By::Hospital, |patient| By::Patient(patient.as_object()));
    steps::note(tx, Step { file: id, status, version: 0, by })?;
    Ok(id)
}

/// Changes columns of the file, only if it still has the status that was judged: of two decisions at once the second
/// is run again and sees the first.
macro_rules! step {
    ($tx:expr, $facts:expr, $change:expr, ($by:expr, $version:expr), $($columns:tt)*) => {{
        let after = $facts.status.after($change).ok_or(Refusal::NotInThisStatus)?;
        let judged = preadmissions::table
            .find($facts.id.sql())
            .filter(preadmissions::status.eq(StatusText::from($facts.status)));
        let set = (preadmissions::status.eq(StatusText::from(after)), $($columns)*);
        match $tx.execute(diesel::update(judged).set(set))? {
            1 => Ok::<(), Failure>(steps::note(
                $tx,
                Step { file: $facts.id, status: after.into(), version: $version, by: $by },
            )?),
            _ => Err(Failure::Storage(StorageError::Crossed)),
        }
    }};
}

/// It becomes this patient's; one that was opened at the desk before goes on where it stands.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    patient: PatientId,
    opened_as: OpenedAs,
) -> Result<(), Failure> {
    let now = tx.now();
    let theirs = (preadmissions::patient_id.eq(Some(patient).sql()), preadmissions::opened_as.eq(opened_as.name()));
    if facts.status == Status::Created {
        let opened = (theirs, preadmissions::opened_at.eq(Some(now).sql()));
        step!(tx, facts, Change::Open, (By::opener(patient, opened_as), facts.version), opened)?;
    } else {
        let nobodys = preadmissions::table.find(facts.id.sql()).filter(preadmissions::patient_id.is_null());
        if tx.execute(diesel::update(nobodys).set(theirs))? != 1 {
            return Err(Failure::Storage(StorageError::Crossed));
        }
    }
    let content = json!({ "stay": facts.stay.id, "as": opened_as.name() });
    record(tx, CLAIMED, patient.as_object(), facts.id, &content)
}

/// The minor goes on in a stay that is kept from the parent who opened it; its status stays.
pub(crate) fn take_over(tx: &mut Tx<'_>, facts: &PreadmissionFacts, patient: PatientId) -> Result<(), Failure> {
    let opened_as = OpenedAs::Myself;
    let set = (preadmissions::patient_id.eq(Some(patient).sql()), preadmissions::opened_as.eq(opened_as.name()));
    tx.execute(diesel::update(preadmissions::table.find(facts.id.sql())).set(set))?;
    let content = json!({ "stay": facts.stay.id, "as": opened_as.name(), "taken_over": true });
    record(tx, CLAIMED, patient.as_object(), facts.id, &content)
}

/// From now on it hangs on this stay; the one on which it hung before is no more.
pub(crate) fn hang(tx: &mut Tx<'_>, facts: &PreadmissionFacts, stay: StayId) -> Result<(), StorageError> {
    let judged = preadmissions::table.find(facts.id.sql()).filter(preadmissions::stay_id.eq(facts.stay.id.sql()));
    match tx.execute(diesel::update(judged).set(preadmissions::stay_id.eq(stay.sql())))? {
        1 => stays::remove(tx, facts.stay.id),
        _ => Err(StorageError::Crossed),
    }
}

/// A file in which nobody wrote and of which nobody was told is no more; its stay remains.
pub(crate) fn remove(tx: &mut Tx<'_>, facts: &PreadmissionFacts) -> Result<(), StorageError> {
    let untouched = preadmissions::table.find(facts.id.sql()).filter(preadmissions::status.eq(StatusText::Created));
    match tx.execute(diesel::delete(untouched))? {
        1 => Ok(()),
        _ => Err(StorageError::Crossed),
    }
}

/// A clerk opens it for a patient who has no login: it is nobody's until they have one.
pub(crate) fn open_at_desk(tx: &mut Tx<'_>, facts: &PreadmissionFacts, by: StaffId) -> Result<(), Failure> {
    let now = tx.now();
    step!(
        tx,
        facts,
        Change::Open,
        (By::Clerk(by.as_object()), facts.version),
        preadmissions::opened_at.eq(Some(now).sql())
    )?;
    record(tx, CLAIMED, by.as_object(), facts.id, &json!({ "stay": facts.stay.id, "as": "desk" }))
}

/// By a clerk it is sent with the patient's agreement, by who represents them with their statement: `agreed`.
pub(crate) fn submit(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    (by, agreed): (By, Option<&str>),
) -> Result<(), Failure> {
    let (now, version) = (tx.now(), facts.version.saturating_add(1));
    step!(
        tx,
        facts,
        Change::Submit,
        (by, version),
        (
            preadmissions::version.eq(version),
            preadmissions::submitted_at.eq(Some(now).sql()),
            preadmissions::deadline.eq(None::<Timestamp>.sql()),
        )
    )?;
    tell(tx, EventKind::PreadmissionSubmitted, facts)?;
    let documents: Vec<Value> = facts
        .documents
        .iter()
        .filter(|document| !document.state.is_over())
        .map(|document| json!({ "id": document.id, "kind": document.kind, "reason": document.reason }))
        .collect();
    let (actor, through) = match by {
        By::Patient(actor) => (actor, Source::Patient),
        By::Relative(actor) => (actor, Source::Relative),
        By::Clerk(actor) => (actor, Source::Clerk),
        By::Hospital => return Err(Refusal::NotInThisStatus.into()),
    };
    let content = json!({
        "version": version, "as": through.name(), "answers": facts.values(), "documents": documents, "agreed": agreed,
    });
    record(tx, SUBMITTED, actor, facts.id, &content)
}

pub(crate) fn accept(tx: &mut Tx<'_>, facts: &PreadmissionFacts, by: StaffId) -> Result<(), Failure> {
    let now = tx.now();
    step!(
        tx,
        facts,
        Change::Accept,
        (By::Clerk(by.as_object()), facts.version),
        (
            preadmissions::decided_at.eq(Some(now).sql()),
            preadmissions::decided_by.eq(Some(by).sql()),
            preadmissions::to_correct.eq(json!([]).sql()),
            preadmissions::refusal_text.eq(""),
        )
    )?;
    let again = storage::proof::act_of(tx.conn(), ACCEPTED, facts.id.as_object())?.is_some();
    tell(tx, if again { EventKind::PreadmissionCorrected } else { EventKind::PreadmissionCompleted }, facts)?;
    let untold =
        |document: &&crate::read::Document| document.state == DocumentState::Accepted && document.told_at.is_none();
    for document in facts.documents.iter().filter(untold) {
        tell_of(tx, EventKind::DocumentAccepted, facts, document.id.as_object())?;
    }
    record(tx, ACCEPTED, by.as_object(), facts.id, &json!({ "version": facts.version }))
}

/// What the hospital asks for again.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) sections: Vec<String>,
    pub(crate) text: String,
    pub(crate) deadline: Option<Timestamp>,
}

pub(crate) fn refuse(tx: &mut Tx<'_>, facts: &PreadmissionFacts, asked: &Asked, by: StaffId) -> Result<(), Failure> {
    let now = tx.now();
    step!(
        tx,
        facts,
        Change::Refuse,
        (By::Clerk(by.as_object()), facts.version),
        (
            preadmissions::decided_at.eq(Some(now).sql()),
            preadmissions::decided_by.eq(Some(by).sql()),
            preadmissions::to_correct.eq(json!(asked.sections).sql()),
            preadmissions::refusal_text.eq(asked.text.clone()),
            preadmissions::deadline.eq(asked.deadline.sql()),
        )
    )?;
    tell(tx, EventKind::PreadmissionRefused, facts)?;
    let content = json!({ "version": facts.version, "sections": asked.sections, "text": asked.text });
    record(tx, REFUSED, by.as_object(), facts.id, &content)
}

/// The stay changed so that what was sent is not enough any more.
pub(crate) fn reopen(tx: &mut Tx<'_>, facts: &PreadmissionFacts) -> Result<(), Failure> {
    step!(tx, facts, Change::Reopen, (By::Hospital, facts.version), preadmissions::deadline.eq(None::<Timestamp>.sql()))
}

pub(crate) fn cancel(tx: &mut Tx<'_>, facts: &PreadmissionFacts) -> Result<(), Failure> {
    step!(
        tx,
        facts,
        Change::Cancel,
        (By::Hospital, facts.version),
        preadmissions::deadline.eq(None::<Timestamp>.sql())
    )?;
    Ok(tell(tx, EventKind::PreadmissionCancelled, facts)?)
}

/// Deliveries keep their order per subject: all that is told of one person, or of a file that nobody opened yet.
pub(crate) fn tell(tx: &mut Tx<'_>, kind: EventKind, facts: &PreadmissionFacts) -> Result<(), StorageError> {
    tell_of(tx, kind, facts, facts.id.as_object())
}

fn tell_of(tx: &mut Tx<'_>, kind: EventKind, facts: &PreadmissionFacts, object: ObjectId) -> Result<(), StorageError> {
    let subject = facts.patient.map_or(facts.id.as_object(), |patient| patient.as_object());
    tx.emit(Event { kind, establishment: facts.establishment.id, subject, object })
}

/// What an accepted file says changed: a new version, which whoever heard the last one is told. Of two at once the second
/// is run again and sees the first.
pub(crate) fn amend(tx: &mut Tx<'_>, facts: &PreadmissionFacts) -> Result<(), StorageError> {
    let judged = preadmissions::table.find(facts.id.sql()).filter(preadmissions::version.eq(facts.version));
    let amended = diesel::update(judged).set(preadmissions::version.eq(facts.version.saturating_add(1)));
    match tx.execute(amended)? {
        1 => tell(tx, EventKind::PreadmissionAmended, facts),
        _ => Err(StorageError::Crossed),
    }
}

/// The file of a stay that the hospital announced is told to whom it expects.
pub(crate) fn created(tx: &mut Tx<'_>, establishment: EstablishmentId, id: PreadmissionId) -> Result<(), StorageError> {
    let (kind, object) = (EventKind::PreadmissionCreated, id.as_object());
    tx.emit(Event { kind, establishment, subject: object, object })
}

pub(crate) fn record(
    tx: &mut Tx<'_>,
    kind: &str,
    actor: ObjectId,
    id: PreadmissionId,
    content: &Value,
) -> Result<(), Failure> {
    tx.record(Act { kind, actor, object: id.as_object(), content })?;
    Ok(())
}
