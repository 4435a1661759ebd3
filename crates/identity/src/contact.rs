//! A patient changes how they are reached: one decision behind the page and the API.

use kernel::PatientId;
use serde_json::json;
use storage::{Act, Tx};
use web::{Lang, Problem};

use crate::{
    Identity,
    domain::contact::{Contact, ContactFault},
    store::patients,
    traces::{self, Action, Actor, Trace},
};

/// What is to be kept from now on.
pub(crate) struct Change {
    contact: Contact,
    language: Lang,
}

impl Change {
    pub(crate) fn read(email: &str, phone: &str, language: Lang) -> Result<Self, Vec<ContactFault>> {
        Ok(Self { contact: Contact::read(email, phone)?, language })
    }
}

pub(crate) async fn change(room: &Identity, patient: PatientId, change: Change) -> Result<(), Problem> {
    let work = move |tx: &mut Tx<'_>| {
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
        Ok::<bool, storage::StorageError>(true)
    };
    if room.db.write(work).await? { Ok(()) } else { Err(Problem::not_found()) }
}
