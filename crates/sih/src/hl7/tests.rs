//! Reader and writer together.

use proptest::prelude::*;

use super::*;

const MESSAGE: &str = "MSH|^~\\&|AGENDA|CH-VALMONT|PARVIS|CH-VALMONT|20261121093000+0100||SIU^S12^SIU_S12|A1|T|2.5||||||UNICODE UTF-8\r\
    PID|1||P1^^^PARVIS&1.2.250.1.999.7&ISO^PI||D'AOÛT \\T\\ FILS^ÉLOÏSE^^^^^L~\"\"^^^^^^D\rZZZ|a||\"\"|\r";

fn small() -> Limits {
    Limits { bytes: 400, segments: 3, fields: 24, parts: 12 }
}

#[test]
fn a_message_is_read_to_its_subcomponents() {
    let message = read(MESSAGE.as_bytes()).unwrap();
    let header = Header::of(&message).unwrap();
    assert_eq!((header.message_type().as_str(), header.control_id.as_str()), ("SIU^S12^SIU_S12", "A1"));
    let pid = message.first("PID").unwrap();
    let authority = pid.field(3).unwrap().repetitions()[0].component(4).unwrap();
    assert_eq!(authority.text(2), Some("1.2.250.1.999.7"));
    assert_eq!(pid.text(5), Some("D'AOÛT & FILS"));
    assert_eq!(pid.field(5).unwrap().repetitions()[1].component(1), Some(&Component::delete()));
    assert!(message.first("ZZZ").unwrap().field(3).unwrap().is_delete());
    assert_eq!(pid.text(99), None);
}

#[test]
fn other_delimiters_and_line_ends_are_read() {
    let message = read(b"MSH$%*!@$A$B$$$$$ACK$1$P$2.5\r\nPID$1$$X%Y@Z*!S!\r\n").unwrap();
    let pid = message.first("PID").unwrap();
    assert_eq!(pid.field(3).unwrap().repetitions()[1].text(1), Some("%"));
    assert_eq!(pid.field(3).unwrap().repetitions()[0].component(2).unwrap().text(2), Some("Z"));
    assert_eq!(read(b"MSH|^~\\&|A\nPID|1").unwrap().segments().len(), 2);
}

#[test]
fn the_charset_is_that_of_msh_18() {
    let with = |charset: &str, name: &[u8]| {
        let mut bytes = format!("MSH|^~\\&|A||||||ACK|1|P|2.5||||||{charset}\rPID|||||").into_bytes();
        bytes.extend(name);
        read(&bytes).map(|message| message.first("PID").unwrap().text(5).unwrap().to_owned())
    };
    assert_eq!(with("8859/15", &[b'N', 0xbd]).unwrap(), "Nœ");
    assert_eq!(with("8859/1", &[0xe9]).unwrap(), "é");
    assert_eq!(with("UNICODE UTF-8", "é".as_bytes()).unwrap(), "é");
    assert_eq!(with("UNICODE UTF-8~8859/15", "é".as_bytes()).unwrap(), "é");
    assert_eq!(with("", &[0xe9]).unwrap(), "é");
    assert_eq!(with("", "é".as_bytes()).unwrap(), "é");
    assert_eq!(with("UNICODE UTF-8", &[0xe9]), Err(ReadError::BadText));
    assert_eq!(with("ISO IR87", b"x"), Err(ReadError::UnknownCharset));
}

#[test]
fn what_is_not_a_message_is_refused() {
    for (bytes, error) in [
        (&b""[..], ReadError::NoHeader),
        (b"\xff\xfe", ReadError::NoHeader),
        (b"MSH", ReadError::BadDelimiters),
        (b"MSH|^^\\&|", ReadError::BadDelimiters),
        (b"MSH|^~\\&|\rpid|1", ReadError::BadSegmentName(2)),
        (b"MSH|^~\\&|\rPIDX|1", ReadError::BadSegmentName(2)),
        (b"MSH|^~\\&|\rMSH|^~\\&|", ReadError::BadSegmentName(2)),
        (b"MSH|^~\\&|A\rPID|1\rPV1|1\rPV2|", ReadError::TooManySegments),
        (b"MSH|^~\\&|A\rPID||||||||||||||||||||||||||1", ReadError::TooManyParts(2)),
        (b"MSH|^~\\&|A\rPID|&&&&&&&&&&&&", ReadError::TooManyParts(2)),
        (&[b'M'; 401], ReadError::TooLarge),
    ] {
        assert_eq!(read_within(bytes, &small()), Err(error));
    }
}

#[test]
fn a_refusal_can_still_name_the_message() {
    assert_eq!(salvage_control_id(b"MSH|^~\\&|A|B|C|D|1||ADT^A01|ID-7|P\xff\rjunk").as_deref(), Some("ID-7"));
    assert_eq!(salvage_control_id(b"MSH|^~\\&|A|B|C|D|1||ADT^A01|"), None);
    assert_eq!(salvage_control_id(b"MSH|^~\\&|A|B|C|D|1||ADT^A01|123456789012345678901|P"), None);
    assert_eq!(salvage_control_id(b"MSH|^~\\&|A|B|C|D|1||ADT^A01|a^b|P"), None);
    assert_eq!(salvage_control_id(b"GET / HTTP/1.1"), None);
}

#[test]
fn lengths_of_the_standard_are_kept() {
    let header = |id: &str| Message::new(vec![Segment::new("MSH").with(10, id)]).encode(Charset::Utf8);
    assert!(header("12345678901234567890").is_ok());
    let refused = WriteError::TooLong { segment: "MSH".to_owned(), field: 10, max: 20 };
    assert_eq!(header("0198f3c2-7a31-7000-8000-000000000000"), Err(refused));
}

#[test]
fn nothing_personal_is_in_debug() {
    let shown = format!("{:?}", read(MESSAGE.as_bytes()).unwrap());
    assert!(!shown.contains("ÉLOÏSE") && shown.contains("PID"), "{shown}");
}

#[test]
fn outlines_number_the_fields() {
    let lines = outline(&read(MESSAGE.as_bytes()).unwrap());
    assert_eq!(lines[0].fields[1], ("MSH-2".to_owned(), "^~\\&".to_owned()));
    assert!(lines[1].fields.contains(&("PID-3".to_owned(), "P1^^^PARVIS&1.2.250.1.999.7&ISO^PI".to_owned())));
}

/// Any text, with the characters that hurt made frequent.
fn hostile() -> impl Strategy<Value = String> {
    let nasty =
        prop::sample::select(vec!["|", "^", "~", "\\", "&", "\r", "\n", "\u{b}", "\u{1c}", "\"\"", "\\E\\", "\0", "é"]);
    prop::collection::vec(prop_oneof![nasty.prop_map(str::to_owned), any::<String>()], 0..6)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_comes_back(texts in prop::collection::vec(hostile(), 4)) {
        let name = Repetition::default().with(1, Component::subcomponents([&texts[0], &texts[1]])).with(3, texts[2].as_str());
        let message = Message::new(vec![
            Segment::new("MSH").with(10, "1").with(18, "UNICODE UTF-8"),
            Segment::new("ZZZ").with(5, vec![name, texts[3].as_str().into()]),
        ]);
        let bytes = message.encode(Charset::Utf8).unwrap();
        prop_assert!(!bytes.contains(&0x0b) && !bytes.contains(&0x1c));
        let back = read(&bytes).unwrap();
        prop_assert_eq!(back.segments().len(), 2);
        let field = back.first("ZZZ").and_then(|zzz| zzz.field(5).cloned()).unwrap_or_default();
        let text = |repetition: usize, component: usize, sub: usize| {
            let found = field.repetitions().get(repetition).and_then(|one| one.component(component));
            found.and_then(|one| one.text(sub)).unwrap_or_default().to_owned()
        };
        prop_assert_eq!([text(0, 1, 1), text(0, 1, 2), text(0, 3, 1), text(1, 1, 1)].to_vec(), texts);
        prop_assert_eq!(back.encode(Charset::Utf8).unwrap(), bytes);
    }

    #[test]
    fn any_latin_text_comes_back_in_8859_15(text in "[ -~à-ÿœŒžŠŽŸ€\r\n]{0,40}") {
        let message = Message::new(vec![Segment::new("MSH"), Segment::new("NTE").with(2, "P").with(3, text.as_str())]);
        let back = read(&message.encode(Charset::Latin9).unwrap()).unwrap();
        prop_assert_eq!(back.first("NTE").unwrap().text(3).unwrap_or_default(), text);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = (read(&bytes), salvage_control_id(&bytes));
    }

    #[test]
    fn arbitrary_bytes_behind_a_header_never_panic(tail in prop::collection::vec(any::<u8>(), 0..300), cut in "[!-/]{5}") {
        let bytes = [b"MSH".as_slice(), cut.as_bytes(), &tail].concat();
        if let Ok(message) = read(&bytes) {
            let _ = message.encode(Charset::Latin9);
            let _ = outline(&message);
        }
    }
}
