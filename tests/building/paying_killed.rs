//! The house is killed (SIGKILL) at each step of a payment and started again, while the providers and the hospital's system
//! stand: no invoice is paid twice, none is paid without its provider's own answer, and the hospital takes one message of
//! each. On SQLite and on PostgreSQL.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::atomic::{AtomicU8, AtomicUsize, Ordering},
    time::Duration,
};

use actix_web::{App, HttpResponse, HttpServer, http::StatusCode, web};
use futures_util::future::{join, pending};
use kernel::World;
use serde_json::{Value, json};
use simulators::{payfip, sih, vads};
use storage::{
    Db, Options, StorageError,
    diesel::{self, RunQueryDsl},
    outbox::Subscriptions,
    testing::TestDb,
};

use crate::{
    app::SCENARIO,
    browser::{Browser, Form, Page},
    commands::{folder, free_port},
    installed::{FINESS, Installed, Serving, run},
    killed::{count, wait_until},
    paid::{lines, taken},
    paying::show_paper,
};

const NUMCLI: &str = "099000";
const SHOP: &str = "99000002";
const KEY: &str = "7f2c9d01e8a4b650";

/// Where the way between the house and PayFiP is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Closed {
    Nowhere,
    /// No question arrives there.
    ToPayfip,
    /// PayFiP does what it is asked, and no answer comes back.
    FromPayfip,
}

struct Gate {
    service: String,
    http: reqwest::Client,
    closed: AtomicU8,
    /// Questions that were stopped.
    stopped: AtomicUsize,
}

impl Gate {
    fn close(&self, where_: Closed) {
        self.stopped.store(0, Ordering::SeqCst);
        self.closed.store(where_ as u8, Ordering::SeqCst);
    }

    fn is_closed(&self, where_: Closed) -> bool {
        self.closed.load(Ordering::SeqCst) == where_ as u8
    }

    fn has_stopped_one(&self) -> bool {
        self.stopped.load(Ordering::SeqCst) == 1
    }

    async fn stop(&self) -> HttpResponse {
        self.stopped.fetch_add(1, Ordering::SeqCst);
        pending().await
    }
}

async fn pass(gate: web::Data<Gate>, question: web::Bytes) -> HttpResponse {
    if gate.is_closed(Closed::ToPayfip) {
        return gate.stop().await;
    }
    let sent = gate.http.post(&gate.service).header("Content-Type", "text/xml; charset=utf-8").body(question);
    let answer = sent.send().await.unwrap();
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    let message = answer.bytes().await.unwrap();
    if gate.is_closed(Closed::FromPayfip) {
        return gate.stop().await;
    }
    HttpResponse::build(status).content_type("text/xml; charset=utf-8").body(message)
}

/// The house, which can be killed, among partners which are not.
struct House {
    folder: PathBuf,
    url: String,
    port: u16,
    admin: u16,
    payfip: payfip::Handle,
    gate: web::Data<Gate>,
    bank: vads::Handle,
    sih: sih::Running,
    running: Option<Serving>,
}

fn http() -> reqwest::Client {
    server::client::http(None).unwrap()
}

fn gate(service: String) -> (web::Data<Gate>, String) {
    let gate = web::Data::new(Gate { service, http: http(), closed: AtomicU8::new(0), stopped: AtomicUsize::new(0) });
    let kept = gate.clone();
    let app = move || App::new().app_data(kept.clone()).default_service(web::post().to(pass));
    let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", server.addrs()[0]);
    actix_web::rt::spawn(server.run());
    (gate, address)
}

/// What is owed: of each number its creditor.
fn owed() -> Vec<(String, &'static str)> {
    let of = |letter: char, creditor: &'static str| (1..=15).map(move |at| (format!("{letter}{at:07}"), creditor));
    of('P', "consultations").chain(of('B', "services")).collect()
}

impl House {
    async fn open(name: &str, database: Option<String>) -> Self {
        let folder = folder(name);
        let url = database.unwrap_or_else(|| format!("sqlite:{}", folder.join("parvis.sqlite").display()));
        let world = World::system();
        let creditor = payfip::Creditor {
            numcli: NUMCLI.to_owned(),
            names: ["Régie", "", ""].map(str::to_owned),
            most_cents: 10_000_000,
            web_service: true,
        };
        let zone: kernel::Zone = "Europe/Paris".parse().unwrap();
        let creditors = vec![creditor];
        let settings = payfip::Settings { port: 0, creditors, zone: zone.clone(), world: world.clone(), http: http() };
        let payfip = payfip::start(settings).unwrap();
        let (gate, service) = gate(payfip.service());
        let shop = vads::Shop { site_id: SHOP.to_owned(), test_key: KEY.to_owned(), production_key: KEY.to_owned() };
        let bank = vads::start(vads::Settings { port: 0, shops: vec![shop], world: world.clone(), http: http() });
        let bank = bank.unwrap();
        let hospital = sih::Settings {
            mllp_port: 0,
            http_port: 0,
            folder: folder.join("sih"),
            conduct: sih::Conduct::default(),
            slowness: Duration::from_secs(10),
            portal: None,
            zone,
        };
        let sih = sih::start(hospital, world).await.unwrap();
        let (port, admin) = (free_port(), free_port());
        let house = Self { folder, url, port, admin, payfip, gate, bank, sih, running: None };
        house.settle_in(&service);
        house
    }

    /// Settings and invoices, as operators write and load them.
    fn settle_in(&self, service: &str) {
        let write = |name: &str, text: &str| std::fs::write(self.folder.join(name), text).unwrap();
        write("shop.key", KEY);
        write("fc.secret", "a secret");
        write("parvis.toml", &self.settings(service));
        let invoice = |(number, creditor): (String, &str)| {
            json!({
                "establishment": FINESS, "source": "gam", "number": number, "refdet": number, "kind": "regie",
                "creditor": creditor, "label": "Consultation", "amount_cents": 2400, "issued_days_ago": 3, "state": "payable",
                "patient": { "ipp": "8000042", "birth_family": "EXEMPLE", "given": "Camille", "birth_date": "1984-03-12", "sex": "F" },
            })
        };
        let mut scenario: Value = serde_json::from_str(SCENARIO).unwrap();
        scenario["invoices"] = owed().into_iter().map(invoice).collect();
        write("scenario.json", &scenario.to_string());
        run(&self.folder, &["migrate"]);
        run(&self.folder, &["seed", "--scenario", "scenario.json"]);
    }

    fn settings(&self, service: &str) -> String {
        let installed = Installed {
            database: &self.url,
            base: &format!("http://localhost:{}", self.port),
            // Nobody logs in.
            issuer: "https://idp.example.org/api/v2",
            mllp: self.sih.mllp_addr,
            receiving_application: "GEF",
        };
        format!(
            r#"{common}
[sih.payments.{FINESS}]
as = "DFT"
[payment.providers.payfip]
service = "{service}"
page = "{page}"
[payment.providers.vads]
page = "{bank}"
[payment.providers.vads.shops.{SHOP}]
test_key_file = "shop.key"
production_key_file = "shop.key"
[payment.creditors.{FINESS}.consultations]
name = "Régie des consultations"
provider = "payfip"
number = "{NUMCLI}"
mode = "production"
[payment.creditors.{FINESS}.services]
name = "Services aux patients"
provider = "vads"
number = "{SHOP}"
mode = "production"
"#,
            common = installed.settings(),
            page = self.payfip.page(),
            bank = self.bank.page(),
        )
    }

    async fn start(&mut self) {
        let serving = Serving::start(&self.folder, (self.port, self.admin));
        serving.ready().await;
        self.running = Some(serving);
    }

    /// Starts again when so many minutes have passed.
    async fn rises_after(&mut self, minutes: i64) {
        self.running = None;
        self.gate.close(Closed::Nowhere);
        self.pass(minutes).await;
        self.start().await;
    }

    fn db(&self) -> Db {
        let options = Options { url: self.url.clone(), connections: 2, wait: Duration::from_secs(10) };
        Db::open(&options, World::system(), Subscriptions::default()).unwrap()
    }

    /// What is under way began so many minutes earlier.
    async fn pass(&self, minutes: i64) {
        let back = match self.url.starts_with("sqlite") {
            true => format!("{}", minutes * 60_000_000),
            false => format!("interval '{minutes} minutes'"),
        };
        let earlier = format!(
            "UPDATE payment_attempts SET created_at = created_at - {back}, look_at = look_at - {back} \
             WHERE state IN ('created', 'redirected')"
        );
        let write = move |tx: &mut storage::Tx<'_>| {
            Ok::<_, StorageError>(diesel::sql_query(earlier.as_str()).execute(tx.conn())?)
        };
        self.db().write(write).await.unwrap();
    }

    async fn is(&self, number: &str, state: &str) -> bool {
        count(&self.db(), &format!("invoices WHERE number = '{number}' AND state = '{state}'")).await == 1
    }

    async fn becomes(&self, number: &str, state: &str) {
        for _ in 0..1200 {
            if self.is(number, state).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{number} never becomes {state}");
    }

    /// A browser that showed the paper of an invoice, and what it would send to pay it.
    async fn payer(&self, number: &str) -> (Browser, Page, Form) {
        let mut browser = Browser::new(&format!("http://localhost:{}", self.port));
        let page = show_paper(&mut browser, number, "24").await;
        let form = page.form("/payments").with("email", "camille@exemple.test");
        (browser, page, form)
    }

    /// At the provider's page.
    async fn at_the_provider(&self, number: &str) -> (Browser, Page) {
        let (mut browser, page, form) = self.payer(number).await;
        let there = arrive(&mut browser, &page, &form).await;
        (browser, there)
    }

    /// Sends the form; once `reached` holds the house dies. What the browser got, if anything.
    async fn dies_when(
        &mut self,
        (browser, page, form): (&mut Browser, &Page, &Form),
        reached: impl AsyncFn(&Self) -> bool,
    ) -> Option<Page> {
        let killing = async {
            wait_until(async || reached(&*self).await).await;
            self.running = None;
        };
        join(browser.try_submit(page, form), killing).await.0.ok()
    }

    /// What PayFiP and the bank took of this number, in their own books.
    fn taken_there(&self, number: &str) -> usize {
        let payfip = self.payfip.operations();
        let payfip = payfip.iter().filter(|one| one.asked.refdet == number);
        let bank = self.bank.transactions();
        let bank = bank.iter().filter(|one| one.fields.get("vads_order_id").is_some_and(|order| order == number));
        payfip.filter(|one| one.outcome.as_ref().is_some_and(|outcome| outcome.letter == 'P')).count()
            + bank.filter(|one| one.choices.contains(&vads::Choice::Pay)).count()
    }

    /// What the hospital took, with how often each invoice is in it.
    fn told(&self) -> BTreeMap<String, usize> {
        let mut told = BTreeMap::new();
        for (message, _) in taken(&self.sih.partner) {
            for [.., number] in lines(&message) {
                *told.entry(number).or_default() += 1;
            }
        }
        told
    }
}

/// Sends the form, and what leads on from there, until the provider's page.
async fn arrive(browser: &mut Browser, page: &Page, form: &Form) -> Page {
    let next = browser.submit(page, form).await;
    match next.forms().into_iter().find(|form| form.action.ends_with("/vads-payment/")) {
        Some(onward) => browser.submit(&next, &onward).await,
        None => next,
    }
}

/// The button of the provider's page that ends the payment in this way.
fn button(there: &Page, choice: &str) -> Form {
    let with_key = |form: &Form| form.fields.iter().any(|(name, _)| name == "key");
    there
        .forms()
        .into_iter()
        .find(with_key)
        .unwrap_or_else(|| panic!("no choice: {}", there.text))
        .with("choice", choice)
}

/// From the provider's last page to the house.
async fn come_back(browser: &mut Browser, done: &Page) -> Page {
    match done.attribute("a.button.main", "href") {
        Some(link) => browser.open(&link).await,
        None => browser.submit(done, &done.form("http://localhost")).await,
    }
}

/// Asked and not answered; written down and not yet on the way.
async fn between_start_and_redirect(house: &mut House) {
    for (number, closed, operations) in [("P0000001", Closed::ToPayfip, 0), ("P0000002", Closed::FromPayfip, 1)] {
        house.gate.close(closed);
        let (mut browser, page, form) = house.payer(number).await;
        house.dies_when((&mut browser, &page, &form), async |house| house.gate.has_stopped_one()).await;
        assert!(house.is(number, "paying").await, "written down before anybody is asked");
        assert_eq!(house.payfip.operations().len(), operations);
        house.rises_after(3).await;
        house.becomes(number, "payable").await;
    }
    for number in ["P0000003", "B0000003"] {
        let (mut browser, page, form) = house.payer(number).await;
        let sent = format!("payment_attempts WHERE refdet = '{number}' AND state = 'redirected'");
        let is_sent = async |house: &House| count(&house.db(), &sent).await == 1;
        house.dies_when((&mut browser, &page, &form), is_sent).await;
        let operations = house.payfip.operations().len();
        house.rises_after(0).await;
        // The same form leads to the same payment.
        let mut browser = browser.reopened();
        let there = arrive(&mut browser, &page, &form).await;
        assert_eq!(house.payfip.operations().len(), operations);
        browser.submit(&there, &button(&there, "pay")).await;
        house.becomes(number, "paid").await;
    }
}

/// The provider has told that there is news, and the question or its answer is lost with the house.
async fn between_notification_and_look_up(house: &mut House) {
    for (number, closed, returns) in [("P0000004", Closed::ToPayfip, false), ("P0000005", Closed::FromPayfip, true)] {
        let (mut browser, there) = house.at_the_provider(number).await;
        house.gate.close(closed);
        let pressed = (&mut browser, &there, &button(&there, "pay"));
        let done = house.dies_when(pressed, async |house| house.gate.has_stopped_one()).await;
        assert!(house.is(number, "paying").await, "a notification is no answer");
        // Whoever comes first asks: the payer who comes back, or the schedule.
        house.rises_after(if returns { 0 } else { 2 }).await;
        if returns {
            let told = come_back(&mut browser.reopened(), &done.expect("the provider's page")).await;
            assert_eq!(told.first("h1"), "Votre paiement est reçu");
        }
        house.becomes(number, "paid").await;
    }
    // The bank tells a house that is dead; what its page signed for the browser is an answer as well.
    house.bank.misbehave(vads::Faults { notification_after_ms: 1500, ..vads::Faults::default() });
    let (mut browser, there) = house.at_the_provider("B0000004").await;
    let done = browser.submit(&there, &button(&there, "pay")).await;
    house.running = None;
    let is_told =
        async || house.bank.transactions().iter().any(|one| one.notified.iter().any(|it| it.contains("sans")));
    wait_until(is_told).await;
    house.bank.misbehave(vads::Faults::default());
    house.rises_after(0).await;
    assert!(house.is("B0000004", "paying").await);
    come_back(&mut browser.reopened(), &done).await;
    house.becomes("B0000004", "paid").await;
}

/// The money is there; the hospital's system is away, or has the message and was not heard.
async fn between_settled_and_told(house: &mut House) {
    for (number, conduct) in
        [("P0000006", sih::Conduct::Down), ("P0000007", sih::Conduct::Silent), ("B0000007", sih::Conduct::Silent)]
    {
        let (mut browser, there) = house.at_the_provider(number).await;
        house.sih.partner.behave(conduct);
        browser.submit(&there, &button(&there, "pay")).await;
        house.becomes(number, "paid").await;
        let was_heard =
            || house.sih.partner.entries().iter().any(|one| String::from_utf8_lossy(&one.message).contains(number));
        wait_until(async || was_heard()).await;
        house.running = None;
        house.sih.partner.behave(sih::Conduct::Normal);
        house.rises_after(0).await;
    }
}

async fn at_whatever_moment(house: &mut House) {
    for (at, pause) in [0, 10, 30, 80, 200, 500].into_iter().enumerate() {
        for letter in ['P', 'B'] {
            let number = format!("{letter}{:07}", at + 8);
            let (mut browser, there) = house.at_the_provider(&number).await;
            let done = browser.submit(&there, &button(&there, "pay")).await;
            tokio::time::sleep(Duration::from_millis(pause)).await;
            house.rises_after(2).await;
            if letter == 'B' {
                come_back(&mut browser.reopened(), &done).await;
            }
            house.becomes(&number, "paid").await;
        }
    }
}

async fn killed_at_each_step_of_a_payment(mut house: House) {
    house.start().await;
    between_start_and_redirect(&mut house).await;
    between_notification_and_look_up(&mut house).await;
    between_settled_and_told(&mut house).await;
    at_whatever_moment(&mut house).await;
    // What nobody was sent to pay may be paid.
    for number in ["P0000001", "P0000002"] {
        let (mut browser, there) = house.at_the_provider(number).await;
        browser.submit(&there, &button(&there, "pay")).await;
        house.becomes(number, "paid").await;
    }

    let paid: Vec<String> = (1..=13).map(|at| format!("P{at:07}")).collect();
    let paid = paid.into_iter().chain([3, 4, 7, 8, 9, 10, 11, 12, 13].map(|at| format!("B{at:07}")));
    let once: BTreeMap<String, usize> = paid.map(|number| (number, 1)).collect();
    wait_until(async || house.told().len() >= once.len()).await;
    assert_eq!(house.told(), once, "one message each");
    let there: BTreeMap<String, usize> =
        once.keys().map(|number| (number.clone(), house.taken_there(number))).collect();
    assert_eq!(there, once, "nobody paid twice");
    let all = i64::try_from(once.len()).unwrap();
    let db = house.db();
    assert_eq!(count(&db, "invoices WHERE state = 'paid' AND received_cents = 2400").await, all);
    assert_eq!(count(&db, "payment_attempts WHERE state = 'paid'").await, all);
    let answered = "payment_attempts WHERE state = 'paid' AND EXISTS (SELECT 1 FROM payment_lookups \
                    WHERE attempt_id = payment_attempts.id AND answer = 'paid')";
    assert_eq!(count(&db, answered).await, all, "none without its provider's own answer");
    assert_eq!(count(&db, "refund_tasks").await, 0);
    house.running = None;
    run(&house.folder, &["proof", "verify"]);
    std::fs::remove_dir_all(&house.folder).unwrap();
}

#[actix_web::test]
async fn killed_at_each_step_of_a_payment_with_sqlite() {
    killed_at_each_step_of_a_payment(House::open("paying_sqlite", None).await).await;
}

#[actix_web::test]
async fn killed_at_each_step_of_a_payment_with_postgresql() {
    let Ok(server) = std::env::var(storage::testing::SERVER) else { return };
    let (world, _) = kernel::testing::world();
    let database = TestDb::postgresql(&server, world, Default::default()).unwrap();
    killed_at_each_step_of_a_payment(House::open("paying_postgresql", Some(database.url.clone())).await).await;
}
