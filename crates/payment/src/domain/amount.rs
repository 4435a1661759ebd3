//! Sums as people type them and reports write them.

use kernel::Money;

/// "1 234,56 €", "24", "-5,5": euros, with a comma or a point before the cents.
pub fn euros(text: &str, mark: char) -> Option<Money> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '€').collect();
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let (euros, cents) = digits.split_once(mark).unwrap_or((digits, ""));
    let are_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if euros.is_empty() || !are_digits(euros) || !are_digits(cents) || cents.len() > 2 {
        return None;
    }
    let (euros, cents): (i64, i64) = (euros.parse().ok()?, format!("{cents:0<2}").parse().ok()?);
    Some(Money::from_cents(euros.checked_mul(100)?.checked_add(cents)?.checked_mul(sign)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_as_they_are_written() {
        for (text, cents) in [
            ("24", Some(2400)),
            ("24,5", Some(2450)),
            ("1\u{202f}234,56\u{a0}€", Some(123_456)),
            ("-0,05", Some(-5)),
            ("+12,00", Some(1200)),
            ("24.50", None),
            ("24,505", None),
            (",50", None),
            ("", None),
            ("24,5a", None),
            ("99999999999999999999", None),
            ("92233720368547758,08", None),
        ] {
            assert_eq!(euros(text, ','), cents.map(Money::from_cents), "{text}");
        }
        assert_eq!(euros("24.50", '.'), Some(Money::from_cents(2450)));
    }
}
