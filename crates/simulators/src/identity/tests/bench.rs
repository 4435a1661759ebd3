//! A provider started for one test, and a browser without redirects.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, sync::Once};

use data_encoding::BASE64URL_NOPAD;
use kernel::{World, testing::HeldClock};
use serde_json::Value;

use crate::identity::{Audience, Client, Handle, Settings, StartFault, start};

pub(super) const CALLBACK: &str = "http://localhost:8080/login/demo/callback";
pub(super) const AFTER: &str = "http://localhost:8080/logout/done";
pub(super) const STATE: &str = "state-state-state-state-state-state-state-s";
pub(super) const NONCE: &str = "nonce-nonce-nonce-nonce-nonce-nonce-nonce-n";
pub(super) const VERIFIER: &str = "verifier-verifier-verifier-verifier-verifie";

pub(super) struct Bench {
    pub(super) handle: Handle,
    pub(super) clock: Arc<HeldClock>,
    pub(super) http: reqwest::Client,
    audience: Audience,
}

/// A folder of this test's own; what remains is only a key in a temporary place.
pub(super) fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("parvis-identity-{}", World::system().uuid()))
}

pub(super) fn open(audience: Audience, port: u16, folder: PathBuf, world: World) -> Result<Handle, StartFault> {
    let client = Client {
        id: "parvis".to_owned(),
        secret: "demo-secret".to_owned(),
        redirect_uris: vec![CALLBACK.to_owned()],
        post_logout_redirect_uris: vec![AFTER.to_owned()],
    };
    start(Settings { audience, port, folder, client, world })
}

impl Bench {
    pub(super) fn start(audience: Audience) -> Self {
        let (world, clock) = kernel::testing::world();
        let handle = open(audience, 0, folder(), world).unwrap();
        Self { handle, clock, http: client(), audience }
    }

    /// What a good relying party sends.
    pub(super) fn request(&self) -> BTreeMap<&'static str, String> {
        let challenge = ring::digest::digest(&ring::digest::SHA256, VERIFIER.as_bytes());
        let mut all = BTreeMap::from([
            ("client_id", "parvis".to_owned()),
            ("response_type", "code".to_owned()),
            ("redirect_uri", CALLBACK.to_owned()),
            ("scope", "openid identite_pivot email idp_birthdate preferred_username".to_owned()),
            ("state", STATE.to_owned()),
            ("nonce", NONCE.to_owned()),
        ]);
        match self.audience {
            Audience::Patients => all.insert("acr_values", "eidas1".to_owned()),
            Audience::Staff => {
                all.insert("code_challenge_method", "S256".to_owned());
                all.insert("code_challenge", BASE64URL_NOPAD.encode(challenge.as_ref()))
            }
        };
        all
    }

    pub(super) async fn arrive(&self, request: &BTreeMap<&'static str, String>) -> (u16, String) {
        let answer =
            self.http.get(format!("{}/authorize", self.handle.issuer)).query_pairs(request).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// The parameters of the callback after a click on this person, or on "revenir au service".
    pub(super) async fn click(&self, person: Option<&str>) -> BTreeMap<String, String> {
        let (status, page) = self.arrive(&self.request()).await;
        assert_eq!(status, 200, "{page}");
        let action = page.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
        let form: Vec<(&str, &str)> = person.map(|person| ("person", person)).into_iter().collect();
        let address = format!("http://{}{action}", self.handle.addr);
        let answer = self.http.post(address).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), 303);
        let location = answer.headers()["location"].to_str().unwrap().to_owned();
        let (address, query) = location.split_once('?').unwrap();
        assert_eq!(address, CALLBACK);
        serde_urlencoded::from_str(query).unwrap()
    }

    pub(super) async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> (u16, Value) {
        let mut form = BTreeMap::from([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("client_id", "parvis"),
            ("client_secret", "demo-secret"),
        ]);
        if self.audience == Audience::Staff {
            form.insert("code_verifier", VERIFIER);
        }
        form.extend(changes.iter().copied());
        let answer = self.http.post(format!("{}/token", self.handle.issuer)).form(&form).send().await.unwrap();
        (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    pub(super) async fn userinfo(&self, access: &str) -> (u16, String, String) {
        let request = self.http.get(format!("{}/userinfo", self.handle.issuer)).bearer_auth(access);
        let answer = request.send().await.unwrap();
        let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        (answer.status().as_u16(), kind.unwrap_or_default(), answer.text().await.unwrap())
    }

    /// A whole login: the token answer and userinfo's claims.
    pub(super) async fn login(&self, person: &str) -> (Value, Value) {
        let back = self.click(Some(person)).await;
        let (status, tokens) = self.redeem(&back["code"], &[]).await;
        assert_eq!(status, 200, "{tokens}");
        let (status, kind, body) = self.userinfo(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(status, 200);
        let claims =
            if kind.starts_with("application/jwt") { part(&body, 1) } else { serde_json::from_str(&body).unwrap() };
        (tokens, claims)
    }
}

/// One part of a token, read without verifying.
pub(super) fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()).unwrap()
}

/// `reqwest` without its `query` feature.
trait QueryPairs {
    fn query_pairs(self, pairs: &BTreeMap<&'static str, String>) -> Self;
}
impl QueryPairs for reqwest::RequestBuilder {
    fn query_pairs(self, pairs: &BTreeMap<&'static str, String>) -> Self {
        let (client, request) = self.build_split();
        let mut request = request.unwrap();
        request.url_mut().set_query(Some(&serde_urlencoded::to_string(pairs).unwrap()));
        Self::from_parts(client, request)
    }
}

#[expect(clippy::disallowed_methods, reason = "the test's own browser")]
pub(super) fn client() -> reqwest::Client {
    static RING: Once = Once::new();
    RING.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
