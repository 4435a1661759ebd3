//! What a PDF must not carry. Every object of the file is looked at, reachable or not, also those in compressed object
//! streams (ISO 32000-1 §7.5.7): an antivirus engine may miss what a name tree or an annotation hides there.

use lopdf::{Dictionary, Document, Object};

use super::super::Unfit;

pub(super) fn document(document: &Document) -> Result<(), Unfit> {
    document.objects.values().chain(document.trailer.iter().map(|(_, value)| value)).try_for_each(object)
}

fn object(object: &Object) -> Result<(), Unfit> {
    match object {
        Object::Dictionary(dictionary) => entries(dictionary),
        Object::Stream(stream) => entries(&stream.dict),
        Object::Array(items) => items.iter().try_for_each(self::object),
        _ => Ok(()),
    }
}

fn entries(dictionary: &Dictionary) -> Result<(), Unfit> {
    dictionary.iter().try_for_each(|(key, value)| match forbidden(key, value) {
        Some(unfit) => Err(unfit),
        None => object(value),
    })
}

/// By key (ISO 32000-1 tables 31, 44, 196, 217), or by the kind of an action, annotation or stream (tables 169, 198).
fn forbidden(key: &[u8], value: &Object) -> Option<Unfit> {
    match (key, value) {
        (b"EmbeddedFiles" | b"EF" | b"Collection", _) => Some(Unfit::Attachment),
        (b"JS" | b"JavaScript", _) => Some(Unfit::Script),
        (b"NeedsRendering", Object::Boolean(true)) => Some(Unfit::DynamicForm),
        (b"S" | b"Type" | b"Subtype", Object::Name(name)) => kind(name),
        _ => None,
    }
}

fn kind(name: &[u8]) -> Option<Unfit> {
    match name {
        b"EmbeddedFile" | b"FileAttachment" | b"GoToE" => Some(Unfit::Attachment),
        b"JavaScript" => Some(Unfit::Script),
        b"Launch" | b"ImportData" => Some(Unfit::Launch),
        b"RichMedia" | b"Rendition" | b"Movie" | b"Sound" | b"Screen" | b"3D" => Some(Unfit::Media),
        _ => None,
    }
}
