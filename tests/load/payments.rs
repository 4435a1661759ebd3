//! How fast payments start, go through the simulated provider and come back, and what a round of look-ups costs while a
//! hundred thousand attempts wait. House, provider and payers run in this one process and share the machine.
//!
//! `cargo bench -p building --bench payments`: SQLite in the machine's temporary folder, and PostgreSQL where
//! `PARVIS_TEST_POSTGRESQL` names a server. Figures: README.md.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program that measures: it reads the machine's clock and prints its figures"
)]

use std::{
    net::TcpListener,
    path::Path,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use kernel::{EstablishmentId, InvoiceId, Money, PaymentAttemptId, StaffId, VisitId, World};
use payment::{
    Heard, Name, Payments, Wish,
    domain::{
        announce::{Announcement, Kind, Person, Standing},
        attempt::State,
        creditor::Creditor,
    },
    payfip::{Payfip, Section},
    port::{Order, Provider, Started},
};
use server::{
    building::Building,
    client,
    demo::{self, Partners},
    settings::Sources,
};
use storage::{Conn, StorageError, idempotency::Key, testing::TestDb};
use web::session::{Details, Principal};

/// Payments that are started one after the other.
const ONE_BY_ONE: usize = 500;
/// Payments that go the whole way, and how many at once.
const WHOLE_WAY: usize = 2_000;
const AT_ONCE: usize = 32;
/// How often the cashier's page of the day is asked for, one after the other.
const DAYS: usize = 100;
/// Attempts that wait for a look-up.
const WAITING: usize = 100_000;
const ROUNDS: usize = 20;

#[actix_web::main]
async fn main() {
    client::install_crypto();
    let folder = std::env::temp_dir().join(format!("parvis-bench-payments-{}", std::process::id()));
    let profile = if cfg!(debug_assertions) { "without optimization" } else { "optimized" };
    println!("{profile}, load before: {}", std::fs::read_to_string("/proc/loadavg").unwrap().trim());
    let sqlite = folder.join("sqlite");
    measure("SQLite", &sqlite, &format!("sqlite:{}", sqlite.join("parvis.sqlite").display())).await;
    if let Ok(server) = std::env::var(storage::testing::SERVER) {
        let database = TestDb::postgresql(&server, World::system(), Default::default()).unwrap();
        measure("PostgreSQL", &folder.join("postgresql"), &database.url).await;
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// The demonstration over one database, with its door for the provider.
async fn measure(name: &str, folder: &Path, url: &str) {
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    door.set_nonblocking(true).unwrap();
    let mut sources = Sources::of_demo().unwrap();
    sources.set("server.data_folder", folder.display().to_string());
    sources.set("server.keys_folder", folder.join("keys").display().to_string());
    sources.set("database.url", url);
    sources.set("web.base_url", format!("http://localhost:{}", door.local_addr().unwrap().port()));
    // All calls of the provider come from one address.
    sources.set("web.limits.reading", 100_000_000);
    sources.set("web.limits.writing", 100_000_000);
    for port in ["patients", "staff", "sih_mllp", "sih_http", "smtp", "mailbox_http", "payfip", "vads"] {
        sources.set(&format!("demo.{port}_port"), 0);
    }
    let (settings, partners) = demo::prepare(sources, &World::system()).await.unwrap();
    storage::migrate(url).unwrap();
    let building = Building::open(settings, World::system()).unwrap();
    demo::fill(&building).await.unwrap();
    let address = format!("http://{}", door.local_addr().unwrap());
    let server = building.serve(door).unwrap();
    let house = server.handle();
    actix_web::rt::spawn(server);
    println!("\n| {name} | |\n| --- | --- |");
    let bench = Bench::new(&building, &partners).await;
    bench.starts().await;
    bench.whole_ways().await;
    bench.day(&building, &address).await;
    bench.rounds(&building).await;
    house.stop(false).await;
}

struct Bench<'a> {
    payments: &'a Payments,
    partners: &'a Partners,
    creditor: Creditor,
    establishment: EstablishmentId,
    http: reqwest::Client,
}

impl<'a> Bench<'a> {
    async fn new(building: &'a Building, partners: &'a Partners) -> Self {
        let known = building.db.read::<_, StorageError, _>(identity::read::establishments).await.unwrap();
        let (establishment, payments) = (known.first().unwrap().id, building.payments());
        let (_, creditor) = payments.creditor(establishment, "consultations").await.unwrap().unwrap();
        Self { payments, partners, creditor, establishment, http: client::http(None).unwrap() }
    }

    async fn invoice(&self, number: String) -> InvoiceId {
        let said = Announcement {
            person: Person {
                ipp: "8000042".to_owned(),
                birth_family: "EXEMPLE".to_owned(),
                given: "Camille".to_owned(),
                birth_date: "1962-11-05".to_owned(),
                sex: "F".to_owned(),
            },
            visit_number: None,
            kind: Kind::Regie,
            creditor: "consultations".to_owned(),
            exercice: "2026".parse().unwrap(),
            refdet: format!("FACT{number}").parse().unwrap(),
            label: "Consultation".to_owned(),
            amount: Money::from_cents(2400),
            issued_on: "2026-11-20".parse().unwrap(),
            due_on: None,
            standing: Standing::Payable,
            confidential: false,
        };
        let name = Name { establishment: self.establishment, source: "gam".to_owned(), number };
        match self.payments.hear(name, said).await.unwrap() {
            Heard::Added(id) => id,
            other => panic!("{other:?}"),
        }
    }

    async fn invoices(&self, prefix: char, count: usize) -> Vec<InvoiceId> {
        stream::iter((0..count).map(|at| self.invoice(format!("{prefix}{at:08}")))).buffered(AT_ONCE).collect().await
    }

    async fn start(&self, invoice: InvoiceId) -> (PaymentAttemptId, Started) {
        let visit: VisitId = "01900000-0000-7000-8000-000000000001".parse().unwrap();
        let email = "camille@exemple.test".parse().unwrap();
        let wish =
            Wish { invoices: vec![(invoice, None)], creditor: self.creditor.clone(), email, patient: None, visit };
        let key = Key { scope: visit.uuid(), key: World::system().secret(), request: [0; 32] };
        let begun = self.payments.start(key, wish).await.unwrap();
        (begun.id, begun.started.unwrap())
    }

    /// What a start takes beyond the provider's own answer to the same question.
    async fn starts(&self) {
        let own = percentile(&mut self.provider_alone().await, 50);
        let mut beyond = Vec::new();
        for invoice in self.invoices('S', ONE_BY_ONE).await {
            let started = Instant::now();
            self.start(invoice).await;
            beyond.push(started.elapsed().saturating_sub(own));
        }
        let (p50, p99) = (percentile(&mut beyond, 50), percentile(&mut beyond, 99));
        println!("| start of a payment, beyond the provider's own {own:.1?} | p50 {p50:.1?}, p99 {p99:.1?} |");
    }

    async fn provider_alone(&self) -> Vec<Duration> {
        let endpoints = Section {
            service: self.partners.payfip.service().parse().unwrap(),
            page: self.partners.payfip.page().parse().unwrap(),
        };
        let provider = Payfip::new(self.http.clone(), endpoints);
        let order = Order {
            creditor: self.creditor.number.clone(),
            mode: self.creditor.mode,
            amount: Money::from_cents(2400),
            refdet: "FACT2026000123".parse().unwrap(),
            exercice: "2026".parse().unwrap(),
            label: "Consultation".to_owned(),
            email: "camille@exemple.test".parse().unwrap(),
            notify: "http://127.0.0.1:9/".to_owned(),
            back: "http://127.0.0.1:9/".to_owned(),
            at: World::system().now(),
            rank: 1,
        };
        let mut taken = Vec::new();
        for _ in 0..ONE_BY_ONE {
            let started = Instant::now();
            provider.start(&order).await.unwrap();
            taken.push(started.elapsed());
        }
        taken
    }

    async fn whole_ways(&self) {
        let invoices = self.invoices('W', WHOLE_WAY).await;
        let started = Instant::now();
        let ways = stream::iter(invoices.into_iter().map(|invoice| self.whole_way(invoice)));
        ways.buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
        let rate = WHOLE_WAY as f64 / started.elapsed().as_secs_f64();
        println!("| start, payment page, notification, look-up, paid: {AT_ONCE} payers at once | {rate:.0} a second |");
    }

    /// Until the house knows it, by the provider's own notification.
    async fn whole_way(&self, invoice: InvoiceId) {
        let (id, started) = self.start(invoice).await;
        let Started::Redirect { reference, url } = started else { panic!("no link") };
        let page = self.http.get(url).send().await.unwrap().text().await.unwrap();
        let key = page.split_once("name=\"key\" value=\"").unwrap().1.split_once('"').unwrap().0;
        let form = [("idop", reference.as_str()), ("key", key), ("choice", "pay")];
        let done = self.http.post(self.partners.payfip.page()).form(&form).send().await.unwrap();
        assert!(done.status().is_success());
        while self.payments.attempt(id).await.unwrap().unwrap().state != State::Paid {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The cashier's page of this day, on which all of these payments began.
    async fn day(&self, building: &Building, address: &str) {
        let establishment = self.establishment;
        let cookie = building.db.write::<_, StorageError, _>(move |tx| {
            let (who, visit): (StaffId, VisitId) = (tx.id(), tx.id());
            let (roles, establishments) = (vec!["cashier".to_owned()], vec![establishment]);
            let details = Details { name: "Camille".to_owned(), roles, establishments, ..Details::default() };
            web::session::open(tx, Principal::Staff(who), visit, &details, 8)
        });
        let cookie = format!("__Host-parvis-desk={}", cookie.await.unwrap());
        let mut taken = Vec::new();
        for _ in 0..DAYS {
            let started = Instant::now();
            let asked = self.http.get(format!("{address}/desk/payments")).header("cookie", &cookie).send();
            let page = asked.await.unwrap().error_for_status().unwrap().text().await.unwrap();
            taken.push(started.elapsed());
            assert!(page.matches("<tr").count() > 100, "a page with fewer lines than it has place for");
        }
        let (p50, p99) = (percentile(&mut taken, 50), percentile(&mut taken, 99));
        println!(
            "| the cashier's page of a day of {} payments | p50 {p50:.1?}, p99 {p99:.1?} |",
            ONE_BY_ONE + WHOLE_WAY
        );
    }

    async fn rounds(&self, building: &Building) {
        building.db.write::<_, StorageError, _>(|tx| let_wait(tx.conn())).await.unwrap();
        let mut taken = Vec::new();
        for _ in 0..ROUNDS {
            let started = Instant::now();
            assert_eq!(self.payments.round().await.unwrap(), 50);
            taken.push(started.elapsed());
        }
        let (p50, longest) = (percentile(&mut taken, 50), percentile(&mut taken, 100));
        println!("| a round of 50 look-ups, {WAITING} attempts wait | p50 {p50:.1?}, longest {longest:.1?} |");
    }
}

/// Attempts that nobody ended, one due each second since long ago.
fn let_wait(conn: &mut Conn) -> Result<(), StorageError> {
    use storage::diesel::{self, RunQueryDsl};
    let columns = "id, establishment_id, creditor, provider, creditor_number, mode, amount_cents, refdet, exercice, email, \
                   visit_id, state, reference, differences, created_at, changed_at, day, rank, look_at";
    let common = "'consultations', 'payfip', '000000', 'production', 2400, 'FACT2026000123', '2026', 'a@exemple.test'";
    let filled = match conn {
        Conn::Pg(_) => format!(
            "INSERT INTO payment_attempts ({columns}) SELECT gen_random_uuid(), gen_random_uuid(), {common}, gen_random_uuid(), \
             'redirected', 'reference-' || i, '[]', now(), now(), '2026-12-01', i, now() - i * interval '1 second' \
             FROM generate_series(1, {WAITING}) AS i"
        ),
        Conn::Sqlite(_) => format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {WAITING}) \
             INSERT INTO payment_attempts ({columns}) SELECT randomblob(16), randomblob(16), {common}, randomblob(16), \
             'redirected', 'reference-' || i, '[]', unixepoch() * 1000000, unixepoch() * 1000000, 20788, i, \
             (unixepoch() - i) * 1000000 FROM n"
        ),
    };
    diesel::sql_query(filled).execute(conn)?;
    diesel::sql_query("ANALYZE").execute(conn)?;
    Ok(())
}

fn percentile(taken: &mut [Duration], percent: usize) -> Duration {
    taken.sort();
    taken[(taken.len() * percent / 100).min(taken.len() - 1)]
}
