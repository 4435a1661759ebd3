//! One provider at work: where to send the browser, what to make of the code it brings back, how to leave.

use kernel::World;
use openidconnect::{
    AuthType, AuthUrl, AuthenticationContextClass, AuthenticationFlow, ClientId, ClientSecret, CsrfToken, IssuerUrl,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    core::{CoreClient, CoreResponseType},
    url::Url,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::{
    description::{Directory, Known},
    failure::LoginFailure,
    settings::{ClientAuth, ProviderSettings, SettingsFault},
};

/// A provider with its settings. Its description is fetched when first needed.
pub struct Provider {
    pub(super) name: String,
    pub(super) settings: ProviderSettings,
    secret: SecretString,
    pub(super) http: reqwest::Client,
    pub(super) world: World,
    pub(super) directory: Directory,
    pub(super) issuer: IssuerUrl,
    pub(super) client_id: ClientId,
    redirect: RedirectUrl,
    after_logout: String,
}

/// A login about to leave: the browser goes to `url`; the rest is kept on our side.
pub struct Begun {
    pub url: Url,
    pub state: String,
    pub pending: Pending,
}

/// What a pending login must remember until its code comes back.
#[derive(Clone)]
pub struct Pending {
    pub nonce: String,
    pub pkce_verifier: Option<String>,
}

/// Who somebody is, as a provider vouches for it.
pub struct Identity {
    pub issuer: String,
    pub client_id: String,
    pub subject: String,
    pub acr: Option<String>,
    /// Kept on the server only: the hint that lets us close the provider's session.
    pub id_token: SecretString,
    /// The claims of the ID token, then those of userinfo over them.
    pub claims: Map<String, Value>,
}

impl Provider {
    /// `name` stands in our addresses, which start with `base_url` and never with what a request says; `http` must
    /// not follow redirects.
    ///
    /// One callback path per provider, so that a code of one is never taken for a code of another (RFC 9700 §4.4).
    pub fn new(
        name: String,
        settings: ProviderSettings,
        secret: SecretString,
        base_url: &str,
        http: reqwest::Client,
        world: World,
    ) -> Result<Self, SettingsFault> {
        let directory = Directory::new(settings.issuer.clone(), http.clone(), world.clone());
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|_| SettingsFault::Address("issuer"))?;
        let side = if settings.is_for_staff() { format!("{base_url}/desk") } else { base_url.to_owned() };
        let redirect = RedirectUrl::new(format!("{side}/login/{name}/callback"))
            .map_err(|_| SettingsFault::Address("base_url"))?;
        let after_logout = format!("{side}/logout/done");
        let client_id = ClientId::new(settings.client_id.clone());
        Ok(Self { name, settings, secret, http, world, directory, issuer, client_id, redirect, after_logout })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    pub async fn begin(&self) -> Result<Begun, LoginFailure> {
        let known = self.directory.known().await?;
        let client =
            self.client(&known).set_auth_uri(AuthUrl::from_url(known.description.authorization_endpoint.clone()));
        let (state, nonce) = (CsrfToken::new(self.world.secret()), Nonce::new(self.world.secret()));
        let verifier = self.settings.pkce().then(|| self.world.secret());
        let mut request = client
            .authorize_url(AuthenticationFlow::<CoreResponseType>::AuthorizationCode, move || state, move || nonce)
            .add_scopes(self.settings.scopes().into_iter().map(|scope| Scope::new(scope.to_owned())));
        if let Some(level) = self.settings.acr() {
            request = request.add_auth_context_value(AuthenticationContextClass::new(level.to_owned()));
        }
        if let Some(verifier) = &verifier {
            let verifier = PkceCodeVerifier::new(verifier.clone());
            request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        let (url, state, nonce) = request.url();
        let pending = Pending { nonce: nonce.into_secret(), pkce_verifier: verifier };
        Ok(Begun { url, state: state.into_secret(), pending })
    }

    /// Where to send the browser so that the provider's own session ends too; `None` when it offers no such address
    /// or cannot be asked. The ID token may be long expired: it is only a hint.
    pub async fn logout_address(&self, id_token: &SecretString, state: &str) -> Option<Url> {
        let known = self.directory.known().await.ok()?;
        let mut url = known.description.end_session_endpoint.clone()?;
        url.query_pairs_mut()
            .append_pair("id_token_hint", id_token.expose_secret())
            .append_pair("post_logout_redirect_uri", &self.after_logout)
            .append_pair("state", state);
        Some(url)
    }

    /// The crate's client, for one request to the provider as it described itself.
    pub(super) fn client(&self, known: &Known) -> CoreClient {
        let auth = match self.settings.client_auth {
            ClientAuth::Post => AuthType::RequestBody,
            ClientAuth::Basic => AuthType::BasicAuth,
        };
        CoreClient::new(self.client_id.clone(), self.issuer.clone(), (*known.keys).clone())
            .set_client_secret(ClientSecret::new(self.secret.expose_secret().to_owned()))
            .set_redirect_uri(self.redirect.clone())
            .set_auth_type(auth)
    }
}
