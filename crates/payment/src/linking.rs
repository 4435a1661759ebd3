//! Whose invoice it is: the one patient with all the strict traits that the hospital told, and nobody when there is a doubt.
//! Each link is a proof record and stands in the patient's access log.

use identity::{
    read::PatientFacts,
    traces::{self, Action, Actor, Trace},
};
use kernel::{InvoiceId, PatientId};
use serde_json::json;
use storage::{Act, Conn, StorageError, Tx};

use crate::{
    domain::certain::{is_certain, leaves_doubt},
    store::invoices::{self, Invoice},
};

/// The kinds of act in the proof register.
const LINKED: &str = "invoice.linked";
const UNLINKED: &str = "invoice.unlinked";

/// Gives an invoice to whom it surely belongs; it stays nobody's otherwise.
pub(crate) fn link(tx: &mut Tx<'_>, id: InvoiceId) -> Result<(), StorageError> {
    let Some(invoice) = invoices::find(tx.conn(), id)?.filter(|invoice| invoice.patient.is_none()) else {
        return Ok(());
    };
    let Some(patient) = owner(tx.conn(), &invoice)? else { return Ok(()) };
    invoices::belongs_to(tx, id, Some(patient))?;
    write_down(tx, LINKED, id, patient)
}

/// All of these, each judged anew.
pub(crate) fn link_all(tx: &mut Tx<'_>, ids: &[InvoiceId]) -> Result<(), StorageError> {
    ids.iter().try_for_each(|id| link(tx, *id))
}

/// The hospital now names another person, or writes their name otherwise.
pub(crate) fn reconsider(tx: &mut Tx<'_>, id: InvoiceId) -> Result<(), StorageError> {
    let Some(invoice) = invoices::find(tx.conn(), id)? else { return Ok(()) };
    if let Some(patient) = invoice.patient {
        let me = identity::read::patient(tx.conn(), patient)?;
        if me.is_some_and(|me| is_certain(&invoice.person, &me)) {
            return Ok(());
        }
        invoices::belongs_to(tx, id, None)?;
        write_down(tx, UNLINKED, id, patient)?;
    }
    link(tx, id)
}

/// The invoices of nobody that are surely this patient's.
pub(crate) fn waiting_for(conn: &mut Conn, patient: PatientId) -> Result<Vec<InvoiceId>, StorageError> {
    let Some(me) = identity::read::patient(conn, patient)? else { return Ok(Vec::new()) };
    let Some(birth_date) = &me.birthdate else { return Ok(Vec::new()) };
    let mut waiting = Vec::new();
    for invoice in invoices::unclaimed(conn, birth_date)? {
        if is_certain(&invoice.person, &me) && owner(conn, &invoice)? == Some(patient) {
            waiting.push(invoice.id);
        }
    }
    Ok(waiting)
}

fn owner(conn: &mut Conn, invoice: &Invoice) -> Result<Option<PatientId>, StorageError> {
    let person = &invoice.person;
    let born = identity::read::patients_born(conn, &person.birth_date)?;
    let certain: Vec<&PatientFacts> = born.iter().filter(|one| is_certain(person, one)).collect();
    // Two accounts of the same traits are two people, or one who would read the other's.
    let [only] = certain.as_slice() else { return Ok(None) };
    let others = invoices::people_born(conn, invoice.establishment, &person.birth_date)?;
    Ok(if leaves_doubt(person, only.id, &others) { None } else { Some(only.id) })
}

fn write_down(tx: &mut Tx<'_>, kind: &str, id: InvoiceId, patient: PatientId) -> Result<(), StorageError> {
    let content = json!({ "invoice": id, "traits": ["birth_family", "given", "birth_date", "sex"] });
    tx.record(Act { kind, actor: patient.as_object(), object: id.as_object(), content: &content })?;
    traces::record(tx, Trace { patient, actor: Actor::System, action: Action::Changed, what: "invoice" })
}
