//! Which files a team sees to, in which order. A page is read from the index of its order, from where the last one
//! ended: as fast at the end of a long list as at its start.

use diesel::{dsl::count_star, prelude::*};
use jiff::Timestamp;
use kernel::{EstablishmentId, ObjectId, PreadmissionId, SiteId, StaffId};
use storage::{AsSql, Conn, StorageError};

use super::{
    files::StatusText,
    schema::{preadmission_assignments as assignments, preadmissions, stays},
};
use crate::{domain::status::Status, read::PreadmissionFacts};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// The next to enter first.
    #[default]
    Entry,
    /// The longest sent first; what was not sent is not shown.
    Submission,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Assigned {
    #[default]
    Anyone,
    Nobody,
    To(StaffId),
    /// This clerk's, or nobody's.
    FreeFor(StaffId),
}

/// What a clerk wants to see. Empty words ask for nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) establishments: Vec<EstablishmentId>,
    pub(crate) status: Option<Status>,
    pub(crate) site: Option<SiteId>,
    /// Code of the unit.
    pub(crate) unit: String,
    pub(crate) from: Option<Timestamp>,
    /// Not this instant any more.
    pub(crate) until: Option<Timestamp>,
    pub(crate) assigned: Assigned,
    /// Parts of names or numbers.
    pub(crate) text: String,
    pub(crate) order: Order,
    /// Where the page before ended.
    pub(crate) after: Option<Place>,
    pub(crate) limit: i64,
}

/// A place in an order: by entry the stay's instant and id, by submission the file's.
pub(crate) type Place = (Timestamp, ObjectId);

/// One of the list, and who has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) file: PreadmissionId,
    pub(crate) place: Place,
    pub(crate) assigned: Option<StaffId>,
}

/// Conditions on the stay alone; of stays without a file, or with an erased one, none.
macro_rules! narrowed {
    ($query:expr, $wanted:expr) => {{
        let mut query = $query;
        if let Some(site) = $wanted.site {
            query = query.filter(stays::site_id.eq(site.sql()));
        }
        if !$wanted.unit.is_empty() {
            query = query.filter(stays::unit_code.eq($wanted.unit.clone()));
        }
        if let Some(from) = $wanted.from {
            query = query.filter(stays::entry_at.ge(from.sql()));
        }
        if let Some(until) = $wanted.until {
            query = query.filter(stays::entry_at.lt(until.sql()));
        }
        query = match $wanted.status {
            Some(status) => query.filter(stays::file_status.eq(StatusText::from(status))),
            None => query.filter(stays::file_status.is_not_null()),
        };
        for word in kernel::fold(&$wanted.text).split(' ').filter(|word| !word.is_empty()) {
            query = query.filter(stays::search.like(format!("%{word}%")));
        }
        query
    }};
}

/// Whose it is.
macro_rules! given {
    ($query:expr, $wanted:expr) => {{
        let query = $query;
        match $wanted.assigned {
            Assigned::Anyone => query,
            Assigned::Nobody => query.filter(assignments::staff_id.nullable().is_null()),
            Assigned::To(staff) => query.filter(assignments::staff_id.nullable().eq(Some(staff).sql())),
            Assigned::FreeFor(staff) => query.filter(
                assignments::staff_id.nullable().is_null().or(assignments::staff_id.nullable().eq(Some(staff).sql())),
            ),
        }
    }};
}

/// The page of one establishment, the next to enter first.
macro_rules! by_entry {
    ($establishment:expr, $wanted:expr) => {{
        let query = stays::table
            .inner_join(preadmissions::table.left_join(assignments::table))
            .filter(stays::establishment_id.eq($establishment.sql()))
            .select((preadmissions::id, stays::entry_at, stays::id, assignments::staff_id.nullable()))
            .order((stays::entry_at.asc(), stays::id.asc()))
            .limit($wanted.limit)
            .into_boxed();
        let mut query = given!(narrowed!(query, $wanted), $wanted);
        if let Some((at, id)) = $wanted.after {
            let later = stays::entry_at.gt(at.sql()).or(stays::id.gt(id.sql()));
            query = query.filter(stays::entry_at.ge(at.sql())).filter(later);
        }
        query
    }};
}

/// The page of one establishment, the longest sent first.
macro_rules! by_submission {
    ($establishment:expr, $wanted:expr) => {{
        let query = preadmissions::table
            .inner_join(stays::table)
            .left_join(assignments::table)
            .filter(preadmissions::establishment_id.eq($establishment.sql()))
            .filter(preadmissions::submitted_at.is_not_null())
            .select((preadmissions::id, preadmissions::submitted_at, assignments::staff_id.nullable()))
            .order((preadmissions::submitted_at.asc(), preadmissions::id.asc()))
            .limit($wanted.limit)
            .into_boxed();
        let mut query = given!(narrowed!(query, $wanted), $wanted);
        if let Some((at, id)) = $wanted.after {
            let sent = preadmissions::submitted_at.assume_not_null();
            let later = sent.gt(at.sql()).or(preadmissions::id.gt(id.sql()));
            query = query.filter(sent.ge(at.sql())).filter(later);
        }
        query
    }};
}

/// Of each establishment as many as are wanted, then the first of all: so that one index gives them in their order.
pub(crate) fn page(conn: &mut Conn, wanted: &Wanted) -> Result<Vec<Found>, StorageError> {
    let mut found = Vec::new();
    for establishment in &wanted.establishments {
        found.extend(page_of(conn, *establishment, wanted)?);
    }
    found.sort_unstable_by_key(|one| one.place);
    found.truncate(usize::try_from(wanted.limit).unwrap_or_default());
    Ok(found)
}

fn page_of(conn: &mut Conn, establishment: EstablishmentId, wanted: &Wanted) -> Result<Vec<Found>, StorageError> {
    match wanted.order {
        Order::Entry => {
            let rows: Vec<(PreadmissionId, Timestamp, ObjectId, Option<StaffId>)> =
                by_entry!(establishment, wanted).load(conn)?;
            Ok(rows.into_iter().map(|(file, at, id, assigned)| Found { file, place: (at, id), assigned }).collect())
        }
        Order::Submission => {
            let rows: Vec<(PreadmissionId, Option<Timestamp>, Option<StaffId>)> =
                by_submission!(establishment, wanted).load(conn)?;
            let found = |(file, at, assigned): (PreadmissionId, Option<Timestamp>, _)| {
                Some(Found { file, place: (at?, file.as_object()), assigned })
            };
            Ok(rows.into_iter().filter_map(found).collect())
        }
    }
}

/// The next file that waits for a decision, in the order of entry, and of those that no colleague has; after the last
/// one the first.
pub(crate) fn next_waiting(
    conn: &mut Conn,
    (me, establishments): (StaffId, &[EstablishmentId]),
    facts: &PreadmissionFacts,
) -> Result<Option<PreadmissionId>, StorageError> {
    let mut wanted = Wanted {
        establishments: establishments.to_vec(),
        status: Some(Status::Ready),
        assigned: Assigned::FreeFor(me),
        after: Some((facts.stay.entry_at, facts.stay.id.as_object())),
        limit: 2,
        ..Wanted::default()
    };
    let mut found = page(conn, &wanted)?;
    wanted.after = None;
    found.extend(page(conn, &wanted)?);
    Ok(found.into_iter().map(|one| one.file).find(|file| *file != facts.id))
}

/// How many files there are, whatever the page. Who has them and when they were sent is asked only when it matters.
pub(crate) fn count(conn: &mut Conn, wanted: &Wanted) -> Result<i64, StorageError> {
    let mine = stays::establishment_id.eq_any(wanted.establishments.iter().map(|id| id.sql()));
    if wanted.assigned == Assigned::Anyone && wanted.order == Order::Entry {
        let query = stays::table.filter(mine).select(count_star()).into_boxed();
        return Ok(narrowed!(query, wanted).first(conn)?);
    }
    let query = stays::table
        .inner_join(preadmissions::table.left_join(assignments::table))
        .filter(mine)
        .select(count_star())
        .into_boxed();
    let mut query = given!(narrowed!(query, wanted), wanted);
    if wanted.order == Order::Submission {
        query = query.filter(preadmissions::submitted_at.is_not_null());
    }
    Ok(query.first(conn)?)
}

macro_rules! counts {
    ($wanted:expr) => {{
        let mut query = stays::table
            .filter(stays::establishment_id.eq_any($wanted.establishments.iter().map(|id| id.sql())))
            .filter(stays::file_status.eq_any(Status::ALL.map(StatusText::from)))
            .group_by(stays::file_status)
            .select((stays::file_status.assume_not_null(), count_star()))
            .into_boxed();
        if let Some(site) = $wanted.site {
            query = query.filter(stays::site_id.eq(site.sql()));
        }
        if let Some(from) = $wanted.from {
            query = query.filter(stays::entry_at.ge(from.sql()));
        }
        if let Some(until) = $wanted.until {
            query = query.filter(stays::entry_at.lt(until.sql()));
        }
        query
    }};
}

/// How many files of the team stand in each status, whoever has them. Each status is named, so that its range of the
/// index begins at the first entry that is asked for.
pub(crate) fn counts(conn: &mut Conn, wanted: &Wanted) -> Result<Vec<(Status, i64)>, StorageError> {
    let rows: Vec<(StatusText, i64)> = counts!(wanted).load(conn)?;
    Ok(rows.into_iter().map(|(status, count)| (status.into(), count)).collect())
}

macro_rules! units {
    ($establishments:expr, $from:expr) => {
        stays::table
            .filter(stays::establishment_id.eq_any($establishments.iter().map(|id| id.sql())))
            .filter(stays::unit_code.gt(""))
            .filter(stays::entry_at.ge($from.sql()))
            .select((stays::unit_code, stays::unit_label))
            .distinct()
            .order((stays::unit_code, stays::unit_label))
            .limit(200)
    };
}

/// Code and words of the units where somebody enters from then on, at most 200.
pub(crate) fn units(
    conn: &mut Conn,
    establishments: &[EstablishmentId],
    from: Timestamp,
) -> Result<Vec<(String, String)>, StorageError> {
    Ok(units!(establishments, from).load(conn)?)
}

/// How the database means to find a page, in its own words.
#[cfg(test)]
pub(crate) fn plan(
    conn: &mut Conn,
    establishment: EstablishmentId,
    wanted: &Wanted,
) -> Result<Vec<String>, StorageError> {
    use storage::testing::explain;
    match wanted.order {
        Order::Entry => explain(conn, by_entry!(establishment, wanted)),
        Order::Submission => explain(conn, by_submission!(establishment, wanted)),
    }
}

/// The same of what stands around a page: counts by status, and units.
#[cfg(test)]
pub(crate) fn plans_around(conn: &mut Conn, wanted: &Wanted) -> Result<[Vec<String>; 2], StorageError> {
    use storage::testing::explain;
    let from = wanted.from.unwrap_or_default();
    Ok([explain(conn, counts!(wanted))?, explain(conn, units!(wanted.establishments, from))?])
}
