//! The messages of the web service `PaiementSecuriseService` (SOAP 1.1, document/literal wrapped), as its WSDL has them: only
//! the element of the operation is in a namespace, `arg0`, `return` and all fields are in none, fields stand in the order
//! of the schema.

use std::collections::BTreeMap;

use quick_xml::{
    escape::escape,
    events::{BytesRef, Event},
    name::{Namespace, ResolveResult},
    reader::NsReader,
};

/// Namespace of operations and faults.
pub const SERVICE: &str = "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService";
const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Answers are short; anything longer is not the service.
pub const LONGEST_ANSWER: usize = 64 * 1024;

/// What the service can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    Create,
    Look,
    /// Whether a creditor is known and may use the web service.
    Client,
}

impl Operation {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "creerPaiementSecurise",
            Self::Look => "recupererDetailPaiementSecurise",
            Self::Client => "recupererDetailClient",
        }
    }
}

/// The envelope of a question. Absent fields are left out, as the schema allows.
pub fn request(operation: Operation, fields: &[(&str, Option<&str>)]) -> String {
    let mut xml = String::with_capacity(1024);
    xml += r#"<?xml version="1.0" encoding="UTF-8"?>"#;
    xml += &format!(r#"<soapenv:Envelope xmlns:soapenv="{ENVELOPE}" xmlns:pai="{SERVICE}"><soapenv:Body>"#);
    xml += &format!("<pai:{}><arg0>", operation.name());
    for (name, value) in fields {
        if let Some(value) = value {
            xml += &format!("<{name}>{}</{name}>", escape(*value));
        }
    }
    xml += &format!("</arg0></pai:{}></soapenv:Body></soapenv:Envelope>", operation.name());
    xml
}

/// What the service answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The fields of `return`.
    Fields(Fields),
    Fault(Fault),
}

/// Fields by name, without those that are empty.
pub type Fields = BTreeMap<String, String>;

/// A refusal, its words as the service wrote them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{class:?} {code}: {words}")]
pub struct Fault {
    pub class: FaultClass,
    /// `P1`, `A2`… or empty.
    pub code: String,
    pub words: String,
}

/// The four faults of the WSDL, and any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultClass {
    /// A rule of the service said no; the code tells which.
    Functional,
    /// Something broke there.
    Dysfunction,
    /// Closed for now.
    Unavailable,
    /// Our message is wrong.
    Protocol,
    /// A SOAP fault without one of the details above.
    Other,
}

/// It is not an answer of this service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the answer is not well-formed XML")]
    Xml,
    #[error("the answer is longer than {LONGEST_ANSWER} bytes")]
    Long,
    #[error("the answer carries a document type declaration")]
    Doctype,
    #[error("the answer is not of the service that was asked")]
    Foreign,
}

/// Reads the answer to a question.
pub fn answer(operation: Operation, xml: &str) -> Result<Answer, Unreadable> {
    if xml.len() > LONGEST_ANSWER {
        return Err(Unreadable::Long);
    }
    let found = walk(xml)?;
    match found.element.as_deref() {
        Some(name) if name == format!("{}Response", operation.name()) => Ok(Answer::Fields(found.fields)),
        Some(name) if found.is_fault => Ok(Answer::Fault(fault(name, found.fields))),
        None if found.is_fault => Ok(Answer::Fault(fault("", found.soap_fault))),
        _ => Err(Unreadable::Foreign),
    }
}

fn fault(element: &str, mut fields: Fields) -> Fault {
    let class = match element {
        "FonctionnelleErreur" => FaultClass::Functional,
        "TechDysfonctionnementErreur" => FaultClass::Dysfunction,
        "TechIndisponibiliteErreur" => FaultClass::Unavailable,
        "TechProtocolaireErreur" => FaultClass::Protocol,
        _ => FaultClass::Other,
    };
    let words = ["libelle", "message", "descriptif", "faultstring"].iter().find_map(|name| fields.remove(*name));
    Fault { class, code: fields.remove("code").unwrap_or_default(), words: words.unwrap_or_default() }
}

/// What stands in an envelope.
#[derive(Default)]
struct Found {
    is_fault: bool,
    /// Local name of the element of the service: the response, or the detail of a fault.
    element: Option<String>,
    fields: Fields,
    /// `faultcode`, `faultstring`.
    soap_fault: Fields,
}

/// One pass over the elements, their depth and namespace. Prefixes are the sender's to choose.
fn walk(xml: &str) -> Result<Found, Unreadable> {
    let mut reader = NsReader::from_str(xml);
    let mut found = Found::default();
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut in_envelope = false;
    loop {
        let (namespace, event) = reader.read_resolved_event().map_err(|_| Unreadable::Xml)?;
        let soap = namespace == ResolveResult::Bound(Namespace(ENVELOPE.as_bytes()));
        let ours = namespace == ResolveResult::Bound(Namespace(SERVICE.as_bytes()));
        match event {
            Event::Eof if path.is_empty() && in_envelope => return Ok(found),
            Event::Eof => return Err(Unreadable::Xml),
            Event::DocType(_) => return Err(Unreadable::Doctype),
            Event::Start(start) => {
                let name = local(start.local_name().as_ref())?;
                in_envelope |= soap && path.is_empty() && name == "Envelope";
                found.is_fault |= soap && name == "Fault";
                if ours && found.element.is_none() {
                    found.element = Some(name.clone());
                }
                path.push(name);
                text.clear();
            }
            Event::Text(part) => text += &part.decode().map_err(|_| Unreadable::Xml)?,
            Event::CData(part) => text += &part.decode().map_err(|_| Unreadable::Xml)?,
            Event::GeneralRef(reference) => text.push(character(&reference)?),
            Event::End(_) => {
                let name = path.pop().ok_or(Unreadable::Xml)?;
                keep(&mut found, &path, name, std::mem::take(&mut text));
            }
            Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
}

/// Keeps a leaf where fields stand: below `return`, below the detail of a fault, or in the fault itself.
fn keep(found: &mut Found, path: &[String], name: String, text: String) {
    let value = text.trim().to_owned();
    let parent = path.last().map(String::as_str);
    if value.is_empty() {
        return;
    }
    if parent == Some("return") || (found.is_fault && parent.is_some() && parent == found.element.as_deref()) {
        found.fields.insert(name, value);
    } else if parent == Some("Fault") {
        found.soap_fault.insert(name, value);
    }
}

fn local(name: &[u8]) -> Result<String, Unreadable> {
    String::from_utf8(name.to_vec()).map_err(|_| Unreadable::Xml)
}

/// The five entities of XML and characters by number; no other exists without a document type.
fn character(reference: &BytesRef<'_>) -> Result<char, Unreadable> {
    if let Some(character) = reference.resolve_char_ref().map_err(|_| Unreadable::Xml)? {
        return Ok(character);
    }
    match reference.decode().map_err(|_| Unreadable::Xml)?.as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(Unreadable::Xml),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(body: &str) -> String {
        format!(r#"<S:Envelope xmlns:S="{ENVELOPE}"><S:Body>{body}</S:Body></S:Envelope>"#)
    }

    #[test]
    fn a_question_is_written_as_the_schema_has_it() {
        let xml = request(
            Operation::Create,
            &[
                ("exer", Some("2026")),
                ("mel", Some("a&b@exemple.test")),
                ("objet", None),
                ("refdet", Some("FACT2026000123")),
            ],
        );
        assert_eq!(
            xml,
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"{ENVELOPE}\" xmlns:pai=\"{SERVICE}\">\
                 <soapenv:Body><pai:creerPaiementSecurise><arg0><exer>2026</exer><mel>a&amp;b@exemple.test</mel>\
                 <refdet>FACT2026000123</refdet></arg0></pai:creerPaiementSecurise></soapenv:Body></soapenv:Envelope>"
            )
        );
    }

    #[test]
    fn an_answer_is_read_whatever_its_prefixes() {
        for body in [
            format!(
                r#"<ns2:creerPaiementSecuriseResponse xmlns:ns2="{SERVICE}"><return><idOp>cc0c&#45;b210</idOp><vide/></return></ns2:creerPaiementSecuriseResponse>"#
            ),
            format!(
                r#"<creerPaiementSecuriseResponse xmlns="{SERVICE}"><return xmlns=""><idOp> cc0c<![CDATA[-]]>b210
            </idOp></return></creerPaiementSecuriseResponse>"#
            ),
        ] {
            let fields = Fields::from([("idOp".to_owned(), "cc0c-b210".to_owned())]);
            assert_eq!(answer(Operation::Create, &envelope(&body)), Ok(Answer::Fields(fields)));
            assert_eq!(answer(Operation::Look, &envelope(&body)), Err(Unreadable::Foreign), "another operation's");
        }
    }

    #[test]
    fn faults_are_told_apart() {
        for (element, class) in [
            ("FonctionnelleErreur", FaultClass::Functional),
            ("TechDysfonctionnementErreur", FaultClass::Dysfunction),
            ("TechIndisponibiliteErreur", FaultClass::Unavailable),
            ("TechProtocolaireErreur", FaultClass::Protocol),
        ] {
            let body = format!(
                r#"<S:Fault><faultcode>S:Server</faultcode><faultstring>fr.gouv…</faultstring><detail><x:{element} xmlns:x="{SERVICE}"><code>P1</code><descriptif/><libelle>IdOp incorrect.</libelle><severite>2</severite></x:{element}></detail></S:Fault>"#
            );
            let fault = Fault { class, code: "P1".to_owned(), words: "IdOp incorrect.".to_owned() };
            assert_eq!(answer(Operation::Look, &envelope(&body)), Ok(Answer::Fault(fault)));
        }
        let bare =
            envelope("<S:Fault><faultcode>S:Client</faultcode><faultstring>Unknown operation</faultstring></S:Fault>");
        let fault = Fault { class: FaultClass::Other, code: String::new(), words: "Unknown operation".to_owned() };
        assert_eq!(answer(Operation::Look, &bare), Ok(Answer::Fault(fault)));
    }

    #[test]
    fn what_is_not_the_service_is_not_read() {
        let response = format!(
            r#"<a:creerPaiementSecuriseResponse xmlns:a="{SERVICE}"><return/></a:creerPaiementSecuriseResponse>"#
        );
        let foreign = r#"<a:creerPaiementSecuriseResponse xmlns:a="urn:other"><return><idOp>x</idOp></return></a:creerPaiementSecuriseResponse>"#;
        for (xml, expected) in [
            ("<html><body>maintenance</body></html>".to_owned(), Unreadable::Xml),
            (String::new(), Unreadable::Xml),
            (envelope(foreign), Unreadable::Foreign),
            (envelope(&response).replace("</S:Body>", ""), Unreadable::Xml),
            (format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{}", envelope(&response)), Unreadable::Doctype),
            (envelope(&response.replace("<return/>", "<return><idOp>&a;</idOp></return>")), Unreadable::Xml),
            (" ".repeat(LONGEST_ANSWER + 1), Unreadable::Long),
        ] {
            assert_eq!(answer(Operation::Create, &xml), Err(expected), "{:.80}", xml);
        }
    }
}
