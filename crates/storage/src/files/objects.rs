//! Where encrypted bytes lie: a folder, or an S3-compatible store. No name says anything about a person.
//!
//! What comes in is collected in a folder of this node. A folder of objects then takes it by a link, which costs no
//! second writing; S3 gets it in one request, for its multipart uploads cannot be refused when the name is taken.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use futures_util::{
    Stream, StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use kernel::World;
use object_store::{
    Error, GetOptions, GetRange, GetResultPayload, ObjectStore, ObjectStoreExt, PutMode, PutPayload,
    local::LocalFileSystem, path::Path as Object,
};
use tokio::{sync::Semaphore, task::spawn_blocking};
use uuid::Uuid;

use super::{
    FileError, Settings,
    frames::{FRAME, TAG},
    s3,
};

pub(super) struct Objects {
    store: Arc<dyn ObjectStore>,
    place: Place,
    incoming: PathBuf,
}

enum Place {
    Folder(PathBuf),
    /// A permit for each MiB that may be in memory.
    S3(Semaphore),
}

impl Objects {
    pub(super) fn open(settings: &Settings, folder: &Path, client: reqwest::Client) -> io::Result<Self> {
        let incoming = folder.join("incoming");
        fs::create_dir_all(&incoming)?;
        let (store, place) = match &settings.s3 {
            Some(of) => (s3::open(of, client)?, Place::S3(Semaphore::new(settings.sending_mib as usize))),
            None => {
                let objects = folder.join("objects");
                fs::create_dir_all(&objects)?;
                let store = LocalFileSystem::new_with_prefix(&objects).map_err(io::Error::other)?;
                (Arc::new(store) as Arc<dyn ObjectStore>, Place::Folder(objects))
            }
        };
        Ok(Self { store, place, incoming })
    }

    /// A file on its way in.
    pub(super) fn begin(&self, name: &str) -> io::Result<Incoming> {
        let path = self.incoming.join(name.rsplit('/').next().unwrap_or(name));
        let file = fs::OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        Ok(Incoming { path, file, length: 0 })
    }

    /// Puts it under its name, which must be free. When that fails, what is there decides: the answer may have been
    /// lost, or have come before the bytes were read.
    pub(super) async fn publish(&self, incoming: Incoming, name: &str) -> Result<(), FileError> {
        let length = incoming.length;
        match self.put(incoming, name).await {
            Err(failure) => match self.size(name).await {
                Ok(Some(found)) if found == length => Ok(()),
                _ => Err(failure),
            },
            done => done,
        }
    }

    async fn put(&self, incoming: Incoming, name: &str) -> Result<(), FileError> {
        match &self.place {
            Place::Folder(objects) => {
                let target = objects.join(name);
                blocking(move || incoming.link(&target)).await
            }
            Place::S3(memory) => {
                let mib = u32::try_from(incoming.length.div_ceil(1 << 20)).unwrap_or(u32::MAX);
                let turn = memory.acquire_many(mib).await.map_err(|_| unreachable("closed"))?;
                let payload = blocking(move || incoming.payload()).await?;
                let put = self.store.put_opts(&Object::from(name), payload, PutMode::Create.into()).await;
                drop(turn);
                put.map(|_| ()).map_err(unreachable)
            }
        }
    }

    /// Bytes of the object, if it is there.
    pub(super) async fn size(&self, name: &str) -> Result<Option<u64>, FileError> {
        match self.store.head(&Object::from(name)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unreachable(error)),
        }
    }

    /// Part of the object, and bytes of the whole of it, if it is there.
    pub(super) async fn get(&self, name: &str, span: Range<u64>) -> Result<Option<(Pieces, u64)>, FileError> {
        let options = GetOptions { range: Some(GetRange::Bounded(span)), ..GetOptions::default() };
        match self.store.get_opts(&Object::from(name), options).await {
            Ok(found) => {
                let size = found.meta.size;
                let pieces = match found.payload {
                    GetResultPayload::File(file, _) => frame_by_frame(file, found.range).boxed(),
                    GetResultPayload::Stream(pieces) => pieces.map_err(unreachable).boxed(),
                };
                Ok(Some((pieces, size)))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unreachable(error)),
        }
    }

    /// Deletes the object; one that is gone is fine.
    pub(super) async fn delete(&self, name: &str) -> Result<(), FileError> {
        match self.store.delete(&Object::from(name)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(unreachable(error)),
        }
    }

    /// The days that have objects.
    pub(super) async fn days(&self) -> Result<BTreeSet<civil::Date>, FileError> {
        let found = self.store.list_with_delimiter(None).await.map_err(unreachable)?;
        Ok(found.common_prefixes.iter().filter_map(|prefix| prefix.as_ref().parse().ok()).collect())
    }

    /// The names of a day's objects.
    pub(super) async fn names(&self, day: civil::Date) -> Result<BTreeSet<String>, FileError> {
        let prefix = Object::from(day.to_string());
        let list = self.store.list(Some(&prefix)).map_ok(|found| found.location.to_string());
        list.try_collect().await.map_err(unreachable)
    }

    /// Removes what came in before the limit and was never put anywhere: its program was killed.
    pub(super) async fn clear_incoming(&self, limit: Timestamp) -> Result<(), FileError> {
        let folder = self.incoming.clone();
        blocking(move || {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                if made_at(&entry.file_name().to_string_lossy()).is_some_and(|made| made < limit) {
                    fs::remove_file(entry.path()).or_else(gone_is_fine)?;
                }
            }
            Ok(())
        })
        .await
    }
}

/// Bytes of an object in the order they come.
pub(super) type Pieces = BoxStream<'static, Result<Bytes, FileError>>;

/// A file read in pieces of a frame each: `object_store` would change threads for every 8 KiB.
fn frame_by_frame(file: File, span: Range<u64>) -> impl Stream<Item = Result<Bytes, FileError>> {
    stream::try_unfold((file, span), |(mut file, span)| async move {
        blocking(move || {
            file.seek(SeekFrom::Start(span.start))?;
            let mut piece = Vec::with_capacity(FRAME + TAG);
            (&file).take((span.end - span.start).min((FRAME + TAG) as u64)).read_to_end(&mut piece)?;
            let next = span.start + piece.len() as u64..span.end;
            Ok((!piece.is_empty()).then(|| (Bytes::from(piece), (file, next))))
        })
        .await
    })
}

/// A new name: the day in UTC, and a random one that tells its instant.
pub(super) fn new_name(world: &World, at: Timestamp) -> String {
    format!("{}/{}", day_of(at), world.uuid())
}

pub(super) fn day_of(at: Timestamp) -> civil::Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// When a name was given (RFC 9562 §5.7). None: not ours.
pub(super) fn made_at(name: &str) -> Option<Timestamp> {
    let uuid = Uuid::try_parse(name.rsplit('/').next()?).ok().filter(|uuid| uuid.get_version_num() == 7)?;
    Timestamp::from_millisecond(i64::try_from(uuid.as_u128() >> 80).ok()?).ok()
}

/// Bytes on their way in, in a file that goes with this value.
pub(super) struct Incoming {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Incoming {
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// On disk for good before it has its name. A link never replaces anything.
    fn link(self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        let day = target.parent().unwrap_or(target);
        if !day.is_dir() {
            fs::create_dir_all(day)?;
            File::open(day.parent().unwrap_or(day))?.sync_all()?;
        }
        fs::hard_link(&self.path, target)?;
        File::open(day)?.sync_all()
    }

    /// Read back in pieces, so that no memory is asked for in one large block.
    fn payload(mut self) -> io::Result<PutPayload> {
        self.file.rewind()?;
        let mut pieces = Vec::new();
        loop {
            let mut piece = Vec::with_capacity(FRAME);
            if (&self.file).take(FRAME as u64).read_to_end(&mut piece)? == 0 {
                return Ok(pieces.into_iter().collect());
            }
            pieces.push(Bytes::from(piece));
        }
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "what came in was not cleared away; the sweeper will");
        }
    }
}

fn gone_is_fine(error: io::Error) -> io::Result<()> {
    if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, FileError> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(io::Error::other("the work stopped short"))).map_err(unreachable)
}

pub(super) fn unreachable(error: impl ToString) -> FileError {
    FileError::Unavailable(error.to_string())
}

/// How long ago that is, at an instant.
pub(super) fn before(now: Timestamp, age: std::time::Duration) -> Timestamp {
    SignedDuration::try_from(age).ok().and_then(|age| now.checked_sub(age).ok()).unwrap_or(Timestamp::MIN)
}
