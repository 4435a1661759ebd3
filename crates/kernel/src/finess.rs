//! FINESS: the national register of health establishments. Nine characters; the ninth is Luhn's key over the others.
//! Numbers of Corsica (2A…, 2B…) are accepted by their shape alone: how their letter enters the key is not published.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::luhn_holds;

/// A FINESS number, of a legal entity (EJ) or of a site (ET), whose shape and key were checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Finess(String);

/// Why a text is no FINESS number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotFiness {
    #[error("a FINESS number has 9 characters, digits except for the A or B of Corsica")]
    Shape,
    #[error("the last digit of this FINESS number does not match the others")]
    Key,
}

impl Finess {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Finess {
    type Err = NotFiness;
    fn from_str(text: &str) -> Result<Self, NotFiness> {
        let corsican = text.starts_with("2A") || text.starts_with("2B");
        let digits = if corsican { text.get(2..) } else { Some(text) }.unwrap_or_default();
        if text.len() != 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotFiness::Shape);
        }
        if !corsican && !luhn_holds(text.as_bytes()) {
            return Err(NotFiness::Key);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Finess {
    type Error = NotFiness;
    fn try_from(text: String) -> Result<Self, NotFiness> {
        text.parse()
    }
}
impl From<Finess> for String {
    fn from(finess: Finess) -> Self {
        finess.0
    }
}
impl fmt::Display for Finess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shape_and_key_are_checked() {
        assert!("750712184".parse::<Finess>().is_ok(), "a number published for the Paris public hospitals");
        assert_eq!("750712185".parse::<Finess>(), Err(NotFiness::Key));
        assert_eq!("75071218".parse::<Finess>(), Err(NotFiness::Shape));
        assert_eq!("75071218x".parse::<Finess>(), Err(NotFiness::Shape));
        assert_eq!("é0712184".parse::<Finess>(), Err(NotFiness::Shape));
        assert!("2A0000014".parse::<Finess>().is_ok());
    }
}
