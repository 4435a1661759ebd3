//! A patient changes how they are reached: one decision behind this room's page and API, and other rooms' pages.

use kernel::PatientId;
use serde_json::json;
use storage::{Act, StorageError, Tx};
use web::{Lang, Problem};

pub use crate::domain::{
    contact::ContactFault,
    mobile::{Mobile, NoMobile, mobile, spoken},
};
use crate::{
    Identity,
    domain::contact::{Contact, address, number},
    store::patients,
    traces::{self, Action, Actor, Trace},
};

/// A telephone number as people write it, as E.164.
pub fn phone(text: &str) -> Result<String, ContactFault> {
    number(text.trim())
}

/// An address that mail can carry; its domain in lower case.
pub fn email(text: &str) -> Result<String, ContactFault> {
    address(text.trim())
}

/// What is to be kept from now on.
pub struct Change {
    contact: Contact,
    language: Lang,
}

impl Change {
    /// What is empty is removed. Every fault at once, for the form.
    pub fn read(email: &str, phone: &str, language: Lang) -> Result<Self, Vec<ContactFault>> {
        Ok(Self { contact: Contact::read(email, phone)?, language })
    }
}

pub(crate) async fn change(room: &Identity, patient: PatientId, change: Change) -> Result<(), Problem> {
    let changed = room.db.write(move |tx| change_in(tx, patient, &change)).await?;
    if changed { Ok(()) } else { Err(Problem::not_found()) }
}

/// In the transaction of something else that the patient does on the same page. False: there is no such patient.
pub fn change_in(tx: &mut Tx<'_>, patient: PatientId, change: &Change) -> Result<bool, StorageError> {
    if !patients::set_contact(tx, patient, &change.contact, change.language.code())? {
        return Ok(false);
    }
    let actor = Actor::Patient(patient);
    traces::record(tx, Trace { patient, actor, action: Action::Changed, what: "contact" })?;
    let content = json!({
        "email": change.contact.email, "phone": change.contact.phone, "language": change.language.code(),
    });
    let id = patient.as_object();
    tx.record(Act { kind: "contact.changed", actor: id, object: id, content: &content })?;
    Ok(true)
}
