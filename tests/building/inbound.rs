//! What a hospital's system says of planned stays, over MLLP and on both databases: each message has its effect and its
//! answer once, whatever it is and however often it comes.

use reqwest::StatusCode;
use serde_json::json;
use sih::{
    acknowledgement::Acknowledgement,
    mllp::{Client, ClientSettings},
};

use crate::{
    app::{On, TestApp},
    merging::{facts, outcome},
    preadmission::link,
};

/// An ADT of Camille's visit, with its movement; `zbe` is ZBE-4 and ZBE-6.
fn adt(trigger: &str, structure: &str, id: &str, (visit, entry): (&str, &str), zbe: (&str, &str)) -> String {
    let (action, original) = zbe;
    format!(
        "MSH|^~\\&|GAM|CH-VALMONT|PARVIS|CH|20261121||ADT^{trigger}^{structure}|{id}|T|2.5||||||UNICODE UTF-8\r\
         EVN||20261121\rPID|1||4711^^^CH-VALMONT&990001000&M^PI||EXEMPLE^Camille^^^^^L||19840312|F\r\
         PV1|1|I|||||||||||||||||{visit}^^^CH-VALMONT&990001000&M^VN\r\
         PV2||||||||{entry}\rZBE|{visit}-1^GAM|20261121||{action}|N|{original}|||HMS\r"
    )
}

/// What was answered: the code, and the bytes.
async fn tell(app: &TestApp, id: &str, message: &str) -> (String, Vec<u8>) {
    let client = Client::new(app.building.settings.sih.listen.clone().unwrap(), ClientSettings::default());
    let (answer, raw) = client.exchange(message.as_bytes(), id, async {}).await.unwrap();
    (Acknowledgement::of(&answer).unwrap().code.name().to_owned(), raw)
}

#[actix_web::test]
async fn each_message_has_its_effect_and_its_answer_once() {
    const FIRST: &str = "20261220073000";
    const LATER: &str = "20261222080000";
    let insert = ("INSERT", "");
    for on in On::all() {
        let app = TestApp::start(on).await;
        for (trigger, structure, id, visit, zbe, code, expected) in [
            ("A14", "ADT_A05", "I-01", ("VN50", FIRST), insert, "AA", "opened"),
            ("A05", "ADT_A05", "I-02", ("VN50", FIRST), insert, "AA", "unchanged"),
            // Stays that began, and whatever else is told, are nobody's here.
            ("A01", "ADT_A01", "I-03", ("VN50", LATER), insert, "AA", "ignored"),
            ("A31", "ADT_A05", "I-04", ("VN50", LATER), insert, "AA", "ignored"),
            ("Z80", "ADT_Z80", "I-05", ("VN50", LATER), insert, "AA", "ignored"),
            ("Z99", "ADT_A01", "I-06", ("VN50", LATER), ("UPDATE", "A01"), "AA", "ignored"),
            ("Z99", "ADT_A01", "I-07", ("VN50", LATER), ("UPDATE", "A14"), "AA", "changed"),
            ("A27", "ADT_A21", "I-08", ("VN50", LATER), ("CANCEL", "A14"), "AA", "cancelled"),
            ("A27", "ADT_A21", "I-09", ("VN50", LATER), ("CANCEL", "A14"), "AA", "unchanged"),
            // Cancelled before it was announced: a late announcement opens nothing.
            ("A38", "ADT_A38", "I-10", ("VN51", FIRST), ("CANCEL", "A05"), "AA", "cancelled"),
            ("A05", "ADT_A05", "I-11", ("VN51", FIRST), insert, "AA", "ignored"),
            ("A05", "ADT_A05", "I-12", ("", FIRST), insert, "AE", "refused"),
            ("A05", "ADT_A05", "I-13", ("VN52", "demain"), insert, "AE", "refused"),
        ] {
            let message = adt(trigger, structure, id, visit, zbe);
            let first = tell(&app, id, &message).await;
            assert_eq!(first.0, code, "{id}: {}", String::from_utf8_lossy(&first.1));
            assert_eq!(tell(&app, id, &message).await, first, "{id}: the same answer, byte for byte");
            assert_eq!(outcome(&app, id).await, expected, "{id}");
        }
        let file = link(&app, "VN50").await.split(['/', '?']).nth(2).expect("an id").to_owned();
        let facts = facts(&app, &file).await;
        assert_eq!(facts.stay.entry_at, "2026-12-22T07:00:00Z".parse().unwrap(), "what Z99 said, and nothing else");
        assert_eq!(facts.status.name(), "CANCELLED");

        // What cannot be read waits at the desk, and is answered all the same.
        let (code, _) = tell(&app, "I-14", "MSH|^~\\&|GAM|CH-VALMONT|P|C|1||ADT^A05|I-14|T|2.5\rpid|1\r").await;
        assert_eq!(code, "AR");
        let mut irene = app.staff("irene").await;
        let frames = irene.open("/api/v1/desk/received?outcome=unreadable").await;
        assert_eq!(frames.status, StatusCode::OK, "{}", frames.text);
        assert_eq!(frames.json()["received"].as_array().map(Vec::len), Some(1));
        assert_eq!(frames.json()["received"][0]["control_id"], json!(""), "it is no message");
        app.deliver().await;
        app.stop().await;
    }
}
