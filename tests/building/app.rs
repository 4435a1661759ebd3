//! The whole house on a world that the test holds: fixed clock, replayable dice, demo partners on loopback, a database
//! of its own. When it goes away with deliveries still open, the test fails.

use std::{
    collections::BTreeMap,
    net::TcpListener,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU16, AtomicU32, Ordering},
    },
};

use kernel::{
    World,
    testing::{HeldClock, world_with_seed},
};
use server::{
    building::Building,
    client,
    demo::{self, Partners},
    scenario,
    settings::Sources,
};
use storage::outbox::{Pace, Worker};

use crate::{browser::Browser, commands::free_port_from, log};

static COUNT: AtomicU32 = AtomicU32::new(1);
static SIH_DOOR: AtomicU16 = AtomicU16::new(0);

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Sqlite,
    Postgresql,
}

impl On {
    /// Both, or SQLite alone on a machine without a server for tests.
    pub(crate) fn all() -> Vec<Self> {
        match std::env::var(storage::testing::SERVER) {
            Ok(_) => vec![Self::Sqlite, Self::Postgresql],
            Err(_) => vec![Self::Sqlite],
        }
    }
}

pub(crate) struct TestApp {
    pub(crate) building: Building,
    pub(crate) partners: Partners,
    pub(crate) clock: Arc<HeldClock>,
    pub(crate) base: String,
    pub(crate) folder: PathBuf,
    workers: Vec<Worker>,
    server: actix_web::dev::ServerHandle,
    sih_door: actix_web::rt::task::JoinHandle<()>,
    database: Option<storage::testing::TestDb>,
    /// Tests that leave deliveries open on purpose say so.
    pub(crate) may_leave_open: bool,
}

/// A small hospital: one establishment with two services, and a second one.
pub(crate) const SCENARIO: &str = include_str!("scenario.json");

impl TestApp {
    pub(crate) async fn start(on: On) -> Self {
        Self::start_with(on, |_| {}).await
    }

    pub(crate) async fn start_with(on: On, adjust: impl FnOnce(&mut Sources)) -> Self {
        client::install_crypto();
        log::listen();
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let (world, clock) = world_with_seed(u64::from(number));
        let folder = std::env::temp_dir().join(format!("parvis_house_{}_{number}", std::process::id()));
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        door.set_nonblocking(true).unwrap();
        let base = format!("http://localhost:{}", door.local_addr().unwrap().port());
        let database = match on {
            On::Sqlite => None,
            On::Postgresql => {
                let server = std::env::var(storage::testing::SERVER).unwrap();
                Some(storage::testing::TestDb::postgresql(&server, world.clone(), Default::default()).unwrap())
            }
        };
        let sqlite = format!("sqlite:{}", folder.join("parvis.sqlite").display());
        let url = database.as_ref().map_or(sqlite, |database| database.url.clone());
        let (building, partners) = Self::build(&world, &folder, &base, &url, adjust).await;
        let handle = {
            let server = building.serve(door).unwrap();
            let handle = server.handle();
            actix_web::rt::spawn(server);
            handle
        };
        let sih_door = building.sih_door().await.unwrap().expect("a door for the SIH");
        let sih_door = actix_web::rt::spawn(sih_door.run(std::future::pending()));
        let mut workers = Vec::new();
        for consumer in building.consumers() {
            workers.push(Worker::new(building.db.clone(), consumer, Pace::default()).await.unwrap());
        }
        let app = Self {
            building,
            partners,
            clock,
            base,
            folder,
            workers,
            server: handle,
            sih_door,
            database,
            may_leave_open: false,
        };
        // Those whom the hospital expects are invited.
        app.deliver().await;
        app
    }

    async fn build(
        world: &World,
        folder: &std::path::Path,
        base: &str,
        url: &str,
        adjust: impl FnOnce(&mut Sources),
    ) -> (Building, Partners) {
        let mut sources = Sources::of_demo().unwrap();
        sources.set("server.data_folder", folder.display().to_string());
        sources.set("server.keys_folder", folder.join("keys").display().to_string());
        sources.set("server.threads", 2);
        sources.set("database.url", url);
        sources.set("web.base_url", base);
        for port in [
            "patients_port",
            "staff_port",
            "sih_mllp_port",
            "sih_http_port",
            "smtp_port",
            "mailbox_http_port",
            "payfip_port",
            "vads_port",
        ] {
            sources.set(&format!("demo.{port}"), 0);
        }
        sources.set("sih.listen", format!("127.0.0.1:{}", free_port_from(8_000, &SIH_DOOR)));
        adjust(&mut sources);
        let (settings, partners) = demo::prepare(sources, world).await.unwrap();
        storage::migrate(url).unwrap();
        let building = Building::open(settings, world.clone()).unwrap();
        scenario::load(&building.db, scenario::parse(SCENARIO).unwrap()).await.unwrap();
        (building, partners)
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// A browser in which this citizen of the demo provider is logged in.
    pub(crate) async fn patient(&self, citizen: &str) -> Browser {
        let mut browser = self.browser();
        browser.log_in("/login?return_to=/appointments", citizen).await;
        browser
    }

    /// A browser in which this member of staff is logged in.
    pub(crate) async fn staff(&self, member: &str) -> Browser {
        let mut browser = self.browser();
        browser.log_in("/desk/login", member).await;
        browser
    }

    /// Delivers until nothing is due any more.
    pub(crate) async fn deliver(&self) {
        loop {
            let mut tried = 0;
            for worker in &self.workers {
                tried += worker.run_once().await.unwrap();
            }
            if tried == 0 {
                return;
            }
        }
    }

    /// Runs what is due, and delivers what follows.
    pub(crate) async fn run_due(&self) {
        storage::schedule::run_due(&self.building.db, &self.building.tasks()).await.unwrap();
        self.deliver().await;
    }

    /// What a partner's JSON page shows.
    pub(crate) async fn shown(&self, address: std::net::SocketAddr, path: &str) -> serde_json::Value {
        let client = client::http(None).unwrap();
        client.get(format!("http://{address}{path}")).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn stop(self) {
        let standing = self.building.db.read::<_, storage::StorageError, _>(storage::outbox::standing).await.unwrap();
        let open: BTreeMap<_, _> =
            standing.iter().filter(|row| row.open > 0).map(|row| (&row.consumer, row.open)).collect();
        assert!(self.may_leave_open || open.is_empty(), "deliveries were left open: {open:?}");
        self.server.stop(false).await;
        self.sih_door.abort();
        drop(self.database);
        drop(std::fs::remove_dir_all(&self.folder));
    }
}
