//! What Parvis asks of whoever takes the money. A provider is one folder beside this file that fills [`Kind`], [`Section`] and
//! [`Provider`]; nothing else of the room knows which one it is.

use std::{fmt::Debug, future::Future, pin::Pin, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use kernel::Money;
use url::Url;

use crate::domain::{
    compare::Particulars,
    creditor::Mode,
    lookups::Answer,
    terms::{Email, Exercice, Refdet},
};

/// A payment to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The creditor as the provider numbers it.
    pub creditor: String,
    pub mode: Mode,
    pub amount: Money,
    pub refdet: Refdet,
    pub exercice: Exercice,
    /// What it is for, in words.
    pub label: String,
    pub email: Email,
    /// Where the provider may tell that something happened.
    pub notify: String,
    /// Where the payer comes back.
    pub back: String,
    pub at: Timestamp,
    /// A number that no other payment of this creditor has on this day.
    pub rank: u32,
}

/// How the payer gets to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Started {
    /// By a link.
    Redirect { reference: String, url: String },
    /// By a form with these fields.
    Form { reference: String, url: String, fields: Vec<(String, String)> },
}

impl Started {
    /// The provider's name for this attempt.
    pub fn reference(&self) -> &str {
        match self {
            Self::Redirect { reference, .. } | Self::Form { reference, .. } => reference,
        }
    }
}

/// Why a payment was not started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotStarted {
    /// The payer can do something about it.
    #[error("the provider refuses the e-mail address ({0})")]
    Email(String),
    /// The hospital has to: a creditor that is not known, an address of ours, a reference…
    #[error("the provider refuses what it was sent: {0}")]
    Refused(String),
    /// It may pass.
    #[error("the provider does not answer as it should: {0}")]
    Unavailable(String),
}

impl NotStarted {
    /// What only the hospital can put right.
    pub fn refusal(&self) -> Option<&str> {
        match self {
            Self::Refused(words) => Some(words),
            Self::Email(_) | Self::Unavailable(_) => None,
        }
    }
}

/// What one look-up found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub answer: Answer,
    pub told: Particulars,
    /// When the payer was done, as the provider says.
    pub ended_at: Option<Timestamp>,
    /// The bank's number of the operation.
    pub authorisation: Option<String>,
    /// What came, word for word, for the cashier.
    pub raw: String,
}

/// What a call from outside is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notification {
    /// Nothing but a hint: ask about this reference.
    PleasePoll(String),
    /// Signed, and the signature is right.
    Verified(String, Finding),
    /// It says how it ended and nothing proves it: kept for a person, believed by nobody.
    Claimed(Finding),
    /// It names no attempt, or its signature is wrong.
    Unusable,
}

/// The most that any payment may be: 100000 euros.
pub const MOST: Money = Money::from_cents(10_000_000);

/// What a provider is, whatever its settings say.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// As creditors and payments name it, and as its section and its folder are called: 1 to 40 characters.
    pub name: &'static str,
    /// Bounds of one payment there.
    pub least: Money,
    pub most: Money,
    /// Whether it can be asked how an attempt ended.
    pub can_be_asked: bool,
    /// Whether what it takes are titles of the public accountant, and nothing else.
    pub pays_titles: bool,
}

/// `[payment.providers.NAME]`.
pub trait Section: Debug + Send + Sync {
    /// What is out of range in it, each as `key: what it must be`.
    fn faults(&self) -> Vec<String> {
        Vec::new()
    }
    /// Why it cannot serve a creditor of this number; none: it can.
    fn creditor_fault(&self, number: &str) -> Option<String>;
    /// The page to which payers leave: browsers let forms go nowhere else.
    fn page(&self) -> &Url;
    /// The provider, or why it cannot be used (a key that cannot be read). Asks nothing.
    fn open(&self, http: &reqwest::Client) -> Result<Arc<dyn Provider>, String>;
}

pub type Asking<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

pub trait Provider: Send + Sync {
    fn kind(&self) -> &'static Kind;
    /// How it writes a mode; none: it has no such mode.
    fn mode_name(&self, mode: Mode) -> Option<&'static str>;
    fn start<'a>(&'a self, order: &'a Order) -> Asking<'a, Result<Started, NotStarted>>;
    /// The way to the page of a payment that the provider already knows, for a payer who did not get there; none: it is
    /// closed. Asks nothing.
    fn again(&self, _order: &Order, _reference: &str, _now: Timestamp) -> Option<Started> {
        None
    }
    /// Reads a notification or what a browser brings back: names and values of body and query.
    fn on_notification(&self, fields: &[(String, String)]) -> Notification;
    /// Asks how an attempt ended; none: this provider cannot be asked.
    fn poll<'a>(&'a self, reference: &'a str) -> Asking<'a, Option<Finding>>;
    /// How long after its start a payment that cannot be asked about may be confirmed by a report; none: reports are not
    /// waited for.
    fn reports_within(&self) -> Option<SignedDuration> {
        None
    }
    /// Whether the provider knows a creditor, in the provider's words; for the settings check.
    fn check<'a>(&'a self, creditor: &'a str) -> Asking<'a, Result<String, NotStarted>>;
}
