//! Reports of money at the desk: imported whole, matched once, kept with what was found.

use std::{collections::HashSet, sync::Arc};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use kernel::{EstablishmentId, Money, PaymentAttemptId, digest::sha256};
use serde_json::json;
use storage::{Act, Conn, StorageError, Tx};

use super::{Cashier, deeds::words};
use crate::{
    Payments,
    domain::{
        Refusal,
        attempt::State,
        reconcile::{self, Known, Outcome},
        report::{Fault, Line},
    },
    failure::Failure,
    reports::confirm,
    store::{
        attempts::{self, Attempt, Stretch},
        reports::{self, Found, Report, ReportId, Row},
    },
};

/// The kinds of act in the proof register.
const IMPORTED: &str = "payment.report-imported";
const NOTED: &str = "payment.report-line-noted";

/// Days after its beginning in which a provider may still say that a payment was made.
const LATE_DAYS: i64 = 8;

/// Bytes of one report.
pub(crate) const LARGEST: usize = 16 * 1024 * 1024;

/// Lines of one list on one page.
pub(crate) const PAGE: i64 = 100;

/// A report on its way in.
#[derive(Debug, Clone)]
pub struct Offered {
    pub establishment: EstablishmentId,
    /// Keys of the settings.
    pub creditor: String,
    pub profile: String,
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// How an import ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    New(ReportId),
    /// The same file, imported before: nothing was done.
    Same(ReportId),
    Unreadable(Vec<Fault>),
}

/// One of the lists of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listed {
    Unknown,
    Waiting,
    Absent,
    Matched,
}

impl Listed {
    /// In the order in which they need somebody.
    pub(crate) const ALL: [Self; 4] = [Self::Unknown, Self::Waiting, Self::Absent, Self::Matched];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.name() == name)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Waiting => "waiting",
            Self::Absent => "absent",
            Self::Matched => "matched",
        }
    }

    const fn found(self) -> &'static [Found] {
        match self {
            Self::Unknown => &[Found::Unknown],
            Self::Waiting => &[Found::Waiting],
            Self::Absent => &[],
            Self::Matched => &[Found::Matched, Found::Confirmed],
        }
    }
}

/// Which part of a report somebody reads.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    /// This list alone; none: the beginning of each.
    pub(crate) list: Option<Listed>,
    /// After so many of it.
    pub(crate) after: u32,
}

/// A report with its three lists.
pub(crate) struct Kept {
    pub(crate) report: Report,
    /// Lines and their sum, by what they found.
    pub(crate) counts: Vec<(Found, i64, Money)>,
    /// Money here that was not in the report: payments and their sum.
    pub(crate) missed: (i64, Money),
    pub(crate) matched: Vec<Row>,
    pub(crate) waiting: Vec<Row>,
    pub(crate) unknown: Vec<Row>,
    pub(crate) absent: Vec<Absent>,
}

/// Money here that was not in the report.
pub(crate) struct Absent {
    pub(crate) attempt: Attempt,
    /// A report had it since.
    pub(crate) is_found: bool,
    /// It is too young to be missed.
    pub(crate) may_come: bool,
}

impl Payments {
    /// Takes a report in. The file is read and compared with the payments of its days; nothing is closed by a line, but
    /// what waits here is asked about.
    pub async fn import(&self, cashier: &Cashier, offered: Offered) -> Result<Imported, Failure> {
        let known = self.kept_by(cashier).await?;
        let is_ours =
            known.iter().any(|one| (one.establishment, &one.key) == (offered.establishment, &offered.creditor));
        let profile = self.settings.reports.get(&offered.profile).filter(|_| is_ours).cloned();
        let (profile, offered) = (profile.ok_or(Failure::Unknown)?, Arc::new(offered));
        let digest = sha256(&[&offered.bytes]);
        let file = offered.clone();
        // Where storage works for the caller: reading a long file keeps nobody else waiting.
        let window_days = profile.window_days;
        let read = self.db.read::<_, StorageError, _>(move |conn| {
            let same = reports::same(conn, (file.establishment, &file.creditor), &digest)?;
            Ok(same.map_or_else(|| Ok(profile.read(&file.bytes)), Err))
        });
        let lines = match read.await? {
            Err(same) => return Ok(Imported::Same(same)),
            Ok(Err(faults)) => return Ok(Imported::Unreadable(faults)),
            Ok(Ok(lines)) => Arc::new(lines),
        };
        let (cashier, zone) = (cashier.clone(), self.judging.zone.clone());
        let silent = self.confirmed_by_reports();
        let work = move |tx: &mut Tx<'_>| {
            if let Some(same) = reports::same(tx.conn(), (offered.establishment, &offered.creditor), &digest)? {
                return Ok(Imported::Same(same));
            }
            let Some((from, until)) = reconcile::period(&lines) else { return Err(Failure::Unknown) };
            let report = Report {
                id: tx.id(),
                establishment: offered.establishment,
                creditor: offered.creditor.clone(),
                profile: offered.profile.clone(),
                file_name: offered.file_name.clone(),
                digest: digest.to_vec(),
                from,
                until,
                window_days,
                by: cashier.staff,
                at: tx.now(),
            };
            keep(tx, report, &lines, (&zone, &silent))
        };
        self.db.write(work).await
    }

    pub(crate) async fn reports(&self, cashier: &Cashier) -> Result<Vec<Report>, Failure> {
        let of = cashier.of.clone();
        self.db.read(move |conn| Ok(reports::latest(conn, &of, PAGE)?)).await
    }

    /// One report with [`PAGE`] lines of each list, or of the one that is named.
    pub(crate) async fn report(&self, cashier: &Cashier, id: ReportId, place: Place) -> Result<Kept, Failure> {
        let (cashier, zone) = (cashier.clone(), self.judging.zone.clone());
        self.db
            .read(move |conn| {
                let report = at_desk(conn, &cashier, id)?;
                let is_read = |list: Listed| place.list.is_none_or(|one| one == list);
                let part = (place.after.into(), PAGE);
                let mut of = |list: Listed| match is_read(list) {
                    true => reports::lines_of(conn, id, list.found(), part),
                    false => Ok(Vec::new()),
                };
                let (matched, waiting, unknown) = (of(Listed::Matched)?, of(Listed::Waiting)?, of(Listed::Unknown)?);
                let absent = if is_read(Listed::Absent) { absent(conn, &report, (part, &zone))? } else { Vec::new() };
                let counts = reports::counts(conn, id)?.into_iter();
                let (payments, cents) = reports::count_absent(conn, id)?;
                Ok(Kept {
                    counts: counts.map(|(found, lines, cents)| (found, lines, Money::from_cents(cents))).collect(),
                    missed: (payments, Money::from_cents(cents)),
                    absent,
                    report,
                    matched,
                    waiting,
                    unknown,
                })
            })
            .await
    }

    /// A cashier saw to money that nobody here knows of.
    pub(crate) async fn note_line(
        &self,
        cashier: &Cashier,
        (id, number): (ReportId, i32),
        text: &str,
    ) -> Result<(), Failure> {
        let (cashier, text) = (cashier.clone(), text.to_owned());
        self.db
            .write(move |tx| {
                at_desk(tx.conn(), &cashier, id)?;
                let text = words(&text)?;
                if !reports::note(tx, (id, number), (cashier.staff, text))? {
                    return Err(Refusal::NothingToDecide.into());
                }
                let content = json!({ "line": number, "note": text });
                let (actor, object) = (cashier.staff.as_object(), id.as_object());
                tx.record(Act { kind: NOTED, actor, object, content: &content })?;
                Ok(())
            })
            .await
    }
}

fn at_desk(conn: &mut Conn, cashier: &Cashier, id: ReportId) -> Result<Report, Failure> {
    let found = reports::find(conn, id)?.filter(|report| cashier.of.contains(&report.establishment));
    found.ok_or(Failure::Unknown)
}

/// Compares a report with the payments of its days and keeps what was found.
fn keep(
    tx: &mut Tx<'_>,
    report: Report,
    lines: &[Line],
    (zone, silent): (&TimeZone, &[&str]),
) -> Result<Imported, Failure> {
    let bounds = around(&report, zone).ok_or(Failure::Unknown)?;
    let stretch = Stretch { of: vec![report.establishment], creditor: report.creditor.clone(), bounds };
    let ours: Vec<Attempt> = attempts::of_period(tx.conn(), &stretch)?.into_iter().filter(is_money).collect();
    let known: Vec<Known> = ours.iter().map(|one| known(one, zone)).collect();
    let Outcome { lines: found, absent } = reconcile::reconcile(lines, &known, report.window_days);
    let unasked: HashSet<PaymentAttemptId> =
        ours.iter().filter(|one| silent.contains(&one.provider.as_str())).map(|one| one.id).collect();
    let told: Vec<(&Line, Found, Option<PaymentAttemptId>)> = lines
        .iter()
        .zip(found)
        .map(|(line, found)| match found {
            reconcile::Found::Settled(id) => (line, Found::Matched, Some(id)),
            reconcile::Found::Waiting(id) if unasked.contains(&id) => (line, Found::Confirmed, Some(id)),
            reconcile::Found::Waiting(id) => (line, Found::Waiting, Some(id)),
            reconcile::Found::Nothing => (line, Found::Unknown, None),
        })
        .collect();
    reports::add(tx, &report, &told, &absent)?;
    let waiting = told.iter().filter(|(_, found, _)| *found == Found::Waiting).filter_map(|(.., attempt)| *attempt);
    attempts::ask_at_once(tx, &waiting.collect::<Vec<_>>())?;
    for (line, _, attempt) in told.iter().filter(|(_, found, _)| *found == Found::Confirmed) {
        if let Some(id) = attempt {
            confirm(tx, *id, line)?;
        }
    }
    let content =
        json!({ "creditor": report.creditor, "lines": lines.len(), "digest": kernel::digest::hex(&report.digest) });
    let (actor, object) = (report.by.as_object(), report.id.as_object());
    tx.record(Act { kind: IMPORTED, actor, object, content: &content })?;
    Ok(Imported::New(report.id))
}

/// Whether a report may speak of it: money moves, and its payer was sent to the provider.
fn is_money(attempt: &Attempt) -> bool {
    attempt.mode.is_real() && attempt.reference.is_some() && attempt.state != State::Failed
}

fn known(attempt: &Attempt, zone: &TimeZone) -> Known {
    Known {
        id: attempt.id,
        refdet: attempt.refdet.to_string(),
        amount: attempt.amount,
        day: day(attempt, zone),
        reference: attempt.reference.clone(),
        is_settled: attempt.state.is_settled(),
    }
}

/// The day on which it was paid, as far as the provider told; else on which it began.
fn day(attempt: &Attempt, zone: &TimeZone) -> Date {
    attempt.ended_at.unwrap_or(attempt.created_at).to_zoned(zone.clone()).date()
}

/// Instants that hold every payment of which the report may speak.
fn around(report: &Report, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let midnight = |day: Date| Some(day.to_zoned(zone.clone()).ok()?.timestamp());
    let window = i64::from(report.window_days) + 1;
    let hours = |days: i64| SignedDuration::from_hours(24 * days);
    Some((midnight(report.from)? - hours(window + LATE_DAYS), midnight(report.until)? + hours(window + 1)))
}

fn absent(
    conn: &mut Conn,
    report: &Report,
    (part, zone): ((i64, i64), &TimeZone),
) -> Result<Vec<Absent>, StorageError> {
    let missing = reports::absent_of(conn, report.id, part)?;
    let ids: Vec<PaymentAttemptId> = missing.iter().map(|(id, _)| *id).collect();
    let all = attempts::of_ids(conn, &ids)?;
    let is_young = |attempt: &Attempt| {
        let age = report.until.duration_since(day(attempt, zone)).as_hours() / 24;
        age < i64::from(report.window_days)
    };
    let absent = |attempt: Attempt| Absent {
        is_found: missing.contains(&(attempt.id, true)),
        may_come: is_young(&attempt),
        attempt,
    };
    Ok(all.into_iter().map(absent).collect())
}
