//! A provider on loopback that answers what a test tells it to, and counts what it was asked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, Once},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, http::StatusCode, web};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, World, testing::HeldClock, world::SystemSource};
use serde_json::{Value, json};

use super::signer::{CLIENT, SUBJECT, Signer};
use crate::oidc::{Provider, ProviderSettings};

#[derive(Clone)]
pub(crate) struct Reply {
    status: u16,
    content_type: &'static str,
    body: String,
}

#[derive(Default)]
struct Script {
    replies: HashMap<String, Reply>,
    asked: HashMap<String, Vec<String>>,
}

pub(crate) struct Peer {
    pub(crate) issuer: String,
    pub(crate) signer: Signer,
    pub(crate) clock: Arc<HeldClock>,
    script: Arc<Mutex<Script>>,
}

async fn answer(request: HttpRequest, body: String, script: web::Data<Mutex<Script>>) -> HttpResponse {
    let mut script = script.lock().unwrap();
    let path = request.path().to_owned();
    script.asked.entry(path.clone()).or_default().push(body);
    let Some(reply) = script.replies.get(&path) else { return HttpResponse::NotFound().finish() };
    let mut response = HttpResponse::build(StatusCode::from_u16(reply.status).unwrap());
    if reply.status == 302 {
        response.insert_header(("location", reply.body.clone()));
    }
    response.content_type(reply.content_type).body(reply.body.clone())
}

impl Peer {
    /// A provider that describes itself as FranceConnect does.
    pub(crate) fn start() -> Self {
        Self::start_with(HeldClock::at(Timestamp::from_second(1_795_250_000).unwrap()))
    }

    pub(crate) fn start_with(clock: Arc<HeldClock>) -> Self {
        let script = Arc::new(Mutex::new(Script::default()));
        let data = web::Data::from(script.clone());
        let server = HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(answer)))
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .unwrap();
        let issuer = format!("http://{}/api/v2", server.addrs()[0]);
        actix_web::rt::spawn(server.run());
        let peer = Self { issuer, signer: Signer::es256("first"), clock, script };
        peer.describe(json!({}));
        peer.publish(&[peer.signer.jwk()]);
        peer
    }

    pub(crate) fn describe(&self, changes: Value) {
        let at = |path: &str| format!("{}{path}", self.issuer);
        let description = json!({
            "issuer": self.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"), "jwks_uri": at("/jwks"), "end_session_endpoint": at("/session/end"),
            "authorization_response_iss_parameter_supported": true,
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "RS256"],
        });
        let description = super::signer::with(description, changes);
        self.reply("/.well-known/openid-configuration", 200, "application/json", &description.to_string());
    }

    pub(crate) fn publish(&self, keys: &[Value]) {
        self.reply("/jwks", 200, "application/json", &json!({ "keys": keys }).to_string());
    }

    pub(crate) fn reply(&self, path: &str, status: u16, content_type: &'static str, body: &str) {
        let reply = Reply { status, content_type, body: body.to_owned() };
        self.script.lock().unwrap().replies.insert(format!("/api/v2{path}"), reply);
    }

    /// The same answer under another content type.
    pub(crate) fn relabel(&self, path: &str, content_type: &'static str) {
        let mut script = self.script.lock().unwrap();
        script.replies.get_mut(&format!("/api/v2{path}")).unwrap().content_type = content_type;
    }

    /// The bodies of the requests a path received.
    pub(crate) fn asked(&self, path: &str) -> Vec<String> {
        self.script.lock().unwrap().asked.get(&format!("/api/v2{path}")).cloned().unwrap_or_default()
    }

    /// Tokens and userinfo for the login with this nonce, signed by `signer`.
    pub(crate) fn vouch(&self, signer: &Signer, nonce: &str) {
        self.vouch_with(signer, nonce, json!({"family_name": "DUBINÔRE", "given_name": "Angèle"}));
    }

    /// The same with these claims about the person.
    pub(crate) fn vouch_with(&self, signer: &Signer, nonce: &str, claims: Value) {
        let now = self.clock.now().as_second();
        let common = json!({"sub": SUBJECT, "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60});
        let common = super::signer::with(common, json!({"sub": claims.get("sub").cloned().unwrap_or(json!(SUBJECT))}));
        let id = signer.sign(&super::signer::with(common.clone(), json!({"nonce": nonce, "acr": "eidas1"})));
        let tokens = json!({
            "access_token": "opaque", "expires_in": 60, "id_token": id, "scope": "openid", "token_type": "Bearer",
        });
        self.reply("/token", 200, "application/json", &tokens.to_string());
        let traits = super::signer::with(common, claims);
        self.reply("/userinfo", 200, "application/jwt; charset=utf-8", &signer.sign(&traits));
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    /// A relying party for this provider, FranceConnect's preset with some settings changed.
    pub(crate) fn party(&self, changes: Value) -> Provider {
        let settings = json!({
            "preset": "franceconnect", "issuer": self.issuer, "client_id": CLIENT,
            "client_secret_file": "/unused",
        });
        let settings: ProviderSettings = serde_json::from_value(super::signer::with(settings, changes)).unwrap();
        let world = World::new(self.clock.clone(), Arc::new(SystemSource::new()));
        let secret = "top-secret".to_owned().into();
        Provider::new("fc".to_owned(), settings, secret, "https://rdv.example", client(), world).unwrap()
    }
}

#[expect(clippy::disallowed_methods, reason = "a client for this test, as the server builds them: no redirects")]
pub(crate) fn client() -> reqwest::Client {
    static RING: Once = Once::new();
    RING.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
