//! A house with this room only, whose provider does not answer, and browsers that keep cookies.

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
use kernel::{EstablishmentId, Finess, InvoiceId, Money, PatientId, testing::HeldClock};
use serde_json::{Value, json};
use storage::{
    AsSql, Db,
    outbox::Subscriptions,
    sql::Uuid,
    testing::{TestDb, databases},
};
use web::{
    Ctx, Front, House, I18n, Policy, Problem, Routes,
    session::{Details, Kind, Principal, open},
};

use crate::{
    Heard, Name, Payments,
    domain::announce::{Announcement, Kind as DebtKind, Person, Standing},
};

const HOSPITAL: &str = "750712184";

pub(super) struct Stand {
    pub(super) db: Db,
    pub(super) clock: Arc<HeldClock>,
    pub(super) room: actix::Data<Payments>,
    establishment: EstablishmentId,
    _test: TestDb,
}

impl Stand {
    pub(super) async fn all() -> Vec<Self> {
        let (world, clock) = kernel::testing::world();
        let keyring = crate::testing::keyring(&world);
        let mut all = Vec::new();
        for test in databases(&world, &Subscriptions::default()).unwrap() {
            let db = test.db.clone();
            let establishment = db.write(directory).await.unwrap();
            let settings = serde_json::from_value(settings()).unwrap();
            let (base, http) = ("http://localhost:8080", crate::testing::client());
            let room = Payments::open(settings, base, db.clone(), keyring.clone(), http).unwrap();
            let room = actix::Data::new(room);
            all.push(Self { db, clock: clock.clone(), room, establishment, _test: test });
        }
        all
    }

    /// An invoice of a patient that the hospital tells of; the number makes its reference, too.
    pub(super) async fn invoice(&self, number: &str, said: Announcement, patient: Option<PatientId>) -> InvoiceId {
        let said = Announcement { refdet: number.parse().unwrap(), ..said };
        let name = Name { establishment: self.establishment, source: "gam".to_owned(), number: number.to_owned() };
        let id = match self.room.hear(name, said).await.unwrap() {
            Heard::Added(id) => id,
            other => panic!("{other:?}"),
        };
        if let Some(patient) = patient {
            self.db.write(move |tx| belongs_to(tx, id, patient)).await.unwrap();
        }
        id
    }

    /// The house as the server would build it, and a door through which tests log in.
    pub(super) async fn open(
        &self,
    ) -> impl Service<Request, Response = ServiceResponse<BoxBody>, Error = Error> + use<> {
        let door = Routes::new("test").post("/test/login/{patient}", Policy::Public, login);
        let house = House::new(vec![web::house_routes(), crate::routes(), door]);
        let i18n = I18n::new(&[web::OWN_LOCALES, crate::LOCALE]).unwrap();
        let front = Front::new(web_settings(), Arc::new(i18n), house.clone(), self.db.clone(), [7; 32], &[]);
        let app = App::new()
            .app_data(actix::Data::from(front))
            .app_data(self.room.clone())
            .app_data(actix::Data::new(self.db.clone()))
            .configure(|config| web::configure_inputs(config, &web_settings().body))
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

pub(super) fn said(cents: i64, standing: Standing, creditor: &str) -> Announcement {
    Announcement {
        person: Person {
            ipp: "8000042".to_owned(),
            birth_family: "EXEMPLE".to_owned(),
            given: "Camille".to_owned(),
            birth_date: "1962-11-05".to_owned(),
            sex: "F".to_owned(),
        },
        visit_number: None,
        kind: DebtKind::Regie,
        creditor: creditor.to_owned(),
        exercice: "2026".parse().unwrap(),
        refdet: "FACT2026000123".parse().unwrap(),
        label: "Consultation de cardiologie".to_owned(),
        amount: Money::from_cents(cents),
        issued_on: "2026-11-02".parse().unwrap(),
        due_on: "2026-12-05".parse().ok(),
        standing,
        confidential: false,
    }
}

fn directory(tx: &mut storage::Tx<'_>) -> Result<EstablishmentId, storage::StorageError> {
    let finess: Finess = HOSPITAL.parse().unwrap();
    let hospital = NewEstablishment { finess, name: "Centre hospitalier d’essai".into(), short_name: "CH".into() };
    let establishment = upsert_establishment(tx, &hospital)?;
    let site = NewSite {
        establishment,
        finess: "750100125".parse().unwrap(),
        name: "Site du Parvis".into(),
        address_lines: vec!["1 rue de l’Essai".into()],
        postcode: "62000".into(),
        city: "Arras".into(),
        zone: "Europe/Paris".parse().unwrap(),
        help_phone: "+33321000000".into(),
        access_notes: String::new(),
    };
    upsert_site(tx, &site)?;
    for number in [1, 2] {
        person(tx, patient(number));
    }
    Ok(establishment)
}

/// A row of identity's, written as a login would: that room lets no one else make patients.
fn person(tx: &mut storage::Tx<'_>, id: PatientId) {
    use storage::sql::{Instant, Json};
    let now = tx.now();
    diesel::sql_query(
        "INSERT INTO patients (id, issuer, client_id, subject, family_name, given_names, given_name_array, \
         provider_email, language, created_at, last_login_at) \
         VALUES ($1, 'i', 'c', $2, 'EXEMPLE', 'Camille', $3, 'camille@exemple.test', 'fr', $4, $5)",
    )
    .bind::<Uuid, _>(id.sql())
    .bind::<diesel::sql_types::Text, _>(id.to_string())
    .bind::<Json, _>(json!(["Camille"]).sql())
    .bind::<Instant, _>(now.sql())
    .bind::<Instant, _>(now.sql())
    .execute(tx.conn())
    .unwrap();
}

/// As the room does when the hospital's person is known to be this patient.
fn belongs_to(tx: &mut storage::Tx<'_>, invoice: InvoiceId, patient: PatientId) -> Result<(), storage::StorageError> {
    diesel::sql_query("UPDATE invoices SET patient_id = $1 WHERE id = $2")
        .bind::<Uuid, _>(patient.sql())
        .bind::<Uuid, _>(invoice.sql())
        .execute(tx.conn())?;
    Ok(())
}

fn settings() -> Value {
    let creditor = |name: &str, generous: bool| {
        json!({
            "name": name, "provider": "payfip", "number": "006382", "mode": "production",
            "partial_payment": generous, "several_invoices": generous, "most_cents": 500_000,
        })
    };
    json!({
        "rhythm": [{ "until": 10, "every": 1 }],
        "patience": { "expires_minutes": 120, "second_thoughts_minutes": 2, "reopens_minutes": 20, "known_after_minutes": 20 },
        "providers": { "payfip": { "service": "http://127.0.0.1:1/service", "page": "http://127.0.0.1:1/page" } },
        "creditors": { HOSPITAL: { "strict": creditor("Régie des consultations", false), "generous": creditor("Régie des séjours", true) } },
    })
}

fn web_settings() -> web::Settings {
    serde_json::from_value(json!({
        "base_url": "http://localhost:8080", "name": "GHT d'essai", "help_telephone": "03 00 00 00 00",
        "help_hours_fr": "de 8 h à 18 h", "help_hours_en": "8 am to 6 pm", "demonstration": false, "trusted_proxies": [],
        "publisher": "GHT d'essai", "dpo_email": "dpo@example.org", "accessibility_state": "non",
        "limits": { "reading": 6000, "searching": 6000, "writing": 6000, "login": 6000, "uploading": 600 },
        "session": { "idle_minutes": 3000, "patient_hours": 800, "staff_hours": 10 },
        "body": { "limit": 65536, "deadline_seconds": 30, "upload_deadline_seconds": 900, "minimum_rate": 500 },
    }))
    .unwrap()
}

/// One answer, read.
#[derive(Debug)]
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
        self.body.replace(['\u{a0}', '\u{202f}'], " ").replace("&#39;", "'").contains(text)
    }
}

/// A browser: cookies, a language, and the address it comes from.
pub(super) struct Browser {
    cookies: BTreeMap<String, String>,
    language: &'static str,
    pub(super) address: String,
}

impl Browser {
    pub(super) fn speaking(language: &'static str) -> Self {
        Self { cookies: BTreeMap::new(), language, address: "192.0.2.7:50000".to_owned() }
    }

    async fn send<S>(&mut self, house: &S, mut request: test::TestRequest) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        for (name, value) in &self.cookies {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        let request = request
            .insert_header(("accept-language", self.language))
            .insert_header(("sec-fetch-site", "same-origin"))
            .peer_addr(self.address.parse().unwrap());
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

    /// Presses a button of `page`, with its hidden fields and these.
    pub(super) async fn post<S>(&mut self, house: &S, page: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    {
        let form = page.between(&format!("action=\"{path}\""), "</form>");
        let hidden = form.split("<input type=\"hidden\" name=\"").skip(1).map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            (name, rest.split_once('"').unwrap().0)
        });
        let sent: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
        self.send(house, test::TestRequest::post().uri(path).set_form(sent)).await
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
