//! Named views of the worklist: a clerk's own, and those that they share with the team of an establishment.

use diesel::prelude::*;
use kernel::{EstablishmentId, Id, StaffId};
use serde_json::Value;
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::schema::preadmission_views as views;

#[derive(Debug, Clone, Copy)]
pub(crate) enum ViewKind {}
pub(crate) type ViewId = Id<ViewKind>;

#[derive(Debug, Clone)]
pub(crate) struct Saved {
    pub(crate) id: ViewId,
    pub(crate) by: StaffId,
    /// Whose team sees it, too.
    pub(crate) team: Option<EstablishmentId>,
    pub(crate) name: String,
    /// The question as in the address.
    pub(crate) question: Value,
}

/// What this clerk sees: their own, and what is shared with their teams.
pub(crate) fn seen_by(
    conn: &mut Conn,
    staff: StaffId,
    establishments: &[EstablishmentId],
) -> Result<Vec<Saved>, StorageError> {
    let teams = views::establishment_id.eq_any(establishments.iter().map(|id| Some(*id).sql()));
    let rows: Vec<(ViewId, StaffId, Option<EstablishmentId>, String, Value)> = views::table
        .filter(views::staff_id.eq(staff.sql()).or(teams.assume_not_null()))
        .select((views::id, views::staff_id, views::establishment_id, views::name, views::question))
        .order((views::name, views::id))
        .limit(100)
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, by, team, name, question)| Saved { id, by, team, name, question }).collect())
}

pub(crate) fn how_many(conn: &mut Conn, staff: StaffId) -> Result<i64, StorageError> {
    Ok(views::table.filter(views::staff_id.eq(staff.sql())).count().get_result(conn)?)
}

/// Of the same name it takes the place of the former one.
pub(crate) fn save(
    tx: &mut Tx<'_>,
    staff: StaffId,
    (name, team): (&str, Option<EstablishmentId>),
    question: Value,
) -> Result<(), StorageError> {
    let (id, now): (ViewId, _) = (tx.id(), tx.now());
    let kept =
        (views::establishment_id.eq(team.sql()), views::question.eq(question.sql()), views::made_at.eq(now.sql()));
    let insert = diesel::insert_into(views::table)
        .values((
            views::id.eq(id.sql()),
            views::staff_id.eq(staff.sql()),
            views::name.eq(name.to_owned()),
            kept.clone(),
        ))
        .on_conflict((views::staff_id, views::name))
        .do_update()
        .set(kept);
    tx.execute(Portable(insert))?;
    Ok(())
}

/// Only one's own. False: there is none.
pub(crate) fn remove(tx: &mut Tx<'_>, staff: StaffId, id: ViewId) -> Result<bool, StorageError> {
    let own = views::table.find(id.sql()).filter(views::staff_id.eq(staff.sql()));
    Ok(tx.execute(diesel::delete(own))? == 1)
}
