//! The documents of pre-admission as the interfaces send them.

use futures_util::future::{BoxFuture, FutureExt, ready};
use kernel::DocumentId;
use sih::outbound::preadmission::{Papers, Unavailable};

/// No document is kept with its pages yet: none can be had.
pub(crate) struct Shelf;

impl Papers for Shelf {
    fn pdf(&self, _: DocumentId, _: usize) -> BoxFuture<'_, Result<Vec<u8>, Unavailable>> {
        ready(Err(Unavailable::Gone)).boxed()
    }
}
