//! What a notice may say of an appointment, of a file, of a payment or of an invoice. Read again at the moment of sending, never kept in a queue.

use std::fmt;

use jiff::{Timestamp, civil::Date};
use kernel::{Money, ObjectId, Zone};
use payment::read::{Means, Whose};
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
    /// Money came in.
    Payment,
    /// There is something to pay.
    Invoice,
}

impl Kind {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 14] = [
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
        Self::Payment,
        Self::Invoice,
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
            Self::Payment => "payment",
            Self::Invoice => "invoice",
        }
    }

    /// Whether it is about a file of pre-admission.
    pub(crate) const fn is_of_file(self) -> bool {
        !self.is_of_visit() && !matches!(self, Self::Payment | Self::Invoice)
    }

    /// Whether it is about an appointment.
    pub(crate) const fn is_of_visit(self) -> bool {
        matches!(self, Self::Booked | Self::Cancelled | Self::Reminder)
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
    /// When the patient is expected; of a payment, when it was made; of an invoice, until when it is told.
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
    Payment(Paid),
    Invoice(Bill),
}

/// Money that came in. What it was for is told by no notice.
#[derive(Clone)]
pub(crate) struct Paid {
    pub(crate) means: Means,
    pub(crate) amount: Money,
    /// Of it, what is to be given back.
    pub(crate) too_much: Money,
    /// What the payer reads on the paper and in the provider's ticket.
    pub(crate) reference: String,
    pub(crate) until: Timestamp,
}

/// Something to pay. What it is for, how much and for whom stay behind the login.
#[derive(Clone)]
pub(crate) struct Bill {
    pub(crate) whose: Whose,
    pub(crate) due_on: Option<Date>,
    pub(crate) reference: String,
    pub(crate) is_payable: bool,
    pub(crate) until: Timestamp,
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
    /// Whether the hospital told the hour, or the patient alone the day.
    pub(crate) is_hour_known: bool,
    /// When it can be filled in, of a stay that was announced before that.
    pub(crate) opens_at: Option<Timestamp>,
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

impl Paid {
    /// What matters most to who paid: money that comes back, then how it went.
    const fn word(&self) -> &'static str {
        match self.means {
            _ if self.too_much.cents() > 0 => "too-much",
            Means::Card => "card",
            Means::DirectDebit => "debit",
        }
    }
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
            About::Payment(paid) => format!("{}-{}", kind.name(), paid.word()),
            About::Invoice(bill) if bill.whose == Whose::Another => format!("{}-another", kind.name()),
            About::File(_) if kind == Kind::FileCreated && self.opens_on().is_some() => {
                format!("{}-later", kind.name())
            }
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

    /// What is to be given back of a payment; empty when nothing is.
    pub(crate) fn back(&self) -> String {
        match &self.about {
            About::Payment(paid) if paid.too_much > Money::ZERO => paid.too_much.to_string(),
            _ => String::new(),
        }
    }

    /// The day from which a file can be filled in, by the clocks of the place.
    pub(crate) fn opens_on(&self) -> Option<Date> {
        match &self.about {
            About::File(file) => file.opens_at.map(|at| self.place.zone.date(at)),
            _ => None,
        }
    }

    /// "jeudi 31 décembre 2026".
    pub(crate) fn day(&self, day: Date) -> String {
        when::long_day(self.recipient.language, day)
    }

    /// After this instant the notice is not sent any more.
    pub(crate) fn not_after(&self, kind: Kind) -> Timestamp {
        match &self.about {
            About::Invitation(one) if kind == Kind::FileInvited => one.until,
            About::Payment(paid) => paid.until,
            About::Invoice(bill) => bill.until,
            _ => kind.not_after(self.starts_at),
        }
    }

    /// "jeudi 3 décembre 2026 à 8 h 30", by the clocks of the place.
    pub(crate) fn when(&self) -> String {
        if self.is_hour_known() { self.at(self.starts_at) } else { self.day(self.place.zone.date(self.starts_at)) }
    }

    /// Whether more than the day is known.
    pub(crate) fn is_hour_known(&self) -> bool {
        !matches!(&self.about, About::File(file) if !file.is_hour_known)
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
            Kind::Payment => return sample_paid(Means::Card, 0, language),
            Kind::Invoice => return sample_bill(language),
            Kind::Booked | Kind::Cancelled | Kind::Reminder => return sample(language),
        };
        let deadline = "2026-11-30T17:00:00Z".parse().ok().filter(|_| kind == Kind::FileRefused);
        let own = "https://rdv.exemple.fr/preadmissions/0193a5c0-0000-7000-8000-000000000042";
        let link = format!("{own}/open?k=q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA");
        let short_link = if status == Status::Created { &link } else { "https://rdv.exemple.fr/preadmissions" };
        Facts {
            about: About::File(File { status, deadline, is_hour_known: true, opens_at: None }),
            short_link: short_link.to_owned(),
            link: link.clone(),
            ..sample(language)
        }
    }

    /// Announced before its file opens.
    pub(crate) fn sample_early(language: Lang) -> Facts {
        let opens_at = "2026-10-04T06:30:00Z".parse().ok();
        let file = File { status: Status::Created, deadline: None, is_hour_known: true, opens_at };
        Facts { about: About::File(file), ..sample_for(Kind::FileCreated, language) }
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

    /// The same person pays 24.00 €.
    pub(crate) fn sample_paid(means: Means, too_much: i64, language: Lang) -> Facts {
        let paid = Paid {
            means,
            amount: Money::from_cents(2400),
            too_much: Money::from_cents(too_much),
            reference: "FACT2026000123".into(),
            until: "2026-12-10T07:30:00Z".parse().unwrap(),
        };
        Facts {
            about: About::Payment(paid),
            link: "https://rdv.exemple.fr/payments/0193a5c0-0000-7000-8000-000000000042".into(),
            short_link: "https://rdv.exemple.fr/invoices".into(),
            ..sample(language)
        }
    }

    /// Something to pay until the end of the year.
    pub(crate) fn sample_bill(language: Lang) -> Facts {
        let until = "2026-12-31T23:00:00Z".parse().unwrap();
        let bill = Bill {
            whose: Whose::Own,
            due_on: "2026-12-31".parse().ok(),
            reference: "FACT2026000123".into(),
            is_payable: true,
            until,
        };
        let link = "https://rdv.exemple.fr/invoices";
        Facts {
            about: About::Invoice(bill),
            starts_at: until,
            link: link.into(),
            short_link: link.into(),
            ..sample(language)
        }
    }

    /// The same of somebody for whom the reader acts.
    pub(crate) fn sample_bill_of_another(language: Lang) -> Facts {
        let mut facts = sample_bill(language);
        if let About::Invoice(bill) = &mut facts.about {
            bill.whose = Whose::Another;
        }
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
