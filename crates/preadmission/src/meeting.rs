//! A stay of which its patient told before the hospital did: the announcement takes over the patient's file, or the desk
//! is asked.

use jiff::SignedDuration;
use kernel::{EstablishmentId, PreadmissionId, StaffId, StayId, Zone};
use storage::{Conn, StorageError, Tx};

use crate::{
    announce,
    announcement::Announcement,
    domain::{
        Refusal,
        meeting::{Candidate, Meeting, meeting},
        merge::Followed,
    },
    failure::Failure,
    merging,
    read::{PreadmissionFacts, Status},
    reminder, standing,
    store::{
        clerks, files,
        meetings::{self, Met},
    },
};

/// Files that may be of the stay that is announced.
pub(crate) enum Found {
    None,
    /// This one is.
    Same(Box<PreadmissionFacts>),
    /// The desk must say of these.
    Doubtful(Vec<PreadmissionFacts>),
}

pub(crate) fn find(
    conn: &mut Conn,
    establishment: EstablishmentId,
    said: &Announcement,
    days: i64,
) -> Result<Found, StorageError> {
    // One day more on each side: days are those of the place.
    let around = SignedDuration::from_hours((days + 1).saturating_mul(24));
    let ids = meetings::unannounced(conn, establishment, (said.entry_at - around, said.entry_at + around))?;
    let mut found = Vec::new();
    for facts in files::of_ids(conn, &ids)?.into_iter().filter(|facts| facts.status != Status::Cancelled) {
        let Followed { same_person, held_by_another, .. } = merging::followed(conn, &facts, &said.person)?;
        let days_apart = days_between(&facts.site.zone, &facts, said);
        let same_kind = facts.stay.class == said.class;
        found.push((Candidate { same_person, held_by_another, same_kind, days_apart }, facts));
    }
    let candidates: Vec<Candidate> = found.iter().map(|(candidate, _)| *candidate).collect();
    let mut files = found.into_iter().map(|(_, facts)| facts).enumerate();
    Ok(match meeting(&candidates, days) {
        Meeting::New => Found::None,
        Meeting::Same(at) => files.nth(at).map_or(Found::None, |(_, facts)| Found::Same(Box::new(facts))),
        Meeting::Doubtful(some) => {
            Found::Doubtful(files.filter(|(at, _)| some.contains(at)).map(|(_, facts)| facts).collect())
        }
    })
}

fn days_between(zone: &Zone, facts: &PreadmissionFacts, said: &Announcement) -> i64 {
    let (told, announced) = (zone.date(facts.stay.entry_at), zone.date(said.entry_at));
    told.until(announced).map_or(i64::MAX, |span| i64::from(span.get_days()).abs())
}

/// The patient's file goes on under the stay that the hospital announced. The patient is told when it is another day.
pub(crate) fn take_over(tx: &mut Tx<'_>, facts: &PreadmissionFacts, stay: StayId) -> Result<(), StorageError> {
    files::hang(tx, facts, stay)?;
    let Some(joined) = files::find(tx.conn(), facts.id)? else { return Ok(()) };
    let zone = &joined.site.zone;
    if zone.date(facts.stay.entry_at) != zone.date(joined.stay.entry_at) {
        announce::tell_moved(tx, &joined)?;
    }
    reminder::plan(tx, joined.id, joined.stay.entry_at)?;
    // Its system heard of it under a number of ours: told again it stands under the hospital's.
    if joined.status == Status::Completed {
        files::amend(tx, &joined)?;
        if let Some(clerk) = joined.decided_by {
            standing::establish(tx, &joined, clerk)?;
        }
    }
    announce::ask_again_if_needed(tx, &joined)
}

/// What the desk says of a file that a patient opened and one that the hospital announced.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    (opened, announced): (&PreadmissionFacts, &PreadmissionFacts),
    same: bool,
    by: StaffId,
) -> Result<(), Failure> {
    let two = (opened.id, announced.id);
    let is_asked = match same {
        true if !may_join(opened, announced) => false,
        true => meetings::decide(tx, two, Met::Joined, by)?,
        false => keep_apart(tx, two, by)?,
    };
    if !is_asked {
        return Err(Refusal::NotInThisStatus.into());
    }
    if same { Ok(join(tx, opened, announced, by)?) } else { Ok(()) }
}

/// A patient's file that hangs on no announced stay yet, and an announced one in which nobody wrote.
pub(crate) fn may_join(opened: &PreadmissionFacts, announced: &PreadmissionFacts) -> bool {
    let waits = opened.stay.visit_number.is_none() && opened.status != Status::Cancelled;
    let untouched = announced.answers.is_empty() && announced.documents.is_empty();
    waits && untouched && announced.status == Status::Created && announced.stay.visit_number.is_some()
}

/// One file, one stay: whatever else was asked of the two is answered with it.
fn join(
    tx: &mut Tx<'_>,
    opened: &PreadmissionFacts,
    announced: &PreadmissionFacts,
    by: StaffId,
) -> Result<(), StorageError> {
    clerks::move_notes(tx, announced.id, opened.id)?;
    reminder::forget(tx, announced.id)?;
    files::remove(tx, announced)?;
    take_over(tx, opened, announced.stay.id)?;
    let mut asked = meetings::of_file(tx.conn(), opened.id)?;
    asked.extend(meetings::of_file(tx.conn(), announced.id)?);
    for one in asked.into_iter().filter(|one| one.outcome == Met::Asked) {
        if let Some(other) = one.announced {
            keep_apart(tx, (one.file, other), by)?;
        }
    }
    Ok(())
}

/// Two stays. Once the announced file cannot be any other, its patient is told of it. False: nothing was asked.
fn keep_apart(
    tx: &mut Tx<'_>,
    (opened, announced): (PreadmissionId, PreadmissionId),
    by: StaffId,
) -> Result<bool, StorageError> {
    if !meetings::decide(tx, (opened, announced), Met::Apart, by)? {
        return Ok(false);
    }
    let facts = files::find(tx.conn(), announced)?.filter(|facts| facts.status == Status::Created);
    if let Some(facts) = facts
        && !is_in_doubt(tx.conn(), announced)?
    {
        files::created(tx, facts.establishment.id, announced)?;
    }
    Ok(true)
}

/// Whether the desk must still say if this announced file is one that its patient had opened.
pub(crate) fn is_in_doubt(conn: &mut Conn, announced: PreadmissionId) -> Result<bool, StorageError> {
    let is_open = |one: meetings::Meeting| one.announced == Some(announced) && one.outcome == Met::Asked;
    Ok(meetings::of_file(conn, announced)?.into_iter().any(is_open))
}

/// Opens a question to the desk for each of these; until it is answered nobody is told of the announced file.
pub(crate) fn ask(
    tx: &mut Tx<'_>,
    announced: PreadmissionId,
    opened: &[PreadmissionFacts],
) -> Result<(), StorageError> {
    opened.iter().try_for_each(|file| meetings::note(tx, (file.id, file.stay.entry_at), Some(announced)))
}

/// The file took over a stay that the hospital announced.
pub(crate) fn met(tx: &mut Tx<'_>, facts: &PreadmissionFacts, stay: StayId) -> Result<(), StorageError> {
    meetings::note(tx, (facts.id, facts.stay.entry_at), None)?;
    take_over(tx, facts, stay)
}
