//! Loading a scenario: few statements, whatever its size.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::civil::{DateTime, Time};
use kernel::{
    AbsenceId, AgendaId, EstablishmentId, OpeningId, PractitionerId, ServiceId, SiteId, VisitReasonId, Zone, fold,
};
use serde_json::json;
use storage::{AsSql, Portable, StorageError, Tx, each_backend};

use super::schema::{absences, agendas, openings, practitioners, services, visit_reasons};
use crate::{
    domain::Speciality,
    place::Places,
    seed::{self, Directory, Scenario, SeedError},
};

/// Rows of one statement: SQLite binds at most 32,766 values.
const CHUNK: usize = 1000;

type ServiceKey = (EstablishmentId, String);

pub(crate) fn load(
    tx: &mut Tx<'_>,
    places: Places,
    directory: &Directory,
    scenario: &Scenario,
) -> Result<(), SeedError> {
    let practitioners = practitioners(tx, &scenario.practitioners)?;
    let services = services(tx, directory, scenario)?;
    let reasons = reasons(tx, directory, scenario, &services)?;
    let agendas = agendas(tx, directory, scenario, &services, &practitioners)?;
    touch_plans(tx, services.values().copied())?;
    weekly(tx, &agendas, &reasons)?;
    away(tx, places, &agendas)
}

fn practitioners(
    tx: &mut Tx<'_>,
    wanted: &[seed::Practitioner],
) -> Result<HashMap<String, PractitionerId>, StorageError> {
    for one in wanted {
        let id: PractitionerId = tx.id();
        let names = (
            practitioners::title.eq(&one.title),
            practitioners::given_name.eq(&one.given_name),
            practitioners::family_name.eq(&one.family_name),
        );
        let insert = diesel::insert_into(practitioners::table)
            .values((practitioners::id.eq(id.sql()), practitioners::rpps.eq(one.rpps.as_str()), names))
            .on_conflict(practitioners::rpps)
            .do_update()
            .set(names);
        tx.execute(Portable(insert))?;
    }
    let all: Vec<(String, PractitionerId)> = practitioners::table
        .select((practitioners::rpps, practitioners::id))
        .load(tx.conn())
        .map_err(StorageError::from)?;
    Ok(all.into_iter().collect())
}

fn services(
    tx: &mut Tx<'_>,
    directory: &Directory,
    scenario: &Scenario,
) -> Result<HashMap<ServiceKey, ServiceId>, SeedError> {
    for one in &scenario.services {
        let place = format!("service {}", one.code);
        let establishment = *directory
            .establishments
            .get(&one.establishment)
            .ok_or_else(|| SeedError::wrong(&place, format!("no establishment {}", one.establishment)))?;
        let speciality: Speciality =
            one.speciality.parse().map_err(|error| SeedError::wrong(&place, format!("{}: {error}", one.speciality)))?;
        let id: ServiceId = tx.id();
        let search = words(one, speciality, scenario);
        let values = (
            services::name.eq(&one.name),
            services::speciality.eq(speciality.code()),
            services::description.eq(&one.description),
            services::telephone.eq(one.telephone.as_deref()),
            services::search.eq(&search),
            services::max_active.eq(one.max_active),
            services::open.eq(one.open),
        );
        let key = (services::establishment_id.eq(establishment.sql()), services::code.eq(&one.code));
        let insert = diesel::insert_into(services::table)
            .values((services::id.eq(id.sql()), key, values))
            .on_conflict((services::establishment_id, services::code))
            .do_update()
            .set(values);
        tx.execute(Portable(insert)).map_err(|error| refused(&place, error))?;
    }
    let all: Vec<(EstablishmentId, String, ServiceId)> = services::table
        .select((services::establishment_id, services::code, services::id))
        .load(tx.conn())
        .map_err(StorageError::from)?;
    Ok(all.into_iter().map(|(establishment, code, id)| ((establishment, code), id)).collect())
}

/// What a search looks through: the service and those who receive in it.
fn words(service: &seed::Service, speciality: Speciality, scenario: &Scenario) -> String {
    let mine = |agenda: &&seed::Agenda| agenda.establishment == service.establishment && agenda.service == service.code;
    let names = scenario.agendas.iter().filter(mine).filter_map(|agenda| {
        let who = scenario.practitioners.iter().find(|who| who.rpps == agenda.practitioner)?;
        Some(format!("{} {}", who.given_name, who.family_name))
    });
    let own = [service.name.clone(), speciality.label().to_owned(), service.description.clone()];
    fold(&own.into_iter().chain(names).collect::<Vec<_>>().join(" "))
}

/// A value that a CHECK refuses is a fault of the scenario.
fn refused(place: &str, error: StorageError) -> SeedError {
    match error.refusal() {
        Some(rule) => SeedError::wrong(place, format!("a value is out of range ({rule})")),
        None => error.into(),
    }
}

type Reasons = HashMap<(ServiceId, String), VisitReasonId>;

fn reasons(
    tx: &mut Tx<'_>,
    directory: &Directory,
    scenario: &Scenario,
    services: &HashMap<ServiceKey, ServiceId>,
) -> Result<Reasons, SeedError> {
    for service in &scenario.services {
        let of = service_id(directory, services, &service.establishment, &service.code)?;
        for (position, one) in service.visit_reasons.iter().enumerate() {
            let id: VisitReasonId = tx.id();
            let values = (
                visit_reasons::label.eq(&one.label),
                visit_reasons::position.eq(i16::try_from(position).unwrap_or(i16::MAX)),
                visit_reasons::minutes.eq(one.minutes),
                visit_reasons::min_notice_minutes.eq(one.min_notice_minutes),
                visit_reasons::max_horizon_days.eq(one.max_horizon_days),
                visit_reasons::cancel_deadline_minutes.eq(one.cancel_deadline_minutes),
                visit_reasons::instructions.eq(&one.instructions),
                visit_reasons::open.eq(one.open),
                visit_reasons::sensitive.eq(one.sensitive),
            );
            let key = (visit_reasons::service_id.eq(of.sql()), visit_reasons::code.eq(&one.code));
            let insert = diesel::insert_into(visit_reasons::table)
                .values((visit_reasons::id.eq(id.sql()), key, values))
                .on_conflict((visit_reasons::service_id, visit_reasons::code))
                .do_update()
                .set(values);
            let place = format!("visit reason {} of {}", one.code, service.code);
            tx.execute(Portable(insert)).map_err(|error| refused(&place, error))?;
        }
    }
    let all: Vec<(ServiceId, String, VisitReasonId)> = visit_reasons::table
        .select((visit_reasons::service_id, visit_reasons::code, visit_reasons::id))
        .load(tx.conn())
        .map_err(StorageError::from)?;
    Ok(all.into_iter().map(|(service, code, id)| ((service, code), id)).collect())
}

fn service_id(
    directory: &Directory,
    services: &HashMap<ServiceKey, ServiceId>,
    establishment: &kernel::Finess,
    code: &str,
) -> Result<ServiceId, SeedError> {
    let known = directory.establishments.get(establishment);
    let found = known.and_then(|establishment| services.get(&(*establishment, code.to_owned())));
    found.copied().ok_or_else(|| SeedError::wrong(format!("service {code}"), format!("unknown in {establishment}")))
}

/// An agenda of the scenario and its row.
struct Loaded<'s> {
    id: AgendaId,
    service: ServiceId,
    site: SiteId,
    wanted: &'s seed::Agenda,
}

fn agendas<'s>(
    tx: &mut Tx<'_>,
    directory: &Directory,
    scenario: &'s Scenario,
    services: &HashMap<ServiceKey, ServiceId>,
    practitioners: &HashMap<String, PractitionerId>,
) -> Result<Vec<Loaded<'s>>, SeedError> {
    let mut loaded = Vec::with_capacity(scenario.agendas.len());
    for wanted in &scenario.agendas {
        let place = format!("agenda of {} in {}", wanted.practitioner, wanted.service);
        let missing = |what: String| SeedError::wrong(&place, what);
        let service = service_id(directory, services, &wanted.establishment, &wanted.service)?;
        let who = practitioners.get(wanted.practitioner.as_str()).copied();
        let who = who.ok_or_else(|| missing(format!("no practitioner {}", wanted.practitioner)))?;
        let site = directory.sites.get(&wanted.site).copied();
        let site = site.ok_or_else(|| missing(format!("no site {}", wanted.site)))?;
        let establishment = directory.establishments.get(&wanted.establishment).copied();
        let establishment =
            establishment.ok_or_else(|| missing(format!("no establishment {}", wanted.establishment)))?;
        let id: AgendaId = tx.id();
        let insert = diesel::insert_into(agendas::table)
            .values((
                agendas::id.eq(id.sql()),
                agendas::establishment_id.eq(establishment.sql()),
                agendas::service_id.eq(service.sql()),
                agendas::practitioner_id.eq(who.sql()),
                agendas::site_id.eq(site.sql()),
                agendas::open.eq(wanted.open),
                agendas::version.eq(1i64),
                agendas::plan_version.eq(1i64),
            ))
            .on_conflict((agendas::service_id, agendas::practitioner_id, agendas::site_id))
            .do_update()
            .set(agendas::open.eq(wanted.open));
        tx.execute(Portable(insert))?;
        loaded.push((who, Loaded { id, service, site, wanted }));
    }
    let all: Vec<(ServiceId, PractitionerId, SiteId, AgendaId)> = agendas::table
        .select((agendas::service_id, agendas::practitioner_id, agendas::site_id, agendas::id))
        .load(tx.conn())
        .map_err(StorageError::from)?;
    let ids: HashMap<_, _> = all.into_iter().map(|(service, who, site, id)| ((service, who, site), id)).collect();
    let with_id = |(who, one): (PractitionerId, Loaded<'s>)| Loaded {
        id: ids.get(&(one.service, who, one.site)).copied().unwrap_or(one.id),
        ..one
    };
    Ok(loaded.into_iter().map(with_id).collect())
}

/// Every agenda of these services is read again by all nodes.
fn touch_plans(tx: &mut Tx<'_>, services: impl Iterator<Item = ServiceId>) -> Result<(), StorageError> {
    let theirs = agendas::table.filter(agendas::service_id.eq_any(services.map(AsSql::sql)));
    tx.execute(
        diesel::update(theirs)
            .set((agendas::version.eq(agendas::version + 1), agendas::plan_version.eq(agendas::plan_version + 1))),
    )?;
    Ok(())
}

fn weekly(tx: &mut Tx<'_>, loaded: &[Loaded<'_>], reasons: &Reasons) -> Result<(), SeedError> {
    tx.execute(diesel::delete(
        openings::table.filter(openings::agenda_id.eq_any(loaded.iter().map(|one| one.id.sql()))),
    ))?;
    let mut rows = Vec::new();
    for agenda in loaded {
        let place = format!("agenda of {} in {}", agenda.wanted.practitioner, agenda.wanted.service);
        for opening in &agenda.wanted.openings {
            let ids = opening.reasons.iter().map(|code| {
                let found = reasons.get(&(agenda.service, code.clone())).copied();
                found.ok_or_else(|| SeedError::wrong(&place, format!("no visit reason {code}")))
            });
            let ids = ids.collect::<Result<Vec<_>, _>>()?;
            for day in &opening.days {
                let id: OpeningId = tx.id();
                rows.push((
                    openings::id.eq(id.sql()),
                    openings::agenda_id.eq(agenda.id.sql()),
                    openings::weekday.eq(weekday(*day)),
                    openings::start_minute.eq(minute_of_day(opening.from)),
                    openings::end_minute.eq(minute_of_day(opening.to)),
                    openings::step_minutes.eq(opening.step_minutes),
                    openings::valid_from.eq(opening.valid_from.sql()),
                    openings::valid_to.eq(opening.valid_to.sql()),
                    openings::reasons.eq(json!(ids).sql()),
                    openings::on_holidays.eq(opening.on_holidays),
                ));
            }
        }
    }
    for chunk in rows.chunks(CHUNK) {
        let written =
            each_backend!(tx.conn(), real => diesel::insert_into(openings::table).values(chunk).execute(real));
        written.map_err(|error| refused("openings", error.into()))?;
    }
    Ok(())
}

const fn weekday(day: seed::Day) -> i16 {
    match day {
        seed::Day::Monday => 1,
        seed::Day::Tuesday => 2,
        seed::Day::Wednesday => 3,
        seed::Day::Thursday => 4,
        seed::Day::Friday => 5,
        seed::Day::Saturday => 6,
        seed::Day::Sunday => 7,
    }
}

fn minute_of_day(time: Time) -> i32 {
    i32::from(time.hour()) * 60 + i32::from(time.minute())
}

fn away(tx: &mut Tx<'_>, places: Places, loaded: &[Loaded<'_>]) -> Result<(), SeedError> {
    tx.execute(diesel::delete(
        absences::table.filter(absences::agenda_id.eq_any(loaded.iter().map(|one| one.id.sql()))),
    ))?;
    let mut rows = Vec::new();
    for agenda in loaded.iter().filter(|one| !one.wanted.absences.is_empty()) {
        let place = format!("agenda of {} in {}", agenda.wanted.practitioner, agenda.wanted.service);
        let site = places(tx.conn(), agenda.site)?.ok_or_else(|| SeedError::wrong(&place, "its site is unknown"))?;
        for absence in &agenda.wanted.absences {
            let id: AbsenceId = tx.id();
            rows.push((
                absences::id.eq(id.sql()),
                absences::agenda_id.eq(agenda.id.sql()),
                absences::starts_at.eq(instant(&site.zone, absence.from, &place)?.sql()),
                absences::ends_at.eq(instant(&site.zone, absence.to, &place)?.sql()),
            ));
        }
    }
    for chunk in rows.chunks(CHUNK) {
        let written =
            each_backend!(tx.conn(), real => diesel::insert_into(absences::table).values(chunk).execute(real));
        written.map_err(|error| refused("absences", error.into()))?;
    }
    Ok(())
}

fn instant(zone: &Zone, wall: DateTime, place: &str) -> Result<jiff::Timestamp, SeedError> {
    zone.instant(wall).ok_or_else(|| SeedError::wrong(place, format!("{wall} does not exist in {zone}")))
}
