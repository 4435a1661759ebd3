//! Bad input, foreign forms, headers on everything, limits, and nothing personal in the log.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use reqwest::{Method, StatusCode, header};
use serde_json::json;

use crate::{
    app::{On, TestApp},
    browser::Page,
    journey, log,
};

const HEADERS: &[&str] = &[
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "strict-transport-security",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "cache-control",
    "x-request-id",
];

fn has_every_header(page: &Page) {
    for name in HEADERS {
        assert_eq!(page.headers.get_all(*name).iter().count(), 1, "{name} of {} ({})", page.url, page.status);
    }
}

#[actix_web::test]
async fn every_answer_carries_every_header_and_no_refusal_is_ours() {
    let app = TestApp::start(On::Sqlite).await;
    let mut browser = app.browser();
    let long = format!("/services?text={}", "x".repeat(9000));
    let odd = [
        "/",
        "/nothing",
        "/api/v1/nothing",
        "/appointments/not-an-id",
        "/api/v1/appointments/0",
        "/slots",
        "/slots?visit_reason=1",
        "/slots?visit_reason=00000000-0000-7000-8000-000000000000",
        "/services/%00",
        "/services/%2e%2e%2f",
        "/services?text=%ff",
        "/services?text=a&text=b",
        "/services?unknown=1",
        "/checkout/1",
        "/assets/nothing.css",
        "/assets/../Cargo.toml",
        "/problems/none",
        "/login?return_to=//evil.example",
        "/login/unknown/callback?state=x&code=y",
        "/login/demo/callback",
        "/api/v1/slots?visit_reason=x&from=yesterday&limit=-1",
        "/api/v1/services?establishment=x",
        "/desk/deliveries/x",
        "/robots.txt",
        "/favicon.ico",
        "/api/v1/session",
        "/help",
        "/accessibility",
        "/legal",
        "/privacy",
        "/problems",
        &long,
    ];
    for path in odd {
        let url = format!("{}{path}", app.base);
        for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::PATCH, Method::DELETE, Method::POST] {
            let page = browser.send(method.clone(), &url, &[], None).await;
            assert!(page.status.as_u16() < 500, "{method} {path}: {}", page.status);
            has_every_header(&page);
            if page.status == StatusCode::METHOD_NOT_ALLOWED {
                assert!(page.headers.contains_key(header::ALLOW), "{method} {path}");
            }
            if path.starts_with("/api/") && page.status.as_u16() >= 400 && method != Method::HEAD {
                assert_eq!(page.headers[header::CONTENT_TYPE], "application/problem+json", "{method} {path}");
                assert_eq!(page.json()["status"], page.status.as_u16());
            }
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn cookies_keep_to_themselves_and_tokens_stay_out_of_sight() {
    let app = TestApp::start(On::Sqlite).await;
    let mut browser = app.browser();
    let page = browser.send(Method::GET, &format!("{}/", app.base), &[], None).await;
    let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-") && !cookie.contains("Domain"), "{cookie}");
    for flag in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    // Somebody put a name of their own into this browser before the login.
    let planted = "A".repeat(43);
    let jar = browser.cookies.get_mut(&app.base).unwrap();
    jar.insert("__Host-parvis-session".to_owned(), planted.clone());
    browser.log_in("/login", "camille").await;
    let session = browser.cookies[&app.base]["__Host-parvis-session"].clone();
    assert!(session.len() == 43 && session != planted, "a new name at login");
    let page = browser.open("/appointments").await;
    for value in browser.cookies[&app.base].values() {
        assert!(!page.text.contains(value.as_str()), "no cookie stands in a page");
    }
    let out = page.form("/logout");
    browser.submit(&page, &out).await;
    browser.cookies.get_mut(&app.base).unwrap().insert("__Host-parvis-session".to_owned(), session);
    let after = browser.open("/appointments").await;
    assert!(after.url.contains("/login"), "the old name opens nothing any more: {}", after.url);
    app.stop().await;
}

#[actix_web::test]
async fn a_form_of_another_site_changes_nothing() {
    let mut app = TestApp::start(On::Sqlite).await;
    app.may_leave_open = true;
    let (mut browser, confirmed) = journey::book(&app, "camille").await;
    let url = format!("{}/cancellation", confirmed.url.split('?').next().unwrap());
    let ask = browser.open(&url).await;
    let form = ask.form("/appointments/");
    let token = form.fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    let other = app.patient("helene").await.csrf().await;
    let kind = "application/x-www-form-urlencoded";
    let here = [("sec-fetch-site", "same-origin")];
    let tries: Vec<(&[(&str, &str)], String)> = vec![
        (&here, String::new()),
        (&here, "csrf=".into()),
        (&here, "csrf=nonsense".into()),
        (&here, format!("csrf={other}")),
        (&[("sec-fetch-site", "cross-site")], format!("csrf={token}")),
        (&[("sec-fetch-site", "same-site")], format!("csrf={token}")),
        (&[("origin", "https://evil.example")], format!("csrf={token}")),
        (&[("origin", "null")], format!("csrf={token}")),
    ];
    for (headers, body) in tries {
        let page = browser.send(Method::POST, &url, headers, Some((kind, body.clone()))).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{headers:?} {body}");
    }
    let plain = browser.send(Method::POST, &url, &here, Some(("text/plain", format!("csrf={token}")))).await;
    assert_eq!(plain.status, StatusCode::FORBIDDEN);
    let twice = browser.send(Method::POST, &url, &here, Some((kind, format!("csrf={token}&csrf={token}")))).await;
    assert_eq!(twice.status, StatusCode::BAD_REQUEST);
    let still = browser.open(&confirmed.url).await;
    assert!(still.attribute("a[href$='/cancellation']", "href").is_some(), "it still stands");
    app.stop().await;
}

#[actix_web::test]
async fn bodies_that_are_wrong_are_refused_with_the_right_status() {
    let app = TestApp::start(On::Sqlite).await;
    let mut browser = app.patient("camille").await;
    let hold = json!({ "hold": "01a1fd70-f1c0-7021-817c-6b8c38478043" });
    let absent = browser.call(Method::POST, "/api/v1/appointments", Some("a"), hold.clone()).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND, "{}", absent.text);
    let keyless = browser.call(Method::POST, "/api/v1/appointments", None, hold).await;
    assert_eq!(keyless.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", keyless.text);
    let unknown = browser.call(Method::POST, "/api/v1/appointments", Some("b"), json!({ "paid": true })).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unknown.text);
    let token = browser.csrf().await;
    let url = format!("{}/api/v1/appointments", app.base);
    let headers = [("x-csrf-token", token.as_str()), ("idempotency-key", "c")];
    for (kind, body, status) in [
        ("application/json", "{".to_owned(), StatusCode::BAD_REQUEST),
        ("application/json", "x".repeat(70_000), StatusCode::PAYLOAD_TOO_LARGE),
        ("text/xml", "<a/>".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/json", "[".repeat(5_000), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let page = browser.send(Method::POST, &url, &headers, Some((kind, body))).await;
        assert_eq!(page.status, status, "{kind}: {}", page.text);
    }
    app.stop().await;
}

/// One raw request; everything that comes back before the server closes.
fn raw(base: &str, request: &[u8]) -> String {
    let address = base.trim_start_matches("http://").replace("localhost", "127.0.0.1");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    stream.write_all(request).unwrap();
    drop(stream.shutdown(std::net::Shutdown::Write));
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

#[actix_web::test]
async fn broken_http_gets_one_refusal_and_never_two_answers() {
    let app = TestApp::start(On::Sqlite).await;
    let requests: &[&[u8]] = &[
        b"POST /language HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /help HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /language HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST /language HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /language HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x00\xa5\x01\x00",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ];
    for request in requests {
        let base = app.base.clone();
        let owned = request.to_vec();
        let answer = actix_web::rt::task::spawn_blocking(move || raw(&base, &owned)).await.unwrap();
        let shown = String::from_utf8_lossy(request);
        assert!(answer.matches("HTTP/1.1 2").count() == 0, "{shown}: {answer}");
        assert!(!answer.contains("HTTP/1.1 5"), "{shown}: {answer}");
        assert!(answer.matches("HTTP/1.").count() <= 1, "{shown}: {answer}");
    }
    let alive = app.browser().open("/help").await;
    assert_eq!(alive.status, StatusCode::OK);
    app.stop().await;
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_given_up() {
    let adjust = |sources: &mut server::settings::Sources| sources.set("web.body.deadline_seconds", 1);
    let app = TestApp::start_with(On::Sqlite, adjust).await;
    let base = app.base.clone();
    let answer = actix_web::rt::task::spawn_blocking(move || {
        let address = base.trim_start_matches("http://").replace("localhost", "127.0.0.1");
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(15))).unwrap();
        let head = "POST /language HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                    Content-Length: 1000\r\n\r\nlang=fr";
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = [0; 64];
        let count = stream.read(&mut answer).unwrap();
        String::from_utf8_lossy(&answer[..count]).into_owned()
    })
    .await
    .unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    app.stop().await;
}

#[actix_web::test]
async fn who_asks_too_often_is_told_to_wait() {
    let adjust = |sources: &mut server::settings::Sources| sources.set("web.limits.login", 5);
    let app = TestApp::start_with(On::Sqlite, adjust).await;
    let mut browser = app.browser();
    let url = format!("{}/login/demo/callback?state=x&code=y", app.base);
    let mut refused = None;
    for _ in 0..20 {
        let page = browser.send(Method::GET, &url, &[("x-forwarded-for", "203.0.113.7")], None).await;
        if page.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(page);
            break;
        }
    }
    let refused = refused.expect("a limit");
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    has_every_header(&refused);
    assert_eq!(browser.open("/help").await.status, StatusCode::OK, "reading goes on");
    app.stop().await;
}

#[actix_web::test]
async fn nothing_personal_reaches_the_log() {
    let app = TestApp::start(On::Sqlite).await;
    let (mut browser, confirmed) = journey::book(&app, "camille").await;
    app.deliver().await;
    browser.open("/me").await;
    browser.open("/services?text=MARQUEUR-RECHERCHE").await;
    browser.open("/login/demo/callback?state=MARQUEUR-ETAT&code=MARQUEUR-CODE").await;
    let url = format!("{}/cancellation", confirmed.url.split('?').next().unwrap());
    let ask = browser.open(&url).await;
    browser.submit(&ask, &ask.form("/appointments/")).await;
    app.deliver().await;
    let citizen = simulators::identity::CITIZENS.iter().find(|citizen| citizen.key == "camille").unwrap();
    let ours = log::ours();
    assert!(
        ours.iter().any(|line| line.contains("answered") && line.contains("/appointments/{id}")),
        "the log is heard"
    );
    let mut markers = vec![
        "camille@example.org".to_owned(),
        "0612345678".to_owned(),
        "612345678".to_owned(),
        "MARQUEUR".to_owned(),
        "Cardiologie".to_owned(),
        "Première consultation".to_owned(),
        citizen.family_name.to_owned(),
        citizen.birthdate.to_owned(),
    ];
    markers.extend(browser.cookies.values().flat_map(|jar| jar.values().filter(|value| value.len() > 20).cloned()));
    for line in ours {
        for marker in &markers {
            assert!(!line.contains(marker.as_str()), "{marker} stands in the log: {line}");
        }
    }
    app.stop().await;
}
