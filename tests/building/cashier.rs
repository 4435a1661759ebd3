//! The cashier's desk through its pages: payments of a day, decisions, switches.

use std::{
    slice,
    sync::atomic::{AtomicI32, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use kernel::{EstablishmentId, Id, InvoiceId, Money, World};
use payment::{
    Heard, Name,
    domain::{
        announce::{Announcement, Kind, Person, Standing},
        creditor::Mode,
    },
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use simulators::payfip;
use storage::{
    AsSql, StorageError,
    diesel::{
        self, QueryableByName, RunQueryDsl,
        sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text},
    },
    sql::{Date, Instant, Json, Uuid},
};

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    documents, paying,
};

static RANK: AtomicI32 = AtomicI32::new(1);

pub(crate) const FINESS: &str = "990001000";
/// Whoever holds it reads the payment: no page shows it whole.
const REFERENCE: &str = "cc0cb210-";

/// A house whose provider answers nobody.
async fn house(on: On) -> TestApp {
    let app = TestApp::start(on).await;
    app.partners.payfip.misbehave(payfip::Faults { down: true, ..Default::default() });
    app
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = Uuid)]
    establishment: EstablishmentId,
}

pub(crate) async fn establishment(app: &TestApp) -> EstablishmentId {
    let known = "SELECT establishment_id AS establishment FROM sites WHERE finess_et = '990001109'";
    let read = app.building.db.read::<_, StorageError, _>(move |conn| {
        let place: Place = diesel::sql_query(known).get_result(conn)?;
        Ok(place.establishment)
    });
    read.await.unwrap()
}

/// An invoice that the hospital tells of, 24 euros.
pub(crate) async fn invoiced(app: &TestApp, number: &str, issued_on: &str) -> InvoiceId {
    let name = Name { establishment: establishment(app).await, source: "gam".to_owned(), number: number.to_owned() };
    let said = Announcement {
        person: Person {
            ipp: "8000042".to_owned(),
            birth_family: "EXEMPLE".to_owned(),
            given: "Camille".to_owned(),
            birth_date: "1962-11-05".to_owned(),
            sex: "F".to_owned(),
        },
        visit_number: None,
        kind: Kind::Regie,
        creditor: "consultations".to_owned(),
        exercice: "2026".parse().unwrap(),
        refdet: format!("FACT{number}").parse().unwrap(),
        label: "Consultation".to_owned(),
        amount: Money::from_cents(2400),
        issued_on: issued_on.parse().unwrap(),
        due_on: None,
        standing: Standing::Payable,
        confidential: false,
    };
    match app.building.payments().hear(name, said).await.unwrap() {
        Heard::Added(id) => id,
        other => panic!("{other:?}"),
    }
}

/// A payment as it stands in the archive.
#[derive(Debug, Clone)]
pub(crate) struct Past {
    pub(crate) invoice: InvoiceId,
    pub(crate) refdet: String,
    pub(crate) creditor: &'static str,
    pub(crate) cents: i64,
    pub(crate) mode: &'static str,
    pub(crate) state: &'static str,
    pub(crate) differences: Value,
    pub(crate) began: Timestamp,
    pub(crate) ended: Option<Timestamp>,
}

/// Writes a payment with its share, one answer and, when wanted, what is to be given back of it. What was written: the
/// payment, and the task.
pub(crate) async fn past(app: &TestApp, past: Past, refund: Option<i64>) -> (String, String) {
    let of = establishment(app).await;
    let world = World::system();
    let (id, task): (Id<()>, Id<()>) = (world.id(), world.id());
    let reference = (past.state != "created").then(|| format!("{REFERENCE}{id}"));
    let (other, visit): (Id<()>, Id<()>) = (world.id(), world.id());
    let rank = RANK.fetch_add(1, Ordering::SeqCst);
    let write = app.building.db.write::<_, StorageError, _>(move |tx| {
        diesel::sql_query(
            "INSERT INTO payment_attempts (id, establishment_id, creditor, provider, creditor_number, mode, \
             amount_cents, refdet, exercice, email, visit_id, state, reference, differences, ended_at, created_at, \
             changed_at, day, rank) VALUES ($1, $2, $3, 'payfip', '006382', $4, $5, $6, '2026', \
             'camille@exemple.test', $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind::<Uuid, _>(id.sql())
        .bind::<Uuid, _>(of.sql())
        .bind::<Text, _>(past.creditor)
        .bind::<Text, _>(past.mode)
        .bind::<BigInt, _>(past.cents)
        .bind::<Text, _>(&past.refdet)
        .bind::<Uuid, _>(visit.sql())
        .bind::<Text, _>(past.state)
        .bind::<Nullable<Text>, _>(&reference)
        .bind::<Json, _>(past.differences.clone().sql())
        .bind::<Nullable<Instant>, _>(past.ended.sql())
        .bind::<Instant, _>(past.began.sql())
        .bind::<Instant, _>(past.ended.unwrap_or(past.began).sql())
        .bind::<Date, _>(past.began.to_zoned(jiff::tz::TimeZone::UTC).date().sql())
        .bind::<Integer, _>(rank)
        .execute(tx.conn())?;
        diesel::sql_query(
            "INSERT INTO payment_shares (attempt_id, invoice_id, amount_cents, is_active) VALUES ($1, $2, $3, $4)",
        )
        .bind::<Uuid, _>(id.sql())
        .bind::<Uuid, _>(past.invoice.sql())
        .bind::<BigInt, _>(past.cents)
        .bind::<Bool, _>(false)
        .execute(tx.conn())?;
        if let Some(reference) = &reference {
            diesel::sql_query(
                "INSERT INTO payment_lookups (id, attempt_id, asked_by, answer, raw, asked_at) \
                 VALUES ($1, $2, 'schedule', 'pending', $3, $4)",
            )
            .bind::<Uuid, _>(other.sql())
            .bind::<Uuid, _>(id.sql())
            .bind::<Text, _>(format!("<return><idOp>{reference}</idOp></return>"))
            .bind::<Instant, _>(past.began.sql())
            .execute(tx.conn())?;
        }
        if let Some(cents) = refund {
            diesel::sql_query(
                "INSERT INTO refund_tasks (id, establishment_id, invoice_id, attempt_id, amount_cents, created_at, \
                 counted, note) VALUES ($1, $2, $3, $4, $5, $6, $7, '')",
            )
            .bind::<Uuid, _>(task.sql())
            .bind::<Uuid, _>(of.sql())
            .bind::<Uuid, _>(past.invoice.sql())
            .bind::<Uuid, _>(id.sql())
            .bind::<BigInt, _>(cents)
            .bind::<Instant, _>(past.began.sql())
            .bind::<Bool, _>(false)
            .execute(tx.conn())?;
        }
        Ok(())
    });
    write.await.unwrap();
    (id.to_string(), task.to_string())
}

/// A payment that never left, with its invoice whose patient is in doubt, a refund, a report, and a creditor that its provider
/// refuses: objects for the access matrix.
pub(crate) async fn kept(app: &TestApp) -> [String; 5] {
    let invoice = invoiced(app, "900001", "2026-11-20").await;
    let (payment, task) = past(app, plain(app, invoice, "created"), Some(100)).await;
    let (report, by): (Id<()>, Id<()>) = (World::system().id(), World::system().id());
    let stopped: Id<()> = World::system().id();
    let (of, day) = (establishment(app).await, jiff::civil::date(2026, 11, 20));
    let write = app.building.db.write::<_, StorageError, _>(move |tx| {
        let now = tx.now();
        diesel::sql_query(
            "INSERT INTO payment_reports (id, establishment_id, creditor, profile, file_name, digest, from_day, until_day, \
             window_days, staff_id, imported_at) VALUES ($1, $2, 'consultations', 'regie', '', $3, $4, $4, 1, $5, $6)",
        )
        .bind::<Uuid, _>(report.sql())
        .bind::<Uuid, _>(of.sql())
        .bind::<Binary, _>(vec![7_u8; 32])
        .bind::<Date, _>(day.sql())
        .bind::<Uuid, _>(by.sql())
        .bind::<Instant, _>(now.sql())
        .execute(tx.conn())?;
        diesel::sql_query(
            "INSERT INTO payment_report_lines (report_id, number, refdet, amount_cents, day, outcome) \
             VALUES ($1, 1, 'AUTRE1', 500, $2, 'unknown')",
        )
        .bind::<Uuid, _>(report.sql())
        .bind::<Date, _>(day.sql())
        .execute(tx.conn())?;
        diesel::sql_query(
            "INSERT INTO creditor_alerts (id, establishment_id, creditor, cause, payments, first_at, last_at) \
             VALUES ($1, $2, 'consultations', 'T2 inconnu', 3, $3, $3)",
        )
        .bind::<Uuid, _>(stopped.sql())
        .bind::<Uuid, _>(of.sql())
        .bind::<Instant, _>(now.sql())
        .execute(tx.conn())?;
        diesel::sql_query("INSERT INTO invoice_doubts (invoice_id, ipp, told_at) VALUES ($1, '11', $2)")
            .bind::<Uuid, _>(invoice.sql())
            .bind::<Instant, _>(now.sql())
            .execute(tx.conn())?;
        Ok(())
    });
    write.await.unwrap();
    [payment, invoice.to_string(), task, report.to_string(), stopped.to_string()]
}

fn plain(app: &TestApp, invoice: InvoiceId, state: &'static str) -> Past {
    let began = app.building.db.now();
    let refdet = "FACT900001".to_owned();
    let (creditor, mode, differences) = ("consultations", "production", json!([]));
    Past { invoice, refdet, creditor, cents: 2400, mode, state, differences, began, ended: None }
}

async fn press(browser: &mut Browser, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
    let mut form = page.form(action);
    for (name, value) in fields {
        form = form.with(name, value);
    }
    browser.submit(page, &form).await
}

/// Without the spaces that do not break.
fn text(page: &Page, selector: &str) -> Vec<String> {
    page.all(selector).into_iter().map(|text| text.replace(['\u{a0}', '\u{202f}'], " ")).collect()
}

#[actix_web::test]
async fn the_totals_of_a_day_add_up_and_tests_are_in_none() {
    for on in On::all() {
        let app = house(on).await;
        let invoice = invoiced(&app, "1001", "2026-11-20").await;
        let odd = json!(["amount"]);
        for (state, mode, cents, differences) in [
            ("paid", "production", 2400, json!([])),
            ("paid", "production", 1000, json!([])),
            ("paid", "production", 50, odd),
            ("debit-accepted", "production", 300, json!([])),
            ("redirected", "production", 7, json!([])),
            ("refused", "production", 1, json!([])),
            ("abandoned", "production", 2, json!([])),
            ("paid", "test", 99_999, json!([])),
            ("paid", "activation", 88_888, json!([])),
        ] {
            past(&app, Past { cents, mode, differences, ..plain(&app, invoice, state) }, None).await;
        }
        // The day before in Paris is another day, though not in London.
        let began = "2026-11-20T22:59:00Z".parse().unwrap();
        past(&app, Past { cents: 4_000_000, began, ..plain(&app, invoice, "paid") }, None).await;

        let mut regine = app.staff("regine").await;
        let page = regine.open("/desk/payments").await;
        let total = text(&page, "tfoot strong");
        assert_eq!(total, ["34,00 €", "3,00 €", "0,50 €", "0,07 €", "0,03 €", "37,60 €"], "{on:?}");
        assert_eq!(text(&page, "tbody td a").len(), 9);
        let trials: Vec<String> = text(&page, "table:nth-of-type(1) tbody th");
        assert!(trials.iter().any(|name| name.contains("activation")), "{trials:?}");
        assert_eq!(text(&regine.open("/desk/payments?day=2026-11-20").await, "tfoot strong")[0], "40 000,00 €");
        assert_eq!(regine.open("/desk/payments?day=hier").await.status, StatusCode::UNPROCESSABLE_ENTITY);

        let address =
            regine.absolute("/desk/payments/export.csv?from=2026-11-20&until=2026-11-21", &regine.base.clone());
        let export = String::from_utf8(regine.bytes(&address).await).unwrap();
        let cells = |line: &str| line.split(';').map(str::to_owned).collect::<Vec<_>>();
        let lines: Vec<Vec<String>> = export.lines().skip(1).map(cells).collect();
        assert!(export.starts_with("\u{feff}date;") && lines.len() == 10, "{export}");
        let paid = lines.iter().filter(|line| line[8] == "paid").map(|line| line[12].replace(',', ""));
        assert_eq!(paid.map(|cents| cents.parse::<i64>().unwrap()).sum::<i64>(), 3400 + 4_000_000);
        assert_eq!(lines.iter().filter(|line| line[8] == "non").count(), 2, "tests are in no account");
        assert!(lines.iter().all(|line| (line[2].as_str(), line[11].as_str()) == (FINESS, "1001")), "{export}");
        let long = regine.open("/desk/payments/export.csv?from=2025-11-20&until=2026-11-21").await;
        assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);

        let mut romain = app.staff("romain").await;
        assert_eq!(text(&romain.open("/desk/payments").await, "tbody td a").len(), 0, "of another hospital");
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_day_goes_from_midnight_to_midnight_in_paris_also_when_clocks_change() {
    for on in On::all() {
        let app = house(on).await;
        let invoice = invoiced(&app, "1001", "2026-10-20").await;
        for (cents, began, ended) in [
            (1, "2026-10-24T21:59:59Z", None),
            (2, "2026-10-24T22:00:00Z", None),
            // Half past two, twice.
            (4, "2026-10-25T00:30:00Z", None),
            (8, "2026-10-25T01:30:00Z", None),
            (16, "2026-10-25T22:59:59Z", None),
            (32, "2026-10-25T23:00:00Z", None),
            // Begun before midnight, paid after it: as the provider's report dates it.
            (64, "2026-10-25T22:58:00Z", Some("2026-10-25T23:03:00Z")),
            (128, "2026-10-24T21:50:00Z", Some("2026-10-24T22:01:00Z")),
            // A day of 23 hours.
            (256, "2027-03-27T22:59:59Z", None),
            (512, "2027-03-27T23:00:00Z", None),
            (1024, "2027-03-28T21:59:59Z", None),
            (2048, "2027-03-28T22:00:00Z", None),
        ] {
            let began = began.parse().unwrap();
            let ended = ended.map(|at| at.parse().unwrap());
            let creditor = if cents == 16 { "sejours" } else { "consultations" };
            past(&app, Past { cents, began, ended, creditor, ..plain(&app, invoice, "paid") }, None).await;
        }
        let mut regine = app.staff("regine").await;
        for (day, cents) in [
            ("2026-10-24", 1),
            ("2026-10-25", 2 + 4 + 8 + 16 + 128),
            ("2026-10-26", 32 + 64),
            ("2027-03-27", 256),
            ("2027-03-28", 512 + 1024),
            ("2027-03-29", 2048),
        ] {
            let told = regine.open(&format!("/api/v1/desk/payments?day={day}")).await.json();
            assert_eq!(told["total"]["paid"]["cents"], cents, "{day} {on:?}");
            let lines = told["payments"].as_array().unwrap().iter().map(|one| one["cents"].as_i64().unwrap());
            assert_eq!(lines.sum::<i64>(), cents, "the lines of {day}");
        }
        let told = regine.open("/api/v1/desk/payments?day=2026-10-25").await.json();
        let of_each: Vec<(&str, i64)> = told["creditors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["creditor"].as_str().unwrap(), one["columns"]["all"]["cents"].as_i64().unwrap()))
            .collect();
        assert_eq!(of_each, [("consultations", 142), ("sejours", 16)]);
        let one = regine.open("/api/v1/desk/payments?day=2026-10-25&creditor=sejours").await.json();
        assert_eq!((&one["total"]["all"]["cents"], one["payments"].as_array().map(Vec::len)), (&json!(16), Some(1)));
        let of = establishment(&app).await;
        let page = regine.open(&format!("/desk/payments?day=2026-10-25&creditor={of}%20sejours")).await;
        assert_eq!(text(&page, "tfoot strong").last().map(String::as_str), Some("0,16 €"));
        assert_eq!(text(&page, "tbody td a").len(), 1);
        let export =
            regine.absolute("/desk/payments/export.csv?from=2026-10-24&until=2026-10-26", &regine.base.clone());
        let export = String::from_utf8(regine.bytes(&export).await).unwrap();
        let cents = export.lines().skip(1).map(|line| line.split(';').nth(12).unwrap().replace(',', ""));
        assert_eq!(cents.map(|cents| cents.parse::<i64>().unwrap()).sum::<i64>(), 255, "{export}");
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_long_day_comes_page_by_page_and_its_totals_are_of_all() {
    for on in On::all() {
        let mut app = house(on).await;
        app.may_leave_open = true;
        let invoice = invoiced(&app, "1001", "2026-11-20").await;
        for _ in 0..105 {
            past(&app, plain(&app, invoice, "paid"), None).await;
        }
        // Money that a cashier took as it came counts as much as came, on its line too.
        let odd = Past { cents: 2000, differences: json!(["amount"]), ..plain(&app, invoice, "paid") };
        let (odd, task) = past(&app, odd, Some(300)).await;
        let mut regine = app.staff("regine").await;
        let page = regine.open(&format!("/desk/payments/{odd}")).await;
        let fields = [("decision", "accepted"), ("amount", "19,50"), ("reason", "vu sur le compte")];
        let page = press(&mut regine, &page, &format!("/desk/payments/{odd}/ruling"), &fields).await;
        assert!(page.first("p.big").contains("19,50"), "{}", page.first("p.big"));
        press(&mut regine, &page, &format!("/desk/refunds/{task}/done"), &[("note", "virement")]).await;

        let page = regine.open("/desk/payments").await;
        assert_eq!(text(&page, "tfoot strong")[0], "2 539,50 €");
        assert_eq!(text(&page, "tbody td a").len(), 100);
        let next = page.attribute("a[rel=next][href*=page]", "href").expect("a second page");
        let page = regine.open(&next).await;
        assert_eq!(text(&page, "tbody td a").len(), 6);
        assert_eq!(page.attribute("a[rel=next][href*=page]", "href"), None);
        assert!(text(&page, "tbody td").contains(&"19,50 €".to_owned()), "{:?}", text(&page, "tbody td"));
        let given: Vec<String> = text(&page, "td").into_iter().filter(|cell| cell.contains("1 somme rendue")).collect();
        assert!(given.len() == 1 && given[0].starts_with("3,00 €"), "{given:?}");

        let export = regine.absolute("/desk/payments/export.csv", &regine.base.clone());
        let export = String::from_utf8(regine.bytes(&export).await).unwrap();
        let sum = |column: &str| {
            let cells = export.lines().skip(1).map(|line| line.split(';').collect::<Vec<_>>());
            let those = cells.filter(|cells| cells[8] == column).map(|cells| cells[12].replace(',', ""));
            those.map(|cents| cents.parse::<i64>().unwrap()).sum::<i64>()
        };
        assert_eq!((sum("paid"), sum("given-back")), (105 * 2400 + 1950, 300), "the export adds up to the page");
        let told = regine.open("/api/v1/desk/payments?page=2").await.json();
        assert_eq!((told["payments"].as_array().map(Vec::len), &told["has_more"]), (Some(6), &json!(false)));
        assert_eq!(told["given_back"][0]["sum"], json!({ "count": 1, "cents": 300 }));
        app.stop().await;
    }
}

#[actix_web::test]
async fn programs_see_what_waits_and_say_how_it_was_dealt_with() {
    for on in On::all() {
        let app = house(on).await;
        let [payment, invoice, refund, report, stopped] = kept(&app).await;
        let mut regine = app.staff("regine").await;
        let waiting = regine.open("/api/v1/desk/payments/to-review").await.json();
        let doubt = &waiting["doubts"][0];
        assert_eq!(
            (&doubt["invoice"], &doubt["told"], &doubt["merged"]),
            (&json!(invoice), &json!("8000042"), &json!("11"))
        );
        let creditor = &waiting["creditors"][0];
        assert_eq!((&creditor["id"], &creditor["payments"]), (&json!(stopped), &json!(3)));
        assert_eq!(waiting["refunds"][0]["id"], json!(refund));
        assert_eq!(waiting["unknown"][0]["report"], json!(report));

        let page = regine.open("/desk/payments/to-review").await;
        assert!(page.text.contains("T2 inconnu"), "{}", page.first("main"));
        let clear = async |browser: &mut Browser, path: &str, reason: &str| {
            let token = browser.open("/api/v1/desk/session").await.json()["csrf_token"].as_str().unwrap().to_owned();
            let url = browser.absolute(&format!("/api/v1/desk/{path}/clearing"), &browser.base.clone());
            let headers = [("x-csrf-token", token.as_str()), ("sec-fetch-site", "same-origin")];
            let body = json!({ "reason": reason }).to_string();
            browser.send(reqwest::Method::POST, &url, &headers, Some(("application/json", body))).await.status
        };
        let mut romain = app.staff("romain").await;
        for path in [format!("creditor-alerts/{stopped}"), format!("invoice-doubts/{invoice}")] {
            assert_eq!(clear(&mut romain, &path, "vu").await, StatusCode::NOT_FOUND, "of another hospital: {path}");
            assert_eq!(clear(&mut regine, &path, " ").await, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            assert_eq!(clear(&mut regine, &path, "vu avec la facturation").await, StatusCode::NO_CONTENT, "{path}");
            assert_eq!(clear(&mut regine, &path, "encore").await, StatusCode::CONFLICT, "{path}");
        }
        assert_eq!(
            clear(&mut regine, &format!("payments/{payment}"), "vu").await,
            StatusCode::CONFLICT,
            "nothing waits"
        );
        let waiting = regine.open("/api/v1/desk/payments/to-review").await.json();
        assert_eq!((&waiting["creditors"], &waiting["doubts"]), (&json!([]), &json!([])));
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_payment_is_seen_with_its_answers_and_without_what_would_let_one_ask() {
    for on in On::all() {
        let mut app = house(on).await;
        app.may_leave_open = true;
        let invoice = invoiced(&app, "1001", "2026-11-20").await;
        let (id, task) = past(&app, plain(&app, invoice, "redirected"), Some(500)).await;
        let mut regine = app.staff("regine").await;
        let home = format!("/desk/payments/{id}");
        let page = regine.open(&home).await;
        assert!(
            page.text.contains("EXEMPLE Camille") && page.text.contains("&#60;idOp&#62;cc0cb210…"),
            "{}",
            page.text
        );
        assert!(!page.text.contains(REFERENCE));
        // The provider is away: the question is kept with what came of it.
        let page = press(&mut regine, &page, &format!("{home}/look-up"), &[]).await;
        assert_eq!(page.all("details").len(), 2);
        assert!(page.all("summary").iter().any(|line| line.contains("pas de réponse")), "{:?}", page.all("summary"));
        assert!(page.all("main ul:last-of-type li").len() >= 2, "who looked is on the page");

        let page = regine.open("/desk/payments/to-review").await;
        let page = press(&mut regine, &page, &format!("/desk/refunds/{task}/done"), &[("note", "virement")]).await;
        assert!(page.forms().iter().all(|form| !form.action.contains("/refunds/")), "done");
        assert!(regine.open(&home).await.text.contains("virement"));
        let mut romain = app.staff("romain").await;
        assert_eq!(romain.open(&home).await.status, StatusCode::NOT_FOUND);
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_cashier_closes_a_creditor_and_switches_activation_on_for_a_while() {
    for on in On::all() {
        let app = house(on).await;
        let of = establishment(&app).await;
        let stands = async || {
            let (_, creditor) = app.building.payments().creditor(of, "consultations").await.unwrap().unwrap();
            (creditor.terms.is_open, creditor.mode)
        };
        assert_eq!(stands().await, (true, Mode::Production));
        let mut regine = app.staff("regine").await;
        let page = regine.open("/desk/creditors").await;
        let turn = |page: &Page, word: &str| {
            let forms = page.forms().into_iter().filter(|form| form.action == "/desk/creditors/switch");
            let has = |form: &crate::browser::Form| form.fields.contains(&("turn".to_owned(), word.to_owned()));
            forms.into_iter().find(has).unwrap_or_else(|| panic!("no button for {word}")).with("reason", "convention")
        };
        let close = turn(&page, "closed");
        let closed = regine.submit(&page, &close).await;
        assert_eq!(stands().await, (false, Mode::Production));
        assert_eq!(regine.submit(&page, &close).await.status, StatusCode::CONFLICT, "pressed twice, closed once");
        let page = closed;
        let page = regine.submit(&page, &turn(&page, "open")).await;
        let refused = regine.submit(&page, &turn(&page, "activation").with("hours", "25")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = regine.submit(&page, &turn(&page, "activation").with("hours", "2")).await;
        assert_eq!(stands().await, (true, Mode::Activation));
        assert_eq!(page.all("p.panel.bad").len(), 1, "in red");
        assert_eq!(regine.open("/desk/payments").await.all("p.panel.bad").len(), 1, "wherever one looks");
        app.clock.advance(SignedDuration::from_hours(2));
        assert_eq!(stands().await, (true, Mode::Production), "it ends by itself");
        let mut regine = app.staff("regine").await;
        let page = regine.open("/desk/creditors").await;
        assert_eq!(page.all("p.panel.bad").len(), 0);
        assert_eq!(page.all("section details:last-of-type li").len(), 3, "every turn is kept");
        let asked = press(&mut regine, &page, "/desk/creditors/check", &[]).await;
        assert!(asked.first("[role=status]").contains("ne confirme pas"), "{}", asked.first("[role=status]"));
        app.stop().await;
    }
}

/// Sends a report as a programme does.
pub(crate) async fn send(browser: &mut Browser, (of, creditor): (EstablishmentId, &str), text: &str) -> Page {
    let token = browser.open("/api/v1/desk/session").await.json()["csrf_token"].as_str().unwrap().to_owned();
    let path =
        format!("/api/v1/desk/payment-reports?establishment={of}&creditor={creditor}&profile=regie&file_name=r.csv");
    let url = browser.absolute(&path, &browser.base.clone());
    let headers = [("x-csrf-token", token.as_str()), ("sec-fetch-site", "same-origin"), ("idempotency-key", "r")];
    browser.send(reqwest::Method::POST, &url, &headers, Some(("text/csv", text.to_owned()))).await
}

#[actix_web::test]
async fn a_report_makes_three_lists_and_closes_nothing() {
    for on in On::all() {
        let app = house(on).await;
        let of = establishment(&app).await;
        let invoice = invoiced(&app, "1001", "2026-11-20").await;
        let (matched, _) = past(&app, plain(&app, invoice, "paid"), None).await;
        let waiting = Past { refdet: "FACT000002".to_owned(), ..plain(&app, invoice, "expired") };
        let (waiting, _) = past(&app, waiting, None).await;
        let absent = Past { refdet: "FACT000003".to_owned(), ..plain(&app, invoice, "debit-accepted") };
        let (absent, _) = past(&app, absent, None).await;
        let test = Past { refdet: "FACT000004".to_owned(), mode: "test", ..plain(&app, invoice, "paid") };
        past(&app, test, None).await;
        let lines = "EN-TETE;x\r\nLIGNE;20/11/2026;AUTRE1;5,00\r\nLIGNE;21/11/2026;FACT900001;24,00\r\n\
             LIGNE;21/11/2026;FACT000002;24,00\r\nLIGNE;21/11/2026;FACT000004;24,00\r\nLIGNE;22/11/2026;FACT900001;24,00\r\n";
        let mut regine = app.staff("regine").await;
        let wrong =
            send(&mut regine, (of, "consultations"), "LIGNE;20/11/2026;AUTRE1;5,00\r\nLIGNE;demain;AUTRE1;5,00\r\n")
                .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "half a report is none: {}", wrong.text);
        assert_eq!(wrong.json()["errors"][0]["pointer"], "/lines/2");
        let first = send(&mut regine, (of, "consultations"), lines).await;
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
        let id = first.json()["id"].as_str().unwrap().to_owned();
        let again = send(&mut regine, (of, "consultations"), lines).await;
        assert_eq!((again.status, again.json()["id"].as_str()), (StatusCode::OK, Some(&*id)), "the same file");

        let report = regine.open(&format!("/api/v1/desk/payment-reports/{id}")).await.json();
        let named = |list: &str, what: &str| -> Vec<String> {
            let rows = report[list].as_array().unwrap().iter();
            rows.map(|row| row[what].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(named("matched", "payment"), slice::from_ref(&matched), "{report}");
        assert_eq!(named("waiting", "payment"), slice::from_ref(&waiting));
        assert_eq!(named("unknown", "refdet"), ["AUTRE1", "FACT000004", "FACT900001"], "a test is no money");
        assert_eq!(report["absent"][0]["payment"]["id"], absent);
        assert_eq!(report["counts"]["unknown"], json!({ "count": 3, "cents": 500 + 2400 + 2400 }));
        assert_eq!(report["counts"]["absent"], json!({ "count": 1, "cents": 2400 }));
        let rest = regine.open(&format!("/api/v1/desk/payment-reports/{id}?list=unknown&after=1")).await.json();
        assert_eq!(rest["unknown"].as_array().map(Vec::len), Some(2), "{rest}");
        assert_eq!(rest["matched"], json!([]), "one list alone");
        let none = regine.open(&format!("/desk/payment-reports/{id}?list=autre")).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        // The line is no answer: the provider is asked, and until it answers nothing is paid.
        let asked = regine.open(&format!("/desk/payments/{waiting}")).await;
        assert_eq!(text_of(&asked), "expiré");
        assert!(app.building.payments().round().await.unwrap() >= 1, "it is asked at once");
        let asked = regine.open(&format!("/desk/payments/{waiting}")).await;
        assert!(asked.all("details").len() == 2 && text_of(&asked) == "expiré", "{}", asked.text);

        // In a later report the absent one is found; what was unknown is seen to.
        assert_eq!(
            send(&mut regine, (of, "consultations"), "LIGNE;21/11/2026;FACT000003;24,00\r\n").await.status,
            StatusCode::CREATED
        );
        let home = format!("/desk/payment-reports/{id}");
        let page = regine.open(&home).await;
        assert!(page.text.contains("trouvé dans un autre relevé"), "{}", page.text);
        let page = press(&mut regine, &page, &format!("{home}/lines/2/note"), &[("note", "don du 20")]).await;
        assert!(page.text.contains("don du 20"));
        assert_eq!(text(&regine.open("/desk/payments/to-review").await, "main li a[href*=reports]").len(), 2);
        let mut romain = app.staff("romain").await;
        assert_eq!(romain.open(&home).await.status, StatusCode::NOT_FOUND);
        assert_eq!(send(&mut romain, (of, "consultations"), lines).await.status, StatusCode::NOT_FOUND);
        app.stop().await;
    }
}

/// The state of a payment as its page says it.
fn text_of(page: &Page) -> String {
    page.first("p.big .tag")
}

/// One made-up invoice with what was paid of it: state, mode, odd, cents, days after the issue.
type Made = (u64, Vec<(&'static str, &'static str, bool, i64, i64)>);

/// Numbers that look like chance and come again (Numerical Recipes' generator).
fn dice(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

fn made_up(count: usize) -> Vec<Made> {
    let mut seed = 7;
    let states = ["paid", "paid", "debit-accepted", "refused", "expired", "redirected"];
    let modes = ["production", "production", "production", "test"];
    let pick = |seed: &mut u64, most: u64| dice(seed) % most;
    let payment = |seed: &mut u64| {
        let state = states[usize::try_from(pick(seed, 6)).unwrap()];
        let mode = modes[usize::try_from(pick(seed, 4)).unwrap()];
        let odd = pick(seed, 8) == 0;
        (state, mode, odd, i64::try_from(100 + pick(seed, 2300)).unwrap(), i64::try_from(pick(seed, 12)).unwrap())
    };
    let made = |_| {
        let day = pick(&mut seed, 75);
        let payments = pick(&mut seed, 4);
        (day, (0..payments).map(|_| payment(&mut seed)).collect())
    };
    (0..count).map(made).collect()
}

#[actix_web::test]
async fn the_figures_are_what_a_count_by_hand_gives() {
    for on in On::all() {
        let app = house(on).await;
        let made = made_up(60);
        let first: jiff::civil::Date = "2026-09-05".parse().unwrap();
        let issued = |day: u64| first + jiff::ToSpan::days(i64::try_from(day).unwrap());
        for (at, (day, payments)) in made.iter().enumerate() {
            let invoice = invoiced(&app, &format!("{:06}", at), &issued(*day).to_string()).await;
            for (state, mode, odd, cents, after) in payments {
                // The last minute of a day in Paris.
                let paid = issued(*day) + jiff::ToSpan::days(*after);
                let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap();
                let at = paid.at(23, 59, 0, 0).to_zoned(zone).unwrap().timestamp();
                let differences = if *odd { json!(["amount"]) } else { json!([]) };
                let kept = Past {
                    cents: *cents,
                    mode,
                    differences,
                    began: at,
                    ended: Some(at),
                    ..plain(&app, invoice, state)
                };
                past(&app, kept, None).await;
            }
        }
        app.clock.advance(SignedDuration::from_hours(1));
        let mut regine = app.staff("regine").await;
        let figures = regine.open("/api/v1/desk/payment-figures?from=2026-09&until=2026-11").await.json();
        let rows = figures["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 3, "{figures}");
        for row in rows {
            let month = row["month"].as_str().unwrap();
            let theirs: Vec<&Made> =
                made.iter().filter(|(day, _)| issued(*day).to_string().starts_with(month)).collect();
            let counts = |payment: &&(&str, &str, bool, i64, i64)| {
                ["paid", "debit-accepted"].contains(&payment.0) && payment.1 == "production" && !payment.2
            };
            let money: Vec<_> = theirs.iter().flat_map(|(_, payments)| payments.iter().filter(counts)).collect();
            let paid: Vec<i64> = theirs
                .iter()
                .filter_map(|(_, payments)| payments.iter().filter(counts).map(|payment| payment.4).min())
                .collect();
            let mut delays = paid.clone();
            delays.sort_unstable();
            assert_eq!(row["counts"]["issued"], theirs.len(), "{month}");
            assert_eq!(row["counts"]["issued-cents"], theirs.len() * 2400);
            assert_eq!(row["counts"]["paid-online"], paid.len());
            assert_eq!(row["counts"]["debits"], money.iter().filter(|one| one.0 == "debit-accepted").count());
            assert_eq!(row["counts"]["card-payments"], money.iter().filter(|one| one.0 == "paid").count());
            assert_eq!(row["counts"]["received-cents"], money.iter().map(|one| one.3).sum::<i64>());
            assert_eq!(row["share"], paid.len() * 1000 / theirs.len());
            assert_eq!(row["days_to_pay"], delays[(delays.len() - 1) / 2]);
            assert!(paid.len() > 2 && money.len() >= paid.len(), "each count is put to the test in {month}");
        }
        // The hospital told of its first invoice today, and today one can pay.
        assert_eq!(rows[2]["counts"]["open-days"], 1, "{figures}");
        let page = regine.open("/desk/payments/figures?from=2026-09&until=2026-11").await;
        assert!(page.text.contains("WHERE invoices.establishment_id = $1"), "the statements stand beside the figures");
        let table = regine.open("/desk/payments/figures.csv?from=2026-09&until=2026-11").await;
        assert!(table.text.contains(&format!("2026-09,{FINESS},")), "{}", table.text);
        app.stop().await;
    }
}

#[actix_web::test]
async fn what_was_dealt_with_leaves_the_list_with_a_reason() {
    for on in On::all() {
        let mut app = TestApp::start(on).await;
        app.may_leave_open = true;
        let mut camille = app.patient("camille").await;
        let invoice = paying::owed(&app, "FACT20260001", "consultations", 2400).await;
        let page = camille.open(&format!("/invoices/{invoice}")).await;
        let form = page.form("/payments").with("email", "camille@exemple.test");
        let choice = camille.submit(&page, &form).await;
        let odd = payfip::Faults { unknown_letter: true, ..Default::default() };
        app.partners.payfip.misbehave(odd.clone());
        camille.submit(&choice, &choice.form("/tpa/").with("choice", "pay")).await;
        let look = async |faults: payfip::Faults| {
            app.partners.payfip.misbehave(faults);
            app.clock.advance(SignedDuration::from_mins(15));
            assert_eq!(app.building.payments().round().await.unwrap(), 1);
        };
        look(odd.clone()).await;
        let mut regine = app.staff("regine").await;
        let waiting = async |regine: &mut Browser| {
            let list = regine.open("/desk/payments/to-review").await;
            list.attribute("td a[href^='/desk/payments/']", "href")
        };
        let home = waiting(&mut regine).await.expect("it waits for a cashier");
        let page = regine.open(&home).await;
        assert!(page.first("section.panel.warn").contains("que ce programme ne connaît pas"), "{}", page.first("main"));
        let clearing = format!("{home}/clearing");
        let without = press(&mut regine, &page, &clearing, &[("reason", " ")]).await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is needed");
        let done = press(&mut regine, &page, &clearing, &[("reason", "essai de virement, rien reçu")]).await;
        assert!(done.text.contains("essai de virement, rien reçu") && !done.text.contains("/clearing"));
        assert_eq!(waiting(&mut regine).await, None);
        let again = press(&mut regine, &page, &clearing, &[("reason", "encore")]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        // The same again tells nothing new; something else does.
        look(odd).await;
        assert_eq!(waiting(&mut regine).await, None);
        look(payfip::Faults { unknown_too_early: true, ..Default::default() }).await;
        assert_eq!(waiting(&mut regine).await.as_deref(), Some(home.as_str()));
        let mut romain = app.staff("romain").await;
        let theirs = romain.open("/desk/payments/to-review").await;
        let token = theirs.attribute("input[name=csrf]", "value").expect("a form");
        let mut foreign = page.form(&clearing).with("csrf", &token).with("reason", "vu");
        foreign.action = clearing.clone();
        assert_eq!(romain.submit(&theirs, &foreign).await.status, StatusCode::NOT_FOUND);
        // What is true in the end counts all the same.
        look(payfip::Faults::default()).await;
        assert_eq!(waiting(&mut regine).await, None);
        assert_eq!(text_of(&regine.open(&home).await), "payé");
        assert!(regine.open(&home).await.text.contains("va lui être envoyé"), "the billing system is to be told");
        app.deliver().await;
        assert!(regine.open(&home).await.text.contains("il a reçu le paiement"), "and acknowledged it");
        app.stop().await;
    }
}

#[actix_web::test]
async fn lines_of_a_list_that_were_not_taken_are_shown_with_their_reason() {
    for on in On::all() {
        let folder = std::env::temp_dir().join(format!("parvis_lists_{}_{on:?}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let drop: toml::Table = toml::from_str(&format!(
            "folder = {:?}\nestablishment = \"{FINESS}\"\n[profile]\nseparator = \";\"\ncharset = \"UTF-8\"\n\
             decimal_comma = true\ndate_format = \"%d/%m/%Y\"\n\
             fixed = {{ kind = \"regie\", exercice = \"2026\", \"patient.sex\" = \"F\" }}\n\
             [profile.columns]\nnumber = \"N\"\n\"patient.ipp\" = \"IPP\"\n\"patient.birth_family\" = \"NOM\"\n\
             \"patient.given\" = \"PRENOM\"\n\"patient.birth_date\" = \"NE\"\ncreditor = \"C\"\nrefdet = \"REF\"\n\
             label = \"OBJET\"\namount = \"MONTANT\"\nissued_on = \"DATE\"\n",
            folder.display().to_string()
        ))
        .unwrap();
        let app = TestApp::start_with(on, |sources| sources.set("payment.drops.gef", drop)).await;
        let titles = "N;IPP;NOM;PRENOM;NE;C;REF;OBJET;MONTANT;DATE\n";
        let line = |number: &str, creditor: &str, refdet: &str, amount: &str| {
            format!("{number};42;SECRET;Camille;12/03/1984;{creditor};{refdet};Consultation;{amount};20/11/2026\n")
        };
        let lines = [
            line("F1", "consultations", "FACT000001", "24,00"),
            line("F2", "nobody", "court", "24,00"),
            line("F3", "consultations", "FACT000003", "beaucoup"),
            "F4;42\n".to_owned(),
        ];
        std::fs::write(folder.join("novembre.csv"), format!("{titles}{}", lines.concat())).unwrap();
        std::fs::write(folder.join("sans.csv"), "N;IPP\nF9;1\n").unwrap();
        assert_eq!(app.building.payments().take_drops().await, 2);
        let mut regine = app.staff("regine").await;
        let page = regine.open("/desk/invoice-lists").await;
        let told = text(&page, "tbody th").into_iter().zip(text(&page, "tbody td"));
        let rows: Vec<String> = told.map(|(line, words)| format!("{line} {words}")).collect();
        for words in [
            "3 à corriger : le créancier, la référence de la dette",
            "4 à corriger : le montant",
            "5 la ligne n’a pas autant de colonnes que la ligne de titres",
        ] {
            assert!(rows.iter().any(|row| row == words), "{words}: {rows:?}");
        }
        assert!(rows.iter().any(|row| row.starts_with("1 il manque une colonne pour :") && row.contains("le montant")));
        let tags = text(&page, ".tag");
        assert!(
            tags.contains(&"1 ligne reprise".to_owned()) && tags.contains(&"3 lignes à corriger".to_owned()),
            "{tags:?}"
        );
        assert!(!page.text.contains("SECRET"), "nothing of a person");
        let lists = regine.open("/api/v1/desk/invoice-lists").await.json();
        let novembre = lists["items"].as_array().unwrap().iter().find(|list| list["file_name"] == "novembre.csv");
        let novembre = novembre.unwrap_or_else(|| panic!("{lists}"));
        assert_eq!((&novembre["heard"], &novembre["faulty"]), (&json!(1), &json!(3)));
        assert_eq!(novembre["faults"][0], json!({ "line": 3, "what": "fields", "fields": ["creditor", "refdet"] }));
        // A corrected file of the same name takes its place, here as in the folder.
        std::fs::write(folder.join("novembre.csv"), format!("{titles}{}", lines[0])).unwrap();
        app.building.payments().take_drops().await;
        let page = regine.open("/desk/invoice-lists").await;
        assert_eq!(text(&page, "tbody tr").len(), 1, "{}", page.first("main"));
        let mut romain = app.staff("romain").await;
        assert!(romain.open("/desk/invoice-lists").await.text.contains("Aucun fichier"), "of another hospital");
        app.clock.advance(SignedDuration::from_hours(91 * 24));
        app.building.db.write(payment::sweep).await.unwrap();
        assert_eq!(regine.log_in("/desk/login", "regine").await.status, StatusCode::OK);
        assert!(regine.open("/desk/invoice-lists").await.text.contains("Aucun fichier"), "forgotten after 90 days");
        std::fs::remove_dir_all(&folder).unwrap();
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_report_is_sent_with_the_form_of_its_page() {
    for on in On::all() {
        let app = house(on).await;
        let invoice = invoiced(&app, "1001", "2026-11-20").await;
        past(&app, plain(&app, invoice, "paid"), None).await;
        let mut regine = app.staff("regine").await;
        let page = regine.open("/desk/payment-reports").await;
        let token = page.attribute("form[enctype] input[name=csrf]", "value").expect("the form");
        let creditor = page.attribute("option[value$=consultations]", "value").expect("a creditor");
        let url = regine.absolute("/desk/payment-reports", &page.url);
        let send = async |regine: &mut Browser, token: &str, text: &str| {
            let fields = [("csrf", token), ("creditor", creditor.as_str()), ("profile", "regie")];
            let body = documents::form(&fields, &[("releve.csv", text.as_bytes())]);
            let (kind, origin) = (documents::multipart(), regine.base.clone());
            let headers = [("origin", origin.as_str()), ("sec-fetch-site", "same-origin")];
            regine.try_send(reqwest::Method::POST, &url, &headers, Some((&kind, body.into()))).await.unwrap()
        };
        let good = "LIGNE;21/11/2026;FACT900001;24,00\r\nLIGNE;20/11/2026;AUTRE1;5,00\r\n";
        let forged = send(&mut regine, "made up", good).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN, "{}", forged.text);
        let wrong = send(&mut regine, &token, "LIGNE;20/11/2026;AUTRE1;5,00\r\nLIGNE;demain;AUTRE1;5,00\r\n").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text(&wrong, "[role=alert] li")[0].starts_with("Ligne 2 : la date"), "{}", wrong.first("[role=alert]"));
        assert!(wrong.first("main").contains("Aucun relevé"), "half a report is none");
        let taken = send(&mut regine, &token, good).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
        let home = taken.headers["location"].to_str().unwrap().to_owned();
        let report = regine.open(&home).await;
        assert!(report.text.contains("releve.csv"));
        let found = text(&report, "tbody td").into_iter().take(4).collect::<Vec<_>>();
        assert_eq!(found, ["1", "24,00 €", "1", "5,00 €"], "{}", report.first("table"));
        let again = send(&mut regine, &token, good).await;
        assert_eq!(again.headers["location"], home, "the same file is the same report");
        app.stop().await;
    }
}
