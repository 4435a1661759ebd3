//! Who was reminded of their file, and when.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{PreadmissionId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::preadmission_reminders as reminders;

/// The last reminder of a file: from 1, and when.
pub(crate) type Last = (i32, Timestamp);

/// Of each of these files that was ever reminded.
pub(crate) fn last(conn: &mut Conn, files: &[PreadmissionId]) -> Result<HashMap<PreadmissionId, Last>, StorageError> {
    let rows: Vec<(PreadmissionId, i32, Timestamp)> = reminders::table
        .filter(reminders::preadmission_id.eq_any(files.iter().map(|id| id.sql())))
        .select((reminders::preadmission_id, reminders::number, reminders::made_at))
        .order(reminders::number)
        .load(conn)?;
    Ok(rows.into_iter().map(|(file, number, at)| (file, (number, at))).collect())
}

/// One more, by a clerk or (none) by the schedule. Of two at once the second is run again and sees the first.
pub(crate) fn add(tx: &mut Tx<'_>, file: PreadmissionId, by: Option<StaffId>) -> Result<(), StorageError> {
    let number = last(tx.conn(), &[file])?.get(&file).map_or(1, |(number, _)| number.saturating_add(1));
    let now = tx.now();
    tx.execute(diesel::insert_into(reminders::table).values((
        reminders::preadmission_id.eq(file.sql()),
        reminders::number.eq(number),
        reminders::staff_id.eq(by.sql()),
        reminders::made_at.eq(now.sql()),
    )))
    .map(drop)
    .map_err(|error| match error.refusal() {
        Some("preadmission_reminders_preadmission_id_number_key") => StorageError::Crossed,
        _ => error,
    })
}
