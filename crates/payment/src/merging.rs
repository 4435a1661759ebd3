//! Identities that the hospital merges or numbers anew: invoices go along with their patient's number, and nobody is given
//! one by a number alone. Whose an invoice is, traits decide (`linking`).

use kernel::EstablishmentId;
use storage::{StorageError, Tx};

use crate::{
    domain::{announce::Person, certain::is_same},
    linking,
    store::{
        doubts,
        invoices::{self, Invoice},
        secrets,
    },
};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Followed {
    /// No invoice here is under these numbers.
    Nothing,
    Moved,
    /// An invoice is of somebody of other traits than who stays: it stays whose it was, and cashiers see that.
    Doubt,
}

/// From now on `person.ipp` stands for these numbers.
pub fn follow_merge(
    tx: &mut Tx<'_>,
    establishment: EstablishmentId,
    former: &[String],
    person: &Person,
) -> Result<Followed, StorageError> {
    let mut outcome = Followed::Nothing;
    for number in former.iter().filter(|number| **number != person.ipp) {
        secrets::renumber(tx, establishment, (number, &person.ipp))?;
        for invoice in invoices::hold_under(tx, establishment, number)? {
            outcome = outcome.max(follow(tx, &invoice, person)?);
        }
    }
    if outcome == Followed::Moved {
        // Of two numbers of one patient nobody could say who is meant; now there is one.
        for invoice in invoices::hold_under(tx, establishment, &person.ipp)? {
            linking::link(tx, invoice.id)?;
        }
    }
    Ok(outcome)
}

fn follow(tx: &mut Tx<'_>, invoice: &Invoice, person: &Person) -> Result<Followed, StorageError> {
    if !is_same(&invoice.person, person) {
        let is_new = doubts::note(tx, invoice.id, &person.ipp)?;
        return Ok(if is_new { Followed::Doubt } else { Followed::Nothing });
    }
    invoices::renumber(tx, invoice, &person.ipp)?;
    doubts::forget(tx, invoice.id)?;
    Ok(Followed::Moved)
}
