//! One decision for whatever a hospital says of a planned stay, whichever door it came through.

use kernel::{EstablishmentId, EventKind, Finess, SiteId};
use storage::{Conn, StorageError, Tx};

use crate::{
    announcement::{Announcement, Notice, Outcome},
    domain::relatives::News,
    failure::Failure,
    meeting::{self, Found},
    merging::{self, Given},
    read::{Origin, PreadmissionFacts, Status, Stay},
    relatives, reminder,
    store::{files, stays},
};

/// `days`: how far the entry that a patient told may be from the hospital's.
pub(crate) fn announce(
    tx: &mut Tx<'_>,
    notice: &Notice,
    (origin, days): (Origin, i64),
) -> Result<Outcome, StorageError> {
    match notice {
        Notice::Planned(said) => {
            let Some((establishment, site)) = place(tx.conn(), &said.establishment, said.site.as_ref())? else {
                return Ok(Outcome::Ignored);
            };
            let said = &merging::under_living_number(tx.conn(), establishment, said)?;
            match stays::of_visit(tx.conn(), establishment, &said.visit_number)? {
                Some(stay) => change(tx, &stay, site, said),
                None => open(tx, (establishment, site), said, (origin, days)),
            }
        }
        Notice::Merged(said) => match place(tx.conn(), &said.establishment, None)? {
            Some((establishment, _)) => merging::merge(tx, establishment, said),
            None => Ok(Outcome::Ignored),
        },
        Notice::Cancelled { establishment, visit_number } => {
            let Some((establishment, _)) = place(tx.conn(), establishment, None)? else {
                return Ok(Outcome::Ignored);
            };
            match stays::of_visit(tx.conn(), establishment, visit_number)? {
                Some(stay) => cancel(tx, &stay, origin),
                None if stays::remember(tx, establishment, visit_number)? => Ok(Outcome::Cancelled),
                None => Ok(Outcome::Unchanged),
            }
        }
    }
}

/// The establishment and the site that are meant; a site that is not told is the first by name.
fn place(
    conn: &mut Conn,
    establishment: &Finess,
    site: Option<&Finess>,
) -> Result<Option<(EstablishmentId, SiteId)>, StorageError> {
    let known = identity::read::establishments(conn)?.into_iter().find(|one| one.finess == *establishment);
    let Some(known) = known else { return Ok(None) };
    let sites = identity::read::sites(conn, Some(known.id))?;
    let named = site.and_then(|finess| sites.iter().find(|one| one.finess == *finess));
    Ok(named.or_else(|| sites.first()).map(|site| (known.id, site.id)))
}

fn open(
    tx: &mut Tx<'_>,
    (establishment, site): (EstablishmentId, SiteId),
    said: &Announcement,
    (origin, days): (Origin, i64),
) -> Result<Outcome, StorageError> {
    let over = said.exit_at.unwrap_or(said.entry_at) <= tx.now();
    if over || stays::is_remembered(tx.conn(), establishment, &said.visit_number)? {
        return Ok(Outcome::Ignored);
    }
    let found = meeting::find(tx.conn(), establishment, said, days)?;
    let stay = stays::add(tx, establishment, site, said, origin)?;
    if let Found::Same(facts) = &found {
        meeting::met(tx, facts, stay)?;
        return Ok(Outcome::Changed);
    }
    let file = files::add(tx, establishment, stay, None)?;
    reminder::plan(tx, file, said.entry_at)?;
    if let Found::Doubtful(opened) = &found {
        meeting::ask(tx, file, opened)?;
        return Ok(Outcome::Conflict);
    }
    files::created(tx, establishment, file)?;
    Ok(Outcome::Opened)
}

fn change(tx: &mut Tx<'_>, stay: &Stay, site: SiteId, said: &Announcement) -> Result<Outcome, StorageError> {
    let over = stay.exit_at.unwrap_or(stay.entry_at) <= tx.now();
    if over || stay.cancelled_at.is_some() {
        return Ok(Outcome::Ignored);
    }
    if is_known(stay, site, said) {
        return Ok(Outcome::Unchanged);
    }
    let facts = files::of_stay(tx.conn(), stay.id)?;
    let given = match &facts {
        Some(facts) => merging::person_of(tx, facts, &said.person)?,
        None => Given::Theirs,
    };
    let kept = stay.person.clone().filter(|_| given == Given::Kept);
    let said = &Announcement { person: kept.unwrap_or_else(|| said.person.clone()), ..said.clone() };
    stays::change(tx, stay.id, site, said)?;
    let moved = said.entry_at != stay.entry_at;
    if let Some(facts) = files::of_stay(tx.conn(), stay.id)? {
        reminder::plan(tx, facts.id, said.entry_at)?;
        if moved && !meeting::is_in_doubt(tx.conn(), facts.id)? {
            tell_moved(tx, &facts)?;
        }
        ask_again_if_needed(tx, &facts)?;
    }
    Ok(if given == Given::Kept { Outcome::Conflict } else { Outcome::Changed })
}

/// Whoever is to come hears of the new time.
pub(crate) fn tell_moved(tx: &mut Tx<'_>, facts: &PreadmissionFacts) -> Result<(), StorageError> {
    stays::moved(tx, facts.stay.id)?;
    files::tell(tx, EventKind::PreadmissionMoved, facts)
}

/// What was sent goes back to its patient only if the changed stay asks for something that is not there.
pub(crate) fn ask_again_if_needed(tx: &mut Tx<'_>, facts: &PreadmissionFacts) -> Result<(), StorageError> {
    if facts.status != Status::Ready || facts.completeness().may_be_sent() {
        return Ok(());
    }
    files::reopen(tx, facts).map_err(storage_only)
}

fn is_known(stay: &Stay, site: SiteId, said: &Announcement) -> bool {
    let told = Stay {
        site,
        folder_number: said.folder_number.clone(),
        movement: said.movement.clone(),
        person: Some(said.person.clone()),
        class: said.class,
        unit: said.unit.clone(),
        entry_at: said.entry_at,
        exit_at: said.exit_at,
        label: said.label.clone(),
        practitioner: said.practitioner.clone(),
        surgery: said.surgery,
        ..stay.clone()
    };
    told == *stay
}

pub(crate) fn cancel(tx: &mut Tx<'_>, stay: &Stay, origin: Origin) -> Result<Outcome, StorageError> {
    if stay.cancelled_at.is_some() {
        return Ok(Outcome::Unchanged);
    }
    stays::cancel(tx, stay.id, origin)?;
    if let Some(facts) = files::of_stay(tx.conn(), stay.id)? {
        files::cancel(tx, &facts).map_err(storage_only)?;
        relatives::tell(tx, &facts, News::Cancelled)?;
    }
    Ok(Outcome::Cancelled)
}

/// The steps asked for here exist from every status they are asked in; only the database can fail.
fn storage_only(failure: Failure) -> StorageError {
    match failure {
        Failure::Storage(error) => error,
        _ => StorageError::Crossed,
    }
}
