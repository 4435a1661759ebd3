//! The medical questionnaire: filled in by whoever fills in the file, read by those who care and by no clerk.

use std::collections::BTreeMap;

use identity::traces::{Action, Actor, Trace, record};
use jiff::Timestamp;
use kernel::{EstablishmentId, PatientId, PreadmissionId, StaffId, digest};
use serde_json::json;
use storage::Tx;

use crate::{
    Preadmission,
    commands::own,
    domain::{Refusal, medical, value::LONGEST},
    failure::Failure,
    read::{PreadmissionFacts, Status},
    store::{files, medical as store},
};

/// What was answered so far.
#[derive(Clone, Default)]
pub(crate) struct Questionnaire {
    /// Rises each time it is sent; 0: never.
    pub(crate) version: i32,
    pub(crate) submitted_at: Option<Timestamp>,
    pub(crate) answers: BTreeMap<String, String>,
}

/// What the access log says was read or changed.
const WHAT: &str = "medical-questionnaire";

/// Only before anaesthesia is there a questionnaire.
fn asked(facts: PreadmissionFacts) -> Result<PreadmissionFacts, Failure> {
    Some(facts).filter(|facts| facts.stay.surgery).ok_or(Failure::Unknown)
}

fn may_write(facts: &PreadmissionFacts, now: Timestamp) -> Result<(), Refusal> {
    let open = facts.status != Status::Cancelled && facts.stay.entry_at > now;
    open.then_some(()).ok_or(Refusal::FileClosed)
}

fn save(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    section: &str,
    typed: &[(String, String)],
) -> Result<Questionnaire, Failure> {
    let facts = asked(own(tx, id, patient)?)?;
    may_write(&facts, tx.now())?;
    let section = medical::find(section).ok_or(Failure::Unknown)?;
    for (name, value) in typed {
        let field = section.fields.iter().find(|field| field.name == name).ok_or(Refusal::NotAsked)?;
        if value.len() > LONGEST {
            return Err(Refusal::NotAsked.into());
        }
        let value = field.kind.read(value).unwrap_or_else(|_| value.clone());
        store::save(tx, id, (name, &value), patient.as_object())?;
    }
    Ok(store::of_file(tx.conn(), id)?)
}

/// The proof says that it was sent and of what bytes, never what they say.
fn submit(tx: &mut Tx<'_>, id: PreadmissionId, patient: PatientId) -> Result<(), Failure> {
    let facts = asked(own(tx, id, patient)?)?;
    may_write(&facts, tx.now())?;
    let known = store::of_file(tx.conn(), id)?;
    if !medical::may_be_sent(&facts.stay_facts(), &known.answers) {
        return Err(Refusal::NotComplete.into());
    }
    let version = known.version.saturating_add(1);
    store::submit(tx, id, version)?;
    let (of, actor) = (facts.patient.unwrap_or(patient), Actor::Patient(patient));
    record(tx, Trace { patient: of, actor, action: Action::Changed, what: WHAT })?;
    let sha256 = digest::hex(&digest::sha256(&[json!(known.answers).to_string().as_bytes()]));
    files::record(tx, files::MEDICAL, patient.as_object(), id, &json!({ "version": version, "sha256": sha256 }))
}

/// One that was sent, for somebody who cares for patients of that establishment; the look leaves a trace.
fn look(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    by: StaffId,
    of: &[EstablishmentId],
) -> Result<(PreadmissionFacts, Questionnaire), Failure> {
    let facts = files::find(tx.conn(), id)?.filter(|facts| of.contains(&facts.establishment.id));
    let facts = facts.ok_or(Failure::Unknown)?;
    let known = store::of_file(tx.conn(), id)?;
    let (Some(patient), Some(_)) = (facts.patient, known.submitted_at) else { return Err(Failure::Unknown) };
    record(tx, Trace { patient, actor: Actor::Staff(by), action: Action::Read, what: WHAT })?;
    Ok((facts, known))
}

impl Preadmission {
    pub(crate) async fn medical_of(
        &self,
        patient: PatientId,
        id: PreadmissionId,
    ) -> Result<(PreadmissionFacts, Questionnaire), Failure> {
        let facts = asked(self.file_of(patient, id).await?)?;
        let known: Result<_, Failure> = self.db.read(move |conn| Ok(store::of_file(conn, id)?)).await;
        Ok((facts, known?))
    }

    pub(crate) async fn save_medical(
        &self,
        id: PreadmissionId,
        patient: PatientId,
        section: &'static str,
        typed: Vec<(String, String)>,
    ) -> Result<Questionnaire, Failure> {
        self.db.write(move |tx| save(tx, id, patient, section, &typed)).await
    }

    pub(crate) async fn submit_medical(&self, id: PreadmissionId, patient: PatientId) -> Result<(), Failure> {
        self.db.write(move |tx| submit(tx, id, patient)).await
    }

    pub(crate) async fn look_at_medical(
        &self,
        id: PreadmissionId,
        by: StaffId,
        of: Vec<EstablishmentId>,
    ) -> Result<(PreadmissionFacts, Questionnaire), Failure> {
        self.db.write(move |tx| look(tx, id, by, &of)).await
    }

    pub(crate) async fn sent_medical(&self, of: Vec<EstablishmentId>) -> Result<Vec<PreadmissionFacts>, Failure> {
        let now = self.db.now();
        self.db
            .read(move |conn| {
                let ids = store::sent(conn, &of, now)?;
                let found: Result<Vec<_>, _> = ids.into_iter().map(|id| files::find(conn, id)).collect();
                Ok(found?.into_iter().flatten().collect())
            })
            .await
    }
}
