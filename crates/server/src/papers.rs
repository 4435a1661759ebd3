//! The documents of pre-admission as the interfaces send them.

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};
use kernel::DocumentId;
use preadmission::Preadmission;
use sih::outbound::preadmission::{Papers, Unavailable};
use storage::files::FileError;

/// Where the rebuilt PDF of a clean document stands.
pub(crate) struct Shelf(pub(crate) Arc<Preadmission>);

impl Papers for Shelf {
    fn pdf(&self, document: DocumentId, limit: usize) -> BoxFuture<'_, Result<Vec<u8>, Unavailable>> {
        async move {
            match self.0.kept_pdf(document, limit as u64).await {
                Ok(pdf) => Ok(pdf.to_vec()),
                Err(FileError::Unknown) => Err(Unavailable::Gone),
                Err(FileError::TooLarge(_)) => Err(Unavailable::TooLarge),
                Err(error) => {
                    tracing::error!(%error, document = %document, "a document cannot be read for the hospital's system");
                    Err(Unavailable::Later("document-unreadable".to_owned()))
                }
            }
        }
        .boxed()
    }
}
