//! Its pages, in French, marked as a demonstration: the messages, one in full, the switch of its conduct; and the
//! same as JSON for tests.

use actix_web::{
    HttpResponse,
    http::header::{ContentType, LOCATION},
    web::{Data, Form, Json, Path, ServiceConfig, get, post},
};
use askama::Template;
use serde::{Deserialize, Serialize};
use sih::hl7::{self, Header, Outline};

use super::{Conduct, Entry, Hospital, Partner, Stay};

/// Characters of one field.
const SHOWN: usize = 2_000;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/", get().to(list))
        .route("/messages/{number}", get().to(detail))
        .route("/messages.json", get().to(json))
        .route("/conduct", post().to(behave))
        .route("/stays", post().to(tell))
        .route("/style.css", get().to(style));
}

/// What a line of the list says of a message.
#[derive(Debug, Serialize)]
struct Line {
    number: usize,
    received_at: String,
    message_type: String,
    control_id: String,
    /// PID-5.1 as received.
    surname: String,
    acknowledgement: String,
    conduct: Conduct,
    repeats: Option<usize>,
    sent: bool,
    /// Text of the message, segments ended by CR.
    message: String,
    answer: String,
}

impl Line {
    fn of(entry: &Entry, partner: &Partner) -> Self {
        let message = hl7::read(&entry.message).ok();
        let header = message.as_ref().and_then(Header::of).unwrap_or_default();
        let pid = message.as_ref().and_then(|message| message.first("PID"));
        Self {
            number: entry.number,
            received_at: partner.zone.zoned(entry.received_at).strftime("%d/%m/%Y %H:%M:%S").to_string(),
            message_type: header.message_type(),
            control_id: header.control_id.clone(),
            surname: pid.and_then(|pid| pid.text(5)).unwrap_or_default().to_owned(),
            acknowledgement: entry.code.clone(),
            conduct: entry.conduct,
            repeats: entry.repeats,
            sent: entry.sent,
            message: text(&entry.message, &header),
            answer: text(&entry.answer, &header),
        }
    }
}

#[derive(Template)]
#[template(path = "sih/list.html")]
struct List<'a> {
    lines: Vec<Line>,
    conduct: Conduct,
    hospitals: &'a [Hospital],
}

#[derive(Template)]
#[template(path = "sih/detail.html")]
struct Detail {
    line: Line,
    segments: Vec<Outline>,
    answer: Vec<Outline>,
}

async fn list(partner: Data<Partner>) -> HttpResponse {
    let lines = partner.entries().iter().rev().take(200).map(|entry| Line::of(entry, &partner)).collect();
    let hospitals = partner.portal().map(|portal| portal.hospitals.as_slice()).unwrap_or_default();
    page(&List { lines, conduct: partner.conduct(), hospitals })
}

async fn detail(partner: Data<Partner>, number: Path<usize>) -> HttpResponse {
    let entries = partner.entries();
    let Some(entry) = number.checked_sub(1).and_then(|place| entries.get(place)) else {
        return HttpResponse::NotFound().content_type(ContentType::plaintext()).body("Ce message n'existe pas.");
    };
    page(&Detail { line: Line::of(entry, &partner), segments: outline(&entry.message), answer: outline(&entry.answer) })
}

async fn json(partner: Data<Partner>) -> Json<Vec<Line>> {
    Json(partner.entries().iter().rev().map(|entry| Line::of(entry, &partner)).collect())
}

#[derive(Deserialize)]
struct Behave {
    conduct: Conduct,
}

async fn behave(partner: Data<Partner>, form: Form<Behave>) -> HttpResponse {
    partner.behave(form.conduct);
    HttpResponse::SeeOther().insert_header((LOCATION, "/")).finish()
}

/// Back to the list, where what was sent stands with its acknowledgement.
async fn tell(partner: Data<Partner>, form: Form<Stay>) -> HttpResponse {
    match partner.tell(&form).await {
        Ok(_) => HttpResponse::SeeOther().insert_header((LOCATION, "/")).finish(),
        Err(error) => HttpResponse::BadGateway().content_type(ContentType::plaintext()).body(error.to_string()),
    }
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(include_str!("../../templates/sih/style.css"))
}

fn page(template: &impl Template) -> HttpResponse {
    match template.render() {
        Ok(html) => HttpResponse::Ok()
            .content_type(ContentType::html())
            .insert_header(("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'"))
            .insert_header(("Cache-Control", "no-store"))
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a page of the SIH simulator");
            HttpResponse::InternalServerError().finish()
        }
    }
}

fn outline(bytes: &[u8]) -> Vec<Outline> {
    let mut outline = hl7::read(bytes).map(|message| hl7::outline(&message)).unwrap_or_default();
    // A document is shown by its beginning.
    for (_, value) in outline.iter_mut().flat_map(|segment| segment.fields.iter_mut()) {
        if value.len() > SHOWN {
            *value = value.chars().take(SHOWN).chain(['…']).collect();
        }
    }
    outline
}

fn text(bytes: &[u8], header: &Header) -> String {
    header.charset.decode(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned())
}
