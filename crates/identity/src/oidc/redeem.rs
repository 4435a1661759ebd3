//! The way back: a code becomes tokens, tokens become a verified identity, or nothing at all.

use openidconnect::{
    AuthorizationCode, OAuth2TokenResponse, PkceCodeVerifier, RequestTokenError, TokenUrl, core::CoreTokenResponse,
};
use serde_json::{Map, Value};

use super::{
    description::{Description, Known},
    failure::{LoginFailure, TokenFault},
    http,
    provider::{Identity, Pending, Provider},
    settings::Userinfo,
    verify::{self, Trust},
};

impl Provider {
    /// Turns the code of a callback into an identity. `iss` is the callback's own parameter (RFC 9207).
    pub async fn redeem(&self, code: &str, iss: Option<&str>, pending: &Pending) -> Result<Identity, LoginFailure> {
        let known = self.directory.known().await?;
        self.check_issuer(&known.description, iss)?;
        let tokens = self.exchange(&known, code, pending).await?;
        let id_token = tokens.extra_fields().id_token().ok_or(LoginFailure::NoIdToken)?.to_string();
        let acr = self.settings.acr();
        let mut claims = self
            .verified(&known, |trust| trust.id_token(&id_token, &pending.nonce, acr))
            .await?
            .map_err(LoginFailure::IdToken)?;
        let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned();
        let reached = claims.get("acr").and_then(Value::as_str).map(str::to_owned);
        claims.extend(self.userinfo(&known, tokens.access_token().secret(), &subject).await?);
        Ok(Identity {
            issuer: self.settings.issuer.clone(),
            client_id: self.settings.client_id.clone(),
            subject,
            acr: reached,
            id_token: id_token.into(),
            claims,
        })
    }

    fn check_issuer(&self, description: &Description, iss: Option<&str>) -> Result<(), LoginFailure> {
        match iss {
            Some(iss) if iss == self.settings.issuer => Ok(()),
            None if !description.authorization_response_iss_parameter_supported => Ok(()),
            _ => Err(LoginFailure::OtherIssuer),
        }
    }

    async fn exchange(&self, known: &Known, code: &str, pending: &Pending) -> Result<CoreTokenResponse, LoginFailure> {
        let client = self.client(known).set_token_uri(TokenUrl::from_url(known.description.token_endpoint.clone()));
        let mut request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        if let Some(verifier) = &pending.pkce_verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.clone()));
        }
        let send = |request| http::bridge(&self.http, request);
        request.request_async(&send).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(answer) => LoginFailure::CodeRefused(answer.error().to_string()),
            RequestTokenError::Parse(..) => LoginFailure::IdToken(TokenFault::Malformed),
            RequestTokenError::Request(_) | RequestTokenError::Other(_) => LoginFailure::Unavailable,
        })
    }

    async fn userinfo(&self, known: &Known, access: &str, subject: &str) -> Result<Map<String, Value>, LoginFailure> {
        let wanted = match self.settings.userinfo() {
            Userinfo::None => return Ok(Map::new()),
            Userinfo::Jwt => "application/jwt",
            Userinfo::Json => "application/json",
        };
        let address = known.description.userinfo_endpoint.clone();
        let address = address.ok_or(LoginFailure::Misdescribed("no userinfo endpoint"))?;
        let request = self.http.get(address.as_str()).bearer_auth(access).header("accept", wanted);
        let answer = http::send(request).await.map_err(|_| LoginFailure::Unavailable)?;
        if answer.status != 200 {
            return Err(LoginFailure::Unavailable);
        }
        if answer.content_type != wanted {
            return Err(LoginFailure::Userinfo(TokenFault::Malformed));
        }
        let claims = match self.settings.userinfo() {
            Userinfo::Json => serde_json::from_slice(&answer.body)
                .map_err(|_| TokenFault::Malformed)
                .and_then(|claims| verify::same_subject(claims, subject)),
            _ => {
                let raw = String::from_utf8_lossy(&answer.body);
                self.verified(known, |trust| trust.userinfo(raw.trim(), subject)).await?
            }
        };
        claims.map_err(LoginFailure::Userinfo)
    }

    /// Runs a check with the keys we hold and, when the token names another, once more with fresh ones.
    async fn verified<T>(
        &self,
        known: &Known,
        check: impl Fn(&Trust<'_>) -> Result<T, TokenFault>,
    ) -> Result<Result<T, TokenFault>, LoginFailure> {
        match check(&self.trust(known)) {
            Err(TokenFault::UnknownKey) => match self.directory.known_with_new_keys(known).await? {
                Some(known) => Ok(check(&self.trust(&known))),
                None => Ok(Err(TokenFault::UnknownKey)),
            },
            other => Ok(other),
        }
    }

    fn trust<'a>(&'a self, known: &'a Known) -> Trust<'a> {
        Trust {
            issuer: &self.issuer,
            client_id: &self.client_id,
            algorithm: self.settings.algorithm,
            keys: &known.keys,
            now: self.world.now(),
        }
    }
}
