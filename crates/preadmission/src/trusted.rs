//! Designating a trusted person: asked by a link of their own or on paper, co-signed, taken back at any time
//! (CSP art. L1111-6). Each act is a proof record; the hospital's system hears of the person once they co-signed.

use kernel::{EstablishmentId, ObjectId, PatientId, PreadmissionId, StaffId};
use serde_json::json;
use storage::{StorageError, Tx};

use crate::{
    Preadmission,
    acting::{Kept, knows_birth},
    commands::{at_desk, decided, own},
    domain::{
        Refusal,
        rules::DESIGNATION,
        trusted::{Act, Designation, MOST, OnPaper, may_designate},
    },
    failure::Failure,
    inviting::{self, Asked},
    read::{PreadmissionFacts, Purpose, Status, TrustedPerson},
    store::{files, invitations, trusted},
};

/// Whether the patient may ask somebody by a link.
pub(crate) fn may_ask(facts: &PreadmissionFacts) -> Result<(), OnPaper> {
    let is_represented = facts.said("situation.protection-scope") == Some("person");
    may_designate(facts.is_minor(), facts.opened_as, is_represented)
}

fn still_to_come(tx: &Tx<'_>, facts: &PreadmissionFacts) -> Result<(), Refusal> {
    let is_over = facts.status == Status::Cancelled || facts.stay.entry_at <= tx.now();
    if is_over { Err(Refusal::Over) } else { Ok(()) }
}

/// The designation as it stands, and what it becomes; none: the person whom the file names was never asked.
fn judged(facts: &PreadmissionFacts, act: Act) -> Result<Option<(&TrustedPerson, Designation)>, Refusal> {
    match facts.trusted.as_ref().filter(|one| one.state != Designation::Revoked) {
        Some(one) => Ok(Some((one, one.state.after(act).ok_or(Refusal::NotInThisStatus)?))),
        None => Ok(None),
    }
}

/// The number of the next designation: none is given twice, so that a link of somebody who was taken back stays closed.
fn next_number(facts: &PreadmissionFacts) -> Result<i32, Refusal> {
    let number = facts.trusted.as_ref().map_or(1, |one| one.number.saturating_add(1));
    if number > MOST { Err(Refusal::TooManyLinks) } else { Ok(number) }
}

/// The person whom the file names is asked by a link. An empty contact: where the last link went, else as the file says.
pub(crate) fn ask(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    contact: &str,
    answer_days: i64,
) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    may_ask(&facts).map_err(|_| Refusal::NotForThisPatient)?;
    still_to_come(tx, &facts)?;
    let name = facts.wished_trusted().ok_or(Refusal::NoSuchAnswer)?;
    let known = judged(&facts, Act::Ask)?;
    let number = known.map_or_else(|| next_number(&facts), |(one, _)| Ok(one.number))?;
    let before = invitations::of_file(tx.conn(), id)?;
    let last = before.iter().rfind(|last| last.purpose == Purpose::TrustedPerson && last.number == number);
    let said = || facts.said("trusted-person.email").or_else(|| facts.said("trusted-person.phone"));
    let contact = match contact.trim() {
        "" => last.map(|last| last.contact.as_str()).or_else(said).ok_or(Refusal::NoSuchAnswer)?,
        typed => typed,
    };
    let asked = Asked { purpose: Purpose::TrustedPerson, number, name, contact };
    inviting::invite(tx, &facts, asked, (patient.as_object(), answer_days))?;
    match known {
        Some((one, after)) => trusted::mark(tx, (id, one), (after, None))?,
        None => trusted::add(tx, id, (number, name), (Designation::Asked, None))?,
    }
    Ok(())
}

/// Who holds the link and knows the patient's birth date is the person designated from now on, for good.
pub(crate) fn identify(
    tx: &mut Tx<'_>,
    (facts, number): (&PreadmissionFacts, i32),
    patient: PatientId,
    birth_date: &str,
) -> Kept {
    still_to_come(tx, facts)?;
    match facts.designated(number).ok_or(Refusal::LinkExpired)?.patient {
        Some(known) if known == patient => return Ok(Ok(())),
        // Nobody is their own trusted person.
        Some(_) => return Err(Refusal::WrongPerson.into()),
        None if facts.patient == Some(patient) => return Err(Refusal::WrongPerson.into()),
        None => {}
    }
    if let Err(refusal) = knows_birth(tx, facts, patient, birth_date)? {
        return Ok(Err(refusal));
    }
    let me = identity::read::patient(tx.conn(), patient)?.ok_or(Failure::Unknown)?;
    trusted::identify(tx, (facts.id, number), patient, &me.full_name())?;
    Ok(Ok(()))
}

/// The designation that this person answers; nobody else's.
pub(crate) fn of_person(facts: &PreadmissionFacts, number: i32, patient: PatientId) -> Result<&TrustedPerson, Failure> {
    let mine = facts.trusted.as_ref().filter(|one| one.number == number && one.patient == Some(patient));
    mine.ok_or(Failure::Unknown)
}

/// The person designated co-signs, or declines; until the entry they may change their mind.
pub(crate) fn answer(
    tx: &mut Tx<'_>,
    (id, number): (PreadmissionId, i32),
    patient: PatientId,
    (act, stated): (Act, bool),
) -> Result<(), Failure> {
    let facts = files::find(tx.conn(), id)?.ok_or(Failure::Unknown)?;
    let one = of_person(&facts, number, patient)?;
    still_to_come(tx, &facts)?;
    match act {
        Act::Decline => {}
        Act::Sign if stated => {}
        Act::Sign => return Err(Refusal::NotStated.into()),
        Act::Ask | Act::Expire | Act::Receive | Act::Revoke => return Err(Refusal::NoSuchAnswer.into()),
    }
    let after = one.state.after(act).ok_or(Refusal::NotInThisStatus)?;
    turn(tx, &facts, (one, after, None))?;
    if after == Designation::Declined {
        inviting::tell_answered(tx, &facts, (Some(patient), None))?;
    }
    let statement = stated.then_some("I agree to be the trusted person (CSP art. L1111-6)");
    let content = json!({
        "designation": number, "designated": one.name, "identified": one.identified_as, "answer": after.name(),
        "statement": statement,
    });
    files::record(tx, files::TRUSTED, patient.as_object(), id, &content)
}

/// Writes the new state; the hospital's system, which knows an accepted file, hears when somebody is trusted person from
/// now on or not any more.
fn turn(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    (one, after, received_by): (&TrustedPerson, Designation, Option<StaffId>),
) -> Result<(), StorageError> {
    trusted::mark(tx, (facts.id, one), (after, received_by))?;
    tell_change(tx, facts, one.state.stands() != after.stands())
}

fn tell_change(tx: &mut Tx<'_>, facts: &PreadmissionFacts, is_other: bool) -> Result<(), StorageError> {
    if is_other && facts.status == Status::Completed { files::amend(tx, facts) } else { Ok(()) }
}

fn revoke(tx: &mut Tx<'_>, facts: &PreadmissionFacts, by: ObjectId) -> Result<(), Failure> {
    let (one, after) = judged(facts, Act::Revoke)?.ok_or(Refusal::NotInThisStatus)?;
    turn(tx, facts, (one, after, None))?;
    let content = json!({ "designation": one.number, "designated": one.name, "answer": after.name() });
    files::record(tx, files::TRUSTED, by, facts.id, &content)
}

/// The patient takes it back, whatever became of the file.
pub(crate) fn revoke_own(tx: &mut Tx<'_>, id: PreadmissionId, patient: PatientId) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    match may_ask(&facts) {
        Err(OnPaper::Minor | OnPaper::NotThePatient) => return Err(Refusal::NotForThisPatient.into()),
        Ok(()) | Err(OnPaper::NeedsLeave) => {}
    }
    revoke(tx, &facts, patient.as_object())
}

/// Whoever names another person, or nobody, takes back the one before.
pub(crate) fn follow(tx: &mut Tx<'_>, id: PreadmissionId, by: ObjectId) -> Result<(), Failure> {
    let facts = files::find(tx.conn(), id)?.ok_or(Failure::Unknown)?;
    let named = facts.wished_trusted();
    let other = |one: &TrustedPerson| one.state != Designation::Revoked && named != Some(one.name.as_str());
    if facts.trusted.as_ref().is_some_and(other) { revoke(tx, &facts, by) } else { Ok(()) }
}

/// No answer by the day told in the letter.
pub(crate) fn expire(tx: &mut Tx<'_>, facts: &PreadmissionFacts, number: i32) -> Result<(), StorageError> {
    let last = facts.trusted.as_ref().filter(|one| one.number == number);
    match last.and_then(|one| Some((one, one.state.after(Act::Expire)?))) {
        Some((one, after)) => {
            trusted::mark(tx, (facts.id, one), (after, None))?;
            inviting::tell_answered(tx, facts, (None, None))
        }
        None => Ok(()),
    }
}

/// A clerk holds the form that both signed.
fn receive(tx: &mut Tx<'_>, facts: &PreadmissionFacts, by: StaffId) -> Result<(), Failure> {
    let name = facts.wished_trusted().ok_or(Refusal::NoSuchAnswer)?;
    let number = match judged(facts, Act::Receive)? {
        Some((one, after)) => {
            turn(tx, facts, (one, after, Some(by)))?;
            one.number
        }
        None => {
            let number = next_number(facts)?;
            trusted::add(tx, facts.id, (number, name), (Designation::Paper, Some(by)))?;
            tell_change(tx, facts, true)?;
            number
        }
    };
    let content = json!({ "designation": number, "designated": name, "answer": Designation::Paper.name() });
    files::record(tx, files::TRUSTED, by.as_object(), facts.id, &content)
}

/// What the desk writes down: the signed form came, or the patient took the designation back by word of mouth.
pub(crate) fn mark(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    (by, of): (StaffId, &[EstablishmentId]),
    act: Act,
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if facts.is_minor() {
        return Err(Refusal::NotForThisPatient.into());
    }
    if facts.status == Status::Cancelled {
        return Err(Refusal::Over.into());
    }
    match act {
        Act::Receive => receive(tx, &facts, by)?,
        Act::Revoke => revoke(tx, &facts, by.as_object())?,
        Act::Ask | Act::Sign | Act::Decline | Act::Expire => return Err(Refusal::NoSuchAnswer.into()),
    }
    decided(tx, &facts, by)?;
    at_desk(tx, id, of)
}

/// The form came as a document: accepted it counts as received, and an acceptance taken back takes it back.
pub(crate) fn decided_on_form(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    (kind, is_accepted): (&str, bool),
    by: StaffId,
) -> Result<(), Failure> {
    let state = facts.trusted.as_ref().map(|one| one.state);
    match (is_accepted, state) {
        _ if kind != DESIGNATION => Ok(()),
        (true, Some(Designation::Signed | Designation::Paper)) => Ok(()),
        (true, _) if facts.wished_trusted().is_some() => receive(tx, facts, by),
        (false, Some(Designation::Paper)) => revoke(tx, facts, by.as_object()),
        _ => Ok(()),
    }
}

impl Preadmission {
    pub(crate) async fn ask_trusted(
        &self,
        id: PreadmissionId,
        patient: PatientId,
        contact: String,
    ) -> Result<(), Failure> {
        let days = self.settings.answer_days;
        self.db.write(move |tx| ask(tx, id, patient, &contact, days)).await
    }

    pub(crate) async fn revoke_trusted(&self, id: PreadmissionId, patient: PatientId) -> Result<(), Failure> {
        self.db.write(move |tx| revoke_own(tx, id, patient)).await
    }

    /// The file in which this person answers as the one designated; nobody else does.
    pub(crate) async fn designation(
        &self,
        (id, number): (PreadmissionId, i32),
        patient: PatientId,
    ) -> Result<(PreadmissionFacts, TrustedPerson), Failure> {
        let found: Result<_, Failure> = self.db.read(move |conn| Ok(files::find(conn, id)?)).await;
        let facts = found?.ok_or(Failure::Unknown)?;
        let one = of_person(&facts, number, patient)?.clone();
        Ok((facts, one))
    }

    pub(crate) async fn answer_designation(
        &self,
        designation: (PreadmissionId, i32),
        patient: PatientId,
        said: (Act, bool),
    ) -> Result<(), Failure> {
        self.db.write(move |tx| answer(tx, designation, patient, said)).await
    }

    pub(crate) async fn mark_trusted(
        &self,
        id: PreadmissionId,
        (by, of): (StaffId, Vec<EstablishmentId>),
        act: Act,
    ) -> Result<PreadmissionFacts, Failure> {
        self.db.write(move |tx| mark(tx, id, (by, &of), act)).await
    }
}
