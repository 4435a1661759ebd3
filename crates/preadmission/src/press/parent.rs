//! The parent's side: starts workers, feeds them, listens to them, ends them. It never decodes a byte.

use std::{
    io,
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use rustix::process::Signal;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{
    Piece, Settings, Subject, Unfit,
    frames::{self, Frame},
};

/// Bytes fed at once.
const FEED: usize = 64 << 10;
/// The code with which a Rust program ends after a panic: the file confused a decoder.
const PANICKED: i32 = 101;

/// Why nothing is kept.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The file is refused, for good.
    #[error("unfit: {0}")]
    Unfit(#[from] Unfit),
    /// It says nothing about the file (a worker that somebody killed, a machine that is full): to be tried again.
    #[error("the press was interrupted: {0}")]
    Interrupted(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Interrupted(error.to_string())
    }
}

/// Starts workers, a bounded number at once.
#[derive(Debug, Clone)]
pub struct Press {
    program: PathBuf,
    settings: Settings,
    free: Arc<Semaphore>,
}

impl Press {
    /// Workers are the program of the settings or this very one, even when the file it came from has been replaced meanwhile.
    pub fn new(settings: Settings) -> Self {
        let program = settings.program.clone().unwrap_or_else(|| PathBuf::from("/proc/self/exe"));
        Self::of_program(program, settings)
    }

    /// Workers are `program press LIMITS SUBJECT`.
    pub fn of_program(program: PathBuf, settings: Settings) -> Self {
        let free = Arc::new(Semaphore::new(settings.at_once));
        Self { program, settings, free }
    }

    /// Waits for a free worker and feeds it the whole file. Its pieces are then asked for one by one, so that the
    /// caller may seal and store each before the next is made; the worker waits meanwhile.
    pub async fn start(&self, received: impl AsyncRead + Unpin, subject: Subject) -> Result<Pressing, Failure> {
        let place = Arc::clone(&self.free).acquire_owned().await.map_err(io::Error::other)?;
        let limits = serde_json::to_string(&self.settings.limits).map_err(io::Error::other)?;
        let mut child = Command::new(&self.program)
            .args(["press", &limits, subject.as_str()])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What a decoder says of a patient's file is for nobody.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(door), Some(answer)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::Interrupted("a worker without pipes".to_owned()));
        };
        let silence = Duration::from_secs(self.settings.silence_seconds);
        timeout(silence, feed(received, door)).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok(Pressing { child, answer: BufReader::new(answer), silence, _place: place })
    }
}

async fn feed(mut received: impl AsyncRead + Unpin, mut door: ChildStdin) -> io::Result<()> {
    let mut part = vec![0; FEED];
    loop {
        let length = received.read(&mut part).await?;
        let part = part.get(..length).unwrap_or_default();
        // A closed door means that the worker has decided already, or has died: its answer tells.
        if part.is_empty() || door.write_all(part).await.is_err() {
            return Ok(());
        }
    }
}

/// A worker at work on one file; dropped, it is killed.
#[derive(Debug)]
pub struct Pressing {
    child: Child,
    answer: BufReader<ChildStdout>,
    silence: Duration,
    _place: OwnedSemaphorePermit,
}

impl Pressing {
    /// The next piece, `None` after the last. Whatever came before a failure is to be thrown away.
    pub async fn next(&mut self) -> Result<Option<Piece>, Failure> {
        match timeout(self.silence, frames::read(&mut self.answer)).await {
            Ok(Ok(Frame::Piece(piece))) => Ok(Some(piece)),
            Ok(Ok(Frame::End)) => Ok(None),
            Ok(Ok(Frame::Unfit(unfit))) => Err(unfit.into()),
            Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Err(self.ended().await),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => {
                self.child.kill().await?;
                Err(Unfit::TookTooLong.into())
            }
        }
    }

    /// The worker stopped in the middle of its answer.
    async fn ended(&mut self) -> Failure {
        match timeout(self.silence, self.child.wait()).await {
            Ok(Ok(status)) => verdict(status),
            Ok(Err(error)) => error.into(),
            Err(_) => Unfit::TookTooLong.into(),
        }
    }
}

/// What the end of a worker says of its file. Its own limits end it by SIGXCPU (processor) or SIGABRT (memory, stack).
fn verdict(status: ExitStatus) -> Failure {
    let by = |signal: Signal| status.signal() == Some(signal.as_raw());
    if status.code() == Some(PANICKED) {
        Unfit::Broken.into()
    } else if by(Signal::XCPU) {
        Unfit::TookTooLong.into()
    } else if by(Signal::ABORT) || by(Signal::SEGV) {
        Unfit::TooMuchMemory.into()
    } else {
        Failure::Interrupted(format!("a worker ended by itself ({status})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_worker_ends_tells_of_the_file_or_of_the_machine() {
        let ended = |raw: i32| match verdict(ExitStatus::from_raw(raw)) {
            Failure::Unfit(unfit) => Some(unfit),
            Failure::Interrupted(_) => None,
        };
        assert_eq!(ended(PANICKED << 8), Some(Unfit::Broken));
        assert_eq!(ended(24), Some(Unfit::TookTooLong));
        assert_eq!(ended(6), Some(Unfit::TooMuchMemory));
        assert_eq!(ended(11), Some(Unfit::TooMuchMemory));
        for other in [9, 15, 1 << 8, 0] {
            assert_eq!(ended(other), None);
        }
    }
}
