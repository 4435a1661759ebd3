//! The checks of a token, pure: what came, what must hold, at which moment.
//!
//! `openidconnect` checks signature, issuer, audience, expiry and nonce; it lets pass an empty subject, an `azp` of
//! somebody else, an `iat` far off, a future `nbf` and a missing `acr`. Those are checked here.

use std::time::{Duration, SystemTime};

use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use kernel::digest;
use openidconnect::{
    ClaimsVerificationError, ClientId, IssuerUrl, Nonce, SignatureVerificationError,
    core::{CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJsonWebKeySet},
};
use serde_json::{Map, Value};

use super::{failure::TokenFault, settings::Algorithm};

/// Clocks of well-kept machines differ by less; FranceConnect's tokens live only a minute.
const LEEWAY: SignedDuration = SignedDuration::from_secs(10);
/// A token is redeemed right after it was made.
const ISSUED_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// What the tokens of one provider are held against.
pub(super) struct Trust<'a> {
    pub(super) issuer: &'a IssuerUrl,
    pub(super) client_id: &'a ClientId,
    pub(super) algorithm: Algorithm,
    pub(super) keys: &'a CoreJsonWebKeySet,
    pub(super) now: Timestamp,
}

/// The claims of a token that passed, as they were written.
pub(super) type Claims = Map<String, Value>;

impl Trust<'_> {
    /// Verifies an ID token of a login that was begun with this nonce, asking for this level.
    pub(super) fn id_token(&self, raw: &str, nonce: &str, acr: Option<&str>) -> Result<Claims, TokenFault> {
        let claims = self.claims(raw, |given| match given {
            Some(given) if digest::same(given.secret().as_bytes(), nonce.as_bytes()) => Ok(()),
            _ => Err("nonce".to_owned()),
        })?;
        let reached = claims.get("acr").and_then(Value::as_str);
        if acr.is_some_and(|asked| !reached.is_some_and(|reached| reaches(reached, asked))) {
            return Err(TokenFault::Assurance);
        }
        Ok(claims)
    }

    /// Verifies a userinfo answer in JWT form, which must speak of the subject of the ID token.
    pub(super) fn userinfo(&self, raw: &str, subject: &str) -> Result<Claims, TokenFault> {
        let claims = self.claims(raw, |_| Ok(()))?;
        same_subject(claims, subject)
    }

    fn claims(&self, raw: &str, nonce: impl Fn(Option<&Nonce>) -> Result<(), String>) -> Result<Claims, TokenFault> {
        let token: CoreIdToken = raw.parse().map_err(|_| TokenFault::Malformed)?;
        // As a public client: without the secret at hand, no HMAC can ever be accepted.
        let verifier =
            CoreIdTokenVerifier::new_public_client(self.client_id.clone(), self.issuer.clone(), self.keys.clone())
                .set_allowed_algs([self.algorithm.jws()])
                .set_time_fn(|| system_time(self.now - LEEWAY).into());
        let claims = token.claims(&verifier, |given: Option<&Nonce>| nonce(given)).map_err(|why| fault(&why))?;
        self.own_checks(claims)?;
        let claims = payload(raw).ok_or(TokenFault::Malformed)?;
        let not_before = claims.get("nbf").map(|nbf| nbf.as_f64().ok_or(TokenFault::Malformed)).transpose()?;
        match not_before {
            Some(nbf) if nbf > (self.now + LEEWAY).as_second() as f64 => Err(TokenFault::NotYet),
            _ => Ok(claims),
        }
    }

    fn own_checks(&self, claims: &CoreIdTokenClaims) -> Result<(), TokenFault> {
        if claims.subject().is_empty() {
            return Err(TokenFault::Subject);
        }
        if claims.authorized_party().is_some_and(|party| party != self.client_id) {
            return Err(TokenFault::Party);
        }
        let issued = Timestamp::from_second(claims.issue_time().timestamp()).map_err(|_| TokenFault::IssuedAt)?;
        if self.now.duration_since(issued).abs() > ISSUED_WITHIN {
            return Err(TokenFault::IssuedAt);
        }
        Ok(())
    }
}

/// Userinfo must speak of whom the ID token spoke (OpenID Connect Core 5.3.2).
pub(super) fn same_subject(claims: Claims, subject: &str) -> Result<Claims, TokenFault> {
    match claims.get("sub").and_then(Value::as_str) {
        Some(given) if given == subject => Ok(claims),
        _ => Err(TokenFault::OtherSubject),
    }
}

/// `eidas1` < `eidas2` < `eidas3`; other levels have no order and must be equal.
fn reaches(reached: &str, asked: &str) -> bool {
    let rank = |level: &str| level.strip_prefix("eidas").and_then(|rank| rank.parse::<u8>().ok());
    match (rank(reached), rank(asked)) {
        (Some(reached), Some(asked)) => (asked..=3).contains(&reached),
        _ => reached == asked,
    }
}

/// The claims of a token already verified.
fn payload(raw: &str) -> Option<Claims> {
    let middle = raw.split('.').nth(1)?;
    serde_json::from_slice(&BASE64URL_NOPAD.decode(middle.as_bytes()).ok()?).ok()
}

fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at.as_second()).unwrap_or(0))
}

fn fault(error: &ClaimsVerificationError) -> TokenFault {
    use ClaimsVerificationError as E;
    match error {
        E::Expired(_) => TokenFault::Expired,
        E::InvalidAudience(_) => TokenFault::Audience,
        E::InvalidIssuer(_) => TokenFault::Issuer,
        E::InvalidNonce(_) => TokenFault::Nonce,
        E::InvalidSubject(_) => TokenFault::Subject,
        E::SignatureVerification(SignatureVerificationError::NoMatchingKey) => TokenFault::UnknownKey,
        E::SignatureVerification(_) => TokenFault::Signature,
        _ => TokenFault::Malformed,
    }
}
