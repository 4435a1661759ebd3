//! T11 to T31 on the verifier alone. Each case starts from a token that passes and changes one thing.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use openidconnect::{ClientId, IssuerUrl, core::CoreJsonWebKeySet};
use serde_json::{Value, json};

use super::signer::{CLIENT, ISSUER, NONCE, SUBJECT, Signer, id_claims, key_set, with};
use crate::oidc::{
    failure::TokenFault::{self, *},
    settings::Algorithm,
    verify::{Claims, Trust, same_subject},
};

const NOW: i64 = 1_795_250_000;

struct Bench {
    signer: Signer,
    keys: CoreJsonWebKeySet,
    algorithm: Algorithm,
}

impl Bench {
    fn es256() -> Self {
        let signer = Signer::es256("pkcs11:ES256:hsm");
        Self { keys: key_set(&[signer.jwk()]), signer, algorithm: Algorithm::ES256 }
    }

    fn rs256() -> Self {
        let signer = Signer::rs256("pkcs11:RS256:hsm");
        Self { keys: key_set(&[signer.jwk()]), signer, algorithm: Algorithm::RS256 }
    }

    fn trusting<T>(&self, now: i64, check: impl FnOnce(&Trust<'_>) -> T) -> T {
        let issuer = IssuerUrl::new(ISSUER.to_owned()).unwrap();
        let client_id = ClientId::new(CLIENT.to_owned());
        let now = Timestamp::from_second(now).unwrap();
        check(&Trust { issuer: &issuer, client_id: &client_id, algorithm: self.algorithm, keys: &self.keys, now })
    }

    fn id_token(&self, raw: &str) -> Result<Claims, TokenFault> {
        self.trusting(NOW, |trust| trust.id_token(raw, NONCE, Some("eidas1")))
    }

    fn changed(&self, changes: Value) -> Result<Claims, TokenFault> {
        self.id_token(&self.signer.sign(&with(id_claims(NOW), changes)))
    }

    fn userinfo(&self, changes: Value) -> Result<Claims, TokenFault> {
        let raw = self.signer.sign(&with(userinfo_claims(), changes));
        self.trusting(NOW, |trust| trust.userinfo(&raw, SUBJECT))
    }
}

fn userinfo_claims() -> Value {
    json!({
        "sub": SUBJECT, "iss": ISSUER, "aud": CLIENT, "iat": NOW, "exp": NOW + 60,
        "given_name": "Angèle Marie", "given_name_array": ["Angèle", "Marie"], "family_name": "DUBINÔRE",
        "birthdate": "1992-01-01", "idp_birthdate": "1992-00-00", "birthplace": "", "birthcountry": "99217",
        "gender": "unspecified",
    })
}

/// The same token with one bit of its signature turned.
fn spoiled(raw: &str) -> String {
    let (signed, signature) = raw.rsplit_once('.').unwrap();
    let mut bytes = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    bytes[10] ^= 1;
    format!("{signed}.{}", BASE64URL_NOPAD.encode(&bytes))
}

#[test]
fn t01_t02_a_good_token_passes() {
    for bench in [Bench::es256(), Bench::rs256()] {
        assert_eq!(bench.changed(json!({})).unwrap().get("sub"), Some(&json!(SUBJECT)));
    }
}

#[test]
fn t11_to_t14_the_nonce_must_be_that_of_this_login() {
    let bench = Bench::es256();
    // A replayed token (T13) and an injected code (T14) both carry the nonce of another login.
    let of_another_login = NONCE.replace('n', "m");
    for nonce in [json!("other"), json!(of_another_login), json!(""), json!(null)] {
        assert_eq!(bench.changed(json!({ "nonce": nonce })), Err(Nonce), "{nonce}");
    }
}

#[test]
fn t15_no_signature_is_no_token() {
    let bench = Bench::es256();
    let payload = BASE64URL_NOPAD.encode(id_claims(NOW).to_string().as_bytes());
    for alg in ["none", "None", "NONE"] {
        let header = BASE64URL_NOPAD.encode(json!({ "alg": alg }).to_string().as_bytes());
        for signature in ["", "AAAA"] {
            let refusal = bench.id_token(&format!("{header}.{payload}.{signature}")).unwrap_err();
            assert!(matches!(refusal, Signature | Malformed), "{alg}: {refusal:?}");
        }
    }
}

#[test]
fn t16_t17_hmac_is_refused_whatever_its_key() {
    let bench = Bench::es256();
    let public = bench.signer.jwk();
    let point = BASE64URL_NOPAD.decode(public["x"].as_str().unwrap().as_bytes()).unwrap();
    for key in [b"the-client-secret".as_slice(), &point, public.to_string().as_bytes()] {
        for kid in [Some(bench.signer.kid.as_str()), None] {
            let raw = Signer::hs256("h", key).sign_with(kid, &id_claims(NOW));
            assert_eq!(bench.id_token(&raw), Err(Signature));
        }
    }
}

#[test]
fn t18_a_spoiled_signature_is_refused() {
    for bench in [Bench::es256(), Bench::rs256()] {
        let good = bench.signer.sign(&id_claims(NOW));
        assert!(bench.id_token(&good).is_ok());
        assert_eq!(bench.id_token(&spoiled(&good)), Err(Signature));
        let impostor = Signer::es256(&bench.signer.kid).sign(&id_claims(NOW));
        assert_eq!(bench.id_token(&impostor), Err(Signature));
    }
}

#[test]
fn only_the_configured_algorithm_is_accepted() {
    let mut bench = Bench::rs256();
    bench.algorithm = Algorithm::ES256;
    assert_eq!(bench.changed(json!({})), Err(Signature));
}

#[test]
fn t19_to_t26_each_claim_is_checked() {
    let bench = Bench::es256();
    let cases = [
        ("T19 other issuer", json!({"iss": "https://evil.example"}), Issuer),
        ("T19 issuer with a slash", json!({"iss": format!("{ISSUER}/")}), Issuer),
        ("T19 no issuer", json!({"iss": null}), Malformed),
        ("T20 other audience", json!({"aud": "somebody"}), Audience),
        ("T20 no audience", json!({"aud": null}), Malformed),
        ("T20 empty audience", json!({"aud": []}), Audience),
        ("T20 one audience too many", json!({"aud": [CLIENT, "somebody"]}), Audience),
        ("T21 another party", json!({"azp": "somebody"}), Party),
        ("T22 expired", json!({"exp": NOW - 11}), Expired),
        ("T22 no expiry", json!({"exp": null}), Malformed),
        ("T24 no time of issue", json!({"iat": null}), Malformed),
        ("T24 issued long ago", json!({"iat": NOW - 301}), IssuedAt),
        ("T24 issued in the future", json!({"iat": NOW + 301}), IssuedAt),
        ("T25 not yet", json!({"nbf": NOW + 12}), NotYet),
        ("T25 unreadable", json!({"nbf": "tomorrow"}), Malformed),
        ("T26 empty subject", json!({"sub": ""}), Subject),
        ("T26 no subject", json!({"sub": null}), Malformed),
        ("T31 no level", json!({"acr": null}), Assurance),
        ("T31 lower level", json!({"acr": "eidas0"}), Assurance),
        ("T31 unknown level", json!({"acr": "eidas9"}), Assurance),
        ("T31 empty level", json!({"acr": ""}), Assurance),
    ];
    for (name, changes, refusal) in cases {
        // A claim the crate refuses to read or to trust is refused either way; ours must be named exactly.
        match bench.changed(changes).unwrap_err() {
            given if refusal == Malformed => {
                assert!(matches!(given, Malformed | Issuer | Audience), "{name}: {given:?}")
            }
            given => assert_eq!(given, refusal, "{name}"),
        }
    }
    for (name, changes) in [
        ("T20 our audience in a list", json!({"aud": [CLIENT]})),
        ("T21 our own party", json!({"azp": CLIENT})),
        ("T25 valid since", json!({"nbf": NOW})),
        ("T31 higher level", json!({"acr": "eidas2"})),
        ("T31 highest level", json!({"acr": "eidas3"})),
    ] {
        assert!(bench.changed(changes).is_ok(), "{name}");
    }
}

#[test]
fn t23_clocks_may_differ_by_a_few_seconds() {
    let bench = Bench::es256();
    for changes in [
        json!({"iat": NOW - 65, "exp": NOW - 5}),
        json!({"iat": NOW + 5, "exp": NOW + 65, "nbf": NOW + 5, "auth_time": NOW + 5}),
    ] {
        assert!(bench.changed(changes).is_ok());
    }
}

#[test]
fn t27_t28_userinfo_is_checked_like_a_token() {
    let bench = Bench::es256();
    let given = bench.userinfo(json!({})).unwrap();
    assert_eq!(given.get("idp_birthdate"), Some(&json!("1992-00-00")), "a partial date stays as it was given");
    for (changes, refusal) in [
        (json!({"sub": "somebody-else"}), OtherSubject),
        (json!({"aud": "somebody"}), Audience),
        (json!({"iss": "https://evil.example"}), Issuer),
        (json!({"exp": NOW - 11}), Expired),
        (json!({"iat": NOW - 301}), IssuedAt),
    ] {
        assert_eq!(bench.userinfo(changes), Err(refusal));
    }
    let raw = bench.signer.sign(&userinfo_claims());
    for (raw, refusal) in [
        (spoiled(&raw), Signature),
        (Signer::es256(&bench.signer.kid).sign(&userinfo_claims()), Signature),
        (userinfo_claims().to_string(), Malformed),
        ("<html></html>".to_owned(), Malformed),
        (String::new(), Malformed),
    ] {
        assert_eq!(bench.trusting(NOW, |trust| trust.userinfo(&raw, SUBJECT)), Err(refusal));
    }
}

#[test]
fn t27_json_userinfo_must_speak_of_the_same_person() {
    let of = |subject: Value| json!({ "sub": subject }).as_object().unwrap().clone();
    assert!(same_subject(of(json!(SUBJECT)), SUBJECT).is_ok());
    for other in [json!("x"), json!(null), json!(12), json!([SUBJECT])] {
        assert_eq!(same_subject(of(other), SUBJECT), Err(OtherSubject));
    }
}

#[test]
fn t29_a_userinfo_answer_is_no_id_token() {
    let bench = Bench::es256();
    assert_eq!(bench.id_token(&bench.signer.sign(&userinfo_claims())), Err(Nonce));
}

#[test]
fn t33_t34_the_key_must_be_known() {
    let mut bench = Bench::es256();
    let claims = id_claims(NOW);
    assert_eq!(bench.id_token(&bench.signer.sign_with(Some("another"), &claims)), Err(UnknownKey));
    assert!(bench.id_token(&bench.signer.sign_with(None, &claims)).is_ok(), "one key needs no name");
    bench.keys = key_set(&[bench.signer.jwk(), Signer::es256("second").jwk()]);
    assert_eq!(bench.id_token(&bench.signer.sign_with(None, &claims)), Err(Signature), "several keys do");
    assert!(bench.id_token(&bench.signer.sign(&claims)).is_ok());
}

#[test]
fn an_access_token_is_no_id_token() {
    let bench = Bench::es256();
    let typed = |typ| bench.signer.sign_typed(Some(typ), Some(&bench.signer.kid), &id_claims(NOW));
    assert!(bench.id_token(&typed("JWT")).is_ok());
    assert!(bench.id_token(&typed("at+jwt")).is_err());
}
