//! Lists of invoices as files in a folder: each line is heard once, and what was wrong stands in a file beside it.
//!
//! | where | what |
//! | --- | --- |
//! | `NAME.csv` | complete, and to be taken: whoever writes it under another name renames it at the end |
//! | `done/NAME.csv` | every line was heard |
//! | `faulty/NAME.csv` | some were not, or the file could not be read |
//! | `NAME.csv.result.csv`, beside it | `line;field` of each line that was not heard; nothing of a person |
//!
//! The same is kept for 90 days for the desk, which shows it in words.
//!
//! A run that is killed in the middle takes the file again: what it had heard tells nothing new. A file of a name that was
//! done before takes the place of that one.

pub(crate) mod profile;
pub(crate) mod settings;

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use kernel::EstablishmentId;
use storage::StorageError;

use crate::{
    Payments,
    domain::Refusal,
    failure::Failure,
    said::{Said, is_number},
    store::{
        invoices::Name,
        lists::{self, Fault, List, What},
    },
};
use profile::Profile;
use settings::DropSettings;

/// The largest file: some hundred thousand invoices.
const LARGEST_BYTES: u64 = 64 << 20;

/// Characters of a file's name that are kept.
const LONGEST_NAME: usize = 255;

/// What became of the lines of one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    heard: usize,
    faulty: Vec<Fault>,
}

impl Fault {
    fn new(line: u64, what: What) -> Self {
        Self { line, what, fields: Vec::new() }
    }

    /// Of JSON pointers, or of the profile's names.
    fn of_fields(line: u64, what: What, fields: &[&str]) -> Self {
        Self { line, what, fields: fields.iter().map(|field| profile_name(field)).collect() }
    }
}

/// As a profile calls it: `patient.birth_date` for the interface's `/patient/birth_date`.
fn profile_name(field: &str) -> String {
    let name = field.trim_start_matches('/').replace('/', ".");
    if name == "amount_cents" { "amount".to_owned() } else { name }
}

/// As it stands in the file beside the list.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = self.fields.join(" ");
        f.write_str(match self.what {
            What::Fields => &fields,
            What::Missing => return write!(f, "no column for {fields}"),
            What::Columns => "not as many columns as titles",
            What::Csv => "not CSV",
            What::Older => "a newer version of this invoice is known",
            What::Reused => "this version of the invoice said something else before",
            What::Refused => "refused",
            What::Large => "more than 64 MiB",
            What::Charset => "not of this charset",
            What::Titles => "no titles",
        })
    }
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
                // Of this file alone; where the database is away, every other would wait as long.
                Err(error) if error.kind() != io::ErrorKind::Other => {
                    tracing::warn!(drop = source, %error, "a list cannot be taken and is looked at again later");
                }
                outcome => outcome?,
            }
        }
        Ok(files.len())
    }

    async fn take_file(&self, source: &str, drop: &DropSettings, file: &Path) -> io::Result<()> {
        let Some(home) = self.home(drop).await.map_err(io::Error::other)? else {
            return Err(io::Error::other("its establishment is not known"));
        };
        let taken = self.take_lines(source, (home, drop), file).await?;
        tracing::info!(drop = source, heard = taken.heard, faulty = taken.faulty.len(), "a list of invoices was taken");
        self.keep_list(source, home, file, &taken).await.map_err(io::Error::other)?;
        put_away(&drop.folder, file, &taken)
    }

    /// For the desk. A crash before the file is put away takes it, and keeps this, once more.
    async fn keep_list(
        &self,
        source: &str,
        home: EstablishmentId,
        file: &Path,
        taken: &Taken,
    ) -> Result<(), StorageError> {
        let count = |lines: usize| i64::try_from(lines).unwrap_or(i64::MAX);
        let list = List {
            source: source.to_owned(),
            file_name: file.file_name().unwrap_or_default().to_string_lossy().chars().take(LONGEST_NAME).collect(),
            taken_at: self.db.now(),
            heard: count(taken.heard),
            faulty: count(taken.faulty.len()),
            faults: taken.faulty.clone(),
        };
        self.db.write(move |tx| lists::keep(tx, home, &list)).await
    }

    async fn home(&self, drop: &DropSettings) -> Result<Option<EstablishmentId>, StorageError> {
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
            Err(fault) => return Ok(Taken { heard: 0, faulty: vec![fault] }),
        };
        for (number, line) in lines {
            let read = line.and_then(|(invoice, said)| {
                let name = Name { establishment: home, source: source.to_owned(), number: invoice };
                let wrong = |fields: &[&str]| Fault::of_fields(number, What::Fields, fields);
                if !is_number(&name.number) {
                    return Err(wrong(&["/number"]));
                }
                let known = |key: &str| self.has_creditor(&drop.establishment, key);
                let announcement = said.read(known).map_err(|faults| wrong(&faults))?;
                Ok((name, announcement, said.version))
            });
            let heard = match read {
                Ok((name, announcement, Some(version))) => self.hear_version(name, announcement, version).await,
                Ok((name, announcement, None)) => self.hear(name, announcement).await,
                Err(fault) => {
                    taken.faulty.push(fault);
                    continue;
                }
            };
            match heard {
                Ok(_) => taken.heard += 1,
                Err(Failure::Storage(error)) => return Err(io::Error::other(error)),
                Err(refused) => taken.faulty.push(Fault::new(number, what_of(&refused))),
            }
        }
        Ok(taken)
    }
}

fn what_of(refused: &Failure) -> What {
    match refused {
        Failure::Refused(Refusal::VersionOlder) => What::Older,
        Failure::Refused(Refusal::VersionReused) => What::Reused,
        _ => What::Refused,
    }
}

type Line = (u64, Result<(String, Said), Fault>);

/// The lines of a file, or why it cannot be read at all.
fn read(profile: &Profile, file: &Path) -> io::Result<Result<Vec<Line>, Fault>> {
    if fs::metadata(file)?.len() > LARGEST_BYTES {
        return Ok(Err(Fault::new(1, What::Large)));
    }
    let bytes = fs::read(file)?;
    let Some(text) = profile.text(&bytes) else { return Ok(Err(Fault::new(1, What::Charset))) };
    // The library counts lines right only where they end with a line feed alone.
    let text = text.replace("\r\n", "\n");
    let separator = u8::try_from(profile.separator).unwrap_or(b';');
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let Ok(titles) = reader.headers().cloned() else { return Ok(Err(Fault::new(1, What::Titles))) };
    let missing = profile.missing(&titles);
    if !missing.is_empty() {
        return Ok(Err(Fault::of_fields(1, What::Missing, &missing)));
    }
    let lines = reader.records().flat_map(|record| match record {
        Ok(record) => read_record(profile, &titles, &record),
        // The words of the library quote what stands in the line.
        Err(error) => vec![not_csv(error.position().map_or(0, csv::Position::line))],
    });
    Ok(Ok(lines.collect()))
}

/// One line; where a quotation mark that nobody closed swallowed others, each of them is told.
fn read_record(profile: &Profile, titles: &csv::StringRecord, record: &csv::StringRecord) -> Vec<Line> {
    let number = record.position().map_or(0, csv::Position::line);
    if record.iter().any(|cell| cell.contains('\n')) {
        let swallowed = record.iter().map(|cell| cell.trim_end().matches('\n').count()).sum::<usize>();
        return (number..).take(swallowed + 1).map(not_csv).collect();
    }
    if record.len() != titles.len() {
        return vec![(number, Err(Fault::new(number, What::Columns)))];
    }
    let read = profile.read(titles, record).map_err(|faults| Fault::of_fields(number, What::Fields, &faults));
    vec![(number, read)]
}

fn not_csv(number: u64) -> Line {
    (number, Err(Fault::new(number, What::Csv)))
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
    for fault in &taken.faulty {
        result.write_record([fault.line.to_string(), fault.to_string()])?;
    }
    let result = result.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    fs::write(to.join(name).with_added_extension("result.csv"), result)?;
    fs::rename(file, to.join(name))
}
