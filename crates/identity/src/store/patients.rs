//! Patients: found by (issuer, client, subject), never by a name, a date or an address.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::PatientId;
use serde_json::Value;
use storage::{AsSql, Conn, Locked, Portable, StorageError, Tx};

use super::{
    corrupt,
    schema::{former_traits, patients},
};
use crate::domain::{contact::Contact, traits::Traits};

/// The key of an account.
#[derive(Clone)]
pub(crate) struct AccountKey {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) subject: String,
}

/// A patient as kept.
#[derive(Clone)]
pub(crate) struct Patient {
    pub(crate) id: PatientId,
    pub(crate) traits: Traits,
    pub(crate) contact: Contact,
    pub(crate) language: String,
}

#[derive(Queryable)]
struct Row {
    id: PatientId,
    family_name: String,
    given_names: String,
    given_name_array: Value,
    preferred_username: Option<String>,
    gender: Option<String>,
    birthdate: Option<String>,
    idp_birthdate: Option<String>,
    birthplace: Option<String>,
    birthcountry: Option<String>,
    provider_email: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    language: String,
}

impl TryFrom<Row> for Patient {
    type Error = StorageError;
    fn try_from(row: Row) -> Result<Self, StorageError> {
        let traits = Traits {
            family_name: row.family_name,
            given_name: row.given_names,
            given_name_array: serde_json::from_value(row.given_name_array).map_err(corrupt)?,
            preferred_username: row.preferred_username,
            gender: row.gender,
            birthdate: row.birthdate,
            idp_birthdate: row.idp_birthdate,
            birthplace: row.birthplace,
            birthcountry: row.birthcountry,
            email: row.provider_email,
        };
        let contact = Contact { email: row.contact_email, phone: row.contact_phone };
        Ok(Self { id: row.id, traits, contact, language: row.language })
    }
}

/// The columns of [`Row`]; a macro, because the type of such a tuple cannot be written down by hand.
macro_rules! columns {
    () => {
        (
            patients::id,
            patients::family_name,
            patients::given_names,
            patients::given_name_array,
            patients::preferred_username,
            patients::gender,
            patients::birthdate,
            patients::idp_birthdate,
            patients::birthplace,
            patients::birthcountry,
            patients::provider_email,
            patients::contact_email,
            patients::contact_phone,
            patients::language,
        )
    };
}

/// The traits as columns to insert or to update.
macro_rules! assigned {
    ($traits:expr) => {
        (
            patients::family_name.eq($traits.family_name.as_str()),
            patients::given_names.eq($traits.given_name.as_str()),
            patients::given_name_array.eq(Value::from($traits.given_name_array.clone()).sql()),
            patients::preferred_username.eq($traits.preferred_username.as_deref()),
            patients::gender.eq($traits.gender.as_deref()),
            patients::birthdate.eq($traits.birthdate.as_deref()),
            patients::idp_birthdate.eq($traits.idp_birthdate.as_deref()),
            patients::birthplace.eq($traits.birthplace.as_deref()),
            patients::birthcountry.eq($traits.birthcountry.as_deref()),
            patients::provider_email.eq($traits.email.as_deref()),
        )
    };
}

pub(crate) fn find(conn: &mut Conn, id: PatientId) -> Result<Option<Patient>, StorageError> {
    let row: Option<Row> = patients::table.find(id.sql()).select(columns!()).first(conn).optional()?;
    row.map(Patient::try_from).transpose()
}

/// Those of one birth date, as their provider writes it.
pub(crate) fn born(conn: &mut Conn, birthdate: &str) -> Result<Vec<Patient>, StorageError> {
    let those = patients::table.filter(patients::birthdate.eq(birthdate)).order(patients::id);
    let rows: Vec<Row> = those.select(columns!()).load(conn)?;
    rows.into_iter().map(Patient::try_from).collect()
}

/// The account of this key, held until the transaction ends.
pub(crate) fn hold(tx: &mut Tx<'_>, key: &AccountKey) -> Result<Option<Patient>, StorageError> {
    let query = patients::table
        .filter(patients::issuer.eq(&key.issuer))
        .filter(patients::client_id.eq(&key.client_id))
        .filter(patients::subject.eq(&key.subject))
        .select(columns!());
    let rows: Vec<Row> = Locked { query, skip: false }.load(tx.conn())?;
    rows.into_iter().next().map(Patient::try_from).transpose()
}

/// A new account, unless another login made it a moment ago.
pub(crate) fn create(tx: &mut Tx<'_>, key: &AccountKey, traits: &Traits, language: &str) -> Result<(), StorageError> {
    let (id, now) = (tx.id::<kernel::entity::Patient>(), tx.now());
    let row = (
        patients::id.eq(id.sql()),
        patients::issuer.eq(&key.issuer),
        patients::client_id.eq(&key.client_id),
        patients::subject.eq(&key.subject),
        assigned!(traits),
        patients::language.eq(language),
        patients::created_at.eq(now.sql()),
        patients::last_login_at.eq(now.sql()),
    );
    Portable(diesel::insert_into(patients::table).values(row).on_conflict_do_nothing()).execute(tx.conn())?;
    Ok(())
}

/// Other traits than those kept: the former ones are set aside, not lost.
pub(crate) fn replace_traits(tx: &mut Tx<'_>, patient: &Patient, traits: &Traits) -> Result<(), StorageError> {
    let (id, now) = (tx.id::<()>(), tx.now());
    let before = serde_json::to_value(&patient.traits).map_err(corrupt)?;
    diesel::insert_into(former_traits::table)
        .values((
            former_traits::id.eq(id.sql()),
            former_traits::patient_id.eq(patient.id.sql()),
            former_traits::traits.eq(before.sql()),
            former_traits::replaced_at.eq(now.sql()),
        ))
        .execute(tx.conn())?;
    diesel::update(patients::table.find(patient.id.sql())).set(assigned!(traits)).execute(tx.conn())?;
    Ok(())
}

pub(crate) fn touch(tx: &mut Tx<'_>, id: PatientId) -> Result<(), StorageError> {
    let now: Timestamp = tx.now();
    diesel::update(patients::table.find(id.sql())).set(patients::last_login_at.eq(now.sql())).execute(tx.conn())?;
    Ok(())
}

pub(crate) fn set_contact(
    tx: &mut Tx<'_>,
    id: PatientId,
    contact: &Contact,
    language: &str,
) -> Result<bool, StorageError> {
    let changed = diesel::update(patients::table.find(id.sql()))
        .set((
            patients::contact_email.eq(contact.email.as_deref()),
            patients::contact_phone.eq(contact.phone.as_deref()),
            patients::language.eq(language),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

#[cfg(test)]
pub(crate) fn count(conn: &mut Conn) -> Result<(i64, i64), StorageError> {
    Ok((patients::table.count().get_result(conn)?, former_traits::table.count().get_result(conn)?))
}
