//! What is kept no longer is erased: by the workers every hour and by `parvis purge`, one way for both. The hospital's books
//! and the figures stay as they are.

use std::{
    fs, io,
    path::Path,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use kernel::{InvoiceId, PaymentAttemptId};
use storage::{Conn, StorageError, Tx, files, proof};

use crate::{
    Payments,
    domain::retention::{AttemptKept, InvoiceKept, Retention, before},
    proxies,
    store::{
        creditor_alerts,
        erasure::{self, Group, Place},
        invoices, lists, secrets,
    },
};

/// Invoices of one reading.
const BATCH: i64 = 200;

/// How much was erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Purged {
    pub invoices: usize,
    pub payments: usize,
    /// PDFs of invoices that stay.
    pub papers: usize,
    pub answers: usize,
    pub reports: usize,
    /// Lists in the folders of drops, with what was wrong with them.
    pub lists: usize,
}

impl Payments {
    /// Erases what is not kept any more at this instant, in transactions of a few rows.
    pub async fn purge(&self, as_of: Timestamp) -> Result<Purged, StorageError> {
        let (people, days) = (self.people.clone(), self.settings.retention);
        // Before the room that knows of secret stays forgets them.
        let forgotten = before(as_of, days.due_days);
        self.db
            .write(move |tx| {
                proxies::keep_secrets(tx, &*people)?;
                secrets::forget(tx, forgotten)
            })
            .await?;
        let mut purged = self.purge_invoices(as_of).await?;
        loop {
            let gone = self.db.write(move |tx| unpaid(tx, before(as_of, days.unpaid_days))).await?;
            purged.payments += gone;
            if gone == 0 {
                break;
            }
        }
        loop {
            let gone = self.db.write(move |tx| erasure::erase_answers(tx, before(as_of, days.answer_days))).await?;
            purged.answers += gone;
            if gone == 0 {
                break;
            }
        }
        purged.reports = self.db.write(move |tx| erasure::erase_reports(tx, before(as_of, days.report_days))).await?;
        self.db.write(move |tx| lists::erase(tx, as_of)).await?;
        self.db.write(move |tx| creditor_alerts::erase(tx, before(as_of, days.unpaid_days))).await?;
        purged.lists = self.purge_lists(before(as_of, days.list_days));
        Ok(purged)
    }

    async fn purge_invoices(&self, as_of: Timestamp) -> Result<Purged, StorageError> {
        let days = self.settings.retention;
        let (mut purged, mut last): (Purged, Option<Place>) = (Purged::default(), None);
        loop {
            let until = days.oldest_change(as_of);
            let batch = self.db.read(move |conn| erasure::unchanged_since(conn, until, (last, BATCH))).await?;
            let Some(newest) = batch.last().copied() else { return Ok(purged) };
            for (_, id) in batch {
                let gone = self.db.write(move |tx| purge_one(tx, id, (&days, as_of))).await?;
                purged.invoices += gone.invoices;
                purged.payments += gone.payments;
                purged.papers += gone.papers;
            }
            last = Some(newest);
        }
    }

    /// When all that is here of an invoice will be erased, as things stand; none: not before somebody acted.
    pub(crate) async fn kept_until(&self, id: InvoiceId) -> Result<Option<Timestamp>, StorageError> {
        let days = self.settings.retention;
        self.db.read(move |conn| Ok(group_until(conn, id, &days)?.and_then(|(_, until)| until))).await
    }

    /// What cannot be looked at now is tried again in an hour.
    fn purge_lists(&self, until: Timestamp) -> usize {
        let mut gone = 0;
        for (source, drop) in self.drops() {
            for folder in ["done", "faulty"] {
                match erase_older(&drop.folder.join(folder), until) {
                    Ok(erased) => gone += erased,
                    Err(error) => tracing::warn!(drop = source, %error, "old lists are erased later"),
                }
            }
        }
        gone
    }
}

fn unpaid(tx: &mut Tx<'_>, until: Timestamp) -> Result<usize, StorageError> {
    let gone = erasure::erase_unpaid(tx, until)?;
    gone.iter().try_for_each(|id| proof::forget(tx, id.as_object()))?;
    Ok(gone.len())
}

fn group_until(
    conn: &mut Conn,
    id: InvoiceId,
    days: &Retention,
) -> Result<Option<(Group, Option<Timestamp>)>, StorageError> {
    let Some(group) = erasure::group(conn, id)? else { return Ok(None) };
    let invoices: Vec<InvoiceKept> = group.invoices.iter().map(invoices::Invoice::kept).collect();
    let attempts: Vec<AttemptKept> = group.attempts.iter().map(|(_, kept)| *kept).collect();
    let until = days.group_until(&invoices, &attempts);
    Ok(Some((group, until)))
}

fn purge_one(tx: &mut Tx<'_>, id: InvoiceId, (days, as_of): (&Retention, Timestamp)) -> Result<Purged, StorageError> {
    // Whoever starts a payment of it meanwhile waits.
    if invoices::hold(tx, &[id])?.is_empty() {
        return Ok(Purged::default());
    }
    let Some((group, until)) = group_until(tx.conn(), id, days)? else { return Ok(Purged::default()) };
    if until.is_some_and(|until| until <= as_of) {
        return purge_group(tx, &group);
    }
    let old = group.invoices.iter().find(|invoice| {
        let until = days.document_until(&invoice.kept());
        invoice.id == id && until.is_some_and(|until| until <= as_of)
    });
    let paper = old.map(|invoice| erasure::take_document(tx, invoice)).transpose()?.flatten();
    paper.map(|file| files::doom(tx, file)).transpose()?;
    Ok(Purged { papers: usize::from(paper.is_some()), ..Purged::default() })
}

fn purge_group(tx: &mut Tx<'_>, group: &Group) -> Result<Purged, StorageError> {
    erasure::erase(tx, group)?;
    for invoice in &group.invoices {
        invoice.document.map(|file| files::doom(tx, file)).transpose()?;
        proof::forget(tx, invoice.id.as_object())?;
    }
    let payments: Vec<PaymentAttemptId> = group.attempts.iter().map(|(id, _)| *id).collect();
    payments.iter().try_for_each(|id| proof::forget(tx, id.as_object()))?;
    Ok(Purged { invoices: group.invoices.len(), payments: payments.len(), ..Purged::default() })
}

/// Erases the files of a folder that were last written before an instant.
fn erase_older(folder: &Path, until: Timestamp) -> io::Result<usize> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let until = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(until.as_second()).unwrap_or_default());
    let mut gone = 0;
    for entry in entries {
        let entry = entry?;
        let about = entry.metadata()?;
        if about.is_file() && about.modified()? <= until {
            fs::remove_file(entry.path())?;
            gone += 1;
        }
    }
    Ok(gone)
}
