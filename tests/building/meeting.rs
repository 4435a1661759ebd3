//! A stay of which its patient told before their hospital did: the announcement takes over the patient's file, whichever
//! door it comes through, or the desk is asked. Never is it given to another person.

use reqwest::{Method, StatusCode};
use serde_json::json;
use sih::mllp::{Client, ClientSettings};
use simulators::sih::Word;

use crate::{
    app::{On, TestApp},
    browser::Browser,
    merging::{facts, outcome},
    preadmission::{desk, fill, fill_all, link, send, status},
    stays::{ENTRY, decide, heard, last_heard, tell, told},
};

const CAMILLE: &str = "EXEMPLE^Camille^^^^^L||19840312|F";
const NAMESAKE: &str = "EXEMPLE^Camille^^^^^L||19840313|F";

/// Camille tells of a stay in "Essai"; the id of the file.
async fn opened(camille: &mut Browser, class: &str, entry_at: &str) -> String {
    let site = camille.open("/preadmissions/new").await.attribute("option", "value").expect("a site");
    let wish = json!({ "site": site, "entry_at": entry_at, "class": class, "unit": "Chirurgie" });
    let key = format!("{class}-{entry_at}");
    let opened = camille.call(Method::POST, "/api/v1/preadmissions", Some(&key), wish).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text);
    opened.json()["id"].as_str().unwrap().to_owned()
}

/// An A05 of this person under a message and visit number; what it was answered.
async fn announce(app: &TestApp, number: &str, (ipp, person): (&str, &str), entry: &str) -> String {
    let message = format!(
        "MSH|^~\\&|GAM|CH-VALMONT|PARVIS|CH|20261121||ADT^A05^ADT_A05|{number}|T|2.5||||||UNICODE UTF-8\r\
         EVN||20261121\rPID|1||{ipp}^^^CH-VALMONT&990001000&M^PI||{person}||||||||||||||||||||||||PROV\r\
         PV1|1|I|2101||||||||||||||||{number}^^^CH-VALMONT&990001000&M^VN\r\
         PV2||||||||{entry}\rZBE|{number}^GAM|20261121||INSERT|N||||HMS\r"
    );
    let client = Client::new(app.building.settings.sih.listen.clone().unwrap(), ClientSettings::default());
    client.exchange(message.as_bytes(), number, async {}).await.unwrap();
    outcome(app, number).await
}

/// Whether a letter or an SMS tells of another time.
fn says_moved(text: &str) -> bool {
    text.contains("déplacée") || text.contains("a changé le moment")
}

/// The files of this visit, as the links of letters open them.
async fn file_of(app: &TestApp, visit: &'static str) -> String {
    let path = link(app, visit).await;
    path.split(['/', '?']).nth(2).expect("an id").to_owned()
}

#[actix_web::test]
async fn the_announcement_takes_over_what_the_patient_sent() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = opened(&mut camille, "inpatient", "2026-12-20T11:00:00Z").await;
        fill_all(&mut camille, &id).await;
        fill(&mut camille, &id, "private-room", &[("wished", "no")]).await;
        send(&mut camille, &id).await;
        app.deliver().await;
        let letters = told(&app).await.len();
        let before = facts(&app, &id).await;

        assert_eq!(tell(&app, Word::Announced, "VN30", ENTRY).await, "AA");
        assert_eq!(file_of(&app, "VN30").await, id, "no second file");
        let after = facts(&app, &id).await;
        assert_eq!(after.answers, before.answers);
        assert_eq!((after.status, after.version, after.patient), (before.status, before.version, before.patient));
        assert_eq!(after.stay.entry_at, "2026-12-20T06:30:00Z".parse().unwrap());
        assert_eq!((after.stay.person.unwrap().ipp.as_str(), after.stay.label.as_str()), ("4711", "Arthroplastie"));
        app.deliver().await;
        assert_eq!(told(&app).await.len(), letters, "the same day: nothing new");
        assert_eq!(tell(&app, Word::Announced, "VN30", ENTRY).await, "AA", "said twice");

        let mut clerk = app.staff("adrien").await;
        let review = clerk.open(&format!("/desk/preadmissions/{id}")).await;
        assert!(review.text.contains("Séjour ouvert par le patient, annoncé ensuite"), "{}", review.first("main"));
        decide(&mut clerk, &id, "acceptance", json!({})).await;
        app.deliver().await;
        assert_eq!(heard(&app), ["A05"], "the hospital gave a number: no identity is declared");
        for said in ["4711^", "VN30"] {
            assert!(last_heard(&app).contains(said), "{said} in {}", last_heard(&app));
        }

        // It is the hospital's stay now: it moves, and the patient hears of each move.
        for (entry, words) in [("2026-12-22T08:00", "mardi 22"), ("2026-12-20T07:30", "dimanche 20")] {
            let before = told(&app).await.len();
            assert_eq!(tell(&app, Word::Corrected, "VN30", entry).await, "AA");
            app.deliver().await;
            let all = told(&app).await;
            let new: Vec<_> = all.iter().skip(before).collect();
            assert!(!new.is_empty(), "{entry}");
            assert!(new.iter().all(|(_, _, text)| says_moved(text)), "{new:?}");
            assert!(new.iter().all(|(_, _, text)| text.replace('\u{a0}', " ").contains(words)), "{new:?}");
        }
        assert_eq!(tell(&app, Word::Cancelled, "VN30", ENTRY).await, "AA");
        assert_eq!(status(&mut camille, &id).await.0, "CANCELLED");
        app.deliver().await;
        app.stop().await;
    }
}

/// PV1-19 and PID-3 of the last message to the hospital's system.
fn told_under(app: &TestApp) -> (String, String) {
    let field = |segment: &str, at: usize| {
        let message = last_heard(app);
        let line = message.split('\r').find(|line| line.starts_with(segment)).expect("the segment").to_owned();
        line.split('|').nth(at).unwrap_or_default().to_owned()
    };
    (field("PV1", 19), field("PID", 3))
}

/// Accepted and told before the hospital announced the stay: its system hears of it once more, under its own number.
#[actix_web::test]
async fn what_was_accepted_before_is_told_again_under_the_hospitals_number() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = opened(&mut camille, "inpatient", "2026-12-20T11:00:00Z").await;
        fill_all(&mut camille, &id).await;
        fill(&mut camille, &id, "private-room", &[("wished", "no")]).await;
        send(&mut camille, &id).await;
        let mut clerk = app.staff("adrien").await;
        decide(&mut clerk, &id, "acceptance", json!({})).await;
        app.deliver().await;
        assert_eq!(heard(&app), ["A28", "A05"], "nobody announced it");
        let (visit, person) = told_under(&app);
        assert!(!visit.contains("VN40") && !person.contains("4711"), "{visit} {person}");
        let letters = told(&app).await.len();

        for said in ["announced", "said twice"] {
            assert_eq!(tell(&app, Word::Announced, "VN40", ENTRY).await, "AA");
            app.deliver().await;
            assert_eq!(heard(&app), ["A28", "A05", "Z99"], "{said}");
        }
        let (visit, person) = told_under(&app);
        assert!(visit.starts_with("VN40^") && person.starts_with("4711^"), "{visit} {person}");
        assert_eq!(file_of(&app, "VN40").await, id);
        assert_eq!(status(&mut camille, &id).await, (json!("COMPLETED"), json!(2)));
        assert_eq!(told(&app).await.len(), letters, "the same day: nothing new for the patient");

        // Under that number it is cancelled, too.
        decide(&mut clerk, &id, "cancellation", json!({})).await;
        app.deliver().await;
        assert_eq!(heard(&app), ["A28", "A05", "Z99", "A38"]);
        assert!(told_under(&app).0.starts_with("VN40^"), "{}", last_heard(&app));
        app.stop().await;
    }
}

#[actix_web::test]
async fn another_day_is_told_and_a_farther_one_is_another_stay() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let near = opened(&mut camille, "inpatient", "2026-12-23T11:00:00Z").await;
        fill_all(&mut camille, &near).await;
        app.deliver().await;
        let letters = told(&app).await.len();
        assert_eq!(announce(&app, "VN31", ("4711", CAMILLE), "202612192100").await, "opened", "four days");
        assert_eq!(announce(&app, "VN32", ("4711", CAMILLE), "202612200001").await, "changed", "three days");
        assert_eq!(file_of(&app, "VN32").await, near);
        assert_ne!(file_of(&app, "VN31").await, near);
        assert_eq!(status(&mut camille, &near).await.0, "IN_PROGRESS");
        app.deliver().await;
        let all = told(&app).await;
        let moved = all.iter().skip(letters).filter(|(_, _, text)| says_moved(text)).count();
        assert!(moved > 0, "{all:?}");
        // Its stay is announced: it meets no other.
        assert_eq!(announce(&app, "VN33", ("4711", CAMILLE), "202612201000").await, "opened");
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn it_is_never_given_to_another_person() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = opened(&mut camille, "inpatient", "2026-12-20T11:00:00Z").await;
        assert_eq!(announce(&app, "VN34", ("4712", NAMESAKE), "202612200730").await, "opened");
        assert_ne!(file_of(&app, "VN34").await, id);
        assert!(facts(&app, &id).await.stay.visit_number.is_none());
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn the_desk_says_of_what_is_in_doubt() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = opened(&mut camille, "external", "2026-12-20T11:00:00Z").await;
        let mut clerk = app.staff("adrien").await;
        assert!(!clerk.open("/desk/preadmissions").await.text.contains("attendent votre réponse"));
        app.deliver().await;
        let letters = told(&app).await.len();
        assert_eq!(announce(&app, "VN36", ("4711", CAMILLE), "202612200730").await, "conflict", "of another kind");
        let announced = file_of(&app, "VN36").await;
        assert_eq!(tell(&app, Word::Corrected, "VN36", "2026-12-21T07:30").await, "AA");
        app.deliver().await;
        assert_eq!(told(&app).await.len(), letters, "nobody is told before the desk answers");

        let list = clerk.open("/desk/preadmissions").await;
        assert!(list.text.contains("attendent votre réponse"), "{}", list.first("main"));
        let address = format!("/desk/preadmissions/{id}");
        for file in [&id, &announced] {
            let page = clerk.open(&format!("/desk/preadmissions/{file}")).await;
            assert_eq!(page.attribute("input[name=announced]", "value").as_deref(), Some(announced.as_str()));
        }
        let view = clerk.open(&format!("/api/v1{address}")).await.json();
        assert_eq!(view["in_doubt"], json!([{ "opened": id, "announced": announced }]));
        let review = format!("/desk/preadmissions/{announced}");
        let page = clerk.open(&review).await;
        clerk.submit(&page, &page.form(&format!("{review}/notes")).with("text", "vu")).await;
        let page = clerk.open(&address).await;
        let form = page.form(&format!("{address}/meeting"));
        let mut elsewhere = app.staff("aline").await;
        assert_eq!(elsewhere.open(&address).await.status, StatusCode::NOT_FOUND);
        let joined = clerk.submit(&page, &form.clone().with("choice", "same")).await;
        assert!(joined.text.contains("Réuni avec le séjour annoncé"), "{}", joined.first("main"));
        assert!(joined.text.contains(" vu <"), "what was noted stays: {}", joined.first("#notes ~ ul"));
        let again = clerk.submit(&page, &form.with("choice", "same")).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND, "the announced file is no more");
        assert_eq!(file_of(&app, "VN36").await, id);
        let entry = facts(&app, &id).await.stay.entry_at;
        assert_eq!(entry, "2026-12-21T06:30:00Z".parse().unwrap(), "as the hospital said last");
        app.deliver().await;
        let all = told(&app).await;
        assert!(all.len() > letters && all.iter().skip(letters).all(|(_, _, text)| says_moved(text)), "{all:?}");
        app.stop().await;
    }
}

#[actix_web::test]
async fn of_two_files_the_one_that_the_desk_names_takes_the_stay() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let one = opened(&mut camille, "inpatient", "2026-12-20T11:00:00Z").await;
        let other = opened(&mut camille, "inpatient", "2026-12-21T11:00:00Z").await;
        app.deliver().await;
        let letters = told(&app).await.len();
        assert_eq!(announce(&app, "VN37", ("4711", CAMILLE), "202612200730").await, "conflict");
        assert_eq!(announce(&app, "VN38", ("4711", CAMILLE), "202612210730").await, "conflict");
        let (first, second) = (file_of(&app, "VN37").await, file_of(&app, "VN38").await);
        let mut clerk = app.staff("adrien").await;
        let answer = async |clerk: &mut Browser, opened: &str, announced: &str, same: bool| {
            let path = format!("/api/v1/desk/preadmissions/{opened}/meeting");
            desk(clerk, &path, &json!({ "announced": announced, "same": same })).await.status
        };
        assert_eq!(answer(&mut clerk, &one, &first, true).await, StatusCode::NO_CONTENT);
        assert_eq!(file_of(&app, "VN37").await, one);
        assert_eq!(answer(&mut clerk, &one, &second, false).await, StatusCode::CONFLICT, "answered with the first");
        app.deliver().await;
        assert_eq!(told(&app).await.len(), letters, "the second may still be the other file");
        assert_eq!(answer(&mut clerk, &other, &second, false).await, StatusCode::NO_CONTENT);
        assert_eq!(answer(&mut clerk, &other, &second, true).await, StatusCode::CONFLICT);
        assert!(facts(&app, &other).await.stay.visit_number.is_none());
        assert_eq!(facts(&app, &second).await.status.name(), "CREATED");
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_stay_that_a_clerk_opens_meets_it_too() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let page = camille.open("/preadmissions/new").await;
        let site = page.attribute("option", "value").expect("a site");
        let typed = [("site", site.as_str()), ("day", "20"), ("month", "12"), ("year", "2026"), ("class", "day")];
        let form = typed.iter().fold(page.form("/preadmissions"), |form, (name, value)| form.with(name, value));
        let home = camille.submit(&page, &form.with("unit", "Chirurgie")).await;
        let id = home.url.rsplit('/').next().unwrap().to_owned();
        let mut clerk = app.staff("adrien").await;
        let page = clerk.open("/desk/stays").await;
        let typed = [
            ("site", site.as_str()),
            ("visit_number", "VN39"),
            ("ipp", "4711"),
            ("birth_family", "Exemple"),
            ("given", "Camille"),
            ("birth_date", "1984-03-12"),
            ("sex", "F"),
            ("class", "day"),
            ("unit_code", "2101"),
            ("unit_label", "Chirurgie ambulatoire"),
            ("day", "2026-12-20"),
            ("time", "07:30"),
        ];
        let form = typed.iter().fold(page.form("/desk/stays"), |form, (name, value)| form.with(name, value));
        let review = clerk.submit(&page, &form).await;
        assert_eq!(review.url, format!("{}/desk/preadmissions/{id}", clerk.base), "{}", review.first("main"));
        assert_eq!(facts(&app, &id).await.stay.unit.unwrap().label, "Chirurgie ambulatoire");
        app.deliver().await;
        app.stop().await;
    }
}
