//! Asking somebody else than the patient to come, by a link of their own; and what follows when they do not.

use kernel::{Id, InvitationId, ObjectId};
use serde_json::json;
use storage::{Event, StorageError, Tx, schedule::Task};

use crate::{
    domain::{
        Refusal,
        invitation::{Purpose, Sent, expires_at, next_round},
        people::Signature,
        value::Kind,
    },
    failure::Failure,
    read::{Invitation, PreadmissionFacts},
    store::{files, invitations, people},
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

/// A telephone or an address in its kept spelling, or nothing.
pub(crate) fn contact(typed: &str) -> Result<String, Refusal> {
    let fits = Kind::Phone.read(typed).or_else(|_| Kind::Email.read(typed));
    fits.map_err(|_| Refusal::NoSuchAnswer)
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

/// An invitation for this purpose whose link still leads somewhere, with its file.
pub(crate) fn open(
    tx: &mut Tx<'_>,
    id: InvitationId,
    purpose: Purpose,
) -> Result<(PreadmissionFacts, Invitation), Failure> {
    let found = crate::read::invitation(tx.conn(), id)?;
    let (facts, invitation) = found.filter(|(_, one)| one.purpose == purpose).ok_or(Failure::Unknown)?;
    if invitation.is_open(tx.now()) { Ok((facts, invitation)) } else { Err(Refusal::LinkExpired.into()) }
}

/// Whoever was asked to sign and did not by the day told in the letter has not answered: the hospital sees it and
/// decides. They may still answer until the entry.
pub(crate) struct Unanswered;

impl Task for Unanswered {
    fn kind(&self) -> &'static str {
        UNANSWERED
    }

    fn run(&self, tx: &mut Tx<'_>, subject: ObjectId) -> Result<(), StorageError> {
        let id: InvitationId = Id::from_uuid(subject.uuid());
        let Some((facts, invitation)) = crate::read::invitation(tx.conn(), id)? else { return Ok(()) };
        let signs = !invitation.is_replaced && invitation.purpose == Purpose::ParentalAuthority;
        let signatory = facts.signatory(invitation.number).filter(|one| signs && one.state == Signature::Awaited);
        let Some(signatory) = signatory else { return Ok(()) };
        people::mark(tx, (facts.id, signatory.number), Signature::NoAnswer)?;
        let content = json!({ "signatory": signatory.number, "said": Signature::NoAnswer.name() });
        tx.record(storage::Act {
            kind: files::SIGNATURE,
            actor: facts.establishment.id.as_object(),
            object: facts.id.as_object(),
            content: &content,
        })?;
        Ok(())
    }
}
