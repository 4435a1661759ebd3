//! What a signed client assertion must say (RFC 7523 §3, OpenID Connect Core §9 `private_key_jwt`): who, for whom, until
//! when, once.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// How far apart two clocks may be.
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);

/// The longest life of an assertion.
const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// The longest `jti`, in bytes.
const LONGEST_JTI: usize = 256;

#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub sub: String,
    pub aud: Audience,
    /// Seconds since 1970, as the other instants.
    pub exp: i64,
    #[serde(default)]
    pub iat: Option<i64>,
    #[serde(default)]
    pub nbf: Option<i64>,
    pub jti: String,
}

/// One audience, as a text or as a list.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("iss and sub are not the same client")]
    Client,
    #[error("aud is not our token address, and that alone")]
    Audience,
    #[error("it is over")]
    Expired,
    #[error("it holds longer than 5 minutes")]
    TooLong,
    #[error("it does not hold yet")]
    TooEarly,
    #[error("jti must be 1 to 256 bytes")]
    Jti,
}

impl Claims {
    /// Until when its `jti` must be remembered, if it holds now for this audience.
    pub fn check(&self, audience: &str, now: Timestamp) -> Result<Timestamp, Fault> {
        if self.iss != self.sub {
            return Err(Fault::Client);
        }
        // Another's name beside ours: that other could show it to us.
        let is_ours = match &self.aud {
            Audience::One(one) => one == audience,
            Audience::Several(all) => matches!(all.as_slice(), [one] if one == audience),
        };
        if !is_ours {
            return Err(Fault::Audience);
        }
        let ends = Timestamp::from_second(self.exp).map_err(|_| Fault::TooLong)?;
        if now >= ends.saturating_add(LEEWAY).unwrap_or(Timestamp::MAX) {
            return Err(Fault::Expired);
        }
        if ends.duration_since(now) > LIFE + LEEWAY {
            return Err(Fault::TooLong);
        }
        for begins in [self.iat, self.nbf].into_iter().flatten() {
            let begins = Timestamp::from_second(begins).map_err(|_| Fault::TooEarly)?;
            if begins.duration_since(now) > LEEWAY {
                return Err(Fault::TooEarly);
            }
        }
        if !(1..=LONGEST_JTI).contains(&self.jti.len()) {
            return Err(Fault::Jti);
        }
        Ok(ends + LEEWAY)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const OURS: &str = "https://parvis.example/api/v1/token";

    fn claims(now: Timestamp) -> Value {
        let now = now.as_second();
        json!({ "iss": "gam", "sub": "gam", "aud": OURS, "iat": now, "nbf": now, "exp": now + 300, "jti": "1" })
    }

    #[test]
    fn what_holds_and_what_not() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let at = now.as_second();
        for (name, value, expected) in [
            ("jti", json!("another"), Ok(now + LIFE + LEEWAY)),
            ("aud", json!([OURS]), Ok(now + LIFE + LEEWAY)),
            ("exp", json!(at + 330), Ok(now + LIFE + LEEWAY + LEEWAY)),
            ("exp", json!(at - 29), Ok(now + SignedDuration::from_secs(1))),
            ("iat", json!(at + 30), Ok(now + LIFE + LEEWAY)),
            ("iat", Value::Null, Ok(now + LIFE + LEEWAY)),
            ("sub", json!("other"), Err(Fault::Client)),
            ("aud", json!("https://other.example/api/v1/token"), Err(Fault::Audience)),
            ("aud", json!([OURS, "https://other.example"]), Err(Fault::Audience)),
            ("aud", json!([]), Err(Fault::Audience)),
            ("exp", json!(at - 30), Err(Fault::Expired)),
            ("exp", json!(at + 331), Err(Fault::TooLong)),
            ("exp", json!(i64::MAX), Err(Fault::TooLong)),
            ("iat", json!(at + 31), Err(Fault::TooEarly)),
            ("nbf", json!(at + 31), Err(Fault::TooEarly)),
            ("nbf", json!(i64::MAX), Err(Fault::TooEarly)),
            ("jti", json!(""), Err(Fault::Jti)),
            ("jti", json!("x".repeat(257)), Err(Fault::Jti)),
        ] {
            let mut said = claims(now);
            said[name] = value.clone();
            let read: Claims = serde_json::from_value(said).unwrap();
            assert_eq!(read.check(OURS, now), expected, "{name} {value}");
        }
        for name in ["iss", "sub", "aud", "exp", "jti"] {
            let mut said = claims(now);
            said.as_object_mut().unwrap().remove(name);
            assert!(serde_json::from_value::<Claims>(said).is_err(), "without {name}");
        }
    }
}
