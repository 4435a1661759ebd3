//! SOAP 1.1, document/literal wrapped: questions read, answers and faults written. The element of the operation is in the
//! namespace of the service; `arg0`, `return` and the fields are in none, and what is in another is not seen.

use quick_xml::{
    escape::{escape, resolve_predefined_entity},
    events::Event,
    name::{Namespace, ResolveResult},
    reader::NsReader,
};

use super::rules::{Fields, Refusal};

const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SERVICE: &str = "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService";
/// Where the exceptions of the service live, as `faultstring` names them.
const EXCEPTIONS: &str = "fr.gouv.finances.cp.tpa.webservice.exceptions";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Create,
    Detail,
    Client,
}

impl Operation {
    const ALL: [Self; 3] = [Self::Create, Self::Detail, Self::Client];

    const fn name(self) -> &'static str {
        match self {
            Self::Create => "creerPaiementSecurise",
            Self::Detail => "recupererDetailPaiementSecurise",
            Self::Client => "recupererDetailClient",
        }
    }
}

/// The faults of the interface that are not about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Technical {
    Dysfunction,
    Unavailable,
    Protocol,
}

/// A question, read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) operation: Operation,
    pub(super) fields: Fields,
}

/// Where an element is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    Soap,
    Service,
    Nowhere,
    Elsewhere,
}

/// Reads `Envelope/Body/operation/arg0/field`, whatever the prefixes and the order of fields.
pub(super) fn read(xml: &str) -> Result<Question, Refusal> {
    let broken = Refusal::Protocol("XML");
    let mut reader = NsReader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut path: Vec<(From, String)> = Vec::new();
    let mut question: Option<Question> = None;
    let mut text = String::new();
    loop {
        let (namespace, event) = reader.read_resolved_event().map_err(|_| broken)?;
        let from = from(&namespace);
        match event {
            Event::Eof if path.is_empty() => return question.ok_or(Refusal::Protocol("Body")),
            Event::Eof | Event::DocType(_) => return Err(broken),
            Event::Start(start) => {
                let name = String::from_utf8(start.local_name().as_ref().to_vec()).map_err(|_| broken)?;
                if from == From::Service && stands(&path, &["Envelope", "Body"]) && question.is_none() {
                    question = Some(of_operation(&name)?);
                }
                path.push((from, name));
                text.clear();
            }
            Event::Text(part) => text += &part.decode().map_err(|_| broken)?,
            Event::CData(part) => text += &part.decode().map_err(|_| broken)?,
            Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(|_| broken)? {
                Some(character) => text.push(character),
                None => {
                    let name = reference.decode().map_err(|_| broken)?;
                    text += resolve_predefined_entity(&name).ok_or(broken)?;
                }
            },
            Event::End(_) => {
                let (from, name) = path.pop().ok_or(broken)?;
                if let Some(question) = question.as_mut().filter(|_| from == From::Nowhere && is_field(&path)) {
                    question.fields.insert(name, std::mem::take(&mut text).trim().to_owned());
                }
            }
            Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
}

fn from(namespace: &ResolveResult<'_>) -> From {
    match namespace {
        ResolveResult::Bound(Namespace(name)) if *name == ENVELOPE.as_bytes() => From::Soap,
        ResolveResult::Bound(Namespace(name)) if *name == SERVICE.as_bytes() => From::Service,
        ResolveResult::Unbound => From::Nowhere,
        ResolveResult::Bound(_) | ResolveResult::Unknown(_) => From::Elsewhere,
    }
}

/// Whether these are the elements of the envelope, from the outermost on.
fn stands(path: &[(From, String)], names: &[&str]) -> bool {
    path.len() == names.len()
        && path.iter().zip(names).all(|((from, name), wanted)| *from == From::Soap && name == wanted)
}

fn is_field(path: &[(From, String)]) -> bool {
    match path {
        [envelope @ .., (From::Service, _), (From::Nowhere, argument)] => {
            stands(envelope, &["Envelope", "Body"]) && argument == "arg0"
        }
        _ => false,
    }
}

fn of_operation(name: &str) -> Result<Question, Refusal> {
    let operation = Operation::ALL.into_iter().find(|operation| operation.name() == name);
    operation.map(|operation| Question { operation, fields: Fields::new() }).ok_or(Refusal::Protocol("operation"))
}

/// The answer; fields without a value are left out, in the order of the schema.
pub(super) fn answer(operation: Operation, fields: &[(&str, Option<String>)]) -> String {
    let mut inner = String::new();
    for (name, value) in fields {
        if let Some(value) = value {
            inner += &format!("<{name}>{}</{name}>", escape(value.as_str()));
        }
    }
    let element = format!("{}Response", operation.name());
    envelope(&format!(r#"<ns2:{element} xmlns:ns2="{SERVICE}"><return>{inner}</return></ns2:{element}>"#))
}

/// A rule said no, or the message is wrong.
pub(super) fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::Code(code) => fault("FonctionnelleErreur", code.name(), code.words()),
        Refusal::Protocol(what) => technical(Technical::Protocol, what),
    }
}

pub(super) fn technical(technical: Technical, what: &str) -> String {
    match technical {
        Technical::Dysfunction => fault("TechDysfonctionnementErreur", "999", "Erreur technique."),
        Technical::Unavailable => fault("TechIndisponibiliteErreur", "", "Service momentanément indisponible."),
        Technical::Protocol => fault("TechProtocolaireErreur", "", &format!("Message non conforme : {what}.")),
    }
}

fn fault(element: &str, code: &str, words: &str) -> String {
    envelope(&format!(
        r#"<S:Fault xmlns=""><faultcode>S:Server</faultcode><faultstring>{EXCEPTIONS}.{element}</faultstring><detail><ns2:{element} xmlns:ns2="{SERVICE}"><code>{}</code><descriptif/><libelle>{}</libelle><severite>2</severite></ns2:{element}></detail></S:Fault>"#,
        escape(code),
        escape(words),
    ))
}

fn envelope(body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="{ENVELOPE}"><S:Body>{body}</S:Body></S:Envelope>"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(inner: &str) -> Result<Question, Refusal> {
        read(&format!(r#"<e:Envelope xmlns:e="{ENVELOPE}"><e:Header/><e:Body>{inner}</e:Body></e:Envelope>"#))
    }

    #[test]
    fn fields_in_any_order_and_only_where_they_belong() {
        let question = asked(&format!(
            r#"<a:creerPaiementSecurise xmlns:a="{SERVICE}"><arg0><refdet>FACT&#50;&amp;</refdet><exer> 2026 </exer><objet/><x:mel xmlns:x="urn:x">a@b.fr</x:mel></arg0><saisie>W</saisie></a:creerPaiementSecurise>"#
        ));
        let fields = [("exer", "2026"), ("objet", ""), ("refdet", "FACT2&")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(question, Ok(Question { operation: Operation::Create, fields }));
    }

    #[test]
    fn what_is_no_question_of_this_service() {
        let other = format!(r#"<a:rembourser xmlns:a="{SERVICE}"><arg0/></a:rembourser>"#);
        let foreign = r#"<a:creerPaiementSecurise xmlns:a="urn:other"><arg0/></a:creerPaiementSecurise>"#;
        for (inner, what) in [(other.as_str(), "operation"), (foreign, "Body"), ("", "Body"), ("<a>", "XML")] {
            assert_eq!(asked(inner), Err(Refusal::Protocol(what)), "{inner}");
        }
        assert_eq!(read("maintenance"), Err(Refusal::Protocol("Body")));
        assert_eq!(read("<!DOCTYPE a [<!ENTITY b \"c\">]><a/>"), Err(Refusal::Protocol("XML")));
    }
}
