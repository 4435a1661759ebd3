//! The hospitals of the group and their sites.

use diesel::prelude::*;
use kernel::{EstablishmentId, Finess, SiteId};
use serde_json::Value;
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::{
    corrupt,
    schema::{establishments, sites},
};
use crate::{
    directory::{NewEstablishment, NewSite},
    read::{Establishment, Site},
};

type EstablishmentRow = (EstablishmentId, String, String, String);
type SiteRow = (SiteId, EstablishmentId, String, String, Value, String, String, String, String, String);

impl TryFrom<EstablishmentRow> for Establishment {
    type Error = StorageError;
    fn try_from((id, finess, name, short_name): EstablishmentRow) -> Result<Self, StorageError> {
        Ok(Self { id, finess: finess.parse().map_err(corrupt)?, name, short_name })
    }
}

impl TryFrom<SiteRow> for Site {
    type Error = StorageError;
    fn try_from(row: SiteRow) -> Result<Self, StorageError> {
        let (id, establishment, finess, name, address_lines, postcode, city, zone, help_phone, access_notes) = row;
        Ok(Self {
            id,
            establishment,
            finess: finess.parse().map_err(corrupt)?,
            name,
            address_lines: serde_json::from_value(address_lines).map_err(corrupt)?,
            postcode,
            city,
            zone: zone.parse().map_err(corrupt)?,
            help_phone,
            access_notes,
        })
    }
}

pub(crate) fn establishment(conn: &mut Conn, id: EstablishmentId) -> Result<Option<Establishment>, StorageError> {
    let row: Option<EstablishmentRow> = establishments::table.find(id.sql()).first(conn).optional()?;
    row.map(Establishment::try_from).transpose()
}

pub(crate) fn establishments(conn: &mut Conn) -> Result<Vec<Establishment>, StorageError> {
    let rows: Vec<EstablishmentRow> =
        establishments::table.order((establishments::name, establishments::id)).load(conn)?;
    rows.into_iter().map(Establishment::try_from).collect()
}

/// Those of these FINESS numbers that exist here.
pub(crate) fn of_finess<'a>(
    conn: &mut Conn,
    numbers: impl IntoIterator<Item = &'a Finess>,
) -> Result<Vec<EstablishmentId>, StorageError> {
    let numbers: Vec<&str> = numbers.into_iter().map(Finess::as_str).collect();
    let mut found: Vec<(EstablishmentId, String)> =
        establishments::table.select((establishments::id, establishments::finess_ej)).load(conn)?;
    found.retain(|(_, finess)| numbers.contains(&finess.as_str()));
    Ok(found.into_iter().map(|(id, _)| id).collect())
}

pub(crate) fn site(conn: &mut Conn, id: SiteId) -> Result<Option<Site>, StorageError> {
    let row: Option<SiteRow> = sites::table.find(id.sql()).first(conn).optional()?;
    row.map(Site::try_from).transpose()
}

pub(crate) fn sites(conn: &mut Conn, of: Option<EstablishmentId>) -> Result<Vec<Site>, StorageError> {
    let mut query = sites::table.order((sites::name, sites::id)).into_boxed();
    if let Some(establishment) = of {
        query = query.filter(sites::establishment_id.eq(establishment.sql()));
    }
    let rows: Vec<SiteRow> = query.load(conn)?;
    rows.into_iter().map(Site::try_from).collect()
}

pub(crate) fn upsert_establishment(tx: &mut Tx<'_>, new: &NewEstablishment) -> Result<EstablishmentId, StorageError> {
    let id = tx.id::<kernel::entity::Establishment>();
    let present = (establishments::name.eq(&new.name), establishments::short_name.eq(&new.short_name));
    let row = (establishments::id.eq(id.sql()), establishments::finess_ej.eq(new.finess.as_str()), present);
    let statement = diesel::insert_into(establishments::table)
        .values(row)
        .on_conflict(establishments::finess_ej)
        .do_update()
        .set(present);
    Portable(statement).execute(tx.conn())?;
    let of_number = establishments::table.filter(establishments::finess_ej.eq(new.finess.as_str()));
    Ok(of_number.select(establishments::id).first(tx.conn())?)
}

pub(crate) fn upsert_site(tx: &mut Tx<'_>, new: &NewSite) -> Result<SiteId, StorageError> {
    let id = tx.id::<kernel::entity::Site>();
    let present = (
        sites::establishment_id.eq(new.establishment.sql()),
        sites::name.eq(&new.name),
        sites::address_lines.eq(Value::from(new.address_lines.clone()).sql()),
        sites::postcode.eq(&new.postcode),
        sites::city.eq(&new.city),
        sites::time_zone.eq(new.zone.name()),
        sites::help_phone.eq(&new.help_phone),
        sites::access_notes.eq(&new.access_notes),
    );
    let row = (sites::id.eq(id.sql()), sites::finess_et.eq(new.finess.as_str()), present.clone());
    let statement =
        diesel::insert_into(sites::table).values(row).on_conflict(sites::finess_et).do_update().set(present);
    Portable(statement).execute(tx.conn())?;
    let of_number = sites::table.filter(sites::finess_et.eq(new.finess.as_str()));
    Ok(of_number.select(sites::id).first(tx.conn())?)
}
