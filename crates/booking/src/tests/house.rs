//! A house with this room only, and browsers that keep cookies.

use std::{collections::BTreeMap, sync::Arc};

use actix_http::Request;
use actix_web::{
    App, Error, HttpResponse,
    body::BoxBody,
    cookie::Cookie,
    dev::{Service, ServiceResponse},
    middleware::from_fn,
    test, web as actix,
};
use diesel::RunQueryDsl;
use identity::directory::{NewEstablishment, NewSite, upsert_establishment, upsert_site};
use kernel::{PatientId, testing::HeldClock};
use serde_json::{Value, json};
use storage::{
    Db,
    outbox::Subscriptions,
    proof::Keyring,
    testing::{TestDb, databases},
};
use web::{
    Ctx, Front, House, I18n, Policy, Problem, Routes,
    session::{Details, Kind, Principal, open},
};

use crate::{Booking, seed};

pub(super) const HOSPITAL: &str = "750712184";
pub(super) const SITE: &str = "750100125";

pub(super) struct Stand {
    pub(super) db: Db,
    pub(super) clock: Arc<HeldClock>,
    pub(super) keyring: Arc<Keyring>,
    _test: TestDb,
}

impl Stand {
    pub(super) async fn all() -> Vec<Self> {
        let (world, clock) = kernel::testing::world();
        let folder = std::env::temp_dir().join(format!("parvis-keys-{}", kernel::World::system().uuid()));
        let keyring = Arc::new(Keyring::open(&folder, &world).unwrap());
        std::fs::remove_dir_all(&folder).unwrap();
        let mut all = Vec::new();
        for test in databases(&world, &Subscriptions::default()).unwrap() {
            let stand = Self { db: test.db.clone(), clock: clock.clone(), keyring: keyring.clone(), _test: test };
            stand.db.write(fill).await.unwrap();
            all.push(stand);
        }
        all
    }

    /// The house as the server would build it, and a door through which tests log in.
    pub(super) async fn open(
        &self,
    ) -> impl Service<Request, Response = ServiceResponse<BoxBody>, Error = Error> + use<> {
        let door = Routes::new("test").post("/test/login/{patient}", Policy::Public, login);
        let house = House::new(vec![web::house_routes(), crate::routes(), door]);
        let i18n = I18n::new(&[web::OWN_LOCALES, crate::LOCALE]).unwrap();
        let front = Front::new(settings(), Arc::new(i18n), house.clone(), self.db.clone(), [7; 32], &[]);
        let room = Booking::new(self.db.clone(), self.keyring.clone(), &crate::Settings { agendas_trusted_ms: 1000 });
        let app = App::new()
            .app_data(actix::Data::from(front))
            .app_data(actix::Data::new(room))
            .app_data(actix::Data::new(self.db.clone()))
            .configure(|config| web::configure_inputs(config, &settings().body))
            .configure(|config| house.configure(config))
            .wrap(from_fn(web::front_desk));
        test::init_service(app).await
    }
}

async fn login(ctx: Ctx, db: actix::Data<Db>, patient: actix::Path<PatientId>) -> Result<HttpResponse, Problem> {
    let visit = ctx.visit();
    let name = Details { name: "Camille".into(), ..Details::default() };
    let cookie = db.write(move |tx| open(tx, Principal::Patient(*patient), visit, &name, 8)).await?;
    let mut response = HttpResponse::NoContent().finish();
    response.add_cookie(&ctx.session_cookie(Kind::Patient, cookie)).unwrap();
    Ok(response)
}

pub(super) fn patient(number: u128) -> PatientId {
    PatientId::from_uuid(uuid::Uuid::from_u128(number))
}

fn fill(tx: &mut storage::Tx<'_>) -> Result<(), seed::SeedError> {
    let hospital = NewEstablishment {
        finess: HOSPITAL.parse().unwrap(),
        name: "Centre hospitalier d’essai".into(),
        short_name: "CH".into(),
    };
    let establishment = upsert_establishment(tx, &hospital)?;
    let site = NewSite {
        establishment,
        finess: SITE.parse().unwrap(),
        name: "Site du Parvis".into(),
        address_lines: vec!["1 rue de l’Essai".into()],
        postcode: "62000".into(),
        city: "Arras".into(),
        zone: "Europe/Paris".parse().unwrap(),
        help_phone: "+33321000000".into(),
        access_notes: "Entrée B, deuxième étage".into(),
    };
    upsert_site(tx, &site)?;
    for number in [1, 2] {
        person(tx, patient(number));
    }
    seed::load(tx, &serde_json::from_value(scenario()).unwrap())
}

/// A row of identity's, written as a login would: that room lets no one else make patients.
fn person(tx: &mut storage::Tx<'_>, id: PatientId) {
    use storage::sql::{Instant, Json, Uuid};
    let now = tx.now();
    diesel::sql_query(
        "INSERT INTO patients (id, issuer, client_id, subject, family_name, given_names, given_name_array, \
         provider_email, language, created_at, last_login_at) \
         VALUES ($1, 'i', 'c', $2, 'EXEMPLE', 'Camille', $3, 'camille@exemple.test', 'fr', $4, $5)",
    )
    .bind::<Uuid, _>(storage::AsSql::sql(id))
    .bind::<diesel::sql_types::Text, _>(id.to_string())
    .bind::<Json, _>(storage::AsSql::sql(json!(["Camille"])))
    .bind::<Instant, _>(storage::AsSql::sql(now))
    .bind::<Instant, _>(storage::AsSql::sql(now))
    .execute(tx.conn())
    .unwrap();
}

pub(super) fn scenario() -> Value {
    let rpps = |number: u32| kernel::Rpps::with_key(&format!("10{number:08}")).unwrap().to_string();
    let agenda = |number: u32| {
        json!({
            "establishment": HOSPITAL, "service": "CARD", "practitioner": rpps(number), "site": SITE,
            "openings": [{
                "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                "from": "09:00", "to": "10:30", "step_minutes": 30, "valid_from": "2026-01-01"
            }]
        })
    };
    json!({
        "services": [{
            "establishment": HOSPITAL, "code": "CARD", "name": "Cœur et vaisseaux", "speciality": "SM04",
            "description": "Essoufflement, tension, palpitations.", "telephone": "+33321000001",
            "visit_reasons": [
                { "code": "FIRST", "label": "Première consultation", "minutes": 30,
                  "instructions": "Apportez vos derniers résultats d’analyses." },
                { "code": "WARD", "label": "Avis urgent", "minutes": 30, "open": false }
            ]
        }],
        "practitioners": [
            { "rpps": rpps(1), "title": "Dr", "given_name": "Zoé", "family_name": "Martin" },
            { "rpps": rpps(2), "title": "Pr", "given_name": "Ali", "family_name": "Benali" }
        ],
        "agendas": [agenda(1), agenda(2)]
    })
}

fn settings() -> web::Settings {
    serde_json::from_value(json!({
        "base_url": "http://localhost:8080", "name": "GHT d'essai", "help_telephone": "03 00 00 00 00",
        "help_hours_fr": "de 8 h à 18 h", "help_hours_en": "8 am to 6 pm", "demonstration": false, "trusted_proxies": [],
        "publisher": "GHT d'essai", "dpo_email": "dpo@example.org", "accessibility_state": "non",
        "limits": { "reading": 6000, "searching": 6000, "writing": 6000, "login": 6000 },
        "session": { "idle_minutes": 3000, "patient_hours": 800, "staff_hours": 10 },
        "body": { "limit": 65536, "deadline_seconds": 30, "minimum_rate": 500 },
    }))
    .unwrap()
}

/// One answer, read.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: String,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{}", self.body))
    }
    /// What stands between two texts, the first time.
    pub(super) fn between(&self, start: &str, end: &str) -> String {
        let rest = self.body.split_once(start).unwrap_or_else(|| panic!("no {start} in {}", self.body)).1;
        rest.split_once(end).unwrap().0.to_owned()
    }
    pub(super) fn has(&self, text: &str) -> bool {
        // Askama escapes quotes; people write plain spaces and hyphens.
        self.body.replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2011}', "-").replace("&#39;", "'").contains(text)
    }
}

/// A browser: cookies, a language, and where forms come from.
pub(super) struct Browser {
    cookies: BTreeMap<String, String>,
    language: &'static str,
}

impl Browser {
    pub(super) fn speaking(language: &'static str) -> Self {
        Self { cookies: BTreeMap::new(), language }
    }

    pub(super) async fn send<S>(&mut self, house: &S, mut request: test::TestRequest) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        for (name, value) in &self.cookies {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        let request = request
            .insert_header(("accept-language", self.language))
            .insert_header(("sec-fetch-site", "same-origin"))
            .peer_addr("192.0.2.7:50000".parse().unwrap());
        let response = test::call_service(house, request.to_request()).await;
        for cookie in response.response().cookies() {
            self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
        }
        let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let body = String::from_utf8_lossy(&test::read_body(response).await).into_owned();
        Answer { status, location: location.unwrap_or_default(), body }
    }

    pub(super) async fn get<S>(&mut self, house: &S, path: &str) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        self.send(house, test::TestRequest::get().uri(path)).await
    }

    /// Presses a button of `page`.
    pub(super) async fn post<S>(&mut self, house: &S, page: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        let token = page.between("name=\"csrf\" value=\"", "\"");
        let form: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
        self.send(house, test::TestRequest::post().uri(path).set_form(form)).await
    }

    /// A program's request: the token in the header, JSON in the body.
    pub(super) async fn call<S>(&mut self, house: &S, request: test::TestRequest) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        let token = self.get(house, "/api/v1/session").await.json()["csrf_token"].as_str().unwrap().to_owned();
        self.send(house, request.insert_header(("x-csrf-token", token))).await
    }

    pub(super) async fn log_in<S>(&mut self, house: &S, number: u128)
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        let path = format!("/test/login/{}", patient(number));
        let answer = self.call(house, test::TestRequest::post().uri(&path)).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
}

/// Ids, keys and tokens differ from run to run; what people read does not.
pub(super) fn masked(page: &str) -> String {
    let main = page.split_once("<main").unwrap().1.split_once("</main>").unwrap().0;
    let mut text = main.split_once('>').unwrap().1.replace(['\u{a0}', '\u{202f}'], "~");
    for (start, end) in [("name=\"csrf\" value=\"", "\""), ("name=\"idempotency_key\" value=\"", "\"")] {
        text = text
            .split(start)
            .enumerate()
            .map(|(place, part)| match (place, part.split_once(end)) {
                (0, _) | (_, None) => part.to_owned(),
                (_, Some((_, rest))) => format!("{start}…{end}{rest}"),
            })
            .collect();
    }
    let is_id = |word: &str| word.parse::<PatientId>().is_ok();
    let mut ids: Vec<String> = Vec::new();
    for at in 0..text.len() {
        if let Some(word) = text.get(at..at + 36).filter(|word| is_id(word)) {
            ids.push(word.to_owned());
        }
    }
    for id in ids {
        text = text.replace(&id, "‹id›");
    }
    text.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}
