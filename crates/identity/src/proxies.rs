//! The register of who acts for whom beyond one stay: written when the admissions desk accepted a file that somebody opened
//! as a parent or a representative, for it looked at their papers then. It says who they are to each other and nothing of
//! what may be seen: that is for the rooms.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, civil::Date};
use kernel::{EstablishmentId, Id, ObjectId, PatientId, StaffId};
use serde_json::json;
use storage::{Act, Conn, Db, StorageError, Tx, proof};

pub use crate::domain::proxy::{Ending, Quality};
use crate::{
    domain::proxy::{self, EndProxy, Facts, Refusal},
    read,
    same_person::{Traits, is_certain, same_person},
    store::proxies as store,
    traces::{self, Action, Actor, Trace},
};

#[derive(Debug)]
pub enum ProxyKind {}
pub type ProxyId = Id<ProxyKind>;

/// The kinds of act in the proof register.
const ESTABLISHED: &str = "proxy.established";
const ENDED: &str = "proxy.ended";

/// What stands in access logs.
const WHAT: &str = "proxy";

/// Bonds that one transaction erases.
const BATCH: i64 = 200;

/// For whom somebody acts, as the hospital names them.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    pub ipp: String,
    pub birth_family: String,
    pub given: String,
    /// `1962-11-05`; `1962-11` and `1962` where no more is known.
    pub birth_date: String,
    /// `F`, `M` or `U`.
    pub sex: String,
}

impl Person {
    pub fn traits(&self) -> Traits<'_> {
        let Self { birth_family, given, birth_date, sex, .. } = self;
        Traits { birth_family, given, birth_date, sex }
    }

    /// "Camille EXEMPLE".
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given, self.birth_family)
    }
}

/// Nothing personal is printed.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person")
    }
}

/// Somebody acts for somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    pub id: ProxyId,
    /// Who acts.
    pub by: PatientId,
    pub establishment: EstablishmentId,
    pub person: Person,
    pub quality: Quality,
    /// Who of the desk found it right last; none: a scenario says so.
    pub accepted_by: Option<StaffId>,
    pub since: Timestamp,
    /// The first day on which it holds no more.
    pub until_on: Date,
    pub ended: Option<Ended>,
}

/// It was ended before its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub at: Timestamp,
    pub ending: Ending,
    /// In the desk's words; for the desk alone.
    pub reason: String,
}

impl Proxy {
    pub fn holds(&self, today: Date) -> bool {
        self.ended.is_none() && today < self.until_on
    }

    /// Whether the person for whom they act may end it.
    pub(crate) fn person_is_of_age(&self, today: Date) -> bool {
        proxy::is_of_age(&self.person.birth_date, today)
    }
}

/// What the desk found right.
#[derive(Debug, Clone)]
pub struct Established {
    pub by: PatientId,
    pub establishment: EstablishmentId,
    pub person: Person,
    pub quality: Quality,
    /// The file, and who accepted it; none: a scenario says so.
    pub accepted: Option<(ObjectId, StaffId)>,
}

/// Writes it down, or that it was found right once more. What would not hold today is not written.
pub fn establish(tx: &mut Tx<'_>, new: &Established, today: Date) -> Result<(), StorageError> {
    let Some(until_on) = new.quality.until(&new.person.birth_date, today) else { return Ok(()) };
    let living = store::hold_living(tx, new.establishment, &new.person.ipp)?;
    let known = living.into_iter().find(|one| one.by == new.by);
    let still = known.as_ref().filter(|one| one.holds(today) && one.quality == new.quality);
    let id = match (&known, still) {
        (_, Some(one)) => {
            store::confirm(tx, one.id, (new, until_on))?;
            one.id
        }
        (before, None) => {
            if let Some(before) = before {
                end(tx, before, (Ending::Expired, ""), Actor::System)?;
            }
            store::add(tx, new, until_on)?
        }
    };
    let content = json!({
        "by": new.by, "for": new.person.ipp, "as": new.quality.as_str(), "until": until_on,
        "file": new.accepted.map(|(file, _)| file),
    });
    let actor = new.accepted.map_or_else(|| new.establishment.as_object(), |(_, staff)| staff.as_object());
    tx.record(Act { kind: ESTABLISHED, actor, object: id.as_object(), content: &content })?;
    let actor = new.accepted.map_or(Actor::System, |(_, staff)| Actor::Staff(staff));
    trace(tx, (new.by, &new.person), actor)
}

fn end(tx: &mut Tx<'_>, one: &Proxy, how: (Ending, &str), actor: Actor) -> Result<(), StorageError> {
    store::end(tx, one.id, how)?;
    let by = match actor {
        Actor::Patient(id) => id.as_object(),
        Actor::Staff(id) => id.as_object(),
        Actor::System => one.establishment.as_object(),
    };
    let content = json!({ "by": one.by, "for": one.person.ipp, "ending": how.0.as_str(), "reason": how.1 });
    tx.record(Act { kind: ENDED, actor: by, object: one.id.as_object(), content: &content })?;
    trace(tx, (one.by, &one.person), actor)
}

/// A line for both: who acts, and for whom once they have an account.
fn trace(tx: &mut Tx<'_>, (by, person): (PatientId, &Person), actor: Actor) -> Result<(), StorageError> {
    let account = account_of(tx.conn(), person)?;
    for patient in [Some(by), account].into_iter().flatten() {
        traces::record(tx, Trace { patient, actor, action: Action::Changed, what: WHAT })?;
    }
    Ok(())
}

/// The one account that is surely this person's.
fn account_of(conn: &mut Conn, person: &Person) -> Result<Option<PatientId>, StorageError> {
    let born = read::patients_born(conn, &person.birth_date)?;
    let certain: Vec<PatientId> = born.iter().filter(|me| is_certain(&person.traits(), me)).map(|me| me.id).collect();
    Ok(if let [only] = certain.as_slice() { Some(*only) } else { None })
}

/// Those for whom this one acts today.
pub fn held_by(conn: &mut Conn, by: PatientId, today: Date) -> Result<Vec<Proxy>, StorageError> {
    Ok(store::of_proxy(conn, by)?.into_iter().filter(|one| one.holds(today)).collect())
}

/// Those who act today for whom this number of a hospital is.
pub fn acting_for(
    conn: &mut Conn,
    (establishment, ipp): (EstablishmentId, &str),
    today: Date,
) -> Result<Vec<Proxy>, StorageError> {
    Ok(store::of_number(conn, &[establishment], ipp)?.into_iter().filter(|one| one.holds(today)).collect())
}

/// A file says that somebody is in charge of the patient no longer.
pub fn in_charge_no_more(
    tx: &mut Tx<'_>,
    (by, establishment, ipp): (PatientId, EstablishmentId, &str),
    actor: Actor,
) -> Result<(), StorageError> {
    for one in store::hold_living(tx, establishment, ipp)? {
        if one.by == by && one.quality == Quality::Representative {
            end(tx, &one, (Ending::InCharge, ""), actor)?;
        }
    }
    Ok(())
}

/// From now on `person.ipp` stands for the former numbers: bonds go along with their patient, and end where the one who
/// stays has other traits. Whether there were any.
pub fn follow_merge(
    tx: &mut Tx<'_>,
    establishment: EstablishmentId,
    former: &[String],
    person: &Person,
) -> Result<bool, StorageError> {
    let staying = store::hold_living(tx, establishment, &person.ipp)?;
    let mut met = staying.clone();
    for number in former.iter().filter(|number| **number != person.ipp) {
        met.extend(store::hold_living(tx, establishment, number)?);
    }
    for one in &met {
        let is_twice = one.person.ipp != person.ipp && staying.iter().any(|other| other.by == one.by);
        match same_person(&one.person.traits(), &person.traits()) && !is_twice {
            true if one.person.ipp == person.ipp => {}
            true => store::renumber(tx, one.id, &person.ipp)?,
            false => end(tx, one, (Ending::Merge, ""), Actor::System)?,
        }
    }
    Ok(!met.is_empty())
}

/// A bond as people read it.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) proxy: Proxy,
    /// The name of who acts.
    pub(crate) by: String,
    pub(crate) establishment: String,
    /// The name of who accepted the file.
    pub(crate) accepted_by: Option<String>,
}

fn shown(conn: &mut Conn, proxy: Proxy) -> Result<Shown, StorageError> {
    let by = read::patient(conn, proxy.by)?.map(|facts| facts.full_name()).unwrap_or_default();
    let establishment = read::establishment(conn, proxy.establishment)?.map(|one| one.name).unwrap_or_default();
    let accepted_by = proxy.accepted_by.map(|id| read::staff_name(conn, id)).transpose()?.flatten();
    Ok(Shown { proxy, by, establishment, accepted_by })
}

/// Who acts for this patient and for whom they act, as far as it is kept here, the latest first.
#[derive(Debug, Default)]
pub(crate) struct Mine {
    pub(crate) acting: Vec<Shown>,
    pub(crate) acted_for: Vec<Shown>,
}

pub(crate) fn of_patient(conn: &mut Conn, me: PatientId) -> Result<Mine, StorageError> {
    let mut mine = Mine::default();
    for one in store::of_proxy(conn, me)? {
        mine.acting.push(shown(conn, one)?);
    }
    let Some(born) = read::patient(conn, me)?.and_then(|facts| facts.birthdate) else { return Ok(mine) };
    for one in store::of_born(conn, &born)? {
        if account_of(conn, &one.person)? == Some(me) {
            mine.acted_for.push(shown(conn, one)?);
        }
    }
    Ok(mine)
}

/// Of a patient's number at the clerk's establishments. Those whom it is about can read who looked.
pub(crate) fn look_at(
    tx: &mut Tx<'_>,
    (by, of): (StaffId, &[EstablishmentId]),
    ipp: &str,
) -> Result<Vec<Shown>, StorageError> {
    let found = store::of_number(tx.conn(), of, ipp)?;
    let mut concerned = BTreeSet::new();
    for one in &found {
        concerned.insert(one.by);
        concerned.extend(account_of(tx.conn(), &one.person)?);
    }
    for patient in concerned {
        traces::record(tx, Trace { patient, actor: Actor::Staff(by), action: Action::Read, what: WHAT })?;
    }
    found.into_iter().map(|one| shown(tx.conn(), one)).collect()
}

/// Why it was not ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotEnded {
    /// There is none, or it is somebody else's.
    #[error("unknown")]
    Unknown,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl storage::TxError for NotEnded {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Storage(error) => Some(error),
            Self::Unknown | Self::Refused(_) => None,
        }
    }
}

/// Whoever acts ends it, or the person for whom they act.
pub(crate) fn end_own(tx: &mut Tx<'_>, id: ProxyId, me: PatientId, today: Date) -> Result<(), NotEnded> {
    let one = store::hold(tx, id)?.ok_or(NotEnded::Unknown)?;
    let command = match one.by == me {
        true => EndProxy::AsProxy,
        false if account_of(tx.conn(), &one.person)? == Some(me) => EndProxy::AsPerson,
        false => return Err(NotEnded::Unknown),
    };
    decide(tx, &one, (command, today), Actor::Patient(me))
}

/// The desk ends it, and says why. The patient's number.
pub(crate) fn end_at_desk(
    tx: &mut Tx<'_>,
    id: ProxyId,
    (by, of): (StaffId, &[EstablishmentId]),
    (reason, today): (&str, Date),
) -> Result<String, NotEnded> {
    let one = store::hold(tx, id)?.filter(|one| of.contains(&one.establishment)).ok_or(NotEnded::Unknown)?;
    decide(tx, &one, (EndProxy::AtDesk { reason }, today), Actor::Staff(by))?;
    Ok(one.person.ipp)
}

fn decide(tx: &mut Tx<'_>, one: &Proxy, (command, today): (EndProxy<'_>, Date), actor: Actor) -> Result<(), NotEnded> {
    let facts = Facts { birth_date: &one.person.birth_date, is_ended: one.ended.is_some() };
    match proxy::decide(facts, command, today)? {
        Some(how) => Ok(end(tx, one, how, actor)?),
        None => Ok(()),
    }
}

/// Erases what was over so many days before this instant, with the salts of its proofs. How many.
pub async fn purge(db: &Db, as_of: Timestamp, days: i64) -> Result<usize, StorageError> {
    let before = as_of.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
    let day = before.to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut erased = 0;
    loop {
        let gone = db.write(move |tx| purge_some(tx, (before, day))).await?;
        erased += gone;
        if gone == 0 {
            return Ok(erased);
        }
    }
}

fn purge_some(tx: &mut Tx<'_>, before: (Timestamp, Date)) -> Result<usize, StorageError> {
    let over = store::over_since(tx.conn(), before, BATCH)?;
    for id in &over {
        store::erase(tx, *id)?;
        proof::forget(tx, id.as_object())?;
    }
    Ok(over.len())
}
