//! What a hospital's system heard of a file, from what was sent and answered.

use kernel::{Finess, ObjectId};
use storage::{Conn, StorageError};

use crate::{
    outbound::preadmission::{Deed, Heard, StayTold},
    store::{self, Answered, Sent},
};

pub(super) fn of_file(conn: &mut Conn, told: &StayTold) -> Result<Heard, StorageError> {
    let identity = was_settled(conn, told.person.id.as_object(), &told.finess, Deed::Identity.event())?;
    let sent = to(conn, told.file.as_object(), &told.finess)?;
    let is = |one: &Sent, deeds: &[Deed]| deeds.iter().any(|deed| deed.event() == one.event);
    let settled = |deeds: &'static [Deed]| {
        sent.iter().filter(move |one| one.verdict == Some(Answered::Settled) && is(one, deeds))
    };
    Ok(Heard {
        identity,
        version: settled(&[Deed::Admission, Deed::Correction]).map(|one| one.version).max(),
        perhaps: sent
            .iter()
            .any(|one| is(one, &[Deed::Admission, Deed::Correction]) && one.verdict != Some(Answered::Refused)),
        cancelled: settled(&[Deed::Cancellation]).next().is_some(),
    })
}

pub(super) fn was_settled(
    conn: &mut Conn,
    object: ObjectId,
    finess: &Finess,
    event: &str,
) -> Result<bool, StorageError> {
    let sent = to(conn, object, finess)?;
    Ok(sent.iter().any(|one| one.event == event && one.verdict == Some(Answered::Settled)))
}

fn to(conn: &mut Conn, object: ObjectId, finess: &Finess) -> Result<Vec<Sent>, StorageError> {
    Ok(store::sent(conn, object)?.into_iter().filter(|one| one.finess == finess.as_str()).collect())
}
