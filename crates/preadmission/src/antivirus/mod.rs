//! The antivirus: a client of ClamAV's daemon, which looks at received and at kept bytes (`INSTREAM`, man page clamd(8)).
//!
//! Three outcomes, not two. *Clean* and *infected* are what the engine said of the whole file; *undecided* is everything
//! else: the daemon is down, slow or full, the file was beyond its limits or encrypted. Undecided is tried again and
//! never told to a patient as a refusal; nobody reads what is not clean. The engine is one barrier among others: it has
//! been seen to miss a compressed attachment of a PDF, which the press refuses by structure.
//!
//! | setting (`[preadmission.antivirus]`) | is | default |
//! | --- | --- | --- |
//! | `mode` | `clamd`, or `none` for a demonstration: nothing is searched, everything counts as clean | `clamd` |
//! | `address` | `tcp:HOST:PORT` or `unix:/PATH` | `unix:/run/clamav/clamd.ctl` |
//! | `at_once` | files looked at together by this node, 1 to 64; keep it below the daemon's `MaxThreads` | 4 |
//! | `connect_seconds` | longest wait for the daemon to take the call, 1 to 60 | 5 |
//! | `answer_seconds` | longest wait for it to take a part of the file or to answer, 5 to 600; keep it above its `MaxScanTime` | 90 |
//! | `failures` | calls without an answer, one after the other, after which it is left alone, 1 to 100 | 5 |
//! | `rest_seconds` | for how long, 1 to 3,600 | 30 |
//!
//! What the daemon needs: `StreamMaxLength`, `MaxFileSize` and `MaxScanSize` above the largest file received,
//! `AlertExceedsMax yes`, `AlertEncryptedDoc yes`, `ScanImage no` (pictures are decoded by the press, and their hashes
//! cost three quarters of the time).

mod breaker;
mod clamd;
mod settings;
#[cfg(test)]
mod tests;

use std::{io, sync::Arc, time::Duration};

use kernel::World;
use tokio::{io::AsyncRead, sync::Semaphore};

use breaker::Breaker;
pub use settings::{Address, Mode, Settings};

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    /// The signature's name, for the desk and the log; it holds nothing of the patient.
    Infected(String),
    Undecided(Doubt),
}

storage::text_enum! {
    /// Why nothing is known.
    pub enum Doubt {
        /// No daemon at the address, or it hung up before it answered.
        Unreachable = "unreachable",
        /// It did not take the file or answer in time.
        TimedOut = "timed_out",
        /// It failed lately and is left alone for a while.
        Resting = "resting",
        /// Larger than the daemon's `StreamMaxLength`.
        TooLarge = "too_large",
        /// Deeper or larger inside than the daemon looks (`Heuristics.Limits.Exceeded`).
        BeyondLimits = "beyond_limits",
        /// It cannot look inside (`Heuristics.Encrypted`).
        Encrypted = "encrypted",
        /// It answered that it failed, or in words nobody knows.
        Failed = "failed",
    }
}

impl Doubt {
    /// Whether the daemon, and not the file, is the reason.
    fn is_of_the_daemon(self) -> bool {
        matches!(self, Self::Unreachable | Self::TimedOut)
    }

    /// Whether the file is the reason: trying again changes nothing.
    pub fn is_of_the_file(self) -> bool {
        matches!(self, Self::TooLarge | Self::BeyondLimits | Self::Encrypted)
    }
}

/// The daemon as this node sees it; cheap to clone, shared by all who ask.
#[derive(Debug, Clone)]
pub struct Antivirus {
    settings: Settings,
    free: Arc<Semaphore>,
    breaker: Arc<Breaker>,
    world: World,
}

impl Antivirus {
    pub fn new(settings: Settings, world: World) -> Self {
        let free = Arc::new(Semaphore::new(settings.at_once));
        let breaker = Arc::new(Breaker::new(settings.failures, Duration::from_secs(settings.rest_seconds)));
        Self { settings, free, breaker, world }
    }

    /// Has a file looked at, streamed. An error is the source's own: the file could not be read.
    pub async fn scan(&self, file: impl AsyncRead + Unpin) -> io::Result<Verdict> {
        if self.settings.mode == Mode::None {
            return Ok(Verdict::Clean);
        }
        let _place = self.free.acquire().await.map_err(io::Error::other)?;
        if self.breaker.is_open(self.world.monotonic()) {
            return Ok(Verdict::Undecided(Doubt::Resting));
        }
        let verdict = clamd::scan(&self.settings, file).await?;
        let failed = matches!(&verdict, Verdict::Undecided(doubt) if doubt.is_of_the_daemon());
        self.breaker.note(failed, self.world.monotonic());
        if failed {
            tracing::warn!(address = %self.settings.address, ?verdict, "the antivirus did not answer");
        }
        Ok(verdict)
    }

    /// Whether the daemon answers, for the state of this node.
    pub async fn is_up(&self) -> bool {
        clamd::ping(&self.settings).await
    }
}
