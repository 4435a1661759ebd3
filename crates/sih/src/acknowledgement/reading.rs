//! MSA and ERR of an answer.

use serde::Deserialize;

use crate::hl7::{Message, Segment};

/// MSA-1 (table 0008). The commit codes of the enhanced mode, which we never ask for, count as their namesakes:
/// a partner that sends them sends nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Code {
    #[serde(rename = "AA")]
    Accepted,
    #[serde(rename = "AE")]
    Error,
    #[serde(rename = "AR")]
    Rejected,
}

impl Code {
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "AA",
            Self::Error => "AE",
            Self::Rejected => "AR",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        match name {
            "AA" | "CA" => Some(Self::Accepted),
            "AE" | "CE" => Some(Self::Error),
            "AR" | "CR" => Some(Self::Rejected),
            _ => None,
        }
    }
}

/// What a partner answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    pub code: Code,
    /// ERR-3 of the first error (table 0357).
    pub error: Option<u16>,
    /// Where and why, for a person: ERR-2, ERR-3, ERR-7 and ERR-8, or MSA-3.
    pub reason: String,
}

impl Acknowledgement {
    /// `None` if the answer has no MSA or an MSA-1 nobody knows.
    pub fn of(answer: &Message) -> Option<Self> {
        let msa = answer.first("MSA")?;
        let code = Code::from_name(msa.text(1)?)?;
        let errors: Vec<&Segment> = answer.all("ERR").filter(|err| !matches!(err.text(4), Some("I" | "W"))).collect();
        let first = errors.first();
        let error = first.and_then(|err| error_code(err)).or_else(|| msa.text(6)?.parse().ok());
        let mut parts: Vec<String> = errors.iter().flat_map(|err| spoken(err)).collect();
        parts.extend(msa.text(3).map(str::to_owned));
        Some(Self { code, error, reason: parts.join(" – ") })
    }
}

/// ERR-3, or the fourth component of ERR-1 as before v2.5.
fn error_code(err: &Segment) -> Option<u16> {
    let old = || err.field(1)?.repetitions().first()?.text(4);
    err.text(3).or_else(old)?.parse().ok()
}

fn spoken(err: &Segment) -> Vec<String> {
    let place = |component| err.component(2, component).unwrap_or_default();
    let place = [place(1), place(2), place(3)].join("-").trim_matches('-').to_owned();
    let texts = [Some(place.as_str()), err.text(3), err.component(3, 2), err.text(7), err.text(8)];
    texts.into_iter().flatten().filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hl7::read;

    fn of(lines: &str) -> Option<Acknowledgement> {
        Acknowledgement::of(&read(format!("MSH|^~\\&|A|B|C|D|1||ACK|1|P|2.5\r{lines}").as_bytes()).unwrap())
    }

    #[test]
    fn codes_and_reasons_are_read() {
        let found = of("MSA|AE|ID1\rERR||PID^1^18|101^Champ absent^HL70357|E|||PID-18 manque|Dossier absent").unwrap();
        assert_eq!((found.code, found.error), (Code::Error, Some(101)));
        assert_eq!(found.reason, "PID-1-18 – 101 – Champ absent – PID-18 manque – Dossier absent");
        let found = of("MSA|AR|ID1|Base arrêtée").unwrap();
        assert_eq!((found.code, found.error, found.reason.as_str()), (Code::Rejected, None, "Base arrêtée"));
    }

    #[test]
    fn older_writings_are_understood() {
        assert_eq!(of("MSA|AR|ID1\rERR|PID^1^3^204&Unknown key&HL70357").unwrap().error, Some(204));
        assert_eq!(of("MSA|AR|ID1||||207^Erreur interne").unwrap().error, Some(207));
        assert_eq!(of("MSA|CA|ID1").unwrap().code, Code::Accepted);
    }

    #[test]
    fn warnings_are_no_errors() {
        assert_eq!(of("MSA|AE|ID1\rERR|||0^ok|W\rERR|||103^Table|E").unwrap().error, Some(103));
    }

    #[test]
    fn no_code_no_acknowledgement() {
        assert_eq!(of("PID|1"), None);
        assert_eq!(of("MSA||ID1"), None);
        assert_eq!(of("MSA|OK|ID1"), None);
    }
}
