//! What the cashier's desk sees: payments of a day, one payment in full, what waits for a person.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use identity::traces::Action;
use jiff::{SignedDuration, Timestamp, civil::Date};
use kernel::{EstablishmentId, Finess, InvoiceId, Money, PaymentAttemptId, StaffId, Zone};
use storage::{Conn, StorageError};

use super::{Cashier, deeds, told::Telling};
use crate::{
    Payments,
    domain::totals::{Column, Counts, Sum, Whose, count},
    failure::Failure,
    store::{
        attempts::{self, Attempt, Stretch},
        clearings::{self, About, Clearing},
        creditor_alerts::{self, CreditorAlert},
        doubts::{self, Doubt},
        invoices::{self, Invoice},
        lists::{self, List},
        looks,
        lookups::{self, AskedBy, Lookup},
        refunds::{self, Task},
        reports::{self, Stray},
        resolutions::{self, Decided, Resolution},
        sums,
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

    /// The instant to which it belongs: when it was paid, as far as the provider told; else when it began.
    pub(crate) fn at(&self) -> Timestamp {
        self.attempt.ended_at.unwrap_or(self.attempt.created_at)
    }

    /// What counts: what a cashier accepted, else what was asked.
    pub(crate) fn amount(&self) -> Money {
        let accepted = self.resolution.as_ref().filter(|one| one.decided == Decided::Accepted);
        accepted.map_or(self.attempt.amount, |resolution| resolution.amount)
    }
}

/// Whose payments somebody asks for: of every establishment and creditor of the desk, as far as nothing narrower is named.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chosen {
    pub(crate) establishment: Option<EstablishmentId>,
    /// The creditor's key; empty: every one.
    pub(crate) creditor: String,
}

impl Chosen {
    /// As pages write it into their addresses: the establishment, a space, the creditor's key.
    pub(crate) fn typed(text: &str) -> Option<Self> {
        let Some((establishment, creditor)) = text.split_once(' ') else {
            return text.is_empty().then(Self::default);
        };
        Some(Self { establishment: Some(establishment.parse().ok()?), creditor: creditor.to_owned() })
    }

    fn stretch(&self, cashier: &Cashier, bounds: (Timestamp, Timestamp)) -> Stretch {
        let of = cashier.of.iter().copied().filter(|of| self.establishment.is_none_or(|chosen| chosen == *of));
        Stretch { of: of.collect(), creditor: self.creditor.clone(), bounds }
    }
}

/// Payments on one page.
pub(crate) const PAGE: i64 = 100;

/// Payments that were made on one day or, without money, began on it.
pub(crate) struct Day {
    pub(crate) counts: Counts,
    /// What cashiers gave back on that day, whenever it had been paid.
    pub(crate) given_back: BTreeMap<Whose, Sum>,
    /// One page of them, the earliest first.
    pub(crate) payments: Vec<Seen>,
    /// Whether there is a page after this one.
    pub(crate) has_more: bool,
}

/// Payments of a period for the hospital's accounts.
pub(crate) struct Accounts {
    /// Each with its invoices: their numbers, and what each has of it.
    pub(crate) payments: Vec<(Seen, Vec<(String, Money)>)>,
    /// What was given back in the period, with the payment and the invoice's number.
    pub(crate) given_back: Vec<(Task, Attempt, String)>,
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
    /// How the hospital's billing system was told of it.
    pub(crate) tellings: Vec<Telling>,
    /// Who looked at it, the latest first.
    pub(crate) looks: Vec<(Timestamp, StaffId)>,
    pub(crate) names: HashMap<StaffId, String>,
}

/// What waits for a cashier.
pub(crate) struct ToReview {
    /// Disputed invoices, with the money that differs from what was asked.
    pub(crate) disputed: Vec<(Invoice, Vec<Attempt>)>,
    pub(crate) refunds: Vec<(Task, Invoice)>,
    /// Invoices whose patient was merged with somebody of other traits.
    pub(crate) doubts: Vec<Doubt>,
    /// Creditors of which the provider begins no payment, by cause.
    pub(crate) creditors: Vec<CreditorAlert>,
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

    /// The establishments of a desk, with their FINESS.
    pub(crate) async fn hospitals(&self, cashier: &Cashier) -> Result<BTreeMap<EstablishmentId, Finess>, Failure> {
        let of = cashier.of.clone();
        self.db
            .read(move |conn| {
                let all = identity::read::establishments(conn)?.into_iter().filter(|one| of.contains(&one.id));
                Ok(all.map(|one| (one.id, one.finess)).collect())
            })
            .await
    }

    /// All payments from one instant until another, and what was given back between them.
    pub(crate) async fn accounts(
        &self,
        cashier: &Cashier,
        bounds: (Timestamp, Timestamp),
        chosen: &Chosen,
    ) -> Result<Accounts, Failure> {
        let stretch = chosen.stretch(cashier, bounds);
        self.db.read(move |conn| Ok(accounts(conn, &stretch)?)).await
    }

    /// A day in the time of the desk; `page` counts from 1.
    pub(crate) async fn day(
        &self,
        cashier: &Cashier,
        date: Date,
        (chosen, page): (&Chosen, u32),
    ) -> Result<Day, Failure> {
        let zone = self.desk_zone(cashier).await?;
        let bounds = days(&zone, date, date).ok_or(Failure::Unknown)?;
        let stretch = chosen.stretch(cashier, bounds);
        let after = i64::from(page.saturating_sub(1)).saturating_mul(PAGE);
        self.db
            .read(move |conn| {
                let counts = count(&sums::payments(conn, &stretch)?);
                let mut attempts = attempts::page_of_period(conn, &stretch, (after, PAGE + 1))?;
                let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
                let has_more = attempts.len() > most;
                attempts.truncate(most);
                let given_back = sums::given_back(conn, &stretch)?;
                Ok(Day { counts, given_back, payments: with_resolutions(conn, attempts)?, has_more })
            })
            .await
    }

    /// One payment in full. Who looks at it is written down, or sees nothing.
    pub(crate) async fn review(&self, cashier: &Cashier, id: PaymentAttemptId) -> Result<Review, Failure> {
        let (cashier, tellings) = (cashier.clone(), self.tellings);
        self.db
            .write(move |tx| {
                let attempt = at_desk(tx.conn(), &cashier, id)?;
                looks::add(tx, id, cashier.staff)?;
                deeds::trace(tx, &cashier, attempt.patient, Action::Read)?;
                let told = tellings(tx.conn(), id.as_object())?;
                review(tx.conn(), attempt, told)
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
                    creditors: creditor_alerts::open(conn, &of, MOST)?,
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

fn with_resolutions(conn: &mut Conn, attempts: Vec<Attempt>) -> Result<Vec<Seen>, StorageError> {
    let ids: Vec<PaymentAttemptId> = attempts.iter().map(|attempt| attempt.id).collect();
    let mut resolutions = resolutions::of_attempts(conn, &ids)?;
    let seen = |attempt: Attempt| Seen { resolution: resolutions.remove(&attempt.id), attempt };
    Ok(attempts.into_iter().map(seen).collect())
}

fn accounts(conn: &mut Conn, stretch: &Stretch) -> Result<Accounts, StorageError> {
    let attempts = attempts::of_period(conn, stretch)?;
    let ids: Vec<PaymentAttemptId> = attempts.iter().map(|attempt| attempt.id).collect();
    let mut numbers = attempts::numbers_of(conn, &ids)?;
    let seen = with_resolutions(conn, attempts)?.into_iter();
    let payments = seen.map(|seen| (numbers.remove(&seen.attempt.id).unwrap_or_default(), seen));
    let payments = payments.map(|(numbers, seen)| (seen, numbers)).collect();
    let mut given_back = Vec::new();
    for task in refunds::done_in(conn, stretch)? {
        let attempt = attempts::find(conn, task.refund.attempt)?;
        let attempt = attempt.filter(|one| stretch.creditor.is_empty() || one.creditor == stretch.creditor);
        let invoice = invoices::find(conn, task.refund.invoice)?;
        given_back.extend(attempt.zip(invoice).map(|(attempt, invoice)| (task, attempt, invoice.number)));
    }
    Ok(Accounts { payments, given_back })
}

fn at_desk(conn: &mut Conn, cashier: &Cashier, id: PaymentAttemptId) -> Result<Attempt, Failure> {
    let found = attempts::find(conn, id)?.filter(|attempt| cashier.of.contains(&attempt.establishment));
    found.ok_or(Failure::Unknown)
}

fn review(conn: &mut Conn, attempt: Attempt, tellings: Vec<Telling>) -> Result<Review, Failure> {
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
        tellings,
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
