//! Which files a team sees to, in which order: keyset paging over indexes, one question for a page.

use diesel::{dsl::count_star, prelude::*};
use jiff::Timestamp;
use kernel::{EstablishmentId, PreadmissionId, SiteId, StaffId};
use storage::{AsSql, Conn, StorageError};

use super::{
    files::StatusText,
    schema::{preadmission_assignments as assignments, preadmissions, stays},
};
use crate::domain::status::Status;

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
    /// The last one of the page before: its instant in this order, and its id.
    pub(crate) after: Option<(Timestamp, PreadmissionId)>,
    pub(crate) limit: i64,
}

/// One of the list: by what it is ordered, and who has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) file: PreadmissionId,
    pub(crate) at: Timestamp,
    pub(crate) assigned: Option<StaffId>,
}

/// All conditions but status and page.
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
        query = match $wanted.assigned {
            Assigned::Anyone => query,
            Assigned::Nobody => query.filter(assignments::staff_id.nullable().is_null()),
            Assigned::To(staff) => query.filter(assignments::staff_id.nullable().eq(Some(staff).sql())),
        };
        for word in kernel::fold(&$wanted.text).split(' ').filter(|word| !word.is_empty()) {
            query = query.filter(stays::search.like(format!("%{word}%")));
        }
        query
    }};
}

pub(crate) fn page(conn: &mut Conn, wanted: &Wanted) -> Result<Vec<Found>, StorageError> {
    let theirs = preadmissions::establishment_id
        .eq_any(wanted.establishments.iter().map(|id| id.sql()))
        .and(preadmissions::purged_at.is_null());
    let query = preadmissions::table
        .inner_join(stays::table)
        .left_join(assignments::table)
        .filter(theirs)
        .select((preadmissions::id, stays::entry_at, preadmissions::submitted_at, assignments::staff_id.nullable()))
        .limit(wanted.limit)
        .into_boxed();
    let mut query = narrowed!(query, wanted);
    if let Some(status) = wanted.status {
        query = query.filter(preadmissions::status.eq(StatusText::from(status)));
    }
    query = match wanted.order {
        Order::Entry => query.order((stays::entry_at.asc(), preadmissions::id.asc())),
        Order::Submission => query
            .filter(preadmissions::submitted_at.is_not_null())
            .order((preadmissions::submitted_at.asc(), preadmissions::id.asc())),
    };
    if let Some((at, id)) = wanted.after {
        let next = preadmissions::id.gt(id.sql());
        query = match wanted.order {
            Order::Entry => query.filter(stays::entry_at.gt(at.sql()).or(stays::entry_at.eq(at.sql()).and(next))),
            Order::Submission => {
                let sent = preadmissions::submitted_at.assume_not_null();
                query.filter(sent.gt(at.sql()).or(sent.eq(at.sql()).and(next)))
            }
        };
    }
    let rows: Vec<(PreadmissionId, Timestamp, Option<Timestamp>, Option<StaffId>)> = query.load(conn)?;
    let found = |(file, entry, sent, assigned): (_, _, Option<Timestamp>, _)| {
        let at = if wanted.order == Order::Submission { sent.unwrap_or(entry) } else { entry };
        Found { file, at, assigned }
    };
    Ok(rows.into_iter().map(found).collect())
}

/// How many files of the team stand in each status, whoever has them.
pub(crate) fn counts(conn: &mut Conn, wanted: &Wanted) -> Result<Vec<(Status, i64)>, StorageError> {
    let theirs = preadmissions::establishment_id
        .eq_any(wanted.establishments.iter().map(|id| id.sql()))
        .and(preadmissions::purged_at.is_null());
    let mut query = preadmissions::table
        .inner_join(stays::table)
        .filter(theirs)
        .group_by(preadmissions::status)
        .select((preadmissions::status, count_star()))
        .into_boxed();
    if let Some(site) = wanted.site {
        query = query.filter(stays::site_id.eq(site.sql()));
    }
    if let Some(from) = wanted.from {
        query = query.filter(stays::entry_at.ge(from.sql()));
    }
    if let Some(until) = wanted.until {
        query = query.filter(stays::entry_at.lt(until.sql()));
    }
    let rows: Vec<(StatusText, i64)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(status, count)| (status.into(), count)).collect())
}

/// Code and words of the units where somebody enters from then on, at most 200.
pub(crate) fn units(
    conn: &mut Conn,
    establishments: &[EstablishmentId],
    from: Timestamp,
) -> Result<Vec<(String, String)>, StorageError> {
    Ok(stays::table
        .filter(stays::establishment_id.eq_any(establishments.iter().map(|id| id.sql())))
        .filter(stays::entry_at.ge(from.sql()))
        .filter(stays::unit_code.ne(""))
        .select((stays::unit_code, stays::unit_label))
        .distinct()
        .order((stays::unit_code, stays::unit_label))
        .limit(200)
        .load(conn)?)
}
