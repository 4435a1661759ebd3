//! What the builders need to know of a payment, and nothing more.

use std::fmt;

use kernel::{Finess, Money, PaymentAttemptId, Timestamp, Zone};
pub use payment::read::Means;
use payment::read::Person;
use storage::{Conn, StorageError};

/// A payment whose money is there, or is coming.
#[derive(Debug, Clone)]
pub struct PaymentTold {
    pub id: PaymentAttemptId,
    pub finess: Finess,
    pub zone: Zone,
    pub means: Means,
    /// When the payer was done, and when Parvis learnt it.
    pub paid_at: Timestamp,
    pub settled_at: Timestamp,
    /// The bank's number of the operation.
    pub authorisation: Option<String>,
    /// Whose invoices were paid: one person, nearly always.
    pub debtors: Vec<Debtor>,
}

/// One person and their invoices.
#[derive(Clone)]
pub struct Debtor {
    pub person: Person,
    pub shares: Vec<ShareTold>,
}

/// What one invoice got.
#[derive(Debug, Clone)]
pub struct ShareTold {
    /// Among those of the payment, from 1; the same at each try.
    pub rank: usize,
    /// The system that told of the invoice, and its number there.
    pub source: String,
    pub number: String,
    pub refdet: String,
    pub visit: Option<String>,
    pub amount: Money,
}

impl PaymentTold {
    /// The name of one line, by which a receiver knows it again.
    pub(super) fn line(&self, share: &ShareTold) -> String {
        format!("{}-{}", self.id, share.rank)
    }
}

impl Debtor {
    /// The visit, when all these invoices are of one.
    pub(super) fn visit(&self) -> Option<&str> {
        let (first, others) = self.shares.split_first()?;
        let visit = first.visit.as_deref()?;
        others.iter().all(|other| other.visit.as_deref() == Some(visit)).then_some(visit)
    }
}

/// Nothing personal is printed.
impl fmt::Debug for Debtor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Debtor({} invoices)", self.shares.len())
    }
}

/// How facts are asked for; `None` when there is no such payment, or no money.
pub type PaymentFacts = fn(&mut Conn, PaymentAttemptId) -> Result<Option<PaymentTold>, StorageError>;
