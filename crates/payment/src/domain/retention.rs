//! Until when invoices and payments are kept here, in days of 24 hours. The hospital and its accountant keep the books; a
//! portal keeps a copy only as long as payers, the hospital or a bank may come back to it.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::invoice::State;

/// `[payment.retention]`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Of an invoice that is paid, cancelled or settled elsewhere, with its payments, after its last change: 30 to 1461.
    /// Patients have care refunded by their health insurance for two years from the first day of the quarter that follows
    /// it (CSS art. L160-11).
    #[serde(default = "two_years_and_a_quarter")]
    pub over_days: i64,
    /// Of one that is still due, here or at the public accountant, after its issue and last change: 30 to 1830. After four
    /// years the accountant can claim nothing any more (CGCT art. L1617-5, 3°).
    #[serde(default = "four_years")]
    pub due_days: i64,
    /// Of its PDF, once it is over: 0 to 1461, and never longer than the invoice.
    #[serde(default = "two_years_and_a_quarter")]
    pub document_days: i64,
    /// Of a try to pay that ended without money: 30 to 730. A payer may contest a debit for 13 months (CMF art. L133-24).
    #[serde(default = "thirteen_months")]
    pub unpaid_days: i64,
    /// Of what a provider answered, word for word: 30 to 730. For the same reason.
    #[serde(default = "thirteen_months")]
    pub answer_days: i64,
    /// Of a report of money and its lines: 30 to 730. For the same reason.
    #[serde(default = "thirteen_months")]
    pub report_days: i64,
    /// Of a list of invoices in `done` or `faulty`, which the hospital has itself: 1 to 90.
    #[serde(default = "a_month")]
    pub list_days: i64,
}

const fn two_years_and_a_quarter() -> i64 {
    823
}

const fn four_years() -> i64 {
    1461
}

const fn thirteen_months() -> i64 {
    397
}

const fn a_month() -> i64 {
    30
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            over_days: two_years_and_a_quarter(),
            due_days: four_years(),
            document_days: two_years_and_a_quarter(),
            unpaid_days: thirteen_months(),
            answer_days: thirteen_months(),
            report_days: thirteen_months(),
            list_days: a_month(),
        }
    }
}

/// What decides about an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvoiceKept {
    pub state: State,
    /// Midnight UTC of the day of its issue.
    pub issued_at: Timestamp,
    pub changed_at: Timestamp,
}

/// What decides about a payment of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptKept {
    /// It is under way, or a cashier has to decide or to give back.
    pub is_open: bool,
    /// Its provider said what should not be, and nothing cleared that up.
    pub is_watched: bool,
    pub changed_at: Timestamp,
}

impl Retention {
    /// Names, values and ranges.
    pub(crate) const fn ranges(&self) -> [(&'static str, i64, i64, i64); 7] {
        [
            ("over_days", self.over_days, 30, 1461),
            ("due_days", self.due_days, 30, 1830),
            ("document_days", self.document_days, 0, 1461),
            ("unpaid_days", self.unpaid_days, 30, 730),
            ("answer_days", self.answer_days, 30, 730),
            ("report_days", self.report_days, 30, 730),
            ("list_days", self.list_days, 1, 90),
        ]
    }

    /// When invoices that were paid together, or stand alone, are erased with all their payments. None: as long as
    /// somebody has to do something about one of them.
    pub fn group_until(&self, invoices: &[InvoiceKept], attempts: &[AttemptKept]) -> Option<Timestamp> {
        let days = |one: &AttemptKept| if one.is_watched { self.due_days } else { self.over_days };
        let of_attempt = |one: &AttemptKept| (!one.is_open).then(|| after(one.changed_at, days(one)));
        let each = invoices.iter().map(|one| self.invoice_until(one)).chain(attempts.iter().map(of_attempt));
        each.collect::<Option<Vec<Timestamp>>>()?.into_iter().max()
    }

    fn invoice_until(&self, invoice: &InvoiceKept) -> Option<Timestamp> {
        match invoice.state {
            State::Paid | State::Cancelled | State::SettledElsewhere => Some(after(invoice.changed_at, self.over_days)),
            State::Payable | State::Titled => Some(after(invoice.changed_at.max(invoice.issued_at), self.due_days)),
            State::Paying | State::Overpaid | State::Disputed => None,
        }
    }

    /// When the PDF of an invoice is erased before it; none: with it.
    pub fn document_until(&self, invoice: &InvoiceKept) -> Option<Timestamp> {
        let is_over = matches!(invoice.state, State::Paid | State::Cancelled | State::SettledElsewhere);
        is_over.then(|| after(invoice.changed_at, self.document_days))
    }

    /// The latest change of an invoice of which anything can be erased at this instant.
    pub(crate) fn oldest_change(&self, as_of: Timestamp) -> Timestamp {
        before(as_of, self.over_days.min(self.due_days).min(self.document_days))
    }
}

/// So many days later.
fn after(at: Timestamp, days: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX)
}

/// So many days earlier.
pub(crate) fn before(at: Timestamp, days: i64) -> Timestamp {
    at.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: Retention = Retention {
        over_days: 100,
        due_days: 400,
        document_days: 60,
        unpaid_days: 30,
        answer_days: 30,
        report_days: 30,
        list_days: 1,
    };

    fn at(day: i64) -> Timestamp {
        after("2026-11-01T00:00:00Z".parse().unwrap(), day)
    }

    fn invoice(state: State) -> InvoiceKept {
        InvoiceKept { state, issued_at: at(0), changed_at: at(10) }
    }

    #[test]
    fn each_invoice_has_its_day_unless_somebody_must_act() {
        for (state, until, document) in [
            (State::Paid, Some(at(110)), Some(at(70))),
            (State::Cancelled, Some(at(110)), Some(at(70))),
            (State::SettledElsewhere, Some(at(110)), Some(at(70))),
            (State::Payable, Some(at(410)), None),
            (State::Titled, Some(at(410)), None),
            (State::Paying, None, None),
            (State::Overpaid, None, None),
            (State::Disputed, None, None),
        ] {
            assert_eq!(DAYS.group_until(&[invoice(state)], &[]), until, "{state}");
            assert_eq!(DAYS.document_until(&invoice(state)), document, "{state}");
        }
        let later = InvoiceKept { issued_at: at(20), ..invoice(State::Payable) };
        assert_eq!(DAYS.group_until(&[later], &[]), Some(at(420)), "issued after it was told of");
    }

    #[test]
    fn what_was_paid_together_goes_together_and_last() {
        let (paid, due) = (invoice(State::Paid), invoice(State::Payable));
        let payment = |is_open, day| AttemptKept { is_open, is_watched: false, changed_at: at(day) };
        assert_eq!(DAYS.group_until(&[paid, due], &[]), Some(at(410)));
        assert_eq!(DAYS.group_until(&[paid], &[payment(false, 12)]), Some(at(112)));
        assert_eq!(DAYS.group_until(&[paid], &[payment(false, 12), payment(true, 12)]), None);
        assert_eq!(DAYS.group_until(&[paid, invoice(State::Disputed)], &[]), None);
        let watched = AttemptKept { is_watched: true, ..payment(false, 12) };
        assert_eq!(DAYS.group_until(&[paid], &[watched]), Some(at(412)), "what nothing clears up is not kept for ever");
    }

    #[test]
    fn nothing_is_looked_at_before_something_can_be_erased() {
        assert_eq!(DAYS.oldest_change(at(60)), at(0));
    }
}
