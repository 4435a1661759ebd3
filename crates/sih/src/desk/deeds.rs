//! Replaying and dropping: the floor's decisions, in the name of the person who asked.

use kernel::DeliveryId;
use storage::{Db, outbox};
use web::{Problem, StaffCaller};

use crate::problems::DeskFailure;

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
