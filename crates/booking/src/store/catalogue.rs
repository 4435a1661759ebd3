//! What can be booked: services, their visit reasons and those who receive.

use diesel::prelude::*;
use kernel::{EstablishmentId, PractitionerId, ServiceId, SiteId, VisitReasonId, fold};
use storage::{AsSql, Conn, StorageError};

use super::{
    facts::{practitioner, unreadable},
    schema::{agendas, practitioners, services, visit_reasons},
};
use crate::{
    domain::Speciality,
    read::{Practitioner, ServiceFacts},
};

/// At most so many services in one answer.
const MANY: i64 = 200;

/// A consultation service as patients see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) establishment: EstablishmentId,
    pub(crate) facts: ServiceFacts,
    pub(crate) description: String,
}

/// Why one comes, as patients see it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Reason {
    pub(crate) id: VisitReasonId,
    pub(crate) service: ServiceId,
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) minutes: i32,
    pub(crate) cancel_deadline_minutes: i32,
    pub(crate) instructions: String,
    /// Whether patients book it online.
    pub(crate) open: bool,
}

/// Which services are looked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServiceFilter {
    pub(crate) establishment: Option<EstablishmentId>,
    pub(crate) speciality: Option<Speciality>,
    /// Plain words: all of them must be found in the service's name, speciality, description or practitioners.
    pub(crate) text: String,
}

type ServiceRow = (EstablishmentId, ServiceId, String, String, String, Option<String>, String);

macro_rules! open_services {
    () => {
        services::table.filter(services::open).select((
            services::establishment_id,
            services::id,
            services::code,
            services::name,
            services::speciality,
            services::telephone,
            services::description,
        ))
    };
}

pub(crate) fn services(conn: &mut Conn, filter: &ServiceFilter) -> Result<Vec<Service>, StorageError> {
    let mut query = open_services!().order((services::name, services::id)).limit(MANY).into_boxed();
    if let Some(establishment) = filter.establishment {
        query = query.filter(services::establishment_id.eq(establishment.sql()));
    }
    if let Some(speciality) = filter.speciality {
        query = query.filter(services::speciality.eq_any(speciality.alike()));
    }
    // Folded words hold letters and digits only: nothing that LIKE would read.
    for word in fold(&filter.text).split_whitespace() {
        query = query.filter(services::search.like(format!("%{word}%")));
    }
    let rows: Vec<ServiceRow> = query.load(conn)?;
    rows.into_iter().map(service_of).collect()
}

/// Those that some open service has, in the order of their names.
pub(crate) fn specialities(conn: &mut Conn) -> Result<Vec<Speciality>, StorageError> {
    let codes: Vec<String> =
        services::table.filter(services::open).select(services::speciality).distinct().load(conn)?;
    let mut all: Vec<Speciality> = codes.iter().filter_map(|code| code.parse().ok()).collect();
    all.sort_by_key(|one| fold(one.label()));
    all.dedup_by_key(|one| one.label());
    Ok(all)
}

pub(crate) fn service(conn: &mut Conn, id: ServiceId) -> Result<Option<Service>, StorageError> {
    let row: Option<ServiceRow> = open_services!().filter(services::id.eq(id.sql())).first(conn).optional()?;
    row.map(service_of).transpose()
}

fn service_of(row: ServiceRow) -> Result<Service, StorageError> {
    let (establishment, id, code, name, speciality, telephone, description) = row;
    let speciality = speciality.parse().map_err(|_| unreadable("a speciality is unknown"))?;
    Ok(Service { establishment, facts: ServiceFacts { id, code, name, speciality, telephone }, description })
}

macro_rules! all_reasons {
    () => {
        visit_reasons::table.select((
            visit_reasons::id,
            visit_reasons::service_id,
            visit_reasons::code,
            visit_reasons::label,
            visit_reasons::minutes,
            visit_reasons::cancel_deadline_minutes,
            visit_reasons::instructions,
            visit_reasons::open,
        ))
    };
}

/// Those of one service, closed ones too: a patient must learn that they exist and whom to call.
pub(crate) fn reasons(conn: &mut Conn, service: ServiceId) -> Result<Vec<Reason>, StorageError> {
    Ok(all_reasons!()
        .filter(visit_reasons::service_id.eq(service.sql()))
        .order((visit_reasons::position, visit_reasons::label))
        .load(conn)?)
}

/// A reason of a service that patients see.
pub(crate) fn reason(conn: &mut Conn, id: VisitReasonId) -> Result<Option<(Reason, Service)>, StorageError> {
    let reason: Option<Reason> = all_reasons!().filter(visit_reasons::id.eq(id.sql())).first(conn).optional()?;
    let Some(reason) = reason else { return Ok(None) };
    let service = service(conn, reason.service)?;
    Ok(service.map(|service| (reason, service)))
}

/// Who receives, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receiving {
    pub(crate) practitioner: Practitioner,
    pub(crate) service: ServiceId,
    pub(crate) site: SiteId,
}

/// Those who receive in open agendas of a service, or of all.
pub(crate) fn practitioners(conn: &mut Conn, service: Option<ServiceId>) -> Result<Vec<Receiving>, StorageError> {
    type Row = ((PractitionerId, String, String, String, String), ServiceId, SiteId);
    let mut query = agendas::table
        .inner_join(practitioners::table)
        .filter(agendas::open)
        .select((
            (
                practitioners::id,
                practitioners::rpps,
                practitioners::title,
                practitioners::given_name,
                practitioners::family_name,
            ),
            agendas::service_id,
            agendas::site_id,
        ))
        .order((practitioners::family_name, practitioners::given_name, practitioners::id))
        .limit(1000)
        .into_boxed();
    if let Some(service) = service {
        query = query.filter(agendas::service_id.eq(service.sql()));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter()
        .map(|(who, service, site)| Ok(Receiving { practitioner: practitioner(who)?, service, site }))
        .collect()
}
