//! Times kept during checkout.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{AgendaId, HoldId, VisitId, VisitReasonId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::{
    busy::{self, Busy, Taker},
    schema::holds,
};
use crate::{
    availability::Availability,
    domain::{
        FreeTime, Interval, Plan, Refusal, Slot, Wish, evaluate,
        hold::{HoldDecision, HoldFacts, OwnHold, already_kept, decide_hold, previous},
    },
    failure::Failure,
};

storage::text_enum! {
    /// Expiry is not a state: it comes by itself.
    pub(crate) enum HoldState {
        Kept = "kept",
        Used = "used",
        Released = "released",
    }
}

/// A hold as its owner sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hold {
    pub(crate) id: HoldId,
    pub(crate) slot: Slot,
    pub(crate) since: Timestamp,
    pub(crate) until: Timestamp,
    rank: Option<i16>,
    pub(crate) state: HoldState,
}

/// What a hold is worth now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HoldStanding {
    Live,
    Expired,
    Used,
    /// Given back by its owner before its end.
    Released,
}

impl Hold {
    pub(crate) fn standing(&self, now: Timestamp) -> HoldStanding {
        match self.state {
            HoldState::Used => HoldStanding::Used,
            _ if self.until <= now => HoldStanding::Expired,
            HoldState::Released => HoldStanding::Released,
            HoldState::Kept => HoldStanding::Live,
        }
    }
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        self.standing(now) == HoldStanding::Live
    }
    pub(crate) fn wish(&self) -> Wish {
        Wish { reason: self.slot.reason, starts_at: self.slot.time.start() }
    }
    fn own(&self) -> OwnHold {
        OwnHold { id: self.id, slot: self.slot, rank: self.rank.unwrap_or(0) }
    }
}

/// A visitor wants to keep a time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HoldSlot {
    pub(crate) owner: VisitId,
    pub(crate) agenda: AgendaId,
    pub(crate) wish: Wish,
}

type Row = (HoldId, VisitReasonId, AgendaId, Timestamp, Timestamp, HoldState, Option<i16>, Timestamp, Timestamp);

const ROW: (
    holds::id,
    holds::reason_id,
    holds::agenda_id,
    holds::starts_at,
    holds::ends_at,
    holds::state,
    holds::rank,
    holds::created_at,
    holds::expires_at,
) = (
    holds::id,
    holds::reason_id,
    holds::agenda_id,
    holds::starts_at,
    holds::ends_at,
    holds::state,
    holds::rank,
    holds::created_at,
    holds::expires_at,
);

fn hold(row: Row) -> Option<Hold> {
    let (id, reason, agenda, start, end, state, rank, since, until) = row;
    let slot = Slot { agenda, reason, time: Interval::new(start, end)? };
    Some(Hold { id, slot, since, until, rank, state })
}

/// One hold of this owner, whatever became of it.
pub(crate) fn find(conn: &mut Conn, owner: VisitId, id: HoldId) -> Result<Option<Hold>, StorageError> {
    let found: Option<Row> =
        holds::table.find(id.sql()).filter(holds::owner.eq(owner.sql())).select(ROW).first(conn).optional()?;
    Ok(found.and_then(hold))
}

/// What the owner keeps, expired holds included until they are tidied away.
fn counted(conn: &mut Conn, owner: VisitId) -> Result<Vec<Hold>, StorageError> {
    let rows: Vec<Row> =
        holds::table.filter(holds::owner.eq(owner.sql())).filter(holds::rank.is_not_null()).select(ROW).load(conn)?;
    Ok(rows.into_iter().filter_map(hold).collect())
}

/// What the owner keeps now.
pub(crate) fn live(conn: &mut Conn, owner: VisitId, now: Timestamp) -> Result<Vec<OwnHold>, StorageError> {
    Ok(counted(conn, owner)?.iter().filter(|hold| hold.is_live(now)).map(Hold::own).collect())
}

/// Which of these count at `now`, and who keeps them.
pub(crate) fn live_among(
    conn: &mut Conn,
    ids: impl Iterator<Item = HoldId>,
    now: Timestamp,
) -> Result<Vec<(VisitId, OwnHold)>, StorageError> {
    let ids: Vec<_> = ids.map(AsSql::sql).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(VisitId, Row)> =
        holds::table.filter(holds::id.eq_any(ids)).select((holds::owner, ROW)).load(conn)?;
    let live = |(owner, row)| Some((owner, hold(row).filter(|hold| hold.is_live(now))?.own()));
    Ok(rows.into_iter().filter_map(live).collect())
}

/// Keeps the time, or finds that the visitor keeps it already.
pub(crate) fn keep(tx: &mut Tx<'_>, availability: &Availability, command: HoldSlot) -> Result<Hold, Failure> {
    let now = tx.now();
    let counted = counted(tx.conn(), command.owner)?;
    let (live, ended): (Vec<Hold>, Vec<Hold>) = counted.into_iter().partition(|hold| hold.is_live(now));
    let own: Vec<OwnHold> = live.iter().map(Hold::own).collect();
    if let Some(same) = already_kept(&own, command.agenda, command.wish) {
        return live.iter().find(|hold| hold.id == same.id).copied().ok_or(Failure::Unknown);
    }
    let previous = previous(&own, command.wish.reason).copied();
    let plan = take_in_order(tx, availability, command.agenda, previous.map(|hold| hold.slot.agenda))?;
    let free = free_for(tx, &plan, command.wish, previous.map(|hold| hold.id))?;
    let facts = HoldFacts { plan: &plan, free: &free, own: &own };
    let HoldDecision::Take { slot, rank, until, release } = decide_hold(&facts, command.wish, now)? else {
        return Err(Failure::Unknown);
    };
    for over in ended.iter().map(|hold| hold.id).chain(release) {
        give_back(tx, over)?;
    }
    let id: HoldId = tx.id();
    let hold = Hold { id, slot, since: now, until, rank: Some(rank), state: HoldState::Kept };
    insert(tx, command.owner, &hold)?;
    busy::insert(tx, slot.agenda, slot.time, Taker::Hold { id, until });
    Ok(hold)
}

/// Locks the wished agenda and that of the hold it replaces, always the lower id first so that two visitors cannot
/// wait for each other. Answers the wished one's rules.
fn take_in_order(
    tx: &mut Tx<'_>,
    availability: &Availability,
    wished: AgendaId,
    other: Option<AgendaId>,
) -> Result<std::sync::Arc<Plan>, Failure> {
    let mut agendas: Vec<AgendaId> = other.into_iter().chain([wished]).collect();
    agendas.sort_unstable();
    agendas.dedup();
    let mut plan = None;
    for agenda in agendas {
        let row = availability.take(tx, agenda)?.filter(|row| row.id == wished && row.open);
        if let Some(row) = row {
            let now = tx.now();
            plan = availability.plan(tx.conn(), &row, now)?;
        }
    }
    plan.ok_or_else(|| Refusal::ReasonClosed.into())
}

/// The free time around a wish, once the agenda is locked. What the rules refuse whoever has booked is refused before
/// the database is asked. Expired holds that stand in the way are cleared.
pub(crate) fn free_for(tx: &mut Tx<'_>, plan: &Plan, wish: Wish, own: Option<HoldId>) -> Result<FreeTime, Failure> {
    let now = tx.now();
    let date = plan.zone.date(wish.starts_at);
    let empty = FreeTime::compute(plan, (date, date), Vec::new());
    let time = evaluate(plan, &empty, wish, now)?.time;
    let (over, live): (Vec<Busy>, Vec<Busy>) =
        busy::of_agenda(tx.conn(), plan.agenda, time)?.into_iter().partition(|one| one.is_over(now));
    for hold in over.iter().filter_map(|one| one.hold) {
        give_back(tx, hold)?;
    }
    let taken = live.into_iter().filter(|one| own.is_none() || one.hold != own).map(|one| one.time).collect();
    Ok(FreeTime::compute(plan, (date, date), taken))
}

/// The visitor no longer wants the time.
pub(crate) fn release(tx: &mut Tx<'_>, availability: &Availability, owner: VisitId, id: HoldId) -> Result<(), Failure> {
    let hold = find(tx.conn(), owner, id)?.filter(|hold| hold.state == HoldState::Kept).ok_or(Failure::Unknown)?;
    availability.take(tx, hold.slot.agenda)?;
    Ok(give_back(tx, id)?)
}

fn give_back(tx: &mut Tx<'_>, id: HoldId) -> Result<(), StorageError> {
    busy::free_hold(tx, id)?;
    end(tx, id, HoldState::Released)?;
    Ok(())
}

/// A hold ends once: what was used stays used. Whether it was this time.
pub(crate) fn end(tx: &mut Tx<'_>, id: HoldId, state: HoldState) -> Result<bool, StorageError> {
    let kept = holds::table.find(id.sql()).filter(holds::state.eq(HoldState::Kept));
    Ok(tx.execute(diesel::update(kept).set((holds::state.eq(state), holds::rank.eq(None::<i16>))))? == 1)
}

fn insert(tx: &mut Tx<'_>, owner: VisitId, hold: &Hold) -> Result<(), StorageError> {
    tx.execute(diesel::insert_into(holds::table).values((
        holds::id.eq(hold.id.sql()),
        holds::owner.eq(owner.sql()),
        holds::reason_id.eq(hold.slot.reason.sql()),
        holds::agenda_id.eq(hold.slot.agenda.sql()),
        holds::starts_at.eq(hold.slot.time.start().sql()),
        holds::ends_at.eq(hold.slot.time.end().sql()),
        holds::state.eq(hold.state),
        holds::rank.eq(hold.rank),
        holds::created_at.eq(hold.since.sql()),
        holds::expires_at.eq(hold.until.sql()),
    )))?;
    Ok(())
}

/// Forgets holds that ended more than a day ago, and the time of those nobody came back for.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<usize, StorageError> {
    let limit = tx.now() - jiff::SignedDuration::from_hours(24);
    tx.execute(diesel::delete(holds::table.filter(holds::expires_at.lt(limit.sql()))))
}
