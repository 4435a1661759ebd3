//! A payer's way through the pages: from the list or the paper to the provider's page and back, on both databases.

use diesel::RunQueryDsl;
use jiff::SignedDuration;
use kernel::{InvoiceId, Money};
use payment::{
    Heard, Name,
    domain::announce::{Announcement, Kind, Person, Standing},
};
use reqwest::StatusCode;
use simulators::payfip::Faults;
use storage::AsSql;

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
};

/// An invoice of Camille, who has logged in before. Its number is its reference.
pub(crate) async fn owed(app: &TestApp, number: &str, creditor: &str, cents: i64) -> InvoiceId {
    told_of(app, number, creditor, cents, (Kind::Regie, Standing::Payable)).await
}

pub(crate) async fn told_of(
    app: &TestApp,
    number: &str,
    creditor: &str,
    cents: i64,
    (kind, standing): (Kind, Standing),
) -> InvoiceId {
    let db = &app.building.db;
    let establishments = db.read::<_, storage::StorageError, _>(identity::read::establishments).await.unwrap();
    let establishment = establishments.iter().find(|one| one.finess.as_str() == "990001000").unwrap().id;
    let name = Name { establishment, source: "gam".to_owned(), number: number.to_owned() };
    let said = Announcement {
        person: Person {
            ipp: "1".to_owned(),
            birth_family: "EXEMPLE".to_owned(),
            given: "Camille".to_owned(),
            birth_date: "1984-03-12".to_owned(),
            sex: "F".to_owned(),
        },
        visit_number: None,
        kind,
        creditor: creditor.to_owned(),
        exercice: "2026".parse().unwrap(),
        refdet: number.parse().unwrap(),
        label: "Consultation de cardiologie".to_owned(),
        amount: Money::from_cents(cents),
        issued_on: "2026-11-02".parse().unwrap(),
        due_on: None,
        standing,
        confidential: false,
    };
    let Heard::Added(id) = app.building.payments().hear(name, said).await.unwrap() else { panic!("{number} is known") };
    let link = "UPDATE invoices SET patient_id = (SELECT id FROM patients WHERE family_name = 'EXEMPLE' LIMIT 1) WHERE id = $1";
    let linked = db.write(move |tx| {
        let query = diesel::sql_query(link).bind::<storage::sql::Uuid, _>(id.sql());
        Ok::<_, storage::StorageError>(query.execute(tx.conn())?)
    });
    assert_eq!(linked.await.unwrap(), 1);
    id
}

/// Shows the two secrets of a paper; the page of the invoice.
pub(crate) async fn show_paper(browser: &mut Browser, reference: &str, amount: &str) -> Page {
    let page = browser.open("/pay").await;
    let form = page.form("/pay").with("reference", reference).with("amount", amount);
    browser.submit(&page, &form).await
}

/// Presses "pay" on the page of an invoice; where that leads.
pub(crate) async fn leave(browser: &mut Browser, page: &Page) -> Page {
    browser.submit(page, &page.form("/payments").with("email", "camille@exemple.test")).await
}

/// Ends the payment on PayFiP's page in this way, and comes back.
pub(crate) async fn end(browser: &mut Browser, choice_page: &Page, choice: &str) -> Page {
    let done = browser.submit(choice_page, &choice_page.form("/tpa/").with("choice", choice)).await;
    let back = done.attribute("a.button.main", "href").unwrap_or_else(|| panic!("no way back: {}", done.text));
    browser.open(&back).await
}

/// Pays all of an invoice of Camille by card; the id of the payment.
pub(crate) async fn paid(browser: &mut Browser, invoice: impl std::fmt::Display) -> String {
    let page = browser.open(&format!("/invoices/{invoice}")).await;
    let choice = leave(browser, &page).await;
    let told = end(browser, &choice, "pay").await;
    assert_eq!(told.first("h1"), "Votre paiement est reçu", "{}", told.text);
    told.url.rsplit('/').next().unwrap().to_owned()
}

pub(crate) fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

#[actix_web::test]
async fn a_patient_pays_comes_back_and_keeps_the_acknowledgement() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let invoice = owed(&app, "FACT20260001", "consultations", 2400).await;
        let list = camille.open("/invoices").await;
        assert!(plain(&list.first("ul.cards")).contains("24,00 €"), "{}", list.text);
        let id = paid(&mut camille, invoice).await;
        let told = camille.open(&format!("/payments/{id}")).await;
        assert!(plain(&told.first("main")).contains("24,00 €") && !told.text.contains("http-equiv"));
        assert!(!told.text.to_lowercase().contains("idop"), "the provider's reference is nobody's business");
        let receipt = camille.open(&format!("/payments/{id}/receipt")).await;
        assert_eq!(receipt.status, StatusCode::OK);
        let text = camille.open(&format!("/payments/{id}/receipt.txt")).await.text;
        assert!(plain(&text).contains("24,00 €") && text.contains("payment.settled") && text.contains("FACT20260001"));
        let news = camille.open(&format!("/api/v1/payments/{id}")).await.json();
        assert_eq!(news["news"], "paid");
        let invoice = camille.open(&format!("/invoices/{invoice}")).await;
        assert!(invoice.text.contains("Tout est réglé") && !invoice.text.contains("action=\"/payments\""));
        let mut stranger = app.patient("helene").await;
        assert_eq!(stranger.open(&format!("/payments/{id}")).await.status, StatusCode::NOT_FOUND);
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn refused_then_tried_again_by_debit() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let invoice = owed(&app, "FACT20260001", "consultations", 2400).await;
        let page = camille.open(&format!("/invoices/{invoice}")).await;
        let choice = leave(&mut camille, &page).await;
        let refused = end(&mut camille, &choice, "refused-by-bank").await;
        assert_eq!(refused.first("h1"), "Le paiement a été refusé");
        let again = refused.attribute("a.button[href^='/invoices/']", "href").expect("a way to try again");
        let page = camille.open(&again).await;
        let choice = leave(&mut camille, &page).await;
        let debit = end(&mut camille, &choice, "debit").await;
        assert_eq!(debit.first("h1"), "Votre prélèvement est enregistré");
        let before = camille.open(&refused.url).await;
        assert_eq!(before.first("h1"), "Le paiement a été refusé");
        assert_eq!(before.attribute("a.button[href^='/invoices/']", "href"), None, "nothing is left to pay");
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn two_clicks_and_two_tabs_pay_once() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let invoice = owed(&app, "FACT20260001", "consultations", 2400).await;
        let path = format!("/invoices/{invoice}");
        let (tab, other) = (camille.open(&path).await, camille.open(&path).await);
        let form = tab.form("/payments").with("email", "camille@exemple.test");
        let first = camille.submit_once(&tab, &form).await;
        let second = camille.submit_once(&tab, &form).await;
        assert_eq!((first.status, &first.headers["location"]), (second.status, &second.headers["location"]));
        let refused = leave(&mut camille, &other).await;
        assert_eq!(
            (refused.status, refused.first("h1").as_str()),
            (StatusCode::CONFLICT, "Un paiement de cette facture est déjà en cours")
        );
        assert_eq!(app.partners.payfip.operations().len(), 1, "two clicks and two tabs are one attempt");
        let under_way = refused.attribute("a[href^='/payments/']", "href").expect("the way to one's own payment");
        let waiting = camille.open(&under_way).await;
        assert!(waiting.first("h1").starts_with("Nous attendons") && waiting.text.contains("http-equiv=\"refresh\""));
        // A provider that was just asked is not asked again at once.
        app.clock.advance(SignedDuration::from_secs(6));
        let choice = camille.submit(&waiting, &waiting.form(&format!("{under_way}/continuation"))).await;
        app.clock.advance(SignedDuration::from_secs(6));
        let told = end(&mut camille, &choice, "pay").await;
        assert_eq!(told.first("h1"), "Votre paiement est reçu");
        let late = leave(&mut camille, &other).await;
        assert_eq!((late.status, late.first("h1").as_str()), (StatusCode::CONFLICT, "Cette facture est déjà payée"));
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn with_the_paper_and_without_a_login() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        drop(app.patient("camille").await);
        owed(&app, "FACT20260001", "consultations", 2400).await;
        let mut daughter = app.browser();
        let page = show_paper(&mut daughter, "FACT20260001", "24,00").await;
        assert!(!page.text.contains("Camille") && !page.text.contains("cardiologie"), "{}", page.text);
        let choice = leave(&mut daughter, &page).await;
        let left = daughter.submit(&choice, &choice.form("/tpa/").with("choice", "abandon")).await;
        let back = left.attribute("a.button.main", "href").expect("a way back");
        let waiting = daughter.open(&back).await;
        assert!(waiting.first("h1").starts_with("Nous attendons"), "who gave up may think again: {}", waiting.text);
        app.clock.advance(SignedDuration::from_mins(3));
        let abandoned = daughter.open(&waiting.url).await;
        assert_eq!(abandoned.first("h1"), "Le paiement a été abandonné");
        let again = abandoned.attribute("a.button[href^='/pay/']", "href").expect("a way to try again");
        let page = daughter.open(&again).await;
        let choice = leave(&mut daughter, &page).await;
        let told = end(&mut daughter, &choice, "pay").await;
        assert_eq!(told.first("h1"), "Votre paiement est reçu");
        assert_eq!(daughter.open(&format!("{}/receipt.txt", told.url)).await.status, StatusCode::OK);
        assert_eq!(app.browser().open(&told.url).await.status, StatusCode::NOT_FOUND, "another browser");
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn several_and_a_part_where_the_creditor_allows_it() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let (stay, room) =
            (owed(&app, "FACT20260001", "sejours", 6000).await, owed(&app, "FACT20260002", "sejours", 18_000).await);
        let page = camille.open(&format!("/invoices/{room}")).await;
        let with = format!("with-{stay}");
        assert!(page.text.contains(&with) && page.text.contains("name=\"amount\""));
        let form =
            page.form("/payments").with("email", "camille@exemple.test").with("amount", "100").with(&with, "yes");
        let choice = camille.submit(&page, &form).await;
        assert!(plain(&choice.first("h1")).contains("160,00 €"), "{}", choice.text);
        end(&mut camille, &choice, "pay").await;
        let rest = camille.open(&format!("/invoices/{room}")).await;
        assert!(plain(&rest.text).contains("80,00 € à payer"), "{}", rest.text);
        assert!(camille.open(&format!("/invoices/{stay}")).await.text.contains("Tout est réglé"));
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn what_does_not_agree_is_said_to_be_checked() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let invoice = owed(&app, "FACT20260001", "consultations", 2400).await;
        let page = camille.open(&format!("/invoices/{invoice}")).await;
        let choice = leave(&mut camille, &page).await;
        app.partners.payfip.misbehave(Faults { other_amount: true, ..Faults::default() });
        let told = end(&mut camille, &choice, "pay").await;
        assert_eq!(told.first("h1"), "L’hôpital vérifie votre paiement");
        assert_eq!(camille.open(&format!("{}/receipt", told.url)).await.status, StatusCode::NOT_FOUND);
        let page = camille.open(&format!("/invoices/{invoice}")).await;
        assert!(page.first("main").contains("En vérification") && !page.text.contains("action=\"/payments\""));
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_bank_that_wants_a_form_gets_one_that_works_by_hand() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let invoice = owed(&app, "FACT20260001", "services", 2400).await;
        let page = camille.open(&format!("/invoices/{invoice}")).await;
        let leaving = leave(&mut camille, &page).await;
        assert_eq!(leaving.first("form[data-leave] button"), "Continuer vers le paiement");
        let form = leaving.forms().into_iter().find(|form| form.action.starts_with("http://127")).expect("the bank's");
        let bank = camille.submit(&leaving, &form).await;
        assert!(bank.status.is_success() && plain(&bank.text).contains("24,00 €"), "{}", bank.text);
        assert_eq!(app.partners.vads.transactions().len(), 1);
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn while_the_bank_checks_a_payment_nobody_is_asked_to_pay_again() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let invoice = owed(&app, "FACT20260001", "services", 2400).await;
        let path = format!("/invoices/{invoice}");
        let page = camille.open(&path).await;
        let leaving = leave(&mut camille, &page).await;
        let form = leaving.forms().into_iter().find(|form| form.action.starts_with("http://127")).expect("the bank's");
        let bank = camille.submit(&leaving, &form).await;
        let done = camille.submit(&bank, &bank.form("/vads-payment/choice").with("choice", "review")).await;
        let back = done.forms().into_iter().find(|form| form.action.ends_with("/back")).expect("a way back");
        let told = camille.submit(&done, &back).await;
        for hours in [0, 1, 2] {
            app.clock.advance(SignedDuration::from_hours(hours));
            let status = camille.open(&told.url).await;
            assert_eq!(status.first("h1"), "La banque vérifie votre paiement");
            assert!(!status.text.contains("/continuation") && !status.text.contains("recommencer"), "{}", status.text);
            let page = camille.open(&path).await;
            assert!(!page.text.contains("action=\"/payments\""), "{}", page.text);
        }
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn who_closed_the_payment_page_may_begin_again_after_a_while() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let invoice = owed(&app, "FACT20260001", "consultations", 2400).await;
        let path = format!("/invoices/{invoice}");
        let page = camille.open(&path).await;
        leave(&mut camille, &page).await;
        // The page is closed; nobody comes back.
        app.clock.advance(SignedDuration::from_mins(19));
        let early = camille.open(&path).await;
        assert!(early.text.contains("Un paiement est commencé") && !early.text.contains("action=\"/payments\""));
        let status = camille.open(&early.attribute("a[href^='/payments/']", "href").expect("its payment")).await;
        assert_eq!(status.attribute("a.button[href^='/invoices/']", "href"), None);
        assert!(status.text.contains("vous pourrez recommencer à partir de"), "{}", status.first("main"));
        app.clock.advance(SignedDuration::from_mins(1));
        let status = camille.open(&status.url).await;
        let again =
            status.attribute("a.button[href^='/invoices/']", "href").expect("a way to begin again, as was promised");
        let page = camille.open(&again).await;
        assert!(page.first("main").contains("ne payez pas une deuxième fois"), "{}", page.first("main"));
        let choice = leave(&mut camille, &page).await;
        let told = end(&mut camille, &choice, "pay").await;
        assert_eq!(told.first("h1"), "Votre paiement est reçu");
        assert_eq!(camille.open(&status.url).await.first("h1"), "Le paiement n’est pas arrivé à son terme");
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn what_would_be_refused_there_is_refused_here_in_words() {
    let app = TestApp::start(On::Sqlite).await;
    let mut camille = app.patient("camille").await;
    let cheap = owed(&app, "FACT20260001", "consultations", 99).await;
    let page = camille.open(&format!("/invoices/{cheap}")).await;
    let words = plain(&page.first(".panel"));
    assert!(words.contains("Le paiement en ligne commence à 1,00 €. Réglez cette facture à la caisse"), "{words}");
    let dear = owed(&app, "FACT20260002", "consultations", 10_000_001).await;
    let page = camille.open(&format!("/invoices/{dear}")).await;
    let words = plain(&page.first(".panel"));
    assert!(words.contains("s’arrête à 100 000,00 €. Appelez la caisse"), "{words}");

    let due = owed(&app, "FACT20260003", "consultations", 2400).await;
    let page = camille.open(&format!("/invoices/{due}")).await;
    let form = page.form("/payments").with("email", "camille@exemple.test");
    let long = format!("{}@exemple.test", "a".repeat(80));
    for email in [
        "",
        "camille",
        "camille@exemple",
        "a@b.c",
        "ca mille@exemple.test",
        "camille@@exemple.test",
        "é@exemple.test",
        &long,
    ] {
        let refused = camille.submit(&page, &form.clone().with("email", email)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        assert_eq!(refused.first("[role=alert] a"), "Cette adresse électronique ne convient pas", "{email}");
        assert!(refused.first("#email-error").contains("Vérifiez l’adresse"), "{email}");
    }
    // Not the amount that the invoice has, and not one's own invoice: whatever the form says.
    let part = camille.submit(&page, &form.clone().with("amount", "1")).await;
    assert!(part.status == StatusCode::UNPROCESSABLE_ENTITY && part.text.contains("se paie en une seule fois"));
    let mut helene = app.patient("helene").await;
    let theirs = helene.open("/invoices").await;
    let token = theirs.attribute("input[name=csrf]", "value").expect("a form");
    let foreign = helene.submit(&theirs, &form.clone().with("csrf", &token)).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(app.partners.payfip.operations().len(), 0, "nobody was sent anywhere");
    app.deliver().await;
    app.stop().await;
}

/// A house with one more *régie*, `autre`, of this number and mode.
async fn with_creditor(on: On, number: &str, mode: &str) -> TestApp {
    let of = |(name, value): (&str, &str)| (name.to_owned(), toml::Value::from(value));
    let creditor: toml::Table = [("name", "Autre régie"), ("provider", "payfip"), ("number", number), ("mode", mode)]
        .into_iter()
        .map(of)
        .collect();
    TestApp::start_with(on, |sources| sources.set("payment.creditors.990001000.autre", creditor)).await
}

#[actix_web::test]
async fn a_creditor_that_the_provider_does_not_know_is_the_hospitals_to_see_to() {
    for on in On::all() {
        let app = with_creditor(on, "123456", "production").await;
        let mut camille = app.patient("camille").await;
        let invoice = owed(&app, "FACT20260001", "autre", 2400).await;
        let page = camille.open(&format!("/invoices/{invoice}")).await;
        let refused = leave(&mut camille, &page).await;
        assert_eq!(refused.first("h1"), "Le paiement n’a pas pu commencer");
        let words = refused.first("main");
        assert!(words.contains("l’hôpital en est averti") && words.contains("Rien n’a été débité"), "{words}");
        assert!(!words.contains("T2"), "the provider's words are not the payer's");
        // It is: the cashier reads the code, and how many payments did not begin.
        let mut regine = app.staff("regine").await;
        let list = regine.open("/desk/payments/to-review").await;
        let stopped =
            list.all("main .card").into_iter().find(|card| card.contains("T2 Numéro client absent de la base PayFiP."));
        assert!(
            stopped.expect("it waits for a cashier").contains("Un paiement n’a pas pu commencer"),
            "{}",
            list.first("main")
        );
        assert!(camille.open(&format!("/invoices/{invoice}")).await.text.contains("action=\"/payments\""));
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_trial_is_told_before_and_after_and_settles_nothing() {
    for on in On::all() {
        let app = with_creditor(on, "099000", "test").await;
        let mut camille = app.patient("camille").await;
        let invoice = owed(&app, "FACT20260001", "autre", 2400).await;
        let path = format!("/invoices/{invoice}");
        let page = camille.open(&path).await;
        assert!(page.first("form .panel.bad").contains("ne règle pas cette facture"), "{}", page.first("main"));
        let choice = leave(&mut camille, &page).await;
        let told = end(&mut camille, &choice, "pay").await;
        assert_eq!(told.first("h1"), "Essai réussi, rien n’a été débité");
        assert!(plain(&camille.open(&path).await.text).contains("24,00 € à payer"));
        app.deliver().await;
        assert!(crate::paid::taken(&app.partners.sih.partner).is_empty(), "no money, no message");
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_title_is_paid_on_the_accountants_page_and_closed_by_the_accountants_report() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let standing = (Kind::Titre, Standing::Titled);
        let invoice = told_of(&app, "120260000261200018", "titres", 4600, standing).await;
        let path = format!("/invoices/{invoice}");
        let page = camille.open(&path).await;
        assert!(plain(&page.text).contains("46,00 € à payer"), "{}", page.first("main"));
        let choice = leave(&mut camille, &page).await;
        assert!(choice.text.contains("120260000261200018") && plain(&choice.first("h1")).contains("46,00 €"));
        let done = camille.submit(&choice, &choice.form("/tpa/paiement.web").with("choice", "pay")).await;
        let told = camille.submit(&done, &done.form("http://localhost")).await;
        assert_eq!(told.first("h1"), "Votre paiement attend sa confirmation", "{}", told.first("main"));
        let page = camille.open(&path).await;
        assert!(page.first(".panel").contains("confirme en quelques jours"), "{}", page.first(".panel"));
        assert!(!page.text.contains("action=\"/payments\""));
        assert!(!told.text.contains("http-equiv") && !told.text.contains("recommencer"), "{}", told.first("main"));
        app.deliver().await;
        assert!(crate::paid::taken(&app.partners.sih.partner).is_empty(), "a browser proves nothing");

        let client = server::client::http(None).unwrap();
        let report = client.get(app.partners.payfip.title_report()).send().await.unwrap().text().await.unwrap();
        let mut regine = app.staff("regine").await;
        let of = crate::cashier::establishment(&app).await;
        let taken = crate::cashier::send(&mut regine, (of, "titres"), &report).await;
        assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.text);
        assert_eq!(camille.open(&told.url).await.first("h1"), "Votre paiement est reçu");
        assert!(camille.open(&path).await.text.contains("Tout est réglé"));
        app.deliver().await;
        assert_eq!(crate::paid::taken(&app.partners.sih.partner).len(), 1);
        app.stop().await;
    }
}
