//! What leaves the house when money comes in: from the bank's signed notification to the hospital's system over MLLP and the
//! payer's mailbox; late, twice, together and repeated. On both databases.

use data_encoding::BASE64;
use jiff::SignedDuration;
use kernel::{EstablishmentId, InvoiceId, Money, PaymentAttemptId, World};
use payment::{
    Heard, Name, Wish,
    domain::{
        announce::{Announcement, Kind, Person, Standing},
        attempt::State,
    },
    port::Started,
};
use reqwest::StatusCode;
use ring::hmac;
use sih::hl7::{self, Header, Message};
use simulators::sih::{Conduct, Partner};
use storage::idempotency::Key;
use toml::{Table, Value};

use crate::{
    app::{On, TestApp},
    stays,
};

const FINESS: &str = "990001000";
const SHOP: &str = "01234567";
const KEY: &str = "6543210987654321";

fn table(pairs: &[(&str, Value)]) -> Value {
    Value::Table(pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect::<Table>())
}

fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

/// The house with a shop of a bank, whose key the test holds.
async fn app(on: On) -> TestApp {
    let keys = std::env::temp_dir().join(format!("parvis-shop-{}.key", std::process::id()));
    std::fs::write(&keys, KEY).unwrap();
    let file = text(&keys.display().to_string());
    let shop = table(&[("test_key_file", file.clone()), ("production_key_file", file)]);
    let creditor = table(&[
        ("name", text("Régie des soins")),
        ("provider", text("vads")),
        ("number", text(SHOP)),
        ("mode", text("production")),
        ("several_invoices", Value::Boolean(true)),
    ]);
    TestApp::start_with(on, |sources| {
        sources.set("payment.providers.vads", table(&[("page", text("https://bank.example/vads-payment/"))]));
        sources.set(&format!("payment.providers.vads.shops.{SHOP}"), shop);
        sources.set(&format!("payment.creditors.{FINESS}.soins"), creditor);
    })
    .await
}

fn said(ipp: &str, cents: i64) -> Announcement {
    Announcement {
        person: Person {
            ipp: ipp.to_owned(),
            birth_family: "EXEMPLE".to_owned(),
            given: "Camille".to_owned(),
            birth_date: "1962-11-05".to_owned(),
            sex: "F".to_owned(),
        },
        visit_number: Some("926000123".to_owned()),
        kind: Kind::Regie,
        creditor: "soins".to_owned(),
        exercice: "2026".parse().unwrap(),
        refdet: "FACT2026000123".parse().unwrap(),
        label: "Consultation de cardiologie".to_owned(),
        amount: Money::from_cents(cents),
        issued_on: "2026-11-20".parse().unwrap(),
        due_on: None,
        standing: Standing::Payable,
        confidential: false,
    }
}

async fn hospital(app: &TestApp) -> EstablishmentId {
    let all = app.building.db.read::<_, storage::StorageError, _>(identity::read::establishments).await.unwrap();
    all.into_iter().find(|one| one.finess.as_str() == FINESS).unwrap().id
}

async fn invoice(app: &TestApp, number: &str, ipp: &str, cents: i64) -> InvoiceId {
    let name = Name { establishment: hospital(app).await, source: "GEF".to_owned(), number: number.to_owned() };
    match app.building.payments().hear(name, said(ipp, cents)).await.unwrap() {
        Heard::Added(id) => id,
        other => panic!("{other:?}"),
    }
}

/// A payment that was begun, with the form that its payer took to the bank.
struct Begun {
    id: PaymentAttemptId,
    fields: Vec<(String, String)>,
}

async fn begin(app: &TestApp, invoices: &[InvoiceId]) -> Begun {
    let payments = app.building.payments();
    let (_, creditor) = payments.creditor(hospital(app).await, "soins").await.unwrap().unwrap();
    let wish = Wish {
        invoices: invoices.iter().map(|id| (*id, None)).collect(),
        creditor,
        email: "payeuse@exemple.test".parse().unwrap(),
        patient: None,
        visit: World::system().id(),
    };
    let key = Key { scope: wish.visit.uuid(), key: World::system().secret(), request: [0; 32] };
    let payment::Begun { id, started } = payments.start(key, wish).await.unwrap();
    let Some(Started::Form { fields, .. }) = started else { panic!("no form") };
    Begun { id, fields }
}

/// The bank says that it was paid: the form's fields, some more, signed anew.
async fn paid(app: &TestApp, begun: &Begun) {
    told(app, begun, &[]).await;
}

/// The same, with some fields otherwise.
async fn told(app: &TestApp, begun: &Begun, otherwise: &[(&str, &str)]) {
    let usual = [
        ("vads_operation_type", "DEBIT"),
        ("vads_trans_status", "AUTHORISED"),
        ("vads_result", "00"),
        ("vads_effective_creation_date", "20261201133512"),
        ("vads_auth_number", "3fb0de"),
    ];
    let more = usual.iter().chain(otherwise);
    let is_own = |name: &str| name != "signature" && otherwise.iter().all(|(other, _)| *other != name);
    let own = begun.fields.iter().filter(|(name, _)| is_own(name)).cloned();
    let mut fields: Vec<(String, String)> =
        own.chain(more.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect();
    fields.sort();
    let values: Vec<&str> = fields.iter().map(|(_, value)| value.as_str()).chain([KEY]).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY.as_bytes());
    let signature = BASE64.encode(hmac::sign(&key, values.join("+").as_bytes()).as_ref());
    fields.push(("signature".to_owned(), signature));
    let client = server::client::http(None).unwrap();
    let url = format!("{}/payments/notifications/vads", app.base);
    let answer = client.post(url).form(&fields).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

/// What the hospital got of payments, with how often each message came.
pub(crate) fn taken(sih: &Partner) -> Vec<(Message, usize)> {
    let mut all: Vec<(String, Message, usize)> = Vec::new();
    for entry in sih.entries().into_iter().filter(|entry| !entry.sent) {
        let message = hl7::read(&entry.message).unwrap();
        let header = Header::of(&message).unwrap();
        if header.trigger != "P03" {
            continue;
        }
        match all.iter_mut().find(|(id, ..)| *id == header.control_id) {
            Some((_, first, times)) => {
                assert_eq!(*first, message, "the same under the same MSH-10");
                *times += 1;
            }
            None => all.push((header.control_id, message, 1)),
        }
    }
    all.into_iter().map(|(_, message, times)| (message, times)).collect()
}

/// FT1-2, -6, -11 and -30 of each line.
pub(crate) fn lines(message: &Message) -> Vec<[String; 4]> {
    let line = |ft1: &hl7::Segment| [2, 6, 11, 30].map(|field| ft1.text(field).unwrap().to_owned());
    message.all("FT1").map(line).collect()
}

fn line(attempt: PaymentAttemptId, rank: usize, amount: &str, number: &str) -> [String; 4] {
    [format!("{attempt}-{rank}"), "PY".to_owned(), amount.to_owned(), number.to_owned()]
}

/// The letters to whoever paid.
async fn letters(app: &TestApp) -> Vec<String> {
    let all = stays::told(app).await.into_iter();
    all.filter(|(channel, to, _)| channel == "mail" && to == "payeuse@exemple.test").map(|(.., text)| text).collect()
}

#[actix_web::test]
async fn a_lost_acknowledgement_and_a_repeated_notification_are_one_message_and_one_letter() {
    for on in On::all() {
        let app = app(on).await;
        let one = invoice(&app, "F1", "8000042", 2400).await;
        let begun = begin(&app, &[one]).await;
        // The hospital keeps the message and its answer is lost; meanwhile the bank repeats itself.
        app.partners.sih.partner.behave(Conduct::Silent);
        paid(&app, &begun).await;
        app.deliver().await;
        paid(&app, &begun).await;
        app.partners.sih.partner.behave(Conduct::Down);
        // After a silence a destination is left alone for five seconds.
        tokio::time::sleep(std::time::Duration::from_secs(6)).await;
        app.clock.advance(SignedDuration::from_mins(5));
        app.deliver().await;
        app.partners.sih.partner.behave(Conduct::Normal);
        app.clock.advance(SignedDuration::from_mins(5));
        app.deliver().await;

        let taken = taken(&app.partners.sih.partner);
        let [(message, times)] = taken.as_slice() else { panic!("{} messages", taken.len()) };
        assert!(*times > 1, "it came again after the lost answer");
        let [pid, pv1] = ["PID", "PV1"].map(|name| message.first(name).unwrap());
        assert_eq!((pid.text(3), pv1.text(19)), (Some("8000042"), Some("926000123")));
        assert_eq!(lines(message), [line(begun.id, 1, "24.00", "F1")]);
        let letters = letters(&app).await;
        let [letter] = letters.as_slice() else { panic!("{letters:?}") };
        let address = format!("{}/payments/{}", app.base, begun.id);
        for words in ["24,00\u{a0}€", "FACT2026000123", &address] {
            assert!(letter.contains(words), "{words} in {letter}");
        }
        assert!(!letter.contains("cardiologie") && !letter.contains("EXEMPLE"), "{letter}");
        app.stop().await;
    }
}

#[actix_web::test]
async fn late_double_and_joint_payments_are_each_told_once() {
    for on in On::all() {
        let app = app(on).await;
        let payments = app.building.payments();
        let (one, other) = (invoice(&app, "F1", "8000042", 2400).await, invoice(&app, "F2", "8000042", 1050).await);
        // Nothing comes for three hours, so that it may be paid again; then both are.
        let late = begin(&app, &[one]).await;
        app.clock.advance(SignedDuration::from_hours(3));
        payments.round().await.unwrap();
        assert_eq!(payments.attempt(late.id).await.unwrap().unwrap().state, State::Expired);
        let joint = begin(&app, &[one, other]).await;
        paid(&app, &joint).await;
        paid(&app, &late).await;
        app.deliver().await;
        paid(&app, &late).await;
        app.deliver().await;

        let taken = taken(&app.partners.sih.partner);
        assert!(taken.iter().all(|(_, times)| *times == 1));
        let told: Vec<_> = taken.iter().map(|(message, _)| lines(message)).collect();
        let expected = [
            vec![line(joint.id, 1, "24.00", "F1"), line(joint.id, 2, "10.50", "F2")],
            vec![line(late.id, 1, "24.00", "F1")],
        ];
        assert_eq!(told, expected);
        let letters = letters(&app).await;
        assert_eq!(letters.len(), 2);
        assert!(
            !letters[0].contains("remboursés") && letters[1].contains("24,00\u{a0}€ vous seront remboursés"),
            "{letters:?}"
        );

        // What waits for the cashier is counted for supervision.
        let waiting = app.building.db.read(payment::read::to_review).await.unwrap();
        assert_eq!((waiting.invoices, waiting.attempts), (1, 0));
        app.stop().await;
    }
}

#[actix_web::test]
async fn invoices_of_two_people_in_one_payment_are_a_message_for_each() {
    for on in On::all() {
        let app = app(on).await;
        let (mine, childs) = (invoice(&app, "F1", "8000042", 2400).await, invoice(&app, "F2", "8000043", 1050).await);
        let begun = begin(&app, &[mine, childs]).await;
        app.partners.sih.partner.behave(Conduct::Rejecting);
        paid(&app, &begun).await;
        app.deliver().await;
        assert_eq!(taken(&app.partners.sih.partner).len(), 1, "the second waits for the first");
        // Whoever looks after the interfaces sends it again.
        app.partners.sih.partner.behave(Conduct::Normal);
        let mut irene = app.staff("irene").await;
        let list = irene.open("/api/v1/desk/deliveries?state=refused").await.json();
        let refused =
            list["deliveries"].as_array().unwrap().iter().find(|one| one["event"] == "payment.settled").unwrap();
        let page = irene.open(&format!("/desk/deliveries/{}", refused["id"].as_str().unwrap())).await;
        assert!(page.text.contains("Paiement reçu") && page.text.contains("DFT P03"), "{}", page.first("main"));
        let form = page.form(&format!("/desk/deliveries/{}/replay", refused["id"].as_str().unwrap()));
        irene.submit(&page, &form).await;
        app.deliver().await;
        let taken = taken(&app.partners.sih.partner);
        let whose: Vec<_> =
            taken.iter().map(|(message, _)| message.first("PID").unwrap().text(3).unwrap().to_owned()).collect();
        assert_eq!(whose, ["8000042", "8000043"]);
        assert_eq!(lines(&taken[1].0), [line(begun.id, 2, "10.50", "F2")]);
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_sum_that_a_cashier_accepted_is_what_the_hospital_hears() {
    for on in On::all() {
        let app = app(on).await;
        let one = invoice(&app, "F1", "8000042", 2400).await;
        let begun = begin(&app, &[one]).await;
        told(&app, &begun, &[("vads_amount", "2000")]).await;
        app.deliver().await;
        assert!(taken(&app.partners.sih.partner).is_empty(), "nobody knows yet what it is");
        let mut regine = app.staff("regine").await;
        let home = format!("/desk/payments/{}", begun.id);
        let page = regine.open(&home).await;
        let form = page.form(&format!("{home}/ruling")).with("decision", "accepted").with("amount", "20,00");
        regine.submit(&page, &form.with("reason", "20 € sur le compte")).await;
        app.deliver().await;
        let taken = taken(&app.partners.sih.partner);
        let [(message, 1)] = taken.as_slice() else { panic!("{} messages", taken.len()) };
        assert_eq!(lines(message), [line(begun.id, 1, "20.00", "F1")]);
        let account = app.building.payments().invoice(one).await.unwrap().unwrap().account;
        assert_eq!((account.state.name(), account.received.cents(), account.due().cents()), ("payable", 2000, 400));
        // The total of the day on which it was paid is what came in, and so is the line of the export.
        let day = regine.open("/desk/payments?day=2026-12-01").await;
        assert_eq!(day.first("tfoot strong").replace(['\u{a0}', '\u{202f}'], " "), "20,00 €");
        let today = day.attribute("#day", "value").expect("the day");
        let export = regine.open(&format!("/desk/payments/export.csv?from={today}&until={today}")).await;
        assert!(export.text.lines().nth(1).is_some_and(|line| line.contains(";20,00")), "{}", export.text);
        app.stop().await;
    }
}
