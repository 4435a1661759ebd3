//! Bytes come in: sniffed, counted, encrypted as they come, and then written down as a document.

use std::fmt;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use jiff::Timestamp;
use kernel::{DocumentId, EstablishmentId, ObjectId, PatientId, PreadmissionId, StaffId, digest};
use storage::{
    files::{Arriving, Draft, FileError},
    idempotency::{Answer, Key},
};

use super::{OWNER, commands};
use crate::{
    Preadmission,
    domain::Refusal,
    failure::Failure,
    press::{Kind, Unfit, sniff},
};

/// Bytes by which a file is known.
const HEAD: usize = 512;
/// Characters of a file's name that are kept.
const LONGEST_LABEL: usize = 255;

/// Who gives documents.
#[derive(Debug, Clone)]
pub(crate) enum Giver {
    /// Whoever opened the file, in their own.
    Holder(PatientId),
    /// A clerk, papers that were handed in, in files of these establishments.
    Clerk(StaffId, Vec<EstablishmentId>),
}

impl Giver {
    pub(super) fn object(&self) -> ObjectId {
        match self {
            Self::Holder(patient) => patient.as_object(),
            Self::Clerk(staff, _) => staff.as_object(),
        }
    }
}

/// Who sends what for which file.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) file: PreadmissionId,
    pub(crate) by: Giver,
    /// Code of the document, such as `CN_RECTO`.
    pub(crate) kind: String,
    /// When the sender chose it: before that, whatever was refused was known.
    pub(crate) sent_at: Timestamp,
    label: String,
}

impl Offer {
    /// Of a file's name only what can be shown is kept; it is never a path.
    pub(crate) fn new(file: PreadmissionId, by: Giver, kind: &str, name: &str, sent_at: Timestamp) -> Self {
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let label = last.chars().filter(|c| !c.is_control()).take(LONGEST_LABEL).collect();
        Self { file, by, kind: kind.to_owned(), sent_at, label }
    }

    pub(crate) fn label(&self) -> &str {
        &self.label
    }
}

/// Why bytes stop coming.
#[derive(Debug, thiserror::Error)]
enum Cut {
    #[error("more bytes than allowed")]
    TooLarge,
    #[error("{0}")]
    Broken(String),
}

impl Preadmission {
    /// A whole document in one stream. The same key again, with the same bytes, is the same document.
    pub(crate) async fn give<S, E>(&self, offer: Offer, key: String, bytes: S) -> Result<DocumentId, Failure>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: fmt::Display,
    {
        let most = self.settings.documents.at_once;
        let _place = self.at_once.enter(offer.by.object(), most).ok_or(Refusal::TooManyAtOnce)?;
        self.may_give(&offer).await?;
        let draft = self.take(bytes).await?;
        let request =
            digest::sha256(&[b"document", offer.file.uuid().as_bytes(), offer.kind.as_bytes(), &draft.sha256]);
        let key = Key { scope: offer.by.object().uuid(), key, request };
        let (limits, came) = (self.settings.limits(), draft.clone());
        let answer = self.db.write_once(key, move |tx| {
            let id = commands::receive(tx, &offer, &came, limits)?;
            Ok(Answer { status: 201, location: None, body: id.to_string() })
        });
        let answer = self.or_discard(answer.await, &draft).await?;
        answer.body.parse().map_err(|_| Failure::Unknown)
    }

    /// Bytes of a form with documents: more are not even read to their end.
    pub(crate) fn most_of_a_form(&self) -> u64 {
        u64::try_from(self.settings.limits().file_set_bytes).unwrap_or_default().max(self.settings.largest())
            + (1 << 20)
    }

    /// Before a byte is believed: whether this file waits for such a document, and has room for it.
    pub(super) async fn may_give(&self, offer: &Offer) -> Result<(), Failure> {
        let facts = match &offer.by {
            Giver::Holder(patient) => self.file_of(*patient, offer.file).await?,
            Giver::Clerk(_, of) => self.file_at_desk(offer.file, of.clone()).await?,
        };
        commands::may_give(&facts, offer, self.db.now(), self.settings.limits())
    }

    /// Brings bytes to their place, if they look like something that is accepted.
    pub(super) async fn take<S, E>(&self, bytes: S) -> Result<Draft, Failure>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: fmt::Display,
    {
        // A short file ends within its head, and a form's field must not be asked again after its end.
        let mut bytes = std::pin::pin!(counted(bytes, self.settings.largest()).fuse());
        let (kind, head) = recognise(&mut bytes).await?;
        let arriving = Arriving { owner: OWNER, content_type: kind.media_type().to_owned() };
        let whole = stream::iter([Ok(head)]).chain(bytes);
        self.files.receive(arriving, whole).await.map_err(|error| match error {
            FileError::Broken(cause) => cause.downcast_ref::<Cut>().map_or(Failure::Broken, Cut::failure),
            FileError::TooLarge(_) => Failure::Unfit(Unfit::TooLarge),
            error => error.into(),
        })
    }

    /// A draft whose transaction failed is of no use: the sweeper would clear it away a day later.
    pub(super) async fn or_discard<T>(&self, outcome: Result<T, Failure>, draft: &Draft) -> Result<T, Failure> {
        if outcome.is_err() {
            self.discard(draft).await;
        }
        outcome
    }

    pub(super) async fn discard(&self, draft: &Draft) {
        if let Err(error) = self.files.discard(draft.id).await {
            tracing::warn!(file = %draft.id, %error, "a draft is left to the sweeper");
        }
    }
}

impl Cut {
    fn failure(&self) -> Failure {
        match self {
            Self::TooLarge => Failure::Unfit(Unfit::TooLarge),
            Self::Broken(_) => Failure::Broken,
        }
    }
}

/// No more than these come through.
fn counted<S, E>(bytes: S, most: u64) -> impl Stream<Item = Result<Bytes, Cut>>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: fmt::Display,
{
    let mut seen = 0;
    bytes.map(move |piece| {
        let piece = piece.map_err(|error| Cut::Broken(error.to_string()))?;
        seen += piece.len() as u64;
        if seen > most { Err(Cut::TooLarge) } else { Ok(piece) }
    })
}

/// What comes, by its first bytes; they are given back.
async fn recognise<S>(bytes: &mut S) -> Result<(Kind, Bytes), Failure>
where
    S: Stream<Item = Result<Bytes, Cut>> + Unpin,
{
    let mut head = BytesMut::new();
    while head.len() < HEAD
        && let Some(piece) = bytes.next().await
    {
        head.extend_from_slice(&piece.map_err(|cut| cut.failure())?);
    }
    let kind = sniff(&head).map_err(Failure::Unfit)?;
    Ok((kind, head.freeze()))
}

#[cfg(test)]
mod tests {
    use kernel::World;

    use super::*;

    #[test]
    fn a_name_is_only_something_to_show() {
        let label = |name: &str| {
            let world = World::system();
            Offer::new(world.id(), Giver::Holder(world.id()), "CN_RECTO", name, world.now()).label
        };
        assert_eq!(label("C:\\Photos\\été 2026.jpg"), "été 2026.jpg");
        assert_eq!(label("../../etc/passwd"), "passwd");
        assert_eq!(label("a\r\nb\0.pdf"), "ab.pdf");
        assert_eq!(label(&"é".repeat(300)).chars().count(), 255);
    }

    #[actix_web::test]
    async fn the_first_bytes_may_come_one_by_one() {
        let pieces = |bytes: &'static [u8]| {
            let each = bytes.chunks(1).map(|piece| Ok::<_, Cut>(Bytes::from_static(piece)));
            stream::iter(each.collect::<Vec<_>>())
        };
        let (kind, head) = recognise(&mut pieces(b"%PDF-1.7\nrest")).await.unwrap();
        assert_eq!((kind, head.as_ref()), (Kind::Pdf, b"%PDF-1.7\nrest".as_slice()));
        assert!(matches!(recognise(&mut pieces(b"")).await, Err(Failure::Unfit(Unfit::Empty))));
        assert!(matches!(recognise(&mut pieces(b"GIF89a")).await, Err(Failure::Unfit(Unfit::Gif))));
        let few: Vec<_> = counted(pieces(b"12345"), 3).collect().await;
        assert_eq!(few.iter().filter(|piece| piece.is_ok()).count(), 3);
    }
}
