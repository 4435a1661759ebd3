//! What cashiers switched, every turn of it.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{EstablishmentId, Id, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::{schema::creditor_switches as switches, unreadable};
use crate::domain::switch::Turn;

#[derive(Debug, Clone, Copy)]
enum SwitchKind {}

/// One turn of a creditor's switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turned {
    pub creditor: String,
    pub turn: Turn,
    pub reason: String,
    pub by: StaffId,
    pub at: Timestamp,
}

type Row = (String, String, Option<Timestamp>, String, StaffId, Timestamp);

impl TryFrom<Row> for Turned {
    type Error = StorageError;

    fn try_from((creditor, turned, until, reason, by, at): Row) -> Result<Self, StorageError> {
        let turn = match (turned.as_str(), until) {
            ("open", None) => Turn::Open,
            ("closed", None) => Turn::Close,
            ("activation", Some(until)) => Turn::Activate { until },
            ("activation-over", None) => Turn::EndActivation,
            _ => return Err(unreadable("a switch in an unknown position")),
        };
        Ok(Self { creditor, turn, reason, by, at })
    }
}

pub(crate) fn add(tx: &mut Tx<'_>, establishment: EstablishmentId, turned: &Turned) -> Result<(), StorageError> {
    let id: Id<SwitchKind> = tx.id();
    let (name, until) = match turned.turn {
        Turn::Open => ("open", None),
        Turn::Close => ("closed", None),
        Turn::Activate { until } => ("activation", Some(until)),
        Turn::EndActivation => ("activation-over", None),
    };
    tx.execute(diesel::insert_into(switches::table).values((
        switches::id.eq(id.sql()),
        switches::establishment_id.eq(establishment.sql()),
        switches::creditor.eq(&turned.creditor),
        switches::turned.eq(name),
        switches::until.eq(until.sql()),
        switches::reason.eq(&turned.reason),
        switches::staff_id.eq(turned.by.sql()),
        switches::turned_at.eq(turned.at.sql()),
    )))?;
    Ok(())
}

/// Every turn at an establishment, the earliest first.
pub(crate) fn of(conn: &mut Conn, establishment: EstablishmentId) -> Result<Vec<Turned>, StorageError> {
    let rows: Vec<Row> = switches::table
        .filter(switches::establishment_id.eq(establishment.sql()))
        .select((
            switches::creditor,
            switches::turned,
            switches::until,
            switches::reason,
            switches::staff_id,
            switches::turned_at,
        ))
        .order((switches::turned_at, switches::id))
        .load(conn)?;
    rows.into_iter().map(Turned::try_from).collect()
}
