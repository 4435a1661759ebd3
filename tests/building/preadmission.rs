//! The file of a planned stay, from the link in a letter to its acceptance, on both databases.

use kernel::{Id, PreadmissionId};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use storage::{StorageError, diesel};

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
};

/// The link that a letter would carry for the file of this visit.
pub(crate) async fn link(app: &TestApp, visit: &'static str) -> String {
    use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = storage::sql::Uuid)]
        id: uuid::Uuid,
    }
    let facts = app.building.db.read::<_, StorageError, _>(move |conn| {
        let query =
            "SELECT preadmissions.id FROM preadmissions JOIN stays ON stays.id = stay_id WHERE visit_number = $1";
        let found: Found = diesel::sql_query(query).bind::<Text, _>(visit).get_result(conn)?;
        let id: PreadmissionId = Id::from_uuid(found.id);
        preadmission::read::preadmission(conn, id)
    });
    app.building.links().path(&facts.await.unwrap().expect("a file"))
}

/// Opens the file of this visit for whoever is logged in; its id.
pub(crate) async fn opened(app: &TestApp, browser: &mut Browser, visit: &'static str) -> String {
    let path = link(app, visit).await;
    let page = browser.open(&path).await;
    let form = page.form("/preadmissions/");
    let home = browser.submit(&page, &form).await;
    assert_eq!(home.status, StatusCode::OK, "{}: {}", home.url, home.first("main"));
    let id = home.url.rsplit('/').next().unwrap().to_owned();
    assert!(id.parse::<PreadmissionId>().is_ok(), "{}", home.url);
    id
}

/// Fills in one section on its page; where that leads.
pub(crate) async fn fill(browser: &mut Browser, id: &str, section: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.open(&format!("/preadmissions/{id}/sections/{section}")).await;
    let mut form = page.form("/preadmissions/");
    // Radio buttons that nobody pressed are not sent.
    let radios: Vec<String> = page_radios(&page);
    form.fields.retain(|(name, _)| !radios.contains(name));
    for (name, value) in fields {
        form = form.with(&format!("{section}.{name}"), value);
    }
    browser.submit(&page, &form).await
}

fn page_radios(page: &Page) -> Vec<String> {
    let html = scraper::Html::parse_document(&page.text);
    let radio = scraper::Selector::parse("input[type=radio]").unwrap();
    html.select(&radio).filter_map(|one| one.value().attr("name").map(str::to_owned)).collect()
}

/// What the sections of a day stay of an adult wait for.
pub(crate) const SECTIONS: [(&str, &[(&str, &str)]); 8] = [
    ("identity", &[("sex", "F")]),
    (
        "contact",
        &[("address", "1 rue des Tests"), ("postcode", "21000"), ("city", "Essai"), ("mobile", "06 39 98 01 02")],
    ),
    ("situation", &[("protection", "none")]),
    ("attending-physician", &[("declared", "no")]),
    ("person-to-notify", &[("wished", "no")]),
    ("trusted-person", &[("wished", "no")]),
    ("presence", &[("secret", "no")]),
    ("consents", &[("dmp-feeding", "permit"), ("dmp-consultation", "deny")]),
];

/// Everything that a day stay of an adult waits for, but for one section.
pub(crate) async fn fill_all(browser: &mut Browser, id: &str) {
    for (section, fields) in SECTIONS {
        let home = fill(browser, id, section, fields).await;
        assert_eq!(home.url, format!("{}/preadmissions/{id}", browser.base), "{section}: {}", home.first("main"));
    }
    for kind in ["CN_RECTO", "CN_VERSO"] {
        let page = browser.open(&format!("/preadmissions/{id}/missing-documents/{kind}")).await;
        let form = page.form("/preadmissions/").with("reason", "on-the-day");
        let home = browser.submit(&page, &form).await;
        assert_eq!(home.status, StatusCode::OK, "{kind}: {}", home.first("main"));
    }
}

pub(crate) async fn send(browser: &mut Browser, id: &str) -> Page {
    let page = browser.open(&format!("/preadmissions/{id}/check")).await;
    let form = page.form(&format!("/preadmissions/{id}/submission"));
    let home = browser.submit(&page, &form).await;
    let twice = browser.submit(&page, &form).await;
    assert_eq!(twice.status, StatusCode::OK, "pressing twice sends once");
    home
}

pub(crate) async fn status(browser: &mut Browser, id: &str) -> (Value, Value) {
    let file = browser.open(&format!("/api/v1/preadmissions/{id}")).await.json();
    (file["status"].clone(), file["version"].clone())
}

#[actix_web::test]
async fn from_the_link_to_an_accepted_file_with_one_correction() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let path = link(&app, "VN1").await;
        let mut browser = app.browser();
        let letter = browser.open(&path).await;
        assert!(letter.text.contains("samedi 12") && !letter.text.contains("Arthroscopie"), "{}", letter.first("main"));
        let login = letter.attribute("main a[href^='/login']", "href").expect("a way to log in");
        let login = browser.open(&login).await;
        let start = login.form("/login/");
        let choice = browser.submit(&login, &start).await;
        let back = browser.choose(&choice, "camille").await;
        assert!(back.url.ends_with(&path), "the same link: {}", back.url);
        let home = browser.submit(&back, &back.form("/preadmissions/")).await;
        let id = home.url.rsplit('/').next().unwrap().to_owned();
        assert!(home.text.contains("à compléter") && home.text.contains("Arthroscopie"), "{}", home.first("main"));

        let mut stranger = app.patient("helene").await;
        let theirs = stranger.open(&path).await;
        assert_eq!(theirs.status, StatusCode::FORBIDDEN, "{}", theirs.first("main"));
        assert_eq!(stranger.open(&format!("/preadmissions/{id}")).await.status, StatusCode::NOT_FOUND);

        // What is wrong is kept beside its error, and what is right with it.
        let wrong = fill(&mut browser, &id, "contact", &[("mobile", "12"), ("city", "Essai")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong.attribute("input[name='contact.mobile']", "value").as_deref(), Some("12"));
        assert_eq!(wrong.attribute("input[name='contact.city']", "value").as_deref(), Some("Essai"));
        let early = browser.open(&format!("/preadmissions/{id}/check")).await;
        assert!(early.forms().iter().all(|form| !form.action.contains("submission")), "not complete");

        fill_all(&mut browser, &id).await;
        let sent = send(&mut browser, &id).await;
        assert!(sent.text.contains("est envoyé"), "{}", sent.first("main"));
        assert_eq!(status(&mut browser, &id).await, (json!("READY"), json!(1)));
        let receipt = browser.open(&format!("/preadmissions/{id}/receipt")).await;
        assert!(receipt.text.contains("preadmission.submitted"), "{}", receipt.first("main"));

        let mut clerk = app.staff("adrien").await;
        let mut elsewhere = app.staff("odile").await;
        let refusal = format!("/api/v1/desk/preadmissions/{id}/refusal");
        let asked = json!({ "sections": ["contact"], "text": "Votre adresse est incomplète." });
        let foreign = desk(&mut elsewhere, &refusal, &asked).await;
        assert!([StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&foreign.status), "{}", foreign.text);
        let refused = desk(&mut clerk, &refusal, &asked).await;
        assert_eq!(refused.json()["status"], "REFUSED", "{}", refused.text);
        let home = browser.open(&format!("/preadmissions/{id}")).await;
        assert!(home.text.contains("Votre adresse est incomplète."), "{}", home.first("main"));
        assert_eq!(
            browser.open(&format!("/preadmissions/{id}/sections/identity")).await.url,
            home.url,
            "only what is asked again can be written"
        );
        app.clock.advance(jiff::SignedDuration::from_mins(1));
        fill(&mut browser, &id, "contact", &[("address", "1 rue des Tests, bâtiment B")]).await;
        send(&mut browser, &id).await;
        assert_eq!(status(&mut browser, &id).await, (json!("READY"), json!(2)));
        let accepted = desk(&mut clerk, &format!("/api/v1/desk/preadmissions/{id}/acceptance"), &json!({})).await;
        assert_eq!(accepted.json()["status"], "COMPLETED", "{}", accepted.text);
        let home = browser.open(&format!("/preadmissions/{id}")).await;
        assert!(home.text.contains("est accepté"), "{}", home.first("main"));
        app.deliver().await;
        app.stop().await;
    }
}

pub(crate) async fn desk(browser: &mut Browser, path: &str, body: &Value) -> Page {
    let token = browser.open("/api/v1/desk/session").await.json()["csrf_token"].as_str().unwrap().to_owned();
    let url = browser.absolute(path, &browser.base.clone());
    let headers = [("x-csrf-token", token.as_str()), ("sec-fetch-site", "same-origin")];
    browser.send(Method::POST, &url, &headers, Some(("application/json", body.to_string()))).await
}

#[actix_web::test]
async fn each_situation_of_a_link_has_its_page() {
    let app = TestApp::start(On::Sqlite).await;
    let mut browser = app.browser();
    let early = browser.open(&link(&app, "VN2").await).await;
    assert!(early.text.contains("pas encore ouvert") && early.text.contains("lundi 21"), "{}", early.first("main"));
    let forged = browser.open(&format!("{}x", link(&app, "VN1").await)).await;
    assert_eq!(forged.status, StatusCode::NOT_FOUND);
    let mut helene = app.patient("helene").await;
    let page = helene.open(&link(&app, "VN1").await).await;
    let wrong = helene.submit(&page, &page.form("/preadmissions/")).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(wrong.text.contains("autre personne") && wrong.text.contains("tel:"), "{}", wrong.first("main"));
    // No dead end: another account, or filling in for the patient.
    assert!(
        wrong.first("main").contains("sous le nom de") && wrong.forms().iter().any(|form| form.action == "/logout")
    );
    let instead = wrong.attribute("main a[href*='/open-for']", "href").expect("a way to help");
    assert_eq!(helene.open(&instead).await.status, StatusCode::OK);
    app.stop().await;
}

/// From midnight on, before and after the hour, where to go and what to bring stand first; afterwards no more.
#[actix_web::test]
async fn on_the_day_the_link_says_where_to_go() {
    let app = TestApp::start(On::Sqlite).await;
    let path = link(&app, "VN1").await;
    let mut camille = app.patient("camille").await;
    let id = opened(&app, &mut camille, "VN1").await;
    let file = camille.open(&format!("/api/v1/preadmissions/{id}")).await.json();
    let entry: jiff::Timestamp = file["stay"]["entry_at"].as_str().unwrap().parse().unwrap();
    let mut stranger = app.browser();
    for (hours, is_the_day, is_over) in [(-24, false, false), (-5, true, false), (1, true, true), (26, false, true)] {
        app.clock.set(entry + jiff::SignedDuration::from_hours(hours));
        let home = app.patient("camille").await.open(&format!("/preadmissions/{id}")).await;
        for page in [home, stranger.open(&path).await] {
            let told = page.first("main");
            assert_eq!(told.contains("C’est aujourd’hui"), is_the_day, "{hours} h: {told}");
            assert_eq!(told.contains("carte Vitale et votre carte"), is_the_day, "{hours} h: {told}");
            assert_eq!(told.contains("L’heure de votre entrée est passée"), is_over, "{hours} h: {told}");
        }
    }
    app.stop().await;
}

/// What stands behind the question mark is part of where one is: a letter's key, a list's filters.
#[actix_web::test]
async fn another_language_and_a_login_lead_back_to_the_same_page() {
    let app = TestApp::start(On::Sqlite).await;
    let path = link(&app, "VN1").await;
    let mut browser = app.browser();
    let letter = browser.open(&path).await;
    let form = letter.form("/language").with("lang", "en");
    let again = browser.submit(&letter, &form).await;
    assert_eq!((again.status, again.url.ends_with(&path)), (StatusCode::OK, true), "{}", again.url);
    assert_eq!(again.attribute("html", "lang").as_deref(), Some("en"));
    let helping = path.replace("/open?", "/open-for?");
    let back = app.browser().log_in(&helping, "helene").await;
    assert_eq!((back.status, back.url.ends_with(&helping)), (StatusCode::OK, true), "{}", back.url);
    let list = "/desk/preadmissions?status=ready&days=60&text=a%20b";
    let back = app.browser().log_in(list, "adrien").await;
    assert!(back.url.ends_with(list), "{}", back.url);
    app.stop().await;
}

/// What the hospital says changes the file, through the same decision as its messages.
#[actix_web::test]
async fn announced_changed_and_cancelled() {
    use preadmission::announcement::{Announcement, HospitalPerson, Notice, Outcome, StayClass};
    for on in On::all() {
        let app = TestApp::start(on).await;
        let person = HospitalPerson {
            ipp: "9".into(),
            birth_family: "PATRON".into(),
            used_family: None,
            given: "Jean Noel".into(),
            birth_date: "1949-12".into(),
            sex: "M".into(),
            birth_place: None,
            phone: None,
            email: None,
            identity_status: Some("PROV".into()),
        };
        let first = Announcement {
            establishment: "990001000".parse().unwrap(),
            site: None,
            visit_number: "VN9".into(),
            folder_number: None,
            movement: None,
            person,
            class: StayClass::Day,
            unit: None,
            entry_at: "2026-12-10T07:00:00Z".parse().unwrap(),
            exit_at: None,
            label: String::new(),
            practitioner: None,
            surgery: false,
        };
        let say = async |notice: Notice| {
            app.building.db.write(move |tx| preadmission::announce(tx, &notice, 3)).await.unwrap()
        };
        let planned = |said: &Announcement| Notice::Planned(Box::new(said.clone()));
        let cancelled =
            |visit: &str| Notice::Cancelled { establishment: "990001000".parse().unwrap(), visit_number: visit.into() };
        assert_eq!(say(planned(&first)).await, Outcome::Opened);
        assert_eq!(say(planned(&first)).await, Outcome::Unchanged);
        let moved = Announcement { entry_at: "2026-12-11T07:00:00Z".parse().unwrap(), ..first.clone() };
        assert_eq!(say(planned(&moved)).await, Outcome::Changed);
        let mut browser = app.patient("jean-noel").await;
        let id = opened(&app, &mut browser, "VN9").await;
        assert_eq!(say(cancelled("VN9")).await, Outcome::Cancelled);
        assert_eq!(say(cancelled("VN9")).await, Outcome::Unchanged);
        assert_eq!(say(planned(&first)).await, Outcome::Ignored, "never given twice");
        let home = browser.open(&format!("/preadmissions/{id}")).await;
        assert!(home.text.contains("est annulé"), "{}", home.first("main"));
        assert_eq!(say(cancelled("VN10")).await, Outcome::Cancelled);
        assert_eq!(
            say(planned(&Announcement { visit_number: "VN10".into(), ..first.clone() })).await,
            Outcome::Ignored
        );
        let nowhere = Announcement { establishment: "750712184".parse().unwrap(), ..first };
        assert_eq!(say(planned(&nowhere)).await, Outcome::Ignored);
        app.deliver().await;
        app.stop().await;
    }
}
