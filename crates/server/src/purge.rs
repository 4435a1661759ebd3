//! What is kept no longer: the rooms' erasures in one, for the workers and for the command.

use std::sync::Arc;

use jiff::Timestamp;
use payment::Payments;
use preadmission::Preadmission;
use storage::{Db, files::Files};

/// The rooms that erase.
#[derive(Clone)]
pub struct Purge {
    pub(crate) db: Db,
    pub(crate) files: Files,
    pub(crate) preadmission: Arc<Preadmission>,
    pub(crate) payments: Arc<Payments>,
    pub(crate) sih: sih::Settings,
    /// Days in which it is known who acted for whom, once that is over.
    pub(crate) proxy_days: i64,
}

/// How much was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    pub files: usize,
    pub documents: usize,
    pub messages: usize,
    pub notices: usize,
    pub invoices: usize,
    pub payments: usize,
    pub proxies: usize,
}

impl Purge {
    /// Erases what is not kept any more at this instant, down to the objects of documents and the write-ahead log.
    pub async fn run(&self, as_of: Timestamp) -> anyhow::Result<Erased> {
        // Before the stays: which of them are kept secret is known by their files.
        let money = self.payments.purge(as_of).await?;
        let purged = self.preadmission.purge(as_of).await?;
        let messages = sih::purge(&self.db, &self.sih, as_of).await?;
        let notices = notices::purge(&self.db, as_of).await?;
        let proxies = identity::proxies::purge(&self.db, as_of, self.proxy_days).await?;
        self.files.clear_doomed().await?;
        self.db.forget_traces().await?;
        let (invoices, payments) = (money.invoices, money.payments);
        Ok(Erased { files: purged.files, documents: purged.documents, messages, notices, invoices, payments, proxies })
    }
}
