//! Relatives who are to be told of a stay: named by the patient, asked by a link of their own, told only of what the
//! patient chose and once they accepted.

use kernel::{EventKind, InvitationId, PatientId, PreadmissionId};
use serde_json::json;
use storage::{Event, StorageError, Tx};

use crate::{
    commands::own,
    domain::{
        Refusal,
        invitation::Purpose,
        people::OpenedAs,
        relatives::{Answer, MOST, News, Wish},
        value::Kind,
    },
    failure::Failure,
    inviting::{self, Asked},
    read::{PreadmissionFacts, Relative, Status},
    store::{files, invitations, relatives},
};

/// Whom, and of what.
#[derive(Debug, Clone)]
pub(crate) struct NewRelative {
    pub(crate) name: String,
    /// Telephone or address.
    pub(crate) contact: String,
    /// What the patient wants to be called, 1 to 60 characters.
    pub(crate) called: String,
    pub(crate) news: Vec<News>,
}

/// A file whose relatives may be told: nobody's who asked for silence, and no helper decides who is told.
fn may_tell(facts: &PreadmissionFacts, patient: PatientId) -> Result<(), Failure> {
    if facts.secret || facts.acts_as(patient) == Some(OpenedAs::Relative) {
        return Err(Failure::Unknown);
    }
    if facts.is_silent() { Err(Refusal::PresenceSecret.into()) } else { Ok(()) }
}

pub(crate) fn add(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    new: &NewRelative,
    answer_days: i64,
) -> Result<i32, Failure> {
    let facts = own(tx, id, patient)?;
    may_tell(&facts, patient)?;
    if facts.status == Status::Cancelled || facts.stay.entry_at <= tx.now() {
        return Err(Refusal::Over.into());
    }
    let called = Kind::Text.read(&new.called).unwrap_or_default();
    let fits = (1..=60).contains(&called.chars().count()) && !new.news.is_empty() && !new.contact.trim().is_empty();
    if !fits || relatives::of_file(tx.conn(), id)?.len() >= MOST {
        return Err(Refusal::NoSuchAnswer.into());
    }
    // A number is never given twice, so that a link of somebody who was taken off the list stays closed.
    let before = invitations::of_file(tx.conn(), id)?;
    let numbers = before.iter().filter(|one| one.purpose == Purpose::Relative).map(|one| one.number);
    let number = numbers.max().unwrap_or(0).saturating_add(1);
    if number > 9 {
        return Err(Refusal::TooManyLinks.into());
    }
    let one = Relative {
        number,
        name: new.name.trim().to_owned(),
        called,
        ready: new.news.contains(&News::Ready),
        cancelled: new.news.contains(&News::Cancelled),
        wish: Wish::Asked,
        changed_at: tx.now(),
    };
    let asked = Asked { purpose: Purpose::Relative, number, name: &new.name, contact: &new.contact };
    inviting::invite(tx, &facts, asked, (patient.as_object(), answer_days))?;
    relatives::add(tx, id, &one)?;
    let news: Vec<_> = new.news.iter().map(|one| one.name()).collect();
    let content = json!({ "relative": number, "name": one.name, "called": one.called, "news": news });
    files::record(tx, files::RELATIVE, patient.as_object(), id, &content)?;
    Ok(number)
}

/// Off the list: their link opens nothing, and they are told nothing more.
pub(crate) fn remove(tx: &mut Tx<'_>, (id, number): (PreadmissionId, i32), patient: PatientId) -> Result<(), Failure> {
    own(tx, id, patient)?;
    if relatives::remove(tx, id, number)? == 0 {
        return Err(Failure::Unknown);
    }
    let content = json!({ "relative": number, "removed": true });
    files::record(tx, files::RELATIVE, patient.as_object(), id, &content)
}

/// What the holder of the link says; who has it is who has the telephone or the mailbox, and no login is asked.
pub(crate) fn answer(tx: &mut Tx<'_>, id: InvitationId, said: Answer) -> Result<(), Failure> {
    let (facts, invitation, relative) = crate::read::relative(tx.conn(), id)?.ok_or(Failure::Unknown)?;
    if relative.wish == Wish::Asked && !invitation.is_open(tx.now()) {
        return Err(Refusal::LinkExpired.into());
    }
    let wish = relative.wish.after(said).ok_or(Refusal::NoSuchAnswer)?;
    relatives::mark(tx, (facts.id, relative.number), wish)?;
    let content = json!({
        "relative": relative.number, "answer": said.name(), "contact": invitation.contact, "called": relative.called,
    });
    files::record(tx, files::RELATIVE, id.as_object(), facts.id, &content)
}

/// Something happened: who accepted to be told of it is told.
pub(crate) fn tell(tx: &mut Tx<'_>, facts: &PreadmissionFacts, news: News) -> Result<(), StorageError> {
    if facts.is_silent() {
        return Ok(());
    }
    let all = relatives::of_file(tx.conn(), facts.id)?;
    let told: Vec<i32> = all.iter().filter(|one| one.is_told(news)).map(|one| one.number).collect();
    let links = invitations::of_file(tx.conn(), facts.id)?;
    for link in links.iter().filter(|one| one.purpose == Purpose::Relative && told.contains(&one.number)) {
        let (establishment, object) = (facts.establishment.id, link.id.as_object());
        tx.emit(Event { kind: EventKind::PreadmissionNews, establishment, subject: object, object })?;
    }
    Ok(())
}
