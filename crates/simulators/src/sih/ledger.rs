//! What was received and sent: one JSON object a line, only ever added to, on the disk before the answer leaves.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use data_encoding::BASE64;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Conduct, StartError};

/// One message as it came, and what was said to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub number: usize,
    pub received_at: Timestamp,
    #[serde(with = "base64")]
    pub message: Vec<u8>,
    /// The acknowledgement meant for it, which `conduct` may have lost or spoilt.
    #[serde(with = "base64")]
    pub answer: Vec<u8>,
    pub code: String,
    pub conduct: Conduct,
    /// The number of the entry this one repeats: same sender, same MSH-10.
    pub repeats: Option<usize>,
    /// Sent by this system, and answered by the other.
    #[serde(default)]
    pub sent: bool,
}

#[derive(Debug)]
pub(super) struct Ledger {
    file: File,
    entries: Vec<Entry>,
}

impl Ledger {
    /// Opens or makes `sih.jsonl` in the folder.
    pub(super) fn open(folder: &Path) -> Result<Self, StartError> {
        let failed = |cause| StartError::Folder { folder: folder.to_owned(), cause };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let path = folder.join("sih.jsonl");
        let open = OpenOptions::new().read(true).append(true).create(true).open(&path);
        let mut file = open.map_err(failed)?;
        let text = std::fs::read_to_string(&path).map_err(failed)?;
        // A line without its end was being written when the machine stopped: it was never answered.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        file.set_len(u64::try_from(whole).unwrap_or(0)).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let entries = parse(text.get(..whole).unwrap_or_default(), &path)?;
        Ok(Self { file, entries })
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Numbers the entry and keeps it for good.
    pub(super) fn add(&mut self, mut entry: Entry) -> io::Result<()> {
        entry.number = self.entries.len() + 1;
        let line = serde_json::to_string(&entry)? + "\n";
        self.file.write_all(line.as_bytes())?;
        self.file.sync_data()?;
        self.entries.push(entry);
        Ok(())
    }
}

fn parse(text: &str, path: &Path) -> Result<Vec<Entry>, StartError> {
    let spoiled = |line: usize| StartError::Spoiled { file: PathBuf::from(path), line: line + 1 };
    let lines = text.lines().enumerate();
    lines.map(|(place, line)| serde_json::from_str(line).map_err(|_| spoiled(place))).collect()
}

mod base64 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::BASE64;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(bytes))
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64.decode(text.as_bytes()).map_err(Error::custom)
    }
}
