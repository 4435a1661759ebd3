//! A parent sees and pays what is asked for their child, by the file of the stay that they opened; nobody else does, and
//! nothing of a stay or an invoice that is kept secret. On both databases.

use jiff::{SignedDuration, Timestamp};
use kernel::InvoiceId;
use payment::{
    Heard, Name,
    domain::announce::{Announcement, Kind, Person, Standing},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    app::{On, TestApp},
    browser::Browser,
    merging::{merge, theirs},
    paying,
    people::{self, CHILD, MOTHER, announce, id_of, open_for},
};

/// What the hospital asks for Lou's stay `VNC`, or for another of Lou's.
fn said(number: &str, visit: Option<&str>) -> Announcement {
    Announcement {
        person: Person {
            ipp: "VNC".to_owned(),
            birth_family: "TEMOIN".to_owned(),
            given: "Lou".to_owned(),
            birth_date: "2019-05-14".to_owned(),
            sex: "F".to_owned(),
        },
        visit_number: visit.map(str::to_owned),
        kind: Kind::Regie,
        creditor: "consultations".to_owned(),
        exercice: "2026".parse().unwrap(),
        refdet: number.parse().unwrap(),
        label: "Adénoïdectomie".to_owned(),
        amount: kernel::Money::from_cents(2400),
        issued_on: "2026-11-20".parse().unwrap(),
        due_on: None,
        standing: Standing::Payable,
        confidential: false,
    }
}

async fn heard(app: &TestApp, said: Announcement) -> InvoiceId {
    let establishments = app.building.db.read::<_, storage::StorageError, _>(identity::read::establishments).await;
    let establishment = establishments.unwrap().iter().find(|one| one.finess.as_str() == "990001000").unwrap().id;
    let name = Name { establishment, source: "gam".to_owned(), number: said.refdet.to_string() };
    match app.building.payments().hear(name, said).await.unwrap() {
        Heard::Added(id) | Heard::Changed(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn listed(browser: &mut Browser) -> Vec<String> {
    let items = browser.open("/api/v1/invoices").await.json()["items"].clone();
    items.as_array().unwrap().iter().map(|one| one["reference"].as_str().unwrap().to_owned()).collect()
}

/// Every way to an invoice answers like one that is not there.
async fn is_absent(browser: &mut Browser, id: InvoiceId) {
    let absent = "0193a5c0-0000-7000-8000-000000000042";
    for path in ["/invoices/{}", "/invoices/{}/document", "/api/v1/invoices/{}", "/api/v1/invoices/{}/document"] {
        let foreign = browser.open(&path.replace("{}", &id.to_string())).await;
        let nothing = browser.open(&path.replace("{}", absent)).await;
        assert_eq!((foreign.status, nothing.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{path}");
        let plain = |page: &crate::browser::Page| match serde_json::from_str::<Value>(&page.text) {
            Ok(mut problem) => {
                problem.as_object_mut().unwrap().retain(|name, _| name != "instance" && name != "request_id");
                problem.to_string()
            }
            Err(_) => page.first("main"),
        };
        assert_eq!(plain(&foreign), plain(&nothing), "{path}");
    }
    let wish = json!({ "invoices": [{ "id": id }], "email": "a@exemple.test" });
    let refused = browser.call(Method::POST, "/api/v1/payments", Some("k"), wish).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", refused.text);
    assert!(!browser.open("/invoices").await.text.contains(&id.to_string()));
}

#[actix_web::test]
async fn a_parent_sees_and_pays_what_is_asked_for_their_child() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        announce(&app, "VNC", CHILD, true).await;
        let early = heard(&app, said("CHILD00001", Some("VNC"))).await;
        let mut mother = app.patient("camille").await;
        is_absent(&mut mother, early).await;
        open_for(&app, &mut mother, "VNC", MOTHER).await;
        let elsewhere = heard(&app, said("CHILD00002", Some("VNX"))).await;
        let unknown = heard(&app, said("CHILD00003", None)).await;
        let late = heard(&app, said("CHILD00004", Some("VNC"))).await;
        assert_eq!(listed(&mut mother).await, ["CHILD00004", "CHILD00001"], "of that stay and no other");
        for other in [elsewhere, unknown] {
            is_absent(&mut mother, other).await;
        }
        let list = mother.open("/invoices").await;
        assert!(list.text.contains("Facture de Lou TEMOIN"), "{}", list.first("main"));
        let page = mother.open(&format!("/invoices/{late}")).await;
        assert!(page.text.contains("titulaire de l’autorité parentale"), "{}", page.first("main"));
        let view = mother.open(&format!("/api/v1/invoices/{late}")).await.json();
        assert_eq!(view["patient"], json!({ "given": "Lou", "birth_family": "TEMOIN", "caller_is": "holder" }));
        assert!(view["kept_until"].is_string(), "{view}");
        let payment = paying::paid(&mut mother, late).await;
        assert_eq!(mother.open(&format!("/payments/{payment}/receipt")).await.status, StatusCode::OK);

        // The child's other files, the other parent and whoever helps have no part in it.
        for person in ["jean-noel", "helene"] {
            is_absent(&mut app.patient(person).await, late).await;
        }
        app.deliver().await;
        // The file is erased long before the invoice.
        app.building.purge().run(app.building.db.now() + SignedDuration::from_hours(24 * 200)).await.unwrap();
        assert_eq!(listed(&mut mother).await, ["CHILD00004", "CHILD00001"]);
        assert!(mother.open(&format!("/invoices/{late}")).await.text.contains("Tout est réglé"));
        app.stop().await;
    }
}

#[actix_web::test]
async fn whoever_helps_sees_no_invoice_and_a_representative_does() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let person = |ipp: &str| Person {
            ipp: ipp.to_owned(),
            given: "Odette".to_owned(),
            birth_date: "1940-02-02".to_owned(),
            ..said("X00000", None).person
        };
        for visit in ["VNA", "VNB"] {
            announce(&app, visit, ("Odette", "1940-02-02"), false).await;
        }
        let mut helene = app.patient("helene").await;
        let said_by = [("role", "relative"), ("day", "2"), ("month", "2"), ("year", "1940"), ("stated", "yes")];
        open_for(&app, &mut helene, "VNA", &said_by).await;
        let helped = heard(&app, Announcement { person: person("VNA"), ..said("ADULT00001", Some("VNA")) }).await;
        is_absent(&mut helene, helped).await;

        let mut camille = app.patient("camille").await;
        let role = [("role", "representative"), ("measure", "tutelle"), ("scope", "person")];
        let said_by = [&role[..], &[("day", "2"), ("month", "2"), ("year", "1940"), ("stated", "yes")]].concat();
        let opened = open_for(&app, &mut camille, "VNB", &said_by).await;
        assert_eq!(opened.status, StatusCode::OK, "{}", opened.first("main"));
        let ward = heard(&app, Announcement { person: person("VNB"), ..said("ADULT00002", Some("VNB")) }).await;
        let page = camille.open(&format!("/invoices/{ward}")).await;
        assert!(page.text.contains("représentant de cette personne"), "{}", page.first("main"));
        // The hospital says that it is another person's.
        heard(&app, Announcement { person: person("9999"), ..said("ADULT00002", Some("VNB")) }).await;
        assert_eq!(camille.open(&format!("/invoices/{ward}")).await.status, StatusCode::OK, "numbered anew");
        let other = Person { given: "Paul".to_owned(), sex: "M".to_owned(), ..person("9999") };
        heard(&app, Announcement { person: other, ..said("ADULT00002", Some("VNB")) }).await;
        is_absent(&mut camille, ward).await;
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn nothing_of_a_secret_stay_or_invoice_is_seen_by_a_parent() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        announce(&app, "VNC", CHILD, true).await;
        let mut mother = app.patient("camille").await;
        let file = id_of(&open_for(&app, &mut mother, "VNC", MOTHER).await);
        let plain = heard(&app, said("CHILD00001", Some("VNC"))).await;
        let told = heard(&app, said("CHILD00002", Some("VNC"))).await;
        let secret = heard(&app, Announcement { confidential: true, ..said("CHILD00003", Some("VNC")) }).await;
        assert_eq!(listed(&mut mother).await, ["CHILD00002", "CHILD00001"]);
        is_absent(&mut mother, secret).await;
        // The hospital says later that it is confidential.
        let label = "Autre".to_owned();
        heard(&app, Announcement { confidential: true, label, ..said("CHILD00002", Some("VNC")) }).await;
        is_absent(&mut mother, told).await;
        assert_eq!(listed(&mut mother).await, ["CHILD00001"]);

        // The stay itself is kept from the parents, before and after its next invoice.
        let mut clerk = app.staff("adrien").await;
        let kept = |secret: bool| (format!("/api/v1/desk/preadmissions/{file}/secrecy"), json!({ "secret": secret }));
        let (path, body) = kept(true);
        assert_eq!(people::put(&mut clerk, &path, &body).await.status, StatusCode::OK);
        is_absent(&mut mother, plain).await;
        let next = heard(&app, said("CHILD00004", Some("VNC"))).await;
        is_absent(&mut mother, next).await;
        // Long after the file is erased, which alone knew of it.
        let later: Timestamp = app.building.db.now() + SignedDuration::from_hours(24 * 200);
        app.building.purge().run(later).await.unwrap();
        for id in [plain, told, secret, next] {
            is_absent(&mut mother, id).await;
        }
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_parent_sees_no_more_once_the_child_is_of_age() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        // Born on 2009-11-23: of age a year and a day after the tests' clock.
        announce(&app, "VNC", ("Lou", "2009-11-23"), true).await;
        let mut mother = app.patient("camille").await;
        let said_by = [("role", "mother"), ("day", "23"), ("month", "11"), ("year", "2009"), ("stated", "yes")];
        open_for(&app, &mut mother, "VNC", &said_by).await;
        let said = said("CHILD00001", Some("VNC"));
        let person = Person { birth_date: "2009-11-23".to_owned(), ..said.person.clone() };
        let invoice = heard(&app, Announcement { person, ..said }).await;
        assert_eq!(mother.open(&format!("/invoices/{invoice}")).await.status, StatusCode::OK);
        app.deliver().await;
        app.clock.advance(SignedDuration::from_hours(24 * 380));
        let mut mother = app.patient("camille").await;
        is_absent(&mut mother, invoice).await;
        app.run_due().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn an_invoice_goes_along_when_the_hospital_merges_its_patient() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        announce(&app, "VNC", CHILD, true).await;
        let mut mother = app.patient("camille").await;
        open_for(&app, &mut mother, "VNC", MOTHER).await;
        let first = heard(&app, said("CHILD00001", Some("VNC"))).await;
        merge(&app, ("M-1", "A40"), &theirs("VNC"), "900", "TEMOIN^Lou^^^^^L||20190514|F").await;
        let ipp = async |id| app.building.payments().invoice(id).await.unwrap().unwrap().person.ipp;
        assert_eq!((ipp(first).await.as_str(), listed(&mut mother).await.len()), ("900", 1));
        // What the billing system still says under the number that was given up.
        let second = heard(&app, said("CHILD00002", Some("VNC"))).await;
        assert_eq!((ipp(second).await.as_str(), listed(&mut mother).await.len()), ("900", 2));
        // Merged with somebody else: it stays whose it was, and the desk is told.
        merge(&app, ("M-2", "A40"), &theirs("900"), "901", "AUTRE^Paul^^^^^L||19700101|M").await;
        assert_eq!(crate::merging::outcome(&app, "M-2").await, "conflict");
        assert_eq!((ipp(first).await.as_str(), listed(&mut mother).await.len()), ("900", 2));
        let mut cashier = app.staff("regine").await;
        let page = cashier.open("/desk/payments/to-review").await;
        assert!(page.text.contains("Facture CHILD00001, réunie au patient 901"), "{}", page.first("main"));
        app.deliver().await;
        app.stop().await;
    }
}
