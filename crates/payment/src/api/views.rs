//! What the interface shows of invoices and payments. Amounts are euro cents, instants UTC.

use identity::proxies::Quality;
use jiff::{Timestamp, civil::Date};
use kernel::{EstablishmentId, InvoiceId, Money, PaymentAttemptId};
use serde::Serialize;
use storage::StorageError;
use utoipa::ToSchema;

use crate::{Payments, payer::Progress, port::Started, store::invoices::Invoice};

/// What a patient owes, or owed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invoice)]
pub(crate) struct InvoiceView {
    #[schema(value_type = String, format = Uuid)]
    id: InvoiceId,
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    /// As the hospital numbers it.
    number: String,
    label: String,
    /// As patients read it; empty: nobody takes its payment here.
    creditor: String,
    /// The reference of the debt (`refdet`), 6 to 30 letters and digits.
    reference: String,
    /// `payable`, `paying`, `paid`, `overpaid`, `disputed`, `titled`, `cancelled`, `settled-elsewhere`.
    state: &'static str,
    #[schema(value_type = i64)]
    amount_cents: Money,
    #[schema(value_type = i64)]
    received_cents: Money,
    /// What can still be paid here.
    #[schema(value_type = i64)]
    due_cents: Money,
    #[schema(value_type = String, format = Date)]
    issued_on: Date,
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<Date>,
    /// Of whom the caller acts for; absent: the caller's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<ActedFor>,
    /// When it will be erased here with its payments, as things stand; absent: not before somebody did something about it.
    #[schema(value_type = Option<String>, format = DateTime)]
    kept_until: Option<Timestamp>,
}

/// Somebody for whom the caller acts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActedFor {
    given: String,
    birth_family: String,
    /// `parental-authority`, or `representative` of a protected adult.
    caller_is: &'static str,
}

impl InvoiceView {
    /// `quality` is as what the caller sees it; none: it is their own.
    pub(crate) async fn of(room: &Payments, invoice: &Invoice, quality: Option<Quality>) -> Result<Self, StorageError> {
        let (account, creditor) = (invoice.account, room.name_of_creditor(invoice).await?);
        let acted_for = |quality: Quality| ActedFor {
            given: invoice.person.given.clone(),
            birth_family: invoice.person.birth_family.clone(),
            caller_is: quality.as_str(),
        };
        Ok(Self {
            id: invoice.id,
            establishment: invoice.establishment,
            number: invoice.number.clone(),
            label: invoice.label.clone(),
            creditor,
            reference: invoice.refdet.to_string(),
            state: account.state.name(),
            amount_cents: account.amount,
            received_cents: account.received,
            due_cents: account.due(),
            issued_on: invoice.issued_on,
            due_on: invoice.due_on,
            patient: quality.map(acted_for),
            kept_until: room.kept_until(invoice.id).await?,
        })
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invoices)]
pub(crate) struct InvoicesView {
    pub(crate) items: Vec<InvoiceView>,
}

/// One try to pay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payment)]
pub(crate) struct PaymentView {
    #[schema(value_type = String, format = Uuid)]
    id: PaymentAttemptId,
    /// What is known: `preparing`, `not-known-yet`, `no-answer` (the provider is silent), `bank-checks`, `announced` (the accountant's
    /// report is to confirm it), `said-unpaid` (the payer came back without having paid), `paid`, `debit-registered`, `rehearsed` (a trial: no money moved),
    /// `too-much` (a refund is arranged), `given-back`, `checked` (a person looks at it), `not-taken` (it is given back), `refused`, `abandoned`,
    /// `expired`, `not-started`.
    news: &'static str,
    #[schema(value_type = i64)]
    amount_cents: Money,
    creditor: String,
    reference: String,
    #[schema(value_type = Vec<String>)]
    invoices: Vec<InvoiceId>,
    #[schema(value_type = String, format = DateTime)]
    begun_at: Timestamp,
    /// When the payer was done, as the provider says.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
}

impl From<Progress> for PaymentView {
    fn from(payment: Progress) -> Self {
        let Progress { attempt, parts, creditor, news, .. } = payment;
        Self {
            id: attempt.id,
            news: news.name(),
            amount_cents: attempt.amount,
            creditor,
            reference: attempt.refdet.to_string(),
            invoices: parts.iter().map(|(invoice, _)| invoice.id).collect(),
            begun_at: attempt.created_at,
            ended_at: attempt.ended_at,
        }
    }
}

/// How the payer's browser gets to the provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Leave {
    /// `GET`: go there. `POST`: send a form with these fields there.
    method: &'static str,
    url: String,
    fields: Vec<Field>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveField)]
pub(crate) struct Field {
    name: String,
    value: String,
}

impl From<Started> for Leave {
    fn from(started: Started) -> Self {
        match started {
            Started::Redirect { url, .. } => Self { method: "GET", url, fields: Vec::new() },
            Started::Form { url, fields, .. } => {
                let fields = fields.into_iter().map(|(name, value)| Field { name, value }).collect();
                Self { method: "POST", url, fields }
            }
        }
    }
}

/// A payment that began.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BegunView {
    #[schema(value_type = String, format = Uuid)]
    pub(crate) id: PaymentAttemptId,
    /// Absent when the same was asked before and the payer is there already.
    pub(crate) leave: Option<Leave>,
}

/// A refusal (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(crate) struct ProblemView {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
}
