//! Marks in every field of an invoice, its payment and what cashiers write: they stand in no line of the log, and after the
//! purge in no table, no byte of the database, no list in a folder and no file. On both databases.

use std::path::Path;

use jiff::SignedDuration;
use reqwest::{StatusCode, header};
use serde_json::{Value, json};
use server::client;

use crate::{
    app::{On, TestApp},
    browser::Browser,
    invoices::{self, Caller, VALMONT},
    log, merging, paying,
    privacy::{everywhere, in_files, mark},
};

/// The list of invoices that a system leaves in a folder: a right line and a wrong one.
fn leave_list(folder: &Path) {
    let line = |number: &str, state: &str| {
        let (family, given, label) = (mark("list-family"), mark("list-given"), mark("list-label"));
        let refdet = mark("listref");
        format!(
            "{number};{};{family};{given};1931-07-13;F;{refdet};{label};24.00;2026-11-20;{state}\n",
            mark("listipp")
        )
    };
    let titles = "number;ipp;family;given;born;sex;refdet;label;amount;issued;state\n";
    let text = [titles.to_owned(), line(&mark("listnumber"), "payable"), line("OTHER-1", "nonsense")].concat();
    std::fs::write(folder.join(format!("{}.csv", mark("listname"))), text).unwrap();
}

fn drop_settings(folder: &Path) -> toml::Value {
    let columns = [
        ("number", "number"),
        ("patient.ipp", "ipp"),
        ("patient.birth_family", "family"),
        ("patient.given", "given"),
        ("patient.birth_date", "born"),
        ("patient.sex", "sex"),
        ("refdet", "refdet"),
        ("label", "label"),
        ("amount", "amount"),
        ("issued_on", "issued"),
        ("state", "state"),
    ];
    let table = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), toml::Value::from(*value)));
        toml::Value::Table(pairs.collect())
    };
    let fixed = [("kind", "regie"), ("creditor", "consultations"), ("exercice", "2026")];
    let mut profile = toml::Table::new();
    for (name, value) in [("separator", ";"), ("charset", "UTF-8"), ("date_format", "%Y-%m-%d")] {
        profile.insert(name.to_owned(), toml::Value::from(value));
    }
    profile.insert("decimal_comma".to_owned(), toml::Value::Boolean(false));
    profile.insert("columns".to_owned(), table(&columns));
    profile.insert("fixed".to_owned(), table(&fixed));
    let mut drop = toml::Table::new();
    drop.insert("folder".to_owned(), folder.display().to_string().into());
    drop.insert("establishment".to_owned(), VALMONT.into());
    drop.insert("profile".to_owned(), toml::Value::Table(profile));
    toml::Value::Table(drop)
}

fn told(version: i64, label: &str, state: &str) -> Value {
    json!({
        "version": version,
        "patient": {
            "ipp": mark("ipp"), "birth_family": mark("family"), "given": mark("given"), "birth_date": "1931-07-13", "sex": "F",
        },
        "visit_number": mark("visit"), "kind": "regie", "creditor": "consultations", "exercice": "2026",
        "refdet": mark("refdet"), "label": mark(label), "amount_cents": 2400, "issued_on": "2026-11-20", "state": state,
        "confidential": true,
    })
}

async fn put(app: &TestApp, token: &str, said: &Value) {
    let url = invoices::address(app, VALMONT, &mark("number")).await;
    let heard = invoices::put(&url, token, said).await;
    assert!(heard.status().is_success(), "{}", heard.text().await.unwrap());
}

/// A paper whose bytes bear a mark.
async fn paper(app: &TestApp, token: &str) {
    let url = format!("{}/document", invoices::address(app, VALMONT, &mark("number")).await);
    let bytes = format!("%PDF-1.7\n{}\n", mark("pdf"));
    let call = client::http(None).unwrap().put(url).bearer_auth(token).header(header::CONTENT_TYPE, "application/pdf");
    assert_eq!(call.body(bytes).send().await.unwrap().status(), StatusCode::NO_CONTENT);
}

/// Somebody pays with the paper in hand, and the hospital speaks meanwhile.
async fn pay(app: &TestApp, token: &str) {
    let mut payer = app.browser();
    let page = paying::show_paper(&mut payer, &mark("refdet"), "24,00").await;
    let email = format!("{}@example.org", mark("email"));
    let choice = payer.submit(&page, &page.form("/payments").with("email", &email)).await;
    put(app, token, &told(2, "held", "payable")).await;
    let done = payer.submit(&choice, &choice.form("/tpa/").with("choice", "pay")).await;
    let back = done.attribute("a.button.main", "href").expect("a way back");
    assert_eq!(payer.open(&back).await.first("h1"), "Votre paiement est reçu");
    app.deliver().await;
}

/// Presses the first button of this kind, with words.
async fn write_down(browser: &mut Browser, path: &str, action: &str, field: &str) {
    let page = browser.open(path).await;
    let form = page.forms().into_iter().find(|form| form.action.contains(action));
    let form = form.unwrap_or_else(|| panic!("no {action} in {}", page.first("main")));
    let done = browser.submit(&page, &form.with(field, &mark(field))).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.first("main"));
}

/// A report with money that nobody here knows of, and what the cashier did about it.
async fn report(app: &TestApp, cashier: &mut Browser) {
    let of = crate::cashier::establishment(app).await;
    let token = cashier.open("/api/v1/desk/session").await.json()["csrf_token"].as_str().unwrap().to_owned();
    let name = mark("reportname");
    let path = format!(
        "/api/v1/desk/payment-reports?establishment={of}&creditor=consultations&profile=regie&file_name={name}"
    );
    let headers = [("x-csrf-token", token.as_str()), ("sec-fetch-site", "same-origin"), ("idempotency-key", "r")];
    let lines = format!("LIGNE;20/11/2026;{};5,00\r\n", mark("reportref"));
    let url = cashier.absolute(&path, &cashier.base.clone());
    let sent = cashier.send(reqwest::Method::POST, &url, &headers, Some(("text/csv", lines))).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    let home = format!("/desk/payment-reports/{}", sent.json()["id"].as_str().unwrap());
    write_down(cashier, &home, "/note", "note").await;
}

#[actix_web::test]
async fn no_mark_of_a_payment_is_logged_and_none_outlives_the_purge() {
    for on in On::all() {
        let lists = std::env::temp_dir().join(format!("parvis_lists_{}", kernel::World::system().uuid().simple()));
        std::fs::create_dir_all(&lists).unwrap();
        let gam = Caller::p256("gam");
        let drop = drop_settings(&lists);
        let app = invoices::app_with(on, &[(&gam, &[VALMONT], &["invoices"])], |sources| {
            sources.set("payment.drops.lists", drop);
        })
        .await;
        leave_list(&lists);
        assert_eq!(app.building.payments().take_drops().await, 1);
        let token = invoices::token(&app, &gam, "1").await;
        put(&app, &token, &told(1, "label", "payable")).await;
        paper(&app, &token).await;
        pay(&app, &token).await;
        // Cancelled when it is paid: to be given back, and merged with somebody else meanwhile.
        put(&app, &token, &told(3, "label", "cancelled")).await;
        let (former, other) = (merging::theirs(&mark("ipp")), mark("otheripp"));
        merging::merge(&app, ("M-1", "A40"), &former, &other, "AUTRE^Paul^^^^^L||19700101|M").await;
        let mut cashier = app.staff("regine").await;
        write_down(&mut cashier, "/desk/payments/to-review", "/done", "note").await;
        report(&app, &mut cashier).await;
        app.deliver().await;

        let in_lists = in_files(&lists);
        for place in ["listfamily", "listname", "listnumber"] {
            assert!(in_lists.iter().any(|one| one.contains(&mark(place))), "{place}: {in_lists:#?}");
        }
        let before = everywhere(&app, on).await;
        for place in [
            "ipp",
            "family",
            "given",
            "visit",
            "number",
            "refdet",
            "label",
            "email",
            "otheripp",
            "note",
            "reportref",
            "reportname",
            "listipp",
            "listref",
            "listlabel",
        ] {
            let planted = mark(place);
            assert!(before.iter().any(|one| one.contains(&planted)), "{place} was planted: {before:#?}");
        }
        assert!(!before.iter().any(|one| one.contains(&mark("pdf"))), "the bytes of a paper stand nowhere readable");
        let purge = async |as_of: &str| app.building.purge().run(as_of.parse().unwrap()).await.unwrap();
        assert_eq!(purge("2027-06-01T07:00:00Z").await.invoices, 0, "too early");

        app.clock.advance(SignedDuration::from_hours(25));
        app.building.db.write(storage::idempotency::sweep).await.unwrap();
        app.building.db.write(payment::sweep).await.unwrap();
        storage::proof::seal(&app.building.db, &app.building.keyring).await.unwrap();
        let gone = purge("2031-06-01T07:00:00Z").await;
        assert_eq!((gone.invoices, gone.payments), (2, 1));
        assert_eq!(everywhere(&app, on).await, Vec::<String>::new());
        assert_eq!(in_files(&lists), Vec::<String>::new());
        let left: Vec<_> = ["done", "faulty"]
            .iter()
            .flat_map(|one| std::fs::read_dir(lists.join(one)).into_iter().flatten())
            .collect();
        assert!(left.is_empty(), "{left:?}");
        assert!(!log::ours().is_empty(), "the log is heard");
        assert_eq!(log::marked(), Vec::<String>::new());
        std::fs::remove_dir_all(&lists).unwrap();
        app.stop().await;
    }
}
