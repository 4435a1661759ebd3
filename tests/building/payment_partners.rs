//! Payment judged by a program that others wrote, `eopayment`, and by the schema of the service: see
//! tests/partners/payment. They run when `PARVIS_TEST_PYTHON` names a Python that has them (`tests/run` sees to it).

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use actix_web::{App, HttpResponse, HttpServer, http::StatusCode, web};
use jiff::Timestamp;
use kernel::{Money, World};
use payment::{
    domain::{creditor::Mode, lookups::Answer},
    payfip::{Payfip, Section},
    port::{Finding, NotStarted, Notification, Order, Provider, Started},
    vads::{Keys, Vads},
};
use reqwest::Client;
use secrecy::SecretString;
use simulators::{payfip, vads};

use crate::house::root;

const KEY: &str = "7f2c9d01e8a4b650";

fn python(program: &str) -> Option<Command> {
    let mut command = Command::new(std::env::var_os("PARVIS_TEST_PYTHON")?);
    command.arg(root().join("tests/partners/payment").join(program));
    Some(command)
}

/// Runs a partner to its end beside the servers of this test; what it printed.
async fn run(mut command: Command, input: String) -> Output {
    let running = actix_web::rt::task::spawn_blocking(move || {
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    });
    running.await.unwrap()
}

async fn said(command: Command, input: String) -> String {
    let output = run(command, input).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn http() -> Client {
    server::client::http(None).unwrap()
}

fn taker() -> payfip::Handle {
    let creditor = payfip::Creditor {
        numcli: "099000".to_owned(),
        names: ["Régie des consultations", "Hôpital & fils", ""].map(str::to_owned),
        most_cents: 10_000_000,
        web_service: true,
    };
    let zone = "Europe/Paris".parse().unwrap();
    let settings = payfip::Settings { port: 0, creditors: vec![creditor], zone, world: World::system(), http: http() };
    payfip::start(settings).unwrap()
}

fn order(at: Timestamp) -> Order {
    Order {
        creditor: "099000".to_owned(),
        mode: Mode::Test,
        amount: Money::from_cents(2400),
        refdet: "FACT2026000123".parse().unwrap(),
        exercice: "2026".parse().unwrap(),
        label: "Séjour d'été, chambre n° 7 & \"repas\"".to_owned(),
        email: "o'neil+test@exemple.test".parse().unwrap(),
        notify: "http://127.0.0.1:9/notified?a=1&b=2".to_owned(),
        back: "http://127.0.0.1:9/back".to_owned(),
        at,
        rank: 42,
    }
}

#[actix_web::test]
async fn a_client_that_others_wrote_is_served() {
    let Some(mut command) = python("payfip.py") else { return };
    let taker = taker();
    command.args([taker.service(), taker.page()]);
    assert_eq!(said(command, String::new()).await, "packaged well\nserved well\n");
    taker.stop().await;
}

#[actix_web::test]
async fn a_shop_that_others_wrote_signs_as_we_do() {
    let Some(mut command) = python("vads.py") else { return };
    let world = World::system();
    let shop = vads::Shop { site_id: "99000002".to_owned(), test_key: KEY.to_owned(), production_key: KEY.to_owned() };
    let bank = vads::start(vads::Settings { port: 0, shops: vec![shop], world: world.clone(), http: http() }).unwrap();
    let keys = Keys { test: SecretString::from(KEY), production: SecretString::from(KEY) };
    let page = bank.page().parse().unwrap();
    let ours = Vads::new(page, BTreeMap::from([("99000002".to_owned(), keys)]));

    let order = Order { creditor: "99000002".to_owned(), ..order(world.now()) };
    let started = ours.start(&order).await.unwrap();
    let Started::Form { reference, fields: form, .. } = started else { panic!("{started:?}") };
    let mut told: BTreeMap<String, String> = form.iter().cloned().collect();
    let signature = told.remove("signature").unwrap();
    let sent = serde_json::to_string(&told).unwrap();
    for (name, value) in
        [("vads_trans_status", "AUTHORISED"), ("vads_result", "00"), ("vads_cust_name", "Mihaï"), ("vads_hash", "")]
    {
        told.insert(name.to_owned(), value.to_owned());
    }
    let heard = serde_json::to_string(&told).unwrap();
    command.args([bank.page(), KEY.to_owned()]);
    let signatures = said(command, format!("{sent}\n{heard}\n")).await;
    let [of_form, of_result] = signatures.lines().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(of_form, signature, "our form");
    told.insert("signature".to_owned(), of_result.to_owned());
    let believed = ours.on_notification(&told.into_iter().collect::<Vec<_>>());
    let Notification::Verified(named, Finding { answer: Answer::Paid, .. }) = believed else { panic!("{believed:?}") };
    assert_eq!(named, reference);
    bank.stop().await;
}

/// Stands between our client and the service and keeps every message.
struct Relay {
    service: String,
    http: Client,
    folder: PathBuf,
    count: AtomicU32,
}

impl Relay {
    fn keep(&self, message: &[u8]) {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        std::fs::write(self.folder.join(format!("{number:03}.xml")), message).unwrap();
    }
}

async fn relay(relay: web::Data<Relay>, question: web::Bytes) -> HttpResponse {
    relay.keep(&question);
    let sent = relay.http.post(&relay.service).header("Content-Type", "text/xml; charset=utf-8").body(question);
    let answer = sent.send().await.unwrap();
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    let message = answer.bytes().await.unwrap();
    relay.keep(&message);
    HttpResponse::build(status).content_type("text/xml; charset=utf-8").body(message)
}

/// A client of the service at this address.
fn client(service: &str, page: &str) -> Payfip {
    let endpoints = Section { service: service.parse().unwrap(), page: page.parse().unwrap() };
    Payfip::new(http(), endpoints)
}

async fn pay(url: &str, page: &str, idop: &str) {
    let shown = http().get(url).send().await.unwrap().text().await.unwrap();
    let key = shown.split_once("name=\"key\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let form = [("idop", idop), ("key", &key), ("choice", "pay")];
    assert!(http().post(page).form(&form).send().await.unwrap().status().is_success());
}

/// Every operation with every kind of answer.
async fn converse(ours: &Payfip, taker: &payfip::Handle) {
    let order = order(World::system().now());
    assert_eq!(ours.check("099000").await, Ok("Régie des consultations, Hôpital & fils".to_owned()));
    assert!(matches!(ours.check("099001").await, Err(NotStarted::Refused(why)) if why.starts_with("T2")));
    let Ok(Started::Redirect { reference, url }) = ours.start(&order).await else { panic!("not started") };
    let cheap = Order { amount: Money::from_cents(99), ..order };
    assert!(matches!(ours.start(&cheap).await, Err(NotStarted::Refused(why)) if why.starts_with("M3")));
    assert_eq!(ours.poll(&reference).await.unwrap().answer, Answer::Pending);
    pay(&url, &taker.page(), &reference).await;
    assert_eq!(ours.poll(&reference).await.unwrap().answer, Answer::Paid);
    assert_eq!(ours.poll("cc0cb210-1cd4-11ea-8cca-0213ad91a103").await.unwrap().answer, Answer::Unknown);
    let broken: [fn(&mut payfip::Faults) -> &mut bool; 3] =
        [|faults| &mut faults.unavailable, |faults| &mut faults.dysfunction, |faults| &mut faults.protocol];
    for switch in broken {
        let mut faults = payfip::Faults::default();
        *switch(&mut faults) = true;
        taker.misbehave(faults);
        assert_eq!(ours.poll(&reference).await.unwrap().answer, Answer::NoAnswer);
    }
}

async fn judged(folder: &Path) -> Option<Output> {
    let mut command = python("schema.py")?;
    command.arg(root().join("crates/simulators/src/payfip/interface/securite.xsd")).arg(folder);
    Some(run(command, String::new()).await)
}

#[actix_web::test]
async fn every_message_is_as_the_schema_has_it() {
    let folder = std::env::temp_dir().join(format!("parvis-payfip-messages-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let taker = taker();
    let kept =
        web::Data::new(Relay { service: taker.service(), http: http(), folder: folder.clone(), count: 0.into() });
    let between = HttpServer::new(move || App::new().app_data(kept.clone()).route("/", web::post().to(relay)))
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .unwrap();
    let service = format!("http://{}/", between.addrs()[0]);
    let between = between.run();
    let stopping = between.handle();
    actix_web::rt::spawn(between);
    converse(&client(&service, &taker.page()), &taker).await;
    if let Some(output) = judged(&folder).await {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let names = "FonctionnelleErreur TechDysfonctionnementErreur TechIndisponibiliteErreur TechProtocolaireErreur \
                     creerPaiementSecurise creerPaiementSecuriseResponse recupererDetailClient recupererDetailClientResponse \
                     recupererDetailPaiementSecurise recupererDetailPaiementSecuriseResponse\n";
        assert_eq!(String::from_utf8(output.stdout).unwrap(), names);
        // And one that is not: the field's name in small letters.
        let first =
            std::fs::read_dir(&folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
        let question = first.into_iter().find(|text| text.contains("<arg0><idOp>")).unwrap();
        std::fs::write(folder.join("999.xml"), question.replace("idOp", "idop")).unwrap();
        let output = judged(&folder).await.unwrap();
        assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("999.xml"));
    }
    stopping.stop(false).await;
    taker.stop().await;
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A service that gives one answer, whatever it is asked.
async fn canned(status: u16, body: String) -> (Payfip, actix_web::dev::ServerHandle) {
    let answer = web::Data::new((StatusCode::from_u16(status).unwrap(), body));
    let given = |answer: web::Data<(StatusCode, String)>| async move {
        HttpResponse::build(answer.0).content_type("text/xml;charset=\"utf-8\"").body(answer.1.clone())
    };
    let server = HttpServer::new(move || App::new().app_data(answer.clone()).default_service(web::to(given)))
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .unwrap();
    let address = format!("http://{}/", server.addrs()[0]);
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (client(&address, &address), handle)
}

const SERVICE: &str = payment::payfip::soap::SERVICE;
const REQUETE: &str = "http://securite.service.tpa.cp.finances.gouv.fr/requete";
const REPONSE: &str = "http://securite.service.tpa.cp.finances.gouv.fr/reponse";

/// As the JAX-WS of the service writes: all its namespaces on the element of the operation, empty elements for what it
/// does not know, a status of 500 for a fault.
fn jax_ws(inner: &str) -> String {
    format!(
        r#"<?xml version='1.0' encoding='UTF-8'?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>{inner}</S:Body></S:Envelope>"#
    )
}

fn jax_ws_fault(element: &str, code: &str, words: &str) -> String {
    jax_ws(&format!(
        r#"<S:Fault xmlns:ns4="http://www.w3.org/2003/05/soap-envelope"><faultcode>S:Server</faultcode><faultstring>fr.gouv.finances.cp.tpa.webservice.exceptions.{element}</faultstring><detail><ns1:{element} xmlns:ns1="{SERVICE}"><code>{code}</code><descriptif/><libelle>{words}</libelle><severite>2</severite></ns1:{element}></detail></S:Fault>"#
    ))
}

#[actix_web::test]
async fn answers_in_the_writing_of_the_real_service() {
    const ID: &str = "cc0cb210-1cd4-11ea-8cca-0213ad91a103";
    let detail = |fields: &str| {
        jax_ws(&format!(
            r#"<ns3:recupererDetailPaiementSecuriseResponse xmlns:ns3="{SERVICE}" xmlns:ns2="{REQUETE}" xmlns="{REPONSE}"><return xmlns="">{fields}</return></ns3:recupererDetailPaiementSecuriseResponse>"#
        ))
    };
    let paid = "<dattrans>12122019</dattrans><exer>20</exer><heurtrans>1438</heurtrans>\
                <idOp>cc0cb210-1cd4-11ea-8cca-0213ad91a103</idOp><mel>a@exemple.test</mel><montant>1000</montant>\
                <numauto>112233445566-tip</numauto><numcli>090909</numcli><objet>coucou</objet>\
                <refdet>EFEF1234</refdet><resultrans>V</resultrans><saisie>T</saisie>";
    let without_time = paid.replace("<heurtrans>1438</heurtrans>", "<heurtrans/>");
    for (status, body, answer) in [
        (200, detail(paid), Answer::DebitAccepted),
        (200, detail(&without_time), Answer::DebitAccepted),
        (200, detail("<resultrans>A</resultrans><saisie>T</saisie>"), Answer::Abandoned),
        (500, jax_ws_fault("FonctionnelleErreur", "P1", "IdOp incorrect."), Answer::Unknown),
        (500, jax_ws_fault("FonctionnelleErreur", "P5", "Résultat non connu."), Answer::Pending),
        (500, jax_ws_fault("FonctionnelleErreur", "P3", "Déjà utilisé."), Answer::NotUnderstood),
        (500, jax_ws_fault("TechDysfonctionnementErreur", "999", "Erreur"), Answer::NoAnswer),
        (502, "<html><body>Bad Gateway</body></html>".to_owned(), Answer::NoAnswer),
    ] {
        let (ours, server) = canned(status, body.clone()).await;
        let found = ours.poll(ID).await.unwrap();
        assert_eq!(found.answer, answer, "{body}");
        if body.contains("EFEF1234") {
            assert_eq!((found.told.reference.as_deref(), found.told.amount), (Some(ID), Some(Money::from_cents(1000))));
            assert_eq!(found.authorisation.as_deref(), Some("112233445566-tip"));
            let ended = "2019-12-12T13:38:00Z".parse().ok();
            assert_eq!(found.ended_at, ended.filter(|_| body.contains("1438")));
        }
        server.stop(false).await;
    }
    let created = jax_ws(&format!(
        r#"<ns3:creerPaiementSecuriseResponse xmlns:ns3="{SERVICE}" xmlns:ns2="{REQUETE}"><return><idOp>{ID}</idOp></return></ns3:creerPaiementSecuriseResponse>"#
    ));
    let (ours, server) = canned(200, created).await;
    let started = ours.start(&order("2026-12-01T13:32:00Z".parse().unwrap())).await.unwrap();
    assert_eq!(started.reference(), ID);
    server.stop(false).await;
    let refusal = jax_ws_fault("FonctionnelleErreur", "A2", "Adresse mél incorrecte.");
    let (ours, server) = canned(500, refusal).await;
    let refused = ours.start(&order("2026-12-01T13:32:00Z".parse().unwrap())).await;
    assert_eq!(refused, Err(NotStarted::Email("A2 Adresse mél incorrecte.".to_owned())));
    server.stop(false).await;
}
