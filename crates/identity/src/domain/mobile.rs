//! French telephone numbers written the international way (E.164), metropolitan and overseas.
//!
//! A national number is 0 and nine digits; the overseas departments have country codes of their own, told by
//! the digits after the 0 (national numbering plan of ARCEP). Only mobile numbers can receive an SMS.

use std::fmt;

/// A French mobile number in E.164.
#[derive(Clone, PartialEq, Eq)]
pub struct Mobile(String);

impl Mobile {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mobile")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoMobile {
    #[error("not-a-number")]
    Unreadable,
    #[error("not-french")]
    Foreign,
    #[error("not-a-mobile")]
    Fixed,
}

/// Country code, and the national beginnings (after the 0) of its mobile numbers. The first that fits holds.
const MOBILES: [(&str, &[&str]); 6] = [
    // Kept for works of fiction within the range of Mayotte: metropolitan.
    ("33", &["63998"]),
    ("590", &["690", "691"]),
    ("594", &["694"]),
    ("596", &["696", "697"]),
    ("262", &["639", "692", "693"]),
    ("33", &["6", "7"]),
];

/// Reads a number as people write it: `06 12 34 56 78`, `+33 (0)6 12…`, `00590 690…`.
pub fn mobile(written: &str) -> Result<Mobile, NoMobile> {
    let (said, nine) = national(&digits(written)?)?;
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| nine.starts_with(beginning));
    // Many write +33 before an overseas number; an overseas code must be that of the number.
    let agrees = |country: &str| said.is_none_or(|code| code == "33" || code == country);
    match MOBILES.iter().find(|(country, beginnings)| agrees(country) && begins(beginnings)) {
        Some((country, _)) => Ok(Mobile(format!("+{country}{nine}"))),
        None => Err(NoMobile::Fixed),
    }
}

/// A number as it is said in France: `04 71 00 00 00`. What is not French stays as it is.
pub fn spoken(number: &str) -> String {
    match digits(number).and_then(|digits| national(&digits)) {
        Ok((_, nine)) => {
            let mut spoken = String::from("0");
            for (place, digit) in nine.chars().enumerate() {
                spoken.push(digit);
                if place % 2 == 0 && place < 8 {
                    spoken.push(' ');
                }
            }
            spoken
        }
        Err(_) => number.to_owned(),
    }
}

/// A leading `+` and digits; the usual separators and the `(0)` after a country code are dropped.
fn digits(written: &str) -> Result<String, NoMobile> {
    let bare: String = written
        .trim()
        .replace("(0)", "")
        .chars()
        .filter(|c| !matches!(c, ' ' | '.' | '-' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}' | '\u{2011}'))
        .collect();
    let number = bare.strip_prefix('+').unwrap_or(&bare);
    if !(6..=17).contains(&number.len()) || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NoMobile::Unreadable);
    }
    Ok(bare)
}

/// The country code if one was written, and the nine digits after the 0 of a number of France, overseas included.
fn national(number: &str) -> Result<(Option<&'static str>, String), NoMobile> {
    let international = number.strip_prefix('+').or_else(|| number.strip_prefix("00"));
    let (code, nine) = match international {
        Some(rest) => {
            let codes = ["33", "262", "590", "594", "596"];
            let found = codes.into_iter().find_map(|code| rest.strip_prefix(code).map(|nine| (Some(code), nine)));
            found.ok_or(NoMobile::Foreign)?
        }
        None => (None, number.strip_prefix('0').ok_or(NoMobile::Foreign)?),
    };
    match nine.len() {
        9 if !nine.starts_with('0') => Ok((code, nine.to_owned())),
        _ => Err(NoMobile::Foreign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (written, e164) in [
            ("06 39 98 12 34", "+33639981234"),
            ("0639 01 23 45", "+262639012345"),
            ("06.12.34.56.78", "+33612345678"),
            ("+33 (0)7 12-34-56-78", "+33712345678"),
            ("0033612345678", "+33612345678"),
            ("+33\u{a0}6\u{a0}12\u{a0}34\u{a0}56\u{a0}78", "+33612345678"),
            ("0690 12 34 56", "+590690123456"),
            ("+590 690 12 34 56", "+590690123456"),
            ("+33 6 90 12 34 56", "+590690123456"),
            ("0694 12 34 56", "+594694123456"),
            ("0696 12 34 56", "+596696123456"),
            ("00262 692 12 34 56", "+262692123456"),
        ] {
            assert_eq!(mobile(written).unwrap().as_str(), e164, "{written}");
        }
    }

    #[test]
    fn numbers_are_said_by_pairs() {
        for written in ["+33471000000", "0471000000", "+33 (0)4 71 00 00 00"] {
            assert_eq!(spoken(written), "04 71 00 00 00");
        }
        assert_eq!(spoken("+590590123456"), "05 90 12 34 56");
        assert_eq!((spoken("15"), spoken(""), spoken("+3222345678")), ("15".into(), "".into(), "+3222345678".into()));
    }

    #[test]
    fn others_are_refused_with_the_reason() {
        for (written, refusal) in [
            ("", NoMobile::Unreadable),
            ("06 12 34", NoMobile::Foreign),
            ("0612345678 ou 0712345678", NoMobile::Unreadable),
            ("06 12 34 56 7x", NoMobile::Unreadable),
            ("++33612345678", NoMobile::Unreadable),
            ("06\r\n12345678", NoMobile::Unreadable),
            ("+32 470 12 34 56", NoMobile::Foreign),
            ("+44 7700 900123", NoMobile::Foreign),
            ("+262 612 34 56 78", NoMobile::Fixed),
            ("612345678", NoMobile::Foreign),
            ("06 12 34 56 789", NoMobile::Foreign),
            ("01 40 00 00 00", NoMobile::Fixed),
            ("+262 262 12 34 56", NoMobile::Fixed),
            ("0800 000 000", NoMobile::Fixed),
        ] {
            assert_eq!(mobile(written), Err(refusal), "{written}");
        }
    }
}
