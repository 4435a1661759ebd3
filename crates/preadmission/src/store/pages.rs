//! The pictures of clean documents' pages, and who looked at which.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{DocumentId, EstablishmentId, FileId, Id, PreadmissionId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::{
    document_pages as pages, document_views as views, preadmission_documents as documents, preadmissions, stays,
};
use crate::read::Page;

pub(crate) fn add(tx: &mut Tx<'_>, document: DocumentId, page: &Page) -> Result<(), StorageError> {
    tx.execute(diesel::insert_into(pages::table).values((
        pages::document_id.eq(document.sql()),
        pages::page.eq(page.number),
        pages::file_id.eq(page.file.sql()),
        pages::width.eq(page.width),
        pages::height.eq(page.height),
        pages::nearly_blank.eq(page.nearly_blank),
    )))?;
    Ok(())
}

/// In the order of the pages.
pub(crate) fn of_document(conn: &mut Conn, document: DocumentId) -> Result<Vec<Page>, StorageError> {
    let rows: Vec<(i32, FileId, i32, i32, bool)> = pages::table
        .filter(pages::document_id.eq(document.sql()))
        .select((pages::page, pages::file_id, pages::width, pages::height, pages::nearly_blank))
        .order(pages::page)
        .load(conn)?;
    let page = |(number, file, width, height, nearly_blank)| Page { number, file, width, height, nearly_blank };
    Ok(rows.into_iter().map(page).collect())
}

pub(crate) fn erase(tx: &mut Tx<'_>, document: DocumentId) -> Result<(), StorageError> {
    for page in of_document(tx.conn(), document)? {
        storage::files::doom(tx, page.file)?;
    }
    tx.execute(diesel::delete(pages::table.filter(pages::document_id.eq(document.sql()))))?;
    Ok(())
}

/// Somebody of the staff opened the picture of a page.
pub(crate) fn note_view(tx: &mut Tx<'_>, document: DocumentId, page: i32, by: StaffId) -> Result<(), StorageError> {
    let (id, now): (LookId, _) = (tx.id(), tx.now());
    tx.execute(diesel::insert_into(views::table).values((
        views::id.eq(id.sql()),
        views::document_id.eq(document.sql()),
        views::page.eq(page),
        views::staff_id.eq(by.sql()),
        views::at.eq(now.sql()),
    )))?;
    Ok(())
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum LookKind {}
pub(crate) type LookId = Id<LookKind>;

/// One look at the picture of a page.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) kind: String,
    pub(crate) page: i32,
    pub(crate) by: StaffId,
    pub(crate) at: Timestamp,
}

/// The looks at the pages of one file, the newest first, at most 500.
pub(crate) fn looks(conn: &mut Conn, file: PreadmissionId) -> Result<Vec<Look>, StorageError> {
    let rows: Vec<(String, i32, StaffId, Timestamp)> = views::table
        .inner_join(documents::table)
        .filter(documents::preadmission_id.eq(file.sql()))
        .select((documents::kind, views::page, views::staff_id, views::at))
        .order(views::id.desc())
        .limit(500)
        .load(conn)?;
    Ok(rows.into_iter().map(|(kind, page, by, at)| Look { kind, page, by, at }).collect())
}

/// All looks at pages of files of these establishments, the newest first; with the number of the visit, empty when there
/// is none any more. Ids are in the order of time.
pub(crate) fn all_looks(
    conn: &mut Conn,
    establishments: &[EstablishmentId],
    text: &str,
    (before, limit): (Option<LookId>, i64),
) -> Result<Vec<(LookId, Look, String)>, StorageError> {
    let mut query = views::table
        .inner_join(documents::table.inner_join(preadmissions::table.inner_join(stays::table)))
        .filter(preadmissions::establishment_id.eq_any(establishments.iter().map(|id| id.sql())))
        .select((views::id, documents::kind, views::page, views::staff_id, views::at, stays::visit_number))
        .order(views::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(views::id.lt(before.sql()));
    }
    for word in kernel::fold(text).split(' ').filter(|word| !word.is_empty()) {
        query = query.filter(stays::search.like(format!("%{word}%")));
    }
    type Row = (LookId, String, i32, StaffId, Timestamp, Option<String>);
    let rows: Vec<Row> = query.load(conn)?;
    let look = |(id, kind, page, by, at, visit): Row| (id, Look { kind, page, by, at }, visit.unwrap_or_default());
    Ok(rows.into_iter().map(look).collect())
}
