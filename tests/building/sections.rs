//! The sections of a file as patients fill them in: places of birth by name, covers, the paper file.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    preadmission::{fill, fill_all, opened, send},
};

/// What is kept of a field, and what is wrong with it.
async fn kept(browser: &mut Browser, id: &str, section: &str, field: &str) -> (Value, Value) {
    let file = browser.open(&format!("/api/v1/preadmissions/{id}")).await.json();
    let of_name = |all: &Value, name: &str| all.as_array().unwrap().iter().find(|one| one["name"] == name).cloned();
    let section = of_name(&file["sections"], section).unwrap();
    let field = of_name(&section["fields"], &format!("{}.{field}", section["name"].as_str().unwrap())).unwrap();
    (field["value"].clone(), field["error"].clone())
}

fn place(page: &Page) -> String {
    page.attribute("input[data-places]", "value").unwrap_or_default()
}

#[actix_web::test]
async fn a_place_of_birth_is_chosen_by_its_name() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = opened(&app, &mut camille, "VN1").await;
        let address = format!("/preadmissions/{id}/sections/identity");
        let page = camille.open(&address).await;
        assert_eq!(place(&page), "Paris 7e Arrondissement (75)", "by its name, as FranceConnect told it");

        // Several places have this name: the page lists them, without a script.
        let list = fill(&mut camille, &id, "identity", &[("birth-place", "saint denis"), ("sex", "F")]).await;
        assert_eq!(list.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(kept(&mut camille, &id, "identity", "birth-place").await, (json!("saint denis"), json!("place")));
        let choices = list.all("label span").join("; ");
        assert!(choices.contains("Saint-Denis (93)") && choices.contains("Saint-Denis (974)"), "{choices}");
        let form = list.form("/preadmissions/").with("identity.sex", "F").with("identity.birth-place-choice", "97411");
        assert_eq!(camille.submit(&list, &form).await.status, StatusCode::OK);
        let page = camille.open(&address).await;
        assert_eq!(place(&page), "Saint-Denis (974)");
        assert!(camille.open(&format!("/preadmissions/{id}/check")).await.text.contains("Saint-Denis (974)"));
        fill(&mut camille, &id, "identity", &[("sex", "F")]).await;
        assert_eq!(
            kept(&mut camille, &id, "identity", "birth-place").await,
            (json!("97411"), Value::Null),
            "as it was"
        );

        // The code of that day, of a place that changed its own.
        let born = |year| [("birth-date-year", year), ("birth-place", "Rungis"), ("sex", "F")];
        for (year, code) in [("1950", "75065"), ("1984", "94065")] {
            fill(&mut camille, &id, "identity", &born(year)).await;
            assert_eq!(kept(&mut camille, &id, "identity", "birth-place").await, (json!(code), Value::Null), "{year}");
        }
        let wrong = fill(&mut camille, &id, "identity", &[("birth-place", "75065"), ("sex", "F")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(kept(&mut camille, &id, "identity", "birth-place").await, (json!("75065"), json!("place-then")));
        fill(&mut camille, &id, "identity", &[("birth-place", "suisse"), ("sex", "F")]).await;
        assert_eq!(kept(&mut camille, &id, "identity", "birth-place").await, (json!("99140"), Value::Null));
        app.stop().await;
    }
}

#[actix_web::test]
async fn anybody_may_look_a_place_up() {
    let app = TestApp::start(On::Sqlite).await;
    let mut nobody = app.browser();
    let found = nobody.open("/api/v1/places?name=ARBIGNIEU&on=1960-05-01").await;
    assert_eq!(found.headers["cache-control"], "private, max-age=86400");
    let arbignieu = json!({ "code": "01015", "name": "Arbignieu", "label": "Arbignieu (01)", "department": "01",
        "became": "devenue Arboys en Bugey (01) en 2016" });
    assert_eq!(found.json(), json!({ "items": [arbignieu] }));
    assert_eq!(nobody.open("/api/v1/places?name=s").await.json(), json!({ "items": [] }));
    let many = nobody.open("/api/v1/places?name=saint&on=1962").await.json();
    assert_eq!(many["items"].as_array().map(Vec::len), Some(20));
    let long = nobody.open(&format!("/api/v1/places?name={}", "x".repeat(101))).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nobody.open("/api/v1/places?on=1962").await.status, StatusCode::BAD_REQUEST);
    app.stop().await;
}

#[actix_web::test]
async fn the_fund_of_the_compulsory_cover_never_blocks() {
    let app = TestApp::start(On::Sqlite).await;
    let mut camille = app.patient("camille").await;
    let id = opened(&app, &mut camille, "VN1").await;
    let said = |more: &[(&'static str, &'static str)]| [&[("covered", "yes"), ("insured", "spouse")], more].concat();
    let nir = ("nir", "2 55 08 14 168 025 38");
    fill(&mut camille, &id, "compulsory-cover", &said(&[])).await;
    let page = camille.open(&format!("/preadmissions/{id}/sections/compulsory-cover")).await;
    for field in ["fund", "until-year", "insured-family", "insured-given"] {
        assert!(page.text.contains(&format!("name=\"compulsory-cover.{field}\"")), "{field}");
    }
    let wrong = fill(&mut camille, &id, "compulsory-cover", &said(&[nir, ("fund", "01 211")])).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(kept(&mut camille, &id, "compulsory-cover", "fund").await, (json!("01 211"), json!("fund")));
    let home = fill(&mut camille, &id, "compulsory-cover", &said(&[nir, ("fund", "01 211 0000")])).await;
    assert_eq!(home.status, StatusCode::OK, "{}", home.first("main"));
    assert_eq!(kept(&mut camille, &id, "compulsory-cover", "fund").await, (json!("012110000"), Value::Null));
    let page = fill(&mut camille, &id, "compulsory-cover", &said(&[nir, ("fund", ""), ("insured", "self")])).await;
    assert_eq!(page.status, StatusCode::OK, "it may be left empty");
    app.stop().await;
}

#[actix_web::test]
async fn the_whole_file_is_had_on_paper() {
    let app = TestApp::start(On::Sqlite).await;
    let mut camille = app.patient("camille").await;
    let id = opened(&app, &mut camille, "VN1").await;
    let paper = camille.open(&format!("/preadmissions/{id}/paper")).await;
    assert_eq!(paper.status, StatusCode::OK);
    assert!(paper.all("script").is_empty() && paper.forms().iter().all(|form| !form.action.contains(&id)));
    let sections = paper.all("section.sheet h2");
    assert!(sections.len() > 12, "all of them: {sections:?}");
    let known = paper.all("dl.paper dd").join("; ");
    assert!(known.contains("Paris 7e Arrondissement (75)") && known.contains("12 mars 1984"), "{known}");
    // What an open question may lead to is asked at once; what an answer rules out is not.
    let name = "Nom de la mutuelle";
    assert!(paper.all("dl.paper dt").iter().any(|label| label == name), "nothing is said of it yet");
    fill(&mut camille, &id, "complementary-cover", &[("covered", "css")]).await;
    let paper = camille.open(&format!("/preadmissions/{id}/paper")).await;
    assert!(!paper.all("dl.paper dt").iter().any(|label| label == name));
    assert!(paper.all(".box strong").iter().any(|choice| choice == "Complémentaire santé solidaire"));

    fill(&mut camille, &id, "trusted-person", &[("wished", "yes"), ("name", "Paul EXEMPLE"), ("phone", "0639980109")])
        .await;
    let form = camille.open(&format!("/preadmissions/{id}/paper/trusted-person")).await;
    assert!(form.text.contains("Paul EXEMPLE") && form.text.contains("L1111-6"), "{}", form.first("main"));
    assert_eq!(form.all(".signed").len(), 2, "both sign");

    let mut clerk = app.staff("adrien").await;
    let at_desk = clerk.open(&format!("/desk/preadmissions/{id}/paper")).await;
    assert_eq!(at_desk.all("section.sheet h2"), sections);
    for path in ["paper", "paper/trusted-person"] {
        let mut other = app.patient("helene").await;
        let absent = other.open(&format!("/preadmissions/{id}/{path}")).await;
        assert_eq!(absent.status, StatusCode::NOT_FOUND, "{path} is nobody else's");
    }
    app.stop().await;
}

/// What is known is filled in and says who told it; nothing that runs out is taken from the file before.
#[actix_web::test]
async fn each_answer_says_where_it_came_from() {
    let app = TestApp::start(On::Sqlite).await;
    let mut camille = app.patient("camille").await;
    let id = opened(&app, &mut camille, "VN1").await;
    let told = |page: &Page, words: &str| page.all("p.hint").iter().filter(|hint| *hint == words).count();
    let identity = camille.open(&format!("/preadmissions/{id}/sections/identity")).await;
    assert!(told(&identity, "Donné par FranceConnect") >= 5, "{}", identity.first("main"));
    let contact = camille.open(&format!("/preadmissions/{id}/sections/contact")).await;
    assert_eq!(told(&contact, "Donné par l’hôpital"), 1, "the telephone");
    fill_all(&mut camille, &id).await;
    let cover =
        [("covered", "mutual"), ("name", "Essai"), ("amc", "12345678"), ("member", "1"), ("until-year", "2027")];
    let until = [("until-day", "31"), ("until-month", "12")];
    fill(&mut camille, &id, "complementary-cover", &[("covered", "mutual")]).await;
    fill(&mut camille, &id, "complementary-cover", &[&cover[..], &until].concat()).await;
    assert_eq!(kept(&mut camille, &id, "complementary-cover", "until").await.0, "2027-12-31");
    send(&mut camille, &id).await;

    let site = camille.open("/preadmissions/new").await.attribute("option", "value").expect("a site");
    let wish = json!({ "site": site, "entry_at": "2027-02-20T08:00:00Z", "unit": "Chirurgie" });
    let next = camille.call(Method::POST, "/api/v1/preadmissions", Some("next"), wish).await;
    let next = next.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(kept(&mut camille, &next, "complementary-cover", "name").await.0, "Essai");
    assert_eq!(kept(&mut camille, &next, "complementary-cover", "until").await.0, "", "read from the card each time");
    assert_eq!(kept(&mut camille, &next, "presence", "secret").await.0, "", "asked anew");
    let contact = camille.open(&format!("/preadmissions/{next}/sections/contact")).await;
    assert!(told(&contact, "Repris de votre dossier précédent") >= 4, "{}", contact.first("main"));
    app.stop().await;
}
