//! An invoice as a hospital's system writes it, and what is wrong with it: one reading for whichever door it comes through.

use jiff::civil::Date;
use kernel::Money;
use schemars::JsonSchema;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::announce::{Announcement, Kind, Person, Standing};

/// An invoice as the hospital's books have it.
#[derive(Clone, Deserialize, ToSchema, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Rises with each change of this invoice at its source: a number of changes, or milliseconds since 1970. 1 or more.
    #[serde(default)]
    pub version: Option<i64>,
    pub patient: SaidPerson,
    /// Number of the stay or visit (*numéro de venue*), 1 to 40 characters.
    #[serde(default)]
    pub visit_number: Option<String>,
    /// `regie`: an invoice of the hospital's cashier. `titre`: taken over by the public accountant.
    pub kind: String,
    /// Who is owed: a key of `[payment.creditors]` of this establishment.
    pub creditor: String,
    /// Accounting year, 4 digits.
    pub exercice: String,
    /// Reference of the debt: 6 to 30 letters and digits.
    pub refdet: String,
    /// What it is for, as the patient reads it: 1 to 200 characters, nothing medical.
    pub label: String,
    /// Euro cents, 1 to 1000000000.
    pub amount_cents: i64,
    /// `2026-11-20`.
    pub issued_on: String,
    #[serde(default)]
    pub due_on: Option<String>,
    /// `payable`, `titled`, `cancelled`, `settled-elsewhere`.
    pub state: String,
    /// Only the patient may see it: no parent, nobody who acts for them. Once true it counts for ever.
    #[serde(default)]
    pub confidential: bool,
}

/// The patient, as the hospital names them.
#[derive(Clone, Deserialize, ToSchema, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SaidPerson {
    /// Permanent identifier of the patient (IPP), 1 to 40 characters.
    pub ipp: String,
    /// Birth name, 1 to 100 characters.
    pub birth_family: String,
    /// First given name, or all of them with the first in front, 1 to 100 characters.
    pub given: String,
    /// `1962-11-05`; `1962-11` or `1962` where no more is known.
    pub birth_date: String,
    /// `F`, `M` or `U`.
    pub sex: String,
}

/// Prints nothing personal.
impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Said({:?})", self.refdet)
    }
}

/// The largest invoice.
const MOST_CENTS: i64 = 1_000_000_000;

/// Longest name of a source, number of an invoice, of a stay or of a patient.
const LONGEST_NUMBER: usize = 40;

impl Said {
    /// The announcement, or the fields that break a rule, by their JSON pointers (RFC 6901). `knows` tells the creditors.
    pub fn read(&self, knows: impl Fn(&str) -> bool) -> Result<Announcement, Vec<&'static str>> {
        let mut faults = self.person_faults();
        let mut check = |right: bool, pointer: &'static str| {
            if !right {
                faults.push(pointer);
            }
        };
        let (kind, standing) = (kind(&self.kind), standing(&self.state));
        let (exercice, refdet) = (self.exercice.parse().ok(), self.refdet.parse().ok());
        let issued_on: Option<Date> = self.issued_on.parse().ok();
        let due_on: Option<Option<Date>> = self.due_on.as_deref().map(|day| day.parse().ok());
        check(self.version.is_none_or(|version| version > 0), "/version");
        check(self.visit_number.as_deref().is_none_or(is_number), "/visit_number");
        check(kind.is_some(), "/kind");
        check(knows(&self.creditor), "/creditor");
        check(exercice.is_some(), "/exercice");
        check(refdet.is_some(), "/refdet");
        check(is_text(&self.label, 200), "/label");
        check((1..=MOST_CENTS).contains(&self.amount_cents), "/amount_cents");
        check(issued_on.is_some(), "/issued_on");
        check(due_on != Some(None), "/due_on");
        check(standing.is_some(), "/state");
        match (faults.as_slice(), kind, exercice, refdet, issued_on, standing) {
            ([], Some(kind), Some(exercice), Some(refdet), Some(issued_on), Some(standing)) => Ok(Announcement {
                person: self.patient.person(),
                visit_number: self.visit_number.clone(),
                kind,
                creditor: self.creditor.clone(),
                exercice,
                refdet,
                label: self.label.trim().to_owned(),
                amount: Money::from_cents(self.amount_cents),
                issued_on,
                due_on: due_on.flatten(),
                standing,
                confidential: self.confidential,
            }),
            _ => Err(faults),
        }
    }

    fn person_faults(&self) -> Vec<&'static str> {
        let SaidPerson { ipp, birth_family, given, birth_date, sex } = &self.patient;
        let checks = [
            (is_number(ipp), "/patient/ipp"),
            (is_text(birth_family, 100), "/patient/birth_family"),
            (is_text(given, 100), "/patient/given"),
            (is_birth_date(birth_date), "/patient/birth_date"),
            (matches!(sex.as_str(), "F" | "M" | "U"), "/patient/sex"),
        ];
        checks.into_iter().filter(|(right, _)| !right).map(|(_, pointer)| pointer).collect()
    }
}

impl SaidPerson {
    fn person(&self) -> Person {
        Person {
            ipp: self.ipp.clone(),
            birth_family: self.birth_family.trim().to_owned(),
            given: self.given.trim().to_owned(),
            birth_date: self.birth_date.clone(),
            sex: self.sex.clone(),
        }
    }
}

/// 1 to 40 visible characters of ASCII, no slash: it stands in addresses and in files of one line each.
pub(crate) fn is_number(text: &str) -> bool {
    (1..=LONGEST_NUMBER).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic() && b != b'/')
}

fn is_text(text: &str, longest: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control)
}

/// `1962`, `1962-11`, `1962-11-05`.
fn is_birth_date(text: &str) -> bool {
    let padded = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    padded.len() == 10 && padded.parse::<Date>().is_ok()
}

fn kind(name: &str) -> Option<Kind> {
    match name {
        "regie" => Some(Kind::Regie),
        "titre" => Some(Kind::Titre),
        _ => None,
    }
}

fn standing(name: &str) -> Option<Standing> {
    match name {
        "payable" => Some(Standing::Payable),
        "titled" => Some(Standing::Titled),
        "cancelled" => Some(Standing::Cancelled),
        "settled-elsewhere" => Some(Standing::SettledElsewhere),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn right() -> Value {
        json!({
            "version": 3,
            "patient": { "ipp": "8000042", "birth_family": "EXEMPLE", "given": "Camille", "birth_date": "1984-03-12", "sex": "F" },
            "visit_number": "VN1", "kind": "regie", "creditor": "consultations", "exercice": "2026",
            "refdet": "FACT2026000123", "label": " Consultation ", "amount_cents": 2400,
            "issued_on": "2026-11-20", "due_on": "2026-12-20", "state": "payable",
        })
    }

    fn read(said: Value) -> Result<Announcement, Vec<&'static str>> {
        serde_json::from_value::<Said>(said).unwrap().read(|key| key == "consultations")
    }

    #[test]
    fn what_is_right_is_taken_word_for_word() {
        let read = read(right()).unwrap();
        assert_eq!((read.amount.cents(), read.label.as_str()), (2400, "Consultation"));
        assert_eq!((read.kind, read.standing), (Kind::Regie, Standing::Payable));
        assert_eq!(read.due_on, Some("2026-12-20".parse().unwrap()));
    }

    #[test]
    fn every_field_that_breaks_a_rule_is_named() {
        for (pointer, value) in [
            ("/version", json!(0)),
            ("/patient/ipp", json!("")),
            ("/patient/ipp", json!("8000 042")),
            ("/patient/birth_family", json!(" ")),
            ("/patient/given", json!("a".repeat(101))),
            ("/patient/birth_date", json!("12/03/1984")),
            ("/patient/birth_date", json!("1984-02-30")),
            ("/patient/sex", json!("female")),
            ("/visit_number", json!("a/b")),
            ("/kind", json!("autre")),
            ("/creditor", json!("nobody")),
            ("/exercice", json!("26")),
            ("/refdet", json!("FACT-1")),
            ("/label", json!("a\nb")),
            ("/amount_cents", json!(0)),
            ("/amount_cents", json!(MOST_CENTS + 1)),
            ("/issued_on", json!("20/11/2026")),
            ("/due_on", json!("soon")),
            ("/state", json!("open")),
        ] {
            let mut wrong = right();
            *wrong.pointer_mut(pointer).unwrap() = value.clone();
            assert_eq!(read(wrong), Err(vec![pointer]), "{value}");
        }
        let mut wrong = right();
        (wrong["kind"], wrong["amount_cents"]) = (json!("x"), json!(-1));
        assert_eq!(read(wrong), Err(vec!["/kind", "/amount_cents"]));
        for known in ["1984", "1984-03"] {
            let mut partly = right();
            partly["patient"]["birth_date"] = json!(known);
            assert!(read(partly).is_ok(), "{known}");
        }
    }

    #[test]
    fn nothing_personal_is_printed() {
        let said: Said = serde_json::from_value(right()).unwrap();
        assert_eq!(format!("{said:?}"), "Said(\"FACT2026000123\")");
    }
}
