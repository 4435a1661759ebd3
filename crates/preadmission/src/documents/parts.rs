//! A document that comes in parts, so that an outage costs nothing that has arrived.

use std::fmt;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use jiff::SignedDuration;
use kernel::{DocumentId, PatientId, PreadmissionId, UploadId};
use storage::files::{Arriving, FileError};

use super::{Giver, OWNER, Offer, commands};
use crate::{
    Preadmission,
    domain::Refusal,
    failure::Failure,
    press::{Unfit, sniff},
    store::uploads::{self, Upload},
};

/// Bytes of one part, at most; a sender takes less.
const LARGEST_PART: u64 = 1 << 20;

/// A file announced by whoever opened the file.
#[derive(Debug, Clone)]
pub(crate) struct NewUpload {
    pub(crate) offer: Offer,
    pub(crate) patient: PatientId,
    pub(crate) size: u64,
}

impl Preadmission {
    /// Opens a place for the parts to come. A patient's oldest unfinished ones give way: pages are closed half-way.
    pub(crate) async fn begin_upload(&self, new: NewUpload) -> Result<Upload, Failure> {
        let NewUpload { offer, patient, size } = new;
        self.may_give(&offer).await?;
        if size == 0 {
            return Err(Failure::Unfit(Unfit::Empty));
        }
        if size > self.settings.largest() {
            return Err(Failure::Unfit(Unfit::TooLarge));
        }
        let (hours, at_once) = (self.settings.documents.upload_hours, self.settings.documents.at_once);
        let work = self.db.write(move |tx| {
            uploads::give_way(tx, patient, at_once.saturating_sub(1))?;
            let upload = Upload {
                id: tx.id(),
                file: offer.file,
                kind: offer.kind.clone(),
                label: offer.label().to_owned(),
                size: i64::try_from(size).unwrap_or(i64::MAX),
                received: 0,
                document: None,
                sent_at: offer.sent_at,
                expires_at: tx.now() + SignedDuration::from_hours(hours),
            };
            uploads::add(tx, patient, &upload)?;
            Ok(upload)
        });
        work.await
    }

    pub(crate) async fn upload(
        &self,
        patient: PatientId,
        file: PreadmissionId,
        id: UploadId,
    ) -> Result<Upload, Failure> {
        let now = self.db.now();
        let found: Result<_, Failure> = self.db.read(move |conn| Ok(uploads::find(conn, id, patient, now)?)).await;
        found?.filter(|upload| upload.file == file).ok_or(Failure::Unknown)
    }

    /// Takes a part that starts where the last one ended. When the line breaks, what came of it is kept. After the last
    /// part the whole is a document, or the refusal is told and nothing is left.
    pub(crate) async fn append<S, E>(
        &self,
        patient: PatientId,
        upload: Upload,
        start: u64,
        bytes: S,
    ) -> Result<Upload, Failure>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: fmt::Display,
    {
        let most = self.settings.documents.at_once;
        let _place = self.at_once.enter(patient.as_object(), most).ok_or(Refusal::TooManyAtOnce)?;
        if i64::try_from(start) != Ok(upload.received) {
            return Err(Failure::WrongOffset);
        }
        let upload = if upload.is_whole() { upload } else { self.take_part(upload, bytes).await? };
        if !upload.is_whole() || upload.document.is_some() {
            return Ok(upload);
        }
        match self.complete(patient, &upload).await {
            Ok(document) => Ok(Upload { document: Some(document), ..upload }),
            Err(failure) => Err(self.give_up(upload.id, failure).await),
        }
    }

    async fn take_part<S, E>(&self, upload: Upload, bytes: S) -> Result<Upload, Failure>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: fmt::Display,
    {
        let mut bytes = std::pin::pin!(until_broken(bytes));
        let first = bytes.next().await.unwrap_or_default();
        if upload.received == 0
            && let Err(unfit) = sniff(&first)
            && unfit != Unfit::Empty
        {
            return Err(self.give_up(upload.id, Failure::Unfit(unfit)).await);
        }
        let left = u64::try_from(upload.size.saturating_sub(upload.received)).unwrap_or_default().min(LARGEST_PART);
        let arriving = Arriving { owner: OWNER, content_type: "application/octet-stream".to_owned() };
        let whole = stream::iter([first]).chain(bytes);
        let mut seen = 0;
        let counted = whole.map(move |piece| {
            seen += piece.len() as u64;
            if seen > left { Err("more bytes than announced") } else { Ok(piece) }
        });
        let draft = match self.files.receive(arriving, counted).await {
            Err(FileError::Broken(_)) => return Err(Failure::Unfit(Unfit::TooLarge)),
            received => received?,
        };
        if draft.size == 0 {
            self.discard(&draft).await;
            return Ok(upload);
        }
        let (size, part, before) = (i64::try_from(draft.size).unwrap_or_default(), draft.clone(), upload.clone());
        let work = self.db.write(move |tx| {
            let file = part.keep(tx)?;
            if uploads::append(tx, &before, file, size)? { Ok(()) } else { Err(Failure::WrongOffset) }
        });
        self.or_discard(work.await, &draft).await?;
        Ok(Upload { received: upload.received.saturating_add(size), ..upload })
    }

    /// All parts are here: joined, they go the way of any document.
    async fn complete(&self, patient: PatientId, upload: &Upload) -> Result<DocumentId, Failure> {
        let id = upload.id;
        let parts: Result<_, Failure> = self.db.read(move |conn| Ok(uploads::parts(conn, id)?)).await;
        let opened = stream::iter(parts?).then(async |part| self.files.open_file(part).await?.read().await);
        let draft = self.take(opened.try_flatten()).await?;
        let offer = Offer::new(upload.file, Giver::Holder(patient), &upload.kind, &upload.label, upload.sent_at);
        let (limits, came) = (self.settings.limits(), draft.clone());
        let work = self.db.write(move |tx| {
            let document = commands::receive(tx, &offer, &came, limits)?;
            uploads::became(tx, id, document)?;
            Ok(document)
        });
        self.or_discard(work.await, &draft).await
    }

    /// What is refused for good leaves nothing; what only failed can be tried again.
    async fn give_up(&self, id: UploadId, failure: Failure) -> Failure {
        if matches!(failure, Failure::Refused(_) | Failure::Unfit(_) | Failure::Unknown)
            && let Err(error) = self.remove_upload(id).await
        {
            tracing::warn!(upload = %id, %error, "left to the sweeper");
        }
        failure
    }

    pub(crate) async fn remove_upload(&self, id: UploadId) -> Result<(), Failure> {
        self.db.write(move |tx| Ok(uploads::remove(tx, id)?)).await
    }
}

/// A line that breaks ends the part; what came is good.
fn until_broken<S, E>(bytes: S) -> impl Stream<Item = Bytes>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    bytes.map(Result::ok).take_while(|piece| std::future::ready(piece.is_some())).filter_map(std::future::ready)
}
