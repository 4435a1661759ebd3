//! RPPS: the national register of health professionals. Eleven digits, the last one Luhn's key.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::luhn_holds;

/// An RPPS number whose shape and key were checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rpps(String);

/// Why a text is no RPPS number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRpps {
    #[error("an RPPS number has 11 digits")]
    Shape,
    #[error("the last digit of this RPPS number does not match the others")]
    Key,
}

impl Rpps {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Writes the key behind ten digits: how test data and the demonstration make numbers.
    pub fn with_key(ten_digits: &str) -> Result<Self, NotRpps> {
        (b'0'..=b'9').find_map(|key| format!("{ten_digits}{}", char::from(key)).parse().ok()).ok_or(NotRpps::Shape)
    }
}

impl FromStr for Rpps {
    type Err = NotRpps;
    fn from_str(text: &str) -> Result<Self, NotRpps> {
        if text.len() != 11 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotRpps::Shape);
        }
        if !luhn_holds(text.as_bytes()) {
            return Err(NotRpps::Key);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Rpps {
    type Error = NotRpps;
    fn try_from(text: String) -> Result<Self, NotRpps> {
        text.parse()
    }
}
impl From<Rpps> for String {
    fn from(rpps: Rpps) -> Self {
        rpps.0
    }
}
impl fmt::Display for Rpps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shape_and_key_are_checked() {
        let made = Rpps::with_key("1000002308").unwrap();
        assert_eq!(made.as_str().parse(), Ok(made.clone()));
        let last = made.as_str().bytes().last().unwrap();
        let wrong = format!("1000002308{}", char::from(if last == b'9' { b'0' } else { last + 1 }));
        assert_eq!(wrong.parse::<Rpps>(), Err(NotRpps::Key));
        assert_eq!("1000".parse::<Rpps>(), Err(NotRpps::Shape));
        assert_eq!(Rpps::with_key("12"), Err(NotRpps::Shape));
    }
}
