//! What an e-mail says, before it is dressed as text or HTML.

use askama::Template;

use preadmission::read::Purpose;
use web::I18n;

use super::{
    calendar,
    facts::{About, Facts, Kind, one_line},
};

/// The content of an e-mail, in reading order. Each string is one line.
#[derive(Template)]
#[template(path = "letter.html")]
pub(crate) struct Letter {
    pub(crate) language: &'static str,
    pub(crate) subject: String,
    pub(crate) greeting: String,
    pub(crate) lead: String,
    /// Label and value.
    pub(crate) rows: Vec<(String, String)>,
    pub(crate) notes: Vec<String>,
    /// Label and address. Following it shows; nothing is done by following it.
    pub(crate) link: (String, String),
    pub(crate) closing: Vec<String>,
}

impl Letter {
    pub(crate) fn of(kind: Kind, facts: &Facts, i18n: &I18n) -> Self {
        let when = facts.when();
        let back = facts.back();
        let opens = facts.opens_on().map(|day| facts.day(day)).unwrap_or_default();
        let values = [("when", when.as_str()), ("called", facts.called()), ("back", &back), ("opens", &opens)];
        let kind_said = |key: &str| say(facts, i18n, &format!("{key}-{}", facts.key(kind)), &values);
        Self {
            language: facts.recipient.language.code(),
            subject: kind_said("notices-mail-subject"),
            greeting: greeting(facts, i18n),
            lead: kind_said("notices-mail-lead"),
            rows: rows(kind, facts, i18n, &when),
            notes: notes(kind, facts, i18n),
            link: link(kind, facts, i18n),
            closing: vec![
                say(facts, i18n, "notices-mail-help", &[("phone", &facts.place.phone)]),
                one_line(&facts.place.name),
                say(facts, i18n, "notices-mail-automatic", &[]),
            ],
        }
    }

    /// The plain text alternative.
    pub(crate) fn text(&self) -> String {
        let colon = if self.language == "fr" { "\u{a0}:" } else { ":" };
        let rows: String = self.rows.iter().map(|(label, value)| format!("{label}{colon} {value}\n")).collect();
        let notes: String = self.notes.iter().map(|note| format!("{note}\n\n")).collect();
        let (label, address) = &self.link;
        let closing = self.closing.join("\n");
        format!("{}\n\n{}\n\n{rows}\n{notes}{label}{colon}\n{address}\n\n{closing}\n", self.greeting, self.lead)
    }
}

fn say(facts: &Facts, i18n: &I18n, key: &str, values: &[(&str, &str)]) -> String {
    one_line(&facts.say(i18n, key, values))
}

/// Somebody who had the paper in hand gave no name.
fn greeting(facts: &Facts, i18n: &I18n) -> String {
    match facts.recipient.name.as_str() {
        "" => say(facts, i18n, "notices-mail-greeting-nobody", &[]),
        name => say(facts, i18n, "notices-mail-greeting", &[("name", name)]),
    }
}

fn rows(kind: Kind, facts: &Facts, i18n: &I18n, when: &str) -> Vec<(String, String)> {
    let place = &facts.place;
    let mut rows = vec![("when", when.to_owned()), ("place", place.name.clone()), ("address", place.address.clone())];
    match &facts.about {
        About::Visit(visit) => {
            // A mailbox is read over shoulders: what a sensitive visit is about stays behind the login.
            if !visit.sensitive {
                rows.push(("service", visit.service.clone()));
                rows.push(("practitioner", visit.practitioner.clone()));
                rows.push(("reason", visit.reason.clone()));
            }
            rows.push(("reference", visit.reference.clone()));
        }
        About::File(file) => rows.extend(file.deadline.map(|deadline| ("deadline", facts.at(deadline)))),
        About::Invitation(one) => {
            // Only who decides about the care needs to know when and where it is before they logged in.
            if matches!(one.purpose, Purpose::TrustedPerson | Purpose::Relative) {
                rows.clear();
            }
            if kind == Kind::FileInvited {
                rows.push(("answer", facts.at(one.until)));
            }
        }
        About::News(_) => {}
        About::Payment(paid) => {
            rows = vec![("amount", paid.amount.to_string()), ("paid", when.to_owned()), ("back", facts.back())];
            rows.extend([("reference", paid.reference.clone()), ("place", place.name.clone())]);
        }
        About::Invoice(bill) => {
            rows = bill.due_on.map(|day| ("due-on", facts.day(day))).into_iter().collect();
            rows.extend([("reference", bill.reference.clone()), ("place", place.name.clone())]);
        }
    }
    rows.into_iter()
        .map(|(name, value)| (say(facts, i18n, &format!("notices-mail-label-{name}"), &[]), one_line(&value)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn notes(kind: Kind, facts: &Facts, i18n: &I18n) -> Vec<String> {
    let About::Visit(visit) = &facts.about else {
        let key = format!("notices-mail-note-{}", facts.key(kind));
        return vec![say(facts, i18n, &key, &[("called", facts.called()), ("back", &facts.back())])];
    };
    let mut notes = Vec::new();
    let instructions = visit.instructions.as_deref().filter(|_| kind != Kind::Cancelled && !visit.sensitive);
    notes.extend(instructions.map(|text| say(facts, i18n, "notices-mail-prepare", &[("instructions", text)])));
    if calendar::method(kind).is_some() {
        notes.push(say(facts, i18n, &format!("notices-mail-calendar-{}", kind.name()), &[]));
    }
    let last = if kind == Kind::Cancelled { "notices-mail-again" } else { "notices-mail-change" };
    notes.push(say(facts, i18n, last, &[]));
    notes
}

fn link(kind: Kind, facts: &Facts, i18n: &I18n) -> (String, String) {
    let (words, address) = match kind {
        Kind::Booked | Kind::Reminder => ("notices-mail-link-view", &facts.link),
        Kind::Cancelled => ("notices-mail-link-again", &facts.short_link),
        Kind::FileCreated if facts.opens_on().is_some() => ("notices-mail-link-file", &facts.link),
        Kind::FileCreated | Kind::FileReminder | Kind::FileRefused => ("notices-mail-link-fill", &facts.link),
        Kind::FileCompleted | Kind::FileMoved | Kind::FileCancelled | Kind::FileAnswered => {
            ("notices-mail-link-file", &facts.link)
        }
        Kind::FileInvited => ("notices-mail-link-answer", &facts.link),
        Kind::News => ("notices-mail-link-stop", &facts.link),
        Kind::Payment => ("notices-mail-link-payment", &facts.link),
        Kind::Invoice => ("notices-mail-link-invoice", &facts.link),
    };
    (say(facts, i18n, words, &[]), one_line(address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use web::Lang;

    use crate::domain::facts::tests::{sample, sample_bill, sample_bill_of_another, sample_early, sample_for, words};

    #[test]
    fn a_stay_far_away_says_when_its_file_opens() {
        let letter = Letter::of(Kind::FileCreated, &sample_early(Lang::Fr), &words());
        assert!(letter.lead.contains("à partir du dimanche 4\u{a0}octobre 2026"), "{}", letter.lead);
        let all = letter.text();
        assert!(all.contains("Voir mon dossier") && !all.contains("dès maintenant"), "{all}");
        assert_eq!(letter.subject, "Votre venue du jeudi 3\u{a0}décembre 2026 à 8\u{a0}h\u{a0}30");
    }

    /// A patient who told of a stay first said no hour, and none is made up.
    #[test]
    fn an_hour_that_nobody_told_is_not_written() {
        let mut facts = sample_for(Kind::FileCompleted, Lang::Fr);
        let About::File(file) = &mut facts.about else { panic!("about a file") };
        file.is_hour_known = false;
        let all = Letter::of(Kind::FileCompleted, &facts, &words()).text();
        assert!(all.contains("jeudi 3\u{a0}décembre 2026") && !all.contains("8\u{a0}h"), "{all}");
    }

    #[test]
    fn no_subject_tells_what_the_visit_is_about() {
        for language in [Lang::Fr, Lang::En] {
            for kind in Kind::ALL {
                let subject = Letter::of(kind, &sample_for(kind, language), &words()).subject.to_lowercase();
                for word in ["angela", "dubois", "cardio", "fournier", "consultation"] {
                    assert!(!subject.contains(word), "{word} in {subject}");
                }
            }
        }
    }

    #[test]
    fn an_invoice_is_told_without_its_amount() {
        for language in [Lang::Fr, Lang::En] {
            for facts in [sample_bill(language), sample_bill_of_another(language)] {
                let letter = Letter::of(Kind::Invoice, &facts, &words());
                let all = letter.text() + &letter.render().unwrap();
                assert!(all.contains("FACT2026000123") && !all.contains('€') && !all.contains("204"), "{all}");
            }
            let letter = Letter::of(Kind::Invoice, &sample_bill_of_another(language), &words());
            insta::assert_snapshot!(format!("mail-invoice-another-{}", language.code()), letter.text());
        }
    }

    #[test]
    fn a_sensitive_visit_is_not_described() {
        let mut facts = sample(Lang::Fr);
        facts.visit().sensitive = true;
        for kind in Kind::ALL.into_iter().filter(|kind| kind.is_of_visit()) {
            let letter = Letter::of(kind, &facts, &words());
            let all = letter.text() + &letter.render().unwrap();
            for word in ["Cardio", "Fournier", "consultation", "ordonnance"] {
                assert!(!all.contains(word), "{word} for {kind:?}");
            }
        }
    }

    #[test]
    fn html_is_escaped() {
        let mut facts = sample(Lang::Fr);
        facts.recipient.name = "\"><i id=7>x".into();
        let html = Letter::of(Kind::Booked, &facts, &words()).render().unwrap();
        assert!(!html.contains("<i id") && html.contains("id=7"), "{html}");
    }
}
