//! Our answers. A sender always gets a well-formed one, even to bytes nobody can read.

use data_encoding::BASE32_NOPAD;
use kernel::World;

use super::reading::Code;
use crate::hl7::{self, Component, Field, Header, Message, Segment, components};

/// What to answer: the code, and for AE and AR the error (table 0357) with a sentence for the sender's operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub code: Code,
    pub error: Option<(u16, &'static str)>,
    pub place: Option<(&'static str, u16)>,
    pub text: Option<String>,
}

impl Answer {
    pub const ACCEPTED: Self = Self { code: Code::Accepted, error: None, place: None, text: None };

    /// AR for circumstances, or AE for content.
    pub fn refusing(code: Code, error: u16, meaning: &'static str, text: impl Into<String>) -> Self {
        Self { code, error: Some((error, meaning)), place: None, text: Some(text.into()) }
    }
}

/// 20 characters, what MSH-10 may hold, never made twice.
pub fn control_id(world: &World) -> String {
    let mut bytes = [0; 12];
    world.fill(&mut bytes);
    BASE32_NOPAD.encode(&bytes)
}

/// The acknowledgement of a message that could be read: sender and receiver change places.
pub fn answer(world: &World, to: &Header, answer: &Answer) -> Message {
    let msh = header(world)
        .with(3, to.receiving_application.as_str())
        .with(4, to.receiving_facility.as_str())
        .with(5, to.sending_application.as_str())
        .with(6, to.sending_facility.as_str())
        .with(9, components(["ACK", &to.trigger, "ACK"]))
        .with(11, if to.processing.is_empty() { "P" } else { &to.processing });
    message(msh, &to.control_id, answer)
}

/// The answer to bytes that are no message: AR, naming the message if its MSH-10 can still be found.
pub fn refusal(world: &World, bytes: &[u8], reason: &str) -> Message {
    let msh = header(world).with(3, "PARVIS").with(9, components(["ACK"])).with(11, "P");
    let control = hl7::salvage_control_id(bytes).unwrap_or_default();
    message(msh, &control, &Answer::refusing(Code::Rejected, 207, "Application internal error", reason))
}

fn header(world: &World) -> Segment {
    let now = world.now().strftime("%Y%m%d%H%M%S+0000").to_string();
    Segment::new("MSH").with(7, now).with(10, control_id(world)).with(12, "2.5").with(17, "FRA").with(19, "FR")
}

fn message(msh: Segment, control: &str, answer: &Answer) -> Message {
    let mut segments = vec![msh, Segment::new("MSA").with(1, answer.code.name()).with(2, control)];
    if let Some((code, meaning)) = answer.error {
        let place = answer
            .place
            .map_or_else(Field::default, |(segment, field)| components([segment, "1", &field.to_string()]).into());
        let code = components([&code.to_string(), meaning]).with(3, Component::from("HL70357"));
        let text = answer.text.as_deref().unwrap_or_default();
        segments.push(Segment::new("ERR").with(2, place).with(3, code).with(4, "E").with(8, text));
    }
    Message::new(segments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{acknowledgement::Acknowledgement, hl7::Charset};

    fn back(message: &Message, charset: Charset) -> Message {
        hl7::read(&message.encode_answer(charset)).unwrap()
    }

    #[test]
    fn an_answer_turns_the_message_round() {
        let bytes = b"MSH|^~\\&|GAM|CH-A|PARVIS|CH-B|1||ADT^A31^ADT_A05|GAM-1|T|2.5||||||8859/15\r";
        let header = Header::of(&hl7::read(bytes).unwrap()).unwrap();
        let mut refusing = Answer::refusing(Code::Error, 101, "Required field missing", "PID-3 manque");
        refusing.place = Some(("PID", 3));
        let answer = back(&answer(&World::system(), &header, &refusing), header.charset);
        let own = Header::of(&answer).unwrap();
        assert_eq!((own.sending_application.as_str(), own.sending_facility.as_str()), ("PARVIS", "CH-B"));
        assert_eq!((own.receiving_application.as_str(), own.receiving_facility.as_str()), ("GAM", "CH-A"));
        assert_eq!((own.message_type().as_str(), own.processing.as_str()), ("ACK^A31^ACK", "T"));
        assert_eq!((own.control_id.len(), own.charset), (20, Charset::Latin9));
        assert_eq!(answer.first("MSA").unwrap().text(2), Some("GAM-1"));
        let read = Acknowledgement::of(&answer).unwrap();
        assert_eq!((read.code, read.error), (Code::Error, Some(101)));
        assert_eq!(read.reason, "PID-1-3 – 101 – Required field missing – PID-3 manque");
    }

    #[test]
    fn unreadable_bytes_get_a_well_formed_ar() {
        for (bytes, control) in [
            (&b"MSH|^~\\&|GAM|CH|P|C|1||ADT^A31|GAM-1|T|2.5\rpid|\xff"[..], Some("GAM-1")),
            (b"\xff\x00", None),
            (b"", None),
        ] {
            let answer = back(&refusal(&World::system(), bytes, "Message illisible"), Charset::Utf8);
            let msa = answer.first("MSA").unwrap();
            assert_eq!((msa.text(1), msa.text(2)), (Some("AR"), control));
        }
    }

    #[test]
    fn a_control_id_beyond_the_standard_is_echoed_all_the_same() {
        let header = Header { control_id: "0198f3c2-7a31-7000-8000-000000000000é".to_owned(), ..Header::default() };
        let answer = back(&answer(&World::system(), &header, &Answer::ACCEPTED), Charset::Latin9);
        assert_eq!(answer.first("MSA").unwrap().text(2), Some(header.control_id.as_str()));
    }
}
