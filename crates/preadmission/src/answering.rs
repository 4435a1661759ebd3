//! People who are asked, by a link of their own, and answer: holders of parental authority, the trusted person, the person
//! in charge of a protected adult. Each act is a proof record.

use identity::traces::{Action, Actor};
use kernel::{EstablishmentId, ObjectId, PatientId, PreadmissionId, StaffId};
use serde_json::json;
use storage::{Act, StorageError, Tx};

use crate::{
    Preadmission,
    acting::{self, Kept, knows_birth},
    commands::{at_desk, decided, own, trace_own},
    domain::{
        Refusal,
        answering::{Capacity, Signature, most},
        people::{Claim, Measure, OpenedAs, judge},
        rules::DESIGNATION,
        trusted::{OnPaper, may_designate},
    },
    failure::Failure,
    inviting::{self, Asked},
    read::{Party, PreadmissionFacts, Purpose, Quality, Status},
    standing,
    store::{files, invitations, people},
};

/// What somebody who was asked as the person in charge of an adult says of the measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Protecting {
    pub(crate) measure: Measure,
    /// Whether the order is about the person; one about goods alone gives no say in care.
    pub(crate) person: bool,
    /// "I act for this person."
    pub(crate) stated: bool,
}

impl Protecting {
    /// From words; none: no such measure.
    pub(crate) fn said(measure: &str, scope: &str, stated: bool) -> Option<Self> {
        Some(Self { measure: Measure::named(measure)?, person: scope == "person", stated })
    }
}

/// One who was asked: the file, the purpose, the number.
pub(crate) type Place = (PreadmissionId, Purpose, i32);

/// Until the entry, and of a minor's holders only while the stay is not kept from them.
fn still_to_come(tx: &Tx<'_>, facts: &PreadmissionFacts, purpose: Purpose) -> Result<(), Failure> {
    if purpose == Purpose::ParentalAuthority && (!facts.is_minor() || facts.secret) {
        return Err(Failure::Unknown);
    }
    let is_over = facts.status == Status::Cancelled || facts.stay.entry_at <= tx.now();
    if is_over { Err(Refusal::Over.into()) } else { Ok(()) }
}

/// None is given twice, so that a link of somebody who was taken back stays closed.
fn next_number(facts: &PreadmissionFacts, purpose: Purpose) -> Result<i32, Refusal> {
    let number = facts.last(purpose).map_or(1, |one| one.number.saturating_add(1));
    let full = if purpose == Purpose::ParentalAuthority { Refusal::NoSuchAnswer } else { Refusal::TooManyLinks };
    if number > most(purpose) { Err(full) } else { Ok(number) }
}

/// Somebody who did not come yet.
fn newcomer(tx: &Tx<'_>, number: i32, capacity: Capacity, name: &str) -> Party {
    Party {
        number,
        capacity,
        name: name.trim().to_owned(),
        state: Signature::Awaited,
        patient: None,
        identified_as: None,
        changed_at: tx.now(),
    }
}

/// Whom to ask, and where.
struct Wanted<'a> {
    capacity: Capacity,
    name: &'a str,
    /// As typed; empty: where the last link went, else as the file says.
    contact: &'a str,
}

/// Sends a link to `known`, or to somebody new. Their number.
fn send_link(
    tx: &mut Tx<'_>,
    (facts, known): (&PreadmissionFacts, Option<&Party>),
    wanted: &Wanted<'_>,
    by: (ObjectId, i64),
) -> Result<i32, Failure> {
    let purpose = wanted.capacity.purpose();
    let number = known.map_or_else(|| next_number(facts, purpose), |one| Ok(one.number))?;
    let before = invitations::of_file(tx.conn(), facts.id)?;
    let last = before.iter().rfind(|last| last.purpose == purpose && last.number == number);
    let said = || facts.fields_of(purpose).iter().skip(1).find_map(|field| facts.said(field));
    let contact = match wanted.contact.trim() {
        "" => last.map(|last| last.contact.as_str()).or_else(said),
        typed => Some(typed),
    };
    // Only a parent hands a link on to the other.
    let by_hand = Some("").filter(|_| purpose == Purpose::ParentalAuthority);
    let contact = contact.or(by_hand).ok_or(Refusal::NoSuchAnswer)?;
    let asked = Asked { purpose, number, name: wanted.name, contact };
    inviting::invite(tx, facts, asked, by)?;
    match known {
        Some(one) => {
            let after = one.after(Signature::Awaited).ok_or(Refusal::NotInThisStatus)?;
            people::mark(tx, (facts.id, one), (after, None))?;
        }
        None => people::add(tx, facts.id, &newcomer(tx, number, wanted.capacity, wanted.name), None)?,
    }
    Ok(number)
}

/// Another holder of parental authority, as whoever opened the file names them; their link leaves at once.
pub(crate) fn add_signatory(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    (quality, name, contact): (Quality, &str, &str),
    answer_days: i64,
) -> Result<i32, Failure> {
    let facts = own(tx, id, patient)?;
    still_to_come(tx, &facts, Purpose::ParentalAuthority)?;
    let wanted = Wanted { capacity: Capacity::Holder(quality), name, contact };
    send_link(tx, (&facts, None), &wanted, (patient.as_object(), answer_days))
}

/// A signatory who was never here.
fn absent(facts: &PreadmissionFacts, number: i32) -> Result<&Party, Failure> {
    facts.party(Purpose::ParentalAuthority, number).filter(|one| one.patient.is_none()).ok_or(Failure::Unknown)
}

/// A new link for a signatory who did not come; the one before opens nothing any more.
pub(crate) fn ask_again(
    tx: &mut Tx<'_>,
    (id, number): (PreadmissionId, i32),
    patient: PatientId,
    contact: &str,
    answer_days: i64,
) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    still_to_come(tx, &facts, Purpose::ParentalAuthority)?;
    let one = absent(&facts, number)?;
    let wanted = Wanted { capacity: one.capacity, name: &one.name, contact };
    send_link(tx, (&facts, Some(one)), &wanted, (patient.as_object(), answer_days)).map(drop)
}

/// What whoever opened the file says of a signatory who was never here: no answer, or nowhere to be reached.
pub(crate) fn mark_absent(
    tx: &mut Tx<'_>,
    (id, number): (PreadmissionId, i32),
    patient: PatientId,
    state: Signature,
) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    still_to_come(tx, &facts, Purpose::ParentalAuthority)?;
    let one = absent(&facts, number)?;
    if one.capacity.answers().contains(&state) {
        return Err(Refusal::NoSuchAnswer.into());
    }
    let after = one.after(state).ok_or(Refusal::NoSuchAnswer)?;
    people::mark(tx, (id, one), (after, None))?;
    Ok(record(tx, &facts, (one, after), patient.as_object(), None)?)
}

/// Whether the patient's side may ask somebody for this purpose by a link.
pub(crate) fn may_ask(facts: &PreadmissionFacts, acts_as: OpenedAs, purpose: Purpose) -> Result<(), OnPaper> {
    match purpose {
        Purpose::TrustedPerson => {
            let is_represented = facts.said("situation.protection-scope") == Some("person");
            may_designate(facts.is_minor(), acts_as, is_represented)
        }
        _ if facts.is_minor() => Err(OnPaper::Minor),
        // Who represents the patient asks nobody to do it.
        _ if acts_as == OpenedAs::Representative => Err(OnPaper::NotThePatient),
        _ => Ok(()),
    }
}

/// As what this person acts in their file.
fn acting_as(facts: &PreadmissionFacts, patient: PatientId) -> Result<OpenedAs, Failure> {
    facts.acts_as(patient).ok_or(Failure::Unknown)
}

/// The trusted person, or the person in charge, whom the file names is asked by a link.
pub(crate) fn ask(
    tx: &mut Tx<'_>,
    (id, purpose): (PreadmissionId, Purpose),
    patient: PatientId,
    contact: &str,
    answer_days: i64,
) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    may_ask(&facts, acting_as(&facts, patient)?, purpose).map_err(|_| Refusal::NotForThisPatient)?;
    let name = facts.wished(purpose).ok_or(Refusal::NoSuchAnswer)?;
    ask_named(tx, (&facts, purpose), (name, contact), (patient.as_object(), answer_days))
}

/// The desk asks the person in charge of a protected adult to come, whether somebody opened the file or not.
pub(crate) fn ask_in_charge(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    (by, of): (StaffId, &[EstablishmentId]),
    (name, contact): (&str, &str),
    answer_days: i64,
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if facts.is_minor() {
        return Err(Refusal::NotForThisPatient.into());
    }
    if contact.trim().is_empty() {
        return Err(Refusal::NoSuchAnswer.into());
    }
    let asked = (&facts, Purpose::Representative);
    ask_named(tx, asked, (name.trim(), contact), (by.as_object(), answer_days))?;
    decided(tx, &facts, by)?;
    at_desk(tx, id, of)
}

/// The same person is asked again; another takes the place of one who did not agree.
fn ask_named(
    tx: &mut Tx<'_>,
    (facts, purpose): (&PreadmissionFacts, Purpose),
    (name, contact): (&str, &str),
    by: (ObjectId, i64),
) -> Result<(), Failure> {
    still_to_come(tx, facts, purpose)?;
    let living = facts.living(purpose);
    if living.is_some_and(|one| one.state.stands()) {
        return Err(Refusal::NotInThisStatus.into());
    }
    let known = living.filter(|one| one.name == name);
    if let Some(other) = living.filter(|_| known.is_none()) {
        turn(tx, facts, (other, Signature::Revoked, None))?;
        record(tx, facts, (other, Signature::Revoked), by.0, None)?;
    }
    let capacity = match purpose {
        Purpose::TrustedPerson => Capacity::TrustedPerson,
        _ => known.map_or(Capacity::InCharge(None), |one| one.capacity),
    };
    send_link(tx, (facts, known), &Wanted { capacity, name, contact }, by).map(drop)
}

/// Who holds the link and knows the patient's birth date is that person from now on, for good. Who represents a protected
/// adult is in their file from then on, a curator and all others answer on a page of their own.
pub(crate) fn identify(
    tx: &mut Tx<'_>,
    (facts, purpose, number): (&PreadmissionFacts, Purpose, i32),
    patient: PatientId,
    (birth_date, protecting): (&str, Option<Protecting>),
    opens_days_before: i64,
) -> Kept {
    still_to_come(tx, facts, purpose)?;
    let one = facts.party(purpose, number).filter(|one| one.state != Signature::Revoked);
    let one = one.ok_or(Refusal::LinkExpired)?;
    let is_the_patient = facts.patient == Some(patient) && facts.opened_as == OpenedAs::Myself;
    match one.patient {
        Some(known) if known == patient => return Ok(Ok(())),
        Some(_) => return Err(Refusal::WrongPerson.into()),
        // Nobody is their own trusted person, nor in charge of themselves.
        None if is_the_patient && purpose != Purpose::ParentalAuthority => return Err(Refusal::WrongPerson.into()),
        None => {}
    }
    let said = match purpose {
        Purpose::Representative => Some(said_of_measure(facts, protecting)?),
        _ => None,
    };
    if let Err(refusal) = knows_birth(tx, facts, patient, birth_date)? {
        return Ok(Err(refusal));
    }
    let me = identity::read::patient(tx.conn(), patient)?.ok_or(Failure::Unknown)?;
    let Some((measure, opened_as)) = said else {
        people::identify(tx, (facts.id, one), one.capacity, (patient, &me.full_name()))?;
        return Ok(Ok(()));
    };
    if facts.patient.is_none() {
        acting::open_as(tx, facts, patient, (opened_as, opens_days_before))?;
    }
    let known = Party {
        capacity: Capacity::InCharge(Some(measure)),
        patient: Some(patient),
        identified_as: Some(me.full_name()),
        ..one.clone()
    };
    people::identify(tx, (facts.id, one), known.capacity, (patient, &me.full_name()))?;
    if known.capacity.represents() {
        let after = one.after(Signature::Signed).ok_or(Refusal::NotInThisStatus)?;
        turn(tx, facts, (one, after, None))?;
        let statement = "I act for this person, with their agreement if they can give it (CSP art. L1111-4)";
        record(tx, facts, (&known, after), patient.as_object(), Some(statement))?;
        trace_own(tx, facts, patient, Action::Read)?;
    }
    acting::tell_of_measure(tx, facts.id, measure, &me)?;
    Ok(Ok(()))
}

/// The measure and as what it lets them act, judged like a claim by the hospital's letter.
fn said_of_measure(facts: &PreadmissionFacts, said: Option<Protecting>) -> Result<(Measure, OpenedAs), Refusal> {
    let Protecting { measure, person, stated } = said.ok_or(Refusal::NoSuchAnswer)?;
    Ok((measure, judge(Claim::of_in_charge(measure, person), facts.is_minor(), stated)?))
}

/// Who opened the file by the hospital's letter as the patient's representative stands among those who were asked; whoever
/// was asked before and did not come is asked no more.
pub(crate) fn add_representative(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    measure: Measure,
    me: &identity::read::PatientFacts,
) -> Result<(), Failure> {
    if let Some(other) = facts.living(Purpose::Representative) {
        people::mark(tx, (facts.id, other), (Signature::Revoked, None))?;
    }
    let number = next_number(facts, Purpose::Representative)?;
    let one = Party {
        patient: Some(me.id),
        identified_as: Some(me.full_name()),
        state: Signature::Signed,
        ..newcomer(tx, number, Capacity::InCharge(Some(measure)), &me.full_name())
    };
    people::add(tx, facts.id, &one, None)?;
    Ok(acting::tell_of_measure(tx, facts.id, measure, me)?)
}

/// The one that this person answers as; nobody else's.
pub(crate) fn of_person(
    facts: &PreadmissionFacts,
    (purpose, number): (Purpose, i32),
    patient: PatientId,
) -> Result<&Party, Failure> {
    if purpose == Purpose::ParentalAuthority && (!facts.is_minor() || facts.secret) {
        return Err(Failure::Unknown);
    }
    facts.party(purpose, number).filter(|one| one.patient == Some(patient)).ok_or(Failure::Unknown)
}

/// The act itself. It can be said anew until the entry: who agreed may change their mind.
pub(crate) fn answer(
    tx: &mut Tx<'_>,
    (id, purpose, number): Place,
    patient: PatientId,
    (said, stated): (Signature, bool),
) -> Result<(), Failure> {
    let facts = files::find(tx.conn(), id)?.ok_or(Failure::Unknown)?;
    let one = of_person(&facts, (purpose, number), patient)?;
    still_to_come(tx, &facts, purpose)?;
    if !one.capacity.answers().contains(&said) {
        return Err(Refusal::NoSuchAnswer.into());
    }
    if !stated && one.capacity.must_state(said) {
        return Err(Refusal::NotStated.into());
    }
    let after = one.after(said).ok_or(Refusal::NotInThisStatus)?;
    turn(tx, &facts, (one, after, None))?;
    if after == Signature::Refused && one.state != Signature::Refused {
        inviting::tell_answered(tx, &facts, (Some(patient), one))?;
    }
    let statement = stated.then_some(match purpose {
        Purpose::ParentalAuthority => "I hold parental authority over this child (Code civil art. 371-1)",
        Purpose::TrustedPerson => "I agree to be the trusted person (CSP art. L1111-6)",
        Purpose::Representative | Purpose::Relative => "I assist this person as their curator and co-sign their file",
    });
    Ok(record(tx, &facts, (one, after), patient.as_object(), statement)?)
}

/// Writes the new state; the hospital's system, which knows an accepted file, hears when somebody is trusted person from
/// now on or not any more.
fn turn(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    (one, after, received_by): (&Party, Signature, Option<StaffId>),
) -> Result<(), StorageError> {
    people::mark(tx, (facts.id, one), (after, received_by))?;
    let is_other = one.capacity == Capacity::TrustedPerson && one.state.stands() != after.stands();
    if is_other && facts.status == Status::Completed { files::amend(tx, facts) } else { Ok(()) }
}

/// What was said, by whom, of which act: a record that binds.
fn record(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    (one, after): (&Party, Signature),
    by: ObjectId,
    statement: Option<&str>,
) -> Result<(), StorageError> {
    let kind = match one.capacity {
        Capacity::Holder(_) => files::SIGNATURE,
        Capacity::TrustedPerson => files::TRUSTED,
        Capacity::InCharge(_) => files::IN_CHARGE,
    };
    let content = json!({
        "number": one.number, "as": one.capacity.word(), "declared": one.name, "identified": one.identified_as,
        "answer": after.name(), "statement": statement, "act": facts.stay.label, "entry": facts.stay.entry_at.to_string(),
    });
    tx.record(Act { kind, actor: by, object: facts.id.as_object(), content: &content })?;
    Ok(())
}

fn revoke(tx: &mut Tx<'_>, (facts, purpose): (&PreadmissionFacts, Purpose), by: ObjectId) -> Result<(), Failure> {
    let one = facts.living(purpose).ok_or(Refusal::NotInThisStatus)?;
    turn(tx, facts, (one, Signature::Revoked, None))?;
    Ok(record(tx, facts, (one, Signature::Revoked), by, None)?)
}

/// The patient takes it back, whatever became of the file. Who is in charge of them they cannot send away: the desk ends
/// what no longer holds.
pub(crate) fn revoke_own(
    tx: &mut Tx<'_>,
    (id, purpose): (PreadmissionId, Purpose),
    patient: PatientId,
) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    if !may_take_back(&facts, acting_as(&facts, patient)?, purpose) {
        return Err(Refusal::NotForThisPatient.into());
    }
    revoke(tx, (&facts, purpose), patient.as_object())
}

pub(crate) fn may_take_back(facts: &PreadmissionFacts, acts_as: OpenedAs, purpose: Purpose) -> bool {
    match may_ask(facts, acts_as, purpose) {
        Err(OnPaper::Minor | OnPaper::NotThePatient) => false,
        Ok(()) | Err(OnPaper::NeedsLeave) => {
            purpose == Purpose::TrustedPerson || facts.living(purpose).is_none_or(|one| one.patient.is_none())
        }
    }
}

/// Whoever names another trusted person, or nobody, takes back the one before.
pub(crate) fn follow(tx: &mut Tx<'_>, id: PreadmissionId, by: ObjectId) -> Result<(), Failure> {
    let facts = files::find(tx.conn(), id)?.ok_or(Failure::Unknown)?;
    let named = facts.wished(Purpose::TrustedPerson);
    let other = facts.living(Purpose::TrustedPerson).is_some_and(|one| named != Some(one.name.as_str()));
    if other { revoke(tx, (&facts, Purpose::TrustedPerson), by) } else { Ok(()) }
}

/// No answer by the day told in the letter: whoever opened the file and the hospital see it. They may still answer until
/// the entry.
pub(crate) fn expire(tx: &mut Tx<'_>, facts: &PreadmissionFacts, at: (Purpose, i32)) -> Result<(), StorageError> {
    let silent = facts.party(at.0, at.1).filter(|one| one.state == Signature::Awaited);
    let Some(one) = silent else { return Ok(()) };
    people::mark(tx, (facts.id, one), (Signature::NoAnswer, None))?;
    record(tx, facts, (one, Signature::NoAnswer), facts.establishment.id.as_object(), None)?;
    inviting::tell_answered(tx, facts, (None, one))
}

/// A clerk holds the form that patient and trusted person signed.
fn receive(tx: &mut Tx<'_>, facts: &PreadmissionFacts, by: StaffId) -> Result<(), Failure> {
    let name = facts.wished(Purpose::TrustedPerson).ok_or(Refusal::NoSuchAnswer)?;
    let one = match facts.living(Purpose::TrustedPerson) {
        Some(one) => {
            let after = one.after(Signature::Paper).ok_or(Refusal::NotInThisStatus)?;
            turn(tx, facts, (one, after, Some(by)))?;
            one.clone()
        }
        None => {
            let number = next_number(facts, Purpose::TrustedPerson)?;
            let one = newcomer(tx, number, Capacity::TrustedPerson, name);
            people::add(tx, facts.id, &one, None)?;
            turn(tx, facts, (&one, Signature::Paper, Some(by)))?;
            one
        }
    };
    Ok(record(tx, facts, (&one, Signature::Paper), by.as_object(), None)?)
}

/// What the desk writes down: the signed form came, the patient took the designation back by word of mouth, or somebody is
/// in charge of the patient no longer.
pub(crate) fn mark(
    tx: &mut Tx<'_>,
    (id, purpose): (PreadmissionId, Purpose),
    (by, of): (StaffId, &[EstablishmentId]),
    state: Signature,
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if facts.is_minor() {
        return Err(Refusal::NotForThisPatient.into());
    }
    if facts.status == Status::Cancelled {
        return Err(Refusal::Over.into());
    }
    match (purpose, state) {
        (Purpose::TrustedPerson, Signature::Paper) => receive(tx, &facts, by)?,
        (Purpose::TrustedPerson | Purpose::Representative, Signature::Revoked) => {
            revoke(tx, (&facts, purpose), by.as_object())?;
            if let Some(one) = facts.living(purpose).filter(|_| purpose == Purpose::Representative) {
                standing::end(tx, &facts, one, Actor::Staff(by))?;
            }
        }
        _ => return Err(Refusal::NoSuchAnswer.into()),
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
    let purpose = Purpose::TrustedPerson;
    let state = facts.last(purpose).map(|one| one.state);
    match (is_accepted, state) {
        _ if kind != DESIGNATION => Ok(()),
        (true, Some(state)) if state.stands() => Ok(()),
        (true, _) if facts.wished(purpose).is_some() => receive(tx, facts, by),
        (false, Some(Signature::Paper)) => revoke(tx, (facts, purpose), by.as_object()),
        _ => Ok(()),
    }
}

impl Preadmission {
    pub(crate) async fn add_signatory(
        &self,
        id: PreadmissionId,
        patient: PatientId,
        (quality, name, contact): (Quality, String, String),
    ) -> Result<i32, Failure> {
        let days = self.settings.answer_days;
        self.db.write(move |tx| add_signatory(tx, id, patient, (quality, &name, &contact), days)).await
    }

    pub(crate) async fn ask_again(
        &self,
        signatory: (PreadmissionId, i32),
        patient: PatientId,
        contact: String,
    ) -> Result<(), Failure> {
        let days = self.settings.answer_days;
        self.db.write(move |tx| ask_again(tx, signatory, patient, &contact, days)).await
    }

    pub(crate) async fn mark_absent(
        &self,
        signatory: (PreadmissionId, i32),
        patient: PatientId,
        state: Signature,
    ) -> Result<(), Failure> {
        self.db.write(move |tx| mark_absent(tx, signatory, patient, state)).await
    }

    /// The trusted person, or the person in charge, whom the file names is asked by a link. An empty contact: where the
    /// last link went, else as the file says.
    pub(crate) async fn ask(
        &self,
        asked: (PreadmissionId, Purpose),
        patient: PatientId,
        contact: String,
    ) -> Result<(), Failure> {
        let days = self.settings.answer_days;
        self.db.write(move |tx| ask(tx, asked, patient, &contact, days)).await
    }

    pub(crate) async fn ask_in_charge(
        &self,
        id: PreadmissionId,
        (by, of): (StaffId, Vec<EstablishmentId>),
        (name, contact): (String, String),
    ) -> Result<PreadmissionFacts, Failure> {
        let days = self.settings.answer_days;
        self.db.write(move |tx| ask_in_charge(tx, id, (by, &of), (&name, &contact), days)).await
    }

    pub(crate) async fn take_back(&self, asked: (PreadmissionId, Purpose), patient: PatientId) -> Result<(), Failure> {
        self.db.write(move |tx| revoke_own(tx, asked, patient)).await
    }

    /// The file in which this person answers; nobody else does.
    pub(crate) async fn party(
        &self,
        (id, purpose, number): Place,
        patient: PatientId,
    ) -> Result<(PreadmissionFacts, Party), Failure> {
        let found: Result<_, Failure> = self.db.read(move |conn| Ok(files::find(conn, id)?)).await;
        let facts = found?.ok_or(Failure::Unknown)?;
        let one = of_person(&facts, (purpose, number), patient)?.clone();
        Ok((facts, one))
    }

    pub(crate) async fn answer(
        &self,
        place: Place,
        patient: PatientId,
        said: (Signature, bool),
    ) -> Result<(), Failure> {
        self.db.write(move |tx| answer(tx, place, patient, said)).await
    }

    pub(crate) async fn mark_party(
        &self,
        asked: (PreadmissionId, Purpose),
        (by, of): (StaffId, Vec<EstablishmentId>),
        state: Signature,
    ) -> Result<PreadmissionFacts, Failure> {
        self.db.write(move |tx| mark(tx, asked, (by, &of), state)).await
    }
}
