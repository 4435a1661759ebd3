//! The pictures of clean documents' pages, and who looked at which.

use diesel::prelude::*;
use kernel::{DocumentId, FileId, ObjectId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::{document_pages as pages, document_views as views};
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
    let (id, now): (ObjectId, _) = (tx.id(), tx.now());
    tx.execute(diesel::insert_into(views::table).values((
        views::id.eq(id.sql()),
        views::document_id.eq(document.sql()),
        views::page.eq(page),
        views::staff_id.eq(by.sql()),
        views::at.eq(now.sql()),
    )))?;
    Ok(())
}
