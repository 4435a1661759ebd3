//! The web service: questions in, answers and faults out, or what the switches make of them.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use futures_util::stream;
use kernel::Timestamp;
use uuid::Builder;

use super::{
    Desk, Faults,
    ledger::{Operation, Outcome},
    rules::{self, Code, Fields, Refusal},
    soap::{self, Question, Technical},
};

const XML: &str = "text/xml; charset=utf-8";
const HUGE: usize = 4 * 1024 * 1024;

const WSDL: &str = include_str!("interface/service.wsdl");
const SCHEMAS: [(&str, &str); 3] = [
    ("securite.xsd", include_str!("interface/securite.xsd")),
    ("requete.xsd", include_str!("interface/requete.xsd")),
    ("reponse.xsd", include_str!("interface/reponse.xsd")),
];

pub(super) async fn interface(request: HttpRequest, desk: web::Data<Desk>) -> HttpResponse {
    if request.query_string() != "wsdl" {
        return HttpResponse::NotFound().finish();
    }
    let text = WSDL.replace("{address}", &format!("{}/tpa/services/securite", desk.base));
    HttpResponse::Ok().content_type(XML).body(text)
}

pub(super) async fn schema(name: web::Path<String>) -> HttpResponse {
    match SCHEMAS.iter().find(|(known, _)| *known == name.as_str()) {
        Some((_, text)) => HttpResponse::Ok().content_type(XML).body(*text),
        None => HttpResponse::NotFound().finish(),
    }
}

pub(super) async fn answer(body: web::Bytes, request: HttpRequest, desk: web::Data<Desk>) -> HttpResponse {
    let faults = desk.faults();
    tokio::time::sleep(Duration::from_millis(faults.slow_ms.into())).await;
    if let Some(fault) = instead(&faults) {
        return fault;
    }
    // Only a program sends this type: no form of another site reaches the service.
    let is_xml = request.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/xml"));
    if !is_xml {
        return HttpResponse::UnsupportedMediaType().finish();
    }
    let answer = std::str::from_utf8(&body)
        .map_err(|_| Refusal::Protocol("UTF-8"))
        .and_then(soap::read)
        .and_then(|question| desk.answer(&question, &faults));
    match answer {
        _ if faults.lost_answer => lost(),
        Ok(xml) => HttpResponse::Ok().content_type(XML).body(xml),
        Err(refusal) => HttpResponse::InternalServerError().content_type(XML).body(soap::refusal(refusal)),
    }
}

/// What comes instead of any answer.
fn instead(faults: &Faults) -> Option<HttpResponse> {
    let technical = [
        (faults.unavailable, Technical::Unavailable),
        (faults.dysfunction, Technical::Dysfunction),
        (faults.protocol, Technical::Protocol),
    ];
    if faults.down {
        let page = "<html><body>Service momentanément indisponible</body></html>";
        return Some(HttpResponse::ServiceUnavailable().content_type("text/html; charset=utf-8").body(page));
    }
    if faults.garbage {
        return Some(HttpResponse::Ok().content_type(XML).body("<S:Envelope><S:Body><return>\u{fffd}"));
    }
    if faults.huge {
        return Some(HttpResponse::Ok().content_type(XML).body(" ".repeat(HUGE)));
    }
    let (_, kind) = technical.into_iter().find(|(on, _)| *on)?;
    let body = soap::technical(kind, "message");
    Some(HttpResponse::build(StatusCode::INTERNAL_SERVER_ERROR).content_type(XML).body(body))
}

/// The connection breaks in the middle of the answer.
fn lost() -> HttpResponse {
    let cut = std::io::Error::other("the answer is lost");
    HttpResponse::Ok().content_type(XML).streaming(stream::iter([Err::<web::Bytes, _>(cut)]))
}

impl Desk {
    fn answer(&self, Question { operation, fields }: &Question, faults: &Faults) -> Result<String, Refusal> {
        let answered = match operation {
            soap::Operation::Create => self.create(fields)?,
            soap::Operation::Detail => self.detail(fields, faults)?,
            soap::Operation::Client => self.client(fields)?,
        };
        Ok(soap::answer(*operation, &answered))
    }

    fn create(&self, fields: &Fields) -> Result<Vec<Field>, Refusal> {
        let asked = rules::asked(fields, &self.creditors)?;
        let now = self.world.now();
        let id = self.id_op(now);
        self.ledger.create(Operation::new(id.clone(), asked, now));
        Ok(vec![("idOp", Some(id))])
    }

    /// A UUID of version 1: the instant, then a node that is not this machine's.
    fn id_op(&self, now: Timestamp) -> String {
        // 100 ns since 15 October 1582 (RFC 9562 §5.1).
        const GREGORIAN: i64 = 0x01B2_1DD2_1381_4000;
        let ticks = now.as_microsecond().saturating_mul(10).saturating_add(GREGORIAN).unsigned_abs();
        let [a, b, node @ ..] = self.eight_bytes();
        Builder::from_gregorian_timestamp(ticks, u16::from_be_bytes([a, b]), &node).into_uuid().to_string()
    }

    fn eight_bytes(&self) -> [u8; 8] {
        let mut bytes = [0; 8];
        self.world.fill(&mut bytes);
        bytes
    }

    /// A number as banks give one.
    pub(super) fn numauto(&self) -> String {
        format!("{:06}", u64::from_be_bytes(self.eight_bytes()) % 1_000_000)
    }

    fn client(&self, fields: &Fields) -> Result<Vec<Field>, Refusal> {
        // `numCli` in the question, `numcli` in the answer.
        let numcli = fields.get("numCli").map(String::as_str).unwrap_or_default();
        let creditor = rules::creditor(numcli, &self.creditors)?;
        let [one, two, three] = creditor.names.clone().map(|name| Some(name).filter(|name| !name.is_empty()));
        let numcli = Some(creditor.numcli.clone());
        Ok(vec![("libelleN1", one), ("libelleN2", two), ("libelleN3", three), ("numcli", numcli)])
    }

    fn detail(&self, fields: &Fields, faults: &Faults) -> Result<Vec<Field>, Refusal> {
        // Only this spelling: who writes `idop` is told that it is unknown.
        let id = fields.get("idOp").filter(|_| !faults.unknown_too_early).ok_or(Code::P1)?;
        let (operation, outcome) = self.ledger.detail(id, self.world.now())?;
        Ok(self.told(operation, outcome, faults))
    }

    /// The truth, or what the switches make of it.
    fn told(&self, operation: Operation, outcome: Outcome, faults: &Faults) -> Vec<Field> {
        let Operation { id, asked, .. } = operation;
        let ended = self.ledger.zone().zoned(outcome.at);
        let unless = |lies: bool, truth: String, lie: &str| Some(if lies { lie.to_owned() } else { truth });
        let time = |format: &str| Some(ended.strftime(format).to_string()).filter(|_| !faults.no_time);
        let (exer, amount) =
            (asked.exer, if faults.other_amount { asked.montant.saturating_add(1) } else { asked.montant });
        let short: String = exer.chars().take(2).collect();
        let other_mode = if asked.saisie == "T" { "W" } else { "T" };
        vec![
            ("dattrans", time("%d%m%Y")),
            ("exer", unless(faults.short_exercice, exer, &short)),
            ("heurtrans", time("%H%M")),
            ("idOp", unless(faults.other_operation, id, "00000000-0000-1000-8000-000000000000")),
            ("mel", Some(asked.mel)),
            ("montant", Some(amount.to_string())),
            ("numauto", outcome.numauto),
            ("numcli", unless(faults.other_creditor, asked.numcli, "000000")),
            ("objet", asked.objet),
            ("refdet", unless(faults.other_refdet, asked.refdet, "AUTRE000000")),
            ("resultrans", unless(faults.unknown_letter, outcome.letter.to_string(), "Q")),
            ("saisie", unless(faults.other_mode, asked.saisie, other_mode)),
        ]
    }
}

/// A field of an answer; without a value it is left out.
type Field = (&'static str, Option<String>);
