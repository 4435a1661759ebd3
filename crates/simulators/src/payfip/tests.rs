//! Over HTTP, as a creditor's program and as a payer's browser.

use jiff::SignedDuration;
use kernel::testing::HeldClock;

use super::*;
use crate::testing::{between, browser, portal};

struct Bench {
    handle: Handle,
    clock: Arc<HeldClock>,
    http: reqwest::Client,
}

fn bench() -> Bench {
    let (world, clock) = kernel::testing::world();
    let creditor = Creditor {
        numcli: "090909".to_owned(),
        names: ["Régie des consultations", "Hôpital <de> démonstration", ""].map(str::to_owned),
        most_cents: 10_000_000,
        web_service: true,
    };
    let zone = "Europe/Paris".parse().unwrap();
    let http = browser();
    let settings = Settings { port: 0, creditors: vec![creditor], zone, world, http: http.clone() };
    Bench { handle: start(settings).unwrap(), clock, http }
}

const SERVICE: &str = "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService";

impl Bench {
    /// Status and body of the answer to one question.
    async fn ask(&self, operation: &str, fields: &str) -> (u16, String) {
        let body = format!(
            r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><s:{operation} xmlns:s="{SERVICE}"><arg0>{fields}</arg0></s:{operation}></e:Body></e:Envelope>"#
        );
        let sent = self.http.post(self.handle.service()).header("Content-Type", "text/xml; charset=utf-8").body(body);
        let answer = sent.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn create(&self, notify: &str) -> String {
        let fields = format!(
            "<exer>2026</exer><mel>camille@exemple.test</mel><montant>2400</montant><numcli>090909</numcli>\
             <refdet>FACT2026000123</refdet><saisie>W</saisie><urlnotif>{notify}</urlnotif>\
             <urlredirect>https://rdv.exemple.test/back?from=1</urlredirect>"
        );
        let (status, body) = self.ask("creerPaiementSecurise", &fields).await;
        assert_eq!(status, 200, "{body}");
        between(&body, "<idOp>", "</idOp>").to_owned()
    }

    async fn look(&self, id: &str) -> String {
        let (_, body) = self.ask("recupererDetailPaiementSecurise", &format!("<idOp>{id}</idOp>")).await;
        body
    }

    async fn open(&self, id: &str) -> (u16, String) {
        let answer = self.http.get(format!("{}?idop={id}", self.handle.page())).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn choose(&self, id: &str, page: &str, choice: &str) -> String {
        let key = between(page, "name=\"key\" value=\"", "\"");
        let form = [("idop", id), ("key", key), ("choice", choice)];
        self.http.post(self.handle.page()).form(&form).send().await.unwrap().text().await.unwrap()
    }

    async fn pay(&self, id: &str, choice: &str) -> String {
        let (_, page) = self.open(id).await;
        self.choose(id, &page, choice).await
    }
}

#[tokio::test]
async fn a_payment_from_its_creation_to_its_result() {
    let bench = bench();
    let (notify, hears) = portal();
    let id = bench.create(&notify).await;
    assert_eq!((id.len(), id.chars().nth(14)), (36, Some('1')), "a UUID of version 1: {id}");
    assert!(bench.look(&id).await.contains("<code>P5</code>"));
    let (status, page) = bench.open(&id).await;
    assert_eq!(status, 200);
    assert!(page.contains("24,00") && page.contains("Hôpital &#60;de&#62; démonstration"), "{page}");
    assert!(!page.contains("<script"));
    let done = bench.choose(&id, &page, "pay").await;
    assert!(done.contains("<h1>Paiement accepté</h1>"));
    assert!(done.contains(&format!("https://rdv.exemple.test/back?from=1&#38;idop={id}")), "{done}");
    let told = tokio::task::spawn_blocking(move || hears.recv().unwrap()).await.unwrap();
    assert!(
        told.starts_with("POST /notifications HTTP/1.1") && told.ends_with(&format!("\r\n\r\nidop={id}")),
        "{told}"
    );

    let detail = bench.look(&id).await;
    let wanted = format!("<idOp>{id}</idOp><mel>camille@exemple.test</mel><montant>2400</montant><numauto>");
    assert!(detail.contains(&wanted) && !detail.contains("<objet>"), "{detail}");
    for field in [
        "<exer>2026</exer>",
        "<numcli>090909</numcli><refdet>FACT2026000123</refdet><resultrans>P</resultrans><saisie>W</saisie>",
    ] {
        assert!(detail.contains(field), "{detail}");
    }
    let now = bench.handle.desk.ledger.zone().zoned(bench.handle.desk.world.now());
    assert!(detail.contains(&now.strftime("<dattrans>%d%m%Y</dattrans>").to_string()));
    assert!(detail.contains(&now.strftime("<heurtrans>%H%M</heurtrans>").to_string()));
    bench.handle.stop().await;
}

#[tokio::test]
async fn results_by_what_the_payer_did() {
    let bench = bench();
    for (choice, letter, number) in [
        ("pay", "P", true),
        ("debit", "V", true),
        ("refused-by-bank", "R", false),
        ("refused-debit", "Z", false),
        ("abandon", "A", false),
    ] {
        let id = bench.create("http://127.0.0.1:9/").await;
        bench.pay(&id, choice).await;
        let detail = bench.look(&id).await;
        assert!(detail.contains(&format!("<resultrans>{letter}</resultrans>")), "{choice}: {detail}");
        assert_eq!(detail.contains("<numauto>"), number, "{choice}");
    }
    let left = bench.create("http://127.0.0.1:9/").await;
    bench.pay(&left, "leave-bank").await;
    assert!(bench.look(&left).await.contains("<code>P5</code>"));
    bench.handle.stop().await;
}

#[tokio::test]
async fn refusals_come_as_faults() {
    let bench = bench();
    for (operation, fields, status, wanted) in [
        ("recupererDetailPaiementSecurise", "<idop>x</idop>", 500, "<code>P1</code>"),
        ("recupererDetailClient", "<numCli>090908</numCli>", 500, "<code>T2</code>"),
        ("recupererDetailClient", "<numcli>090909</numcli>", 500, "<code>T1</code>"),
        (
            "recupererDetailClient",
            "<numCli>090909</numCli>",
            200,
            "<libelleN1>Régie des consultations</libelleN1><libelleN2>Hôpital &lt;de&gt; démonstration</libelleN2><numcli>",
        ),
        (
            "creerPaiementSecurise",
            "<numcli>090909</numcli><exer>2026</exer><refdet>1234</refdet>",
            500,
            "<code>R3</code>",
        ),
        ("rembourserPaiement", "", 500, "TechProtocolaireErreur>"),
    ] {
        let (told, body) = bench.ask(operation, fields).await;
        assert!(told == status && body.contains(wanted), "{operation} {fields}: {told} {body}");
    }
    let form = bench.http.post(bench.handle.service()).form(&[("a", "b")]).send().await.unwrap();
    assert_eq!(form.status(), 415, "a form of another site reaches nothing");
    bench.handle.stop().await;
}

#[tokio::test]
async fn the_page_opens_once_and_for_one_browser() {
    let bench = bench();
    let id = bench.create("http://127.0.0.1:9/").await;
    let (_, page) = bench.open(&id).await;
    let (status, again) = bench.open(&id).await;
    assert!(status == 400 && again.contains("(P3)"), "{again}");
    let other = page.replace("name=\"key\" value=\"", "name=\"key\" value=\"x");
    assert!(bench.choose(&id, &other, "pay").await.contains("(P1)"));
    let late = bench.create("http://127.0.0.1:9/").await;
    bench.clock.advance(SignedDuration::from_mins(16));
    assert!(bench.open(&late).await.1.contains("(P4)"));
    bench.handle.stop().await;
}

#[tokio::test]
async fn notifications_misbehave_on_demand() {
    let bench = bench();
    let (notify, hears) = portal();
    bench.handle.misbehave(Faults { notified_twice: true, notified_as_id_op: true, ..Faults::default() });
    let twice = bench.create(&notify).await;
    bench.pay(&twice, "pay").await;
    bench.handle.misbehave(Faults { no_notification: true, ..Faults::default() });
    let never = bench.create(&notify).await;
    bench.pay(&never, "pay").await;
    bench.handle.misbehave(Faults { notified_in_query: true, returned_by_post: true, ..Faults::default() });
    let query = bench.create(&notify).await;
    let done = bench.pay(&query, "pay").await;
    assert!(done.contains("<form method=\"post\" action=\"https://rdv.exemple.test/back?from=1\">"), "{done}");
    let told = tokio::task::spawn_blocking(move || [0; 3].map(|_| hears.recv().unwrap())).await.unwrap();
    assert!(told.iter().filter(|told| told.ends_with(&format!("idOp={twice}"))).count() == 2, "{told:?}");
    assert!(told.iter().any(|told| told.starts_with(&format!("POST /notifications?idop={query} "))), "{told:?}");
    assert!(!told.iter().any(|told| told.contains(&never)), "{told:?}");
    bench.handle.stop().await;
}

#[tokio::test]
async fn answers_misbehave_on_demand() {
    let bench = bench();
    let id = bench.create("http://127.0.0.1:9/").await;
    bench.pay(&id, "pay").await;
    let faults = format!("http://{}/faults", bench.handle.addr);
    for (fault, wanted) in [
        ("other_amount", "<montant>2401</montant>"),
        ("other_refdet", "<refdet>AUTRE000000</refdet>"),
        ("other_creditor", "<numcli>000000</numcli>"),
        ("other_mode", "<saisie>T</saisie>"),
        ("other_operation", "<idOp>00000000-"),
        ("unknown_letter", "<resultrans>Q</resultrans>"),
        ("short_exercice", "<exer>20</exer>"),
        ("unknown_too_early", "<code>P1</code>"),
        ("unavailable", "TechIndisponibiliteErreur>"),
        ("dysfunction", "<code>999</code>"),
        ("protocol", "TechProtocolaireErreur>"),
        ("garbage", "\u{fffd}"),
        ("down", "<html>"),
    ] {
        let put = bench.http.put(&faults).json(&serde_json::json!({ fault: true })).send().await.unwrap();
        assert_eq!(put.status(), 204, "{fault}");
        let told = bench.look(&id).await;
        assert!(told.contains(wanted), "{fault}: {told}");
    }
    bench.handle.misbehave(Faults { no_time: true, ..Faults::default() });
    assert!(!bench.look(&id).await.contains("trans>0"));
    bench.handle.misbehave(Faults { huge: true, ..Faults::default() });
    assert!(bench.look(&id).await.len() > 4_000_000);
    bench.handle.stop().await;
}

#[tokio::test]
async fn a_lost_answer_leaves_an_operation() {
    let bench = bench();
    bench.handle.misbehave(Faults { lost_answer: true, ..Faults::default() });
    let body = format!(
        r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><s:creerPaiementSecurise xmlns:s="{SERVICE}"><arg0><numcli>090909</numcli><exer>2026</exer><refdet>FACT2026000123</refdet><mel>a@exemple.test</mel><montant>100</montant><saisie>T</saisie><urlnotif>http://a.test/</urlnotif><urlredirect>http://a.test/</urlredirect></arg0></s:creerPaiementSecurise></e:Body></e:Envelope>"#
    );
    let sent = bench.http.post(bench.handle.service()).header("Content-Type", "text/xml").body(body).send().await;
    let read = match sent {
        Ok(answer) => answer.text().await.map(drop),
        Err(error) => Err(error),
    };
    assert!(read.is_err());
    assert_eq!(bench.handle.operations().len(), 1);
    bench.handle.stop().await;
}

#[tokio::test]
async fn faults_are_not_for_other_sites() {
    let bench = bench();
    let faults = format!("http://{}/faults", bench.handle.addr);
    let form = [("down", "on"), ("slow_ms", "0"), ("notification_after_ms", "0"), ("result_after_s", "0")];
    let cross = bench.http.post(&faults).header("Sec-Fetch-Site", "cross-site").form(&form).send().await.unwrap();
    assert_eq!((cross.status().as_u16(), bench.handle.desk.faults()), (403, Faults::default()));
    let own = bench.http.post(&faults).form(&form).send().await.unwrap();
    assert_eq!((own.status().as_u16(), bench.handle.desk.faults().down), (303, true));
    let page = bench.http.get(&faults).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("name=\"down\" value=\"on\" checked"), "{page}");
    bench.handle.stop().await;
}

#[tokio::test]
async fn it_shows_what_it_keeps_and_how_it_is_asked() {
    let bench = bench();
    let base = format!("http://{}", bench.handle.addr);
    let get = async |path: &str| bench.http.get(format!("{base}{path}")).send().await.unwrap().text().await.unwrap();
    bench.create("http://127.0.0.1:9/").await;
    assert!(get("/").await.contains("FACT2026000123"));
    assert!(get("/operations.json").await.contains("\"saisie\":\"W\""));
    let wsdl = get("/tpa/services/securite?wsdl").await;
    assert!(wsdl.contains(&format!("location=\"{}\"", bench.handle.service())), "{wsdl}");
    assert!(get("/tpa/services/securite.xsd").await.contains("creerPaiementSecuriseResponse"));
    let taken = start(Settings {
        port: bench.handle.addr.port(),
        creditors: Vec::new(),
        zone: "Europe/Paris".parse().unwrap(),
        world: World::system(),
        http: browser(),
    });
    assert!(matches!(taken, Err(StartFault::PortTaken { .. })));
    bench.handle.stop().await;
}

#[tokio::test]
async fn a_title_is_paid_and_stands_in_the_report_alone() {
    let bench = bench();
    let ask = |changes: &[(&str, &str)]| {
        let usual = [
            ("numcli", "090909"),
            ("exer", "2026"),
            ("refdet", "120260000295000018"),
            ("objet", "consultation"),
            ("montant", "3005"),
            ("mel", "camille@exemple.test"),
            ("saisie", "A"),
            ("urlcl", "https://rdv.exemple.test/back"),
        ];
        let with = |(name, value): (&str, &str)| {
            let changed = changes.iter().find(|(known, _)| *known == name);
            (name.to_owned(), changed.map_or(value, |(_, value)| value).to_owned())
        };
        usual.map(with)
    };
    let open = async |changes: &[(&str, &str)]| {
        let url = url::Url::parse_with_params(&bench.handle.title_page(), ask(changes)).unwrap();
        let answer = bench.http.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, page) = open(&[]).await;
    assert!(status == 200 && page.contains("120260000295000018") && page.contains("30,05"), "{page}");
    for (field, value, code) in [
        ("numcli", "090908", "T2"),
        ("refdet", "court", "R3"),
        ("montant", "99", "M3"),
        ("mel", "camille", "A2"),
        ("saisie", "W", "S1"),
        ("urlcl", "javascript:alert(1)", "D1"),
    ] {
        let (status, page) = open(&[(field, value)]).await;
        assert!(status == 400 && page.contains(&format!("({code})")), "{field}: {page}");
    }
    let end = async |saisie: &str, choice: &str| {
        let fields = ask(&[("saisie", saisie)]).into_iter().chain([("choice".to_owned(), choice.to_owned())]);
        let form: Vec<_> = fields.collect();
        bench.http.post(bench.handle.title_page()).form(&form).send().await.unwrap().text().await.unwrap()
    };
    for (saisie, choice, letter) in [("A", "pay", "P"), ("A", "refused-by-bank", "R"), ("T", "pay", "P")] {
        let done = end(saisie, choice).await;
        assert!(done.contains("action=\"https://rdv.exemple.test/back\""), "{done}");
        assert!(done.contains(&format!("name=\"resultrans\" value=\"{letter}\"")), "{done}");
        assert_eq!(done.contains("numauto"), letter == "P");
    }
    let report = bench.http.get(bench.handle.title_report()).send().await.unwrap().text().await.unwrap();
    let lines: Vec<&str> = report.lines().filter(|line| line.starts_with("LIGNE")).collect();
    assert!(matches!(lines.as_slice(), [line] if line.ends_with(";120260000295000018;30,05")), "{report}");
    bench.handle.stop().await;
}
