//! Once the desk accepted the file that a parent or a representative opened, they see and pay whatever is asked for that
//! patient; nobody else does, and nothing of a stay or an invoice that is kept secret. On both databases.

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
    commands::parvis,
    documents::{Phone, sample},
    guardians::GUARDIAN,
    invoices::{self, Caller, VALMONT, address, token},
    merging::{merge, theirs},
    paying,
    people::{self, CHILD, MOTHER, announce, file, id_of, open_for},
    preadmission::{SECTIONS, desk, fill},
    stays::{decide, told},
};

/// With the press that rebuilds papers, and letters about new invoices.
async fn house(on: On) -> TestApp {
    TestApp::start_with(on, adjusted).await
}

fn adjusted(sources: &mut server::settings::Sources) {
    sources.set("preadmission.press.program", parvis().display().to_string());
    sources.set("notices.new_invoices", true);
}

/// Opens the file of a visit for somebody else, fills it in with the paper that shows it, and sends it; its id.
async fn sent(app: &TestApp, browser: &mut Browser, visit: &'static str, said: &[(&str, &str)], shown: bool) -> String {
    let home = open_for(app, browser, visit, said).await;
    let id = id_of(&home);
    let asked: Vec<String> = file(browser, &id).await["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    for (section, fields) in SECTIONS.iter().filter(|(name, _)| asked.iter().any(|asked| asked == name)) {
        let is_told = *section == "situation" && said.contains(&("role", "representative"));
        let fields: &[(&str, &str)] =
            if is_told { &[("adult-agrees", "cannot-say"), ("protector-phone", "06 39 98 01 02")] } else { fields };
        fill(browser, &id, section, fields).await;
    }
    let documents = file(browser, &id).await["documents"].clone();
    for kind in documents.as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()) {
        if shown && ["LIVRET_FAMILLE", "MESURE_PROTECTION"].contains(&kind) {
            let mut phone = Phone { browser: &mut *browser, file: id.clone() };
            let given = phone.send(kind, &[("paper.pdf", &sample("plain.pdf"))]).await;
            assert_eq!(given.status, StatusCode::SEE_OTHER, "{kind}: {}", given.first("main"));
            continue;
        }
        let page = browser.open(&format!("/preadmissions/{id}/missing-documents/{kind}")).await;
        browser.submit(&page, &page.form("/preadmissions/").with("reason", "on-the-day")).await;
    }
    app.deliver().await;
    let page = browser.open(&format!("/preadmissions/{id}/check")).await;
    let mut form = page.form(&format!("/preadmissions/{id}/submission"));
    form.fields.retain(|(name, _)| name != "stated");
    let home = browser.submit(&page, &form.with("stated", "yes")).await;
    assert_eq!(file(browser, &id).await["status"], "READY", "{}", home.first("main"));
    id
}

/// The desk accepts the papers that came, and the file.
async fn accept(app: &TestApp, id: &str) {
    let mut clerk = app.staff("adrien").await;
    let home = format!("/api/v1/desk/preadmissions/{id}");
    let given = clerk.open(&home).await.json()["given"].clone();
    for one in given.as_array().unwrap().iter().filter(|one| one["state"] == "to-review") {
        let seen = clerk.open(&home).await.json()["mark"].clone();
        let path = format!("documents/{}/decision", one["id"].as_str().unwrap());
        decide(&mut clerk, id, &path, json!({ "decision": "accepted", "seen": seen })).await;
    }
    decide(&mut clerk, id, "acceptance", json!({})).await;
}

/// The whole way; the file's id.
async fn accepted(app: &TestApp, browser: &mut Browser, visit: &'static str, said: &[(&str, &str)]) -> String {
    let id = sent(app, browser, visit, said, true).await;
    accept(app, &id).await;
    id
}

/// This browser's patient acts for a child from now on; the id of the bond.
pub(crate) async fn of_a_child(app: &TestApp, browser: &mut Browser) -> String {
    announce(app, "VNL", CHILD, false).await;
    accepted(app, browser, "VNL", MOTHER).await;
    acting(browser).await[0]["id"].as_str().unwrap().to_owned()
}

/// Those for whom this browser's patient acts now, as the register says it.
async fn acting(browser: &mut Browser) -> Vec<Value> {
    let mine = browser.open("/api/v1/me/proxies").await.json();
    mine["acting"].as_array().unwrap().iter().filter(|one| one["ended"].is_null()).cloned().collect()
}

/// How many letters about an invoice of somebody else went to this address or number.
async fn letters(app: &TestApp, to: &str) -> usize {
    app.deliver().await;
    let all = told(app).await;
    let theirs =
        all.iter().filter(|(_, who, text)| who.ends_with(to) && text.contains("personne pour qui vous agissez"));
    let texts: Vec<&String> = theirs.map(|(_, _, text)| text).collect();
    for text in &texts {
        for word in ["Lou", "TEMOIN", "Adéno", "24,00", "24.00", "€", "consultation", "Lou"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
    texts.len()
}

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
async fn a_parent_sees_and_pays_whatever_is_asked_for_their_child() {
    for on in On::all() {
        let gam = Caller::p256("gam");
        let app = invoices::app_with(on, &[(&gam, &[VALMONT], &["invoices"])], adjusted).await;
        announce(&app, "VNC", CHILD, false).await;
        let early = heard(&app, said("CHILD00001", Some("VNC"))).await;
        let mut mother = app.patient("camille").await;
        let contact = [("email", "mere@exemple.test"), ("phone", "06 39 98 01 55"), ("language", "fr")];
        let page = mother.open("/me").await;
        let form = contact.iter().fold(page.form("/me"), |form, (name, value)| form.with(name, value));
        mother.submit(&page, &form).await;
        let id = sent(&app, &mut mother, "VNC", MOTHER, true).await;
        is_absent(&mut mother, early).await;
        assert!(acting(&mut mother).await.is_empty(), "the desk did not look yet");
        accept(&app, &id).await;

        // From then on whatever the hospital asks under that number, with a visit, another or none.
        let elsewhere = heard(&app, said("CHILD00002", Some("VNX"))).await;
        let body = json!({
            "version": 1, "kind": "regie", "creditor": "consultations", "exercice": "2026", "refdet": "CHILD00003",
            "patient": { "ipp": "VNC", "birth_family": "Témoin", "given": "LOU", "birth_date": "2019-05-14", "sex": "F" },
            "label": "Adénoïdectomie", "amount_cents": 2400, "issued_on": "2026-11-21", "state": "payable",
        });
        let key = token(&app, &gam, "1").await;
        let put = invoices::put(&address(&app, VALMONT, "CHILD00003").await, &key, &body).await;
        assert_eq!(put.status(), StatusCode::CREATED);
        assert_eq!(listed(&mut mother).await, ["CHILD00003", "CHILD00002", "CHILD00001"]);
        assert_eq!((letters(&app, "mere@exemple.test").await, letters(&app, "39980155").await), (2, 2), "once each");
        let list = mother.open("/invoices").await;
        assert!(list.text.contains("Facture de Lou TEMOIN"), "{}", list.first("main"));
        let page = mother.open(&format!("/invoices/{elsewhere}")).await;
        assert!(page.text.contains("titulaire de l’autorité parentale"), "{}", page.first("main"));
        let view = mother.open(&format!("/api/v1/invoices/{elsewhere}")).await.json();
        let whose = json!({ "given": "Lou", "birth_family": "TEMOIN", "caller_is": "parental-authority" });
        assert_eq!(view["patient"], whose);
        let items = mother.open("/api/v1/invoices").await.json()["items"].clone();
        let by_number = items.as_array().unwrap().iter().find(|one| one["reference"] == "CHILD00003").unwrap();
        let unvisited = by_number["id"].as_str().unwrap().to_owned();
        let payment = paying::paid(&mut mother, &unvisited).await;
        assert_eq!(mother.open(&format!("/payments/{payment}/receipt")).await.status, StatusCode::OK);

        // Nobody else: a stranger, the other parent, another patient, another person under the same number.
        for person in ["jean-noel", "helene"] {
            is_absent(&mut app.patient(person).await, elsewhere).await;
        }
        let person = |person: Person| Announcement { person, ..said("CHILD00004", None) };
        let paul = heard(&app, person(Person { given: "Paul".to_owned(), ..said("X00000", None).person })).await;
        let twin = Person { ipp: "VND".to_owned(), ..said("X00000", None).person };
        let twin = heard(&app, Announcement { person: twin, ..said("CHILD00005", None) }).await;
        for other in [paul, twin] {
            is_absent(&mut mother, other).await;
        }
        // The file is erased long before the bond and the invoices.
        app.building.purge().run(app.building.db.now() + SignedDuration::from_hours(24 * 200)).await.unwrap();
        assert_eq!(listed(&mut mother).await.len(), 3);
        ended_by_herself(&app, &mut mother, elsewhere).await;
        app.deliver().await;
        app.stop().await;
    }
}

/// She wants no more: at once nothing of it is hers, and no letter comes.
async fn ended_by_herself(app: &TestApp, mother: &mut Browser, invoice: InvoiceId) {
    let before = letters(app, "mere@exemple.test").await;
    let page = mother.open("/me/proxies").await;
    assert!(page.text.contains("Lou TEMOIN"), "{}", page.first("main"));
    let done = mother.submit(&page, &page.form("/me/proxies/")).await;
    assert!(done.text.contains("Terminé le") && acting(mother).await.is_empty(), "{}", done.first("main"));
    is_absent(mother, invoice).await;
    let next = heard(app, said("CHILD00009", None)).await;
    is_absent(mother, next).await;
    assert_eq!(letters(app, "mere@exemple.test").await, before);
}

#[actix_web::test]
async fn a_paper_that_is_only_promised_shows_nothing() {
    let app = house(On::Sqlite).await;
    announce(&app, "VNC", CHILD, false).await;
    let mut mother = app.patient("camille").await;
    let id = sent(&app, &mut mother, "VNC", MOTHER, false).await;
    accept(&app, &id).await;
    assert_eq!(file(&mut mother, &id).await["status"], "COMPLETED");
    assert!(acting(&mut mother).await.is_empty());
    is_absent(&mut mother, heard(&app, said("CHILD00001", Some("VNC"))).await).await;
    app.deliver().await;
    app.stop().await;
}

#[actix_web::test]
async fn a_representative_sees_invoices_until_the_desk_ends_it() {
    for on in On::all() {
        let app = house(on).await;
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
        let helps = [("role", "relative"), ("day", "2"), ("month", "2"), ("year", "1940"), ("stated", "yes")];
        accepted(&app, &mut helene, "VNA", &helps).await;
        let helped = heard(&app, Announcement { person: person("VNA"), ..said("ADULT00001", None) }).await;
        is_absent(&mut helene, helped).await;

        let mut camille = app.patient("camille").await;
        let file = accepted(&app, &mut camille, "VNB", GUARDIAN).await;
        let ward = heard(&app, Announcement { person: person("VNB"), ..said("ADULT00002", None) }).await;
        let page = camille.open(&format!("/invoices/{ward}")).await;
        assert!(page.text.contains("représentant de cette personne"), "{}", page.first("main"));
        // The hospital says that it is another person's.
        let other = Person { given: "Paul".to_owned(), sex: "M".to_owned(), ..person("VNB") };
        heard(&app, Announcement { person: other, ..said("ADULT00002", None) }).await;
        is_absent(&mut camille, ward).await;
        heard(&app, Announcement { person: person("VNB"), ..said("ADULT00002", None) }).await;
        assert_eq!(camille.open(&format!("/invoices/{ward}")).await.status, StatusCode::OK);

        // A clerk of the place finds it by the patient's number, another's does not.
        let mut clerk = app.staff("adrien").await;
        let list = clerk.open("/desk/proxies?ipp=VNB").await;
        assert!(list.text.contains("Camille EXEMPLE agit pour Odette TEMOIN"), "{}", list.first("main"));
        assert!(!app.staff("aline").await.open("/desk/proxies?ipp=VNB").await.text.contains("Odette"));
        assert!(camille.open("/me/access-log").await.first("main").contains("procuration"), "both may read it");
        if on == On::Sqlite {
            // The measure is over: written down in the file.
            let path = format!("/api/v1/desk/preadmissions/{file}/people/representative");
            assert_eq!(people::put(&mut clerk, &path, &json!({ "state": "revoked" })).await.status, StatusCode::OK);
        } else {
            let mine = acting(&mut camille).await[0]["id"].as_str().unwrap().to_owned();
            let path = format!("/api/v1/desk/proxies/{mine}/revocation");
            let unsaid = desk(&mut clerk, &path, &json!({ "reason": " " })).await;
            assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unsaid.text);
            let done = desk(&mut clerk, &path, &json!({ "reason": "Jugement du 3 novembre" })).await;
            assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
            assert!(!camille.open("/me/proxies").await.text.contains("Jugement"), "the desk's own words");
            assert!(clerk.open("/desk/proxies?ipp=VNB").await.text.contains("Jugement du 3 novembre"));
        }
        is_absent(&mut camille, ward).await;
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn nothing_of_a_secret_stay_or_invoice_is_seen_by_a_parent() {
    for on in On::all() {
        let app = house(on).await;
        announce(&app, "VNC", CHILD, false).await;
        let mut mother = app.patient("camille").await;
        let file = accepted(&app, &mut mother, "VNC", MOTHER).await;
        let plain = heard(&app, said("CHILD00001", Some("VNC"))).await;
        let changed = heard(&app, said("CHILD00002", Some("VNC"))).await;
        let before = letters(&app, "camille@exemple.test").await;
        let secret = heard(&app, Announcement { confidential: true, ..said("CHILD00003", Some("VNC")) }).await;
        assert_eq!(listed(&mut mother).await, ["CHILD00002", "CHILD00001"]);
        is_absent(&mut mother, secret).await;
        // The hospital says later that it is confidential.
        let label = "Autre".to_owned();
        heard(&app, Announcement { confidential: true, label, ..said("CHILD00002", Some("VNC")) }).await;
        is_absent(&mut mother, changed).await;
        let unvisited = heard(&app, said("CHILD00004", None)).await;
        assert_eq!(listed(&mut mother).await, ["CHILD00004", "CHILD00001"]);

        // The stay itself is kept from the parents, before and after its next invoice.
        let mut clerk = app.staff("adrien").await;
        let path = format!("/api/v1/desk/preadmissions/{file}/secrecy");
        assert_eq!(people::put(&mut clerk, &path, &json!({ "secret": true })).await.status, StatusCode::OK);
        is_absent(&mut mother, plain).await;
        let next = heard(&app, said("CHILD00005", Some("VNC"))).await;
        // It may be of that stay.
        let doubtful = heard(&app, said("CHILD00006", None)).await;
        for id in [next, doubtful] {
            is_absent(&mut mother, id).await;
        }
        assert_eq!(mother.open(&format!("/invoices/{unvisited}")).await.status, StatusCode::OK, "known to her before");
        let other = heard(&app, said("CHILD00007", Some("VNX"))).await;
        assert_eq!(mother.open(&format!("/invoices/{other}")).await.status, StatusCode::OK, "of another visit");
        assert_eq!(acting(&mut mother).await.len(), 1, "and nothing tells her that something is kept");
        let told_of = letters(&app, "camille@exemple.test").await;
        assert_eq!(told_of, before + 2, "of the two that she may see");
        // Long after the file is erased, which alone knew of it.
        let later: Timestamp = app.building.db.now() + SignedDuration::from_hours(24 * 200);
        app.building.purge().run(later).await.unwrap();
        let late = heard(&app, said("CHILD00008", Some("VNC"))).await;
        for id in [plain, changed, secret, next, doubtful, late] {
            is_absent(&mut mother, id).await;
        }
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_parent_sees_no_more_once_the_child_is_of_age() {
    for on in On::all() {
        let app = house(on).await;
        // Born on 2009-11-23: of age a year and a day after the tests' clock.
        announce(&app, "VNC", ("Lou", "2009-11-23"), false).await;
        let mut mother = app.patient("camille").await;
        let said_by = [("role", "mother"), ("day", "23"), ("month", "11"), ("year", "2009"), ("stated", "yes")];
        accepted(&app, &mut mother, "VNC", &said_by).await;
        let said = said("CHILD00001", None);
        let person = Person { birth_date: "2009-11-23".to_owned(), ..said.person.clone() };
        let invoice = heard(&app, Announcement { person, ..said }).await;
        assert_eq!(mother.open(&format!("/invoices/{invoice}")).await.status, StatusCode::OK);
        assert_eq!(acting(&mut mother).await[0]["until"], "2027-11-23");
        app.deliver().await;
        app.clock.advance(SignedDuration::from_hours(24 * 380));
        let mut mother = app.patient("camille").await;
        is_absent(&mut mother, invoice).await;
        let page = mother.open("/me/proxies").await;
        assert!(page.text.contains("Arrivé à son terme"), "{}", page.first("main"));
        app.run_due().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn an_invoice_goes_along_when_the_hospital_merges_its_patient() {
    for on in On::all() {
        let app = house(on).await;
        announce(&app, "VNC", CHILD, false).await;
        let mut mother = app.patient("camille").await;
        accepted(&app, &mut mother, "VNC", MOTHER).await;
        let first = heard(&app, said("CHILD00001", None)).await;
        merge(&app, ("M-1", "A40"), &theirs("VNC"), "900", "TEMOIN^Lou^^^^^L||20190514|F").await;
        let ipp = async |id| app.building.payments().invoice(id).await.unwrap().unwrap().person.ipp;
        assert_eq!((ipp(first).await.as_str(), listed(&mut mother).await.len()), ("900", 1));
        // What the billing system still says under the number that was given up.
        let second = heard(&app, said("CHILD00002", None)).await;
        assert_eq!((ipp(second).await.as_str(), listed(&mut mother).await.len()), ("900", 2));
        // Merged with somebody else: a doubt closes, and the desks are told.
        merge(&app, ("M-2", "A40"), &theirs("900"), "901", "AUTRE^Paul^^^^^L||19700101|M").await;
        assert_eq!(crate::merging::outcome(&app, "M-2").await, "conflict");
        assert_eq!((ipp(first).await.as_str(), listed(&mut mother).await.len()), ("900", 0));
        let page = mother.open("/me/proxies").await;
        assert!(page.text.contains("a corrigé l’identité"), "{}", page.first("main"));
        let mut cashier = app.staff("regine").await;
        let page = cashier.open("/desk/payments/to-review").await;
        assert!(page.text.contains("Son patient, numéro 900, a été réuni au patient 901"), "{}", page.first("main"));
        app.deliver().await;
        app.stop().await;
    }
}
