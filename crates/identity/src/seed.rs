//! Somebody whom a demonstration knows before they log in for the first time.

use kernel::PatientId;
use serde_json::{Map, Value};
use storage::{StorageError, Tx, TxError};

use crate::{
    domain::traits::{Traits, TraitsFault},
    oidc::ProviderSettings,
    store::patients::{self, AccountKey},
};

/// Why there is no such account.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("{0}")]
    Claims(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<TraitsFault> for SeedError {
    fn from(fault: TraitsFault) -> Self {
        Self::Claims(fault.to_string())
    }
}

impl TxError for SeedError {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Storage(error) => Some(error),
            Self::Claims(_) => None,
        }
    }
}

/// The account that this provider will vouch for, with the claims of its first login.
pub fn account(
    tx: &mut Tx<'_>,
    provider: &ProviderSettings,
    (subject, claims): (&str, &Map<String, Value>),
) -> Result<PatientId, SeedError> {
    let key = AccountKey {
        issuer: provider.issuer.clone(),
        client_id: provider.client_id.clone(),
        subject: subject.to_owned(),
    };
    patients::create(tx, &key, &Traits::read(claims)?, "fr")?;
    Ok(patients::hold(tx, &key)?.ok_or(StorageError::Crossed)?.id)
}
