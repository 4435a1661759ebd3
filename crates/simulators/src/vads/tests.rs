//! Over HTTP, as a shop and as a payer's browser.

use std::collections::BTreeMap;

use super::{form::Fields, *};
use crate::testing::{between, browser, portal};

const KEY: &str = "7f2c9d01e8a4b650";

struct Bench {
    handle: Handle,
    http: reqwest::Client,
}

fn bench() -> Bench {
    let shop = Shop {
        site_id: "01234567".to_owned(),
        test_key: "0123456789abcdef".to_owned(),
        production_key: KEY.to_owned(),
    };
    let (world, _) = kernel::testing::world();
    let http = browser();
    Bench { handle: start(Settings { port: 0, shops: vec![shop], world, http: http.clone() }).unwrap(), http }
}

fn form(number: &str, notify: &str) -> Fields {
    [
        ("vads_action_mode", "INTERACTIVE"),
        ("vads_amount", "2400"),
        ("vads_ctx_mode", "PRODUCTION"),
        ("vads_currency", "978"),
        ("vads_cust_email", "camille@exemple.test"),
        ("vads_language", "fr"),
        ("vads_order_id", "FACT2026000123"),
        ("vads_page_action", "PAYMENT"),
        ("vads_payment_config", "SINGLE"),
        ("vads_return_mode", "POST"),
        ("vads_site_id", "01234567"),
        ("vads_trans_date", "20261201133200"),
        ("vads_trans_id", number),
        ("vads_url_check", notify),
        ("vads_url_return", "https://rdv.exemple.test/back"),
        ("vads_version", "V2"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn signed(mut fields: Fields) -> Fields {
    let signature = signature::of(&fields, KEY);
    fields.insert("signature".to_owned(), signature);
    fields
}

fn with(name: &str, value: &str) -> Fields {
    let mut fields = form("000042", "http://127.0.0.1:9/");
    fields.insert(name.to_owned(), value.to_owned());
    signed(fields)
}

/// The fields of a notification that a portal was sent.
fn read(request: &str) -> Fields {
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    serde_urlencoded::from_str::<BTreeMap<String, String>>(body).unwrap()
}

impl Bench {
    async fn open(&self, fields: &Fields) -> (u16, String) {
        let answer = self.http.post(self.handle.page()).form(fields).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn choose(&self, page: &str, choice: &str) -> String {
        let key = between(page, "name=\"key\" value=\"", "\"");
        let sent = self.http.post(format!("{}choice", self.handle.page())).form(&[("key", key), ("choice", choice)]);
        sent.send().await.unwrap().text().await.unwrap()
    }

    async fn pay(&self, fields: Fields, choice: &str) -> String {
        let (status, page) = self.open(&signed(fields)).await;
        assert_eq!(status, 200, "{page}");
        self.choose(&page, choice).await
    }
}

#[tokio::test]
async fn a_signed_form_is_paid_and_its_result_signed() {
    let bench = bench();
    let (notify, hears) = portal();
    let done = bench.pay(form("000042", &notify), "pay").await;
    assert!(done.contains("<form method=\"post\" action=\"https://rdv.exemple.test/back\">"), "{done}");
    assert!(done.contains("name=\"vads_trans_status\" value=\"AUTHORISED\""), "{done}");
    let told = tokio::task::spawn_blocking(move || read(&hears.recv().unwrap())).await.unwrap();
    assert!(signature::is_right(&told, KEY) && !signature::is_right(&told, "0123456789abcdef"));
    for (name, value) in [
        ("vads_result", "00"),
        ("vads_trans_status", "AUTHORISED"),
        ("vads_effective_amount", "2400"),
        ("vads_operation_type", "DEBIT"),
        ("vads_order_id", "FACT2026000123"),
        ("vads_trans_id", "000042"),
        ("vads_url_check_src", "PAY"),
    ] {
        assert_eq!(told.get(name).map(String::as_str), Some(value), "{name}");
    }
    let number = told.get("vads_auth_number").unwrap();
    assert!(done.contains(&format!("name=\"vads_auth_number\" value=\"{number}\"")), "one truth for both");
    bench.handle.stop().await;
}

#[tokio::test]
async fn a_form_that_is_not_right_is_told_where() {
    let bench = bench();
    let mut forged = signed(form("000042", "http://127.0.0.1:9/"));
    forged.insert("vads_amount".to_owned(), "1".to_owned());
    assert!(bench.open(&forged).await.1.contains("signature."));
    for (name, value) in [
        ("vads_version", "V1"),
        ("vads_site_id", "76543210"),
        ("vads_ctx_mode", "ACTIVATION"),
        ("vads_trans_id", "900042"),
        ("vads_trans_id", "42"),
        ("vads_trans_date", "20261301000000"),
        ("vads_amount", "24.00"),
        ("vads_amount", "0"),
        ("vads_currency", "756"),
        ("vads_order_id", "FACT 2026"),
        ("vads_payment_config", "MULTI"),
        ("vads_url_return", "javascript:alert(1)"),
    ] {
        let (status, page) = bench.open(&with(name, value)).await;
        assert!(status == 400 && page.contains(&format!("{name}.")), "{name}={value}: {page}");
    }
    bench.handle.stop().await;
}

#[tokio::test]
async fn a_number_serves_once_a_day() {
    let bench = bench();
    let fields = form("000042", "");
    let (_, page) = bench.open(&signed(fields.clone())).await;
    let (status, again) = bench.open(&signed(fields.clone())).await;
    assert_eq!(status, 200, "a page loaded anew");
    assert!(bench.choose(&page, "pay").await.contains("déjà terminé"), "the last browser decides");
    assert_eq!(bench.open(&with("vads_amount", "2500")).await.0, 400, "another form");
    bench.choose(&again, "pay").await;
    assert_eq!(bench.open(&signed(fields)).await.0, 400, "paid");
    bench.handle.stop().await;
}

#[tokio::test]
async fn a_refused_card_may_be_followed_by_another() {
    let bench = bench();
    let (notify, hears) = portal();
    let done = bench.pay(form("000042", &notify), "refused-by-bank").await;
    let page = bench.choose(&done, "retry").await;
    bench.choose(&page, "pay").await;
    let told = tokio::task::spawn_blocking(move || [0; 2].map(|_| read(&hears.recv().unwrap()))).await.unwrap();
    let mut states = told.map(|told| told.get("vads_trans_status").cloned().unwrap());
    states.sort();
    assert_eq!(states, ["AUTHORISED", "REFUSED"]);
    bench.handle.stop().await;
}

#[tokio::test]
async fn results_misbehave_on_demand() {
    let bench = bench();
    let (notify, hears) = portal();
    let faults = format!("http://{}/faults", bench.handle.addr);
    let all: [(&str, &str, &str, bool); 9] = [
        ("forged", "vads_trans_status", "AUTHORISED", false),
        ("tampered", "vads_amount", "1", false),
        ("other_amount", "vads_effective_amount", "1", true),
        ("other_currency", "vads_currency", "756", true),
        ("other_order", "vads_order_id", "AUTRE000000", true),
        ("other_site", "vads_site_id", "00000000", true),
        ("unknown_status", "vads_trans_status", "SOMETHING_NEW", true),
        ("credit", "vads_operation_type", "CREDIT", true),
        ("unsigned", "vads_trans_status", "AUTHORISED", false),
    ];
    let hears = Arc::new(std::sync::Mutex::new(hears));
    let next = || {
        let hears = hears.clone();
        tokio::task::spawn_blocking(move || read(&hears.lock().unwrap().recv().unwrap()))
    };
    for (at, (fault, name, value, right)) in all.into_iter().enumerate() {
        let put = bench.http.put(&faults).json(&serde_json::json!({ fault: true })).send().await.unwrap();
        assert_eq!(put.status(), 204, "{fault}");
        bench.pay(form(&format!("00004{at}"), &notify), "pay").await;
        let told = next().await.unwrap();
        assert_eq!(told.get(name).map(String::as_str), Some(value), "{fault}");
        assert_eq!(signature::is_right(&told, KEY), right, "{fault}");
    }
    bench.handle.misbehave(Faults { notified_twice: true, older_after: true, ..Faults::default() });
    bench.pay(form("000060", &notify), "pay").await;
    let told = [next().await.unwrap(), next().await.unwrap(), next().await.unwrap()];
    let states = told.each_ref().map(|told| told.get("vads_trans_status").cloned().unwrap());
    assert_eq!(states, ["AUTHORISED", "AUTHORISED", "ABANDONED"]);
    assert_eq!(told[0], told[1], "the same, twice");
    bench.handle.stop().await;
}
