//! MSH as a whole: who sends what to whom.

use super::charset::Charset;
use super::model::{Field, Message, components};

/// What MSH says, texts as received.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    pub sending_application: String,
    pub sending_facility: String,
    pub receiving_application: String,
    pub receiving_facility: String,
    /// MSH-9.1, such as `SIU`.
    pub kind: String,
    /// MSH-9.2, such as `S12`.
    pub trigger: String,
    /// MSH-9.3, such as `SIU_S12`.
    pub structure: String,
    pub control_id: String,
    pub processing: String,
    pub version: String,
    /// In which to answer.
    pub charset: Charset,
}

impl Header {
    /// Absent parts are empty. `None` if the message has no MSH.
    pub fn of(message: &Message) -> Option<Self> {
        let msh = message.first("MSH")?;
        let text = |field: usize, component: usize| msh.component(field, component).unwrap_or_default().to_owned();
        Some(Self {
            sending_application: text(3, 1),
            sending_facility: text(4, 1),
            receiving_application: text(5, 1),
            receiving_facility: text(6, 1),
            kind: text(9, 1),
            trigger: text(9, 2),
            structure: text(9, 3),
            control_id: text(10, 1),
            processing: text(11, 1),
            version: text(12, 1),
            charset: msh.text(18).and_then(Charset::from_name).unwrap_or_default(),
        })
    }

    /// `SIU^S12^SIU_S12`
    pub fn message_type(&self) -> String {
        [&self.kind, &self.trigger, &self.structure].map(String::as_str).join("^").trim_end_matches('^').to_owned()
    }
}

/// A text whose `^` cut it into components: how settings write `2.5^FRA^2.11` or a facility with its identifier.
impl Field {
    pub fn from_setting(text: &str) -> Self {
        let parts: Vec<&str> = text.split('^').collect();
        let mut repetition = components([]);
        for (place, part) in parts.iter().enumerate() {
            repetition = repetition.with(place + 1, *part);
        }
        repetition.into()
    }
}
