//! A child with two parents: who signs, who is silent, what is kept from them; and the one way in of all who are asked by a
//! link of their own.

use preadmission::announcement::{Announcement, HospitalPerson, Notice, StayClass};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    preadmission::{desk, fill, link},
    stays::told,
};

/// Announces a stay of somebody who has no login of their own.
pub(crate) async fn announce(app: &TestApp, visit: &str, (given, birth): (&str, &str), surgery: bool) {
    let person = HospitalPerson {
        ipp: visit.into(),
        birth_family: "TEMOIN".into(),
        used_family: None,
        given: given.into(),
        birth_date: birth.into(),
        sex: "F".into(),
        birth_place: Some("21231".into()),
        phone: None,
        email: None,
        identity_status: None,
    };
    let said = Announcement {
        establishment: "990001000".parse().unwrap(),
        site: None,
        visit_number: visit.into(),
        folder_number: None,
        movement: None,
        person,
        class: StayClass::Day,
        unit: None,
        entry_at: "2026-12-10T07:00:00Z".parse().unwrap(),
        exit_at: None,
        label: "Adénoïdectomie".into(),
        practitioner: None,
        surgery,
    };
    let notice = Notice::Planned(Box::new(said));
    app.building.db.write(move |tx| preadmission::announce(tx, &notice, 3)).await.unwrap();
}

pub(crate) const CHILD: (&str, &str) = ("Lou", "2019-05-14");

/// Asks to open the file for somebody else; what comes back.
pub(crate) async fn open_for(app: &TestApp, browser: &mut Browser, visit: &'static str, said: &[(&str, &str)]) -> Page {
    let letter = browser.open(&link(app, visit).await).await;
    let way = letter.attribute("main a[href*='open-for']", "href").expect("a way for relatives");
    let page = browser.open(&way).await;
    let mut form = page.form("/preadmissions/");
    form.fields.retain(|(name, _)| ["csrf", "k", "day", "month", "year"].contains(&name.as_str()));
    for (name, value) in said {
        form = form.with(name, value);
    }
    browser.submit(&page, &form).await
}

pub(crate) const MOTHER: &[(&str, &str)] =
    &[("role", "mother"), ("day", "14"), ("month", "5"), ("year", "2019"), ("stated", "yes")];

pub(crate) fn id_of(page: &Page) -> String {
    page.url.split("/preadmissions/").nth(1).unwrap().split(['/', '?']).next().unwrap().to_owned()
}

pub(crate) async fn file(browser: &mut Browser, id: &str) -> Value {
    browser.open(&format!("/api/v1/preadmissions/{id}")).await.json()
}

/// Value and source of one field.
pub(crate) fn field(file: &Value, name: &str) -> (String, String) {
    let mut fields = file["sections"].as_array().unwrap().iter().flat_map(|one| one["fields"].as_array().unwrap());
    let found = fields.find(|field| field["name"] == name).unwrap();
    (found["value"].as_str().unwrap().to_owned(), found["source"].as_str().unwrap().to_owned())
}

/// The link of the last message to somebody, as a path; the message names nobody.
pub(crate) async fn link_to(app: &TestApp, to: &str) -> String {
    app.deliver().await;
    let (_, _, text) = told(app).await.into_iter().rfind(|(_, who, _)| who.ends_with(to)).expect("a message");
    for word in ["Lou", "TEMOIN", "Adéno", "Odette", "2019"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    let link = text.split_whitespace().find(|word| word.contains("/invitations/")).expect("an own link");
    link.strip_prefix(&app.base).expect("of the house").to_owned()
}

/// Names the other parent; the link that they get.
pub(crate) async fn add_father(app: &TestApp, browser: &mut Browser, id: &str) -> String {
    let link = add_other_parent(app, browser, id, ("Jean-Noël Patron", "06 39 98 01 77")).await;
    let listed = browser.open(&format!("/preadmissions/{id}/signatories")).await;
    assert!(!listed.text.contains("639980177"), "a contact is shown to nobody");
    link
}

pub(crate) async fn add_other_parent(
    app: &TestApp,
    browser: &mut Browser,
    id: &str,
    (name, contact): (&str, &str),
) -> String {
    let page = browser.open(&format!("/preadmissions/{id}/signatories")).await;
    let mut form = page.forms().into_iter().find(|form| form.action.ends_with("/signatories")).unwrap();
    form.fields.retain(|(name, _)| name != "quality");
    let form = form.with("quality", "father").with("name", name).with("contact", contact);
    let listed = browser.submit(&page, &form).await;
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.first("main"));
    let way = if contact.contains('@') { "Lien envoyé par courriel" } else { "Lien envoyé par SMS" };
    assert!(listed.text.contains(way), "{}", listed.first("main"));
    assert!(!listed.text.contains("/invitations/"), "the link is the other parent's alone");
    let digits: String = contact.split_whitespace().collect();
    link_to(app, &digits[1..]).await
}

/// Asks for another link; what is shown then.
async fn ask_again(browser: &mut Browser, id: &str, contact: &str) -> Page {
    let page = browser.open(&format!("/preadmissions/{id}/signatories")).await;
    let form = page.forms().into_iter().find(|form| form.action.ends_with("/2/invitation")).unwrap();
    browser.submit(&page, &form.with("contact", contact)).await
}

/// An invitation of this browser's patient to somebody else, for a child.
pub(crate) async fn invited(app: &TestApp, browser: &mut Browser) -> String {
    announce(app, "VNC", CHILD, true).await;
    let id = id_of(&open_for(app, browser, "VNC", MOTHER).await);
    let link = add_father(app, browser, &id).await;
    link.split(['/', '?']).nth(2).unwrap().to_owned()
}

/// Answers on the page of who was asked.
pub(crate) async fn answer(browser: &mut Browser, path: &str, said: &[(&str, &str)]) -> Page {
    let page = browser.open(path).await;
    let mut form = page.form("/preadmissions/");
    form.fields.retain(|(name, _)| name != "answer" && name != "stated");
    for (name, value) in said {
        form = form.with(name, value);
    }
    browser.submit(&page, &form).await
}

/// Of a holder of parental authority, with their statement.
async fn sign(browser: &mut Browser, path: &str, said: &str) -> Page {
    answer(browser, path, &[("answer", said), ("stated", "yes")]).await
}

/// Who holds a link shows that they know the patient, and says what else is asked; before that nothing of the stay is told.
pub(crate) async fn come(
    browser: &mut Browser,
    path: &str,
    (day, month, year): (&str, &str, &str),
    said: &[(&str, &str)],
) -> Page {
    let page = browser.open(path).await;
    // Who is logged in is named, and nobody else.
    let shown = page.first("main").replace("je suis Camille EXEMPLE", "");
    for word in ["Lou", "Odette", "EXEMPLE", "Adéno", "Arthroplastie", "20 décembre"] {
        assert!(!shown.contains(word), "{word} told to a stranger: {shown}");
    }
    let mut form = page.form("/invitations/").with("day", day).with("month", month).with("year", year);
    form.fields.retain(|(name, _)| !["measure", "scope", "stated"].contains(&name.as_str()));
    for (name, value) in said {
        form = form.with(name, value);
    }
    browser.submit(&page, &form).await
}

async fn come_to_sign(browser: &mut Browser, path: &str, year: &str) -> Page {
    come(browser, path, ("14", "5", year), &[]).await
}

pub(crate) async fn status_at(browser: &mut Browser, path: &str) -> StatusCode {
    browser.open(path).await.status
}

#[actix_web::test]
async fn a_child_with_two_parents_who_agree_then_do_not() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        announce(&app, "VNC", CHILD, true).await;
        let mut mother = app.patient("camille").await;
        let home = open_for(&app, &mut mother, "VNC", MOTHER).await;
        assert!(home.text.contains("déclare avoir l’autorité parentale"), "{}", home.first("main"));
        let id = id_of(&home);
        let known = file(&mut mother, &id).await;
        assert_eq!((&known["opened_as"], &known["consent"]), (&json!("holder"), &json!("awaited")));
        let given = field(&known, "identity.given");
        assert_eq!(given, ("Lou".to_owned(), "hospital".to_owned()), "the child's, not hers");
        fill(&mut mother, &id, "contact", &[("city", "Essai")]).await;
        assert_eq!(field(&file(&mut mother, &id).await, "contact.city"), ("Essai".to_owned(), "relative".to_owned()));

        // The other parent's link opens their own page, not the file.
        let theirs = add_father(&app, &mut mother, &id).await;
        let mut father = app.patient("jean-noel").await;
        let wrong = come_to_sign(&mut father, &theirs, "2018").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.first("main"));
        let known = come_to_sign(&mut father, &theirs, "2019").await;
        assert!(known.text.contains("Lou") && known.text.contains("Adénoïdectomie"), "{}", known.first("main"));
        assert!(!known.text.contains("Camille"), "a signatory sees only what they sign");
        assert_eq!(status_at(&mut father, &format!("/preadmissions/{id}")).await, StatusCode::NOT_FOUND);
        let mut stranger = app.patient("helene").await;
        assert_eq!(
            status_at(&mut stranger, &format!("/preadmissions/{id}/people/parental-authority/2")).await,
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            status_at(&mut stranger, &format!("/preadmissions/{id}/people/parental-authority/1")).await,
            StatusCode::NOT_FOUND
        );

        sign(&mut mother, &format!("/preadmissions/{id}/people/parental-authority/1"), "signed").await;
        assert_eq!(file(&mut mother, &id).await["consent"], "awaited", "one of two");
        let said = sign(&mut father, &theirs, "refused").await;
        assert!(said.text.contains("Vous avez refusé"), "{}", said.first("main"));
        let torn = file(&mut mother, &id).await;
        assert_eq!((&torn["consent"], &torn["may_be_sent"]), (&json!("conflict"), &json!(false)));
        sign(&mut father, &theirs, "signed").await;
        let agreed = file(&mut mother, &id).await;
        assert_eq!(agreed["consent"], "given");
        assert!(!agreed["documents"].to_string().contains("AUTORISATION_OPERER"), "signatures serve as the sheet");
        assert_eq!(agreed["signatories"][1]["identified_as"], "Jean-Noël PATRON");
        app.deliver().await;
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_silent_parent_and_one_who_is_alone() {
    let app = TestApp::start(On::Sqlite).await;
    announce(&app, "VNC", CHILD, true).await;
    let mut mother = app.patient("camille").await;
    let id = id_of(&open_for(&app, &mut mother, "VNC", MOTHER).await);
    add_father(&app, &mut mother, &id).await;
    let page = mother.open(&format!("/preadmissions/{id}/signatories")).await;
    let form = page.forms().into_iter().find(|form| form.action.ends_with("/signatories/2")).unwrap();
    let listed = mother.submit(&page, &form.with("state", "not-reachable")).await;
    assert!(listed.text.contains("Injoignable"), "{}", listed.first("main"));
    sign(&mut mother, &format!("/preadmissions/{id}/people/parental-authority/1"), "signed").await;
    assert_eq!(file(&mut mother, &id).await["consent"], "undecided");
    sign(&mut mother, &format!("/preadmissions/{id}/people/parental-authority/1"), "sole-holder").await;
    let alone = file(&mut mother, &id).await;
    assert_eq!(alone["consent"], "given");
    assert!(alone["documents"].to_string().contains("AUTORITE_PARENTALE"), "the document that says so is asked for");
    app.deliver().await;
    app.stop().await;
}

/// Messages to this number that somebody refused or is silent; they name nobody.
pub(crate) async fn told_of_answers(app: &TestApp, number: &str) -> usize {
    app.deliver().await;
    let all = told(app).await.into_iter().filter(|(_, to, text)| to.ends_with(number) && text.contains("sollicitée"));
    let texts: Vec<String> = all.map(|(_, _, text)| text).collect();
    for text in &texts {
        for word in ["Lou", "TEMOIN", "Adéno", "Patron", "PATRON", "confiance", "enfant"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
    texts.len()
}

async fn child_of_two(app: &TestApp, mother: &mut Browser, visit: &'static str) -> (String, String) {
    announce(app, visit, CHILD, true).await;
    let id = id_of(&open_for(app, mother, visit, MOTHER).await);
    fill(mother, &id, "contact", &[("mobile", "06 39 98 01 66")]).await;
    let theirs = add_father(app, mother, &id).await;
    (id, theirs)
}

#[actix_web::test]
async fn a_refusal_or_a_silence_is_told_once_and_without_detail() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut mother = app.patient("camille").await;
        let (id, theirs) = child_of_two(&app, &mut mother, "VNC").await;
        let mut father = app.patient("jean-noel").await;
        come_to_sign(&mut father, &theirs, "2019").await;
        for _ in 0..2 {
            sign(&mut father, &theirs, "refused").await;
            assert_eq!(told_of_answers(&app, "39980166").await, 1, "told once");
        }
        assert_eq!(told_of_answers(&app, "39980177").await, 0, "nobody is told of their own answer");
        let mut clerk = app.staff("adrien").await;
        let list = clerk.open("/desk/preadmissions?days=60").await;
        assert!(list.text.contains("Soins refusés"), "{}", list.first("main"));

        // The one who opened the file refuses, and the other agrees: each learns that something is not as awaited.
        sign(&mut father, &theirs, "signed").await;
        sign(&mut mother, &format!("/preadmissions/{id}/people/parental-authority/1"), "refused").await;
        assert_eq!(told_of_answers(&app, "39980177").await, 1);
        let page = father.open(&theirs).await;
        assert!(page.text.contains("Les réponses se contredisent"), "{}", page.first("main"));
        let list = clerk.open("/desk/preadmissions?days=60").await;
        assert!(list.text.contains("Les réponses se contredisent"), "{}", list.first("main"));

        // Silence of somebody else.
        child_of_two(&app, &mut mother, "VND").await;
        let before = told_of_answers(&app, "39980166").await;
        app.clock.advance(jiff::SignedDuration::from_hours(24 * 8));
        app.run_due().await;
        assert_eq!(told_of_answers(&app, "39980166").await, before + 1);
        app.run_due().await;
        assert_eq!(told_of_answers(&app, "39980166").await, before + 1, "told once");
        let mut clerk = app.staff("adrien").await;
        let list = clerk.open("/desk/preadmissions?days=60").await;
        assert!(list.text.contains("Ne répond pas"), "{}", list.first("main"));
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_link_is_for_one_person_and_for_some_days() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        announce(&app, "VNC", CHILD, true).await;
        let mut mother = app.patient("camille").await;
        let id = id_of(&open_for(&app, &mut mother, "VNC", MOTHER).await);
        let first = add_father(&app, &mut mother, &id).await;
        assert_eq!(ask_again(&mut mother, &id, "12").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let fixed = ask_again(&mut mother, &id, "01 40 00 00 00").await;
        assert_eq!(fixed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(fixed.text.contains("Aucun SMS n’arrive à ce numéro"), "{}", fixed.first("main"));
        let listed = ask_again(&mut mother, &id, "pere@exemple.fr").await;
        assert!(listed.text.contains("Lien envoyé par courriel"), "{}", listed.first("main"));
        let second = link_to(&app, "pere@exemple.fr").await;

        let mut father = app.patient("jean-noel").await;
        let old = father.open(&first).await;
        assert_eq!(old.status, StatusCode::GONE, "a later one took its place");
        assert!(old.text.contains("message plus récent"), "{}", old.first("main"));
        let (start, last) = second.split_at(second.len() - 1);
        let forged = format!("{start}{}", if last == "A" { "E" } else { "A" });
        let absent = second.replace(second.split(['/', '?']).nth(2).unwrap(), "0193a5c0-0000-7000-8000-000000000042");
        for path in [&forged, &absent] {
            assert_eq!(status_at(&mut father, path).await, StatusCode::NOT_FOUND, "{path}");
        }
        // The same address once more, and then it is enough for a day.
        assert_eq!(ask_again(&mut mother, &id, "").await.status, StatusCode::OK);
        let third = link_to(&app, "pere@exemple.fr").await;
        assert_ne!(third, second);
        let enough = ask_again(&mut mother, &id, "").await;
        assert_eq!(enough.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(enough.text.contains("Trop de liens"), "{}", enough.first("main"));

        come_to_sign(&mut father, &third, "2019").await;
        let mut helene = app.patient("helene").await;
        let taken = come_to_sign(&mut helene, &third, "2019").await;
        assert_eq!(taken.status, StatusCode::FORBIDDEN, "somebody else is that person");

        // Who did not answer in time is told to the hospital, and may still answer.
        app.clock.advance(jiff::SignedDuration::from_hours(24 * 8));
        app.run_due().await;
        let mut mother = app.patient("camille").await;
        assert_eq!(file(&mut mother, &id).await["signatories"][1]["state"], "no-answer");
        let mut clerk = app.staff("adrien").await;
        let review = clerk.open(&format!("/desk/preadmissions/{id}")).await;
        assert!(review.text.contains("Ne répond pas") && review.text.contains("PATRON"), "{}", review.first("main"));
        assert_eq!(status_at(&mut app.browser(), &third).await, StatusCode::GONE);
        let mut father = app.patient("jean-noel").await;
        let known = father.open(&third).await;
        assert!(known.url.ends_with("/people/parental-authority/2"), "who came before finds their page: {}", known.url);
        let said = sign(&mut father, &format!("/preadmissions/{id}/people/parental-authority/2"), "signed").await;
        assert!(said.text.contains("Vous avez autorisé"), "{}", said.first("main"));
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn nobody_opens_a_childs_file_by_guessing() {
    let app = TestApp::start(On::Sqlite).await;
    announce(&app, "VNC", CHILD, true).await;
    let mut mother = app.patient("camille").await;
    let with = |more: &[(&'static str, &'static str)]| [MOTHER, more].concat();
    let unstated: Vec<_> = MOTHER.iter().filter(|(name, _)| *name != "stated").copied().collect();
    let said = open_for(&app, &mut mother, "VNC", &unstated).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 0..5 {
        let said = open_for(&app, &mut mother, "VNC", &with(&[("year", "2018")])).await;
        assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", said.first("main"));
        assert!(said.text.contains("n’est pas celle"), "{}", said.first("main"));
    }
    let said = open_for(&app, &mut mother, "VNC", MOTHER).await;
    assert_eq!(said.status, StatusCode::FORBIDDEN, "after five tries even the right one waits");
    app.clock.advance(jiff::SignedDuration::from_hours(25));
    let mut mother = app.patient("camille").await;
    assert_eq!(open_for(&app, &mut mother, "VNC", MOTHER).await.status, StatusCode::OK);
    app.deliver().await;
    app.stop().await;
}

pub(crate) async fn put(browser: &mut Browser, path: &str, body: &Value) -> Page {
    let token = browser.open("/api/v1/desk/session").await.json()["csrf_token"].as_str().unwrap().to_owned();
    let url = browser.absolute(path, &browser.base.clone());
    let headers = [("x-csrf-token", token.as_str()), ("sec-fetch-site", "same-origin")];
    browser.send(Method::PUT, &url, &headers, Some(("application/json", body.to_string()))).await
}

#[actix_web::test]
async fn a_secret_stay_is_no_parents() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        announce(&app, "VNC", CHILD, true).await;
        announce(&app, "VND", CHILD, true).await;
        let mut mother = app.patient("camille").await;
        let id = id_of(&open_for(&app, &mut mother, "VNC", MOTHER).await);
        let theirs = add_father(&app, &mut mother, &id).await;
        let unopened = link(&app, "VND").await;
        let other = unopened.split('/').nth(2).unwrap().to_owned();
        let mut clerk = app.staff("adrien").await;
        for file in [&id, &other] {
            let said =
                put(&mut clerk, &format!("/api/v1/desk/preadmissions/{file}/secrecy"), &json!({ "secret": true }))
                    .await;
            assert_eq!(said.status, StatusCode::OK, "{}", said.text);
        }
        // Opened before or not: nothing of it is left for a parent.
        for path in [&format!("/preadmissions/{id}"), &format!("/preadmissions/{id}/signatories"), &theirs] {
            assert_eq!(status_at(&mut mother, path).await, StatusCode::NOT_FOUND, "{path}");
        }
        assert!(!mother.open("/preadmissions").await.text.contains(&id));
        assert!(!mother.open("/api/v1/preadmissions").await.text.contains(&id));
        let letter = mother.open(&unopened).await;
        assert!(letter.attribute("main a[href*='open-for']", "href").is_none(), "no way for parents");
        let way = unopened.replace("/open?", "/open-for?");
        assert_eq!(status_at(&mut mother, &way).await, StatusCode::FORBIDDEN);
        app.deliver().await;
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_minor_takes_over_a_secret_stay_that_a_parent_opened() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        announce(&app, "VNY", ("Zoé", "2010-05-14"), true).await;
        let mut mother = app.patient("camille").await;
        let older = [MOTHER, &[("year", "2010")]].concat();
        let id = id_of(&open_for(&app, &mut mother, "VNY", &older).await);
        let letter = link(&app, "VNY").await;
        // As long as nothing is secret, what a parent opened stays with them.
        let mut stranger = app.patient("helene").await;
        assert_eq!(status_at(&mut stranger, &letter).await, StatusCode::FORBIDDEN);
        let mut clerk = app.staff("adrien").await;
        put(&mut clerk, &format!("/api/v1/desk/preadmissions/{id}/secrecy"), &json!({ "secret": true })).await;
        assert_eq!(status_at(&mut mother, &letter).await, StatusCode::FORBIDDEN, "no parent gets in again");
        // Who is not the minor does not get in either.
        let page = stranger.open(&letter).await;
        let said = stranger.submit(&page, &page.form("/preadmissions/")).await;
        assert_eq!(said.status, StatusCode::FORBIDDEN, "{}", said.first("main"));

        let mut minor = app.patient("zoe").await;
        let page = minor.open(&letter).await;
        let home = minor.submit(&page, &page.form("/preadmissions/")).await;
        assert_eq!(home.status, StatusCode::OK, "{}", home.first("main"));
        assert_eq!(file(&mut minor, &id).await["opened_as"], "self");
        assert_eq!(status_at(&mut mother, &format!("/preadmissions/{id}")).await, StatusCode::NOT_FOUND);
        assert_eq!(status_at(&mut mother, &letter).await, StatusCode::FORBIDDEN);
        // What is told from now on is told to the minor alone.
        app.deliver().await;
        let before = told(&app).await.len();
        desk(&mut clerk, &format!("/api/v1/desk/preadmissions/{id}/cancellation"), &json!({})).await;
        app.deliver().await;
        let sent: Vec<_> = told(&app).await.split_off(before).into_iter().map(|(_, to, _)| to).collect();
        let mothers = mother.open("/api/v1/me").await.json();
        for way in ["email", "phone"] {
            let own = mothers[way].as_str().unwrap_or("nobody");
            assert!(!sent.iter().any(|to| to == own), "{own} in {sent:?}");
        }
        app.stop().await;
    }
}

/// What the pages do, a programme does too.
#[actix_web::test]
async fn opening_for_a_child_and_signing_through_the_interface() {
    let app = TestApp::start(On::Sqlite).await;
    announce(&app, "VNC", CHILD, true).await;
    let letter = link(&app, "VNC").await;
    let (id, k) = (letter.split('/').nth(2).unwrap().to_owned(), letter.split("k=").nth(1).unwrap().to_owned());
    let mut mother = app.patient("camille").await;
    let claim = |birth: &str, stated: bool| json!({ "k": k, "role": "mother", "birth_date": birth, "stated": stated });
    let path = format!("/api/v1/preadmissions/{id}/claim-for");
    assert_eq!(mother.call(Method::POST, &path, None, claim("2019-05-14", false)).await.status, 422);
    assert_eq!(mother.call(Method::POST, &path, None, claim("2018-05-14", true)).await.status, 403);
    let opened = mother.call(Method::POST, &path, None, claim("2019-05-14", true)).await;
    assert_eq!((opened.status, &opened.json()["opened_as"]), (StatusCode::OK, &json!("holder")));
    let father = json!({ "quality": "father", "name": "Jean-Noël Patron", "contact": "0639980177" });
    let added = mother.call(Method::POST, &format!("/api/v1/preadmissions/{id}/signatories"), None, father).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let link = link_to(&app, "39980177").await;
    let (invitation, k) = (link.split(['/', '?']).nth(2).unwrap().to_owned(), link.split("k=").nth(1).unwrap());
    let mut father = app.patient("jean-noel").await;
    let known = json!({ "k": k, "birth_date": "2019-05-14" });
    let path = format!("/api/v1/invitations/{invitation}/identification");
    let known = father.call(Method::POST, &path, None, known).await;
    assert_eq!((known.status, &known.json()["number"]), (StatusCode::OK, &json!(2)));
    let path = format!("/api/v1/preadmissions/{id}/people/parental-authority/2");
    let said = father.call(Method::PUT, &path, None, json!({ "answer": "signed", "stated": true })).await;
    assert_eq!((said.status, &said.json()["state"]), (StatusCode::OK, &json!("signed")));
    let unstated = father.call(Method::PUT, &path, None, json!({ "answer": "refused", "stated": false })).await;
    assert_eq!(unstated.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(mother.call(Method::PUT, &path, None, json!({ "answer": "refused", "stated": true })).await.status, 404);
    let seen = file(&mut mother, &id).await;
    assert_eq!(seen["signatories"][1]["state"], "signed");
    app.deliver().await;
    app.stop().await;
}
