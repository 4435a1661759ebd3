//! The reader: arbitrary bytes in, a message or a reason out, within limits.

use super::{
    charset::Charset,
    delimiters::Delimiters,
    escape::unescape,
    model::{Component, Field, Message, Repetition, Segment, Value},
    write::filled,
};

/// What a message may hold; beyond, it is refused before it is cut up.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub bytes: usize,
    pub segments: usize,
    /// Per segment.
    pub fields: usize,
    /// Repetitions, components and subcomponents of one field.
    pub parts: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 4 << 20, segments: 1_000, fields: 256, parts: 2_000 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("more than the allowed bytes")]
    TooLarge,
    #[error("it does not start with MSH")]
    NoHeader,
    #[error("MSH-1 and MSH-2 are not five different punctuation marks")]
    BadDelimiters,
    #[error("MSH-18 names a character set that is not supported")]
    UnknownCharset,
    #[error("the bytes are not text of the character set MSH-18 names")]
    BadText,
    #[error("segment {0} has no name of three characters")]
    BadSegmentName(usize),
    #[error("more than the allowed segments")]
    TooManySegments,
    #[error("segment {0} has more than the allowed fields or parts")]
    TooManyParts(usize),
}

pub fn read(bytes: &[u8]) -> Result<Message, ReadError> {
    read_within(bytes, &Limits::default())
}

pub fn read_within(bytes: &[u8], limits: &Limits) -> Result<Message, ReadError> {
    if bytes.len() > limits.bytes {
        return Err(ReadError::TooLarge);
    }
    if !bytes.starts_with(b"MSH") {
        return Err(ReadError::NoHeader);
    }
    let charset = charset_of(bytes)?;
    let text = charset.decode(bytes).map_err(|_| ReadError::BadText)?;
    // CR ends a segment; a message without any came from a text file.
    let ending = if text.contains('\r') { '\r' } else { '\n' };
    let mut lines = text.split(ending).map(|line| line.trim_matches('\n')).filter(|line| !line.is_empty());
    let header = lines.next().ok_or(ReadError::NoHeader)?;
    let cut = Cut { delimiters: Delimiters::of(header).ok_or(ReadError::BadDelimiters)?, charset, limits };
    let mut segments = vec![cut.header(header)?];
    for (place, line) in lines.enumerate() {
        if segments.len() >= limits.segments {
            return Err(ReadError::TooManySegments);
        }
        segments.push(cut.segment(place + 2, line)?);
    }
    Ok(Message { segments })
}

/// MSH-10 of something that could not be read, so that its refusal can still name it. Plain characters only.
pub fn salvage_control_id(bytes: &[u8]) -> Option<String> {
    let field = raw_header_field(bytes, 10)?;
    let fits = !field.is_empty() && field.len() <= 20 && field.iter().all(|byte| (b' '..=b'~').contains(byte));
    let text = fits.then(|| String::from_utf8(field.to_vec()).ok()).flatten()?;
    (!text.contains(['|', '^', '~', '\\', '&'])).then_some(text)
}

/// MSH-18 is ASCII in every set that is supported, so it can be found before anything is decoded.
fn charset_of(bytes: &[u8]) -> Result<Charset, ReadError> {
    let named = raw_header_field(bytes, 18).unwrap_or_default();
    // Several sets may be listed, the first is the message's own.
    let repetition = bytes.get(5).copied().unwrap_or(b'~');
    let first = named.split(|byte| *byte == repetition).next().unwrap_or_default();
    let name = std::str::from_utf8(first).map_err(|_| ReadError::UnknownCharset)?;
    match name.trim() {
        // Nothing said: what fits. Bytes that happen to be UTF-8 by chance are rarer than senders who forget.
        "" if std::str::from_utf8(bytes).is_ok() => Ok(Charset::Utf8),
        "" => Ok(Charset::Latin9),
        name => Charset::from_name(name).ok_or(ReadError::UnknownCharset),
    }
}

fn raw_header_field(bytes: &[u8], number: usize) -> Option<&[u8]> {
    let header = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let separator = *header.strip_prefix(b"MSH")?.first()?;
    header.split(|byte| *byte == separator).nth(number.checked_sub(1)?)
}

struct Cut<'a> {
    delimiters: Delimiters,
    charset: Charset,
    limits: &'a Limits,
}

impl Cut<'_> {
    /// In MSH the separator is itself field 1, and field 2 is not to be cut.
    fn header(&self, line: &str) -> Result<Segment, ReadError> {
        let mut fields = line.splitn(3, self.delimiters.field);
        let rest = fields.nth(2).unwrap_or_default();
        let mut header = Segment::new("MSH");
        header.fields.extend(self.fields(1, rest)?);
        trim(&mut header.fields, Field::is_empty);
        Ok(header)
    }

    fn segment(&self, place: usize, line: &str) -> Result<Segment, ReadError> {
        let (name, rest) = line.split_once(self.delimiters.field).unwrap_or((line, ""));
        let named = name.len() == 3
            && name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !named || name == "MSH" {
            return Err(ReadError::BadSegmentName(place));
        }
        Ok(Segment { name: name.to_owned(), fields: self.fields(place, rest)? })
    }

    fn fields(&self, place: usize, rest: &str) -> Result<Vec<Field>, ReadError> {
        let mut fields = Vec::new();
        for raw in rest.split(self.delimiters.field) {
            if fields.len() >= self.limits.fields || self.parts(raw) > self.limits.parts {
                return Err(ReadError::TooManyParts(place));
            }
            fields.push(self.field(raw));
        }
        trim(&mut fields, Field::is_empty);
        Ok(fields)
    }

    fn parts(&self, raw: &str) -> usize {
        let Delimiters { component, repetition, subcomponent, .. } = self.delimiters;
        raw.matches([component, repetition, subcomponent]).count() + 1
    }

    fn field(&self, raw: &str) -> Field {
        let mut field = Field(raw.split(self.delimiters.repetition).map(|raw| self.repetition(raw)).collect());
        trim(&mut field.0, Repetition::is_empty);
        field
    }

    fn repetition(&self, raw: &str) -> Repetition {
        let mut repetition = Repetition(raw.split(self.delimiters.component).map(|raw| self.component(raw)).collect());
        trim(&mut repetition.0, Component::is_empty);
        repetition
    }

    fn component(&self, raw: &str) -> Component {
        let mut component = Component(raw.split(self.delimiters.subcomponent).map(|raw| self.value(raw)).collect());
        trim(&mut component.0, Value::is_empty);
        component
    }

    fn value(&self, raw: &str) -> Value {
        if raw == "\"\"" {
            return Value::Delete;
        }
        Value::Text(unescape(raw, &self.delimiters, self.charset))
    }
}

fn trim<T>(list: &mut Vec<T>, is_empty: fn(&T) -> bool) {
    let length = filled(list, is_empty).len();
    list.truncate(length);
}
