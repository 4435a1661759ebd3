//! The versioned free time of agendas. Kept in memory, and checked against the database by one indexed question: a
//! change made by another node is seen at once, an unchanged agenda costs nothing. Whoever only looks around is
//! answered without the question for a moment ([`Recent`]).

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Time};
use kernel::{AgendaId, HoldId, PractitionerId, SiteId, VisitId, VisitReasonId, World};
use storage::{Conn, StorageError, Tx};

use crate::{
    domain::{FreeTime, Interval, Plan, Slot, hold::OwnHold, search},
    place::Places,
    recent::{Entries, Recent},
    store::{
        busy::{self, Busy},
        holds,
        plans::{self, AgendaRow},
    },
};

/// Which times are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) practitioner: Option<PractitionerId>,
    pub(crate) site: Option<SiteId>,
    /// Nothing before.
    pub(crate) from: Timestamp,
    /// Only what starts before.
    pub(crate) before: Option<Timestamp>,
    pub(crate) limit: usize,
}

/// A time to offer: of all practitioners who are free then on one site, one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) slot: Slot,
    pub(crate) practitioner: PractitionerId,
    pub(crate) site: SiteId,
    /// The visitor keeps it already.
    pub(crate) kept: Option<HoldId>,
}

pub(crate) struct Availability {
    places: Places,
    world: World,
    plans: RwLock<HashMap<AgendaId, (i64, Arc<Plan>)>>,
    entries: RwLock<HashMap<AgendaId, Arc<Entry>>>,
    recent: Arc<Recent>,
}

/// The free time of one agenda at one version.
pub(crate) struct Entry {
    row: AgendaRow,
    plan: Arc<Plan>,
    free: FreeTime,
    /// What is kept in it, and by whom.
    kept: Vec<(VisitId, OwnHold)>,
    /// Until a hold ends or the site's day does.
    until: Timestamp,
}

impl Availability {
    /// `trust` is how long a visitor who looks around may be shown what was true: see [`Self::recent`].
    pub(crate) fn new(places: Places, world: World, trust: Duration) -> Self {
        let (plans, entries, recent) = (RwLock::default(), RwLock::default(), Arc::new(Recent::trusting(trust)));
        Self { places, world, plans, entries, recent }
    }

    pub(crate) fn places(&self) -> Places {
        self.places
    }

    /// The rules of an agenda, from memory when they have not changed.
    pub(crate) fn plan(
        &self,
        conn: &mut Conn,
        row: &AgendaRow,
        now: Timestamp,
    ) -> Result<Option<Arc<Plan>>, StorageError> {
        Ok(self.plans(conn, std::slice::from_ref(row), now)?.remove(&row.id))
    }

    /// Takes the agenda for this transaction: nobody else changes it, and what is remembered of it is asked for again,
    /// by other nodes because its version moves on, by this one as soon as it is committed.
    pub(crate) fn take(&self, tx: &mut Tx<'_>, agenda: AgendaId) -> Result<Option<AgendaRow>, StorageError> {
        let (recent, world) = (self.recent.clone(), self.world.clone());
        tx.once_committed(move || recent.changed(agenda, world.monotonic()));
        plans::take(tx, agenda)
    }

    /// The first times free for a reason, and those the visitor keeps; none when nobody receives for it.
    pub(crate) fn search(
        &self,
        conn: &mut Conn,
        reason: VisitReasonId,
        wanted: &Wanted,
        visit: VisitId,
        now: Timestamp,
    ) -> Result<Vec<Offer>, StorageError> {
        Ok(first(&self.receiving(conn, reason, now)?, reason, wanted, visit, now))
    }

    /// The same without asking the database, when it was asked a moment ago. What other nodes changed since may be
    /// missing; the hold or the booking is refused then.
    pub(crate) fn recent(
        &self,
        reason: VisitReasonId,
        wanted: &Wanted,
        visit: VisitId,
        now: Timestamp,
    ) -> Option<Vec<Offer>> {
        let entries = self.recent.get(reason, now, self.world.monotonic())?;
        Some(first(&entries, reason, wanted, visit, now))
    }

    /// Every agenda that is free for a reason at exactly this moment: whom "any practitioner" may mean.
    pub(crate) fn free_at(
        &self,
        conn: &mut Conn,
        reason: VisitReasonId,
        site: Option<SiteId>,
        starts_at: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<AgendaId>, StorageError> {
        let entries = self.receiving(conn, reason, now)?;
        let free = |entry: &&Arc<Entry>| {
            let mut slots = search::slots(&entry.plan, &entry.free, reason, starts_at, now);
            site.is_none_or(|site| entry.row.site == site)
                && slots.next().is_some_and(|slot| slot.time.start() == starts_at)
        };
        let mut agendas: Vec<AgendaId> = entries.iter().filter(free).map(|entry| entry.row.id).collect();
        let turn = spread(starts_at, agendas.len());
        agendas.rotate_left(turn);
        Ok(agendas)
    }

    /// Every agenda that receives for a reason, as the database has it.
    fn receiving(&self, conn: &mut Conn, reason: VisitReasonId, now: Timestamp) -> Result<Entries, StorageError> {
        let asked = self.world.monotonic();
        let rows = plans::for_reason(conn, reason)?;
        let mut all = self.known(&rows, now);
        let stale: Vec<AgendaRow> = rows.iter().filter(|row| !all.contains_key(&row.id)).copied().collect();
        // The version was read first and the data follow: a change in between only causes one more reload.
        all.extend(self.reload(conn, &stale, now)?);
        let entries = rows.iter().filter_map(|row| all.remove(&row.id)).collect();
        self.recent.put(reason, asked, &entries);
        Ok(entries)
    }

    fn known(&self, rows: &[AgendaRow], now: Timestamp) -> HashMap<AgendaId, Arc<Entry>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let fresh = |row: &AgendaRow| {
            let entry = entries.get(&row.id)?;
            (entry.row == *row && entry.holds_at(now)).then(|| (row.id, entry.clone()))
        };
        rows.iter().filter_map(fresh).collect()
    }

    fn reload(
        &self,
        conn: &mut Conn,
        stale: &[AgendaRow],
        now: Timestamp,
    ) -> Result<HashMap<AgendaId, Arc<Entry>>, StorageError> {
        if stale.is_empty() {
            return Ok(HashMap::new());
        }
        let plans = self.plans(conn, stale, now)?;
        let ids: Vec<AgendaId> = stale.iter().map(|row| row.id).collect();
        let horizon = Interval::new(now, last_moment(plans.values(), now));
        let busy = horizon.map_or(Ok(Vec::new()), |time| busy::of_agendas(conn, &ids, time))?;
        let mut kept = holds::live_among(conn, busy.iter().filter_map(|one| one.hold), now)?;
        let mut taken: HashMap<AgendaId, Vec<Busy>> = HashMap::new();
        for one in busy {
            taken.entry(one.agenda).or_default().push(one);
        }
        let fresh: HashMap<AgendaId, Arc<Entry>> = stale
            .iter()
            .filter_map(|row| {
                let (plan, busy) = (plans.get(&row.id)?.clone(), taken.remove(&row.id).unwrap_or_default());
                let kept = kept.extract_if(.., |(_, hold)| hold.slot.agenda == row.id).collect();
                Some((row.id, Arc::new(Entry::new(*row, plan, busy, kept, now))))
            })
            .collect();
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.extend(fresh.iter().map(|(id, entry)| (*id, entry.clone())));
        Ok(fresh)
    }

    fn plans(
        &self,
        conn: &mut Conn,
        rows: &[AgendaRow],
        now: Timestamp,
    ) -> Result<HashMap<AgendaId, Arc<Plan>>, StorageError> {
        let mut found: HashMap<AgendaId, Arc<Plan>> = {
            let plans = self.plans.read().unwrap_or_else(PoisonError::into_inner);
            let current = |row: &AgendaRow| {
                let (version, plan) = plans.get(&row.id)?;
                (*version == row.plan_version).then(|| (row.id, plan.clone()))
            };
            rows.iter().filter_map(current).collect()
        };
        let missing: Vec<AgendaRow> = rows.iter().filter(|row| !found.contains_key(&row.id)).copied().collect();
        if missing.is_empty() {
            return Ok(found);
        }
        let loaded = plans::load(conn, self.places, &missing, now)?;
        let mut plans = self.plans.write().unwrap_or_else(PoisonError::into_inner);
        for (row, plan) in missing.iter().zip(loaded) {
            let Some(plan) = plan.map(Arc::new) else { continue };
            plans.insert(row.id, (row.plan_version, plan.clone()));
            found.insert(row.id, plan);
        }
        Ok(found)
    }
}

impl Entry {
    fn new(row: AgendaRow, plan: Arc<Plan>, busy: Vec<Busy>, kept: Vec<(VisitId, OwnHold)>, now: Timestamp) -> Self {
        let live: Vec<Busy> = busy.into_iter().filter(|one| !one.is_over(now)).collect();
        let tomorrow = plan.zone.date(now).saturating_add(1.day());
        let day_ends = plan.zone.instant(tomorrow.to_datetime(Time::midnight()));
        let until = live.iter().filter_map(|one| one.until).chain(day_ends).min();
        let days = (plan.zone.date(now), plan.last_date(now));
        let free = FreeTime::compute(&plan, days, live.into_iter().map(|one| one.time).collect());
        // Where midnight itself is skipped, an hour is soon enough to look again.
        let until = until.unwrap_or_else(|| now + SignedDuration::from_hours(1));
        Self { row, plan, free, kept, until }
    }

    pub(crate) fn agenda(&self) -> AgendaId {
        self.row.id
    }

    /// Whether no hold has ended since, nor the day.
    pub(crate) fn holds_at(&self, now: Timestamp) -> bool {
        now < self.until
    }

    fn is_wanted(&self, wanted: &Wanted) -> bool {
        wanted.practitioner.is_none_or(|practitioner| self.row.practitioner == practitioner)
            && wanted.site.is_none_or(|site| self.row.site == site)
    }
}

/// The first times of these agendas that are free or that the visitor keeps.
fn first(entries: &[Arc<Entry>], reason: VisitReasonId, wanted: &Wanted, visit: VisitId, now: Timestamp) -> Vec<Offer> {
    let entries: Vec<&Entry> = entries.iter().map(AsRef::as_ref).filter(|entry| entry.is_wanted(wanted)).collect();
    let sources = entries.iter().enumerate().map(|(place, entry)| {
        let slots = search::slots(&entry.plan, &entry.free, reason, wanted.from, now);
        let slots = slots.take_while(|slot| wanted.before.is_none_or(|before| slot.time.start() < before));
        (place, Box::new(slots) as Box<dyn Iterator<Item = Slot>>)
    });
    let moments = search::merge(sources, wanted.limit);
    let mut offers = choose(&entries, moments);
    offers.extend(own_offers(&entries, reason, wanted, visit));
    offers.sort_by_key(|offer| (offer.slot.time, offer.kept.is_none(), offer.site));
    offers.truncate(wanted.limit);
    offers
}

/// The end of the last day that any of these plans offers.
fn last_moment<'a>(plans: impl Iterator<Item = &'a Arc<Plan>>, now: Timestamp) -> Timestamp {
    let days = plans.map(|plan| plan.last_date(now)).max();
    let end = days.and_then(|date| date.saturating_add(2.days()).to_zoned(jiff::tz::TimeZone::UTC).ok());
    end.map_or(now, |end| end.timestamp())
}

/// One offer per moment and site. Which practitioner comes first changes with the moment, so that none is always last.
fn choose(entries: &[&Entry], moments: Vec<(Interval, Vec<(usize, Slot)>)>) -> Vec<Offer> {
    let mut chosen = Vec::with_capacity(moments.len());
    for (time, slots) in moments {
        let mut here: Vec<Offer> = Vec::new();
        let turn = spread(time.start(), slots.len());
        for (place, slot) in slots.iter().cycle().skip(turn).take(slots.len()) {
            let Some(row) = entries.get(*place).map(|entry| entry.row) else { continue };
            if here.iter().all(|offer| offer.site != row.site) {
                here.push(Offer { slot: *slot, practitioner: row.practitioner, site: row.site, kept: None });
            }
        }
        chosen.extend(here);
    }
    chosen
}

fn own_offers<'a>(
    entries: &'a [&Entry],
    reason: VisitReasonId,
    wanted: &'a Wanted,
    visit: VisitId,
) -> impl Iterator<Item = Offer> + 'a {
    let kept = entries.iter().flat_map(|entry| entry.kept.iter().map(move |(owner, hold)| (entry.row, owner, hold)));
    kept.filter_map(move |(row, owner, hold)| {
        let start = hold.slot.time.start();
        let wanted_then = start >= wanted.from && wanted.before.is_none_or(|before| start < before);
        (*owner == visit && hold.slot.reason == reason && wanted_then).then_some(Offer {
            slot: hold.slot,
            practitioner: row.practitioner,
            site: row.site,
            kept: Some(hold.id),
        })
    })
}

/// A number below `among` that differs from one moment to the next (Fibonacci hashing of the minute).
fn spread(moment: Timestamp, among: usize) -> usize {
    let minute = u64::try_from(moment.as_second() / 60).unwrap_or(0);
    let mixed = minute.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    usize::try_from(mixed).unwrap_or(0).checked_rem(among).unwrap_or(0)
}
