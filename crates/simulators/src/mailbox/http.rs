//! The pages, the JSON view and the SMS gateway.

use std::{io, net::TcpListener, sync::Arc};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::Server,
    http::{StatusCode, header},
    middleware::DefaultHeaders,
    web::{self, Data, Form, JsonConfig, Path},
};
use askama::Template;
use serde::Deserialize;

use super::{Fault, Mailbox, SLOW, reading::Reading};
use crate::faults::is_own_site;

const MOST_SMS_BYTES: usize = 16 * 1024;
/// Characters an SMS gateway takes, ten messages long.
const LONGEST_SMS: usize = 1_600;

pub(super) fn serve(listener: TcpListener, mailbox: Arc<Mailbox>) -> io::Result<Server> {
    let mailbox = Data::from(mailbox);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(mailbox.clone())
            .app_data(JsonConfig::default().limit(MOST_SMS_BYTES))
            .wrap(
                DefaultHeaders::new()
                    .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                    .add((header::REFERRER_POLICY, "no-referrer"))
                    .add((header::CACHE_CONTROL, "no-store")),
            )
            .service(web::resource("/").get(list))
            .service(web::resource("/messages/{number}").get(detail))
            .service(web::resource("/messages/{number}/html").get(html))
            .service(web::resource("/messages.json").get(json))
            .service(web::resource("/sms").post(sms))
            .service(web::resource("/faults").post(faults))
            .service(web::resource("/style.css").get(style))
            .default_service(web::to(not_found))
    });
    Ok(server.workers(1).disable_signals().shutdown_timeout(1).listen(listener)?.run())
}

#[derive(Template)]
#[template(path = "mailbox/list.html")]
struct List {
    messages: Vec<Reading>,
    faults: [(&'static str, &'static str); 5],
    fault: &'static str,
}

async fn list(mailbox: Data<Mailbox>) -> HttpResponse {
    let faults = [
        ("none", "Tout va bien"),
        ("defer", "Remettre à plus tard (451, 503)"),
        ("reject", "Refuser (550, 422)"),
        ("slow", "Répondre lentement"),
        ("down", "Ne pas répondre"),
    ];
    let messages = mailbox.store.all().iter().map(|entry| Reading::of(entry)).collect();
    page(StatusCode::OK, &List { messages, faults, fault: mailbox.fault().name() })
}

#[derive(Template)]
#[template(path = "mailbox/detail.html")]
struct Detail {
    message: Reading,
}

async fn detail(mailbox: Data<Mailbox>, number: Path<u64>) -> HttpResponse {
    match mailbox.store.one(*number) {
        Some(entry) => page(StatusCode::OK, &Detail { message: Reading::of(&entry) }),
        None => not_found().await,
    }
}

/// The HTML part alone, for the frame of the page: nothing in it runs nor leaves.
async fn html(mailbox: Data<Mailbox>, number: Path<u64>) -> HttpResponse {
    match mailbox.store.one(*number).and_then(|entry| Reading::of(&entry).html) {
        Some(html) => HttpResponse::Ok()
            .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'self'"))
            .content_type("text/html; charset=utf-8")
            .body(html),
        None => not_found().await,
    }
}

async fn json(mailbox: Data<Mailbox>) -> HttpResponse {
    HttpResponse::Ok().json(mailbox.store.all().iter().map(|entry| Reading::of(entry)).collect::<Vec<_>>())
}

#[derive(Deserialize)]
struct SmsRequest {
    to: String,
    text: String,
    #[serde(default)]
    id: String,
}

async fn sms(mailbox: Data<Mailbox>, request: web::Json<SmsRequest>) -> HttpResponse {
    match mailbox.fault() {
        Fault::Defer | Fault::Down => return HttpResponse::ServiceUnavailable().finish(),
        Fault::Reject => return HttpResponse::UnprocessableEntity().finish(),
        Fault::Slow => tokio::time::sleep(SLOW).await,
        Fault::None => {}
    }
    let SmsRequest { to, text, id } = request.into_inner();
    let number =
        to.strip_prefix('+').is_some_and(|digits| digits.len() <= 15 && digits.bytes().all(|b| b.is_ascii_digit()));
    if !number || text.is_empty() || text.chars().count() > LONGEST_SMS {
        return HttpResponse::UnprocessableEntity().finish();
    }
    match mailbox.store.keep_once(mailbox.world.now(), to, text, id) {
        Ok(()) => HttpResponse::Accepted().json(serde_json::json!({"status": "accepted"})),
        Err(_) => HttpResponse::InsufficientStorage().finish(),
    }
}

#[derive(Deserialize)]
struct FaultChoice {
    fault: String,
}

async fn faults(mailbox: Data<Mailbox>, request: HttpRequest, choice: Form<FaultChoice>) -> HttpResponse {
    if !is_own_site(&request) {
        return HttpResponse::Forbidden().finish();
    }
    match Fault::named(&choice.fault) {
        Some(fault) => {
            mailbox.set_fault(fault);
            HttpResponse::SeeOther().insert_header((header::LOCATION, "/")).finish()
        }
        None => HttpResponse::UnprocessableEntity().finish(),
    }
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(include_str!("../../templates/mailbox/style.css"))
}

#[derive(Template)]
#[template(path = "mailbox/absent.html")]
struct Absent;

async fn not_found() -> HttpResponse {
    page(StatusCode::NOT_FOUND, &Absent)
}

fn page(status: StatusCode, template: &impl Template) -> HttpResponse {
    const POLICY: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    match template.render() {
        Ok(html) => HttpResponse::build(status)
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .content_type("text/html; charset=utf-8")
            .body(html),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
