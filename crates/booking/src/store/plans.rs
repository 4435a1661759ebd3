//! Agendas and their rules.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday},
};
use kernel::{AgendaId, EstablishmentId, PractitionerId, ServiceId, SiteId, VisitReasonId};
use storage::{AsSql, Conn, Prepared, StorageError, Tx};

use super::schema::{absences, agendas, openings, services, visit_reasons};
use crate::{
    domain::{Interval, Mode, Opening, Plan, VisitReason},
    place::Places,
};

/// An agenda as a search or a booking meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub(crate) struct AgendaRow {
    pub(crate) id: AgendaId,
    pub(crate) establishment: EstablishmentId,
    pub(crate) service: ServiceId,
    pub(crate) practitioner: PractitionerId,
    pub(crate) site: SiteId,
    pub(crate) open: bool,
    pub(crate) version: i64,
    pub(crate) plan_version: i64,
}

const ROW: (
    agendas::id,
    agendas::establishment_id,
    agendas::service_id,
    agendas::practitioner_id,
    agendas::site_id,
    agendas::open,
    agendas::version,
    agendas::plan_version,
) = (
    agendas::id,
    agendas::establishment_id,
    agendas::service_id,
    agendas::practitioner_id,
    agendas::site_id,
    agendas::open,
    agendas::version,
    agendas::plan_version,
);

/// Open agendas that receive for a reason, one question to the index.
pub(crate) fn for_reason(conn: &mut Conn, reason: VisitReasonId) -> Result<Vec<AgendaRow>, StorageError> {
    let receiving = agendas::table
        .inner_join(services::table.inner_join(visit_reasons::table))
        .filter(visit_reasons::id.eq(reason.sql()))
        .filter(agendas::open)
        .filter(services::open)
        .select(ROW)
        .order(agendas::id);
    Ok(receiving.load(conn)?)
}

/// Lock and cache version in one; [`crate::availability::Availability::take`] calls it.
pub(crate) fn take(tx: &mut Tx<'_>, agenda: AgendaId) -> Result<Option<AgendaRow>, StorageError> {
    let taking = diesel::update(agendas::table.find(agenda.sql())).set(agendas::version.eq(agendas::version + 1));
    Ok(Prepared(taking.returning(ROW)).get_result(tx.conn()).optional()?)
}

/// The plans of these agendas, in their order. An agenda whose site is unknown has none.
pub(crate) fn load(
    conn: &mut Conn,
    places: Places,
    rows: &[AgendaRow],
    now: Timestamp,
) -> Result<Vec<Option<Plan>>, StorageError> {
    let (reasons, openings, absences) = (reasons(conn, rows)?, weekly(conn, rows)?, away(conn, rows, now)?);
    let limits = limits(conn, rows)?;
    rows.iter()
        .map(|row| {
            let Some(place) = places(conn, row.site)? else { return Ok(None) };
            let mine = |agenda: &AgendaId| *agenda == row.id;
            Ok(Some(Plan::new(
                row.id,
                (place.zone, place.calendar),
                reasons.iter().filter(|(of, _)| *of == row.service).map(|(_, one)| one.clone()).collect(),
                openings.iter().filter(|(of, _)| mine(of)).map(|(_, one)| one.clone()).collect(),
                absences.iter().filter(|(of, _)| mine(of)).map(|(_, one)| *one).collect(),
                limits.get(&row.service).copied().unwrap_or(1),
            )))
        })
        .collect()
}

fn services_of(rows: &[AgendaRow]) -> BTreeSet<ServiceId> {
    rows.iter().map(|row| row.service).collect()
}

fn limits(conn: &mut Conn, rows: &[AgendaRow]) -> Result<HashMap<ServiceId, i16>, StorageError> {
    let found: Vec<(ServiceId, i16)> = services::table
        .filter(services::id.eq_any(services_of(rows).into_iter().map(AsSql::sql)))
        .select((services::id, services::max_active))
        .load(conn)?;
    Ok(found.into_iter().collect())
}

type ReasonRow = (ServiceId, VisitReasonId, bool, i32, i32, i32, i32);

fn reasons(conn: &mut Conn, rows: &[AgendaRow]) -> Result<Vec<(ServiceId, VisitReason)>, StorageError> {
    let found: Vec<ReasonRow> = visit_reasons::table
        .filter(visit_reasons::service_id.eq_any(services_of(rows).into_iter().map(AsSql::sql)))
        .select((
            visit_reasons::service_id,
            visit_reasons::id,
            visit_reasons::open,
            visit_reasons::minutes,
            visit_reasons::min_notice_minutes,
            visit_reasons::max_horizon_days,
            visit_reasons::cancel_deadline_minutes,
        ))
        .load(conn)?;
    let reason = |(service, id, open, minutes, notice, horizon, deadline): ReasonRow| {
        let reason = VisitReason {
            id,
            mode: if open { Mode::Open } else { Mode::Closed },
            minutes: minutes.into(),
            min_notice_minutes: notice.into(),
            max_horizon_days: horizon.into(),
            cancel_deadline_minutes: deadline.into(),
        };
        (service, reason)
    };
    Ok(found.into_iter().map(reason).collect())
}

type OpeningRow = (AgendaId, i16, i32, i32, i32, Date, Option<Date>, serde_json::Value, bool);

fn weekly(conn: &mut Conn, rows: &[AgendaRow]) -> Result<Vec<(AgendaId, Opening)>, StorageError> {
    let found: Vec<OpeningRow> = openings::table
        .filter(openings::agenda_id.eq_any(rows.iter().map(|row| row.id.sql())))
        .select((
            openings::agenda_id,
            openings::weekday,
            openings::start_minute,
            openings::end_minute,
            openings::step_minutes,
            openings::valid_from,
            openings::valid_to,
            openings::reasons,
            openings::on_holidays,
        ))
        .order((openings::agenda_id, openings::weekday, openings::start_minute))
        .load(conn)?;
    found.into_iter().map(|row| Ok((row.0, opening(row).ok_or_else(unreadable)?))).collect()
}

fn opening(row: OpeningRow) -> Option<Opening> {
    let (_, weekday, start, end, step, valid_from, valid_to, reasons, on_holidays) = row;
    Some(Opening {
        weekday: Weekday::from_monday_one_offset(i8::try_from(weekday).ok()?).ok()?,
        start: time_of(start)?,
        end: time_of(end)?,
        step_minutes: step.into(),
        valid_from,
        valid_to,
        reasons: serde_json::from_value(reasons).ok()?,
        on_holidays,
    })
}

fn time_of(minute: i32) -> Option<Time> {
    Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()
}

fn unreadable() -> StorageError {
    StorageError::Schema("an opening that this program cannot read".into())
}

fn away(conn: &mut Conn, rows: &[AgendaRow], now: Timestamp) -> Result<Vec<(AgendaId, Interval)>, StorageError> {
    let found: Vec<(AgendaId, Timestamp, Timestamp)> = absences::table
        .filter(absences::agenda_id.eq_any(rows.iter().map(|row| row.id.sql())))
        .filter(absences::ends_at.gt(now.sql()))
        .select((absences::agenda_id, absences::starts_at, absences::ends_at))
        .load(conn)?;
    Ok(found.into_iter().filter_map(|(agenda, from, to)| Some((agenda, Interval::new(from, to)?))).collect())
}
