//! What was taken, in a file that only grows: one JSON object a line.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Messages kept in memory and shown; the file keeps all.
const MOST_SHOWN: usize = 2_000;

/// One message as it came.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) number: u64,
    pub(super) at: Timestamp,
    #[serde(flatten)]
    pub(super) content: Content,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "lowercase")]
pub(super) enum Content {
    /// `data` is the message as sent, without dot-stuffing, in base64.
    Mail {
        from: String,
        to: Vec<String>,
        data: String,
    },
    Sms {
        to: String,
        text: String,
        id: String,
    },
}

pub(super) struct Store {
    inner: Mutex<Inner>,
}

struct Inner {
    file: File,
    entries: Vec<Arc<Entry>>,
}

impl Store {
    /// Reads what is there. A last line that a crash cut short is left behind: it was never acknowledged.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join("messages.jsonl");
        let kept = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let whole = kept.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let lines = kept.get(..whole).unwrap_or_default().split(|byte| *byte == b'\n');
        let mut entries: Vec<Arc<Entry>> =
            lines.filter_map(|line| serde_json::from_slice(line).ok()).map(Arc::new).collect();
        entries.drain(..entries.len().saturating_sub(MOST_SHOWN));
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        file.set_len(u64::try_from(whole).unwrap_or(0))?;
        Ok(Self { inner: Mutex::new(Inner { file, entries }) })
    }

    /// Keeps a message, and only then lets its sender be answered.
    pub(super) fn keep(&self, at: Timestamp, content: Content) -> io::Result<u64> {
        self.lock().keep(at, content)
    }

    /// Keeps an SMS unless one of the same id was kept.
    pub(super) fn keep_once(&self, at: Timestamp, to: String, text: String, id: String) -> io::Result<()> {
        let mut inner = self.lock();
        let same = |entry: &Arc<Entry>| matches!(&entry.content, Content::Sms { id: kept, .. } if *kept == id);
        if !id.is_empty() && inner.entries.iter().any(same) {
            return Ok(());
        }
        inner.keep(at, Content::Sms { to, text, id }).map(|_| ())
    }

    /// The newest first.
    pub(super) fn all(&self) -> Vec<Arc<Entry>> {
        self.lock().entries.iter().rev().cloned().collect()
    }

    pub(super) fn one(&self, number: u64) -> Option<Arc<Entry>> {
        self.lock().entries.iter().find(|entry| entry.number == number).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn keep(&mut self, at: Timestamp, content: Content) -> io::Result<u64> {
        let number = self.entries.last().map_or(1, |entry| entry.number + 1);
        let entry = Entry { number, at, content };
        let mut line = serde_json::to_vec(&entry)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.entries.push(Arc::new(entry));
        if self.entries.len() > MOST_SHOWN {
            self.entries.remove(0);
        }
        Ok(number)
    }
}
