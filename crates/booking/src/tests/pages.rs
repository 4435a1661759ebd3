use jiff::SignedDuration;

use super::house::{Answer, Browser, Stand, masked};

/// The journey of the first patient: from the first page to a cancelled appointment.
#[actix_web::test]
async fn choose_keep_log_in_confirm_and_cancel() {
    for stand in Stand::all().await {
        let house = stand.open().await;
        let mut browser = Browser::speaking("fr");
        let home = browser.get(&house, "/").await;
        assert!(home.has("Cardiologie et maladies vasculaires") && home.has("Centre hospitalier d’essai"));
        let services = browser.get(&house, "/services?q=c%C5%93ur+martin").await;
        assert!(services.has("1 service"), "{}", services.body);
        let service = browser.get(&house, &format!("/services/{}", services.between("href=\"/services/", "\""))).await;
        assert!(service.has("Apportez vos derniers résultats") && service.has("03 21 00 00 01"));
        let slots = browser.get(&house, &format!("/slots?{}", service.between("href=\"/slots?", "\""))).await;
        assert!(slots.has("lundi 23 novembre") && slots.has(">9 h<"), "{}", slots.body);

        let reason = slots.between("name=\"visit_reason\" value=\"", "\"");
        let slot = slots.between("<button name=\"slot\" value=\"", "\"");
        let fields = [("visit_reason", reason.as_str()), ("slot", slot.as_str())];
        let kept = browser.post(&house, &slots, "/holds", &fields).await;
        assert_eq!(kept.status, 303, "{}", kept.body);
        let before_login = browser.get(&house, &kept.location).await;
        assert!(before_login.has(&format!("/login?return_to={}", kept.location)), "{}", before_login.body);
        assert!(before_login.has("lundi 23 novembre 2026 à 9 h") && before_login.has("jusqu’à 10 h 40"));

        browser.log_in(&house, 1).await;
        let checkout = browser.get(&house, &kept.location).await;
        assert!(checkout.has("Camille EXEMPLE") && checkout.has("camille@exemple.test"), "{}", checkout.body);
        let wrong = confirm(&mut browser, &house, &checkout, "camille", "12").await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.has("aria-invalid") && wrong.has("href=\"#email\"") && wrong.has("href=\"#phone\""));
        let booked = confirm(&mut browser, &house, &wrong, "moi@exemple.test", "06 12 34 56 78").await;
        assert_eq!(booked.status, 303, "{}", booked.body);
        let twice = confirm(&mut browser, &house, &wrong, "moi@exemple.test", "06 12 34 56 78").await;
        assert_eq!(twice.location, booked.location, "a double click has one effect");

        let another_tab = confirm(&mut browser, &house, &checkout, "moi@exemple.test", "").await;
        assert_eq!(another_tab.location, "/appointments", "{}", another_tab.body);

        let page = browser.get(&house, &booked.location).await;
        assert!(page.has("Votre rendez-vous est confirmé") && page.has("Site du Parvis") && page.has("62000 Arras"));
        let text = browser.get(&house, &format!("{}/receipt.txt", booked.location)).await;
        assert!(
            text.has("Quand : lundi 23 novembre 2026 à 9 h") && text.has("acte : appointment.booked"),
            "{}",
            text.body
        );
        let receipt = browser.get(&house, &format!("{}/receipt", booked.location)).await;
        let signature = receipt.body.split("<pre>").nth(2).unwrap().split_once("</pre>").unwrap().0.to_owned();
        let signature = data_encoding::BASE64.decode(signature.trim().as_bytes()).unwrap();
        assert!(stand.keyring.verify(stand.keyring.signer_id(), text.body.as_bytes(), &signature));

        let contact = browser.get(&house, "/appointments").await;
        assert!(contact.has("À venir") && contact.has("lundi 23 novembre 2026 à 9 h"));
        assert_eq!(browser.get(&house, &kept.location).await.location, "/appointments", "the hold was used");
        let ask = browser.get(&house, &format!("{}/cancellation", booked.location)).await;
        let cancelled = browser.post(&house, &ask, &format!("{}/cancellation", booked.location), &[]).await;
        assert_eq!((cancelled.status, &cancelled.location), (303, &booked.location));
        assert!(browser.get(&house, &booked.location).await.has("Ce rendez-vous est annulé"));
        let again = browser.post(&house, &ask, &format!("{}/cancellation", booked.location), &[]).await;
        assert_eq!(again.status, 409);
        let receipt = browser.get(&house, &format!("{}/receipt.txt", booked.location)).await;
        assert!(receipt.has("acte : appointment.cancelled"));
    }
}

async fn confirm<S>(browser: &mut Browser, house: &S, page: &Answer, email: &str, phone: &str) -> Answer
where
    S: actix_web::dev::Service<
            actix_http::Request,
            Response = actix_web::dev::ServiceResponse<actix_web::body::BoxBody>,
            Error = actix_web::Error,
        >,
{
    let hold = page.between("name=\"hold\" value=\"", "\"");
    let key = page.between("name=\"idempotency_key\" value=\"", "\"");
    let fields = [("hold", hold.as_str()), ("idempotency_key", key.as_str()), ("email", email), ("phone", phone)];
    browser.post(house, page, "/appointments", &fields).await
}

/// Somebody was quicker, or the ten minutes are over: a page with the next three times.
#[actix_web::test]
async fn a_time_that_is_gone_shows_the_next_three() {
    for stand in Stand::all().await {
        let house = stand.open().await;
        let (mut first, mut second) = (Browser::speaking("fr"), Browser::speaking("fr"));
        let services = first.get(&house, "/services").await;
        let service = first.get(&house, &format!("/services/{}", services.between("href=\"/services/", "\""))).await;
        let address = format!("/slots?{}", service.between("href=\"/slots?", "\""));
        let (slots, other) = (first.get(&house, &address).await, second.get(&house, &address).await);
        let reason = slots.between("name=\"visit_reason\" value=\"", "\"");
        let slot = slots.between("<button name=\"slot\" value=\"", "\"");
        let fields = [("visit_reason", reason.as_str()), ("slot", slot.as_str())];
        let kept = first.post(&house, &slots, "/holds", &fields).await;
        assert_eq!(kept.status, 303);
        let again = first.post(&house, &slots, "/holds", &fields).await;
        assert_eq!(again.location, kept.location, "pressing twice finds the same hold");
        assert!(first.get(&house, &address).await.has("Cet horaire vous est gardé"));
        let gone = second.post(&house, &other, "/holds", &fields).await;
        assert_eq!(gone.status, 409);
        assert_eq!(gone.body.matches("<button class=\"quiet\" name=\"slot\"").count(), 3, "{}", gone.body);
        assert_eq!(second.get(&house, &kept.location).await.status, 404, "somebody else's hold");
        let nothing = second.get(&house, "/checkout/01940000-0000-7000-8000-000000000000").await;
        assert_eq!(nothing.status, 404);

        stand.clock.advance(SignedDuration::from_mins(11));
        let late = first.get(&house, &kept.location).await;
        assert_eq!(late.status, 410);
        assert!(late.has("n’est plus gardé") && late.body.matches("name=\"slot\"").count() == 3);
        stand.clock.advance(SignedDuration::from_mins(-11));
    }
}

#[actix_web::test]
async fn wrong_addresses_are_refused_plainly() {
    for stand in Stand::all().await {
        let house = stand.open().await;
        let mut browser = Browser::speaking("fr");
        let absent = "01940000-0000-7000-8000-000000000000";
        for (path, status) in [
            ("/services?speciality=XX".to_owned(), 404),
            (format!("/services?establishment={absent}"), 404),
            ("/services/nothing".to_owned(), 404),
            (format!("/services/{absent}"), 404),
            ("/slots".to_owned(), 400),
            (format!("/slots?visit_reason={absent}"), 404),
            ("/appointments".to_owned(), 303),
            (format!("/appointments/{absent}"), 303),
            ("/holds".to_owned(), 405),
        ] {
            assert_eq!(browser.get(&house, &path).await.status, status, "{path}");
        }
        browser.log_in(&house, 2).await;
        for path in ["", "/receipt", "/receipt.txt", "/receipt.sig", "/cancellation"] {
            assert_eq!(browser.get(&house, &format!("/appointments/{absent}{path}")).await.status, 404, "{path}");
        }
    }
}

/// Each page as people read it, in both languages.
#[actix_web::test]
async fn what_the_pages_say() {
    let stand = Stand::all().await.remove(0);
    let house = stand.open().await;
    for language in ["fr", "en"] {
        let mut browser = Browser::speaking(language);
        let mut pages = vec![browser.get(&house, "/").await, browser.get(&house, "/services?q=rien").await];
        let services = browser.get(&house, "/services?speciality=SM04").await;
        let service = browser.get(&house, &format!("/services/{}", services.between("href=\"/services/", "\""))).await;
        let slots = browser.get(&house, &format!("/slots?{}", service.between("href=\"/slots?", "\""))).await;
        let reason = slots.between("name=\"visit_reason\" value=\"", "\"");
        let slot = slots.between("<button name=\"slot\" value=\"", "\"");
        let fields = [("visit_reason", reason.as_str()), ("slot", slot.as_str())];
        let kept = browser.post(&house, &slots, "/holds", &fields).await;
        let mut other = Browser::speaking(language);
        let elsewhere = other.get(&house, "/").await;
        let elsewhere = if elsewhere.body.contains("csrf") { elsewhere } else { other.get(&house, "/slots").await };
        let gone = other.post(&house, &elsewhere, "/holds", &fields).await;
        let before_login = browser.get(&house, &kept.location).await;
        browser.log_in(&house, 1).await;
        let checkout = browser.get(&house, &kept.location).await;
        let wrong = confirm(&mut browser, &house, &checkout, "x", "").await;
        let booked = confirm(&mut browser, &house, &checkout, "camille@exemple.test", "").await;
        pages.extend([services, service, slots, gone, before_login, checkout, wrong]);
        for path in ["", "/cancellation"] {
            pages.push(browser.get(&house, &format!("{}{path}", booked.location)).await);
        }
        pages.push(browser.get(&house, "/appointments").await);
        let ask = browser.get(&house, &format!("{}/cancellation", booked.location)).await;
        browser.post(&house, &ask, &format!("{}/cancellation", booked.location), &[]).await;
        pages.extend([browser.get(&house, &booked.location).await, browser.get(&house, "/appointments").await]);
        let all: Vec<String> =
            pages.iter().map(|page| masked(&page.body).replace(&reference(&pages), "‹ref›")).collect();
        insta::assert_snapshot!(format!("pages_{language}"), all.join("\n========\n"));
    }
}

/// The reference of the appointment, wherever a page shows it.
fn reference(pages: &[Answer]) -> String {
    pages.iter().find(|page| page.body.contains("<dd><strong>")).unwrap().between("<dd><strong>", "</strong>")
}
