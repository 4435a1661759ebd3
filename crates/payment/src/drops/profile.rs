//! How one hospital writes its list: separator, alphabet, dates, amounts, and which column holds what.

use std::{borrow::Cow, collections::BTreeMap};

use encoding_rs::{ISO_8859_15, UTF_8, WINDOWS_1252};
use jiff::civil::Date;
use serde::Deserialize;

use crate::said::{Said, SaidPerson};

/// The `[payment.drops.NAME.profile]` section.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// One character of ASCII: `;`, `,`, a tab.
    pub separator: char,
    pub charset: Charset,
    /// Amounts have a comma before the cents: `24,00`; otherwise a point.
    pub decimal_comma: bool,
    /// As in `%d/%m/%Y`.
    pub date_format: String,
    /// A field of an invoice to the title of its column.
    pub columns: BTreeMap<String, String>,
    /// Fields that are the same on every line and have no column.
    #[serde(default)]
    pub fixed: BTreeMap<String, String>,
    /// The list's own words for `kind`, `state`, `patient.sex` and `confidential` (`yes`, `no`), to ours.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Charset {
    #[serde(rename = "UTF-8")]
    Utf8,
    #[serde(rename = "Windows-1252")]
    Windows1252,
    #[serde(rename = "ISO-8859-15")]
    Latin9,
}

/// The fields of an invoice, and whether each line must have them.
const FIELDS: [(&str, bool); 17] = [
    ("number", true),
    ("version", false),
    ("patient.ipp", true),
    ("patient.birth_family", true),
    ("patient.given", true),
    ("patient.birth_date", true),
    ("patient.sex", true),
    ("visit_number", false),
    ("kind", true),
    ("creditor", true),
    ("exercice", true),
    ("refdet", true),
    ("label", true),
    ("amount", true),
    ("issued_on", true),
    ("due_on", false),
    ("confidential", false),
];

/// Beside [`FIELDS`]: without a word for it an invoice is payable.
const STATE: &str = "state";

impl Profile {
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !self.separator.is_ascii() || self.separator.is_ascii_alphanumeric() || self.separator == '"' {
            faults.push("separator must be one sign of ASCII".to_owned());
        }
        if self.day(&Date::constant(2026, 11, 5).strftime(&self.date_format).to_string()).is_none() {
            faults.push("date_format must tell year, month and day, as in %d/%m/%Y".to_owned());
        }
        let is_told = |field: &str| self.columns.contains_key(field) || self.fixed.contains_key(field);
        let missing = FIELDS.iter().filter(|(field, is_needed)| *is_needed && !is_told(field));
        faults.extend(missing.map(|(field, _)| format!("columns must name {field}")));
        let is_known = |field: &str| field == STATE || FIELDS.iter().any(|(known, _)| *known == field);
        let others = self.columns.keys().chain(self.fixed.keys()).filter(|field| !is_known(field));
        faults.extend(others.map(|field| format!("{field} is no field of an invoice")));
        faults
    }

    /// The text of a file in its alphabet; none: its bytes are not of it.
    pub(crate) fn text<'b>(&self, bytes: &'b [u8]) -> Option<Cow<'b, str>> {
        let charset = match self.charset {
            Charset::Utf8 => UTF_8,
            Charset::Windows1252 => WINDOWS_1252,
            Charset::Latin9 => ISO_8859_15,
        };
        let (text, is_wrong) = charset.decode_with_bom_removal(bytes);
        (!is_wrong).then_some(text)
    }

    /// The fields whose columns these titles lack.
    pub(crate) fn missing<'p>(&'p self, titles: &csv::StringRecord) -> Vec<&'p str> {
        let has = |title: &str| titles.iter().any(|one| one.trim() == title);
        self.columns.iter().filter(|(_, title)| !has(title)).map(|(field, _)| field.as_str()).collect()
    }

    /// One line as the number of an invoice and what is said of it, or the fields that cannot be read.
    pub(crate) fn read(
        &self,
        titles: &csv::StringRecord,
        line: &csv::StringRecord,
    ) -> Result<(String, Said), Vec<&'static str>> {
        let value = |field: &str| {
            let in_column = self.columns.get(field).and_then(|title| {
                let place = titles.iter().position(|one| one.trim() == title)?;
                line.get(place)
            });
            in_column.or_else(|| self.fixed.get(field).map(String::as_str)).map(str::trim).unwrap_or_default()
        };
        let some = |field: &str| Some(value(field).to_owned()).filter(|text| !text.is_empty());
        let word = |field: &str| self.words.get(value(field)).map_or(value(field), String::as_str).to_owned();
        let mut faults = Vec::new();
        let mut needed = |found: Option<String>, pointer| {
            if found.is_none() {
                faults.push(pointer);
            }
            found.unwrap_or_default()
        };
        let day = |field: &str| self.day(value(field)).map(|day| day.to_string());
        let issued_on = needed(day("issued_on"), "/issued_on");
        // A year, or a year and a month, is written as it is.
        let birth_date = day("patient.birth_date").unwrap_or_else(|| value("patient.birth_date").to_owned());
        let due_on = some("due_on").map(|_| needed(day("due_on"), "/due_on"));
        let version = some("version").map(|text| text.parse());
        let confidential = match word("confidential").as_str() {
            "" | "no" => Some(false),
            "yes" => Some(true),
            _ => None,
        };
        if confidential.is_none() {
            faults.push("/confidential");
        }
        let amount = self.cents(value("amount"));
        if matches!(version, Some(Err(_))) {
            faults.push("/version");
        }
        if amount.is_none() {
            faults.push("/amount_cents");
        }
        let (Some(amount_cents), Some(confidential), []) = (amount, confidential, faults.as_slice()) else {
            return Err(faults);
        };
        let said = Said {
            version: version.and_then(Result::ok),
            patient: SaidPerson {
                ipp: value("patient.ipp").to_owned(),
                birth_family: value("patient.birth_family").to_owned(),
                given: value("patient.given").to_owned(),
                birth_date,
                sex: word("patient.sex"),
            },
            visit_number: some("visit_number"),
            kind: word("kind"),
            creditor: value("creditor").to_owned(),
            exercice: value("exercice").to_owned(),
            refdet: value("refdet").to_owned(),
            label: value("label").to_owned(),
            amount_cents,
            issued_on,
            due_on,
            state: some(STATE).map_or_else(|| "payable".to_owned(), |_| word(STATE)),
            confidential,
        };
        Ok((value("number").to_owned(), said))
    }

    fn day(&self, text: &str) -> Option<Date> {
        Date::strptime(&self.date_format, text).ok()
    }

    /// `24`, `24,5`, `1 234,50` with a comma before the cents; never more than two digits behind it.
    fn cents(&self, text: &str) -> Option<i64> {
        let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}')).collect();
        let mark = if self.decimal_comma { ',' } else { '.' };
        let (euros, cents) = plain.split_once(mark).unwrap_or((&plain, ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if euros.is_empty() || !digits(euros) || !digits(cents) || cents.len() > 2 || plain.ends_with(mark) {
            return None;
        }
        format!("{euros}{cents:0<2}").parse().ok()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    pub(in crate::drops) fn profile() -> Profile {
        serde_json::from_value(json!({
            "separator": ";", "charset": "Windows-1252", "decimal_comma": true, "date_format": "%d/%m/%Y",
            "columns": {
                "number": "FACTURE", "version": "MVT", "patient.ipp": "IPP", "patient.birth_family": "NOM",
                "patient.given": "PRENOM", "patient.birth_date": "NE_LE", "patient.sex": "SEXE", "refdet": "REF",
                "label": "LIBELLE", "amount": "MONTANT", "issued_on": "DATE", "due_on": "ECHEANCE", "state": "ETAT",
                "exercice": "EXERCICE",
            },
            "fixed": { "kind": "regie", "creditor": "consultations" },
            "words": { "H": "M", "T": "titled", "A": "cancelled" },
        }))
        .unwrap()
    }

    #[test]
    fn amounts_as_hospitals_write_them() {
        let comma = profile();
        for (text, cents) in [
            ("24,00", Some(2400)),
            ("24,5", Some(2450)),
            ("24", Some(2400)),
            ("1 234,50", Some(123_450)),
            ("1\u{202f}234,50", Some(123_450)),
            ("0,80", Some(80)),
            ("24.00", None),
            ("24,", None),
            (",50", None),
            ("24,005", None),
            ("-24,00", None),
            ("24,00 €", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(comma.cents(text), cents, "{text}");
        }
        let point = Profile { decimal_comma: false, ..profile() };
        assert_eq!((point.cents("24.00"), point.cents("24,00")), (Some(2400), None));
    }

    #[test]
    fn a_file_is_read_in_its_own_alphabet() {
        let of = |charset| Profile { charset, ..profile() };
        assert_eq!(of(Charset::Windows1252).text(b"H\xe9l\xe8ne \x80").unwrap(), "Hélène €");
        assert_eq!(of(Charset::Latin9).text(b"H\xe9l\xe8ne \xa4").unwrap(), "Hélène €");
        assert_eq!(of(Charset::Utf8).text(b"\xef\xbb\xbfH\xc3\xa9").unwrap(), "Hé");
        assert!(of(Charset::Utf8).text(b"H\xe9l\xe8ne").is_none());
    }

    #[test]
    fn a_profile_that_lacks_a_column_is_refused_at_the_start() {
        assert_eq!(profile().faults(), [""; 0]);
        let with = |name: &str, change: fn(&mut Profile)| {
            let mut wrong = profile();
            change(&mut wrong);
            let faults = wrong.faults();
            assert!(matches!(faults.as_slice(), [one] if one.contains(name)), "{name}: {faults:?}");
        };
        with("refdet", |profile| drop(profile.columns.remove("refdet")));
        with("colour", |profile| drop(profile.columns.insert("colour".to_owned(), "X".to_owned())));
        with("separator", |profile| profile.separator = 'a');
        with("date_format", |profile| profile.date_format = "%d/%m".to_owned());
    }
}
