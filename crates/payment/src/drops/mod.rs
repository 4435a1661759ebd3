//! Lists of invoices as files in a folder: each line is heard once, and what was wrong stands in a file beside it.
//!
//! | where | what |
//! | --- | --- |
//! | `NAME.csv` | complete, and to be taken: whoever writes it under another name renames it at the end |
//! | `done/NAME.csv` | every line was heard |
//! | `faulty/NAME.csv` | some were not, or the file could not be read |
//! | `NAME.csv.result.csv`, beside it | `line;field` of each line that was not heard; nothing of a person |
//!
//! A run that is killed in the middle takes the file again: what it had heard tells nothing new. A file of a name that was
//! done before takes the place of that one.

pub(crate) mod profile;
pub(crate) mod settings;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use kernel::EstablishmentId;

use crate::{
    Payments,
    failure::Failure,
    said::{Said, is_number},
    store::invoices::Name,
};
use profile::Profile;
use settings::DropSettings;

/// The largest file: some hundred thousand invoices.
const LARGEST_BYTES: u64 = 64 << 20;

/// What became of the lines of one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    heard: usize,
    /// The line's number in the file, and what was wrong with it.
    faulty: Vec<(u64, String)>,
}

impl Payments {
    /// Takes every complete file of every folder, the oldest name first; how many there were.
    pub async fn take_drops(&self) -> usize {
        let mut taken = 0;
        for (source, drop) in self.drops() {
            match self.take_folder(source, drop).await {
                Ok(files) => taken += files,
                Err(error) => tracing::warn!(drop = source, %error, "a folder of lists is looked at again later"),
            }
        }
        taken
    }

    async fn take_folder(&self, source: &str, drop: &DropSettings) -> io::Result<usize> {
        let files = waiting(&drop.folder)?;
        for file in &files {
            match self.take_file(source, drop, file).await {
                // Another node was faster.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                outcome => outcome?,
            }
        }
        Ok(files.len())
    }

    async fn take_file(&self, source: &str, drop: &DropSettings, file: &Path) -> io::Result<()> {
        let taken = match self.home(drop).await.map_err(io::Error::other)? {
            Some(home) => self.take_lines(source, (home, drop), file).await?,
            None => Taken { heard: 0, faulty: vec![(0, "the establishment is not known".to_owned())] },
        };
        tracing::info!(drop = source, heard = taken.heard, faulty = taken.faulty.len(), "a list of invoices was taken");
        put_away(&drop.folder, file, &taken)
    }

    async fn home(&self, drop: &DropSettings) -> Result<Option<EstablishmentId>, storage::StorageError> {
        let all = self.db.read(identity::read::establishments).await?;
        Ok(all.into_iter().find(|one| one.finess == drop.establishment).map(|one| one.id))
    }

    /// Hears the lines one by one. Only what will pass, such as a database that is away, ends the run early.
    async fn take_lines(
        &self,
        source: &str,
        (home, drop): (EstablishmentId, &DropSettings),
        file: &Path,
    ) -> io::Result<Taken> {
        let mut taken = Taken::default();
        let lines = match read(&drop.profile, file)? {
            Ok(lines) => lines,
            Err(why) => return Ok(Taken { heard: 0, faulty: vec![(1, why)] }),
        };
        for (number, line) in lines {
            let read = line.and_then(|(invoice, said)| {
                let name = Name { establishment: home, source: source.to_owned(), number: invoice };
                if !is_number(&name.number) {
                    return Err("/number".to_owned());
                }
                let known = |key: &str| self.has_creditor(&drop.establishment, key);
                let announcement = said.read(known).map_err(|faults| faults.join(" "))?;
                Ok((name, announcement, said.version))
            });
            let heard = match read {
                Ok((name, announcement, Some(version))) => self.hear_version(name, announcement, version).await,
                Ok((name, announcement, None)) => self.hear(name, announcement).await,
                Err(faults) => {
                    taken.faulty.push((number, faults));
                    continue;
                }
            };
            match heard {
                Ok(_) => taken.heard += 1,
                Err(Failure::Storage(error)) => return Err(io::Error::other(error)),
                Err(refused) => taken.faulty.push((number, refused.to_string())),
            }
        }
        Ok(taken)
    }
}

type Line = (u64, Result<(String, Said), String>);

/// The lines of a file, or why it cannot be read at all.
fn read(profile: &Profile, file: &Path) -> io::Result<Result<Vec<Line>, String>> {
    if fs::metadata(file)?.len() > LARGEST_BYTES {
        return Ok(Err("more than 64 MiB".to_owned()));
    }
    let bytes = fs::read(file)?;
    let Some(text) = profile.text(&bytes) else { return Ok(Err("not of this charset".to_owned())) };
    // The library counts lines right only where they end with a line feed alone.
    let text = text.replace("\r\n", "\n");
    let separator = u8::try_from(profile.separator).unwrap_or(b';');
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let Ok(titles) = reader.headers().cloned() else { return Ok(Err("no titles".to_owned())) };
    let missing = profile.missing(&titles);
    if !missing.is_empty() {
        return Ok(Err(format!("no column for {}", missing.join(" "))));
    }
    let lines = reader.records().map(|record| match record {
        Ok(record) => {
            let number = record.position().map_or(0, csv::Position::line);
            let read = match record.len() == titles.len() {
                true => profile.read(&titles, &record).map_err(|faults| faults.join(" ")),
                false => Err("not as many columns as titles".to_owned()),
            };
            (number, read)
        }
        // The words of the library quote what stands in the line.
        Err(error) => (error.position().map_or(0, csv::Position::line), Err("not CSV".to_owned())),
    });
    Ok(Ok(lines.collect()))
}

/// The complete files of a folder, by name.
fn waiting(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_list = name.to_str().is_some_and(|name| name.ends_with(".csv") && !name.starts_with('.'));
        if is_list && entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Writes what was wrong, then moves the file: a crash in between only takes it once more.
fn put_away(folder: &Path, file: &Path, taken: &Taken) -> io::Result<()> {
    let name = file.file_name().unwrap_or_default();
    let to = folder.join(if taken.faulty.is_empty() { "done" } else { "faulty" });
    fs::create_dir_all(&to)?;
    let mut result = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    result.write_record(["line", "what"])?;
    for (line, what) in &taken.faulty {
        result.write_record([line.to_string().as_str(), what])?;
    }
    let result = result.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    fs::write(to.join(name).with_added_extension("result.csv"), result)?;
    fs::rename(file, to.join(name))
}
