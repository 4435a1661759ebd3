//! Who sees and pays an invoice for its patient: whoever opened the file of that very stay as a parent or a representative.
//! The bond outlives the file and ends with the invoice, at the child's majority, or when the stay or the invoice is kept
//! secret; it is written down when both are known, and is a proof record.

use identity::traces::{self, Action, Actor, Trace};
use jiff::civil::Date;
use kernel::{InvoiceId, PatientId};
use serde_json::json;
use storage::{Act, Conn, StorageError, Tx};

use crate::{
    domain::announce::Announcement,
    people::{ActsFor, People, Quality},
    store::{
        invoices::{self, Invoice, Name},
        proxies,
    },
};

/// The kind of act in the proof register.
const LINKED: &str = "invoice.proxy-linked";

/// What is said under a number that was given up is said of the one that stands for it.
pub(crate) fn under_living_number(
    conn: &mut Conn,
    people: &dyn People,
    name: &Name,
    said: Announcement,
) -> Result<Announcement, StorageError> {
    let ipp = people.living_number(conn, name.establishment, &said.person.ipp)?;
    Ok(Announcement { person: crate::domain::announce::Person { ipp, ..said.person.clone() }, ..said })
}

/// Whoever acts for the patient of its visit sees an invoice from here on; nobody does of a stay that is kept secret.
pub(crate) fn link(tx: &mut Tx<'_>, people: &dyn People, id: InvoiceId) -> Result<(), StorageError> {
    let Some(invoice) = invoices::find(tx.conn(), id)?.filter(|invoice| !invoice.secret) else { return Ok(()) };
    let Some(visit) = &invoice.visit_number else { return Ok(()) };
    if is_kept_from_proxies(tx.conn(), people, &invoice)? {
        return invoices::keep_secret(tx, id);
    }
    for acting in people.acts_on(tx.conn(), invoice.establishment, visit)? {
        bind(tx, &invoice, &acting)?;
    }
    Ok(())
}

/// Every invoice of the visits for whose patients this one acts.
pub(crate) fn link_all(tx: &mut Tx<'_>, acting: &[ActsFor]) -> Result<(), StorageError> {
    for one in acting {
        for invoice in invoices::of_visit(tx.conn(), one.establishment, &one.visit_number)? {
            bind(tx, &invoice, one)?;
        }
    }
    Ok(())
}

/// What of it is not written down yet.
pub(crate) fn not_linked(conn: &mut Conn, people: &dyn People, by: PatientId) -> Result<Vec<ActsFor>, StorageError> {
    let known: Vec<InvoiceId> = proxies::of_patient(conn, by)?.into_iter().map(|(invoice, _)| invoice.id).collect();
    let mut missing = Vec::new();
    for one in people.acts_of(conn, by)? {
        let its = invoices::of_visit(conn, one.establishment, &one.visit_number)?;
        if its.iter().any(|invoice| may_bind(invoice, &one) && !known.contains(&invoice.id)) {
            missing.push(one);
        }
    }
    Ok(missing)
}

/// The invoices that this patient sees for somebody else today, the latest first, and as what.
pub(crate) fn seen_by(
    conn: &mut Conn,
    people: &dyn People,
    (by, today): (PatientId, Date),
) -> Result<Vec<(Invoice, Quality)>, StorageError> {
    let mut seen = proxies::of_patient(conn, by)?;
    seen.retain(|(invoice, quality)| !invoice.secret && quality.holds(&invoice.person.birth_date, today));
    if seen.is_empty() {
        return Ok(seen);
    }
    let secret = people.secret_visits(conn)?;
    seen.retain(|(invoice, _)| !is_among(&secret, invoice));
    Ok(seen)
}

/// A stay that was kept secret after its invoice came: from here on for ever, whatever becomes of the stay's file.
pub(crate) fn keep_secrets(tx: &mut Tx<'_>, people: &dyn People) -> Result<(), StorageError> {
    for (establishment, visit) in people.secret_visits(tx.conn())? {
        for invoice in invoices::of_visit(tx.conn(), establishment, &visit)?.iter().filter(|invoice| !invoice.secret) {
            invoices::keep_secret(tx, invoice.id)?;
        }
    }
    Ok(())
}

fn is_kept_from_proxies(conn: &mut Conn, people: &dyn People, invoice: &Invoice) -> Result<bool, StorageError> {
    Ok(is_among(&people.secret_visits(conn)?, invoice))
}

fn is_among(visits: &[(kernel::EstablishmentId, String)], invoice: &Invoice) -> bool {
    let is_its =
        |(of, visit): &(_, String)| *of == invoice.establishment && invoice.visit_number.as_ref() == Some(visit);
    visits.iter().any(is_its)
}

fn may_bind(invoice: &Invoice, acting: &ActsFor) -> bool {
    !invoice.secret && invoice.person.ipp == acting.ipp && invoice.patient != Some(acting.by)
}

fn bind(tx: &mut Tx<'_>, invoice: &Invoice, acting: &ActsFor) -> Result<(), StorageError> {
    if !may_bind(invoice, acting) || !proxies::add(tx, invoice.id, acting)? {
        return Ok(());
    }
    let content = json!({ "invoice": invoice.id, "as": acting.quality.name() });
    tx.record(Act { kind: LINKED, actor: acting.by.as_object(), object: invoice.id.as_object(), content: &content })?;
    told_to_patient(tx, invoice, acting.by, Action::Changed)
}

/// A line in the access log of the patient whose invoice it is, once they have an account.
pub(crate) fn told_to_patient(
    tx: &mut Tx<'_>,
    invoice: &Invoice,
    by: PatientId,
    action: Action,
) -> Result<(), StorageError> {
    let Some(patient) = invoice.patient else { return Ok(()) };
    traces::record(tx, Trace { patient, actor: Actor::Patient(by), action, what: "invoice" })
}
