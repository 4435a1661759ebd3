//! Identities that the hospital merges or numbers anew: files follow their person, whatever comes first and however often,
//! and are never given silently to somebody else.

use kernel::{Id, PreadmissionId};
use preadmission::read::PreadmissionFacts;
use reqwest::{Method, StatusCode};
use serde_json::json;
use sih::{
    acknowledgement::Acknowledgement,
    mllp::{Client, ClientSettings},
};
use simulators::sih::Word;
use storage::StorageError;

use crate::{
    app::{On, TestApp},
    preadmission::{link, opened},
    stays::{ENTRY, followed, tell},
};

const CAMILLE: &str = "EXEMPLE^Camille^^^^^L||19840312|F";
const PAUL: &str = "AUTRE^Paul^^^^^L||19700101|M";

/// A40 or A47 as a GAM sends it; what was answered, whole.
pub(crate) async fn merge(
    app: &TestApp,
    (id, trigger): (&str, &str),
    former: &str,
    ipp: &str,
    person: &str,
) -> Vec<u8> {
    let structure = if trigger == "A40" { "ADT_A39" } else { "ADT_A30" };
    let message = format!(
        "MSH|^~\\&|GAM|CH-VALMONT|PARVIS|CH|20261121||ADT^{trigger}^{structure}|{id}|T|2.5||||||UNICODE UTF-8\r\
         EVN||20261121\rPID|1||{ipp}^^^CH-VALMONT&990001000&M^PI||{person}|||||||||||||||||||||||{status}\rMRG|{former}\r",
        status = "|PROV",
    );
    let client = Client::new(app.building.settings.sih.listen.clone().unwrap(), ClientSettings::default());
    let (answer, raw) = client.exchange(message.as_bytes(), id, async {}).await.unwrap();
    assert_eq!(Acknowledgement::of(&answer).unwrap().code.name(), "AA", "{}", String::from_utf8_lossy(&raw));
    raw
}

pub(crate) fn theirs(number: &str) -> String {
    format!("{number}^^^CH-VALMONT&990001000&M^PI")
}

pub(crate) async fn facts(app: &TestApp, id: &str) -> PreadmissionFacts {
    let id: PreadmissionId = id.parse().unwrap();
    let found = app.building.db.read::<_, StorageError, _>(move |conn| preadmission::read::preadmission(conn, id));
    found.await.unwrap().expect("the file")
}

async fn number(app: &TestApp, id: &str) -> String {
    facts(app, id).await.stay.person.expect("a person").ipp
}

/// What came of the message with this MSH-10.
pub(crate) async fn outcome(app: &TestApp, id: &str) -> String {
    let list = app.staff("irene").await.open("/api/v1/desk/received").await.json();
    let all = list["received"].as_array().unwrap();
    let one = all.iter().find(|one| one["control_id"] == id).expect("it was kept");
    one["outcome"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn files_follow_their_person_whatever_comes_first() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        assert_eq!(tell(&app, Word::Announced, "VN20", ENTRY).await, "AA");
        app.deliver().await;
        let mut camille = app.patient("camille").await;
        let id = followed(&app, &mut camille).await;
        assert_eq!(number(&app, &id).await, "4711");
        let first = merge(&app, ("M-1", "A40"), &theirs("4711"), "200", CAMILLE).await;
        assert_eq!(number(&app, &id).await, "200");
        assert_eq!(merge(&app, ("M-1", "A40"), &theirs("4711"), "200", CAMILLE).await, first, "the stored answer");
        merge(&app, ("M-2", "A40"), &theirs("4711"), "200", CAMILLE).await;
        assert_eq!((outcome(&app, "M-1").await, outcome(&app, "M-2").await), ("changed".into(), "unchanged".into()));
        // What was on its way under the old number.
        assert_eq!(tell(&app, Word::Corrected, "VN20", "2026-12-21T07:30").await, "AA");
        assert_eq!(number(&app, &id).await, "200");
        // Numbered anew, and anew before the first of the two is heard.
        merge(&app, ("M-3", "A47"), &theirs("202"), "203", CAMILLE).await;
        merge(&app, ("M-4", "A47"), &theirs("200"), "202", CAMILLE).await;
        assert_eq!(tell(&app, Word::Corrected, "VN20", "2026-12-22T07:30").await, "AA");
        assert_eq!(number(&app, &id).await, "203");
        assert_eq!(tell(&app, Word::Announced, "VN21", ENTRY).await, "AA");
        let late = link(&app, "VN21").await;
        let late = late.split('/').find(|part| part.parse::<PreadmissionId>().is_ok());
        let late = late.map(|part| part.split('?').next().unwrap().to_owned()).expect("an id in the link");
        assert_eq!(number(&app, &late).await, "203", "announced under a number that was given up");
        // An INS is withdrawn: the person is told anew, with the status that is left.
        let ins = "279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS";
        merge(&app, ("M-5", "A47"), ins, "203", CAMILLE).await;
        assert_eq!(facts(&app, &id).await.stay.person.unwrap().identity_status.as_deref(), Some("PROV"));
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_file_that_somebody_opened_is_not_given_to_another_person() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        assert_eq!(tell(&app, Word::Announced, "VN22", ENTRY).await, "AA");
        app.deliver().await;
        let mut camille = app.patient("camille").await;
        let id = followed(&app, &mut camille).await;
        merge(&app, ("M-1", "A40"), &theirs("4711"), "600", PAUL).await;
        assert_eq!(outcome(&app, "M-1").await, "conflict");
        let kept = facts(&app, &id).await;
        assert_eq!((number(&app, &id).await.as_str(), kept.patient.is_some()), ("4711", true));

        let address = format!("/desk/preadmissions/{id}");
        let mut clerk = app.staff("adrien").await;
        let page = clerk.open(&address).await;
        assert!(page.text.contains("AUTRE Paul, 1er\u{a0}janvier 1970 (600)"), "{}", page.first("main"));
        let form = page.form(&format!("{address}/merge"));
        let mut elsewhere = app.staff("aline").await;
        assert_eq!(elsewhere.open(&address).await.status, StatusCode::NOT_FOUND);
        let page = clerk.submit(&page, &form.clone().with("choice", "other")).await;
        assert!(page.text.contains("Fusion d’identité non suivie"), "{}", page.first("main"));
        assert!(!page.forms().iter().any(|form| form.action.ends_with("/merge")), "answered");
        merge(&app, ("M-2", "A40"), &theirs("4711"), "600", PAUL).await;
        assert_eq!((outcome(&app, "M-2").await, number(&app, &id).await), ("unchanged".into(), "4711".into()));

        // Told of yet another one, the desk finds that it is the same person after all.
        merge(&app, ("M-3", "A40"), &theirs("4711"), "700", PAUL).await;
        let page = clerk.open(&address).await;
        let page = clerk.submit(&page, &page.form(&format!("{address}/merge")).with("choice", "same")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.first("main"));
        assert_eq!(number(&app, &id).await, "700");
        let again = clerk.submit(&page, &form.with("choice", "same")).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "nothing is asked any more");
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_stay_that_is_told_of_somebody_else_waits_for_the_desk() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = opened(&app, &mut camille, "VN1").await;
        let before = facts(&app, &id).await.stay;
        let person = format!("4711^^^CH-VALMONT&990001000&M^PI||{PAUL}");
        let message = format!(
            "MSH|^~\\&|GAM|CH-VALMONT|PARVIS|CH|20261121||ADT^Z99^ADT_A01|Z-1|T|2.5||||||UNICODE UTF-8\r\
             EVN||20261121\rPID|1||{person}\rPV1|1|I|||||||||||||||||VN1^^^CH-VALMONT&990001000&M^VN\r\
             PV2||||||||20261213080000\rZBE|1^GAM|20261121||UPDATE|N|A05|||HMS\r"
        );
        let client = Client::new(app.building.settings.sih.listen.clone().unwrap(), ClientSettings::default());
        client.exchange(message.as_bytes(), "Z-1", async {}).await.unwrap();
        assert_eq!(outcome(&app, "Z-1").await, "conflict");
        let after = facts(&app, &id).await.stay;
        assert_eq!(after.person, before.person);
        assert_ne!(after.entry_at, before.entry_at, "what is said of the stay holds");
        app.deliver().await;
        app.stop().await;
    }
}

/// The hospital reconciles a person whom we declared with its own.
#[actix_web::test]
async fn a_person_whom_we_declared_gets_the_hospitals_number() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let site = camille.open("/preadmissions/new").await.attribute("option", "value").expect("a site");
        let wish = json!({ "site": site, "entry_at": "2026-12-20T08:00:00Z", "unit": "Chirurgie" });
        let opened = camille.call(Method::POST, "/api/v1/preadmissions", Some("one"), wish).await;
        let id = opened.json()["id"].as_str().unwrap().to_owned();
        let patient = facts(&app, &id).await.patient.unwrap();
        let ours = |id: &str| format!("{id}^^^PARVIS&1.2.250.1.999.7.1&ISO^PI");
        merge(&app, ("M-1", "A40"), &ours(&patient.to_string()), "800", PAUL).await;
        assert_eq!(outcome(&app, "M-1").await, "conflict", "not who logged in");
        assert!(facts(&app, &id).await.stay.person.is_none());
        merge(&app, ("M-2", "A40"), &ours(&patient.to_string()), "801", CAMILLE).await;
        assert_eq!(number(&app, &id).await, "801");
        let nobody: kernel::PatientId = Id::from_uuid(uuid::Uuid::from_u128(7));
        merge(&app, ("M-3", "A40"), &ours(&nobody.to_string()), "802", CAMILLE).await;
        assert_eq!(outcome(&app, "M-3").await, "unchanged");
        app.deliver().await;
        app.stop().await;
    }
}
