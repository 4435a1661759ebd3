//! Planned stays as their hospital announces them.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{EstablishmentId, SiteId, StayId};
use serde_json::{Value, json};
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::{
    rules::unreadable,
    schema::{cancelled_visits, stays},
};
use crate::{
    announcement::{Announcement, HospitalPerson, StayClass, Unit},
    read::{Origin, Stay},
};

storage::text_enum! {
    pub(crate) enum ClassText {
        Inpatient = "inpatient",
        Day = "day",
        External = "external",
    }
}

storage::text_enum! {
    pub(crate) enum OriginText {
        Sih = "sih",
        Desk = "desk",
        Seed = "seed",
        Patient = "patient",
    }
}

impl From<StayClass> for ClassText {
    fn from(class: StayClass) -> Self {
        match class {
            StayClass::Inpatient => Self::Inpatient,
            StayClass::Day => Self::Day,
            StayClass::External => Self::External,
        }
    }
}
impl From<ClassText> for StayClass {
    fn from(text: ClassText) -> Self {
        match text {
            ClassText::Inpatient => Self::Inpatient,
            ClassText::Day => Self::Day,
            ClassText::External => Self::External,
        }
    }
}
impl From<Origin> for OriginText {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Sih => Self::Sih,
            Origin::Desk => Self::Desk,
            Origin::Seed => Self::Seed,
            Origin::Patient => Self::Patient,
        }
    }
}
impl From<OriginText> for Origin {
    fn from(text: OriginText) -> Self {
        match text {
            OriginText::Sih => Self::Sih,
            OriginText::Desk => Self::Desk,
            OriginText::Seed => Self::Seed,
            OriginText::Patient => Self::Patient,
        }
    }
}

type Row = (
    StayId,
    EstablishmentId,
    SiteId,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Value>,
    ClassText,
    (String, String),
    Timestamp,
    Option<Timestamp>,
    String,
    Option<String>,
    bool,
    OriginText,
    (Option<Timestamp>, Option<OriginText>, i32),
);

macro_rules! columns {
    () => {
        (
            stays::id,
            stays::establishment_id,
            stays::site_id,
            stays::visit_number,
            stays::folder_number,
            stays::movement,
            stays::person,
            stays::class,
            (stays::unit_code, stays::unit_label),
            stays::entry_at,
            stays::exit_at,
            stays::label,
            stays::practitioner,
            stays::surgery,
            stays::origin,
            (stays::cancelled_at, stays::cancelled_from, stays::moves),
        )
    };
}

fn stay_of(row: Row) -> Result<Stay, StorageError> {
    let (unit_code, unit_label) = row.8;
    Ok(Stay {
        id: row.0,
        establishment: row.1,
        site: row.2,
        visit_number: row.3,
        folder_number: row.4,
        movement: row.5,
        person: row.6.map(|person| read_person(&person)).transpose()?,
        class: row.7.into(),
        unit: Some(Unit { code: unit_code, label: unit_label }).filter(|unit| *unit != Unit::default()),
        entry_at: row.9,
        exit_at: row.10,
        label: row.11,
        practitioner: row.12,
        surgery: row.13,
        origin: row.14.into(),
        cancelled_at: row.15.0,
        cancelled_from: row.15.1.map(Origin::from),
        moves: row.15.2,
    })
}

pub(crate) fn read_person(json: &Value) -> Result<HospitalPerson, StorageError> {
    let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
    let must = |name: &str| text(name).ok_or_else(|| unreadable(&format!("a stay's person without {name}")));
    Ok(HospitalPerson {
        ipp: must("ipp")?,
        birth_family: must("birth_family")?,
        used_family: text("used_family"),
        given: must("given")?,
        birth_date: must("birth_date")?,
        sex: must("sex")?,
        birth_place: text("birth_place"),
        phone: text("phone"),
        email: text("email"),
        identity_status: text("identity_status"),
    })
}

pub(crate) fn write_person(person: &HospitalPerson) -> Value {
    json!({
        "ipp": person.ipp, "birth_family": person.birth_family, "used_family": person.used_family,
        "given": person.given, "birth_date": person.birth_date, "sex": person.sex,
        "birth_place": person.birth_place, "phone": person.phone, "email": person.email,
        "identity_status": person.identity_status,
    })
}

/// Where a person must stand, nobody.
pub(crate) fn no_person() -> Value {
    json!({ "ipp": "", "birth_family": "", "given": "", "birth_date": "", "sex": "U" })
}

/// All of these, in no order.
pub(crate) fn of_ids(conn: &mut Conn, ids: &[StayId]) -> Result<Vec<Stay>, StorageError> {
    let these = stays::table.filter(stays::id.eq_any(ids.iter().map(|id| id.sql())));
    let rows: Vec<Row> = these.select(columns!()).load(conn)?;
    rows.into_iter().map(stay_of).collect()
}

pub(crate) fn of_visit(
    conn: &mut Conn,
    establishment: EstablishmentId,
    visit_number: &str,
) -> Result<Option<Stay>, StorageError> {
    let theirs = stays::table
        .filter(stays::establishment_id.eq(establishment.sql()))
        .filter(stays::visit_number.eq(visit_number));
    let row: Option<Row> = theirs.select(columns!()).first(conn).optional()?;
    row.map(stay_of).transpose()
}

/// By what a clerk finds a stay: names and numbers, without accents or case.
fn searched(person: &HospitalPerson, visit_number: &str) -> String {
    let used = person.used_family.as_deref().unwrap_or_default();
    kernel::fold(&[&person.birth_family, used, &person.given, &person.ipp, visit_number].join(" "))
}

/// What the announcement says, as columns.
macro_rules! told {
    ($site:expr, $said:expr, $unit:expr) => {
        (
            stays::site_id.eq($site.sql()),
            stays::folder_number.eq($said.folder_number.clone()),
            stays::movement.eq($said.movement.clone()),
            stays::person.eq(Some(write_person(&$said.person)).sql()),
            stays::class.eq(ClassText::from($said.class)),
            stays::unit_code.eq($unit.code),
            stays::unit_label.eq($unit.label),
            stays::entry_at.eq($said.entry_at.sql()),
            stays::exit_at.eq($said.exit_at.sql()),
            stays::label.eq($said.label.clone()),
            stays::practitioner.eq($said.practitioner.clone()),
            stays::surgery.eq($said.surgery),
            stays::search.eq(searched(&$said.person, &$said.visit_number)),
        )
    };
}

pub(crate) fn add(
    tx: &mut Tx<'_>,
    establishment: EstablishmentId,
    site: SiteId,
    said: &Announcement,
    origin: Origin,
) -> Result<StayId, StorageError> {
    let (id, now): (StayId, _) = (tx.id(), tx.now());
    let unit = said.unit.clone().unwrap_or_default();
    tx.execute(diesel::insert_into(stays::table).values((
        stays::id.eq(id.sql()),
        stays::establishment_id.eq(establishment.sql()),
        stays::visit_number.eq(Some(said.visit_number.clone())),
        told!(site, said, unit),
        stays::origin.eq(OriginText::from(origin)),
        stays::cancelled_at.eq(None::<Timestamp>.sql()),
        stays::created_at.eq(now.sql()),
    )))
    // Another node heard the same announcement: run again, this one sees the stay.
    .map_err(|error| match error.refusal() {
        Some("stays_establishment_id_visit_number_key") => StorageError::Crossed,
        _ => error,
    })?;
    Ok(id)
}

/// A stay that a patient tells of before the hospital does.
pub(crate) fn add_unknown(
    tx: &mut Tx<'_>,
    establishment: EstablishmentId,
    site: SiteId,
    entry_at: Timestamp,
    (class, unit, patient): (StayClass, &str, &str),
) -> Result<StayId, StorageError> {
    let (id, now): (StayId, _) = (tx.id(), tx.now());
    tx.execute(diesel::insert_into(stays::table).values((
        stays::id.eq(id.sql()),
        stays::establishment_id.eq(establishment.sql()),
        stays::site_id.eq(site.sql()),
        stays::class.eq(ClassText::from(class)),
        stays::unit_code.eq(""),
        stays::unit_label.eq(unit),
        stays::entry_at.eq(entry_at.sql()),
        stays::label.eq(""),
        stays::surgery.eq(false),
        stays::origin.eq(OriginText::Patient),
        stays::search.eq(kernel::fold(patient)),
        stays::created_at.eq(now.sql()),
    )))?;
    Ok(id)
}

/// The hospital moved its entry once more.
pub(crate) fn moved(tx: &mut Tx<'_>, id: StayId) -> Result<(), StorageError> {
    tx.execute(diesel::update(stays::table.find(id.sql())).set(stays::moves.eq(stays::moves + 1)))?;
    Ok(())
}

/// A stay on which no file hangs any more.
pub(crate) fn remove(tx: &mut Tx<'_>, id: StayId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(stays::table.find(id.sql())))?;
    Ok(())
}

pub(crate) fn change(tx: &mut Tx<'_>, id: StayId, site: SiteId, said: &Announcement) -> Result<(), StorageError> {
    let unit = said.unit.clone().unwrap_or_default();
    tx.execute(diesel::update(stays::table.find(id.sql())).set(told!(site, said, unit)))?;
    Ok(())
}

/// The person of a stay has another number, as the hospital tells them now.
pub(crate) fn rename(tx: &mut Tx<'_>, stay: &Stay, person: &HospitalPerson) -> Result<(), StorageError> {
    let visit_number = stay.visit_number.as_deref().unwrap_or_default();
    tx.execute(
        diesel::update(stays::table.find(stay.id.sql())).set((
            stays::person.eq(Some(write_person(person)).sql()),
            stays::search.eq(searched(person, visit_number)),
        )),
    )?;
    Ok(())
}

pub(crate) fn cancel(tx: &mut Tx<'_>, id: StayId, origin: Origin) -> Result<(), StorageError> {
    let now = tx.now();
    let cancelled = (stays::cancelled_at.eq(now.sql()), stays::cancelled_from.eq(Some(OriginText::from(origin))));
    tx.execute(diesel::update(stays::table.find(id.sql())).set(cancelled))?;
    Ok(())
}

pub(crate) fn is_remembered(
    conn: &mut Conn,
    establishment: EstablishmentId,
    visit_number: &str,
) -> Result<bool, StorageError> {
    let found = cancelled_visits::table.find((establishment.sql(), visit_number));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn)?)
}

/// Remembers a visit that was cancelled before it was announced. False: it was remembered already.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    establishment: EstablishmentId,
    visit_number: &str,
) -> Result<bool, StorageError> {
    let now = tx.now();
    let insert = diesel::insert_into(cancelled_visits::table)
        .values((
            cancelled_visits::establishment_id.eq(establishment.sql()),
            cancelled_visits::visit_number.eq(visit_number),
            cancelled_visits::cancelled_at.eq(now.sql()),
        ))
        .on_conflict_do_nothing();
    Ok(tx.execute(Portable(insert))? > 0)
}
