//! The worker's part: the bytes as sent are searched and pressed, what was made of them is searched again, and one
//! transaction says what the document is. Killed at any step, it begins again: what was made is nobody's until then.

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, stream};
use kernel::{DocumentId, FileId, Id};
use storage::{
    files::{Arriving, Draft, FileError, Opened},
    outbox::{Consumer, Delivering, Job, Note, Outcome},
};
use tokio_util::io::StreamReader;

use super::OWNER;
use crate::{
    Preadmission,
    antivirus::{Doubt, Verdict},
    domain::{
        card,
        document::{Change, State},
    },
    failure::Failure,
    press::{self, KEPT_TYPE, Piece, Pressing, Subject, Unfit},
    read::{Document, Page},
    store::{
        documents::{self, Reason},
        pages,
    },
};

/// The name under which it listens to `document.received`.
pub const CONSUMER: &str = "documents";

/// What a document is.
enum Judged {
    Fit(Made),
    Unfit(Unfit),
    Infected(String),
    Undecided(Doubt),
}

/// Pictures and the kept PDF, not anybody's yet.
#[derive(Default)]
struct Made {
    pages: Vec<(Draft, Page)>,
    /// What the code on a card says.
    code: Option<String>,
    kept: Option<Draft>,
}

impl Made {
    fn drafts(&self) -> impl Iterator<Item = &Draft> {
        self.pages.iter().map(|(draft, _)| draft).chain(&self.kept)
    }
}

/// Why rebuilding ended without a document.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Press(#[from] press::Failure),
    #[error(transparent)]
    Files(#[from] FileError),
}

impl Consumer for Preadmission {
    fn name(&self) -> &'static str {
        CONSUMER
    }

    /// Documents do not wait for each other.
    fn in_order(&self) -> bool {
        false
    }

    fn deliver<'a>(&'a self, job: &'a Job, _: &'a Note) -> Delivering<'a> {
        Box::pin(async move { self.check(Id::from_uuid(job.object.uuid())).await })
    }
}

impl Preadmission {
    async fn check(&self, id: DocumentId) -> Outcome {
        let document = match self.db.write(move |tx| begin(tx, id)).await {
            Ok(Some(document)) => document,
            Ok(None) => return Outcome::Moot("decided or taken back already".to_owned()),
            Err(failure) => return Outcome::Later(failure.to_string()),
        };
        let Some(received) = document.received_file else { return Outcome::Refused("its bytes are gone".to_owned()) };
        match self.judge(received, subject_of(&document.kind)).await {
            Ok(judged) => self.conclude(document, judged).await,
            Err(Stop::Files(error @ (FileError::Unknown | FileError::Missing(_) | FileError::Damaged(_)))) => {
                Outcome::Refused(error.to_string())
            }
            Err(stop) => Outcome::Later(stop.to_string()),
        }
    }

    async fn judge(&self, received: FileId, subject: Subject) -> Result<Judged, Stop> {
        let doubt = match self.search(self.files.open_file(received).await?).await? {
            Verdict::Infected(name) => return Ok(Judged::Infected(name)),
            Verdict::Undecided(doubt) if !doubt.is_of_the_file() => return Ok(Judged::Undecided(doubt)),
            Verdict::Undecided(doubt) => Some(doubt),
            Verdict::Clean => None,
        };
        let mut made = Made::default();
        let rebuilt = self.rebuild((received, subject), &mut made).await;
        let judged = match (rebuilt, doubt) {
            // What the engine could not look into, the press may know by name: a password, most often.
            (Err(Stop::Press(press::Failure::Unfit(unfit))), _) => Ok(Judged::Unfit(unfit)),
            (Err(stop), _) => Err(stop),
            (Ok(()), Some(doubt)) => Ok(Judged::Undecided(doubt)),
            (Ok(()), None) => self.search_made(&made).await,
        };
        match judged {
            Ok(Judged::Fit(_)) => Ok(Judged::Fit(made)),
            other => {
                self.discard_all(&made).await;
                other
            }
        }
    }

    /// Of what was made, the PDF holds the very bytes of the pictures.
    async fn search_made(&self, made: &Made) -> Result<Judged, Stop> {
        let Some(kept) = &made.kept else { return Ok(Judged::Unfit(Unfit::Broken)) };
        Ok(match self.search(self.files.open_draft(kept).await?).await? {
            Verdict::Clean => Judged::Fit(Made::default()),
            Verdict::Infected(name) => Judged::Infected(name),
            Verdict::Undecided(doubt) => Judged::Undecided(doubt),
        })
    }

    async fn search(&self, file: Opened) -> Result<Verdict, FileError> {
        let bytes = Box::pin(file.read().await?.map_err(std::io::Error::other));
        self.antivirus.scan(StreamReader::new(bytes)).await.map_err(|error| FileError::Unavailable(error.to_string()))
    }

    /// Each piece is stored before the next is made.
    async fn rebuild(&self, (received, subject): (FileId, Subject), made: &mut Made) -> Result<(), Stop> {
        let bytes = Box::pin(self.files.open_file(received).await?.read().await?.map_err(std::io::Error::other));
        let mut pressing = self.press.start(StreamReader::new(bytes), subject).await?;
        while let Some(piece) = pressing.next().await? {
            match piece {
                Piece::Page(page) => made.pages.push(self.store_page(page, made.pages.len()).await?),
                Piece::Code(code) => made.code = Some(code),
                Piece::Kept(first) => {
                    made.kept = Some(self.store_kept(first, pressing).await?);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    async fn store_page(&self, page: press::Page, before: usize) -> Result<(Draft, Page), Stop> {
        let arriving = Arriving { owner: OWNER, content_type: "image/jpeg".to_owned() };
        let draft =
            self.files.receive(arriving, stream::iter([Ok::<_, std::io::Error>(Bytes::from(page.jpeg))])).await?;
        let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
        let row = Page {
            number: i32::try_from(before).unwrap_or(i32::MAX).saturating_add(1),
            file: draft.id,
            width: number(page.width),
            height: number(page.height),
            nearly_blank: page.nearly_blank,
        };
        Ok((draft, row))
    }

    async fn store_kept(&self, first: Vec<u8>, pressing: Pressing) -> Result<Draft, Stop> {
        let arriving = Arriving { owner: OWNER, content_type: KEPT_TYPE.to_owned() };
        self.files.receive(arriving, kept(first, pressing)).await.map_err(|error| match error {
            FileError::Broken(cause) => match cause.downcast::<press::Failure>() {
                Ok(failure) => Stop::Press(*failure),
                Err(cause) => Stop::Files(FileError::Broken(cause)),
            },
            error => Stop::Files(error),
        })
    }

    /// One transaction says what it is. When it was taken back meanwhile, nothing is written and nothing kept.
    async fn conclude(&self, document: Document, judged: Judged) -> Outcome {
        let (id, acknowledged) = (document.id, said(&judged));
        let made = match &judged {
            Judged::Fit(made) => made.drafts().cloned().collect(),
            _ => Vec::new(),
        };
        let undecided = matches!(judged, Judged::Undecided(_));
        let written = self.db.write(move |tx| conclude(tx, &document, &judged)).await;
        if written.is_err() {
            for draft in &made {
                self.discard(draft).await;
            }
        }
        match written {
            Ok(()) if undecided => Outcome::Later(acknowledged),
            Ok(()) => {
                tracing::info!(document = %id, outcome = acknowledged, "checked");
                Outcome::Settled(acknowledged)
            }
            Err(Failure::Refused(_) | Failure::Unknown) => Outcome::Moot("taken back meanwhile".to_owned()),
            Err(failure) => Outcome::Later(failure.to_string()),
        }
    }

    async fn discard_all(&self, made: &Made) {
        for draft in made.drafts() {
            self.discard(draft).await;
        }
    }
}

/// Only the card of a complementary cover has a code to be read.
fn subject_of(kind: &str) -> Subject {
    if card::KINDS.contains(&kind) { Subject::Card } else { Subject::Paper }
}

/// The parts of the kept file, the first of which has come already.
fn kept(first: Vec<u8>, pressing: Pressing) -> impl Stream<Item = Result<Bytes, press::Failure>> {
    let rest = stream::try_unfold(pressing, async |mut pressing| {
        Ok(match pressing.next().await? {
            Some(Piece::Kept(part)) => Some((Bytes::from(part), pressing)),
            Some(Piece::Page(_) | Piece::Code(_)) | None => None,
        })
    });
    futures_util::StreamExt::chain(stream::iter([Ok(Bytes::from(first))]), rest)
}

/// In words for the desk; they hold nothing of the patient.
fn said(judged: &Judged) -> String {
    match judged {
        Judged::Fit(made) => format!("clean, pages: {}", made.pages.len()),
        Judged::Unfit(unfit) => format!("refused: {unfit}"),
        Judged::Infected(name) => format!("infected: {name}"),
        Judged::Undecided(doubt) => format!("undecided: {}", doubt.as_str()),
    }
}

/// The document to be checked; none: there is nothing to check any more. A try that died left it in checking.
fn begin(tx: &mut storage::Tx<'_>, id: DocumentId) -> Result<Option<Document>, Failure> {
    let Some(document) = documents::find(tx.conn(), id)? else { return Ok(None) };
    match document.state {
        State::Received | State::Undecided => documents::change(tx, id, Change::Check, None)?,
        State::Checking => State::Checking,
        _ => return Ok(None),
    };
    Ok(Some(document))
}

fn conclude(tx: &mut storage::Tx<'_>, document: &Document, judged: &Judged) -> Result<(), Failure> {
    let id = document.id;
    let (change, code) = match judged {
        Judged::Fit(_) => (Change::Pass, None),
        Judged::Unfit(unfit) => (Change::Refuse, Some(format!("unfit-{unfit}"))),
        Judged::Infected(_) => (Change::Infect, Some("infected".to_owned())),
        Judged::Undecided(doubt) => (Change::Doubt, Some(format!("doubt-{}", doubt.as_str()))),
    };
    let reason = code.as_deref().map(|code| Reason { code, text: "", by: None });
    documents::change(tx, id, change, reason)?;
    match judged {
        Judged::Undecided(_) => return Ok(()),
        Judged::Fit(made) => keep(tx, id, made)?,
        _ => {}
    }
    Ok(documents::forget_received(tx, document)?)
}

fn keep(tx: &mut storage::Tx<'_>, id: DocumentId, made: &Made) -> Result<(), Failure> {
    for draft in made.drafts() {
        draft.keep(tx)?;
    }
    for (_, page) in &made.pages {
        pages::add(tx, id, page)?;
    }
    let Some(kept) = &made.kept else { return Ok(()) };
    let (bytes, count) = (i64::try_from(kept.size), i32::try_from(made.pages.len()));
    documents::note_kept(tx, id, kept.id, (bytes.unwrap_or(i64::MAX), count.unwrap_or(i32::MAX)))?;
    match &made.code {
        Some(code) => Ok(documents::note_code(tx, id, code)?),
        None => Ok(()),
    }
}
