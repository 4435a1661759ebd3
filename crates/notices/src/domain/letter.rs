//! What an e-mail says, before it is dressed as text or HTML.

use askama::Template;

use super::{
    calendar,
    facts::{Facts, Kind, one_line},
    when,
};

/// The content of an e-mail, in reading order. Each string is one line.
#[derive(Template)]
#[template(path = "letter.html")]
pub struct Letter {
    pub language: &'static str,
    pub subject: String,
    pub greeting: String,
    pub lead: String,
    /// Label and value.
    pub rows: Vec<(String, String)>,
    pub notes: Vec<String>,
    /// Label and address. Following it shows; nothing is done by following it.
    pub link: (String, String),
    pub closing: Vec<String>,
}

impl Letter {
    pub fn of(kind: Kind, facts: &Facts) -> Self {
        let when = when::in_full(facts);
        let kind_said = |key: &str| say(facts, &format!("{key}-{}", kind.name()), &[("when", &when)]);
        Self {
            language: facts.recipient.language.tag(),
            subject: kind_said("notices-mail-subject"),
            greeting: say(facts, "notices-mail-greeting", &[("name", &facts.recipient.name)]),
            lead: kind_said("notices-mail-lead"),
            rows: rows(facts, &when),
            notes: notes(kind, facts),
            link: link(kind, facts),
            closing: vec![
                say(facts, "notices-mail-help", &[("phone", &facts.place.phone)]),
                one_line(&facts.place.name),
                say(facts, "notices-mail-automatic", &[]),
            ],
        }
    }

    /// The plain text alternative.
    pub fn text(&self) -> String {
        let colon = if self.language == "fr" { "\u{a0}:" } else { ":" };
        let rows: String = self.rows.iter().map(|(label, value)| format!("{label}{colon} {value}\n")).collect();
        let notes: String = self.notes.iter().map(|note| format!("{note}\n\n")).collect();
        let (label, address) = &self.link;
        let closing = self.closing.join("\n");
        format!("{}\n\n{}\n\n{rows}\n{notes}{label}{colon}\n{address}\n\n{closing}\n", self.greeting, self.lead)
    }
}

fn say(facts: &Facts, key: &str, values: &[(&str, &str)]) -> String {
    one_line(&facts.recipient.language.say(key, values))
}

fn rows(facts: &Facts, when: &str) -> Vec<(String, String)> {
    let (place, visit) = (&facts.place, &facts.visit);
    let mut rows = vec![("when", when.to_owned()), ("place", place.name.clone()), ("address", place.address.clone())];
    // A mailbox is read over shoulders: what a sensitive visit is about stays behind the login.
    if !visit.sensitive {
        rows.push(("service", visit.service.clone()));
        rows.push(("practitioner", visit.practitioner.clone()));
        rows.push(("reason", visit.reason.clone()));
    }
    rows.into_iter()
        .map(|(name, value)| (say(facts, &format!("notices-mail-label-{name}"), &[]), one_line(&value)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn notes(kind: Kind, facts: &Facts) -> Vec<String> {
    let mut notes = Vec::new();
    let instructions =
        facts.visit.instructions.as_deref().filter(|_| kind != Kind::Cancelled && !facts.visit.sensitive);
    notes.extend(instructions.map(|text| say(facts, "notices-mail-prepare", &[("instructions", text)])));
    if calendar::method(kind).is_some() {
        notes.push(say(facts, &format!("notices-mail-calendar-{}", kind.name()), &[]));
    }
    notes.push(match kind {
        Kind::Cancelled => say(facts, "notices-mail-again", &[]),
        Kind::Booked | Kind::Reminder => say(facts, "notices-mail-change", &[]),
    });
    notes
}

fn link(kind: Kind, facts: &Facts) -> (String, String) {
    match kind {
        Kind::Cancelled => (say(facts, "notices-mail-link-again", &[]), one_line(&facts.short_link)),
        Kind::Booked | Kind::Reminder => (say(facts, "notices-mail-link-view", &[]), one_line(&facts.link)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{facts::tests::sample, words::Language};

    #[test]
    fn no_subject_tells_what_the_visit_is_about() {
        for language in [Language::French, Language::English] {
            for kind in Kind::ALL {
                let subject = Letter::of(kind, &sample(language)).subject.to_lowercase();
                for word in ["angela", "dubois", "cardio", "fournier", "consultation"] {
                    assert!(!subject.contains(word), "{word} in {subject}");
                }
            }
        }
    }

    #[test]
    fn a_sensitive_visit_is_not_described() {
        let mut facts = sample(Language::French);
        facts.visit.sensitive = true;
        for kind in Kind::ALL {
            let letter = Letter::of(kind, &facts);
            let all = letter.text() + &letter.render().unwrap();
            for word in ["Cardio", "Fournier", "consultation", "ordonnance"] {
                assert!(!all.contains(word), "{word} for {kind:?}");
            }
        }
    }

    #[test]
    fn html_is_escaped() {
        let mut facts = sample(Language::French);
        facts.recipient.name = "\"><i id=7>x".into();
        let html = Letter::of(Kind::Booked, &facts).render().unwrap();
        assert!(!html.contains("<i id") && html.contains("id=7"), "{html}");
    }
}
