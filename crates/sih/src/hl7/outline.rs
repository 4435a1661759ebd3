//! A message laid out for people: one line a segment, each field with its number.

use super::{model::Message, write::field_text};

/// A segment with its filled fields, as (`PID-5`, what is written there).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub segment: String,
    pub fields: Vec<(String, String)>,
}

pub fn outline(message: &Message) -> Vec<Outline> {
    let segments = message.segments().iter();
    segments
        .map(|segment| {
            let numbered = segment.fields.iter().enumerate().filter(|(_, field)| !field.is_empty());
            let fields = numbered.map(|(place, field)| {
                let delimiters = segment.name == "MSH" && place < 2;
                let text =
                    if delimiters { segment.text(place + 1).unwrap_or_default().to_owned() } else { field_text(field) };
                (format!("{}-{}", segment.name, place + 1), text)
            });
            Outline { segment: segment.name.clone(), fields: fields.collect() }
        })
        .collect()
}
