//! Who sees and pays an invoice for its patient: whoever acts for that number of the hospital today, by the register of
//! identity, and whom the invoice names; nobody does of a stay or an invoice that is kept secret. Who is told of a new one.

use identity::{
    proxies::{self as register, Proxy, Quality},
    same_person::same_person,
    traces::{self, Action, Actor, Trace},
};
use jiff::civil::Date;
use kernel::{EventKind, Id, InvoiceId, PatientId};
use storage::{Conn, Event, StorageError, Tx};

use crate::{
    domain::{
        announce::{Announcement, Person},
        certain::traits,
        invoice::State,
    },
    people::{People, SecretStay},
    store::{
        invoices::{self, Invoice, Name},
        letters, secrets,
    },
};

/// What is said under a number that was given up is said of the one that stands for it.
pub(crate) fn under_living_number(
    conn: &mut Conn,
    people: &dyn People,
    name: &Name,
    said: Announcement,
) -> Result<Announcement, StorageError> {
    let ipp = people.living_number(conn, name.establishment, &said.person.ipp)?;
    Ok(Announcement { person: Person { ipp, ..said.person.clone() }, ..said })
}

/// An invoice that was told of is kept secret when its stay is; a new one that names no visit, when any stay of its patient
/// is: it may be that one's.
pub(crate) fn guard(tx: &mut Tx<'_>, people: &dyn People, id: InvoiceId, is_new: bool) -> Result<(), StorageError> {
    let Some(invoice) = invoices::find(tx.conn(), id)?.filter(|invoice| !invoice.secret) else { return Ok(()) };
    let mut stays = people.secret_stays(tx.conn())?;
    stays.extend(secrets::of(tx.conn(), &invoice)?);
    let may_be = is_new && invoice.visit_number.is_none();
    let hides = |stay: &SecretStay| is_of(&invoice, stay) || (may_be && is_of_patient(&invoice, stay));
    if stays.iter().any(hides) { invoices::keep_secret(tx, id) } else { Ok(()) }
}

fn is_of(invoice: &Invoice, stay: &SecretStay) -> bool {
    stay.establishment == invoice.establishment && invoice.visit_number.as_ref() == Some(&stay.visit_number)
}

fn is_of_patient(invoice: &Invoice, stay: &SecretStay) -> bool {
    stay.establishment == invoice.establishment && invoice.person.ipp == stay.ipp
}

/// Stays that are kept secret: so are their invoices from here on for ever, also those that come when the room that knows of
/// the stay has forgotten it.
pub(crate) fn keep_secrets(tx: &mut Tx<'_>, people: &dyn People) -> Result<(), StorageError> {
    for stay in people.secret_stays(tx.conn())? {
        secrets::note(tx, &stay)?;
        let its = invoices::of_visit(tx.conn(), stay.establishment, &stay.visit_number)?;
        for invoice in its.iter().filter(|invoice| !invoice.secret) {
            invoices::keep_secret(tx, invoice.id)?;
        }
    }
    Ok(())
}

/// The invoices that this patient sees for somebody else today, the latest first, and as what.
pub(crate) fn seen_by(
    conn: &mut Conn,
    people: &dyn People,
    (by, today): (PatientId, Date),
) -> Result<Vec<(Invoice, Quality)>, StorageError> {
    let bonds = register::held_by(conn, by, today)?;
    if bonds.is_empty() {
        return Ok(Vec::new());
    }
    let secret = people.secret_stays(conn)?;
    let mut seen = Vec::new();
    for bond in bonds {
        let theirs = invoices::of_number(conn, bond.establishment, &bond.person.ipp)?;
        let shown = theirs.into_iter().filter(|one| shows(&bond, one) && !secret.iter().any(|stay| is_of(one, stay)));
        seen.extend(shown.map(|invoice| (invoice, bond.quality)));
    }
    seen.sort_by_key(|(invoice, _)| std::cmp::Reverse((invoice.issued_on, invoice.id)));
    Ok(seen)
}

/// Whether who acts for the patient of a number sees what the hospital asks under it: of the same person, never a secret.
fn shows(bond: &Proxy, invoice: &Invoice) -> bool {
    let is_theirs = invoice.patient != Some(bond.by) && same_person(&bond.person.traits(), &traits(&invoice.person));
    !invoice.secret && is_theirs
}

/// As what somebody else than its patient sees an invoice today; none: they do not.
pub(crate) fn sees(
    conn: &mut Conn,
    people: &dyn People,
    (by, today): (PatientId, Date),
    invoice: &Invoice,
) -> Result<Option<Quality>, StorageError> {
    let bonds = register::acting_for(conn, (invoice.establishment, &invoice.person.ipp), today)?;
    let Some(bond) = bonds.into_iter().find(|bond| bond.by == by && shows(bond, invoice)) else { return Ok(None) };
    let is_secret = people.secret_stays(conn)?.iter().any(|stay| is_of(invoice, stay));
    Ok((!is_secret).then_some(bond.quality))
}

/// A new invoice that may be paid is told to its patient, once somebody knows who that is, and to whoever acts for them.
pub(crate) fn tell(tx: &mut Tx<'_>, id: InvoiceId, today: Date) -> Result<(), StorageError> {
    let added = invoices::find(tx.conn(), id)?;
    let Some(invoice) = added.filter(|invoice| invoice.account.state == State::Payable) else { return Ok(()) };
    let acting = register::acting_for(tx.conn(), (invoice.establishment, &invoice.person.ipp), today)?;
    let proxies = acting.iter().filter(|bond| shows(bond, &invoice)).map(|bond| bond.by);
    for to in invoice.patient.into_iter().chain(proxies) {
        if let Some(letter) = letters::add(tx, invoice.id, to)? {
            let (kind, establishment) = (EventKind::InvoiceReady, invoice.establishment);
            tx.emit(Event { kind, establishment, subject: to.as_object(), object: Id::as_object(letter) })?;
        }
    }
    Ok(())
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
