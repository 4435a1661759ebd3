//! The payer's pages and interface, up to the provider's door.

use actix_web::test::TestRequest;
use jiff::SignedDuration;
use serde_json::json;

use super::house::{Answer, Browser, Stand, patient, said};
use crate::domain::announce::Standing;

#[actix_web::test]
async fn one_sees_ones_own_invoices_and_nobody_elses() {
    for stand in Stand::all().await {
        let house = stand.open().await;
        let mine = stand.invoice("FACT0001", said(2400, Standing::Payable, "strict"), Some(patient(1))).await;
        stand.invoice("FACT0002", said(5000, Standing::Titled, "strict"), Some(patient(1))).await;
        stand.invoice("FACT0003", said(5000, Standing::SettledElsewhere, "strict"), Some(patient(1))).await;
        let other = stand.invoice("FACT0004", said(7700, Standing::Payable, "strict"), Some(patient(2))).await;
        stand.invoice("FACT0005", said(8800, Standing::Payable, "strict"), None).await;
        let mut browser = Browser::speaking("fr");
        assert!(browser.get(&house, "/invoices").await.location.starts_with("/login"));
        browser.log_in(&house, 1).await;
        let list = browser.get(&house, "/invoices").await;
        assert!(list.has("24,00 €") && list.has("Transmise au Trésor public") && list.has("Réglée autrement"));
        assert!(!list.has("77,00 €") && !list.has("88,00 €"));
        let page = browser.get(&house, &format!("/invoices/{mine}")).await;
        assert!(page.has("24,00 € à payer") && page.has("Consultation de cardiologie") && page.has("03 21 00 00 00"));
        assert!(page.has("value=\"camille@exemple.test\"") && page.has("Régie des consultations"));
        assert!(!page.has("name=\"amount\""), "this creditor takes whole amounts");
        let absent = format!("/invoices/{}", patient(99));
        let (foreign, absent) =
            (browser.get(&house, &format!("/invoices/{other}")).await, browser.get(&house, &absent).await);
        assert_eq!((foreign.status, absent.status), (404, 404));
        let api = browser.get(&house, "/api/v1/invoices").await.json();
        assert_eq!(api["items"].as_array().unwrap().len(), 3);
        let one = browser.get(&house, &format!("/api/v1/invoices/{mine}")).await.json();
        assert_eq!((&one["due_cents"], &one["state"]), (&json!(2400), &json!("payable")));
        assert_eq!(browser.get(&house, &format!("/api/v1/invoices/{other}")).await.status, 404);
    }
}

#[actix_web::test]
async fn what_cannot_be_paid_is_said_before_anybody_leaves() {
    for stand in Stand::all().await {
        let house = stand.open().await;
        let mut browser = Browser::speaking("fr");
        browser.log_in(&house, 1).await;
        for (number, said, words) in [
            ("TINY0001", said(99, Standing::Payable, "strict"), "Le paiement en ligne commence à 1,00 €"),
            ("HUGE0001", said(500_001, Standing::Payable, "strict"), "Le paiement en ligne s’arrête à 5 000,00 €"),
            ("TITL0001", said(2400, Standing::Titled, "strict"), "avis des sommes à payer"),
            ("CANC0001", said(2400, Standing::Cancelled, "strict"), "vous n’avez rien à payer"),
            ("ELSE0001", said(2400, Standing::SettledElsewhere, "strict"), "déjà reçu ce paiement"),
            ("NOBO0001", said(2400, Standing::Payable, "unheard"), "Le paiement en ligne est fermé"),
        ] {
            let id = stand.invoice(number, said, Some(patient(1))).await;
            let page = browser.get(&house, &format!("/invoices/{id}")).await;
            assert!(page.has(words) && !page.has("action=\"/payments\""), "{number}: {}", page.body);
            let refused = pay_by_program(&mut browser, &house, &id.to_string(), None, "a@exemple.test").await;
            assert!([409, 422].contains(&refused.status), "{number}: {}", refused.body);
        }
    }
}

async fn pay_by_program<S>(browser: &mut Browser, house: &S, id: &str, cents: Option<i64>, email: &str) -> Answer
where
    S: actix_web::dev::Service<
            actix_http::Request,
            Response = actix_web::dev::ServiceResponse<actix_web::body::BoxBody>,
            Error = actix_web::Error,
        >,
{
    let body = json!({ "invoices": [{ "id": id, "amount_cents": cents }], "email": email });
    let key = ("idempotency-key", format!("{id}{cents:?}{email}"));
    browser.call(house, TestRequest::post().uri("/api/v1/payments").insert_header(key).set_json(body)).await
}

#[actix_web::test]
async fn what_a_payer_types_wrong_stands_at_its_field() {
    for stand in Stand::all().await {
        let house = stand.open().await;
        let id = stand.invoice("FACT0001", said(5000, Standing::Payable, "generous"), Some(patient(1))).await;
        let mut browser = Browser::speaking("fr");
        browser.log_in(&house, 1).await;
        let page = browser.get(&house, &format!("/invoices/{id}")).await;
        for (email, amount, words) in [
            ("camille", "", "href=\"#email\""),
            ("camille@exemple.test", "vingt", "Écrivez un montant en euros"),
            ("camille@exemple.test", "50,01", "Il reste 50,00 € à payer"),
            ("camille@exemple.test", "0,99", "Le paiement en ligne commence à 1,00 €"),
            ("camille@exemple.test", "49,50", "payez tout, ou laissez au moins cette somme"),
        ] {
            let wrong = browser.post(&house, &page, "/payments", &[("email", email), ("amount", amount)]).await;
            assert_eq!(wrong.status, 422, "{amount}");
            assert!(wrong.has(words) && wrong.has("aria-invalid=\"true\""), "{amount}: {}", wrong.body);
            assert!(wrong.has(&format!("value=\"{email}\"")) && wrong.has(&format!("value=\"{amount}\"")));
        }
        for (cents, email) in [(Some(-1), "a@exemple.test"), (Some(0), "a@exemple.test"), (None, "a@exemple")] {
            assert_eq!(pay_by_program(&mut browser, &house, &id.to_string(), cents, email).await.status, 422);
        }
        let mut browser = Browser::speaking("en");
        browser.log_in(&house, 1).await;
        let page = browser.get(&house, &format!("/invoices/{id}")).await;
        let wrong = browser.post(&house, &page, "/payments", &[("email", "x"), ("amount", "")]).await;
        assert!(wrong.has("Pay online") && wrong.status == 422);
    }
}

#[actix_web::test]
async fn a_provider_that_is_down_keeps_nobody_from_paying_later() {
    for stand in Stand::all().await {
        let house = stand.open().await;
        let id = stand.invoice("FACT0001", said(2400, Standing::Payable, "strict"), Some(patient(1))).await;
        let mut browser = Browser::speaking("fr");
        browser.log_in(&house, 1).await;
        let page = browser.get(&house, &format!("/invoices/{id}")).await;
        let down = browser.post(&house, &page, "/payments", &[("email", "camille@exemple.test")]).await;
        assert_eq!(down.status, 503, "{}", down.body);
        assert!(down.has("Le service de paiement ne répond pas") && down.has(&format!("href=\"/invoices/{id}\"")));
        // The same form again: the same attempt, which did not begin; its page leads back to the invoice.
        let again = browser.post(&house, &page, "/payments", &[("email", "camille@exemple.test")]).await;
        assert_eq!(again.status, 303);
        let told = browser.get(&house, &again.location).await;
        assert!(told.has("Le paiement n’a pas commencé") && told.has(&format!("href=\"/invoices/{id}\"")));
        assert!(!told.has("http-equiv"), "nothing is awaited");
        assert_eq!(browser.get(&house, &format!("{}/receipt", again.location)).await.status, 404);
        let other = browser.post(&house, &page, "/payments", &[("email", "other@exemple.test")]).await;
        assert!(other.status == 422, "another request under the same key: {}", other.status);
        let fresh = browser.get(&house, &format!("/invoices/{id}")).await;
        assert!(fresh.has("24,00 € à payer"), "and may be tried again");
        let mut stranger = Browser::speaking("fr");
        assert_eq!(stranger.get(&house, &again.location).await.status, 404);
        stranger.log_in(&house, 2).await;
        assert_eq!(stranger.get(&house, &again.location).await.status, 404);
    }
}

#[actix_web::test]
async fn the_paper_opens_one_invoice_and_says_nothing_more() {
    for stand in Stand::all().await {
        let house = stand.open().await;
        let id = stand.invoice("FACT20260042", said(2400, Standing::Payable, "strict"), Some(patient(1))).await;
        let mut browser = Browser::speaking("fr");
        assert_eq!(browser.get(&house, &format!("/pay/{id}")).await.status, 404, "the paper was not shown");
        let pay = browser.get(&house, "/pay").await;
        let secrets = [("reference", "FACT 2026-0042"), ("amount", "24,00 €")];
        let found = browser.post(&house, &pay, "/pay", &secrets).await;
        assert_eq!(found.location, format!("/pay/{id}"), "{}", found.body);
        let page = browser.get(&house, &found.location).await;
        assert!(page.has("24,00 € à payer") && page.has("Régie des consultations") && page.has("name=\"email\""));
        for secret in ["Camille", "EXEMPLE", "cardiologie", "camille@", "8000042"] {
            assert!(!page.has(secret), "{secret}");
        }
        assert_eq!(browser.get(&house, &format!("/invoices/{id}")).await.status, 303, "that is for who logged in");
        let down = browser.post(&house, &page, "/payments", &[("email", "fille@exemple.test")]).await;
        assert!(down.status == 503 && down.has(&format!("href=\"/pay/{id}\"")), "{}", down.body);
        assert_eq!(Browser::speaking("fr").get(&house, &found.location).await.status, 404, "another browser");
        stand.clock.advance(SignedDuration::from_hours(2));
        assert_eq!(browser.get(&house, &found.location).await.status, 404, "two hours later");
    }
}

#[actix_web::test]
async fn amounts_are_not_found_by_trying() {
    for stand in Stand::all().await {
        let house = stand.open().await;
        stand.invoice("FACT20260042", said(2400, Standing::Payable, "strict"), None).await;
        let mut browser = Browser::speaking("fr");
        let pay = browser.get(&house, "/pay").await;
        let secrets = |reference: &'static str, amount: &'static str| [("reference", reference), ("amount", amount)];
        let wrong = browser.post(&house, &pay, "/pay", &secrets("FACT20260042", "24,01")).await;
        let unknown = browser.post(&house, &pay, "/pay", &secrets("FACT20260043", "24,01")).await;
        let plain = |answer: &Answer| {
            let page = answer.body.replace("20260042", "").replace("20260043", "");
            let tokens: Vec<_> = page.split("name=\"csrf\" value=\"").collect();
            tokens.iter().map(|part| part.split_once('"').map_or(*part, |(_, rest)| rest)).collect::<String>()
        };
        assert_eq!((wrong.status, unknown.status), (422, 422));
        assert_eq!(plain(&wrong), plain(&unknown), "an unknown reference answers like a wrong amount");
        // From everywhere: the reference waits after five wrong amounts, the right one included.
        for place in 0..4 {
            browser.address = format!("198.51.100.{place}:1");
            let again = browser.post(&house, &pay, "/pay", &secrets("FACT20260042", "25")).await;
            assert_eq!(again.status, 422, "{place}");
        }
        browser.address = "198.51.100.9:1".to_owned();
        let waits = browser.post(&house, &pay, "/pay", &secrets("FACT20260042", "24")).await;
        assert!(waits.status == 429 && waits.has("Réessayez dans 15 min"), "{}", waits.body);
        stand.clock.advance(SignedDuration::from_mins(15));
        let right = browser.post(&house, &pay, "/pay", &secrets("FACT20260042", "24")).await;
        assert_eq!(right.status, 303);
        // From one place: after twenty wrong tries, whatever is tried.
        browser.address = "203.0.113.5:1".to_owned();
        for number in 0..20 {
            let reference = format!("OTHER{number:04}");
            let fields = [("reference", reference.as_str()), ("amount", "24")];
            assert_eq!(browser.post(&house, &pay, "/pay", &fields).await.status, 422);
        }
        let waits = browser.post(&house, &pay, "/pay", &secrets("FACT20260042", "24")).await;
        assert_eq!(waits.status, 429);
        stand.clock.advance(SignedDuration::from_hours(31 * 24));
        assert!(stand.db.write(crate::sweep).await.unwrap() > 20, "and all is forgotten in the end");
    }
}
