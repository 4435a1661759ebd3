//! Invoices and amounts as pages show them.

use ::web::{Ctx, Phone, when};
use kernel::{InvoiceId, Money};

use crate::{domain::invoice::State, payer::Hospital, store::invoices::Invoice};

/// One invoice in words.
pub(super) struct InvoiceShown {
    pub(super) id: InvoiceId,
    pub(super) number: String,
    pub(super) label: String,
    pub(super) creditor: String,
    pub(super) reference: String,
    pub(super) amount: String,
    pub(super) received: String,
    pub(super) due: String,
    pub(super) due_cents: i64,
    pub(super) issued_on: String,
    pub(super) due_on: String,
    pub(super) state: &'static str,
    pub(super) is_over: bool,
    /// Of somebody for whom the reader acts; empty: their own.
    pub(super) whose: String,
}

impl InvoiceShown {
    pub(super) fn of(ctx: &Ctx, invoice: &Invoice, creditor: &str) -> Self {
        let account = invoice.account;
        let shown = |money: Money| if money == Money::ZERO { String::new() } else { ctx.money(money) };
        Self {
            id: invoice.id,
            number: invoice.number.clone(),
            label: invoice.label.clone(),
            creditor: creditor.to_owned(),
            reference: invoice.refdet.to_string(),
            amount: ctx.money(account.amount),
            received: shown(account.received),
            due: shown(account.due()),
            due_cents: account.due().cents(),
            issued_on: when::long_day(ctx.lang(), invoice.issued_on),
            due_on: invoice.due_on.map(|day| when::long_day(ctx.lang(), day)).unwrap_or_default(),
            state: account.state.name(),
            is_over: is_over(account.state),
            whose: String::new(),
        }
    }

    /// As somebody sees it who acts for its patient.
    pub(super) fn for_another(self, invoice: &Invoice) -> Self {
        Self { whose: name(invoice), ..self }
    }

    /// Paid by an order to debit, which is not yet the money.
    pub(super) fn debited(self, debited: &[InvoiceId]) -> Self {
        let is_debit = self.state == State::Paid.name() && debited.contains(&self.id);
        Self { state: if is_debit { "debit" } else { self.state }, ..self }
    }

    pub(super) fn tone(&self) -> &'static str {
        match self.state {
            "paid" | "debit" | "settled-elsewhere" => " good",
            "payable" => " warn",
            _ => "",
        }
    }
}

/// Of its patient, as people say it.
pub(super) fn name(invoice: &Invoice) -> String {
    format!("{} {}", invoice.person.given, invoice.person.birth_family)
}

/// Whether nothing is left to do.
fn is_over(state: State) -> bool {
    matches!(state, State::Paid | State::Overpaid | State::Cancelled | State::SettledElsewhere)
}

/// The hospital's own line, else that of the house.
pub(super) fn phone(ctx: &Ctx, hospital: &Hospital) -> Phone {
    Phone::of(hospital.telephone.as_deref().unwrap_or(&ctx.settings().help_telephone))
}
