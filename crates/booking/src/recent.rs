//! What this node was told of agendas a moment ago, for visitors who look around.
//!
//! Right on this node, late by [`Recent::trust`] at most on others: whatever this node writes makes it ask again.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use jiff::Timestamp;
use kernel::{AgendaId, VisitReasonId};

use crate::availability::Entry;

/// The free time of every agenda that receives for one reason.
pub(crate) type Entries = Arc<[Arc<Entry>]>;

pub(crate) struct Recent {
    /// Zero: nothing is trusted.
    trust: Duration,
    /// One for each reason that has agendas: what nobody receives for is not remembered, so that made-up reasons take no room.
    told: RwLock<HashMap<VisitReasonId, Told>>,
    /// When this node last changed an agenda, by the clock that only moves forward.
    changed: RwLock<HashMap<AgendaId, Duration>>,
}

struct Told {
    /// Before the question was asked: all that was committed by then is in the answer.
    asked: Duration,
    entries: Entries,
}

impl Recent {
    pub(crate) fn trusting(trust: Duration) -> Self {
        Self { trust, told: RwLock::default(), changed: RwLock::default() }
    }

    /// What may still be shown at `now`; `moment` is the same instant by the clock that only moves forward.
    pub(crate) fn get(&self, reason: VisitReasonId, now: Timestamp, moment: Duration) -> Option<Entries> {
        let told = self.told.read().unwrap_or_else(PoisonError::into_inner);
        let Told { asked, entries } = told.get(&reason)?;
        let changed = self.changed.read().unwrap_or_else(PoisonError::into_inner);
        let unchanged = |entry: &Arc<Entry>| changed.get(&entry.agenda()).is_none_or(|at| at < asked);
        let fresh = moment.saturating_sub(*asked) < self.trust;
        (fresh && entries.iter().all(|entry| entry.holds_at(now) && unchanged(entry))).then(|| entries.clone())
    }

    pub(crate) fn put(&self, reason: VisitReasonId, asked: Duration, entries: &Entries) {
        if !self.trust.is_zero() && !entries.is_empty() {
            let mut told = self.told.write().unwrap_or_else(PoisonError::into_inner);
            told.insert(reason, Told { asked, entries: entries.clone() });
        }
    }

    /// This node has changed the agenda, and the change is committed.
    pub(crate) fn changed(&self, agenda: AgendaId, at: Duration) {
        self.changed.write().unwrap_or_else(PoisonError::into_inner).insert(agenda, at);
    }
}
