//! Fields of a form whose answers no appearance shows: viewers draw them, the renderer would leave them blank
//! (ISO 32000-1 §12.7.3.3). Each gets a plain one: black Helvetica, or a cross.

use std::fmt::Write as _;

use encoding_rs::WINDOWS_1252;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, decode_text_string, dictionary};

/// Parents of a field that are asked for what it inherits.
const DEEPEST: usize = 16;
/// Flags of an annotation: hidden, not viewed (table 165).
const UNSEEN: i64 = 1 << 1 | 1 << 5;
/// Flags of a field: several lines, a password (table 228).
const MULTILINE: i64 = 1 << 12;
const PASSWORD: i64 = 1 << 13;
/// A button that keeps nothing (table 226).
const PUSH: i64 = 1 << 16;
/// Mean width of a letter of Helvetica, in parts of its size.
const LETTER: f32 = 0.5;
/// Points, where the form leaves the size to the viewer.
const TALLEST: f32 = 12.0;

/// Whether anything had to be drawn.
pub(super) fn draw(document: &mut Document) -> bool {
    let Some(form) = form(document).cloned() else { return false };
    let anew = form.get_deref(b"NeedAppearances", document).and_then(Object::as_bool).unwrap_or(false);
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let mut drawn = false;
    for id in widgets(document) {
        let Some(entries) = appearance(document, id, &form, anew, font) else { continue };
        if let Ok(widget) = document.get_dictionary_mut(id) {
            widget.extend(&entries);
            drawn = true;
        }
    }
    drawn
}

fn form(document: &Document) -> Option<&Dictionary> {
    document.catalog().ok()?.get_deref(b"AcroForm", document).ok()?.as_dict().ok()
}

/// The fields that stand on a page.
fn widgets(document: &Document) -> Vec<ObjectId> {
    let annotations = document.page_iter().filter_map(|page| {
        let page = document.get_dictionary(page).ok()?;
        page.get_deref(b"Annots", document).ok()?.as_array().ok()
    });
    let ids = annotations.flatten().filter_map(|annotation| annotation.as_reference().ok());
    ids.filter(|id| {
        let widget = document.get_dictionary(*id).ok().and_then(|entries| entries.get(b"Subtype").ok());
        widget.and_then(|subtype| subtype.as_name().ok()) == Some(b"Widget")
    })
    .collect()
}

/// What to write into a field so that its answer shows, if it does not yet.
fn appearance(
    document: &mut Document,
    id: ObjectId,
    form: &Dictionary,
    anew: bool,
    font: ObjectId,
) -> Option<Dictionary> {
    let widget = document.get_dictionary(id).ok()?;
    if number(widget.get(b"F").ok()) & UNSEEN != 0 {
        return None;
    }
    let normal = normal(document, widget);
    let flags = number(inherited(document, widget, b"Ff"));
    let kind = inherited(document, widget, b"FT")?.as_name().ok()?;
    let (width, height) = size(widget)?;
    let content = match kind {
        b"Tx" | b"Ch" if normal.is_none() || anew => {
            let text = answer(document, widget).filter(|_| flags & PASSWORD == 0)?;
            let size = font_size(inherited(document, widget, b"DA").or_else(|| form.get(b"DA").ok()));
            let lines =
                if flags & MULTILINE != 0 { wrapped(&text, width, size.unwrap_or(TALLEST)) } else { vec![text] };
            written(&lines, size, (width, height))
        }
        b"Btn" if flags & PUSH == 0 => {
            let state = state(document, widget)?;
            match normal {
                Some(states) if states.as_dict().is_ok_and(|states| states.has(&state)) => {
                    return Some(dictionary! { "AS" => Object::Name(state) });
                }
                Some(_) => return None,
                None => cross(width, height),
            }
        }
        _ => return None,
    };
    let entries = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => vec![0.into(), 0.into(), width.into(), height.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "Helv" => font } },
    };
    let drawing = document.add_object(Stream::new(entries, content));
    Some(dictionary! { "AP" => dictionary! { "N" => drawing } })
}

fn normal<'a>(document: &'a Document, widget: &'a Dictionary) -> Option<&'a Object> {
    widget.get_deref(b"AP", document).ok()?.as_dict().ok()?.get_deref(b"N", document).ok()
}

/// What a field says itself, or has from its parents (ISO 32000-1 table 220).
fn inherited<'a>(document: &'a Document, field: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let parent = |field: &&'a Dictionary| field.get_deref(b"Parent", document).ok()?.as_dict().ok();
    let mut line = std::iter::successors(Some(field), parent).take(DEEPEST);
    line.find_map(|field| field.get_deref(key, document).ok())
}

fn number(object: Option<&Object>) -> i64 {
    object.and_then(|object| object.as_i64().ok()).unwrap_or(0)
}

fn size(widget: &Dictionary) -> Option<(f32, f32)> {
    let corners = widget.get(b"Rect").ok()?.as_array().ok()?;
    let corners: Vec<f32> = corners.iter().filter_map(|corner| corner.as_float().ok()).collect();
    let [left, bottom, right, top] = corners.try_into().ok()?;
    let (width, height) = ((right - left).abs(), (top - bottom).abs());
    (width > 0.0 && height > 0.0).then_some((width, height))
}

/// The text of a field; of a list of choices, each on its way.
fn answer(document: &Document, widget: &Dictionary) -> Option<String> {
    let text = match inherited(document, widget, b"V")? {
        Object::Array(choices) => {
            choices.iter().filter_map(|choice| decode_text_string(choice).ok()).collect::<Vec<_>>().join(", ")
        }
        Object::Stream(stream) => {
            String::from_utf8_lossy(&stream.get_plain_content_with_limit(1 << 20).ok()?).into_owned()
        }
        value => decode_text_string(value).ok()?,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// The state of a box or radio button that is ticked.
fn state(document: &Document, widget: &Dictionary) -> Option<Vec<u8>> {
    let own = widget.get(b"AS").ok().or_else(|| inherited(document, widget, b"V"));
    let name = own?.as_name().ok()?;
    (name != b"Off").then(|| name.to_owned())
}

/// The size in a default appearance such as `/Helv 12 Tf 0 g`; none when the viewer chooses (0).
fn font_size(appearance: Option<&Object>) -> Option<f32> {
    let text = String::from_utf8_lossy(appearance?.as_str().ok()?).into_owned();
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "Tf")?;
    let size: f32 = words.get(at.checked_sub(1)?)?.parse().ok()?;
    (size > 0.0).then_some(size)
}

fn wrapped(text: &str, width: f32, size: f32) -> Vec<String> {
    let longest = ((width / (size * LETTER)) as usize).max(1);
    let mut lines = Vec::new();
    for paragraph in text.split(['\r', '\n']) {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > longest {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// Lines from the top, or one in the middle, as small as it takes to fit.
fn written(lines: &[String], size: Option<f32>, (width, height): (f32, f32)) -> Vec<u8> {
    let letters = lines.iter().map(|line| line.chars().count()).max().unwrap_or(1).max(1);
    let fitting = TALLEST.min(height * 0.7).min((width - 4.0).max(1.0) / (letters as f32 * LETTER));
    let size = size.unwrap_or(fitting);
    let first = if lines.len() == 1 { (height - size) / 2.0 + size * 0.2 } else { height - size };
    let mut content = format!("q BT /Helv {size} Tf 0 g {} TL 2 {first} Td ", size * 1.15).into_bytes();
    for line in lines {
        let (line, _, _) = WINDOWS_1252.encode(line);
        content.push(b'<');
        content.extend(kernel::digest::hex(&line).into_bytes());
        content.extend(b"> Tj T* ");
    }
    content.extend(b"ET Q");
    content
}

fn cross(width: f32, height: f32) -> Vec<u8> {
    let (left, bottom, right, top) = (width * 0.2, height * 0.2, width * 0.8, height * 0.8);
    let mut content = String::new();
    // Writing to a string cannot fail.
    let _ = write!(content, "q 0 G {} w ", width.min(height) * 0.12);
    let _ = write!(content, "{left} {bottom} m {right} {top} l {left} {top} m {right} {bottom} l S Q");
    content.into_bytes()
}
