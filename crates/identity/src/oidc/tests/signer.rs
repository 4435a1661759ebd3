//! A provider's signing keys, made with `jsonwebtoken`, which the code under test does not use.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use openidconnect::core::CoreJsonWebKeySet;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://idp.example/api/v2";
pub(crate) const CLIENT: &str = "parvis-tests";
pub(crate) const NONCE: &str = "nonce-nonce-nonce-nonce-nonce-nonce-nonce-n";
pub(crate) const SUBJECT: &str = "b6048e95bb134ec5b1d1e1fa69f287172e91722b9354d637a1bcf2ebb0fd2ef5v1";

pub(crate) struct Signer {
    pub(crate) kid: String,
    algorithm: Algorithm,
    key: EncodingKey,
}

impl Signer {
    #[expect(clippy::disallowed_methods, reason = "a test key made on the spot")]
    pub(crate) fn es256(kid: &str) -> Self {
        let random = ring::rand::SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let key = EncodingKey::from_ec_der(document.as_ref());
        Self { kid: kid.to_owned(), algorithm: Algorithm::ES256, key }
    }

    pub(crate) fn rs256(kid: &str) -> Self {
        let key = EncodingKey::from_rsa_pem(include_bytes!("rsa-for-tests.pem")).unwrap();
        Self { kid: kid.to_owned(), algorithm: Algorithm::RS256, key }
    }

    pub(crate) fn hs256(kid: &str, secret: &[u8]) -> Self {
        Self { kid: kid.to_owned(), algorithm: Algorithm::HS256, key: EncodingKey::from_secret(secret) }
    }

    pub(crate) fn jwk(&self) -> Value {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&self.key, self.algorithm).unwrap()).unwrap();
        let about = json!({"kid": self.kid, "use": "sig"});
        jwk.as_object_mut().unwrap().extend(about.as_object().unwrap().clone());
        jwk
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(Some(&self.kid), claims)
    }

    pub(crate) fn sign_with(&self, kid: Option<&str>, claims: &Value) -> String {
        self.sign_typed(None, kid, claims)
    }

    pub(crate) fn sign_typed(&self, typ: Option<&str>, kid: Option<&str>, claims: &Value) -> String {
        let (kid, typ) = (kid.map(str::to_owned), typ.map(str::to_owned));
        encode(&Header { kid, typ, ..Header::new(self.algorithm) }, claims, &self.key).unwrap()
    }
}

pub(crate) fn key_set(keys: &[Value]) -> CoreJsonWebKeySet {
    serde_json::from_value(json!({ "keys": keys })).unwrap()
}

/// An ID token's claims as FranceConnect writes them, issued at `now`.
pub(crate) fn id_claims(now: i64) -> Value {
    json!({
        "sub": SUBJECT, "auth_time": now, "acr": "eidas1", "nonce": NONCE,
        "aud": CLIENT, "exp": now + 60, "iat": now, "iss": ISSUER,
    })
}

/// The same claims with some replaced, and those given as null removed.
pub(crate) fn with(mut claims: Value, changes: Value) -> Value {
    let map = claims.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            map.remove(name);
        } else {
            map.insert(name.clone(), value.clone());
        }
    }
    claims
}
