//! `GET /api/v1/desk/payments/to-review`: what waits for a cashier.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use jiff::{Timestamp, civil::Date};
use kernel::{EstablishmentId, InvoiceId, PaymentAttemptId, RefundTaskId};
use serde::Serialize;
use utoipa::ToSchema;

use super::views::PaymentView;
use crate::{
    Payments,
    desk::{
        Cashier,
        look::{Seen, ToReview},
    },
    store::{attempts::Attempt, creditor_alerts::CreditorAlertId, invoices::Invoice, refunds::Task, reports::ReportId},
};

#[derive(Serialize, ToSchema)]
#[schema(as = DisputedInvoice)]
struct DisputedView {
    #[schema(value_type = String, format = Uuid)]
    invoice: InvoiceId,
    number: String,
    /// Euro cents.
    due_cents: i64,
    received_cents: i64,
    /// Money that differs from what was asked; empty: books and payments contradict.
    payments: Vec<PaymentView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RefundTask)]
struct RefundView {
    #[schema(value_type = String, format = Uuid)]
    id: RefundTaskId,
    #[schema(value_type = String, format = Uuid)]
    payment: PaymentAttemptId,
    /// The invoice's number.
    number: String,
    cents: i64,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CreditorAlert)]
struct CreditorView {
    #[schema(value_type = String, format = Uuid)]
    id: CreditorAlertId,
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    /// The creditor's key in the settings.
    creditor: String,
    /// Code and words with which the provider refuses.
    cause: String,
    /// How many payments did not begin.
    payments: i64,
    #[schema(value_type = String, format = DateTime)]
    first_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[schema(as = InvoiceDoubt)]
struct DoubtView {
    #[schema(value_type = String, format = Uuid)]
    invoice: InvoiceId,
    number: String,
    /// Its patient's number as the billing system told it.
    told: String,
    /// The number of a patient of other traits into which the hospital merged it.
    merged: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UnknownMoney)]
struct StrayView {
    #[schema(value_type = String, format = Uuid)]
    report: ReportId,
    refdet: String,
    cents: i64,
    #[schema(value_type = String, format = Date)]
    day: Date,
}

/// Each list holds 200 at most: others come when these are done.
#[derive(Serialize, ToSchema)]
#[schema(as = PaymentsToReview)]
struct ToReviewView {
    refunds: Vec<RefundView>,
    disputed: Vec<DisputedView>,
    /// Creditors of which the provider begins no payment.
    creditors: Vec<CreditorView>,
    /// Invoices whose patient was merged with somebody of other traits.
    doubts: Vec<DoubtView>,
    /// Money of reports that nobody here knows of.
    unknown: Vec<StrayView>,
    /// Payments of which a provider said what should not be.
    alerted: Vec<PaymentView>,
    /// Payments that should have had a result long ago.
    unfinished: Vec<PaymentView>,
}

#[utoipa::path(get, path = "/api/v1/desk/payments/to-review", tag = "payment", operation_id = "list_payments_to_review",
    responses((status = 200, body = ToReviewView)))]
pub(in crate::api) async fn handler(room: web::Data<Payments>, caller: StaffCaller) -> Result<HttpResponse, Problem> {
    let waiting = room.to_review(&Cashier::from(&caller)).await?;
    Ok(HttpResponse::Ok().json(ToReviewView::from(waiting)))
}

impl From<ToReview> for ToReviewView {
    fn from(waiting: ToReview) -> Self {
        Self {
            refunds: waiting.refunds.iter().map(RefundView::from).collect(),
            disputed: waiting.disputed.into_iter().map(DisputedView::from).collect(),
            creditors: waiting
                .creditors
                .into_iter()
                .map(|alert| CreditorView {
                    id: alert.id,
                    establishment: alert.establishment,
                    creditor: alert.creditor,
                    cause: alert.cause,
                    payments: alert.payments,
                    first_at: alert.first_at,
                    last_at: alert.last_at,
                })
                .collect(),
            doubts: waiting
                .doubts
                .into_iter()
                .map(|doubt| DoubtView {
                    invoice: doubt.invoice,
                    number: doubt.number,
                    told: doubt.told,
                    merged: doubt.merged,
                })
                .collect(),
            unknown: waiting
                .unknown
                .into_iter()
                .map(|stray| StrayView {
                    report: stray.report,
                    refdet: stray.refdet,
                    cents: stray.amount.cents(),
                    day: stray.day,
                })
                .collect(),
            alerted: waiting.alerted.into_iter().map(undecided).collect(),
            unfinished: waiting.unfinished.into_iter().map(undecided).collect(),
        }
    }
}

/// Of such payments no cashier decided anything yet.
fn undecided(attempt: Attempt) -> PaymentView {
    PaymentView::from(&Seen { attempt, resolution: None })
}

impl From<&(Task, Invoice)> for RefundView {
    fn from((task, invoice): &(Task, Invoice)) -> Self {
        Self {
            id: task.id,
            payment: task.refund.attempt,
            number: invoice.number.clone(),
            cents: task.refund.amount.cents(),
            since: task.created_at,
        }
    }
}

impl From<(Invoice, Vec<Attempt>)> for DisputedView {
    fn from((invoice, payments): (Invoice, Vec<Attempt>)) -> Self {
        Self {
            invoice: invoice.id,
            number: invoice.number,
            due_cents: invoice.account.amount.cents(),
            received_cents: invoice.account.received.cents(),
            payments: payments.into_iter().map(undecided).collect(),
        }
    }
}
