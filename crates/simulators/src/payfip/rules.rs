//! What the service takes: one field after the other, and the first that is wrong is the only one it speaks of.

use std::collections::BTreeMap;

use serde::Serialize;
use url::Url;

/// The fields of a question by name.
pub(super) type Fields = BTreeMap<String, String>;

/// Who may be paid.
#[derive(Debug, Clone)]
pub struct Creditor {
    /// 6 digits.
    pub numcli: String,
    /// `libelleN1` to `libelleN3`.
    pub names: [String; 3],
    /// The largest amount, in cents.
    pub most_cents: u64,
    /// Whether the creditor signed for the web service (T4 otherwise).
    pub web_service: bool,
}

/// A payment as its creditor asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    pub numcli: String,
    pub exer: String,
    pub refdet: String,
    pub objet: Option<String>,
    /// Cents.
    pub montant: u64,
    pub mel: String,
    pub saisie: String,
    pub urlnotif: String,
    pub urlredirect: String,
}

/// Why a question has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Code(Code),
    /// The message is not what it should be.
    Protocol(&'static str),
}

macro_rules! codes {
    ($($code:ident: $words:literal),+ $(,)?) => {
        /// The functional refusals.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Code {
            $($code,)+
        }

        impl Code {
            pub(super) const fn name(self) -> &'static str {
                match self {
                    $(Self::$code => stringify!($code),)+
                }
            }

            pub(super) const fn words(self) -> &'static str {
                match self {
                    $(Self::$code => $words,)+
                }
            }
        }
    };
}

codes! {
    T1: "Numéro client non valide.",
    T2: "Numéro client absent de la base PayFiP.",
    T4: "Numéro client sans accès sécurisé.",
    R3: "Format de la référence de dette (REFDET) non conforme.",
    A1: "Adresse mél absente.",
    A2: "Adresse mél incorrecte.",
    M1: "Format du montant non valide.",
    M3: "Montant inférieur à un euro.",
    M5: "Montant supérieur au plafond.",
    S1: "Type de saisie non valide.",
    N1: "Adresse de notification non valide.",
    D1: "Adresse de redirection non valide.",
    P1: "IdOp incorrect.",
    P3: "IdOp déjà utilisé pour un paiement.",
    P4: "IdOp enregistré depuis plus de quinze minutes.",
    P5: "Résultat de la transaction non connu.",
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::Code(code)
    }
}

/// The smallest amount, in cents.
const LEAST: u64 = 100;

/// The longest address of notification or return, in characters.
const LONGEST_ADDRESS: usize = 250;

/// A payment that may be made.
pub(super) fn asked(fields: &Fields, creditors: &[Creditor]) -> Result<Asked, Refusal> {
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let creditor = creditor(text("numcli"), creditors)?;
    if !is_year(text("exer")) {
        return Err(Refusal::Protocol("exer"));
    }
    if !is_refdet(text("refdet")) {
        return Err(Code::R3.into());
    }
    let objet = Some(text("objet")).filter(|objet| !objet.is_empty());
    if !objet.is_none_or(is_objet) {
        return Err(Refusal::Protocol("objet"));
    }
    match text("mel") {
        "" => return Err(Code::A1.into()),
        mel if !is_mail(mel) => return Err(Code::A2.into()),
        _ => {}
    }
    let montant = amount(text("montant"), creditor.most_cents)?;
    if !["T", "X", "W"].contains(&text("saisie")) {
        return Err(Code::S1.into());
    }
    if !is_address(text("urlnotif")) {
        return Err(Code::N1.into());
    }
    if !is_address(text("urlredirect")) {
        return Err(Code::D1.into());
    }
    Ok(Asked {
        numcli: creditor.numcli.clone(),
        exer: text("exer").to_owned(),
        refdet: text("refdet").to_owned(),
        objet: objet.map(str::to_owned),
        montant,
        mel: text("mel").to_owned(),
        saisie: text("saisie").to_owned(),
        urlnotif: text("urlnotif").to_owned(),
        urlredirect: text("urlredirect").to_owned(),
    })
}

/// A creditor who may use the service.
pub(super) fn creditor<'a>(numcli: &str, creditors: &'a [Creditor]) -> Result<&'a Creditor, Code> {
    known(numcli, creditors).and_then(|known| if known.web_service { Ok(known) } else { Err(Code::T4) })
}

/// A creditor, of the service or of the page for titles alone.
pub(super) fn known<'a>(numcli: &str, creditors: &'a [Creditor]) -> Result<&'a Creditor, Code> {
    if numcli.len() != 6 || !all_digits(numcli) {
        return Err(Code::T1);
    }
    creditors.iter().find(|creditor| creditor.numcli == numcli).ok_or(Code::T2)
}

pub(super) fn amount(text: &str, most: u64) -> Result<u64, Code> {
    if text.is_empty() || !all_digits(text) {
        return Err(Code::M1);
    }
    // More digits than a number holds are too much all the same.
    match text.parse().unwrap_or(u64::MAX) {
        cents if cents < LEAST => Err(Code::M3),
        cents if cents > most => Err(Code::M5),
        cents => Ok(cents),
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn is_year(text: &str) -> bool {
    text.len() == 4 && all_digits(text)
}

pub(super) fn is_refdet(text: &str) -> bool {
    (6..=30).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_objet(text: &str) -> bool {
    text.len() <= 100 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ')
}

pub(super) fn is_mail(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let sound = text.bytes().all(|b| b.is_ascii_graphic()) && !domain.contains('@');
    let domain_is_right = domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty());
    (6..=80).contains(&text.len()) && sound && !local.is_empty() && domain_is_right
}

pub(super) fn is_address(text: &str) -> bool {
    let web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    text.len() <= LONGEST_ADDRESS && Url::parse(text).as_ref().is_ok_and(web)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn creditors() -> Vec<Creditor> {
        let named = |numcli: &str, web_service| Creditor {
            numcli: numcli.to_owned(),
            names: ["Régie", "Hôpital", ""].map(str::to_owned),
            most_cents: 10_000_000,
            web_service,
        };
        vec![named("090909", true), named("090910", false)]
    }

    fn fields() -> Fields {
        [
            ("numcli", "090909"),
            ("exer", "2026"),
            ("refdet", "FACT2026000123"),
            ("objet", "consultation"),
            ("montant", "2400"),
            ("mel", "camille@exemple.test"),
            ("saisie", "W"),
            ("urlnotif", "https://rdv.exemple.test/n"),
            ("urlredirect", "https://rdv.exemple.test/r"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    fn with(changes: &[(&str, &str)]) -> Result<Asked, Refusal> {
        let mut fields = fields();
        for (name, value) in changes {
            fields.insert((*name).to_owned(), (*value).to_owned());
        }
        asked(&fields, &creditors())
    }

    #[test]
    fn each_field_has_its_refusal() {
        assert!(with(&[]).is_ok());
        assert_eq!(with(&[("objet", "")]).unwrap().objet, None);
        let long = format!("https://rdv.exemple.test/{}", "a".repeat(250));
        for (field, value, code) in [
            ("numcli", "90909", Code::T1),
            ("numcli", "09090a", Code::T1),
            ("numcli", "090908", Code::T2),
            ("numcli", "090910", Code::T4),
            ("refdet", "1234", Code::R3),
            ("refdet", "FACT-2026-000123", Code::R3),
            ("mel", "", Code::A1),
            ("mel", "camille", Code::A2),
            ("mel", "camille@exemple", Code::A2),
            ("mel", "camille exemple@exemple.test", Code::A2),
            ("montant", "24,00", Code::M1),
            ("montant", "", Code::M1),
            ("montant", "-100", Code::M1),
            ("montant", "99", Code::M3),
            ("montant", "10000001", Code::M5),
            ("montant", "99999999999999999999999", Code::M5),
            ("saisie", "A", Code::S1),
            ("urlnotif", "", Code::N1),
            ("urlnotif", &long, Code::N1),
            ("urlredirect", "javascript:alert(1)", Code::D1),
        ] {
            assert_eq!(with(&[(field, value)]), Err(code.into()), "{field}={value}");
        }
        assert_eq!(with(&[("exer", "26")]), Err(Refusal::Protocol("exer")));
        assert_eq!(with(&[("objet", "séjour")]), Err(Refusal::Protocol("objet")));
    }

    #[test]
    fn the_first_that_is_wrong_is_told() {
        assert_eq!(with(&[("mel", "a@b"), ("montant", "9990000001")]), Err(Code::A2.into()));
        assert_eq!(with(&[("numcli", "1"), ("refdet", "1"), ("mel", "")]), Err(Code::T1.into()));
        assert_eq!(with(&[("urlnotif", ""), ("urlredirect", "")]), Err(Code::N1.into()));
    }
}
