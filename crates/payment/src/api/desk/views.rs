//! What the desk's operations answer.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use kernel::{EstablishmentId, Money, PaymentAttemptId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    desk::{
        count::Counted,
        look::{Day, Seen},
        reports::{Absent, Kept},
    },
    domain::{
        creditor::Mode,
        totals::{Sum, Totals, Whose},
    },
    store::{
        attempts::Attempt,
        reports::{ReportId, Row},
    },
};

#[derive(Serialize, ToSchema)]
#[schema(as = PaymentSum)]
pub(super) struct SumView {
    count: u64,
    /// Euro cents.
    cents: i64,
}

impl From<Sum> for SumView {
    fn from(sum: Sum) -> Self {
        Self { count: sum.count, cents: sum.amount.cents() }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = DeskPayment)]
pub(super) struct PaymentView {
    #[schema(value_type = String, format = Uuid)]
    id: PaymentAttemptId,
    /// The creditor's key in the settings.
    creditor: String,
    provider: String,
    /// `production` moves money; `test` and `activation` are in no total.
    mode: &'static str,
    /// created, redirected, paid, debit-accepted, refused, abandoned, expired or failed.
    state: &'static str,
    /// In what the provider's answer differs from what was asked: such money counts once a cashier accepted it.
    differences: Vec<String>,
    refdet: String,
    /// Euro cents that count.
    cents: i64,
    /// The bank's number of the operation.
    authorisation: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    began_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
}

impl PaymentView {
    pub(super) fn of(attempt: &Attempt, counted: Money) -> Self {
        Self {
            id: attempt.id,
            creditor: attempt.creditor.clone(),
            provider: attempt.provider.clone(),
            mode: attempt.mode.name(),
            state: attempt.state.name(),
            differences: attempt.differences.clone(),
            refdet: attempt.refdet.to_string(),
            cents: counted.cents(),
            authorisation: attempt.authorisation.clone(),
            began_at: attempt.created_at,
            ended_at: attempt.ended_at,
        }
    }
}

impl From<&Seen> for PaymentView {
    fn from(seen: &Seen) -> Self {
        Self::of(&seen.attempt, seen.amount())
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = CreditorDay)]
struct CreditorDayView {
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    /// The creditor's key in the settings: unique at its establishment.
    creditor: String,
    /// `production`, or `test` and `activation`, which are in no total.
    mode: &'static str,
    columns: BTreeMap<&'static str, SumView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = GivenBack)]
struct GivenBackView {
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    creditor: String,
    sum: SumView,
}

/// Payments that were made on one day or, without money, began on it. Columns: paid, debit-accepted, to-check, waiting, unpaid;
/// `all` is their sum.
#[derive(Serialize, ToSchema)]
#[schema(as = PaymentDay)]
pub(super) struct DayView {
    total: BTreeMap<&'static str, SumView>,
    creditors: Vec<CreditorDayView>,
    trials: Vec<CreditorDayView>,
    /// What cashiers gave back on that day: in none of the columns.
    given_back: Vec<GivenBackView>,
    payments: Vec<PaymentView>,
    /// Whether another page follows.
    has_more: bool,
}

impl From<&Day> for DayView {
    fn from(day: &Day) -> Self {
        let line = |(of, key): &Whose, mode: Mode, totals: &Totals| CreditorDayView {
            establishment: *of,
            creditor: key.clone(),
            mode: mode.name(),
            columns: sums(totals),
        };
        let given_back = |((of, key), sum): (&Whose, &Sum)| GivenBackView {
            establishment: *of,
            creditor: key.clone(),
            sum: (*sum).into(),
        };
        let (creditors, trials) = (day.counts.creditors.iter(), day.counts.trials.iter());
        Self {
            total: sums(&day.counts.total),
            creditors: creditors.map(|(whose, totals)| line(whose, Mode::Production, totals)).collect(),
            trials: trials.map(|((whose, mode), totals)| line(whose, *mode, totals)).collect(),
            given_back: day.given_back.iter().map(given_back).collect(),
            payments: day.payments.iter().map(PaymentView::from).collect(),
            has_more: day.has_more,
        }
    }
}

fn sums(totals: &Totals) -> BTreeMap<&'static str, SumView> {
    let columns = totals.columns().map(|(column, sum)| (column.name(), sum)).chain([("all", totals.all)]);
    columns.map(|(name, sum)| (name, sum.into())).collect()
}

/// A report that was taken in.
#[derive(Serialize, ToSchema)]
#[schema(as = PaymentReportImported)]
pub(super) struct ImportedView {
    #[schema(value_type = String, format = Uuid)]
    pub(super) id: ReportId,
    /// The same file was imported before: nothing was done.
    pub(super) is_known: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PaymentReportLine)]
pub(super) struct LineView {
    /// Where it stands among the lines of the file that are not empty, from 1.
    number: i32,
    refdet: String,
    cents: i64,
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// matched, waiting, confirmed or unknown.
    found: &'static str,
    #[schema(value_type = Option<String>, format = Uuid)]
    payment: Option<PaymentAttemptId>,
    note: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PaymentReportAbsence)]
pub(super) struct AbsenceView {
    payment: PaymentView,
    /// A later report had it.
    is_found_since: bool,
    /// Too young to be missed.
    may_come: bool,
}

/// A report with its lists; each comes 100 at a time.
#[derive(Serialize, ToSchema)]
#[schema(as = PaymentReport)]
pub(super) struct ReportView {
    #[schema(value_type = String, format = Uuid)]
    id: ReportId,
    creditor: String,
    profile: String,
    #[schema(value_type = String, format = Date)]
    from: Date,
    #[schema(value_type = String, format = Date)]
    until: Date,
    /// Lines and their sum, by what they found; `absent` counts payments.
    counts: BTreeMap<&'static str, SumView>,
    matched: Vec<LineView>,
    /// Paid there, waiting here: the provider was asked.
    waiting: Vec<LineView>,
    /// Paid there, unknown here.
    unknown: Vec<LineView>,
    /// Paid here, absent there.
    absent: Vec<AbsenceView>,
}

impl From<&Row> for LineView {
    fn from(row: &Row) -> Self {
        Self {
            number: row.number,
            refdet: row.refdet.clone(),
            cents: row.amount.cents(),
            day: row.day,
            found: row.found.as_str(),
            payment: row.attempt,
            note: row.note.clone(),
        }
    }
}

impl From<&Absent> for AbsenceView {
    fn from(absent: &Absent) -> Self {
        let payment = PaymentView::of(&absent.attempt, absent.attempt.amount);
        Self { payment, is_found_since: absent.is_found, may_come: absent.may_come }
    }
}

impl From<&Kept> for ReportView {
    fn from(kept: &Kept) -> Self {
        let lines = |rows: &[Row]| rows.iter().map(LineView::from).collect();
        let count = |lines: i64| u64::try_from(lines).unwrap_or_default();
        let counts = kept.counts.iter();
        Self {
            id: kept.report.id,
            creditor: kept.report.creditor.clone(),
            profile: kept.report.profile.clone(),
            from: kept.report.from,
            until: kept.report.until,
            counts: counts
                .map(|(found, lines, sum)| (found.as_str(), SumView { count: count(*lines), cents: sum.cents() }))
                .chain([("absent", SumView { count: count(kept.missed.0), cents: kept.missed.1.cents() })])
                .collect(),
            matched: lines(&kept.matched),
            waiting: lines(&kept.waiting),
            unknown: lines(&kept.unknown),
            absent: kept.absent.iter().map(AbsenceView::from).collect(),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = PaymentFigure)]
pub(super) struct FigureView {
    /// Month of issue, such as 2026-11.
    month: String,
    finess: String,
    establishment: String,
    counts: BTreeMap<&'static str, i64>,
    /// Invoices paid online among those issued, in tenths of a percent.
    share: Option<u64>,
    /// Median days from the issue to the first payment.
    days_to_pay: Option<i64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PaymentFigures)]
pub(super) struct FiguresView {
    from: String,
    until: String,
    rows: Vec<FigureView>,
    /// The statements that read the facts.
    statements: [&'static str; 6],
}

impl From<&Counted> for FiguresView {
    fn from(counted: &Counted) -> Self {
        let row =
            |(month, finess, name, figures): &(String, String, String, crate::domain::figures::Figures)| FigureView {
                month: month.clone(),
                finess: finess.clone(),
                establishment: name.clone(),
                counts: figures.counts().into_iter().collect(),
                share: figures.share(),
                days_to_pay: figures.days_to_pay,
            };
        Self {
            from: counted.from.clone(),
            until: counted.until.clone(),
            rows: counted.rows.iter().map(row).collect(),
            statements: crate::store::figures::ALL,
        }
    }
}
