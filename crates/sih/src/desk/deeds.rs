//! Replaying and dropping: the floor's decisions, in the name of the person who asked.

use kernel::{DeliveryId, EstablishmentId, PreadmissionId};
use storage::{Conn, Db, StorageError, outbox};
use web::{Problem, StaffCaller};

use crate::{
    problems::DeskFailure,
    read::{self, Standing},
};

const LONGEST_REASON: usize = 500;

/// The same message again, under the same id.
pub(crate) async fn replay_one(db: &Db, caller: &StaffCaller, id: DeliveryId) -> Result<(), Problem> {
    let (mine, staff) = (caller.establishments.clone(), caller.staff);
    let done = db.write(move |tx| outbox::replay(tx, &mine, id, staff).map_err(DeskFailure::from)).await;
    Ok(done?)
}

/// Never again, and why.
pub(crate) async fn drop_one(db: &Db, caller: &StaffCaller, id: DeliveryId, reason: &str) -> Result<(), DeskFailure> {
    let reason = reason.trim().to_owned();
    let (mine, staff) = (caller.establishments.clone(), caller.staff);
    db.write(move |tx| {
        // Another establishment's delivery is unknown before anything is said of the reason.
        outbox::delivery(tx.conn(), &mine, id)?.ok_or(outbox::DeskRefusal::Unknown)?;
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
            return Err(DeskFailure::NoReason);
        }
        Ok(outbox::drop_delivery(tx, &mine, id, staff, &reason)?)
    })
    .await
}

/// How the telling of a file of their establishments stands.
pub(crate) async fn telling(db: &Db, caller: &StaffCaller, id: PreadmissionId) -> Result<Standing, Problem> {
    let mine = caller.establishments.clone();
    let stands = db.read::<_, StorageError, _>(move |conn| match is_theirs(conn, &mine, id)? {
        true => Ok(Some(read::of_files(conn, &[id])?.remove(&id).unwrap_or(Standing::Nothing))),
        false => Ok(None),
    });
    stands.await?.ok_or_else(Problem::not_found)
}

/// All that stands still about a file goes again.
pub(crate) async fn tell_again(db: &Db, caller: &StaffCaller, id: PreadmissionId) -> Result<(), Problem> {
    let (mine, staff) = (caller.establishments.clone(), caller.staff);
    let done = db.write(move |tx| {
        if !is_theirs(tx.conn(), &mine, id)? {
            return Err(outbox::DeskRefusal::Unknown.into());
        }
        let told = read::about_files(tx.conn(), &[id])?.remove(&id).unwrap_or_default();
        let stuck: Vec<DeliveryId> = told.iter().filter(|one| one.state.is_stuck()).map(|one| one.id).collect();
        if stuck.is_empty() {
            return Err(outbox::DeskRefusal::NotStuck.into());
        }
        stuck.into_iter().try_for_each(|one| outbox::replay(tx, &mine, one, staff).map_err(DeskFailure::from))
    });
    Ok(done.await?)
}

fn is_theirs(conn: &mut Conn, mine: &[EstablishmentId], id: PreadmissionId) -> Result<bool, StorageError> {
    Ok(preadmission::read::preadmission(conn, id)?.is_some_and(|file| mine.contains(&file.establishment.id)))
}
