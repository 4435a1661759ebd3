//! Bytes of messages hold personal and health data: they are kept only as long as somebody may have to look at them.

use jiff::{SignedDuration, Timestamp};
use storage::{Db, StorageError};

use crate::{Settings, store};

/// Empties the messages that are not kept any more at this instant; how many.
pub async fn purge(db: &Db, settings: &Settings, as_of: Timestamp) -> Result<usize, StorageError> {
    let kept = SignedDuration::from_hours(24 * settings.message_days);
    let before = as_of.saturating_sub(kept).unwrap_or(Timestamp::MIN);
    db.write(move |tx| Ok(store::erase_sent(tx, before)? + store::erase_received(tx, before)?)).await
}
