//! Answers, field by field.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{ObjectId, PreadmissionId};
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::schema::preadmission_answers as answers;
use crate::read::{Answer, Source};

storage::text_enum! {
    pub(crate) enum SourceText {
        Hospital = "hospital",
        Franceconnect = "franceconnect",
        Previous = "previous",
        Patient = "patient",
        Relative = "relative",
        Clerk = "clerk",
        Card = "card",
    }
}

impl From<Source> for SourceText {
    fn from(source: Source) -> Self {
        match source {
            Source::Hospital => Self::Hospital,
            Source::Franceconnect => Self::Franceconnect,
            Source::Previous => Self::Previous,
            Source::Patient => Self::Patient,
            Source::Relative => Self::Relative,
            Source::Clerk => Self::Clerk,
            Source::Card => Self::Card,
        }
    }
}
impl From<SourceText> for Source {
    fn from(text: SourceText) -> Self {
        match text {
            SourceText::Hospital => Self::Hospital,
            SourceText::Franceconnect => Self::Franceconnect,
            SourceText::Previous => Self::Previous,
            SourceText::Patient => Self::Patient,
            SourceText::Relative => Self::Relative,
            SourceText::Clerk => Self::Clerk,
            SourceText::Card => Self::Card,
        }
    }
}

/// Answers of many files, by file and field.
pub(crate) fn of_files(
    conn: &mut Conn,
    files: &[PreadmissionId],
) -> Result<HashMap<PreadmissionId, BTreeMap<String, Answer>>, StorageError> {
    type Row = (PreadmissionId, String, String, SourceText, Option<ObjectId>, Timestamp);
    let rows: Vec<Row> = answers::table
        .filter(answers::preadmission_id.eq_any(files.iter().map(|id| id.sql())))
        .select((
            answers::preadmission_id,
            answers::field,
            answers::value,
            answers::source,
            answers::saved_by,
            answers::saved_at,
        ))
        .load(conn)?;
    let mut found: HashMap<_, BTreeMap<_, _>> = HashMap::new();
    for (file, field, value, source, saved_by, saved_at) in rows {
        found.entry(file).or_default().insert(field, Answer { value, source: source.into(), saved_by, saved_at });
    }
    Ok(found)
}

/// Keeps a value and who gave it; the last one counts.
pub(crate) fn save(
    tx: &mut Tx<'_>,
    file: PreadmissionId,
    field: &str,
    value: &str,
    (source, by): (Source, Option<ObjectId>),
) -> Result<(), StorageError> {
    let now = tx.now();
    let kept = (
        answers::value.eq(value.to_owned()),
        answers::source.eq(SourceText::from(source)),
        answers::saved_by.eq(by.sql()),
        answers::saved_at.eq(now.sql()),
    );
    let insert = diesel::insert_into(answers::table)
        .values((answers::preadmission_id.eq(file.sql()), answers::field.eq(field.to_owned()), kept.clone()))
        .on_conflict((answers::preadmission_id, answers::field))
        .do_update()
        .set(kept);
    tx.execute(Portable(insert))?;
    Ok(())
}
