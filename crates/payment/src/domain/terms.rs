//! The words of a payment, each right by construction. Bounds as several makers of PayFiP clients keep them; the official
//! field table (guide *PayFiP Régies, web service*, §3.5.2) is not public.

use std::fmt;

/// Why a text is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("a creditor's number (numcli) is 6 digits")]
    Numcli,
    #[error("a reference of a debt (refdet) is 6 to 30 letters and digits")]
    Refdet,
    #[error("an accounting year (exercice) is 4 digits")]
    Exercice,
    #[error("an e-mail address of 6 to 80 characters is needed")]
    Email,
}

macro_rules! terms {
    ($($(#[$doc:meta])* $name:ident, $fault:ident, $check:expr;)+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl TryFrom<String> for $name {
            type Error = Malformed;
            fn try_from(text: String) -> Result<Self, Malformed> {
                let is_right: fn(&str) -> bool = $check;
                if is_right(&text) { Ok(Self(text)) } else { Err(Malformed::$fault) }
            }
        }
        impl std::str::FromStr for $name {
            type Err = Malformed;
            fn from_str(text: &str) -> Result<Self, Malformed> {
                text.to_owned().try_into()
            }
        }
        impl From<$name> for String {
            fn from(term: $name) -> Self {
                term.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}

terms! {
    /// The creditor as the DGFiP numbers it: 6 digits, zeros in front kept; one for each *régie*, budget or kind of product.
    Numcli, Numcli, |text| text.len() == 6 && all_digits(text);
    /// The reference of the debt, as the creditor's books have it: 6 to 30 letters and digits.
    Refdet, Refdet, |text| (6..=30).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    /// The accounting year: 4 digits; 9999 in tests.
    Exercice, Exercice, |text| text.len() == 4 && all_digits(text);
    /// Where the payment ticket goes: 6 to 80 ASCII characters with one `@`.
    Email, Email, is_email;
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// Stricter than RFC 5321: no quoted local part, no address literal. The payment service refuses those, too (A2).
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let atom = |part: &str, also: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || also.as_bytes().contains(&b))
    };
    let local_is_right = local.split('.').all(|part| atom(part, "!#$%&'*+-/=?^_`{|}~"));
    let label = |part: &str| atom(part, "-") && !part.starts_with('-') && !part.ends_with('-');
    let domain_is_right = domain.contains('.') && domain.split('.').all(label);
    (6..=80).contains(&text.len()) && local_is_right && domain_is_right
}

/// The longest `objet`, in characters.
const LONGEST_OBJET: usize = 99;

/// What a payment is for, in the letters that the service takes: a to z, digits and single spaces, 99 at most.
pub fn objet(text: &str) -> String {
    let folded = kernel::fold(text);
    let plain = folded.chars().filter(|c| c.is_ascii()).take(LONGEST_OBJET).collect::<String>();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_term_knows_its_own() {
        assert!("006382".parse::<Numcli>().is_ok());
        for wrong in ["6382", "0063821", "00638a", "٠٠٦٣٨٢", ""] {
            assert_eq!(wrong.parse::<Numcli>(), Err(Malformed::Numcli), "{wrong}");
        }
        for right in ["123456", "Fact2026000123", &"9".repeat(30)] {
            assert!(right.parse::<Refdet>().is_ok(), "{right}");
        }
        for wrong in ["1234", "12345", &"9".repeat(31), "FACT-2026", "FACT 2026", "FACTURÉ1"] {
            assert_eq!(wrong.parse::<Refdet>(), Err(Malformed::Refdet), "{wrong}");
        }
        for (year, right) in [("2026", true), ("9999", true), ("26", false), ("20 6", false)] {
            assert_eq!(year.parse::<Exercice>().is_ok(), right, "{year}");
        }
    }

    #[test]
    fn addresses_that_the_service_would_refuse() {
        for right in ["a@b.fr", "camille.exemple+facture@exemple.test", "o'neil@exemple-sante.fr"] {
            assert!(right.parse::<Email>().is_ok(), "{right}");
        }
        let long = format!("{}@exemple.test", "a".repeat(70));
        for wrong in [
            "a@b.c ",
            "a@@b.fr",
            "@exemple.fr",
            "a@exemple",
            "a..b@exemple.fr",
            "a@-x.fr",
            "a b@exemple.fr",
            "é@exemple.fr",
            "a@b\r\n.fr",
            &long,
        ] {
            assert_eq!(wrong.parse::<Email>(), Err(Malformed::Email), "{wrong}");
        }
    }

    #[test]
    fn an_objet_keeps_what_the_service_takes() {
        for (text, expected) in [
            ("Facture n° 2026-000123", "facture n 2026 000123"),
            ("Séjour à l’hôpital d'Été", "sejour a l hopital d ete"),
            ("œuvre <b>&amp;</b>", "oeuvre b amp b"),
            ("Больница 7", "7"),
            ("", ""),
        ] {
            assert_eq!(objet(text), expected);
        }
        assert_eq!(objet(&"ab ".repeat(60)).len(), 98, "cut, without the space at the end");
    }
}
