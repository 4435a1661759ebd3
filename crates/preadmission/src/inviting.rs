//! Asking somebody else than the patient to come, by a link of their own; and what follows when they do not.

use kernel::{Id, InvitationId, ObjectId, PatientId};
use serde_json::json;
use storage::{Event, StorageError, Tx, schedule::Task};

use crate::{
    acting::Kept,
    answering::{self, Protecting},
    domain::{
        Refusal,
        answering::Capacity,
        invitation::{Purpose, Sent, expires_at, next_round},
        value::Kind,
    },
    failure::Failure,
    read::{Invitation, Party, PreadmissionFacts},
    store::{files, invitations},
};

/// Marks, when its link has expired, who did not answer.
const UNANSWERED: &str = "preadmission.unanswered";

/// Who is to be asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) purpose: Purpose,
    /// Which of those asked for this purpose.
    pub(crate) number: i32,
    pub(crate) name: &'a str,
    /// Telephone or address as typed; empty: whoever asks hands the link on.
    pub(crate) contact: &'a str,
}

/// A mobile telephone or an address in its kept spelling, or nothing. A number that no SMS reaches is refused at once:
/// its link would go nowhere, and nobody would be told.
pub(crate) fn contact(typed: &str) -> Result<String, Refusal> {
    match Kind::Phone.read(typed) {
        Ok(phone) if phone.is_empty() || identity::contact::mobile(&phone).is_ok() => Ok(phone),
        Ok(_) => Err(Refusal::NotAMobile),
        Err(_) => Kind::Email.read(typed).map_err(|_| Refusal::NoSuchAnswer),
    }
}

/// The one way to ask somebody: within limits, one link at a time, and told by the letter that this event causes.
/// Whether `by` may ask this person, whoever calls has checked.
pub(crate) fn invite(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    asked: Asked<'_>,
    (by, answer_days): (ObjectId, i64),
) -> Result<InvitationId, Failure> {
    let name = Kind::Text.read(asked.name).ok().filter(|name| !name.is_empty()).ok_or(Refusal::NoSuchAnswer)?;
    let (contact, now) = (contact(asked.contact)?, tx.now());
    let before = invitations::of_file(tx.conn(), facts.id)?;
    let sent: Vec<Sent> =
        before.iter().map(|one| Sent { purpose: one.purpose, number: one.number, at: one.asked_at }).collect();
    let one = Invitation {
        id: tx.id(),
        file: facts.id,
        purpose: asked.purpose,
        number: asked.number,
        round: next_round(&sent, asked.purpose, asked.number, now)?,
        name,
        contact,
        asked_at: now,
        expires_at: expires_at(now, answer_days, facts.stay.entry_at),
        is_replaced: false,
    };
    invitations::add(tx, &one, by)?;
    let content = json!({
        "invitation": one.id, "purpose": one.purpose.name(), "number": one.number, "name": one.name,
        "contact": one.contact, "until": one.expires_at.to_string(),
    });
    files::record(tx, files::INVITED, by, facts.id, &content)?;
    tx.schedule(UNANSWERED, one.id.as_object(), one.expires_at)?;
    if !one.contact.is_empty() {
        let (establishment, object) = (facts.establishment.id, one.id.as_object());
        tx.emit(Event { kind: kernel::EventKind::PreadmissionInvited, establishment, subject: object, object })?;
    }
    Ok(one.id)
}

/// Who holds an open link shows that they know the patient: from now on they come without it.
pub(crate) fn identify(
    tx: &mut Tx<'_>,
    id: InvitationId,
    patient: PatientId,
    said: (&str, Option<Protecting>),
    opens_days_before: i64,
) -> Kept {
    let (facts, one) = crate::read::invitation(tx.conn(), id)?.ok_or(Failure::Unknown)?;
    if !one.is_open(tx.now()) {
        return Err(Refusal::LinkExpired.into());
    }
    if one.purpose == Purpose::Relative {
        return Err(Failure::Unknown);
    }
    answering::identify(tx, (&facts, one.purpose, one.number), patient, said, opens_days_before)
}

/// Whoever was asked to answer and did not by the day told in the letter has not answered: who asked and the hospital see
/// it. They may still answer until the entry.
pub(crate) struct Unanswered;

impl Task for Unanswered {
    fn kind(&self) -> &'static str {
        UNANSWERED
    }

    fn run(&self, tx: &mut Tx<'_>, subject: ObjectId) -> Result<(), StorageError> {
        let id: InvitationId = Id::from_uuid(subject.uuid());
        let Some((facts, invitation)) = crate::read::invitation(tx.conn(), id)? else { return Ok(()) };
        if invitation.is_replaced {
            return Ok(());
        }
        answering::expire(tx, &facts, (invitation.purpose, invitation.number))
    }
}

/// Whoever opened the file learns that somebody refused or is silent, and so do the others who were asked to sign; of
/// who it is and what they said the message tells nothing.
pub(crate) fn tell_answered(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    (answerer, one): (Option<PatientId>, &Party),
) -> Result<(), StorageError> {
    let (kind, establishment) = (kernel::EventKind::PreadmissionAnswered, facts.establishment.id);
    if facts.patient.is_some() && facts.patient != answerer {
        files::tell(tx, kind, facts)?;
    }
    if !matches!(one.capacity, Capacity::Holder(_)) {
        return Ok(());
    }
    let links = invitations::of_file(tx.conn(), facts.id)?;
    let asked = |one: &&Invitation| one.purpose == Purpose::ParentalAuthority && !one.is_replaced;
    let others = links.iter().filter(asked).filter(|other| other.number != one.number && !other.contact.is_empty());
    for object in others.map(|one| one.id.as_object()) {
        tx.emit(Event { kind, establishment, subject: object, object })?;
    }
    Ok(())
}
