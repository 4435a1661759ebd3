//! What the cashier's desk sees: payments of a day, one payment in full, what waits for a person.

use std::collections::{HashMap, hash_map::Entry};

use identity::traces::Action;
use jiff::{SignedDuration, Timestamp, civil::Date};
use kernel::{InvoiceId, Money, PaymentAttemptId, StaffId, Zone};
use storage::{Conn, StorageError};

use super::{Cashier, deeds};
use crate::{
    Payments,
    domain::totals::{Column, Counted, Counts, count},
    failure::Failure,
    store::{
        attempts::{self, Attempt},
        clearings::{self, About, Clearing},
        doubts,
        invoices::{self, Invoice},
        lists::{self, List},
        looks,
        lookups::{self, AskedBy, Lookup},
        refunds::{self, Task},
        reports::{self, Stray},
        resolutions::{self, Decided, Resolution},
    },
};

/// Lines of one list at the desk; what is beyond comes when these are done.
const MOST: i64 = 200;

/// Files of invoices that are shown.
const LISTS: i64 = 50;

/// A payment with what a cashier decided of it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) attempt: Attempt,
    pub(crate) resolution: Option<Resolution>,
}

impl Seen {
    pub(crate) fn column(&self) -> Column {
        let is_accepted = self.resolution.as_ref().is_some_and(|one| one.decided == Decided::Accepted);
        Column::of(self.attempt.state, self.attempt.is_odd() && !is_accepted)
    }

    /// What counts: what a cashier accepted, else what was asked.
    pub(crate) fn amount(&self) -> Money {
        let accepted = self.resolution.as_ref().filter(|one| one.decided == Decided::Accepted);
        accepted.map_or(self.attempt.amount, |resolution| resolution.amount)
    }

    fn counted(&self) -> Counted {
        let Attempt { creditor, mode, .. } = &self.attempt;
        Counted { creditor: creditor.clone(), mode: *mode, column: self.column(), amount: self.amount() }
    }
}

/// Payments that began on one day.
pub(crate) struct Day {
    pub(crate) counts: Counts,
    /// The earliest first.
    pub(crate) payments: Vec<Seen>,
}

/// All that is known of one payment.
pub(crate) struct Review {
    pub(crate) seen: Seen,
    /// With what each has of the payment.
    pub(crate) invoices: Vec<(Invoice, Money)>,
    /// The latest first.
    pub(crate) lookups: Vec<Lookup>,
    pub(crate) refunds: Vec<Task>,
    /// With which words the provider refused to begin.
    pub(crate) refusal: Option<String>,
    /// What a cashier is to see to.
    pub(crate) alert: Option<About>,
    /// What cashiers saw to, the latest first.
    pub(crate) clearings: Vec<Clearing>,
    /// Who looked at it, the latest first.
    pub(crate) looks: Vec<(Timestamp, StaffId)>,
    pub(crate) names: HashMap<StaffId, String>,
}

/// What waits for a cashier.
pub(crate) struct ToReview {
    /// Disputed invoices, with the money that differs from what was asked.
    pub(crate) disputed: Vec<(Invoice, Vec<Attempt>)>,
    pub(crate) refunds: Vec<(Task, Invoice)>,
    /// Invoices whose patient was merged with somebody of other traits: their numbers, and the other's.
    pub(crate) doubts: Vec<(String, String)>,
    /// Money of reports that nobody here knows of.
    pub(crate) unknown: Vec<Stray>,
    /// Payments of which a provider said what should not be, or that no report confirmed in time.
    pub(crate) alerted: Vec<Attempt>,
    /// Payments that should have had a result long ago.
    pub(crate) unfinished: Vec<Attempt>,
}

impl Payments {
    /// The zone in which a desk reads days: that of its first site.
    pub(crate) async fn desk_zone(&self, cashier: &Cashier) -> Result<Zone, Failure> {
        let of = cashier.of.clone();
        let sites = self.db.read::<_, Failure, _>(|conn| Ok(identity::read::sites(conn, None)?)).await?;
        sites.into_iter().find(|site| of.contains(&site.establishment)).map(|site| site.zone).ok_or(Failure::Unknown)
    }

    /// Payments that began from one instant until another, of one creditor or of all.
    pub(crate) async fn seen_between(
        &self,
        cashier: &Cashier,
        bounds: (Timestamp, Timestamp),
        creditor: &str,
    ) -> Result<Vec<Seen>, Failure> {
        let (of, creditor) = (cashier.of.clone(), creditor.to_owned());
        self.db
            .read(move |conn| {
                let mut resolutions = resolutions::of_period(conn, &of, bounds)?;
                let all = attempts::of_period(conn, &of, bounds)?.into_iter();
                let wanted = all.filter(|attempt| creditor.is_empty() || attempt.creditor == creditor);
                Ok(wanted.map(|attempt| Seen { resolution: resolutions.remove(&attempt.id), attempt }).collect())
            })
            .await
    }

    pub(crate) async fn day(&self, cashier: &Cashier, date: Date, creditor: &str) -> Result<Day, Failure> {
        let zone = self.desk_zone(cashier).await?;
        let bounds = days(&zone, date, date).ok_or(Failure::Unknown)?;
        let payments = self.seen_between(cashier, bounds, creditor).await?;
        let counted: Vec<Counted> = payments.iter().map(Seen::counted).collect();
        Ok(Day { counts: count(&counted), payments })
    }

    /// One payment in full. Who looks at it is written down, or sees nothing.
    pub(crate) async fn review(&self, cashier: &Cashier, id: PaymentAttemptId) -> Result<Review, Failure> {
        let cashier = cashier.clone();
        self.db
            .write(move |tx| {
                let attempt = at_desk(tx.conn(), &cashier, id)?;
                looks::add(tx, id, cashier.staff)?;
                deeds::trace(tx, &cashier, attempt.patient, Action::Read)?;
                review(tx.conn(), attempt)
            })
            .await
    }

    /// What waits for a person.
    pub(crate) async fn to_review(&self, cashier: &Cashier) -> Result<ToReview, Failure> {
        let of = cashier.of.clone();
        let before = self.db.now() - SignedDuration::from_mins(self.judging.patience.expires_minutes);
        self.db
            .read(move |conn| {
                let odd = invoices::to_review(conn, &of, MOST)?;
                let ids: Vec<InvoiceId> = odd.iter().map(|invoice| invoice.id).collect();
                let money = attempts::odd_of(conn, &ids)?;
                let with = |invoice: Invoice| {
                    let its = money.iter().filter(|(id, _)| *id == invoice.id).map(|(_, attempt)| attempt.clone());
                    let its: Vec<Attempt> = its.collect();
                    (invoice, its)
                };
                Ok(ToReview {
                    disputed: odd.into_iter().filter(Invoice::is_disputed).map(with).collect(),
                    refunds: refunds_open(conn, &of)?,
                    doubts: doubts::of(conn, &of, MOST)?,
                    unknown: reports::unknown(conn, &of, MOST)?,
                    alerted: attempts::alerted(conn, &of, MOST)?,
                    unfinished: attempts::unfinished(conn, &of, (before, MOST))?,
                })
            })
            .await
    }

    /// Files of invoices that were taken from folders, the latest first.
    pub(crate) async fn lists(&self, cashier: &Cashier) -> Result<Vec<List>, StorageError> {
        let of = cashier.of.clone();
        self.db.read(move |conn| lists::latest(conn, &of, LISTS)).await
    }

    pub(crate) async fn names_of(&self, people: Vec<StaffId>) -> Result<HashMap<StaffId, String>, StorageError> {
        self.db.read(move |conn| names(conn, people)).await
    }

    /// A cashier asks how a payment stands.
    pub(crate) async fn check_now(&self, cashier: &Cashier, id: PaymentAttemptId) -> Result<Attempt, Failure> {
        let asking = cashier.clone();
        self.db.read(move |conn| at_desk(conn, &asking, id)).await?;
        self.look(id, AskedBy::Desk).await
    }
}

/// The instants in which days begin and end, the last one included.
pub(crate) fn days(zone: &Zone, from: Date, until: Date) -> Option<(Timestamp, Timestamp)> {
    let midnight = |day: Date| zone.instant(day.into()).or_else(|| zone.instant(day.at(1, 0, 0, 0)));
    Some((midnight(from)?, midnight(until.tomorrow().ok()?)?))
}

fn at_desk(conn: &mut Conn, cashier: &Cashier, id: PaymentAttemptId) -> Result<Attempt, Failure> {
    let found = attempts::find(conn, id)?.filter(|attempt| cashier.of.contains(&attempt.establishment));
    found.ok_or(Failure::Unknown)
}

fn review(conn: &mut Conn, attempt: Attempt) -> Result<Review, Failure> {
    let id = attempt.id;
    let shares = attempts::shares_of(conn, id)?;
    let ids: Vec<InvoiceId> = shares.iter().map(|share| share.invoice).collect();
    let found = invoices::of_ids(conn, &ids)?;
    let part = |invoice: &Invoice| shares.iter().find(|share| share.invoice == invoice.id).map(|share| share.amount);
    let refunds = refunds::of_attempt(conn, id)?;
    let looks = looks::of_attempt(conn, id, MOST)?;
    let resolution = resolutions::of_attempt(conn, id)?;
    let people = looks.iter().map(|(_, by)| *by).chain(resolution.iter().map(|one| one.by));
    let people = people.chain(refunds.iter().filter_map(|task| task.done).map(|(_, by)| by));
    let clearings = clearings::of_attempt(conn, id)?;
    let people = people.chain(clearings.iter().map(|one| one.by));
    Ok(Review {
        names: names(conn, people)?,
        invoices: found
            .into_iter()
            .map(|invoice| {
                let part = part(&invoice).unwrap_or_default();
                (invoice, part)
            })
            .collect(),
        lookups: lookups::of_attempt(conn, id)?,
        alert: attempts::alert_of(conn, id)?.filter(|(_, is_cleared)| !is_cleared).map(|(about, _)| about),
        refusal: attempts::refusal_of(conn, id)?,
        seen: Seen { attempt, resolution },
        clearings,
        refunds,
        looks,
    })
}

fn refunds_open(conn: &mut Conn, of: &[kernel::EstablishmentId]) -> Result<Vec<(Task, Invoice)>, StorageError> {
    let tasks = refunds::open(conn, of, MOST)?;
    let ids: Vec<InvoiceId> = tasks.iter().map(|task| task.refund.invoice).collect();
    let invoices = invoices::of_ids(conn, &ids)?;
    let of = |task: Task| invoices.iter().find(|one| one.id == task.refund.invoice).cloned().map(|one| (task, one));
    Ok(tasks.into_iter().filter_map(of).collect())
}

pub(crate) fn names(
    conn: &mut Conn,
    people: impl IntoIterator<Item = StaffId>,
) -> Result<HashMap<StaffId, String>, StorageError> {
    let mut names = HashMap::new();
    for person in people {
        if let Entry::Vacant(place) = names.entry(person) {
            place.insert(identity::read::staff_name(conn, person)?.unwrap_or_default());
        }
    }
    Ok(names)
}
