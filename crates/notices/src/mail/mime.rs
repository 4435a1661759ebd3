//! The e-mail as RFC 5322 and MIME: text, HTML and calendar as alternatives, and the calendar once more as a file.

use std::time::SystemTime;

use askama::Template;
use jiff::Timestamp;
use lettre::{
    Address, Message,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use web::I18n;

use crate::domain::{
    calendar,
    facts::{Facts, Kind, one_line},
    letter::Letter,
};

/// Why no e-mail can be written to this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unwritable {
    #[error("not-an-address")]
    Address,
    #[error("not-a-message")]
    Message,
}

/// Who writes, and under which name of message.
pub(crate) struct Envelope<'a> {
    /// The hospital's address.
    pub(crate) from: &'a Address,
    /// The delivery's message id, the same at every attempt: relays and readers drop the repetition.
    pub(crate) message_id: &'a str,
    pub(crate) now: Timestamp,
}

/// Writes the e-mail of a notice.
pub(crate) fn message(kind: Kind, facts: &Facts, i18n: &I18n, envelope: &Envelope<'_>) -> Result<Message, Unwritable> {
    let email = facts.recipient.email.as_deref().unwrap_or_default().trim();
    let to: Address = email.parse().map_err(|_| Unwritable::Address)?;
    let letter = Letter::of(kind, facts, i18n);
    let auto_submitted = HeaderName::new_from_ascii("Auto-Submitted".into()).map_err(|_| Unwritable::Message)?;
    Message::builder()
        .message_id(Some(format!("<{}@{}>", envelope.message_id, envelope.from.domain())))
        .date(SystemTime::from(envelope.now))
        .from(Mailbox::new(Some(one_line(&facts.place.name)), envelope.from.clone()))
        .to(Mailbox::new(Some(one_line(&facts.recipient.name)).filter(|name| !name.is_empty()), to))
        .subject(letter.subject.clone())
        // RFC 3834: no answering machine answers this.
        .raw_header(HeaderValue::new(auto_submitted, "auto-generated".into()))
        .multipart(parts(kind, facts, i18n, envelope, &letter)?)
        .map_err(|_| Unwritable::Message)
}

fn parts(
    kind: Kind,
    facts: &Facts,
    i18n: &I18n,
    envelope: &Envelope<'_>,
    letter: &Letter,
) -> Result<MultiPart, Unwritable> {
    let html = letter.render().map_err(|_| Unwritable::Message)?;
    let boundary = |part: &str| format!("parvis-{}-{part}", envelope.message_id);
    let alternatives = MultiPart::alternative()
        .boundary(boundary("alternative"))
        .singlepart(SinglePart::plain(letter.text()))
        .singlepart(SinglePart::html(html));
    let invitation = calendar::invitation(kind, facts, envelope.from.as_ref(), i18n, envelope.now);
    let (Some(invitation), Some(method)) = (invitation, calendar::method(kind)) else {
        return Ok(alternatives);
    };
    let calendar_type = format!("text/calendar; charset=utf-8; method={method}");
    let calendar_type = ContentType::parse(&calendar_type).map_err(|_| Unwritable::Message)?;
    let file = Attachment::new("rendez-vous.ics".into()).body(invitation.clone(), calendar_type.clone());
    let inline = SinglePart::builder().header(calendar_type).body(invitation);
    Ok(MultiPart::mixed().boundary(boundary("mixed")).multipart(alternatives.singlepart(inline)).singlepart(file))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use web::Lang;

    use payment::read::Means;
    use preadmission::read::{News, Purpose};

    use crate::domain::facts::tests::{sample, sample_for, sample_invited, sample_news, sample_paid, words};

    pub(crate) fn written(kind: Kind, facts: &Facts) -> Result<Message, Unwritable> {
        let from = "rendez-vous@exemple.fr".parse().unwrap();
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        message(kind, facts, &words(), &Envelope { from: &from, message_id: "01JDTESTMESSAGE00042", now })
    }

    fn headers(message: &Message) -> String {
        let formatted = String::from_utf8(message.formatted()).unwrap();
        formatted.split_once("\r\n\r\n").unwrap().0.to_owned()
    }

    /// The message as a reader shows it.
    fn shown(message: &Message) -> String {
        let bytes = message.formatted();
        let read = mail_parser::MessageParser::default().parse(&bytes).unwrap();
        let file = read.attachments().map(|part| {
            let head = part.headers.iter().map(|header| header.name.as_str().to_owned()).collect::<Vec<_>>().join(", ");
            format!("({head})\n")
        });
        format!(
            "{}\n\n=== text\n{}\n=== html\n{}\n=== files\n{}",
            headers(message).replace("\r\n", "\n"),
            read.body_text(0).unwrap().replace("\r\n", "\n"),
            read.body_html(0).unwrap().replace("\r\n", "\n"),
            file.collect::<String>()
        )
    }

    #[test]
    fn each_kind_in_each_language() {
        for language in [Lang::Fr, Lang::En] {
            for kind in Kind::ALL {
                let message = written(kind, &sample_for(kind, language)).unwrap();
                insta::assert_snapshot!(format!("mail-{}-{}", kind.name(), language.code()), shown(&message));
            }
        }
    }

    #[test]
    fn an_invitation_names_neither_patient_nor_stay() {
        for language in [Lang::Fr, Lang::En] {
            for purpose in Purpose::ALL {
                let message = shown(&written(Kind::FileInvited, &sample_invited(*purpose, language)).unwrap());
                let tells_when = message.contains("décembre") || message.contains("December");
                let decides = matches!(purpose, Purpose::ParentalAuthority | Purpose::Representative);
                assert_eq!(tells_when, decides, "{message}");
                assert!(!message.contains("Angela"), "{message}");
                insta::assert_snapshot!(format!("mail-invited-{}-{}", purpose.name(), language.code()), message);
            }
        }
    }

    #[test]
    fn news_name_the_patient_as_they_wish() {
        for language in [Lang::Fr, Lang::En] {
            for news in News::ALL {
                let message = shown(&written(Kind::News, &sample_news(*news, language)).unwrap());
                assert!(message.contains("Mamie") && !message.contains("Angela"), "{message}");
                insta::assert_snapshot!(format!("mail-news-{}-{}", news.name(), language.code()), message);
            }
        }
    }

    #[test]
    fn each_end_of_a_payment() {
        for language in [Lang::Fr, Lang::En] {
            for (name, means, too_much) in
                [("card", Means::Card, 0), ("debit", Means::DirectDebit, 0), ("too-much", Means::DirectDebit, 2400)]
            {
                let message = shown(&written(Kind::Payment, &sample_paid(means, too_much, language)).unwrap());
                assert!(message.contains("24,00") && !message.contains("cardio"), "{message}");
                insta::assert_snapshot!(format!("mail-payment-{name}-{}", language.code()), message);
            }
        }
    }

    #[test]
    fn who_paid_with_the_paper_in_hand_is_not_named() {
        let mut facts = sample_paid(Means::Card, 0, Lang::Fr);
        facts.recipient.name = String::new();
        let message = shown(&written(Kind::Payment, &facts).unwrap());
        assert!(message.contains("\nTo: angela.dubois@exemple.fr\n") && message.contains("Bonjour,\n"), "{message}");
    }

    #[test]
    fn the_message_id_is_that_of_the_delivery() {
        let (one, again) = (written(Kind::Booked, &sample(Lang::Fr)), written(Kind::Booked, &sample(Lang::Fr)));
        let (one, again) = (one.unwrap().formatted(), again.unwrap().formatted());
        assert!(String::from_utf8_lossy(&one).contains("Message-ID: <01JDTESTMESSAGE00042@exemple.fr>"));
        assert_eq!(one, again);
    }

    #[test]
    fn names_cannot_add_a_header_nor_a_recipient() {
        let evil = "Ana\r\nBcc: thief@exemple.net\r\n\r\nHello\n.\n<thief@exemple.net>, \"";
        let plain = headers(&written(Kind::Booked, &sample(Lang::Fr)).unwrap());
        let mut facts = sample(Lang::Fr);
        (facts.recipient.name, facts.place.name) = (evil.into(), evil.into());
        facts.visit().service = evil.into();
        facts.place.phone = evil.into();
        let message = written(Kind::Booked, &facts).unwrap();
        let names = |headers: &str| -> Vec<String> {
            let starts = headers.lines().filter(|line| !line.starts_with([' ', '\t']));
            starts.map(|line| line.split(':').next().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&headers(&message)), names(&plain));
        assert_eq!(message.envelope().to().len(), 1);
        assert_eq!(message.envelope().to()[0].to_string(), "angela.dubois@exemple.fr");
    }

    #[test]
    fn a_wrong_address_is_refused() {
        for wrong in
            ["", "angela", "a@b@c", "a@exemple.fr\r\nRCPT TO:<x@y.z>", "a@exemple.fr, b@exemple.fr", "<a@exemple.fr>"]
        {
            let mut facts = sample(Lang::Fr);
            facts.recipient.email = Some(wrong.into());
            assert_eq!(written(Kind::Booked, &facts).unwrap_err(), Unwritable::Address, "{wrong}");
        }
    }
}
