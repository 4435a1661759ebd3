//! The room against real databases: SQLite always, PostgreSQL where `PARVIS_TEST_POSTGRESQL` names a server.

mod catalogue;
mod guards;
mod journey;
mod lately;
mod races;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use kernel::{
    AgendaId, AppointmentId, EstablishmentId, EventKind, HoldId, PatientId, Rpps, SiteId, VisitId, VisitReasonId,
    testing::HeldClock,
};
use storage::{
    Conn, Db, StorageError,
    outbox::Subscriptions,
    testing::{TestDb, databases},
};

use super::{
    appointments::{self, BookAppointment, CancelAppointment, What},
    holds::{self, Hold, HoldSlot},
};
use crate::{
    availability::{Availability, Offer, Wanted},
    domain::{HolidayCalendar, Wish},
    failure::Failure,
    place::Place,
    seed::{self, Directory, Scenario},
};

const ESTABLISHMENT: &str = "750712184";
const SITE: &str = "750100125";

fn id<K>(number: u128) -> kernel::Id<K> {
    kernel::Id::from_uuid(uuid::Uuid::from_u128(number))
}

/// The directory of these tests: one site, in Paris.
#[expect(clippy::unnecessary_wraps, reason = "it stands for a question to the database")]
fn paris(_: &mut Conn, site: SiteId) -> Result<Option<Place>, StorageError> {
    let place = Place {
        site,
        establishment: id(1),
        name: "Site central".into(),
        address: vec!["1 rue de l'Essai".into(), "75001 Paris".into()],
        telephone: Some("+33123456789".into()),
        access_notes: String::new(),
        zone: "Europe/Paris".parse().unwrap(),
        calendar: HolidayCalendar::National,
    };
    Ok((site == id(2)).then_some(place))
}

fn rpps(number: usize) -> Rpps {
    Rpps::with_key(&format!("10{number:08}")).unwrap()
}

/// One service, `agendas` practitioners from Monday to Friday, 09:00 to 12:00.
fn scenario(agendas: usize) -> Scenario {
    let all = (0..agendas).map(|number| {
        serde_json::json!({
            "establishment": ESTABLISHMENT, "service": "CARD", "practitioner": rpps(number), "site": SITE,
            "openings": [{
                "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                "from": "09:00", "to": "12:00", "step_minutes": 15, "valid_from": "2026-01-01"
            }],
            "absences": [{ "from": "2026-12-01T00:00", "to": "2026-12-02T00:00" }]
        })
    });
    let who = (0..agendas).map(|number| {
        serde_json::json!({ "rpps": rpps(number), "title": "Dr", "given_name": "Zoé", "family_name": format!("Martin{number}") })
    });
    serde_json::from_value(serde_json::json!({
        "services": [{
            "establishment": ESTABLISHMENT, "code": "CARD", "name": "Cœur et vaisseaux", "speciality": "SM04",
            "visit_reasons": [
                { "code": "FIRST", "label": "Première consultation", "minutes": 30 },
                { "code": "ECG", "label": "Électrocardiogramme", "minutes": 15 },
                { "code": "STRESS", "label": "Épreuve d'effort", "minutes": 60 },
                { "code": "HOLTER", "label": "Holter", "minutes": 20 },
                { "code": "WARD", "label": "Avis urgent", "minutes": 30, "open": false }
            ]
        }],
        "practitioners": who.collect::<Vec<_>>(),
        "agendas": all.collect::<Vec<_>>()
    }))
    .unwrap()
}

fn directory() -> Directory {
    Directory {
        establishments: [(ESTABLISHMENT.parse().unwrap(), id(1))].into(),
        sites: [(SITE.parse().unwrap(), id(2))].into(),
    }
}

/// What one node of the house remembers.
fn node_of(db: &Db, trust: Duration) -> Arc<Availability> {
    Arc::new(Availability::new(paris, db.world().clone(), trust))
}

/// A seeded database and a node of the house on it.
struct House {
    db: Db,
    clock: Arc<HeldClock>,
    node: Arc<Availability>,
    _kept: TestDb,
}

impl House {
    async fn all(agendas: usize) -> Vec<Self> {
        let (world, clock) = kernel::testing::world();
        let events = [EventKind::AppointmentBooked, EventKind::AppointmentCancelled];
        let subscriptions = Subscriptions::default().listen("sih", &events);
        let mut houses = Vec::new();
        for kept in databases(&world, &subscriptions).unwrap() {
            let node = node_of(&kept.db, Duration::ZERO);
            let house = Self { db: kept.db.clone(), clock: clock.clone(), node, _kept: kept };
            house.load(scenario(agendas)).await.unwrap();
            houses.push(house);
        }
        houses
    }

    async fn load(&self, scenario: Scenario) -> Result<(), seed::SeedError> {
        self.db.write(move |tx| super::seed::load(tx, paris, &directory(), &scenario)).await
    }

    async fn reason(&self, code: &'static str) -> VisitReasonId {
        self.ask(move |conn| {
            let service = super::catalogue::services(conn, &Default::default())?.remove(0).facts.id;
            let all = super::catalogue::reasons(conn, service)?;
            Ok(all.into_iter().find(|one| one.code == code).unwrap().id)
        })
        .await
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Conn) -> Result<T, StorageError> + Send + 'static,
    ) -> T {
        self.db.read(question).await.unwrap()
    }

    async fn search(&self, reason: VisitReasonId, wanted: Wanted) -> Vec<Offer> {
        let (node, now) = (self.node.clone(), self.db.now());
        self.ask(move |conn| node.search(conn, reason, &wanted, id(0), now)).await
    }

    async fn first(&self, reason: VisitReasonId, limit: usize) -> Vec<Offer> {
        self.search(reason, Wanted { from: Timestamp::UNIX_EPOCH, limit, ..Wanted::default() }).await
    }

    async fn hold(&self, owner: VisitId, agenda: AgendaId, wish: Wish) -> Result<Hold, Failure> {
        let node = self.node.clone();
        self.db.write(move |tx| holds::keep(tx, &node, HoldSlot { owner, agenda, wish })).await
    }

    async fn release(&self, owner: VisitId, hold: HoldId) -> Result<(), Failure> {
        let node = self.node.clone();
        self.db.write(move |tx| holds::release(tx, &node, owner, hold)).await
    }

    async fn book(&self, patient: PatientId, owner: VisitId, what: What) -> Result<AppointmentId, Failure> {
        let node = self.node.clone();
        let booking = self.db.write(move |tx| appointments::book(tx, &node, BookAppointment { patient, owner, what }));
        Ok(booking.await?.id)
    }

    async fn cancel(&self, patient: PatientId, appointment: AppointmentId) -> Result<(), Failure> {
        let node = self.node.clone();
        self.db.write(move |tx| appointments::cancel(tx, &node, CancelAppointment { patient, appointment })).await
    }

    /// One number from the database.
    async fn count(&self, statement: &'static str) -> i64 {
        use diesel::RunQueryDsl;
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        self.ask(move |conn| Ok(diesel::sql_query(statement).get_result::<Count>(conn)?.n)).await
    }

    async fn overlaps(&self) -> i64 {
        self.count(
            "SELECT count(*) AS n FROM allocations a JOIN allocations b ON a.agenda_id = b.agenda_id AND a.id < b.id \
             AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at",
        )
        .await
    }
}

fn wish(offer: &Offer) -> Wish {
    Wish { reason: offer.slot.reason, starts_at: offer.slot.time.start() }
}

fn direct(offer: &Offer) -> What {
    What::Slot { agenda: offer.slot.agenda, wish: wish(offer) }
}

fn establishment() -> EstablishmentId {
    id(1)
}
