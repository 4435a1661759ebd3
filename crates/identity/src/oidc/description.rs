//! What a provider says of itself (OpenID Connect Discovery 1.0) and the keys it signs with.
//!
//! Fetched at the first login, not at our start, so that a provider which is down then does not keep us down.

use std::{sync::Arc, time::Duration};

use kernel::World;
use openidconnect::{core::CoreJsonWebKeySet, url::Url};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::sync::Mutex;

use super::{
    failure::LoginFailure::{self, Misdescribed, Unavailable},
    http,
    settings::is_safe,
};

/// FranceConnect lets its keys be cached for ten minutes.
const FRESH: Duration = Duration::from_secs(600);
/// Tokens with an unknown key cannot make us ask for keys more often than this.
const KEYS_AT_MOST_EVERY: Duration = Duration::from_secs(60);
/// After a failure, others are refused at once rather than queued behind a provider that hangs.
const RETRY_AFTER: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Description {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    jwks_uri: Url,
    pub(super) end_session_endpoint: Option<Url>,
    /// RFC 9207.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

/// A description with the keys of one moment.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) description: Arc<Description>,
    pub(super) keys: Arc<CoreJsonWebKeySet>,
}

#[derive(Default)]
struct Memory {
    known: Option<Known>,
    described_at: Duration,
    refetched_at: Option<Duration>,
    failed_at: Option<Duration>,
}

/// The memory of one provider's description; one fetch at a time.
pub(super) struct Directory {
    issuer: String,
    http: reqwest::Client,
    world: World,
    memory: Mutex<Memory>,
}

impl Directory {
    pub(super) fn new(issuer: String, http: reqwest::Client, world: World) -> Self {
        Self { issuer, http, world, memory: Mutex::default() }
    }

    /// The description, fetched when there is none or it is old. An old one serves while the provider is down.
    pub(super) async fn known(&self) -> Result<Known, LoginFailure> {
        let mut memory = self.memory.lock().await;
        let now = self.world.monotonic();
        let fresh = memory.known.clone().filter(|_| now.saturating_sub(memory.described_at) < FRESH);
        if let Some(known) = fresh {
            return Ok(known);
        }
        if memory.failed_at.is_some_and(|failed| now.saturating_sub(failed) < RETRY_AFTER) {
            return memory.known.clone().ok_or(Unavailable);
        }
        match self.fetch().await {
            Ok(known) => {
                *memory = Memory { known: Some(known.clone()), described_at: now, failed_at: None, ..*memory };
                Ok(known)
            }
            Err(failure) => {
                memory.failed_at = Some(self.world.monotonic());
                memory.known.clone().filter(|_| failure.is_passing()).ok_or(failure)
            }
        }
    }

    /// Other keys than those tried, because a token names one that is not among them: those that somebody fetched
    /// meanwhile, or freshly fetched ones; `None` when that was done a moment ago.
    pub(super) async fn known_with_new_keys(&self, tried: &Known) -> Result<Option<Known>, LoginFailure> {
        let mut memory = self.memory.lock().await;
        if let Some(newer) = memory.known.clone().filter(|known| !Arc::ptr_eq(&known.keys, &tried.keys)) {
            return Ok(Some(newer));
        }
        let now = self.world.monotonic();
        let recent = memory.refetched_at.is_some_and(|at| now.saturating_sub(at) < KEYS_AT_MOST_EVERY);
        let Some(old) = memory.known.clone().filter(|_| !recent) else { return Ok(None) };
        memory.refetched_at = Some(now);
        let keys = Arc::new(self.json(&old.description.jwks_uri).await?);
        let known = Known { keys, ..old };
        memory.known = Some(known.clone());
        Ok(Some(known))
    }

    async fn fetch(&self) -> Result<Known, LoginFailure> {
        let address = format!("{}/.well-known/openid-configuration", self.issuer);
        let address = Url::parse(&address).map_err(|_| Misdescribed("issuer is not an address"))?;
        let description: Description = self.json(&address).await?;
        if description.issuer != self.issuer {
            return Err(Misdescribed("another issuer than the configured one"));
        }
        if !description.endpoints().all(is_safe) {
            return Err(Misdescribed("an endpoint without TLS"));
        }
        let keys = Arc::new(self.json(&description.jwks_uri).await?);
        Ok(Known { description: Arc::new(description), keys })
    }

    async fn json<T: DeserializeOwned>(&self, address: &Url) -> Result<T, LoginFailure> {
        let answer = http::send(self.http.get(address.as_str())).await.map_err(|_| Unavailable)?;
        if answer.status != 200 {
            return Err(Unavailable);
        }
        serde_json::from_slice(&answer.body).map_err(|_| Misdescribed("unreadable JSON"))
    }
}

impl Description {
    fn endpoints(&self) -> impl Iterator<Item = &Url> {
        [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri]
            .into_iter()
            .chain(&self.userinfo_endpoint)
            .chain(&self.end_session_endpoint)
    }
}
