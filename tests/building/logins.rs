//! The door of the house against providers that are not part of it: the demonstration's, and npm `oidc-provider`,
//! the engine that FranceConnect runs on.

mod browser;
mod peer;

use std::sync::Arc;

use actix_web::{App, HttpServer, dev::ServerHandle, middleware::from_fn, web as actix};
use identity::{Identity, Settings, directory};
use kernel::{World, testing::HeldClock};
use serde_json::{Value, json};
use simulators::identity::{Audience, Client, Faults, Handle, Settings as Partner, start};
use storage::{outbox::Subscriptions, testing::TestDb};
use web::{Front, House, I18n};

use browser::Browser;
use peer::Peer;

const SECRET: &str = "a-secret-of-tests";

/// The house's door on a free port of `localhost`, and what it stands on.
struct Door {
    base: String,
    server: ServerHandle,
    _test: TestDb,
}

impl Door {
    /// Opens the port first: providers must know our address before we know theirs.
    async fn open(world: &World, providers: impl FnOnce(&str) -> Value) -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let test = TestDb::sqlite(world.clone(), Subscriptions::default()).unwrap();
        let db = test.db.clone();
        db.write(|tx| {
            let (finess, name) = ("750712184".parse().unwrap(), "Centre hospitalier d’essai".to_owned());
            directory::upsert_establishment(tx, &directory::NewEstablishment { finess, short_name: name.clone(), name })
        })
        .await
        .unwrap();
        let settings: Settings = serde_json::from_value(json!({ "providers": providers(&base) })).unwrap();
        let room = actix::Data::new(Identity::open(&settings, &base, db.clone(), |_| browser::client()).unwrap());
        let house = House::new(vec![web::house_routes(), identity::routes()]);
        let i18n = I18n::new(&[web::OWN_LOCALES, identity::LOCALE]).unwrap();
        let front = Front::new(front(&base), i18n.into(), house.clone(), db.clone(), [7; 32], &settings.form_targets());
        let front = actix::Data::from(front);
        let server = HttpServer::new(move || {
            let house = house.clone();
            App::new()
                .app_data(front.clone())
                .app_data(room.clone())
                .configure(|config| web::configure_inputs(config, &front.settings().body))
                .configure(|config| house.configure(config))
                .wrap(from_fn(web::front_desk))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { base, server: handle, _test: test }
    }
}

fn front(base: &str) -> web::Settings {
    serde_json::from_value(json!({
        "base_url": base, "name": "GHT d'essai", "help_telephone": "03 00 00 00 00", "help_hours_fr": "de 8 h à 18 h",
        "help_hours_en": "8 am to 6 pm", "demonstration": true, "trusted_proxies": [], "publisher": "GHT d'essai",
        "dpo_email": "dpo@example.org", "accessibility_state": "non",
        "limits": { "reading": 6000, "searching": 6000, "writing": 6000, "login": 6000 },
        "session": { "idle_minutes": 30, "patient_hours": 8, "staff_hours": 10 },
        "body": { "limit": 65536, "deadline_seconds": 30, "minimum_rate": 500 },
    }))
    .unwrap()
}

fn provider(preset: &str, issuer: &str) -> Value {
    let secret = std::env::temp_dir().join("parvis-building-secret");
    std::fs::write(&secret, SECRET).unwrap();
    json!({"preset": preset, "issuer": issuer, "client_id": "parvis", "client_secret_file": secret})
}

/// The demonstration's provider of one side, knowing no address of ours yet.
fn demo(audience: Audience, world: &World) -> Handle {
    let folder = std::env::temp_dir().join(format!("parvis-building-{}", World::system().uuid()));
    let (id, secret) = ("parvis".to_owned(), SECRET.to_owned());
    let client = Client { id, secret, redirect_uris: Vec::new(), post_logout_redirect_uris: Vec::new() };
    start(Partner { audience, port: 0, folder, client, world: world.clone() }).unwrap()
}

/// A house with both demonstration providers.
async fn demonstration() -> (Door, Handle, Handle, Arc<HeldClock>) {
    let (world, clock) = kernel::testing::world();
    let (patients, staff) = (demo(Audience::Patients, &world), demo(Audience::Staff, &world));
    let door = Door::open(&world, |_| {
        let mut hospital = provider("hospital", &staff.issuer);
        hospital["roles"] = json!({"claim": "roles", "grants": [
            {"value": "parvis-interfaces", "roles": ["interfaces"]},
            {"value": "parvis-admissions", "roles": ["admissions"]},
            {"value": "hospital-1", "establishments": ["750712184"]},
        ]});
        json!({ "fc": provider("franceconnect", &patients.issuer), "hospital": hospital })
    })
    .await;
    patients.declare(&format!("{}/login/fc/callback", door.base), &format!("{}/logout/done", door.base));
    staff.declare(&format!("{}/desk/login/hospital/callback", door.base), &format!("{}/desk/logout/done", door.base));
    (door, patients, staff, clock)
}

#[actix_web::test]
async fn every_citizen_of_the_demonstration_logs_in_and_out() {
    let (door, _patients, _staff, _) = demonstration().await;
    for citizen in simulators::identity::CITIZENS {
        let mut browser = Browser::at(&door.base);
        browser.leave("/login?return_to=/me", "/login/fc").await;
        let page = browser.click("person", citizen.key).await;
        if citizen.refused {
            assert!(page.contains("Vous n’êtes pas connecté"), "{}", citizen.key);
            continue;
        }
        assert_eq!(browser.path(), "/me", "{}: {page}", citizen.key);
        assert!(page.contains(&browser::escaped(citizen.family_name)), "{}", citizen.key);
        let done = browser.post("/me", "/logout").await;
        assert!(browser.path() == "/logout/done" && done.contains("ici et chez le fournisseur"), "{}", citizen.key);
        assert_eq!(browser.get("/me").await.0, "/login", "{}", citizen.key);
    }
    door.server.stop(false).await;
}

#[actix_web::test]
async fn staff_come_in_by_their_roles_and_their_hospital() {
    let (door, _patients, _staff, _) = demonstration().await;
    for (person, comes_in) in
        [("irene", true), ("adrien", true), ("regine", false), ("odile", false), ("sylvain", false)]
    {
        let mut browser = Browser::at(&door.base);
        browser.leave("/desk/login", "/desk/login/hospital").await;
        let page = browser.click("person", person).await;
        assert_eq!(browser.path() == "/desk", comes_in, "{person}: {page}");
        assert_eq!(page.contains("n’a pas accès à cet espace"), !comes_in, "{person}");
    }
    door.server.stop(false).await;
}

#[actix_web::test]
async fn each_fault_of_the_provider_is_refused_and_the_next_login_works() {
    let (door, patients, _staff, clock) = demonstration().await;
    let none = Faults::default;
    let cases = [
        Faults { wrong_nonce: true, ..none() },
        Faults { no_nonce: true, ..none() },
        Faults { wrong_audience: true, ..none() },
        Faults { wrong_issuer: true, ..none() },
        Faults { expired: true, ..none() },
        Faults { bad_signature: true, ..none() },
        Faults { low_acr: true, ..none() },
        Faults { wrong_callback_issuer: true, ..none() },
        Faults { other_subject_in_userinfo: true, ..none() },
        Faults { userinfo_as_json: true, ..none() },
        Faults { userinfo_500: true, ..none() },
        Faults { token_500: true, ..none() },
    ];
    for faults in cases {
        patients.misbehave(faults.clone());
        let mut browser = Browser::at(&door.base);
        browser.leave("/login?return_to=/me", "/login/fc").await;
        let page = browser.click("person", "camille").await;
        assert_eq!(browser.path(), "/login/fc/failed", "{faults:?}: {page}");
        assert_eq!(browser.get("/me").await.0, "/login", "{faults:?}");
        patients.misbehave(none());
        browser.leave("/login?return_to=/me", "/login/fc").await;
        browser.click("person", "camille").await;
        assert_eq!(browser.path(), "/me", "after {faults:?}");
    }
    // T32 and T34: a new key, and keys without a name, are no faults.
    clock.advance(jiff::SignedDuration::from_mins(2));
    for faults in [Faults { rotated_key: true, ..none() }, Faults { no_kid: true, rotated_key: true, ..none() }] {
        patients.misbehave(faults.clone());
        let mut browser = Browser::at(&door.base);
        browser.leave("/login?return_to=/me", "/login/fc").await;
        browser.click("person", "camille").await;
        assert_eq!(browser.path(), "/me", "{faults:?}");
    }
    door.server.stop(false).await;
}

/// T01, T02, T37 and T45 against a provider that others wrote.
#[actix_web::test]
async fn logins_at_an_independent_provider() {
    if !peer::is_wanted() {
        return;
    }
    for algorithm in ["ES256", "RS256"] {
        let mut peer = None;
        let door = Door::open(&World::system(), |base| {
            let started = Peer::start(base, algorithm, SECRET);
            let mut settings = provider("franceconnect", &started.issuer);
            settings["algorithm"] = json!(algorithm);
            peer = Some(started);
            json!({ "fc": settings })
        })
        .await;
        let mut browser = Browser::at(&door.base);
        for (person, shown) in [("tuan", "1948"), ("helene", "Modèle")] {
            browser.leave("/login?return_to=/me", "/login/fc").await;
            let page = browser.click("person", person).await;
            assert!(browser.path() == "/me" && page.contains(shown), "{algorithm} {person}: {page}");
            browser.post("/me", "/logout").await;
            // The engine asks once more; FranceConnect's own page answers by itself.
            let done = browser.click("logout", "yes").await;
            assert!(browser.path() == "/logout/done" && done.contains("ici et chez le fournisseur"), "{done}");
        }
        browser.leave("/login?return_to=/me", "/login/fc").await;
        let page = browser.click("person", "").await;
        assert!(page.contains("Vous n’êtes pas connecté"), "{page}");
        door.server.stop(false).await;
    }
}
