//! A one-page PDF of a few lines: the paper of invoices that a seed makes up.

use encoding_rs::WINDOWS_1252;
use lopdf::{
    Dictionary, Document, Object, Stream,
    content::{Content, Operation},
    dictionary,
};

/// A4 with these lines, the first one large.
pub(crate) fn sheet(lines: &[String]) -> Result<Vec<u8>, lopdf::Error> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let drawing = Content { operations: drawing(lines) }.encode()?;
    let contents = document.add_object(Stream::new(Dictionary::new(), drawing));
    let page = document.add_object(dictionary! {
        "Type" => "Page",
        "Parent" => tree,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        "Contents" => contents,
    });
    let pages = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(tree, pages.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes)?;
    Ok(bytes)
}

fn drawing(lines: &[String]) -> Vec<Operation> {
    let mut drawing = vec![
        Operation::new("BT", vec![]),
        Operation::new("TL", vec![22.into()]),
        Operation::new("Td", vec![60.into(), 770.into()]),
    ];
    for (number, line) in lines.iter().enumerate() {
        let size = if number == 0 { 18 } else { 12 };
        // What this alphabet lacks is written as a question mark: the page must not change its length.
        let text = Object::string_literal(WINDOWS_1252.encode(line).0.into_owned());
        drawing.push(Operation::new("Tf", vec!["F".into(), size.into()]));
        drawing.push(Operation::new("Tj", vec![text]));
        drawing.push(Operation::new("T*", vec![]));
    }
    drawing.push(Operation::new("ET", vec![]));
    drawing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_finds_the_lines() {
        let lines = ["Facture FA-1".to_owned(), "Régie, 24,00 € (été)".to_owned()];
        let read = Document::load_mem(&sheet(&lines).unwrap()).unwrap();
        let text = read.extract_text(&[1]).unwrap();
        assert!(text.contains("Facture FA-1") && text.contains("Régie, 24,00 € (été)"), "{text}");
    }
}
