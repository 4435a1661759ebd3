//! The writer: standard delimiters, CR after each segment, trailing emptiness left out, MSH-18 always true.

use super::{
    charset::{BadText, Charset},
    delimiters::STANDARD,
    escape::escape,
    lengths,
    model::{Component, Field, Message, Repetition, Segment, Value},
};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    #[error("{segment}-{field} is longer than {max} characters")]
    TooLong { segment: String, field: usize, max: usize },
    /// The fields, not the text: the reason is shown to people and must name nobody.
    #[error("{segment}: {cause}")]
    Charset { segment: String, cause: BadText },
}

impl Message {
    /// The bytes of an answer, which must leave whatever it echoes: without length checks, and in UTF-8 if the
    /// sender's set cannot write it.
    pub fn encode_answer(&self, charset: Charset) -> Vec<u8> {
        let within = |charset: Charset| -> Result<Vec<u8>, BadText> { charset.encode(&self.lines(charset)) };
        within(charset).or_else(|_| within(Charset::Utf8)).unwrap_or_default()
    }

    fn lines(&self, charset: Charset) -> String {
        self.segments.iter().map(|segment| declared(segment, charset) + "\r").collect()
    }

    /// The bytes to send. The charset is written into MSH-18 so that the bytes and what they say cannot differ.
    pub fn encode(&self, charset: Charset) -> Result<Vec<u8>, WriteError> {
        let mut bytes = Vec::new();
        for segment in &self.segments {
            lengths::check(segment)?;
            let text =
                if segment.name == "MSH" { line(&segment.clone().with(18, charset.name())) } else { line(segment) };
            let encoded = charset.encode(&text);
            bytes.extend(encoded.map_err(|cause| WriteError::Charset { segment: segment.name.clone(), cause })?);
            bytes.push(b'\r');
        }
        Ok(bytes)
    }
}

/// MSH-18 says in which set it is written.
fn declared(segment: &Segment, charset: Charset) -> String {
    if segment.name == "MSH" { line(&segment.clone().with(18, charset.name())) } else { line(segment) }
}

/// One segment without its end. MSH-1 is the separator itself and MSH-2 is never escaped.
fn line(segment: &Segment) -> String {
    let mut out = segment.name.clone();
    let mut fields = filled(&segment.fields, Field::is_empty);
    if segment.name == "MSH" {
        out.push(STANDARD.field);
        out.push_str(r"^~\&");
        fields = fields.get(2..).unwrap_or_default();
    }
    for field in fields {
        out.push(STANDARD.field);
        write_field(field, &mut out);
    }
    out
}

/// A field as it is written, for people to read.
pub(super) fn field_text(field: &Field) -> String {
    let mut out = String::new();
    write_field(field, &mut out);
    out
}

fn write_field(field: &Field, out: &mut String) {
    joined(filled(&field.0, Repetition::is_empty), STANDARD.repetition, out, |repetition, out| {
        joined(filled(&repetition.0, Component::is_empty), STANDARD.component, out, |component, out| {
            joined(filled(&component.0, Value::is_empty), STANDARD.subcomponent, out, |value, out| match value {
                Value::Text(text) => escape(text, out),
                Value::Delete => out.push_str("\"\""),
            });
        });
    });
}

/// Without its empty tail.
pub(super) fn filled<T>(list: &[T], is_empty: fn(&T) -> bool) -> &[T] {
    let length = list.iter().rposition(|item| !is_empty(item)).map_or(0, |last| last + 1);
    list.get(..length).unwrap_or_default()
}

fn joined<T>(list: &[T], separator: char, out: &mut String, write: impl Fn(&T, &mut String)) {
    for (place, item) in list.iter().enumerate() {
        if place > 0 {
            out.push(separator);
        }
        write(item, out);
    }
}
