//! The versioned free time of agendas. Kept in memory, and checked against the database at every request by one
//! indexed question: a change made by another node is seen at once, an unchanged agenda costs nothing.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Time};
use kernel::{AgendaId, HoldId, PractitionerId, SiteId, VisitReasonId};
use storage::{Conn, StorageError};

use crate::{
    domain::{FreeTime, Interval, Plan, Slot, hold::OwnHold, search},
    place::Places,
    store::{
        busy::{self, Busy},
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
    plans: RwLock<HashMap<AgendaId, (i64, Arc<Plan>)>>,
    entries: RwLock<HashMap<AgendaId, Arc<Entry>>>,
}

/// The free time of one agenda at one version.
struct Entry {
    row: AgendaRow,
    plan: Arc<Plan>,
    free: FreeTime,
    /// Until a hold ends or the site's day does.
    until: Timestamp,
}

impl Availability {
    pub(crate) fn new(places: Places) -> Self {
        Self { places, plans: RwLock::default(), entries: RwLock::default() }
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

    /// The first times free for a reason; none when nobody receives for it.
    pub(crate) fn search(
        &self,
        conn: &mut Conn,
        reason: VisitReasonId,
        wanted: &Wanted,
        own: &[OwnHold],
        now: Timestamp,
    ) -> Result<Vec<Offer>, StorageError> {
        let rows = plans::for_reason(conn, reason, wanted.practitioner, wanted.site)?;
        let entries = self.entries(conn, &rows, now)?;
        let sources = entries.iter().enumerate().map(|(place, entry)| {
            let slots = search::slots(&entry.plan, &entry.free, reason, wanted.from, now);
            let slots = slots.take_while(|slot| wanted.before.is_none_or(|before| slot.time.start() < before));
            (place, Box::new(slots) as Box<dyn Iterator<Item = Slot>>)
        });
        let moments = search::merge(sources, wanted.limit);
        let mut offers = choose(&entries, moments);
        offers.extend(own_offers(&rows, reason, own, wanted));
        offers.sort_by_key(|offer| (offer.slot.time, offer.kept.is_none(), offer.site));
        offers.truncate(wanted.limit);
        Ok(offers)
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
        let rows = plans::for_reason(conn, reason, None, site)?;
        let entries = self.entries(conn, &rows, now)?;
        let free = |entry: &&Arc<Entry>| {
            let mut slots = search::slots(&entry.plan, &entry.free, reason, starts_at, now);
            slots.next().is_some_and(|slot| slot.time.start() == starts_at)
        };
        let mut agendas: Vec<AgendaId> = entries.iter().filter(free).map(|entry| entry.row.id).collect();
        let turn = spread(starts_at, agendas.len());
        agendas.rotate_left(turn);
        Ok(agendas)
    }

    fn entries(&self, conn: &mut Conn, rows: &[AgendaRow], now: Timestamp) -> Result<Vec<Arc<Entry>>, StorageError> {
        let known = self.known(rows, now);
        let stale: Vec<AgendaRow> = rows.iter().filter(|row| !known.contains_key(&row.id)).copied().collect();
        let mut all = known;
        // The version was read first and the data follow: a change in between only causes one more reload.
        all.extend(self.reload(conn, &stale, now)?);
        Ok(rows.iter().filter_map(|row| all.remove(&row.id)).collect())
    }

    fn known(&self, rows: &[AgendaRow], now: Timestamp) -> HashMap<AgendaId, Arc<Entry>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let fresh = |row: &AgendaRow| {
            let entry = entries.get(&row.id)?;
            (entry.row == *row && now < entry.until).then(|| (row.id, entry.clone()))
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
        let mut taken: HashMap<AgendaId, Vec<Busy>> = HashMap::new();
        for one in horizon.map_or(Ok(Vec::new()), |time| busy::of_agendas(conn, &ids, time))? {
            taken.entry(one.agenda).or_default().push(one);
        }
        let fresh: HashMap<AgendaId, Arc<Entry>> = stale
            .iter()
            .filter_map(|row| {
                let plan = plans.get(&row.id)?.clone();
                Some((row.id, Arc::new(Entry::new(*row, plan, taken.remove(&row.id).unwrap_or_default(), now))))
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
    fn new(row: AgendaRow, plan: Arc<Plan>, busy: Vec<Busy>, now: Timestamp) -> Self {
        let live: Vec<Busy> = busy.into_iter().filter(|one| !one.is_over(now)).collect();
        let tomorrow = plan.zone.date(now).saturating_add(1.day());
        let day_ends = plan.zone.instant(tomorrow.to_datetime(Time::midnight()));
        let until = live.iter().filter_map(|one| one.until).chain(day_ends).min();
        let days = (plan.zone.date(now), plan.last_date(now));
        let free = FreeTime::compute(&plan, days, live.into_iter().map(|one| one.time).collect());
        // Where midnight itself is skipped, an hour is soon enough to look again.
        let until = until.unwrap_or_else(|| now + SignedDuration::from_hours(1));
        Self { row, plan, free, until }
    }
}

/// The end of the last day that any of these plans offers.
fn last_moment<'a>(plans: impl Iterator<Item = &'a Arc<Plan>>, now: Timestamp) -> Timestamp {
    let days = plans.map(|plan| plan.last_date(now)).max();
    let end = days.and_then(|date| date.saturating_add(2.days()).to_zoned(jiff::tz::TimeZone::UTC).ok());
    end.map_or(now, |end| end.timestamp())
}

/// One offer per moment and site. Which practitioner comes first changes with the moment, so that none is always last.
fn choose(entries: &[Arc<Entry>], moments: Vec<(Interval, Vec<(usize, Slot)>)>) -> Vec<Offer> {
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
    rows: &'a [AgendaRow],
    reason: VisitReasonId,
    own: &'a [OwnHold],
    wanted: &'a Wanted,
) -> impl Iterator<Item = Offer> + 'a {
    own.iter().filter(move |hold| hold.slot.reason == reason).filter_map(move |hold| {
        let row = rows.iter().find(|row| row.id == hold.slot.agenda)?;
        let start = hold.slot.time.start();
        let wanted_then = start >= wanted.from && wanted.before.is_none_or(|before| start < before);
        wanted_then.then_some(Offer {
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
