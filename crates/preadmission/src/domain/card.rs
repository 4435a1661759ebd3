//! What the square code on the card of a complementary cover says.
//!
//! The association Inter-AMC chose a Data Matrix for the cards of its members (number of the insurer, type of agreement,
//! routing criterion, number of the member, period), and publishes no description of how they stand in it. So nothing
//! is guessed from its place: a value is understood when the code names it, or when it proves itself, as a number of the
//! national register does with its key. The rest is kept as it is (the guide's `datamatrix`) and shown to the clerk.

use jiff::civil::Date;

use super::value::Kind;

/// Documents that are photos of such a card.
pub const KINDS: &[&str] = &["MUTUELLE", "MUTUELLE_RECTO", "MUTUELLE_VERSO"];

/// The field that keeps the code as it is.
pub const CODE: &str = "complementary-cover.datamatrix";

const AMC: &str = "complementary-cover.amc";
const MEMBER: &str = "complementary-cover.member";
const UNTIL: &str = "complementary-cover.until";
const NIR: &str = "compulsory-cover.nir";

/// Fewer signs stand in a code by chance.
const TELLING: usize = 6;

/// The values that a code tells beyond doubt, by the field they belong to; each field once.
pub fn understood(code: &str) -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for part in code.split(|sign: char| sign.is_control() || matches!(sign, ';' | '|')) {
        if let Some((field, value)) = named(part).or_else(|| proven(part))
            && !found.iter().any(|(known, _)| *known == field)
        {
            found.push((field, value));
        }
    }
    found
}

/// `AMC=99100001`, `N° adhérent : 12345`.
fn named(part: &str) -> Option<(&'static str, String)> {
    let (name, value) = part.split_once(['=', ':'])?;
    let (field, kind) = match kernel::fold(name).as_str() {
        "amc" | "n amc" | "no amc" | "num amc" | "numero amc" => (AMC, Kind::Number),
        "adherent" | "n adherent" | "no adherent" | "num adherent" | "numero adherent" | "numero d adherent" => {
            (MEMBER, Kind::Number)
        }
        "nir" | "n nir" | "numero de securite sociale" => (NIR, Kind::Nir),
        "fin" | "date fin" | "date de fin" | "fin de validite" | "valable jusqu au" => (UNTIL, Kind::Date),
        _ => return None,
    };
    let value = if kind == Kind::Date { day(value)?.to_string() } else { kind.read(value).ok()? };
    (!value.is_empty()).then_some((field, value))
}

/// A number of the national register with its right key: one wrong in 97 would pass, so it must also look like one.
fn proven(part: &str) -> Option<(&'static str, String)> {
    let nir = Kind::Nir.read(part).ok()?;
    let is_a_person = nir.starts_with(['1', '2']);
    is_a_person.then_some((NIR, nir))
}

/// `2026-12-31`, `31/12/2026`, `20261231` or `31122026`: of a year 20.., no eight digits may be both.
fn day(text: &str) -> Option<Date> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i16>().ok();
    let date = |year: Option<i16>, month: Option<i16>, day: Option<i16>| {
        let year = year.filter(|year| (2000..2100).contains(year))?;
        Date::new(year, month?.try_into().ok()?, day?.try_into().ok()?).ok()
    };
    if digits.len() != 8 {
        return None;
    }
    let year_first = date(number(0..4), number(4..6), number(6..8));
    year_first.or_else(|| date(number(4..8), number(2..4), number(0..2)))
}

/// Whether a number stands in the code, wherever that is; none: it is too short to tell.
pub fn holds(code: &str, number: &str) -> Option<bool> {
    let joined = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|sign| sign.to_ascii_uppercase()).collect()
    };
    let number = joined(number);
    (number.len() >= TELLING).then(|| joined(code).contains(&number))
}

/// The code as people can look at it: what has no shape is shown by its sign (Unicode block U+2400).
pub fn visible(code: &str) -> String {
    let shape = |sign: char| match u32::from(sign) {
        control @ 0..0x20 => char::from_u32(0x2400 + control).unwrap_or(sign),
        _ => sign,
    };
    code.chars().map(shape).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(code: &str) -> Vec<(&'static str, String)> {
        understood(code)
    }

    #[test]
    fn what_is_named_or_proves_itself_is_understood() {
        let code =
            "N° AMC : 99 100 001\u{1d}N° adhérent=AB-12345678\u{1d}255081416802538\u{1d}Fin de validité: 31/12/2026";
        let expected = [(AMC, "99100001"), (MEMBER, "AB12345678"), (NIR, "255081416802538"), (UNTIL, "2026-12-31")];
        assert_eq!(told(code), expected.map(|(field, value)| (field, value.to_owned())));
        assert_eq!(told("amc=99100001;AMC=99100002"), [(AMC, "99100001".to_owned())], "the first counts");
    }

    #[test]
    fn nothing_is_guessed() {
        for code in [
            "",
            "99100001;AB12345678;20261231",
            "255081416802539",
            "855081416802571",
            "adresse=1 rue du Parvis",
            "fin=19991231",
            "fin=31/13/2026",
            "AMC=",
            "AMC=12/34",
        ] {
            assert_eq!(told(code), [], "{code}");
        }
        assert_eq!(told("fin=20261231"), told("fin=31122026"));
        assert_eq!(told("fin=20261231").len(), 1);
    }

    #[test]
    fn a_number_is_looked_for_wherever_it_stands() {
        let code = "\u{1d}0199100001/ab-12345678";
        assert_eq!(holds(code, "99 100 001"), Some(true));
        assert_eq!(holds(code, "AB12345678"), Some(true));
        assert_eq!(holds(code, "99100002"), Some(false));
        assert_eq!(holds(code, "0199"), None);
        assert_eq!(visible(code), "\u{241d}0199100001/ab-12345678");
    }

    proptest! {
        /// Whatever a card says: what is understood can be kept as it is.
        #[test]
        fn every_value_fits_its_field(code in "(AMC|adherent|fin|nir)?[=: ]?[\\PC\u{1d}]{0,40}") {
            for (field, value) in understood(&code) {
                let field = super::super::catalogue::field(field).unwrap();
                prop_assert_eq!(field.kind.read(&value), Ok(value));
            }
        }
    }
}
