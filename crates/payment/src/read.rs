//! What other rooms may ask: money that came in, and invoices. The provider's own reference of an attempt stays in the
//! room: whoever holds it may read the payment at the provider.

use jiff::{Timestamp, civil::Date};
use kernel::{EstablishmentId, Id, Money, ObjectId, PatientId, PaymentAttemptId};
use storage::{Conn, StorageError};

use crate::{
    domain::attempt,
    people::People,
    proxies,
    store::{
        attempts::{self, Attempt},
        creditor_alerts, doubts, invoices, letters, refunds,
        resolutions::{self, Decided, Resolution},
    },
};
pub use crate::{
    domain::{
        announce::Person,
        invoice::State,
        terms::{Email, Refdet},
    },
    store::invoices::Invoice,
};

/// How the money comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    Card,
    /// The order was accepted; the money comes later.
    DirectDebit,
}

/// An attempt whose money is there, or is coming.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    pub id: PaymentAttemptId,
    pub establishment: EstablishmentId,
    /// Who was logged in; none: somebody who had the paper in hand.
    pub payer: Option<PatientId>,
    /// A pseudonym of whoever paid.
    pub payer_object: ObjectId,
    pub email: Email,
    pub means: Means,
    pub amount: Money,
    pub refdet: Refdet,
    /// When the payer was done, as the provider says; where it does not, when it was learnt.
    pub paid_at: Timestamp,
    /// When it was learnt.
    pub settled_at: Timestamp,
    /// The bank's number of the operation.
    pub authorisation: Option<String>,
    /// In one order for ever.
    pub shares: Vec<Share>,
}

/// What one invoice got.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    pub invoice: Invoice,
    pub amount: Money,
    /// Of it, what was not due and is to be given back.
    pub too_much: Money,
}

impl Settled {
    /// All that is to be given back.
    pub fn too_much(&self) -> Money {
        let add = |sum: Money, share: &Share| sum.checked_add(share.too_much).unwrap_or(sum);
        self.shares.iter().fold(Money::ZERO, add)
    }
}

/// A settled attempt; none: there is no such attempt, no money moved, none is known to have, or a cashier did not take it.
pub fn settled(conn: &mut Conn, id: PaymentAttemptId) -> Result<Option<Settled>, StorageError> {
    let Some(attempt) = attempts::find(conn, id)?.filter(|attempt| attempt.mode.is_real()) else { return Ok(None) };
    let means = match attempt.state {
        attempt::State::Paid => Means::Card,
        attempt::State::DebitAccepted => Means::DirectDebit,
        _ => return Ok(None),
    };
    let Some(counted) = counted(conn, &attempt)? else { return Ok(None) };
    let settled_at = attempts::changed_at(conn, id)?;
    let back = refunds::of_attempt(conn, id)?;
    let parts = attempts::shares_of(conn, id)?;
    let is_alone = parts.len() == 1;
    let mut shares = Vec::new();
    for part in parts {
        let Some(invoice) = invoices::find(conn, part.invoice)? else { continue };
        let its = back.iter().find(|task| task.refund.invoice == part.invoice);
        let too_much = its.map_or(Money::ZERO, |task| task.refund.amount);
        shares.push(Share { invoice, amount: if is_alone { counted } else { part.amount }, too_much });
    }
    Ok(Some(Settled {
        id,
        establishment: attempt.establishment,
        payer: attempt.patient,
        payer_object: attempt.payer(),
        email: attempt.email,
        means,
        amount: counted,
        refdet: attempt.refdet,
        paid_at: attempt.ended_at.unwrap_or(settled_at),
        settled_at,
        authorisation: attempt.authorisation,
        shares,
    }))
}

/// What counts of its money: what a cashier accepted, where it differs from what was asked.
fn counted(conn: &mut Conn, attempt: &Attempt) -> Result<Option<Money>, StorageError> {
    Ok(match resolutions::of_attempt(conn, attempt.id)? {
        Some(Resolution { decided: Decided::Accepted, amount, .. }) => Some(amount),
        Some(Resolution { decided: Decided::Refused, .. }) => None,
        None if attempt.is_odd() => None,
        None => Some(attempt.amount),
    })
}

/// Somebody is to be told of a new invoice.
#[derive(Debug, Clone)]
pub struct Letter {
    pub invoice: Invoice,
    pub to: PatientId,
}

/// What an invoice is to who is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Own,
    /// Of somebody for whom they act.
    Another,
}

/// None: there is no such letter, or its invoice was erased.
pub fn letter(conn: &mut Conn, id: ObjectId) -> Result<Option<Letter>, StorageError> {
    let Some((invoice, to)) = letters::find(conn, Id::from_uuid(id.uuid()))? else { return Ok(None) };
    Ok(invoices::find(conn, invoice)?.map(|invoice| Letter { invoice, to }))
}

/// Whose the invoice of a letter is; none: who was to be told may not see it any more.
pub fn whose(
    conn: &mut Conn,
    people: &dyn People,
    letter: &Letter,
    today: Date,
) -> Result<Option<Whose>, StorageError> {
    if letter.invoice.patient == Some(letter.to) {
        return Ok(Some(Whose::Own));
    }
    let quality = proxies::sees(conn, people, (letter.to, today), &letter.invoice)?;
    Ok(quality.map(|_| Whose::Another))
}

/// What waits for a cashier, for supervision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToReview {
    /// Invoices with too much money, or with money that does not agree with what was asked.
    pub invoices: i64,
    /// Attempts about which a provider said what should not be.
    pub attempts: i64,
    /// Creditors of which a provider begins no payment, by cause.
    pub creditors: i64,
    /// Invoices whose patient was merged with somebody of other traits.
    pub doubts: i64,
}

/// Its questions read partial indexes and small tables only.
pub fn to_review(conn: &mut Conn) -> Result<ToReview, StorageError> {
    Ok(ToReview {
        invoices: invoices::count_to_review(conn)?,
        attempts: attempts::count_alerted(conn)?,
        creditors: creditor_alerts::count_open(conn)?,
        doubts: doubts::count_open(conn)?,
    })
}

/// Whose it is, for keeping what is told of it in order: its patient; while nobody is known, the invoice.
pub fn subject(invoice: &Invoice) -> ObjectId {
    invoice.patient.map_or_else(|| invoice.id.as_object(), Id::as_object)
}
