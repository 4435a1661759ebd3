//! What a notice may say of an appointment or of a file. Read again at the moment of sending, never kept in a queue.

use std::fmt;

use jiff::Timestamp;
use kernel::{ObjectId, Zone};
use preadmission::read::{News, Purpose, Status};
use web::{I18n, Lang, when};

/// Why a notice is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Booked,
    Cancelled,
    Reminder,
    FileCreated,
    FileReminder,
    FileRefused,
    FileCompleted,
    FileMoved,
    FileCancelled,
    FileInvited,
    FileAnswered,
    News,
}

impl Kind {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 12] = [
        Self::Booked,
        Self::Cancelled,
        Self::Reminder,
        Self::FileCreated,
        Self::FileReminder,
        Self::FileRefused,
        Self::FileCompleted,
        Self::FileMoved,
        Self::FileCancelled,
        Self::FileInvited,
        Self::FileAnswered,
        Self::News,
    ];

    /// Its name in the database and at the end of text keys.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Cancelled => "cancelled",
            Self::Reminder => "reminder",
            Self::FileCreated => "file-created",
            Self::FileReminder => "file-reminder",
            Self::FileRefused => "file-refused",
            Self::FileCompleted => "file-completed",
            Self::FileMoved => "file-moved",
            Self::FileCancelled => "file-cancelled",
            Self::FileInvited => "file-invited",
            Self::FileAnswered => "file-answered",
            Self::News => "news",
        }
    }

    /// Whether it is about a file of pre-admission, and not about an appointment.
    pub(crate) const fn is_of_file(self) -> bool {
        !matches!(self, Self::Booked | Self::Cancelled | Self::Reminder)
    }
}

/// How a notice travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Mail,
    Sms,
}

impl Channel {
    /// Its name in the database and in the outbox.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
        }
    }
}

/// Everything a notice may mention.
#[derive(Clone)]
pub(crate) struct Facts {
    pub(crate) object: ObjectId,
    pub(crate) about: About,
    /// When the patient is expected.
    pub(crate) starts_at: Timestamp,
    pub(crate) place: Place,
    pub(crate) recipient: Recipient,
    /// The page of the appointment or of the file, for the e-mail.
    pub(crate) link: String,
    /// For the SMS: a short address without any id, or the link that opens a file.
    pub(crate) short_link: String,
}

/// What is particular to each.
#[derive(Clone)]
pub(crate) enum About {
    Visit(Visit),
    File(File),
    Invitation(Invitation),
    News(Told),
}

/// What a relative accepted to be told.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) news: News,
    /// As the patient wants to be called.
    pub(crate) called: String,
    /// Neither the patient nor the relative changed their mind.
    pub(crate) is_wanted: bool,
}

/// Somebody else than the patient is asked to come. Neither the patient nor the stay is told before they logged in.
#[derive(Clone)]
pub(crate) struct Invitation {
    pub(crate) purpose: Purpose,
    /// Until when an answer is awaited.
    pub(crate) until: Timestamp,
    /// A later one took its place, or the stay will not take place.
    pub(crate) is_over: bool,
}

/// A file of pre-admission. What the stay is for is told by no notice.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) status: Status,
    /// Until when what the hospital asks for again is awaited.
    pub(crate) deadline: Option<Timestamp>,
}

#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) short_name: String,
    pub(crate) address: String,
    pub(crate) phone: String,
    pub(crate) zone: Zone,
}

/// What the visit is about. None of it goes into an SMS, nor into an e-mail when it is sensitive.
#[derive(Clone)]
pub(crate) struct Visit {
    /// What the patient reads out on the telephone.
    pub(crate) reference: String,
    /// Grows with each change of the appointment; it is the calendar event's SEQUENCE.
    pub(crate) revision: u32,
    pub(crate) cancelled: bool,
    pub(crate) ends_at: Timestamp,
    pub(crate) service: String,
    pub(crate) practitioner: String,
    pub(crate) reason: String,
    pub(crate) instructions: Option<String>,
    pub(crate) sensitive: bool,
}

#[derive(Clone)]
pub(crate) struct Recipient {
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) language: Lang,
}

impl Facts {
    /// A text of the room in the patient's language.
    pub(crate) fn say(&self, i18n: &I18n, key: &str, values: &[(&str, &str)]) -> String {
        i18n.text(self.recipient.language, key, values)
    }

    /// The end of the keys of what this kind of notice says.
    pub(crate) fn key(&self, kind: Kind) -> String {
        match &self.about {
            About::Invitation(one) if kind == Kind::FileInvited => format!("{}-{}", kind.name(), one.purpose.name()),
            About::News(told) => format!("{}-{}", kind.name(), told.news.name()),
            _ => kind.name().to_owned(),
        }
    }

    /// How a patient wants to be called whose relative is told; nobody else's notices name them so.
    pub(crate) fn called(&self) -> &str {
        match &self.about {
            About::News(told) => &told.called,
            _ => "",
        }
    }

    /// After this instant the notice is not sent any more.
    pub(crate) fn not_after(&self, kind: Kind) -> Timestamp {
        match &self.about {
            About::Invitation(one) if kind == Kind::FileInvited => one.until,
            _ => kind.not_after(self.starts_at),
        }
    }

    /// "jeudi 3 décembre 2026 à 8 h 30", by the clocks of the place.
    pub(crate) fn when(&self) -> String {
        self.at(self.starts_at)
    }

    pub(crate) fn at(&self, instant: Timestamp) -> String {
        when::moment(self.recipient.language, instant, &self.place.zone)
    }
}

impl fmt::Debug for Facts {
    /// Ids only: facts name a person and what ails them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts").field("object", &self.object).finish_non_exhaustive()
    }
}

/// One line of printable text: no control nor direction character can start a header or hide a word.
pub(crate) fn one_line(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let spaced: String = text.chars().map(|c| if hidden(c) { ' ' } else { c }).collect();
    // Only plain spaces are joined: no-break spaces belong to French typography.
    spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn words() -> I18n {
        I18n::new(&[crate::LOCALES]).unwrap()
    }

    #[test]
    fn both_languages_have_the_same_words() {
        assert_eq!(web::i18n::keys(crate::LOCALES.fr), web::i18n::keys(crate::LOCALES.en));
    }

    /// A visit like many: cardiology in Aurillac, on a Thursday morning.
    pub(crate) fn sample(language: Lang) -> Facts {
        Facts {
            object: "0193a5c0-0000-7000-8000-000000000042".parse().unwrap(),
            about: About::Visit(Visit {
                reference: "K7M4-PQ2R".into(),
                revision: 0,
                cancelled: false,
                ends_at: "2026-12-03T07:50:00Z".parse().unwrap(),
                service: "Cardiologie".into(),
                practitioner: "Dr Élise Fournier".into(),
                reason: "Première consultation".into(),
                instructions: Some("apportez vos ordonnances ; venez 10 minutes avant.".into()),
                sensitive: false,
            }),
            starts_at: "2026-12-03T07:30:00Z".parse().unwrap(),
            place: Place {
                name: "Centre hospitalier des Monts".into(),
                short_name: "CH des Monts".into(),
                address: "12 rue de la Fontaine, 15000 Aurillac".into(),
                phone: "04 71 00 00 00".into(),
                zone: "Europe/Paris".parse().unwrap(),
            },
            recipient: Recipient {
                name: "Angela Dubois".into(),
                email: Some("angela.dubois@exemple.fr".into()),
                phone: Some("06 39 98 12 34".into()),
                language,
            },
            link: "https://rdv.exemple.fr/appointments/0193a5c0-0000-7000-8000-000000000042".into(),
            short_link: "https://rdv.exemple.fr/rdv".into(),
        }
    }

    impl Facts {
        pub(crate) fn visit(&mut self) -> &mut Visit {
            match &mut self.about {
                About::Visit(visit) => visit,
                _ => panic!("not about an appointment"),
            }
        }
    }

    /// The same person, expected for a stay, at the moment this kind of notice is written.
    pub(crate) fn sample_for(kind: Kind, language: Lang) -> Facts {
        let status = match kind {
            Kind::FileCreated | Kind::FileReminder => Status::Created,
            Kind::FileRefused => Status::Refused,
            Kind::FileAnswered => Status::InProgress,
            Kind::FileCompleted => Status::Completed,
            Kind::FileMoved => Status::Ready,
            Kind::FileCancelled => Status::Cancelled,
            Kind::News => return sample_news(News::Ready, language),
            Kind::FileInvited => return sample_invited(Purpose::ParentalAuthority, language),
            Kind::Booked | Kind::Cancelled | Kind::Reminder => return sample(language),
        };
        let deadline = "2026-11-30T17:00:00Z".parse().ok().filter(|_| kind == Kind::FileRefused);
        let own = "https://rdv.exemple.fr/preadmissions/0193a5c0-0000-7000-8000-000000000042";
        let link = format!("{own}/open?k=q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA");
        let short_link = if status == Status::Created { &link } else { "https://rdv.exemple.fr/preadmissions" };
        Facts {
            about: About::File(File { status, deadline }),
            short_link: short_link.to_owned(),
            link: link.clone(),
            ..sample(language)
        }
    }

    /// Somebody else is asked to come for that person.
    pub(crate) fn sample_invited(purpose: Purpose, language: Lang) -> Facts {
        let own = "https://rdv.exemple.fr/invitations/0193a5c0-0000-7000-8000-000000000042";
        let link = format!("{own}?k=q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA");
        let until = "2026-11-30T17:00:00Z".parse().unwrap();
        let mut facts = Facts {
            about: About::Invitation(Invitation { purpose, until, is_over: false }),
            short_link: link.clone(),
            link,
            ..sample(language)
        };
        facts.recipient.name = "Jean-Noël Patron".into();
        facts
    }

    /// News of a person whom a relative calls "Mamie".
    pub(crate) fn sample_news(news: News, language: Lang) -> Facts {
        let mut facts = sample_invited(Purpose::Relative, language);
        facts.about = About::News(Told { news, called: "Mamie".into(), is_wanted: true });
        facts
    }

    #[test]
    fn one_line_has_no_line_break_nor_hidden_character() {
        assert_eq!(one_line("Ana\r\nBcc: x@y.z\u{202e}\u{0}  Lee"), "Ana Bcc: x@y.z Lee");
        assert_eq!(one_line("8\u{a0}h\u{a0}30"), "8\u{a0}h\u{a0}30");
    }

    #[test]
    fn debug_says_no_name() {
        let shown = format!("{:?}", sample(Lang::Fr));
        assert!(shown.contains("0042") && !shown.contains("Dubois") && !shown.contains("Cardio"));
    }
}
