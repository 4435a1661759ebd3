//! A house with this room only, and browsers that keep cookies.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use actix_http::Request;
use actix_web::{
    App, Error,
    body::BoxBody,
    cookie::Cookie,
    dev::{Service, ServiceResponse},
    middleware::from_fn,
    test, web as actix,
};
use kernel::{World, testing::HeldClock};
use serde_json::{Value, json};
use storage::{Db, outbox::Subscriptions, testing::TestDb};
use web::{Front, House, I18n};

use crate::{
    Identity, Settings,
    directory::{NewEstablishment, upsert_establishment},
    oidc::tests::{
        peer::{Peer, client},
        signer::CLIENT,
    },
};

pub(super) const SESSION: &str = "__Host-parvis-session";
pub(super) const DESK: &str = "__Host-parvis-desk";

/// Everything one test needs on one database.
pub(super) struct Stand {
    pub(super) peer: Peer,
    /// A second patient provider and the hospital's.
    pub(super) second: Peer,
    pub(super) hospital: Peer,
    pub(super) clock: Arc<HeldClock>,
    pub(super) db: Db,
    _test: TestDb,
}

pub(super) fn stands() -> Vec<Stand> {
    let (world, clock) = kernel::testing::world();
    let all = storage::testing::databases(&world, &Subscriptions::default()).unwrap();
    let peer = || Peer::start_with(clock.clone());
    all.into_iter()
        .map(|test| Stand {
            peer: peer(),
            second: peer(),
            hospital: peer(),
            clock: clock.clone(),
            db: test.db.clone(),
            _test: test,
        })
        .collect()
}

impl Stand {
    fn settings(&self, secret: &Path) -> Settings {
        let provider = |preset: &str, issuer: &str| json!({"preset": preset, "issuer": issuer, "client_id": CLIENT, "client_secret_file": secret});
        let mut hospital = provider("hospital", &self.hospital.issuer);
        hospital["userinfo"] = json!("jwt");
        hospital["roles"] = json!({"claim": "roles", "grants": [
            {"value": "clerk", "roles": ["admissions"]},
            {"value": "it", "roles": ["interfaces"]},
            {"value": "chu", "establishments": ["750712184"]},
            {"value": "nowhere", "establishments": ["2A0000014"]},
        ]});
        let providers = json!({
            "fc": provider("franceconnect", &self.peer.issuer),
            "second": provider("franceconnect", &self.second.issuer),
            "hospital": hospital,
        });
        serde_json::from_value(json!({ "providers": providers })).unwrap()
    }

    /// The house as the server would build it.
    pub(super) async fn open(
        &self,
    ) -> impl Service<Request, Response = ServiceResponse<BoxBody>, Error = Error> + use<> {
        let hospital = NewEstablishment {
            finess: "750712184".parse().unwrap(),
            name: "Centre hospitalier d’essai".into(),
            short_name: "CH".into(),
        };
        self.db.write(move |tx| upsert_establishment(tx, &hospital)).await.unwrap();
        let secret = std::env::temp_dir().join(format!("parvis-secret-{}", World::system().uuid()));
        std::fs::write(&secret, "top-secret\n").unwrap();
        let settings = self.settings(&secret);
        assert!(settings.faults().is_empty(), "{:?}", settings.faults());
        let room = Identity::open(&settings, "http://localhost:8080", self.db.clone(), |_| client()).unwrap();
        std::fs::remove_file(&secret).unwrap();
        let house = House::new(vec![web::house_routes(), crate::routes()]);
        let i18n = Arc::new(I18n::new(&[web::OWN_LOCALES, crate::LOCALE]).unwrap());
        let front =
            Front::new(front_settings(), i18n, house.clone(), self.db.clone(), [7; 32], &settings.form_targets());
        let (front, room) = (actix::Data::from(front), actix::Data::new(room));
        let app = App::new()
            .app_data(front)
            .app_data(room)
            .configure(|config| web::configure_inputs(config, &front_settings().body))
            .configure(|config| house.configure(config))
            .wrap(from_fn(web::front_desk));
        test::init_service(app).await
    }
}

fn front_settings() -> web::Settings {
    serde_json::from_value(json!({
        "base_url": "http://localhost:8080", "name": "GHT d'essai", "help_telephone": "03 00 00 00 00",
        "help_hours_fr": "de 8 h à 18 h", "help_hours_en": "8 am to 6 pm", "demonstration": false, "trusted_proxies": [],
        "publisher": "GHT d'essai", "dpo_email": "dpo@example.org", "accessibility_state": "non",
        "limits": { "reading": 6000, "searching": 6000, "writing": 6000, "login": 6000, "uploading": 600 },
        "session": { "idle_minutes": 30, "patient_hours": 8, "staff_hours": 10 },
        "body": { "limit": 65536, "deadline_seconds": 30, "upload_deadline_seconds": 900, "minimum_rate": 500 },
    }))
    .unwrap()
}

/// One answer, read.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: String,
    pub(super) headers: BTreeMap<String, String>,
    /// The cookies as they were set, attributes included.
    pub(super) set: Vec<String>,
    pub(super) body: String,
}

/// A browser: cookies, and where forms come from.
#[derive(Default)]
pub(super) struct Browser {
    pub(super) cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(super) async fn send<S>(&mut self, house: &S, mut request: test::TestRequest) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        for (name, value) in &self.cookies {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        let peer = "192.0.2.7:50000".parse().unwrap();
        let response = test::call_service(house, request.peer_addr(peer).to_request()).await;
        let mut set = Vec::new();
        for cookie in response.response().cookies() {
            set.push(cookie.to_string());
            if cookie.value().is_empty() {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        let headers: BTreeMap<String, String> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        let status = response.status().as_u16();
        let body = String::from_utf8(test::read_body(response).await.to_vec()).unwrap();
        let location = headers.get("location").cloned().unwrap_or_default();
        Answer { status, location, headers, set, body }
    }

    pub(super) async fn get<S>(&mut self, house: &S, path: &str) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        self.send(house, test::TestRequest::get().uri(path)).await
    }

    /// Comes back from a provider; a failure is told on a page of its own, whose address keeps nothing of it.
    pub(super) async fn back<S>(&mut self, house: &S, path: &str) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        let answer = self.get(house, path).await;
        if !answer.location.contains("/failed?why=") {
            return answer;
        }
        assert!(!answer.location.contains("state=") && !answer.location.contains("code="), "{}", answer.location);
        self.get(house, &answer.location).await
    }

    /// Posts a form with the token of `page`.
    pub(super) async fn post<S>(&mut self, house: &S, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        let page = self.get(house, page).await.body;
        let token = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
        let request =
            test::TestRequest::post().uri(path).insert_header(("sec-fetch-site", "same-origin")).set_form(form);
        self.send(house, request).await
    }

    /// Leaves for a patient provider; the parameters of the provider's address.
    pub(super) async fn leave<S>(&mut self, house: &S, provider: &str, return_to: &str) -> BTreeMap<String, String>
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        let answer = self.post(house, "/login", &format!("/login/{provider}"), &[("return_to", return_to)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        parameters(&answer.location)
    }

    /// A whole patient login, with these claims.
    pub(super) async fn log_in<S>(&mut self, house: &S, peer: &Peer, claims: Value) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        let asked = self.leave(house, "fc", "/me").await;
        peer.vouch_with(&peer.signer, &asked["nonce"], claims);
        self.back(house, &callback("fc", &asked["state"], &peer.issuer)).await
    }
}

pub(super) fn parameters(address: &str) -> BTreeMap<String, String> {
    openidconnect::url::Url::parse(address).unwrap().query_pairs().into_owned().collect()
}

pub(super) fn callback(provider: &str, state: &str, issuer: &str) -> String {
    format!("/login/{provider}/callback?code=the-code&state={state}&iss={issuer}")
}

pub(super) fn person() -> Value {
    json!({
        "family_name": "DUBINÔRE", "given_name": "Angèle Marie", "given_name_array": ["Angèle", "Marie"],
        "birthdate": "1962-11-01", "idp_birthdate": "1962-11-00", "birthplace": "", "birthcountry": "99350",
        "gender": "unspecified", "email": "angele@exemple.test",
    })
}
