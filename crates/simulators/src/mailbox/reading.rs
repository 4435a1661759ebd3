//! A kept message as a person or a test reads it.

use data_encoding::BASE64;
use jiff::{Timestamp, tz::TimeZone};
use mail_parser::{MessageParser, MimeHeaders, PartType};
use serde::Serialize;

use super::store::{Content, Entry};

/// Everything that can be shown of a message.
#[derive(Debug, Serialize)]
pub(super) struct Reading {
    pub(super) number: u64,
    pub(super) at: Timestamp,
    pub(super) channel: &'static str,
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) subject: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) html: Option<String>,
    /// The calendar part as it is.
    pub(super) calendar: Option<String>,
    pub(super) files: Vec<String>,
    /// The sender's own number of the message: Message-ID, or the `id` given to the gateway.
    pub(super) id: String,
}

impl Reading {
    pub(super) fn of(entry: &Entry) -> Self {
        match &entry.content {
            Content::Mail { from, to, data } => mail(entry, from, to, data),
            Content::Sms { to, text, id } => Self {
                number: entry.number,
                at: entry.at,
                channel: "sms",
                from: String::new(),
                to: vec![to.clone()],
                subject: String::new(),
                headers: Vec::new(),
                text: text.clone(),
                html: None,
                calendar: None,
                files: Vec::new(),
                id: id.clone(),
            },
        }
    }

    /// When it came, in the demonstration's zone.
    pub(super) fn came(&self) -> String {
        let zone = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
        self.at.to_zoned(zone).strftime("%d/%m/%Y %H:%M:%S").to_string()
    }

    pub(super) fn is_sms(&self) -> bool {
        self.channel == "sms"
    }

    /// The lines of the calendar part: name with parameters, and value.
    pub(super) fn calendar_lines(&self) -> Vec<(String, String)> {
        let unfolded =
            self.calendar.as_deref().unwrap_or_default().replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
        unfolded.lines().filter_map(property).collect()
    }
}

fn mail(entry: &Entry, from: &str, to: &[String], data: &str) -> Reading {
    let bytes = BASE64.decode(data.as_bytes()).unwrap_or_default();
    let message = MessageParser::default().parse(&bytes).unwrap_or_default();
    let headers: Vec<(String, String)> =
        message.headers_raw().map(|(name, value)| (name.to_owned(), unfold(value))).collect();
    let html = message.html_bodies().find_map(|part| match &part.body {
        PartType::Html(html) => Some(html.to_string()),
        _ => None,
    });
    let is_calendar = |part: &&mail_parser::MessagePart<'_>| part.is_content_type("text", "calendar");
    let calendar = message.parts.iter().find(is_calendar).and_then(|part| part.text_contents()).map(str::to_owned);
    Reading {
        number: entry.number,
        at: entry.at,
        channel: "mail",
        from: from.to_owned(),
        to: to.to_vec(),
        subject: message.subject().unwrap_or_default().to_owned(),
        headers,
        text: message.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
        html,
        calendar,
        files: message.attachments().filter_map(|part| part.attachment_name().map(str::to_owned)).collect(),
        id: message.message_id().unwrap_or_default().to_owned(),
    }
}

fn unfold(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// Cuts `NAME;PARAM="a:b":value` at the colon outside quotes.
fn property(line: &str) -> Option<(String, String)> {
    let mut quoted = false;
    let colon = line.find(|c| {
        quoted ^= c == '"';
        c == ':' && !quoted
    })?;
    let (name, value) = line.split_at_checked(colon)?;
    let value =
        value.strip_prefix(':')?.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
    Some((name.to_owned(), value))
}
