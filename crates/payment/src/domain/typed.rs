//! Amounts and references as people type them from their paper.

use kernel::Money;

use super::terms::Refdet;

/// "24", "24,50", "1 234.5 €": euros with cents after a comma or a point.
pub fn money(text: &str) -> Option<Money> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '€').collect();
    let (euros, cents) = plain.split_once([',', '.']).unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if euros.is_empty() || euros.len() > 9 || cents.len() > 2 || !digits(euros) || !digits(cents) {
        return None;
    }
    let (euros, cents): (i64, i64) = (euros.parse().ok()?, format!("{cents:0<2}").parse().ok()?);
    Some(Money::from_cents(euros * 100 + cents))
}

/// Spaces and hyphens that make a long reference readable on paper are not part of it.
pub fn reference(text: &str) -> Option<Refdet> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && !"-./".contains(*c)).collect();
    plain.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        for (text, cents) in [
            ("24", Some(2400)),
            ("24,5", Some(2450)),
            (" 24.50 € ", Some(2450)),
            ("1\u{202f}234,05\u{a0}€", Some(123_405)),
            ("0,99", Some(99)),
            ("", None),
            (",50", None),
            ("-5", None),
            ("24,505", None),
            ("1.234,50", None),
            ("24 euros", None),
            ("٢٤", None),
            ("9999999999", None),
        ] {
            assert_eq!(money(text).map(Money::cents), cents, "{text}");
        }
    }

    #[test]
    fn references_as_papers_print_them() {
        for (text, expected) in [
            ("FACT 2026 000123", Some("FACT2026000123")),
            ("2026-000.123", Some("2026000123")),
            ("12345", None),
            ("FACTURÉ1", None),
        ] {
            assert_eq!(reference(text).map(String::from).as_deref(), expected, "{text}");
        }
    }
}
