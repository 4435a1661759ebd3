//! Invitations: rows that never change; a later one takes the place of an earlier one.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{InvitationId, ObjectId, PreadmissionId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::{rules::unreadable, schema::invitations as row};
use crate::{domain::invitation::Purpose, read::Invitation};

type Row = (InvitationId, PreadmissionId, (String, i32, i32), (String, String), (Timestamp, Timestamp));

macro_rules! columns {
    () => {
        (
            row::id,
            row::preadmission_id,
            (row::purpose, row::number, row::round),
            (row::name, row::contact),
            (row::asked_at, row::expires_at),
        )
    };
}

/// All of a file, the latest of each person last.
pub(crate) fn of_file(conn: &mut Conn, file: PreadmissionId) -> Result<Vec<Invitation>, StorageError> {
    let of_file = row::table.filter(row::preadmission_id.eq(file.sql()));
    let rows: Vec<Row> = of_file.order((row::purpose, row::number, row::round)).select(columns!()).load(conn)?;
    let mut all = rows.into_iter().map(invitation_of).collect::<Result<Vec<_>, _>>()?;
    let latest: Vec<_> = all.iter().map(|one| (one.purpose, one.number, one.round)).collect();
    for one in &mut all {
        one.is_replaced = latest.contains(&(one.purpose, one.number, one.round.saturating_add(1)));
    }
    Ok(all)
}

pub(crate) fn find(conn: &mut Conn, id: InvitationId) -> Result<Option<Invitation>, StorageError> {
    let file: Option<PreadmissionId> = row::table.find(id.sql()).select(row::preadmission_id).first(conn).optional()?;
    let Some(file) = file else { return Ok(None) };
    Ok(of_file(conn, file)?.into_iter().find(|one| one.id == id))
}

fn invitation_of(row: Row) -> Result<Invitation, StorageError> {
    let (id, file, (purpose, number, round), (name, contact), (asked_at, expires_at)) = row;
    let purpose = Purpose::named(&purpose).ok_or_else(|| unreadable(&"an unknown purpose"))?;
    let is_replaced = false;
    Ok(Invitation { id, file, purpose, number, round, name, contact, asked_at, expires_at, is_replaced })
}

pub(crate) fn add(tx: &mut Tx<'_>, one: &Invitation, by: ObjectId) -> Result<(), StorageError> {
    let insert = diesel::insert_into(row::table).values((
        row::id.eq(one.id.sql()),
        row::preadmission_id.eq(one.file.sql()),
        row::purpose.eq(one.purpose.name()),
        row::number.eq(one.number),
        row::round.eq(one.round),
        row::name.eq(one.name.clone()),
        row::contact.eq(one.contact.clone()),
        row::asked_by.eq(by.sql()),
        row::asked_at.eq(one.asked_at.sql()),
        row::expires_at.eq(one.expires_at.sql()),
    ));
    // Asked twice at once: run again, the second sees the first.
    tx.execute(insert).map_err(|error| match error.refusal() {
        Some("invitations_preadmission_id_purpose_number_round_key") => StorageError::Crossed,
        _ => error,
    })?;
    Ok(())
}

/// Their links open nothing any more.
pub(crate) fn remove_all(tx: &mut Tx<'_>, file: PreadmissionId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(row::table.filter(row::preadmission_id.eq(file.sql()))))?;
    Ok(())
}
