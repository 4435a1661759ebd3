//! The hospital's programs that call this room: which keys prove them, and what they may do. They prove themselves by a
//! signed assertion (RFC 7523 §2.2) and are given a token for a few minutes.

mod keys;

use std::{collections::BTreeMap, path::PathBuf};

use jiff::SignedDuration;
use jsonwebtoken::dangerous::insecure_decode_claims;
use kernel::{EstablishmentId, Finess};
use serde::Deserialize;
use storage::StorageError;

use crate::{Payments, domain::assertion::Claims, said::is_number, store::access, store::invoices::Name};

pub use keys::KeyFault;
use keys::PublicKey;

/// Where tokens are given.
pub(crate) const TOKEN_PATH: &str = "/api/v1/token";

/// How long a token holds.
pub(crate) const TOKEN_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// What a system may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Right {
    /// Tell of invoices, and read how they stand.
    Invoices,
}

impl Right {
    /// As a scope of OAuth.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Invoices => "invoices",
        }
    }
}

/// The `[payment.systems.NAME]` section.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemSettings {
    /// PEM; the old and the new one while keys are changed.
    pub public_key_files: Vec<PathBuf>,
    /// FINESS of the legal entities it speaks for.
    pub establishments: Vec<Finess>,
    pub rights: Vec<Right>,
    /// The sources it speaks for, as they stand in addresses; without it, its own name.
    #[serde(default)]
    pub sources: Vec<String>,
}

impl SystemSettings {
    pub(crate) fn faults(&self, name: &str) -> Vec<String> {
        let place = format!("payment.systems.{name}");
        let checks = [
            (is_number(name), "its name must be 1 to 40 letters, digits or signs"),
            (!self.public_key_files.is_empty(), "public_key_files must name a key"),
            (!self.establishments.is_empty(), "establishments must name one"),
            (self.sources.iter().all(|source| is_number(source)), "a source is 1 to 40 letters, digits or signs"),
        ];
        checks.into_iter().filter(|(right, _)| !right).map(|(_, what)| format!("{place}: {what}")).collect()
    }
}

/// One calling system.
pub(crate) struct System {
    keys: Vec<PublicKey>,
    establishments: Vec<Finess>,
    rights: Vec<Right>,
    sources: Vec<String>,
}

/// Why no token is given (RFC 6749 §5.2).
#[derive(Debug, thiserror::Error)]
pub(crate) enum Denied {
    /// Who calls is not proven; why is for the log.
    #[error("{0}")]
    Client(&'static str),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A token, for the system that proved itself.
pub(crate) struct Granted {
    pub(crate) token: String,
    pub(crate) scope: String,
}

/// Why a system gets no answer about an invoice.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Barred {
    #[error("the right is missing")]
    Right,
    /// Not its establishment or not its source: as if there were none.
    #[error("no such thing")]
    Unknown,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Reads the keys of every system.
pub(crate) fn open(
    settings: &BTreeMap<String, SystemSettings>,
) -> Result<BTreeMap<String, System>, crate::SettingsFault> {
    let read = |(name, system): (&String, &SystemSettings)| {
        let key = |file: &PathBuf| {
            let fault = |why: String| crate::SettingsFault::PublicKey {
                system: name.clone(),
                file: file.display().to_string(),
                why,
            };
            let pem = std::fs::read_to_string(file).map_err(|error| fault(error.to_string()))?;
            PublicKey::read(&pem).map_err(|why| fault(why.to_string()))
        };
        let sources = if system.sources.is_empty() { vec![name.clone()] } else { system.sources.clone() };
        let opened = System {
            keys: system.public_key_files.iter().map(key).collect::<Result<_, _>>()?,
            establishments: system.establishments.clone(),
            rights: system.rights.clone(),
            sources,
        };
        Ok((name.clone(), opened))
    };
    settings.iter().map(read).collect()
}

impl Payments {
    /// Gives a token to the system that signed this assertion, once.
    pub(crate) async fn grant(&self, assertion: &str) -> Result<Granted, Denied> {
        let (name, claims) = self.proven(assertion)?;
        let audience = format!("{}{TOKEN_PATH}", self.base_url);
        let now = self.db.now();
        let remembered_until = claims.check(&audience, now).map_err(|fault| {
            tracing::warn!(system = name, %fault, "an assertion does not hold");
            Denied::Client("the assertion does not hold")
        })?;
        let (token, system) = (self.db.world().secret(), name.to_owned());
        let given = token.clone();
        let is_first = self
            .db
            .write::<_, StorageError, _>(move |tx| {
                let is_first = access::is_first_use(tx, &system, &claims.jti, remembered_until)?;
                if is_first {
                    access::give(tx, &given, &system, now + TOKEN_LIFE)?;
                }
                Ok(is_first)
            })
            .await?;
        if !is_first {
            tracing::warn!(system = name, "an assertion came a second time");
            return Err(Denied::Client("the assertion was used before"));
        }
        let rights = self.systems.get(name).map(|system| system.rights.as_slice()).unwrap_or_default();
        let scope = rights.iter().map(|right| right.name()).collect::<Vec<_>>().join(" ");
        Ok(Granted { token, scope })
    }

    /// The system whose key signed this assertion. Who it says it is only chooses the keys.
    fn proven(&self, assertion: &str) -> Result<(&str, Claims), Denied> {
        let unproven = || Denied::Client("the assertion proves no known system");
        let said: Claims = insecure_decode_claims(assertion).map_err(|_| unproven())?;
        let (name, system) = self.systems.get_key_value(&said.iss).ok_or_else(unproven)?;
        let claims = system.keys.iter().find_map(|key| key.verify(assertion)).ok_or_else(unproven)?;
        Ok((name, claims))
    }

    /// The system that holds a token, while it holds.
    pub(crate) async fn holder(&self, token: &str) -> Result<Option<String>, StorageError> {
        let (token, now) = (token.to_owned(), self.db.now());
        let holder = self.db.read(move |conn| access::holder(conn, &token, now)).await?;
        Ok(holder.filter(|name| self.systems.contains_key(name)))
    }

    /// The name of an invoice of which this system may speak.
    pub(crate) async fn name_for(
        &self,
        system: &str,
        (establishment, source, number): (EstablishmentId, String, String),
    ) -> Result<(Name, Finess), Barred> {
        let system = self.systems.get(system).ok_or(Barred::Unknown)?;
        if !system.rights.contains(&Right::Invoices) {
            return Err(Barred::Right);
        }
        let found = self.db.read(move |conn| identity::read::establishment(conn, establishment)).await?;
        let finess = found.map(|one| one.finess).filter(|finess| system.establishments.contains(finess));
        let finess = finess.filter(|_| system.sources.contains(&source) && is_number(&number));
        let finess = finess.ok_or(Barred::Unknown)?;
        Ok((Name { establishment, source, number }, finess))
    }
}
