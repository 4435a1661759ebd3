//! What a payer reads at each moment, wherever they are: the page says no more than is known, and never that there is no page.

use jiff::SignedDuration;
use payment::domain::announce::{Kind, Standing};
use reqwest::StatusCode;
use simulators::payfip::Faults;

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    paying::{end, leave, owed, paid, plain, show_paper, told_of},
};

/// Presses the button of the other language.
async fn switch(browser: &mut Browser, page: &Page, lang: &str) -> Page {
    let form = page.form("/language").with("lang", lang);
    browser.submit(page, &form).await
}

#[actix_web::test]
async fn the_language_changes_on_pages_that_answered_a_form() {
    let app = TestApp::start(On::Sqlite).await;
    let mut camille = app.patient("camille").await;
    let path = format!("/invoices/{}", owed(&app, "FACT20260001", "consultations", 2400).await);
    let page = camille.open(&path).await;
    let wrong = camille.submit(&page, &page.form("/payments").with("email", "camille")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let english = switch(&mut camille, &wrong, "en").await;
    assert!(english.url.ends_with(&path) && english.text.contains("Pay online"), "{}", english.url);
    assert_eq!(
        (english.first("h1").as_str(), english.first(".panel .big").as_str()),
        ("Invoice of €24.00", "€24.00 to pay")
    );
    let french = switch(&mut camille, &english, "fr").await;

    app.partners.payfip.misbehave(Faults { down: true, ..Faults::default() });
    let down = leave(&mut camille, &french).await;
    assert_eq!(down.first("h1"), "Le service de paiement ne répond pas");
    let english = switch(&mut camille, &down, "en").await;
    assert!(english.url.ends_with(&path), "{}", english.url);
    switch(&mut camille, &english, "fr").await;

    let services = owed(&app, "FACT20260002", "services", 2400).await;
    let page = camille.open(&format!("/invoices/{services}")).await;
    let leaving = leave(&mut camille, &page).await;
    let english = switch(&mut camille, &leaving, "en").await;
    assert_eq!(english.first("h1"), "We are waiting for the payment service’s answer");
    // A browser that opens its tabs anew asks with GET for what a form once answered.
    assert!(camille.open("/payments").await.url.ends_with("/invoices"));
    assert!(app.browser().open("/payments").await.url.ends_with("/pay"));
    app.deliver().await;
    app.stop().await;
}

#[actix_web::test]
async fn what_was_paid_is_found_again_with_its_acknowledgement() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let invoice = owed(&app, "FACT20260001", "consultations", 2400).await;
        let id = paid(&mut camille, invoice).await;
        let page = camille.open(&format!("/invoices/{invoice}")).await;
        let made = page.attribute("main .card a", "href").expect("the payment, from its invoice");
        assert_eq!(made, format!("/payments/{id}"));
        assert!(plain(&page.first("main .card")).starts_with("24,00 €, paiement reçu"), "{}", page.first("main .card"));

        let other = owed(&app, "FACT20260002", "consultations", 3000).await;
        let page = camille.open(&format!("/invoices/{other}")).await;
        let choice = leave(&mut camille, &page).await;
        end(&mut camille, &choice, "debit").await;
        let page = camille.open(&format!("/invoices/{other}")).await;
        assert!(
            page.first(".panel").starts_with("Prélèvement enregistré"),
            "not yet the money: {}",
            page.first(".panel")
        );
        let tags = camille.open("/invoices").await.all(".card .tag");
        assert!(tags.iter().any(|tag| tag == "Prélèvement enregistré"), "nor in the list: {tags:?}");

        // By the paper, in another browser: that it is paid, and nothing of who did.
        let mut other = app.browser();
        let page = show_paper(&mut other, "FACT20260001", "24").await;
        assert!(page.first(".panel").contains("Payée") && page.all("main .card").is_empty(), "{}", page.text);
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_part_is_told_from_the_whole_and_several_are_told_apart() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let stay = owed(&app, "FACT20260001", "sejours", 6000).await;
        let room = owed(&app, "FACT20260002", "sejours", 18_000).await;
        let dear = owed(&app, "FACT20260003", "sejours", 10_000_001).await;
        let page = camille.open(&format!("/invoices/{room}")).await;
        assert!(!page.text.contains(&format!("with-{dear}")), "more than one payment takes");
        let form = page.form("/payments").with("email", "camille@exemple.test").with("amount", "100");
        let choice = camille.submit(&page, &form.with(&format!("with-{stay}"), "yes")).await;
        let told = end(&mut camille, &choice, "pay").await;
        let main = plain(&told.first("main"));
        assert!(!main.contains("Vous n’avez plus rien à faire"), "{main}");
        assert!(main.contains("Il reste 80,00 € à payer sur la facture FACT20260002"), "{main}");
        assert_eq!(told.attribute(".panel a", "href"), Some(format!("/invoices/{room}")));
        assert!(main.contains("FACT20260001, 60,00 €") && main.contains("FACT20260002, 100,00 €"), "{main}");
        let text = plain(&camille.open(&format!("{}/receipt.txt", told.url)).await.text);
        assert!(text.contains("Facture FACT20260001 : 60,00 €"), "{text}");
        assert!(text.contains("Facture FACT20260002 : 100,00 €") && text.contains("160,00 €"), "{text}");
        let rest = camille.open(&format!("/invoices/{room}")).await;
        assert!(plain(&rest.first("main .card")).starts_with("100,00 €"), "its own part: {}", rest.first("main .card"));
        let choice = leave(&mut camille, &rest).await;
        let all = end(&mut camille, &choice, "pay").await;
        assert!(all.first("main").contains("Vous n’avez plus rien à faire"), "{}", all.first("main"));
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_silent_provider_and_one_that_talks_nonsense_are_said_to_be_so() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let path = format!("/invoices/{}", owed(&app, "FACT20260001", "consultations", 2400).await);
        let page = camille.open(&path).await;
        let choice = leave(&mut camille, &page).await;
        let none = Faults { no_notification: true, ..Faults::default() };
        app.partners.payfip.misbehave(none.clone());
        let done = camille.submit(&choice, &choice.form("/tpa/").with("choice", "pay")).await;
        app.partners.payfip.misbehave(Faults { down: true, ..none.clone() });
        let back = done.attribute("a.button.main", "href").expect("a way back");
        let silent = camille.open(&back).await;
        assert_eq!(silent.first("h1"), "Le service de paiement ne nous répond pas");
        assert!(
            silent.text.contains("http-equiv") && !silent.text.contains("/continuation"),
            "{}",
            silent.first("main")
        );
        assert!(silent.first(".panel").contains("se met à jour toute seule") && !silent.text.contains("recommencer"));
        app.clock.advance(SignedDuration::from_hours(3));
        let later = camille.open(&silent.url).await;
        assert_eq!(later.first("h1"), "Le service de paiement ne nous répond pas", "hours later: nothing is known");
        assert!(!later.text.contains("http-equiv") && !later.text.contains("toute seule"), "no more than it does");
        assert!(later.first(".panel").contains("plus tard"), "{}", later.first(".panel"));

        app.partners.payfip.misbehave(Faults { unknown_letter: true, ..none.clone() });
        app.clock.advance(SignedDuration::from_secs(6));
        let riddle = camille.open(&silent.url).await;
        assert_eq!(riddle.first("h1"), "L’hôpital vérifie votre paiement");
        assert_eq!(riddle.attribute("a.button[href^='/invoices/']", "href"), None, "no second payment is offered");
        let page = camille.open(&path).await;
        assert!(!page.text.contains("action=\"/payments\""), "nor here: {}", page.first("main"));
        app.partners.payfip.misbehave(none.clone());
        app.clock.advance(SignedDuration::from_secs(6));
        assert_eq!(camille.open(&silent.url).await.first("h1"), "Votre paiement est reçu");
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn who_looks_from_elsewhere_is_told_where_to_look() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let invoice = owed(&app, "FACT20260001", "consultations", 2400).await;
        let id = paid(&mut camille, invoice).await;
        let path = format!("/payments/{id}");
        let absent = "/payments/01900000-0000-7000-8000-000000000000";
        for path in [path.clone(), format!("{path}/receipt"), absent.to_owned(), format!("{path}/back?idop=x")] {
            let elsewhere = app.browser().open(&path).await;
            assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(elsewhere.first("h1"), "Ce paiement ne peut pas être montré ici", "{path}");
            assert!(elsewhere.first("main").contains("Ne payez pas une deuxième fois"));
        }
        let mut phone = app.browser();
        let elsewhere = phone.open(&path).await;
        let login = elsewhere.attribute("main a[href^='/login']", "href").expect("a way to log in");
        let told = phone.log_in(&login, "camille").await;
        assert_eq!(told.first("h1"), "Votre paiement est reçu", "after the login: {}", told.url);
        // Whoever leaves a shared computer leaves nothing there.
        let page = phone.open(&path).await;
        phone.submit(&page, &page.form("/logout")).await;
        let after = phone.open(&path).await;
        assert_eq!(after.first("h1"), "Ce paiement ne peut pas être montré ici", "{}", after.first("main"));
        let page = camille.open(&path).await;
        camille.submit(&page, &page.form("/logout")).await;
        assert_eq!(camille.open(&path).await.status, StatusCode::NOT_FOUND, "nor where it was paid");
        let paper = app.browser().open(&format!("/pay/{invoice}")).await;
        assert_eq!(
            (paper.status, paper.first("h1").as_str()),
            (StatusCode::NOT_FOUND, "Cette facture n’est pas ouverte ici")
        );
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_form_that_outlived_its_login_leads_to_another_login() {
    let app = TestApp::start(On::Sqlite).await;
    let mut camille = app.patient("camille").await;
    let path = format!("/invoices/{}", owed(&app, "FACT20260001", "consultations", 2400).await);
    let page = camille.open(&path).await;
    for cookies in camille.cookies.values_mut() {
        cookies.retain(|name, _| !name.contains("session"));
    }
    let kept = leave(&mut camille, &page).await;
    let told = camille.submit(&kept, &kept.form("/payments")).await;
    assert_eq!(told.first("h1"), "Cette facture n’est pas ouverte ici", "{}", told.first("main"));
    let login = told.attribute("main a[href^='/login']", "href").expect("a way to log in");
    let again = camille.log_in(&login, "camille").await;
    assert!(again.url.ends_with(&path) && again.text.contains("action=\"/payments\""), "{}", again.url);
    app.deliver().await;
    app.stop().await;
}

#[actix_web::test]
async fn a_reference_is_found_in_small_letters_too() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        drop(app.patient("camille").await);
        owed(&app, "FACT20260001", "consultations", 2400).await;
        let mut daughter = app.browser();
        let page = show_paper(&mut daughter, "fact 2026 0001", "24").await;
        assert!(plain(&page.first("main")).contains("24,00 € à payer"), "{}", page.first("main"));
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_title_that_was_given_up_is_gone_on_with() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let standing = (Kind::Titre, Standing::Titled);
        let invoice = told_of(&app, "120260000261200018", "titres", 4600, standing).await;
        let page = camille.open(&format!("/invoices/{invoice}")).await;
        let choice = leave(&mut camille, &page).await;
        let done = camille.submit(&choice, &choice.form("/tpa/paiement.web").with("choice", "refused-by-bank")).await;
        let told = camille.submit(&done, &done.form("http://localhost")).await;
        assert_eq!(told.first("h1"), "Le site de paiement ne nous annonce pas de paiement", "{}", told.first("main"));
        assert!(
            !told.text.contains("http-equiv") && !told.first("main").contains("toute seule"),
            "nobody will tell us"
        );
        let choice = camille
            .submit(
                &told,
                &told.form(&format!(
                    "{}/continuation",
                    told.url.split_once("/payments").map(|(_, rest)| format!("/payments{rest}")).unwrap()
                )),
            )
            .await;
        let done = camille.submit(&choice, &choice.form("/tpa/paiement.web").with("choice", "pay")).await;
        let told = camille.submit(&done, &done.form("http://localhost")).await;
        assert_eq!(told.first("h1"), "Votre paiement attend sa confirmation", "with another card, at once");
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_bank_that_checks_first_keeps_the_invoice() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let path = format!("/invoices/{}", owed(&app, "FACT20260001", "services", 2400).await);
        let page = camille.open(&path).await;
        let leaving = leave(&mut camille, &page).await;
        let form = leaving.forms().into_iter().find(|form| form.action.starts_with("http://127")).expect("the bank's");
        let bank = camille.submit(&leaving, &form).await;
        let done = camille.submit(&bank, &bank.form("/vads-payment/").with("choice", "review")).await;
        let told = camille.submit(&done, &done.form("http://localhost")).await;
        assert_eq!(told.first("h1"), "La banque vérifie votre paiement", "{}", told.first("main"));
        assert!(!told.text.contains("/continuation") && !told.first("main").contains("recommencer"));
        app.clock.advance(SignedDuration::from_mins(25));
        assert!(!camille.open(&path).await.text.contains("action=\"/payments\""), "the bank may still take the money");
        app.deliver().await;
        app.stop().await;
    }
}
