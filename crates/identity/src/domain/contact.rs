//! How a patient wants to be reached: an e-mail address and a telephone number, as people write them.

use std::fmt;

/// A change of contact details; what is empty is removed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Contact {
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContactFault {
    Email,
    Phone,
}

impl Contact {
    /// Every fault at once, for the form.
    pub(crate) fn read(email: &str, phone: &str) -> Result<Self, Vec<ContactFault>> {
        let (email, phone) = (email.trim(), phone.trim());
        let read_email = if email.is_empty() { Ok(None) } else { address(email).map(Some) };
        let read_phone = if phone.is_empty() { Ok(None) } else { number(phone).map(Some) };
        match (read_email, read_phone) {
            (Ok(email), Ok(phone)) => Ok(Self { email, phone }),
            (email, phone) => Err(email.err().into_iter().chain(phone.err()).collect()),
        }
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact")
    }
}

/// One @, a domain with a dot, nothing a mail header could choke on (RFC 5321 §4.5.3.1 for the lengths).
pub(crate) fn address(text: &str) -> Result<String, ContactFault> {
    let (local, domain) = text.rsplit_once('@').ok_or(ContactFault::Email)?;
    let local_fine = (1..=64).contains(&local.len())
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
        && !local.split('.').any(str::is_empty);
    let label_fine = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let domain_fine = domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label_fine);
    if local_fine && domain_fine {
        Ok(format!("{local}@{}", domain.to_ascii_lowercase()))
    } else {
        Err(ContactFault::Email)
    }
}

/// E.164. A number that starts with 0 is French; its first digits tell which country code overseas.
pub(crate) fn number(text: &str) -> Result<String, ContactFault> {
    let mut digits: String =
        text.chars().filter(|sign| !matches!(sign, ' ' | '.' | '-' | '(' | ')' | '\u{a0}' | '\u{202f}')).collect();
    if let Some(rest) = digits.strip_prefix("00") {
        digits = format!("+{rest}");
    }
    if digits.len() == 10 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()) {
        let national = digits.get(1..).unwrap_or_default();
        return Ok(format!("+{}{national}", country_of(&digits)));
    }
    // "+33 (0)6…" is how many people write it.
    let digits = digits.strip_prefix("+330").map_or(digits.clone(), |rest| format!("+33{rest}"));
    let body = digits.strip_prefix('+').ok_or(ContactFault::Phone)?;
    let fine = (8..=15).contains(&body.len()) && body.bytes().all(|b| b.is_ascii_digit()) && !body.starts_with('0');
    let french = digits.strip_prefix("+33").is_none_or(|national| national.len() == 9);
    if fine && french { Ok(digits) } else { Err(ContactFault::Phone) }
}

/// Country codes of the French numbering plan (Arcep decision 2018-0881, territories' prefixes).
fn country_of(digits: &str) -> &'static str {
    // 06 39 98 is kept for fiction, within Mayotte's range.
    if digits.starts_with("063998") {
        return "33";
    }
    match digits.get(..4).unwrap_or_default() {
        "0262" | "0263" | "0269" | "0639" | "0692" | "0693" | "0709" => "262",
        "0590" | "0690" | "0691" => "590",
        "0594" | "0694" => "594",
        "0596" | "0696" | "0697" => "596",
        _ => "33",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for (text, expected) in [
            ("06 12 34 56 78", "+33612345678"),
            ("06.12.34.56.78", "+33612345678"),
            ("+33 6 12 34 56 78", "+33612345678"),
            ("+33 (0)6 12 34 56 78", "+33612345678"),
            ("0033612345678", "+33612345678"),
            ("0692 12 34 56", "+262692123456"),
            ("0694 12 34 56", "+594694123456"),
            ("+41 79 123 45 67", "+41791234567"),
            ("01\u{a0}40\u{a0}27\u{a0}30\u{a0}00", "+33140273000"),
        ] {
            assert_eq!(number(text).unwrap(), expected);
        }
        for text in
            ["12", "06 12 34 56 7", "06 12 34 56 78 9", "+33 6 12", "+0612345678", "06 12 34 56 7x", "٠٦١٢٣٤٥٦٧٨", "+"]
        {
            assert_eq!(number(text), Err(ContactFault::Phone), "{text}");
        }
    }

    #[test]
    fn addresses_that_mail_can_carry() {
        assert_eq!(address("Prenom.Nom+rdv@Exemple.TEST").unwrap(), "Prenom.Nom+rdv@exemple.test");
        for text in [
            "a",
            "a@b",
            "@b.c",
            "a@",
            "a@b..c",
            "a@-b.c",
            ".a@b.c",
            "a..b@c.d",
            "a b@c.d",
            "a@b.c\r\nBcc: x@y.z",
            "a@b.c,d@e.f",
            "\"a\"@b.c",
            "é@b.c",
            "<a@b.c>",
        ] {
            assert_eq!(address(text), Err(ContactFault::Email), "{text:?}");
        }
        assert_eq!(address(&format!("{}@b.c", "a".repeat(65))), Err(ContactFault::Email));
    }

    #[test]
    fn faults_come_together_and_empty_removes() {
        assert_eq!(Contact::read("x", "y"), Err(vec![ContactFault::Email, ContactFault::Phone]));
        assert_eq!(Contact::read(" ", ""), Ok(Contact { email: None, phone: None }));
    }
}
