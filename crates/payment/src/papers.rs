//! The hospital's own paper of an invoice: taken as it is sent, kept encrypted, given to its patient as it was sent. Nothing
//! here opens it.

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use kernel::{InvoiceId, PatientId};
use storage::{
    StorageError, Tx,
    files::{self, Arriving, Draft, FileError, Files, Opened},
};

use crate::{
    Payments,
    failure::Failure,
    store::invoices::{self, Name},
};

pub(crate) const MEDIA_TYPE: &str = "application/pdf";

/// With this begins every PDF (ISO 32000-1 §7.5.2).
const MAGIC: &[u8] = b"%PDF-";

/// Why a paper is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Untaken {
    #[error("it is no PDF")]
    NotPdf,
    #[error("it is too large")]
    TooLarge,
    /// Whoever sends it stopped.
    #[error("it did not come in whole")]
    Broken,
    #[error(transparent)]
    Failed(#[from] Failure),
    #[error(transparent)]
    File(FileError),
}

impl From<StorageError> for Untaken {
    fn from(error: StorageError) -> Self {
        Self::Failed(error.into())
    }
}

/// What goes wrong while the bytes come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Unfit {
    #[error("no PDF")]
    NotPdf,
    #[error("too large")]
    TooLarge,
    #[error("broken")]
    Broken,
}

/// The bytes of a PDF, no more than `most` of them.
fn pdf<S, E>(bytes: S, most: u64) -> impl Stream<Item = Result<Bytes, Unfit>>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let (mut head, mut size) = (Vec::new(), 0_u64);
    bytes.map(move |piece| {
        let piece = piece.map_err(|_| Unfit::Broken)?;
        size = size.saturating_add(piece.len() as u64);
        head.extend(piece.iter().copied().take(MAGIC.len().saturating_sub(head.len())));
        match MAGIC.starts_with(&head) {
            true if size > most => Err(Unfit::TooLarge),
            true => Ok(piece),
            false => Err(Unfit::NotPdf),
        }
    })
}

pub(crate) fn arriving() -> Arriving {
    Arriving { owner: "payment/invoice", content_type: MEDIA_TYPE.to_owned() }
}

/// Takes a paper in. It is nobody's until an invoice has it.
async fn receive<S, E>(files: &Files, bytes: S, most: u64) -> Result<Draft, Untaken>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let draft = files.receive(arriving(), pdf(bytes, most)).await.map_err(untaken)?;
    if draft.size < MAGIC.len() as u64 {
        files.discard(draft.id).await.map_err(Untaken::File)?;
        return Err(Untaken::NotPdf);
    }
    Ok(draft)
}

fn untaken(error: FileError) -> Untaken {
    let FileError::Broken(cause) = &error else { return Untaken::File(error) };
    match cause.downcast_ref::<Unfit>() {
        Some(Unfit::NotPdf) => Untaken::NotPdf,
        Some(Unfit::TooLarge) => Untaken::TooLarge,
        Some(Unfit::Broken) | None => Untaken::Broken,
    }
}

/// Gives an invoice its paper; the one before is erased. The same bytes again change nothing.
pub(crate) async fn put<S, E>(room: &Payments, files: &Files, name: Name, bytes: S, most: u64) -> Result<(), Untaken>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let invoice = room.invoice_named(name).await?.ok_or(Failure::Unknown)?;
    let draft = receive(files, bytes, most).await?;
    if is_same(files, invoice.document, &draft).await.map_err(Untaken::File)? {
        return files.discard(draft.id).await.map_err(Untaken::File);
    }
    let (id, kept) = (invoice.id, draft.clone());
    let written = room.db.write(move |tx| replace(tx, id, &kept)).await;
    if written.is_err() {
        files.discard(draft.id).await.map_err(Untaken::File)?;
    }
    Ok(written?)
}

async fn is_same(files: &Files, known: Option<kernel::FileId>, draft: &Draft) -> Result<bool, FileError> {
    let Some(known) = known else { return Ok(false) };
    match files.open_file(known).await {
        Ok(file) => Ok(file.sha256 == draft.sha256),
        // Replaced a moment ago.
        Err(FileError::Unknown) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The paper of an invoice is this one from here on.
pub(crate) fn replace(tx: &mut Tx<'_>, id: InvoiceId, draft: &Draft) -> Result<(), Failure> {
    let held = invoices::hold(tx, &[id])?;
    let invoice = held.first().ok_or(Failure::Unknown)?;
    let file = draft.keep(tx)?;
    invoices::has_document(tx, id, Some(file))?;
    if let Some(before) = invoice.document {
        files::doom(tx, before)?;
    }
    Ok(())
}

impl Payments {
    /// The paper of one's own invoice, or of somebody for whom one acts, with a name to save it under.
    pub async fn own_paper(
        &self,
        files: &Files,
        patient: PatientId,
        id: InvoiceId,
    ) -> Result<Option<(Opened, String)>, FileError> {
        let seen = match self.seen_invoice(patient, id).await {
            Ok(seen) => seen.invoice,
            Err(Failure::Storage(error)) => return Err(error.into()),
            Err(_) => return Ok(None),
        };
        let (number, Some(file)) = (seen.number, seen.document) else { return Ok(None) };
        let plain: String = number.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        match files.open_file(file).await {
            Ok(opened) => Ok(Some((opened, format!("facture-{plain}.pdf")))),
            Err(FileError::Unknown) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{TryStreamExt, stream};

    use super::*;

    async fn taken(pieces: &[&'static [u8]], most: u64) -> Result<usize, Unfit> {
        let pieces: Vec<Result<Bytes, ()>> = pieces.iter().map(|piece| Ok(Bytes::from_static(piece))).collect();
        let whole: Vec<Bytes> = pdf(stream::iter(pieces), most).try_collect().await?;
        Ok(whole.concat().len())
    }

    #[tokio::test]
    async fn only_a_pdf_of_the_right_size_passes() {
        assert_eq!(taken(&[b"%P", b"DF-1.7 and", b" more"], 100).await, Ok(17));
        assert_eq!(taken(&[b"%PDF-1.7 and"], 12).await, Ok(12));
        assert_eq!(taken(&[b"%PDF-1.7", b" and"], 11).await, Err(Unfit::TooLarge));
        for wrong in [&[b"<html>" as &[u8]][..], &[b"%P", b"S-Adobe"], &[b" %PDF-1.7"]] {
            assert_eq!(taken(wrong, 100).await, Err(Unfit::NotPdf));
        }
        let cut = stream::iter([Ok(Bytes::from_static(b"%PDF-1.7")), Err(())]);
        assert_eq!(pdf(cut, 100).try_collect::<Vec<_>>().await, Err(Unfit::Broken));
    }
}
