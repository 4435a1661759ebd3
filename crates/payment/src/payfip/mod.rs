//! PayFiP for *régies*: the DGFiP's web service `PaiementSecuriseService`. No key and no signature protect it: a notification
//! only says "go and ask", and the reference of an attempt (`idOp`) opens its details to whoever holds it. It is never
//! written to a log.

pub mod soap;

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use kernel::Money;
use url::Url;

use crate::{
    domain::{
        compare::Particulars,
        creditor::Mode,
        lookups::Answer,
        terms::{Numcli, objet},
    },
    port::{self, Asking, Finding, Kind, MOST, NotStarted, Notification, Order, Provider, Started},
};
use soap::{Fault, FaultClass, Fields, Operation};

pub const KIND: Kind =
    Kind { name: "payfip", least: Money::from_cents(100), most: MOST, can_be_asked: true, pays_titles: false };

/// The longest address the service takes for notification and return.
const LONGEST_ADDRESS: usize = 250;

/// After that the payment page of a reference opens no more (code P4).
const OPENS_WITHIN: SignedDuration = SignedDuration::from_mins(15);

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// The `[payment.providers.payfip]` section: where the service and its payment page are.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// `https://www.payfip.gouv.fr/tpa/services/securite`
    pub service: Url,
    /// `https://www.payfip.gouv.fr/tpa/paiementws.web`
    pub page: Url,
}

impl port::Section for Section {
    fn creditor_fault(&self, number: &str) -> Option<String> {
        number.parse::<Numcli>().err().map(|_| "number must be 6 digits".to_owned())
    }

    fn page(&self) -> &Url {
        &self.page
    }

    fn open(&self, http: &reqwest::Client) -> Result<Arc<dyn Provider>, String> {
        Ok(Arc::new(Payfip::new(http.clone(), self.clone())))
    }
}

pub struct Payfip {
    http: reqwest::Client,
    endpoints: Section,
}

impl Payfip {
    pub fn new(http: reqwest::Client, endpoints: Section) -> Self {
        Self { http, endpoints }
    }

    fn way_to(&self, reference: String) -> Started {
        let mut url = self.endpoints.page.clone();
        url.query_pairs_mut().append_pair("idop", &reference);
        Started::Redirect { reference, url: url.into() }
    }

    async fn ask(&self, operation: Operation, fields: &[(&str, Option<&str>)]) -> Result<Told, String> {
        let body = soap::request(operation, fields);
        let request = self.http.post(self.endpoints.service.clone()).timeout(PATIENCE);
        let request = request.header("Content-Type", "text/xml; charset=utf-8").header("SOAPAction", "\"\"").body(body);
        let answer = request.send().await.map_err(|error| error.without_url().to_string())?;
        let raw = read(answer).await?;
        // A fault comes with a status of its own (500): the body says what it is.
        let answer = soap::answer(operation, &raw).map_err(|error| error.to_string())?;
        Ok(Told { answer, raw })
    }
}

struct Told {
    answer: soap::Answer,
    raw: String,
}

/// The body, no longer than an answer may be.
async fn read(mut answer: reqwest::Response) -> Result<String, String> {
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| error.without_url().to_string())? {
        body.extend_from_slice(&part);
        if body.len() > soap::LONGEST_ANSWER {
            return Err(soap::Unreadable::Long.to_string());
        }
    }
    String::from_utf8(body).map_err(|_| soap::Unreadable::Xml.to_string())
}

impl Provider for Payfip {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn mode_name(&self, mode: Mode) -> Option<&'static str> {
        Some(saisie(mode))
    }

    fn start<'a>(&'a self, order: &'a Order) -> Asking<'a, Result<Started, NotStarted>> {
        Box::pin(async move {
            if order.notify.len() > LONGEST_ADDRESS || order.back.len() > LONGEST_ADDRESS {
                return Err(NotStarted::Refused("an address of ours is longer than 250 characters".to_owned()));
            }
            let (amount, label) = (order.amount.cents().to_string(), objet(&order.label));
            let fields = [
                ("exer", Some(order.exercice.as_str())),
                ("mel", Some(order.email.as_str())),
                ("montant", Some(amount.as_str())),
                ("numcli", Some(order.creditor.as_str())),
                ("objet", Some(label.as_str()).filter(|label| !label.is_empty())),
                ("refdet", Some(order.refdet.as_str())),
                ("saisie", Some(saisie(order.mode))),
                ("urlnotif", Some(order.notify.as_str())),
                ("urlredirect", Some(order.back.as_str())),
            ];
            let told = self.ask(Operation::Create, &fields).await.map_err(NotStarted::Unavailable)?;
            match told.answer {
                soap::Answer::Fault(fault) => Err(not_started(&fault)),
                soap::Answer::Fields(mut fields) => {
                    let without = || NotStarted::Unavailable("an answer without idOp".to_owned());
                    let reference = fields.remove("idOp").filter(|id| is_reference(id)).ok_or_else(without)?;
                    Ok(self.way_to(reference))
                }
            }
        })
    }

    fn again(&self, order: &Order, reference: &str, now: Timestamp) -> Option<Started> {
        (now.duration_since(order.at) < OPENS_WITHIN).then(|| self.way_to(reference.to_owned()))
    }

    fn on_notification(&self, fields: &[(String, String)]) -> Notification {
        // Seen as idop and as idOp, in the body and in the query.
        let named = fields.iter().find(|(name, value)| name.eq_ignore_ascii_case("idop") && is_reference(value));
        named.map_or(Notification::Unusable, |(_, reference)| Notification::PleasePoll(reference.clone()))
    }

    fn poll<'a>(&'a self, reference: &'a str) -> Asking<'a, Option<Finding>> {
        Box::pin(async move {
            // The field is `idOp`: another spelling is answered by P1 even for a reference that lives.
            Some(match self.ask(Operation::Look, &[("idOp", Some(reference))]).await {
                Ok(Told { answer: soap::Answer::Fields(fields), raw }) => finding(&fields, raw),
                Ok(Told { answer: soap::Answer::Fault(fault), raw }) => nothing_told(answer_of(&fault), raw),
                Err(why) => nothing_told(Answer::NoAnswer, why),
            })
        })
    }

    fn check<'a>(&'a self, creditor: &'a str) -> Asking<'a, Result<String, NotStarted>> {
        Box::pin(async move {
            let told = self.ask(Operation::Client, &[("numCli", Some(creditor))]).await;
            match told.map_err(NotStarted::Unavailable)?.answer {
                soap::Answer::Fault(fault) => Err(not_started(&fault)),
                soap::Answer::Fields(fields) => {
                    let names = ["libelleN1", "libelleN2", "libelleN3"];
                    let lines: Vec<&str> =
                        names.iter().filter_map(|name| fields.get(*name)).map(String::as_str).collect();
                    Ok(lines.join(", "))
                }
            }
        })
    }
}

/// Letters, digits and hyphens, as UUIDs have them; what goes into an address or a question is nothing else.
fn is_reference(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

const fn saisie(mode: Mode) -> &'static str {
    match mode {
        Mode::Test => "T",
        Mode::Activation => "X",
        Mode::Production => "W",
    }
}

/// A code that is not known is a matter of settings, never a refused payment.
fn not_started(fault: &Fault) -> NotStarted {
    let words = format!("{} {}", fault.code, fault.words).trim().to_owned();
    match (fault.class, fault.code.as_str()) {
        (FaultClass::Functional, "A1" | "A2") => NotStarted::Email(words),
        (FaultClass::Functional | FaultClass::Protocol, _) => NotStarted::Refused(words),
        (FaultClass::Dysfunction | FaultClass::Unavailable | FaultClass::Other, _) => NotStarted::Unavailable(words),
    }
}

fn answer_of(fault: &Fault) -> Answer {
    match (fault.class, fault.code.as_str()) {
        (FaultClass::Functional, "P1") => Answer::Unknown,
        (FaultClass::Functional, "P5") => Answer::Pending,
        (FaultClass::Functional, _) => Answer::NotUnderstood,
        _ => Answer::NoAnswer,
    }
}

fn nothing_told(answer: Answer, raw: String) -> Finding {
    let told = Particulars { reference: None, creditor: None, refdet: None, amount: None, mode: None };
    Finding { answer, told, ended_at: None, authorisation: None, raw }
}

fn finding(fields: &Fields, raw: String) -> Finding {
    let text = |name: &str| fields.get(name).cloned();
    let answer = match fields.get("resultrans").map(String::as_str) {
        Some("P") => Answer::Paid,
        Some("V") => Answer::DebitAccepted,
        Some("A") => Answer::Abandoned,
        Some("R" | "Z") => Answer::Refused,
        Some(_) | None => Answer::NotUnderstood,
    };
    let told = Particulars {
        reference: text("idOp"),
        creditor: text("numcli"),
        refdet: text("refdet"),
        amount: text("montant").and_then(|cents| cents.parse().ok()).map(Money::from_cents),
        mode: text("saisie"),
    };
    let ended_at = ended_at(fields.get("dattrans"), fields.get("heurtrans"));
    Finding { answer, told, ended_at, authorisation: text("numauto"), raw }
}

/// `dattrans` DDMMYYYY and `heurtrans` HHMM, wall time of Paris; either may be absent or not a date.
fn ended_at(day: Option<&String>, time: Option<&String>) -> Option<Timestamp> {
    let day = civil::Date::strptime("%d%m%Y", day?).ok()?;
    let time = civil::Time::strptime("%H%M", time?).ok()?;
    let paris = TimeZone::get("Europe/Paris").ok()?;
    Some(day.to_datetime(time).to_zoned(paris).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn results_are_an_open_set() {
        for (letter, answer) in [
            ("P", Answer::Paid),
            ("V", Answer::DebitAccepted),
            ("A", Answer::Abandoned),
            ("R", Answer::Refused),
            ("Z", Answer::Refused),
            ("W", Answer::NotUnderstood),
            ("p", Answer::NotUnderstood),
        ] {
            assert_eq!(finding(&fields(&[("resultrans", letter)]), String::new()).answer, answer, "{letter}");
        }
        assert_eq!(finding(&Fields::new(), String::new()).answer, Answer::NotUnderstood);
    }

    #[test]
    fn times_are_those_of_paris_and_may_be_missing() {
        let at = |day: &str, time: &str| ended_at(Some(&day.to_owned()), Some(&time.to_owned()));
        assert_eq!(at("01122026", "1432"), "2026-12-01T13:32:00Z".parse().ok());
        assert_eq!(at("01072026", "0005"), "2026-06-30T22:05:00Z".parse().ok());
        for (day, time) in
            [("20261201", "1432"), ("31022026", "1432"), ("01122026", "2560"), ("01122026", ""), ("", "")]
        {
            assert_eq!(at(day, time), None, "{day} {time}");
        }
        assert_eq!(ended_at(None, None), None);
    }

    #[test]
    fn a_notification_names_an_attempt_and_nothing_more() {
        let http = crate::testing::client();
        let here: Url = "http://127.0.0.1:1/".parse().unwrap();
        let payfip = Payfip::new(http, Section { service: here.clone(), page: here });
        let told = |name: &str, value: &str| payfip.on_notification(&[(name.to_owned(), value.to_owned())]);
        let id = "cc0cb210-1cd4-11ea-8cca-0213ad91a103";
        for name in ["idop", "idOp", "IDOP"] {
            assert_eq!(told(name, id), Notification::PleasePoll(id.to_owned()));
        }
        for (name, value) in
            [("id", id), ("idop", ""), ("idop", "1234567"), ("idop", "cc0cb210&resultrans=P"), ("resultrans", "P")]
        {
            assert_eq!(told(name, value), Notification::Unusable, "{name}={value}");
        }
    }

    #[test]
    fn a_fault_is_never_a_refused_payment() {
        let fault = |class, code: &str| Fault { class, code: code.to_owned(), words: String::new() };
        for (class, code, expected) in [
            (FaultClass::Functional, "P1", Answer::Unknown),
            (FaultClass::Functional, "P5", Answer::Pending),
            (FaultClass::Functional, "P9", Answer::NotUnderstood),
            (FaultClass::Dysfunction, "P5", Answer::NoAnswer),
            (FaultClass::Unavailable, "", Answer::NoAnswer),
        ] {
            assert_eq!(answer_of(&fault(class, code)), expected, "{class:?} {code}");
        }
        assert!(matches!(not_started(&fault(FaultClass::Functional, "A2")), NotStarted::Email(_)));
        assert!(matches!(not_started(&fault(FaultClass::Functional, "T2")), NotStarted::Refused(_)));
        assert!(matches!(not_started(&fault(FaultClass::Functional, "Q7")), NotStarted::Refused(_)));
        assert!(matches!(not_started(&fault(FaultClass::Unavailable, "")), NotStarted::Unavailable(_)));
    }
}
