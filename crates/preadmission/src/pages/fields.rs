//! Fields of a catalogue as a form shows and reads them, whichever section they stand in.

use std::collections::BTreeMap;

use ::web::{Ctx, Phone};

use crate::domain::{
    card::visible,
    catalogue::{Answers, BIRTH_DATE, Field, born},
    places::{self, Born, Place},
    value::Kind,
};

/// Places that a page proposes when a name is not clear.
const PROPOSED: usize = 20;

/// One field as the form shows it.
pub(super) struct FieldShown {
    /// Name in the form, and id on the page.
    pub(super) name: String,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) autocomplete: &'static str,
    pub(super) required: bool,
    /// `text`, `tel`, `email`, `long`, `date`, `place`, `choice`, or `code`, which is only shown.
    pub(super) shape: &'static str,
    pub(super) numeric: bool,
    pub(super) choices: Vec<Choice>,
    /// Day, month, year, when the shape is `date`.
    pub(super) date: [String; 3],
    /// The date beside which a place is read, when the shape is `place`.
    pub(super) born: &'static str,
    pub(super) source: String,
    pub(super) error: String,
}

pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) label: String,
    pub(super) chosen: bool,
}

impl FieldShown {
    /// A field with its kept value, right or wrong, and the words where it came from.
    pub(super) fn of(ctx: &Ctx, field: &'static Field, answers: &Answers, source: String) -> Self {
        let value = answers.get(field.name).cloned().unwrap_or_default();
        let fault =
            field.fault_among(&value, answers).map(|fault| ctx.t(&format!("preadmission-fault-{}", fault.name())));
        let (shape, choices) = match field.kind {
            Kind::Choice(words) => ("choice", choices(ctx, words, &value)),
            Kind::Date => ("date", Vec::new()),
            Kind::Place => ("place", proposed(ctx, &value, fault.is_some(), &born(answers))),
            Kind::LongText => ("long", Vec::new()),
            Kind::Phone => ("tel", Vec::new()),
            Kind::Email => ("email", Vec::new()),
            Kind::Code => ("code", Vec::new()),
            _ => ("text", Vec::new()),
        };
        Self {
            name: field.name.to_owned(),
            label: ctx.t(&field.key()),
            date: date_parts(&value),
            value: match shape {
                "place" => place_name(&value, &born(answers)),
                "tel" => spaced(&value),
                "code" => visible(&value),
                _ => value,
            },
            born: BIRTH_DATE,
            autocomplete: field.autocomplete,
            required: field.required,
            shape,
            numeric: matches!(field.kind, Kind::Nir | Kind::Fund | Kind::Postcode),
            choices,
            source,
            error: fault.unwrap_or_default(),
        }
    }
}

fn choices(ctx: &Ctx, words: &'static [&'static str], value: &str) -> Vec<Choice> {
    let choice = |word: &&'static str| Choice {
        value: word,
        label: ctx.t(&format!("preadmission-choice-{}", word.to_ascii_lowercase())),
        chosen: *word == value,
    };
    words.iter().map(choice).collect()
}

/// Places that a name may mean, when it does not mean one.
fn proposed(ctx: &Ctx, value: &str, is_wrong: bool, born: &Born) -> Vec<Choice> {
    let name = place_name(value, born);
    let name = name.split('(').next().unwrap_or_default();
    let found = if is_wrong { places::search(name, born, PROPOSED) } else { Vec::new() };
    let choice = |place: &Place| Choice { value: place.code, label: place_words(ctx, place), chosen: false };
    found.into_iter().map(choice).collect()
}

/// A place, and what it became.
fn place_words(ctx: &Ctx, place: &Place) -> String {
    match became(ctx, place) {
        Some(became) => format!("{}, {became}", place.label()),
        None => place.label(),
    }
}

/// "devenue Arboys en Bugey (01) en 2016"; none: it is still what it was.
pub(crate) fn became(ctx: &Ctx, place: &Place) -> Option<String> {
    let heir = place.heir()?;
    let name = heir.place.label();
    Some(ctx.t_with("preadmission-place-became", &[("name", name.as_str()), ("year", heir.year)]))
}

/// The name of a place's code; what is no code stays as it was typed.
fn place_name(value: &str, born: &Born) -> String {
    places::name_of(value, born).unwrap_or_else(|| value.to_owned())
}

/// Year-month-day of a kept text as the three fields show it: wrong ones come back as they were typed.
fn date_parts(value: &str) -> [String; 3] {
    let mut parts = value.splitn(3, '-').map(str::to_owned);
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    [day, month, year].map(Option::unwrap_or_default)
}

/// A kept number as people type it.
fn spaced(number: &str) -> String {
    Phone::of(number).text.replace('\u{a0}', " ")
}

/// What a form says of the fields of a section; those it did not show are left out.
pub(super) fn typed_values(fields: &'static [Field], typed: &BTreeMap<String, String>) -> Vec<(String, String)> {
    fields.iter().filter_map(|field| Some((field.name.to_owned(), typed_value(field, typed)?))).collect()
}

fn typed_value(field: &Field, typed: &BTreeMap<String, String>) -> Option<String> {
    // One of the proposed places goes before the name that was typed.
    if let Some(chosen) = typed.get(&format!("{}-choice", field.name)).filter(|_| field.kind == Kind::Place) {
        return Some(chosen.clone());
    }
    if field.kind != Kind::Date {
        return typed.get(field.name).cloned();
    }
    let part = |end: &str| typed.get(&format!("{}-{end}", field.name)).map(|text| text.trim().to_owned());
    let (day, month, year) = (part("day")?, part("month")?, part("year")?);
    let nothing = day.is_empty() && month.is_empty() && year.is_empty();
    Some(if nothing { String::new() } else { format!("{year:0>4}-{month:0>2}-{day:0>2}") })
}

/// An answer as people say it.
pub(super) fn said(ctx: &Ctx, field: &Field, answers: &Answers) -> String {
    let value = answers.get(field.name).map(String::as_str).unwrap_or_default();
    match field.kind {
        _ if value.is_empty() => ctx.t("preadmission-nothing-said"),
        Kind::Choice(words) if words.contains(&value) => {
            ctx.t(&format!("preadmission-choice-{}", value.to_ascii_lowercase()))
        }
        Kind::Date => match value.parse() {
            Ok(date) => ::web::when::long_day(ctx.lang(), date),
            Err(_) => value.to_owned(),
        },
        Kind::Phone => Phone::of(value).text,
        Kind::Place => place_name(value, &born(answers)),
        Kind::Code => visible(value),
        _ => value.to_owned(),
    }
}
