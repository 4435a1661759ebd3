//! The public keys of calling systems. Each is used with one algorithm only, its own: what an assertion's header asks for
//! never decides how it is checked.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

use crate::domain::assertion::Claims;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    #[error("it must be a public key in PEM (-----BEGIN PUBLIC KEY-----)")]
    NotPublic,
    #[error("it must be P-256, Ed25519 or RSA")]
    Kind,
    #[error("an RSA key must have 2048 to 8192 bits")]
    Bits,
}

/// A key with its one algorithm: ES256, EdDSA or RS256.
pub(crate) struct PublicKey {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl PublicKey {
    pub(crate) fn read(pem: &str) -> Result<Self, KeyFault> {
        if !pem.trim_start().starts_with("-----BEGIN PUBLIC KEY-----") {
            return Err(KeyFault::NotPublic);
        }
        let pem = pem.trim_start().as_bytes();
        let kinds = [
            (Algorithm::ES256, DecodingKey::from_ec_pem(pem)),
            (Algorithm::EdDSA, DecodingKey::from_ed_pem(pem)),
            (Algorithm::RS256, DecodingKey::from_rsa_pem(pem)),
        ];
        let found = kinds.into_iter().find_map(|(algorithm, key)| Some((algorithm, key.ok()?)));
        let (algorithm, key) = found.ok_or(KeyFault::Kind)?;
        let bytes = key.try_get_as_bytes().map_err(|_| KeyFault::Kind)?;
        match algorithm {
            // An uncompressed point of P-256 (SEC 1 §2.3.3); those of other curves are longer.
            Algorithm::ES256 if bytes.len() != 65 => return Err(KeyFault::Kind),
            Algorithm::EdDSA if bytes.len() != 32 => return Err(KeyFault::Kind),
            Algorithm::RS256 if !modulus_bytes(bytes).is_some_and(|long| (256..=1024).contains(&long)) => {
                return Err(KeyFault::Bits);
            }
            _ => {}
        }
        Ok(Self { algorithm, key })
    }

    /// What the assertion says, if this key signed it. When it holds is checked by who knows the time.
    pub(crate) fn verify(&self, assertion: &str) -> Option<Claims> {
        let mut how = Validation::new(self.algorithm);
        (how.validate_exp, how.validate_aud) = (false, false);
        how.required_spec_claims.clear();
        let data = decode::<Claims>(assertion, &self.key, &how).ok()?;
        // An extension that must be understood, and is not (RFC 7515 §4.1.11).
        data.header.crit.is_none().then_some(data.claims)
    }
}

/// Bytes of the modulus of an `RSAPublicKey ::= SEQUENCE { modulus INTEGER, … }` (RFC 8017 §A.1.1), without zeros in front.
fn modulus_bytes(der: &[u8]) -> Option<usize> {
    let sequence = value(der, 0x30)?;
    let modulus = value(sequence, 0x02)?;
    Some(modulus.iter().skip_while(|byte| **byte == 0).count())
}

/// The contents of the first element, if it has this tag (X.690 §8.1).
fn value(der: &[u8], tag: u8) -> Option<&[u8]> {
    let (first, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81 | 0x82 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    if *first == tag { rest.get(..length) } else { None }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    use super::*;

    // Public keys alone, and what was signed once: nothing that could sign again.
    const RSA_2048: &str = "-----BEGIN PUBLIC KEY-----\n\
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA6/t5sgcwBX3P5G49bnWL\n\
IDeUWXkud42ghKqJov9IDlQGop4ajsV44SoLauRxIx/WKKiVCg1TdO/CaR/k+O2h\n\
9BFjh+C9QJDjNG9TklC4vLvBT2jg6nxGt3bkgx7pw56c5vsYEMAdtnDLMUYA2kQr\n\
0Qto6ieG4IZrMYXG5EmWFsAz34GiRjDJxOpPst6guSHLuFbRxp0NJ7B9aSKfid47\n\
zqW1KwXQL9CEKAzAjECqtMU/czQa5oNxYGoPujbMFR5TiNwHU6Hyo1fBe+Dwe5rN\n\
JaakqzWlrspPubEOmgLXjUAx6+fIqQ90Le3uTMm9BParyd7cLmKzJkRhWN2KWHyJ\n\
2QIDAQAB\n\
-----END PUBLIC KEY-----";
    const RSA_1024: &str = "-----BEGIN PUBLIC KEY-----\n\
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDFAawNuHVrbiOSuWusevWUxlb1\n\
MHq1EX24haA6amfVp1Iquf9JbA2Zb89zkY/d73u1MuUh3HDvpbuQdFox3qjB13KF\n\
38Yg5aL75y1xcgNqYGAhSohz7dVJkqocrkiFweObQKK/xRI9r4T4IaZKXFL4bN4e\n\
BW5x2hSjlEtsqmoU1QIDAQAB\n\
-----END PUBLIC KEY-----";
    const P384: &str = "-----BEGIN PUBLIC KEY-----\n\
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEaW5tEJ0+gf+0FN8rzZeCOI6F4M3+ty2E\n\
JD/ER46eUW8qDl7d2Pa+B0j7u+Q0GAQ06rstA1Gi7di81v7+Vb+5XAXXMH31LNtm\n\
LdLwc8ALOvu/ISwrFLgplnf36GJSEYbq\n\
-----END PUBLIC KEY-----";
    const SIGNED: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJnYW0iLCJzdWIiOiJnYW0iLCJhdWQiOiJodHRwczovL3BhcnZpcy5\
leGFtcGxlL2FwaS92MS90b2tlbiIsImV4cCI6NDEwMjQ0NDgwMCwianRpIjoiMSJ9.gMiwXV_uaVsVfeWUvMfJHNOrX9dQWymrmj\
vMvJQQSiyTZKnksvwajIhVL54G_D8VVZnuUESgcH_9YNLw0TyWyU3ssok006Rxk5Ul2GmnWCu95jXctiQFxmxSUHt9udwuFxJOeq\
5hQJP8ztie6jDoZvTXDU_s-ocTFuxl3dWMNhtDKk2YPOtdl1Qsp_lHLz1sKDjxB-D4bqB6mWF1tZm77nFOAQCH_hQMgp2A-FK7gB\
Y0D9TCO0zI6S6ttQjrilqtno7GKdEZan6DfPO3U7wUscWthuBjDgcJgElZqww_x_-vcA3mjU8kJWf0IxDXI9TaTkM_aiBaja-2YY\
uaY2M6_A";
    const SIGNED_WITH_CRIT: &str = "eyJhbGciOiJSUzI1NiIsImNyaXQiOlsieCJdLCJ4IjoxfQ.eyJpc3MiOiJnYW0iLCJzdWIiOiJnYW0iLCJhdWQiOiJodHRwczovL\
3BhcnZpcy5leGFtcGxlL2FwaS92MS90b2tlbiIsImV4cCI6NDEwMjQ0NDgwMCwianRpIjoiMSJ9.z75GpFhGuE-elenkvNQ1zzTD\
rYL8hWD3BYzYMAyBsX3xkZqfcmQMvtUEHsdLPloN0iZ6Kc5vSudUrm_-r_ijAqw4ppFnR2Zbiz_X1uuzh2Xx07XfKWL2S7x4FdlR\
TNNC2e8kMDAZSMP5k7p1obPLzppaqGtxer-YUOLv-BcBLVn4vmPQMpMbs2BlTULFb5bKqvy8bi8ZcKAFR797Rgm5XSMET_vuwOkK\
8aakN7iBNY6MDy1QEoKBYyJahMUPVtSisNy6WQBi59Zu30hSYdHSri5-slb7DOprcy7EgfCTrk4rEUMjJEMH5qD2Fo94MqoeH8TJ\
ndZxF6bCXl_vifQP3g";

    fn fault(pem: &str) -> Option<KeyFault> {
        PublicKey::read(pem).err()
    }

    #[test]
    fn only_strong_public_keys_are_taken() {
        assert_eq!(fault(RSA_2048), None);
        assert_eq!(fault(RSA_1024), Some(KeyFault::Bits));
        assert_eq!(fault(P384), Some(KeyFault::Kind));
        assert_eq!(fault(&RSA_2048.replace("PUBLIC", "PRIVATE")), Some(KeyFault::NotPublic));
        assert_eq!(fault(&RSA_2048.replace("PUBLIC KEY", "CERTIFICATE")), Some(KeyFault::NotPublic));
        assert_eq!(fault("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), Some(KeyFault::Kind));
    }

    #[test]
    fn what_was_signed_with_rsa_is_known_again() {
        let key = PublicKey::read(RSA_2048).unwrap();
        assert_eq!(key.verify(SIGNED).unwrap().iss, "gam");
        assert!(key.verify(SIGNED_WITH_CRIT).is_none(), "an extension that is not understood");
        let (said, signature) = SIGNED.rsplit_once('.').unwrap();
        let (_, others) = SIGNED_WITH_CRIT.rsplit_once('.').unwrap();
        assert!(key.verify(&format!("{said}.{others}")).is_none());
        let (header, _) = said.split_once('.').unwrap();
        let another = BASE64URL_NOPAD.encode(
            json!({ "iss": "other", "sub": "other", "aud": "x", "exp": 4_102_444_800_i64, "jti": "1" })
                .to_string()
                .as_bytes(),
        );
        assert!(key.verify(&format!("{header}.{another}.{signature}")).is_none());
    }

    #[test]
    fn the_header_never_chooses_the_algorithm() {
        let key = PublicKey::read(RSA_2048).unwrap();
        let claims = json!({ "iss": "gam", "sub": "gam", "aud": "x", "exp": 4_102_444_800_i64, "jti": "1" });
        let hmac = EncodingKey::from_secret(RSA_2048.as_bytes());
        let confused = encode(&Header::new(Algorithm::HS256), &claims, &hmac).unwrap();
        assert!(key.verify(&confused).is_none(), "the public key taken for a shared secret");
        let none = BASE64URL_NOPAD.encode(br#"{"alg":"none"}"#);
        let body = BASE64URL_NOPAD.encode(claims.to_string().as_bytes());
        for unsigned in [format!("{none}.{body}."), format!("{none}.{body}"), String::new(), "..".to_owned()] {
            assert!(key.verify(&unsigned).is_none(), "{unsigned}");
        }
        let rs512 = SIGNED.replacen("eyJhbGciOiJSUzI1NiIs", "eyJhbGciOiJSUzUxMiIs", 1);
        assert_ne!(rs512, SIGNED);
        assert!(key.verify(&rs512).is_none());
    }
}
