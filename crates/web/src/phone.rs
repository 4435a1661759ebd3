//! Telephone numbers as pages show them.

/// A number to call, as people write it and as the telephone dials it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    pub text: String,
    pub tel: String,
}

impl Phone {
    pub fn of(number: &str) -> Self {
        Self { text: national(number), tel: dialled(number) }
    }
}

/// Digits only, and a plus at its start.
pub(crate) fn dialled(number: &str) -> String {
    number.chars().filter(|sign| sign.is_ascii_digit() || *sign == '+').collect()
}

/// "+33123456789" as people write it in France: "01 23 45 67 89". Other numbers stay as they are.
fn national(number: &str) -> String {
    let Some(rest) = number.strip_prefix("+33").filter(|rest| rest.len() == 9) else { return number.to_owned() };
    let digits: Vec<char> = format!("0{rest}").chars().collect();
    digits.chunks(2).map(|pair| pair.iter().collect::<String>()).collect::<Vec<_>>().join("\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_french_number_is_shown_by_pairs_that_stay_on_one_line() {
        let phone = Phone::of("+33385000001");
        assert_eq!((phone.text.as_str(), phone.tel.as_str()), ("03\u{a0}85\u{a0}00\u{a0}00\u{a0}01", "+33385000001"));
        assert_eq!(Phone::of("03 80 00 00 00").tel, "0380000000");
        assert_eq!(Phone::of("+41791234567").text, "+41791234567");
    }
}
