//! What is counted of online payment, from stored facts alone: the evidence of the D7.3 service.

use jiff::{Timestamp, civil::Date};
use kernel::{InvoiceId, Money, Zone};

use super::switch::{Position, Turn};

/// An invoice of a month, as far as it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub id: InvoiceId,
    pub on: Date,
    pub amount: Money,
    /// What the hospital's books last said.
    pub is_cancelled: bool,
    /// Money that counts for it.
    pub payments: Vec<Received>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    pub amount: Money,
    pub is_debit: bool,
    pub at: Timestamp,
}

/// A creditor since the hospital first told of an invoice of it, with every turn of its switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub since: Timestamp,
    /// The earliest first.
    pub turns: Vec<(Timestamp, Turn)>,
}

impl Service {
    /// Whether patients could really pay at some instant of a stretch of time.
    fn was_open(&self, (from, until): (Timestamp, Timestamp)) -> bool {
        let ends = self.turns.iter().filter_map(|(_, turn)| match turn {
            Turn::Activate { until } => Some(*until),
            _ => None,
        });
        let moments = self.turns.iter().map(|(at, _)| *at).chain(ends).chain([from.max(self.since)]);
        moments.filter(|at| (from.max(self.since)..until).contains(at)).any(|at| self.is_open(at))
    }

    fn is_open(&self, at: Timestamp) -> bool {
        let before = self.turns.iter().filter(|(turned, _)| *turned <= at).map(|(_, turn)| *turn);
        let position = Position::after(before, at);
        position.is_open && position.activation_until.is_none()
    }
}

/// What is counted of the invoices of one month at one establishment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Days of the month, until now, on which patients could pay.
    pub open_days: u64,
    /// Invoices issued in the month and not cancelled; everything below counts among them.
    pub issued: u64,
    pub issued_cents: i64,
    /// With money that came in online.
    pub paid_online: u64,
    pub card_payments: u64,
    pub debits: u64,
    pub received_cents: i64,
    /// Median days from the issue to the first payment.
    pub days_to_pay: Option<i64>,
}

/// The names of the plain counts, in the order in which they are shown.
pub const COUNTS: [&str; 7] =
    ["open-days", "issued", "issued-cents", "paid-online", "card-payments", "debits", "received-cents"];

impl Figures {
    pub fn counts(&self) -> [(&'static str, i64); 7] {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let values = [
            count(self.open_days),
            count(self.issued),
            self.issued_cents,
            count(self.paid_online),
            count(self.card_payments),
            count(self.debits),
            self.received_cents,
        ];
        let mut values = values.into_iter();
        COUNTS.map(|name| (name, values.next().unwrap_or_default()))
    }

    /// Invoices paid online among those issued, in tenths of a percent.
    pub fn share(&self) -> Option<u64> {
        self.paid_online.saturating_mul(1000).checked_div(self.issued)
    }
}

/// Counts one month. `now` ends the days that are counted.
pub fn count<'i>(
    month: Date,
    invoices: impl IntoIterator<Item = &'i Issued>,
    services: &[Service],
    (zone, now): (&Zone, Timestamp),
) -> Figures {
    let mut of = Figures { open_days: open_days(month, services, (zone, now)), ..Figures::default() };
    let mut delays = Vec::new();
    for invoice in invoices.into_iter().filter(|one| one.on.first_of_month() == month && !one.is_cancelled) {
        of.issued += 1;
        of.issued_cents = of.issued_cents.saturating_add(invoice.amount.cents());
        of.paid_online += u64::from(!invoice.payments.is_empty());
        for payment in &invoice.payments {
            of.debits += u64::from(payment.is_debit);
            of.card_payments += u64::from(!payment.is_debit);
            of.received_cents = of.received_cents.saturating_add(payment.amount.cents());
        }
        let first = invoice.payments.iter().map(|payment| payment.at).min();
        delays.extend(first.map(|at| zone.date(at).duration_since(invoice.on).as_hours() / 24));
    }
    of.days_to_pay = median(delays);
    of
}

fn open_days(month: Date, services: &[Service], (zone, now): (&Zone, Timestamp)) -> u64 {
    let days = month.first_of_month().series(jiff::ToSpan::days(1)).take_while(|day| day.first_of_month() == month);
    let midnight = |day: Date| zone.instant(day.into()).or_else(|| zone.instant(day.at(1, 0, 0, 0)));
    let stretch = |day: Date| Some((midnight(day)?, midnight(day.tomorrow().ok()?)?.min(now)));
    let is_open = |day: &Date| stretch(*day).is_some_and(|day| services.iter().any(|service| service.was_open(day)));
    days.filter(is_open).map(|_| 1).sum()
}

/// The lower one of two in the middle.
fn median(mut all: Vec<i64>) -> Option<i64> {
    all.sort_unstable();
    all.get(all.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_on_which_one_could_pay() {
        let zone: Zone = "Europe/Paris".parse().unwrap();
        let month = jiff::civil::date(2026, 11, 1);
        let days = |turns: Vec<(Timestamp, Turn)>, now: &str| {
            let service = Service { since: at("2026-11-03T10:00:00Z"), turns };
            open_days(month, &[service], (&zone, at(now)))
        };
        assert_eq!(days(vec![], "2026-12-15T00:00:00Z"), 28);
        assert_eq!(days(vec![], "2026-11-04T09:00:00Z"), 2);
        assert_eq!(days(vec![], "2026-11-02T09:00:00Z"), 0, "nobody had an invoice yet");
        let closed = (at("2026-11-10T10:00:00Z"), Turn::Close);
        assert_eq!(days(vec![closed], "2026-12-15T00:00:00Z"), 8, "open in the morning of the last day");
        let open = (at("2026-11-20T22:59:00Z"), Turn::Open);
        assert_eq!(
            days(vec![closed, open], "2026-12-15T00:00:00Z"),
            8 + 11,
            "from the last minute of the 20th in Paris"
        );
        let until = at("2026-11-11T23:30:00Z");
        let tests = (at("2026-11-10T22:30:00Z"), Turn::Activate { until });
        assert_eq!(days(vec![tests], "2026-12-15T00:00:00Z"), 27, "activation is not payment");
    }

    #[test]
    fn the_middle_of_all() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![5]), Some(5));
        assert_eq!(median(vec![9, 1, 4, 2]), Some(2));
    }
}
