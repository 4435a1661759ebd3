//! What patients do with their file, and who represents them.

use identity::traces::{Action, Actor};
use kernel::{PatientId, PreadmissionId};
use storage::Tx;

use super::{Typed, hand_in, lacks, own, trace, write};
use crate::{
    domain::{Refusal, people::OpenedAs},
    failure::Failure,
    read::PreadmissionFacts,
    store::steps::By,
};

/// Each field is kept, right or wrong; nothing need be complete.
pub(crate) fn save(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    typed: &Typed<'_>,
) -> Result<PreadmissionFacts, Failure> {
    let facts = own(tx, id, patient)?;
    if !facts.may_write(typed.section) || facts.stay.entry_at <= tx.now() {
        return Err(Refusal::FileClosed.into());
    }
    write(tx, &facts, (facts.source_of(patient), patient.as_object()), typed)?;
    own(tx, id, patient)
}

/// "Je n'ai pas ce document."
pub(crate) fn declare_missing(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    kind: &str,
    (reason, text): (&str, &str),
) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    lacks(tx, &facts, (facts.source_of(patient), patient.as_object()), kind, (reason, text))
}

/// Who represents a protected adult sends it with the statement that they act for them.
pub(crate) fn submit(tx: &mut Tx<'_>, id: PreadmissionId, (patient, stated): (PatientId, bool)) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    let acts_as = facts.acts_as(patient).ok_or(Failure::Unknown)?;
    let agreed = match acts_as {
        OpenedAs::Representative if stated => Some("representative"),
        OpenedAs::Representative => return Err(Refusal::NotStated.into()),
        OpenedAs::Myself | OpenedAs::Holder | OpenedAs::Relative => None,
    };
    hand_in(tx, &facts, (By::opener(patient, acts_as), agreed))?;
    trace_own(tx, &facts, patient, Action::Changed)
}

/// What somebody does in a file: told to the patient, also when it is who represents them.
pub(crate) fn trace_own(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    by: PatientId,
    action: Action,
) -> Result<(), Failure> {
    trace(tx, facts.patient.unwrap_or(by), Actor::Patient(by), action)
}
