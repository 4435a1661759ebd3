//! What may be written in a field: each kind reads a text as people write it and keeps one spelling.

use jiff::civil::Date;

/// What a field asks for, and so how it is shown and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line, at most 200 characters.
    Text,
    /// Several lines, at most 2000 characters.
    LongText,
    /// A day, in three fields; kept as `1962-11-05`.
    Date,
    /// Kept as E.164.
    Phone,
    Email,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A French postcode, five digits; abroad up to ten characters.
    Postcode,
    /// INSEE code of a commune or country; a name is a code only beside a day of birth ([`super::places::meant`]).
    Place,
    /// Number of the national register with its key, 15 characters; kept without spaces.
    Nir,
    /// Who pays the compulsory cover, as on the attestation: régime (2 digits), caisse (3), centre (4); kept as 9 digits.
    Fund,
    /// Digits and letters of a card, at most 40.
    Number,
    /// What a machine read from a card, as it stands there; nobody types it.
    Code,
}

pub const YES_NO: Kind = Kind::Choice(&["yes", "no"]);

/// Bytes that any value may have: what is wrong is kept too, so that it can be corrected.
pub const LONGEST: usize = 4000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    TooLong,
    Date,
    Phone,
    Email,
    Choice,
    Postcode,
    Place,
    /// A place that did not exist, or had another code, on the day of birth.
    PlaceThen,
    Nir,
    Fund,
    Number,
}

impl Fault {
    /// The end of its words' key.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::Date => "date",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Choice => "choice",
            Self::Postcode => "postcode",
            Self::Place => "place",
            Self::PlaceThen => "place-then",
            Self::Nir => "nir",
            Self::Fund => "fund",
            Self::Number => "number",
        }
    }
}

impl Kind {
    /// The kept spelling; empty stays empty, for nothing need be filled in to be saved.
    pub fn read(self, text: &str) -> Result<String, Fault> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(String::new());
        }
        match self {
            Self::Text => short(text, 200, Fault::TooLong),
            Self::LongText => short(text, 2000, Fault::TooLong),
            Self::Date => text.parse::<Date>().map(|date| date.to_string()).map_err(|_| Fault::Date),
            Self::Phone => identity::contact::phone(text).map_err(|_| Fault::Phone),
            Self::Email => identity::contact::email(text).map_err(|_| Fault::Email),
            Self::Choice(words) if words.contains(&text) => Ok(text.to_owned()),
            Self::Choice(_) => Err(Fault::Choice),
            Self::Postcode => postcode(text),
            Self::Place => place(text),
            Self::Nir => nir(text),
            Self::Fund => fund(text),
            Self::Number => card_number(text),
            Self::Code => code(text),
        }
    }
}

fn short(text: &str, most: usize, fault: Fault) -> Result<String, Fault> {
    let fits =
        text.chars().count() <= most && !text.chars().any(|sign| sign.is_control() && sign != '\n' && sign != '\r');
    if fits { Ok(text.to_owned()) } else { Err(fault) }
}

fn postcode(text: &str) -> Result<String, Fault> {
    let fits =
        (2..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ' || b == b'-');
    if fits { Ok(text.to_ascii_uppercase()) } else { Err(Fault::Postcode) }
}

fn place(text: &str) -> Result<String, Fault> {
    let code = text.to_ascii_uppercase();
    if super::places::is_known(&code) { Ok(code) } else { Err(Fault::Place) }
}

fn card_number(text: &str) -> Result<String, Fault> {
    let joined: String = text.chars().filter(|sign| !sign.is_whitespace() && *sign != '-').collect();
    let fits = (1..=40).contains(&joined.len()) && joined.bytes().all(|b| b.is_ascii_alphanumeric());
    if fits { Ok(joined.to_ascii_uppercase()) } else { Err(Fault::Number) }
}

fn code(text: &str) -> Result<String, Fault> {
    let fits = text.len() <= LONGEST && !text.contains('\0');
    if fits { Ok(text.to_owned()) } else { Err(Fault::TooLong) }
}

fn fund(text: &str) -> Result<String, Fault> {
    let joined: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    // There is no régime 00.
    let fits = joined.len() == 9 && joined.bytes().all(|b| b.is_ascii_digit()) && !joined.starts_with("00");
    if fits { Ok(joined) } else { Err(Fault::Fund) }
}

/// Key = 97 − (number modulo 97); 2A counts as 19 and 2B as 18 (décret 82-103, INSEE's note on the NIR).
fn nir(text: &str) -> Result<String, Fault> {
    let joined: String = text.chars().filter(|sign| !sign.is_whitespace()).collect::<String>().to_ascii_uppercase();
    let counted = match joined.get(5..7) {
        Some("2A") => joined.replacen("2A", "19", 1),
        Some("2B") => joined.replacen("2B", "18", 1),
        _ => joined.clone(),
    };
    let digits = counted.len() == 15 && counted.bytes().all(|b| b.is_ascii_digit());
    let (number, key) = counted.split_at_checked(13).ok_or(Fault::Nir)?;
    let (number, key): (u64, u64) = (number.parse().map_err(|_| Fault::Nir)?, key.parse().map_err(|_| Fault::Nir)?);
    if digits && key == 97 - number % 97 { Ok(joined) } else { Err(Fault::Nir) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Kind; 12] = [
        Kind::Text,
        Kind::LongText,
        Kind::Date,
        Kind::Phone,
        Kind::Email,
        YES_NO,
        Kind::Postcode,
        Kind::Place,
        Kind::Nir,
        Kind::Fund,
        Kind::Number,
        Kind::Code,
    ];

    #[test]
    fn as_people_write_them() {
        for (kind, text, expected) in [
            (Kind::Text, "  Rue du Parvis ", Ok("Rue du Parvis")),
            (Kind::Text, "a\u{7}b", Err(Fault::TooLong)),
            (Kind::LongText, "une\nligne", Ok("une\nligne")),
            (Kind::Date, "1962-11-05", Ok("1962-11-05")),
            (Kind::Date, "1962-02-30", Err(Fault::Date)),
            (Kind::Date, "05/11/1962", Err(Fault::Date)),
            (Kind::Phone, "06 12 34 56 78", Ok("+33612345678")),
            (Kind::Phone, "12", Err(Fault::Phone)),
            (Kind::Email, "a@B.test", Ok("a@b.test")),
            (Kind::Email, "a@b", Err(Fault::Email)),
            (YES_NO, "yes", Ok("yes")),
            (YES_NO, "maybe", Err(Fault::Choice)),
            (Kind::Postcode, "2100", Ok("2100")),
            (Kind::Postcode, "2", Err(Fault::Postcode)),
            (Kind::Place, "21231", Ok("21231")),
            (Kind::Place, "2a004", Ok("2A004")),
            (Kind::Place, "Dijon", Err(Fault::Place)),
            (Kind::Nir, "2 55 08 14 168 025 38", Ok("255081416802538")),
            (Kind::Nir, "2 55 08 14 168 025 39", Err(Fault::Nir)),
            (Kind::Nir, "1 50 02 2A 004 001 02", Ok("150022A00400102")),
            (Kind::Nir, "15502", Err(Fault::Nir)),
            (Kind::Fund, "01 211 0000", Ok("012110000")),
            (Kind::Fund, "01 211", Err(Fault::Fund)),
            (Kind::Fund, "00 211 0000", Err(Fault::Fund)),
            (Kind::Number, "12 34-AB", Ok("1234AB")),
            (Kind::Number, "12/34", Err(Fault::Number)),
            (Kind::Code, "01\u{1d}AMC=1", Ok("01\u{1d}AMC=1")),
            (Kind::Code, "01\0", Err(Fault::TooLong)),
        ] {
            assert_eq!(kind.read(text).as_deref(), expected.as_deref(), "{kind:?} {text}");
        }
        assert_eq!(Kind::Text.read(&"x".repeat(201)), Err(Fault::TooLong));
    }

    proptest! {
        /// What was read once reads the same again, and emptiness is never wrong.
        #[test]
        fn one_spelling(text in "\\PC{0,60}", at in 0usize..12) {
            let kind = *ALL.get(at).unwrap();
            if let Ok(kept) = kind.read(&text) {
                prop_assert_eq!(kind.read(&kept), Ok(kept.clone()));
            }
            prop_assert_eq!(kind.read("  "), Ok(String::new()));
        }
    }
}
